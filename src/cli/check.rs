//! `degrid check`: network files to verdicts and findings.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::config::{Config, Problem};
use crate::report::{FileReport, Report, Totals};
use crate::rules::Profile;

use super::files::{Input, inputs};
use super::format::{Format, Options, is_same, write, write_to};
use super::load::{Source, Undecided, read};
use super::model::{ModelArgs, is_model};
use super::schedule::ScheduleArgs;
use super::terminal::note;
use super::{CliError, Status, baseline};

/// Check network files: do dilations leave holes in what an output sees?
///
/// Exit code, the same for every format: 0 without findings at level deny, 1 with some, 2 if a file cannot be read or is no valid network.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command"
)]
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Files (network files, ONNX models), folders (searched for *.toml with a `[[stage]]`), or - for standard input
    #[arg(value_name = "PATH", conflicts_with_all = ["dilations", "kernel", "dims"])]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    schedule: ScheduleArgs,

    #[command(flatten)]
    model: ModelArgs,

    /// Of an ONNX model: where the network ends, a module, node or value by name, instead of the outputs
    #[arg(long, value_name = "NAME")]
    at: Vec<String>,

    /// How to write the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Pass over named files without a `[[stage]]`, as in folders; none left is no error
    #[arg(long, conflicts_with = "dilations")]
    only_networks: bool,

    /// Write the report to a file, without colour
    #[arg(short, long, value_name = "FILE")]
    output_file: Option<PathBuf>,

    /// Leave out findings that this file knows; only new ones are reported and fail
    #[arg(long, value_name = "FILE", conflicts_with = "dilations")]
    baseline: Option<PathBuf>,

    /// Write what is found now to the baseline file; files not checked keep what is known of them
    #[arg(long, requires = "baseline")]
    update_baseline: bool,

    /// Fail on warnings too
    #[arg(long)]
    deny_warnings: bool,

    /// Deny the three published rules, as `profile = "published"` in a file does
    #[arg(long)]
    published: bool,

    /// Leave out the table of stages, and files without findings
    #[arg(short, long)]
    quiet: bool,
}

const EXAMPLES: &str = "\
Examples:
  degrid check                              every network file below this folder
  degrid check net.toml --deny-warnings     as a gate in CI
  degrid check --format github              annotations in GitHub Actions
  degrid check --format sarif -o degrid.sarif
  degrid check --format json-lines          for another program, line by line
  degrid check --baseline known.json --update-baseline    record what is found now
  degrid check --baseline known.json        report what is new since
  degrid check -d 2,2,2 -k 3                a schedule

Files that .gitignore or .ignore leave out are not found in folders; named ones are checked.

Columns (values for each axis are written once where they are equal):
  schedule    dilations of layers with more than one tap, input side first, and how often the list is repeated
  gcd         their common factor
  teeth       maximal runs of the schedule that do not fall
  M₂          published maximum distance, against the kernel size
  alone       whether the stage leaves holes on its own input
  in context  the same with all layers at its resolution
  field       receptive field, in positions of the map that the stage reads
  lobe        peak grating lobe: 0 averages fine patterns out, 1 lets one pass";

pub(super) fn run(args: &Args, out: &mut dyn Write) -> Result<Status, CliError> {
    let report = report(args)?;
    let options = Options {
        format: args.format,
        quiet: args.quiet,
        deny_warnings: args.deny_warnings,
    };
    if let Some(path) = &args.output_file {
        write_to(path, &report, options)?;
        // A log that shows nothing does not say why the step failed.
        note(&format!("{}: {}", path.display(), Totals::new(&report)));
    } else {
        write(out, &report, options)?;
        if !args.format.has_totals() {
            baseline::report_gone(&report);
        }
    }
    Ok(status(&report, args.deny_warnings))
}

impl Args {
    /// A network with the profile that the arguments ask for.
    fn denying(&self, mut config: Config) -> Config {
        if self.published {
            config.policy.profile = Profile::Published;
        }
        config
    }
}

/// The report, without what a baseline knows.
fn report(args: &Args) -> Result<Report, CliError> {
    let path = args.baseline.as_deref();
    if let (Some(path), Some(other)) = (path, &args.output_file)
        && (path == other || is_same(path, other))
    {
        return Err(CliError::Usage(format!(
            "{} is the baseline; the report must go elsewhere",
            path.display()
        )));
    }
    let known = path.map(|path| baseline::read(path, args.update_baseline));
    let known = known.transpose()?;
    let files = if args.schedule.is_given() {
        args.model.refused(!args.at.is_empty())?;
        let config = args.denying(args.schedule.config()?);
        vec![FileReport::of_schedule(
            args.schedule.title(),
            args.schedule.text(),
            &config,
        )]
    } else {
        check_files(args)?
    };
    let report = Report::new(files);
    let Some((mut known, path)) = known.zip(path) else {
        return Ok(report);
    };
    if args.update_baseline {
        baseline::update(&mut known, path, &report)?;
    }
    Ok(known.apply(report, baseline::is_there))
}

fn status(report: &Report, deny_warnings: bool) -> Status {
    let summary = report.summary;
    if summary.errors > 0 {
        Status::Invalid
    } else if summary.deny > 0 || (deny_warnings && summary.warn > 0) {
        Status::Findings
    } else {
        Status::Clean
    }
}

fn check_files(args: &Args) -> Result<Vec<FileReport>, CliError> {
    let here = [PathBuf::from(".")];
    let paths = if args.paths.is_empty() {
        &here[..]
    } else {
        &args.paths
    };
    let (models, paths): (Vec<PathBuf>, Vec<PathBuf>) =
        paths.iter().cloned().partition(|path| is_model(path));
    if models.is_empty() {
        args.model.refused(!args.at.is_empty())?;
    }
    let mut reports: Vec<FileReport> = models.iter().map(|path| check_model(path, args)).collect();
    let files = inputs(&paths)?
        .into_iter()
        .map(|input| Input {
            named: input.named && !args.only_networks,
            ..input
        })
        .filter_map(|input| check_file(input, args));
    reports.extend(files);
    if reports.is_empty() && !args.only_networks {
        let paths = itertools::join(paths.iter().map(|p| p.display()), ", ");
        return Err(CliError::Usage(format!(
            "no network file (*.toml with a `[[stage]]`) below {paths}; `degrid check --help` shows how to name one"
        )));
    }
    Ok(reports)
}

/// The report of a model.
fn check_model(path: &Path, args: &Args) -> FileReport {
    let shown = path.to_string_lossy().replace('\\', "/");
    match args.model.load(path, &args.at) {
        Ok(model) => {
            for line in model.notes(&shown) {
                note(&line);
            }
            let config = args.denying(model.config.clone());
            model.checked(shown, &config)
        }
        Err(message) => FileReport::unreadable(shown, None, &[Problem::new(message, 0..0)]),
    }
}

/// The report of a file; `None` for one found in a folder that is no network file.
fn check_file(input: Input, args: &Args) -> Option<FileReport> {
    if input.bytes.is_ok() && !input.is_network() {
        return None;
    }
    Some(match read(input, Undecided::Refused) {
        Ok(Source { path, text, config }) => {
            FileReport::checked(path, Some(text), &args.denying(config))
        }
        Err(broken) => *broken,
    })
}
