//! `degrid fix`: the smallest changes with which files pass.

mod answer;

use std::io::Write;
use std::path::PathBuf;

use clap::ValueEnum;

use crate::config::{FixRequest, fix_in};

use answer::File;

use super::gather::{FileArgs, Gathered, Search, gather, nothing_found};
use super::load::{Source, Undecided, draw, source};
use super::replace::replace_file;
use super::{CliError, Status};

/// Fix network files: the nearest dilations without gridding or a common factor, the nearest kernels of transposed layers
///
/// Nearest means the smallest change, over all dilations, that keeps the receptive field of every output, or as much of it as `[target]`
/// asks for. If no single dilation works for all repetitions of a stage, they take up to four in turn. Prints the changes as a diff; --write
/// makes them and keeps every other byte. If no change keeps the receptive field, names the smallest one that does not; --shrink makes it.
///
/// Exit code: 0 if nothing is left to fix, 1 if a change is not written yet or a finding stays, 2 if a file is not a valid network or there is
/// none.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Files, folders (searched for *.toml with a `[[stage]]`), or - for standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// Put the changes into the files
    #[arg(long)]
    write: bool,

    /// Make changes that shrink the receptive field, if nothing else passes
    #[arg(long)]
    shrink: bool,

    #[command(flatten)]
    settings: FileArgs,

    /// How to write the answer
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  degrid fix net.toml            show what would change
  degrid fix net.toml --write    change the file
  degrid fix net.toml --shrink   accept a smaller receptive field if nothing else passes
  degrid fix configs             every network file below a folder";

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// A diff, and what it changes
    Human,
    /// One JSON object
    Json,
}

pub(super) fn run(args: &Args, out: &mut dyn Write) -> Result<Status, CliError> {
    if args.write && args.files.iter().any(|path| path.as_os_str() == "-") {
        return Err(CliError::Usage(
            "standard input cannot be written to: name the file".to_owned(),
        ));
    }
    let request = FixRequest {
        may_shrink: args.shrink,
    };
    let mut files = Vec::new();
    let mut status = Status::Clean;
    let mut found = false;
    for gathered in gather(&args.files, &args.settings, Search::default())? {
        let (input, around) = match gathered {
            Gathered::Network(network) => (network.input, network.around),
            Gathered::Other(report) => {
                draw(&report)?;
                if report.is_network() {
                    status = Status::Invalid;
                }
                continue;
            }
        };
        found = true;
        let place = PathBuf::from(&input.path);
        let Some(Source { path, text, .. }) = source(input, Undecided::Refused, &around)? else {
            status = Status::Invalid;
            continue;
        };
        let Ok(fixed) = fix_in(&text, &around, request) else {
            continue;
        };
        let written = args.write && fixed.text != text;
        if written {
            replace_file(&place, text.as_bytes(), fixed.text.as_bytes())
                .map_err(|error| CliError::unwritten(&path, &error))?;
        }
        let is_open = !fixed.left.is_empty() || (fixed.text != text && !written);
        if is_open {
            status = status.max(Status::Findings);
        }
        files.push(File {
            path,
            text,
            fixed,
            written,
        });
    }
    if !found && status == Status::Clean {
        return Err(CliError::Usage(nothing_found(&args.files)));
    }
    match args.format {
        Format::Human => answer::human(out, &files)?,
        Format::Json => answer::json(out, &files)?,
    }
    Ok(status)
}
