//! The formats of a check's report, and where it is written.

use std::io::{self, Write};
use std::path::Path;

use clap::ValueEnum;

use crate::render::{concise, human};
use crate::report::{FileReport, Report, STDIN, github, gitlab, json, json_lines, junit, sarif};

use super::replace::write_file;
use super::{CliError, terminal};

/// How to write a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Tables, and findings drawn into the file
    Human,
    /// A line for each finding
    Concise,
    /// One JSON object
    Json,
    /// A JSON object on each line: `problem`s, `warning`s, `finding`s, last a `summary`
    JsonLines,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// Annotations in GitHub Actions
    Github,
    /// GitLab Code Quality
    Gitlab,
    /// JUnit XML: a suite for each file, a case for each rule
    Junit,
}

/// What the formats ask of the command line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    pub format: Format,
    /// Whether to leave out what is clean.
    pub quiet: bool,
    /// Whether warnings fail the check.
    pub deny_warnings: bool,
}

impl Format {
    /// Whether the format has a place for what is known and gone of a baseline.
    pub fn has_totals(self) -> bool {
        !matches!(self, Self::Sarif | Self::Gitlab | Self::Junit)
    }
}

/// Writes a report.
pub(super) fn write(out: &mut dyn Write, report: &Report, options: Options) -> io::Result<()> {
    write_broken(out, report, options, terminal::breaking(&io::stdout()))
}

/// Writes a report, with messages broken at a column.
fn write_broken(
    out: &mut dyn Write,
    report: &Report,
    options: Options,
    breaking: Option<usize>,
) -> io::Result<()> {
    match options.format {
        Format::Human => human(out, report, terminal::width(), breaking, options.quiet),
        Format::Concise => concise(out, report, options.quiet),
        Format::Json => json(out, report),
        Format::JsonLines => json_lines(out, report),
        Format::Sarif => sarif(out, report),
        Format::Github => github(out, report),
        Format::Gitlab => gitlab(out, report),
        Format::Junit => junit(out, report, options.deny_warnings),
    }
}

/// Writes a report to a file, without colour.
pub(super) fn write_to(path: &Path, report: &Report, options: Options) -> Result<(), CliError> {
    let is_checked = |file: &FileReport| file.path != STDIN && is_same(path, Path::new(&file.path));
    if report.files.iter().any(is_checked) {
        return Err(CliError::Usage(format!(
            "{} is one of the network files; the report must go elsewhere",
            path.display()
        )));
    }
    // Formats write in small pieces, and each is looked through for colours.
    let mut out = io::BufWriter::new(anstream::StripStream::new(Vec::new()));
    write_broken(&mut out, report, options, None)?;
    let bytes = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    write_file(path, &bytes.into_inner()).map_err(|e| CliError::unwritten(path.display(), &e))
}

/// Whether two paths lead to the same file.
pub(super) fn is_same(a: &Path, b: &Path) -> bool {
    let full = a.canonicalize();
    full.is_ok_and(|full| b.canonicalize().is_ok_and(|b| b == full))
}
