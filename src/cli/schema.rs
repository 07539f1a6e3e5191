//! `degrid schema`: the JSON Schema of network files and of project files.

use std::io::Write;
use std::path::PathBuf;

use super::files::to_file;
use super::{CliError, Status};

/// Print the JSON Schema of network files, or of project files, for editors
///
/// With it an editor completes keys and values, and marks mistakes. `#:schema ./degrid.schema.json` as the first line of a network file
/// points Even Better TOML, Taplo and Tombi to it. It accepts every file that `degrid check` reads.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Print the schema of project files, `degrid.toml`
    #[arg(long)]
    project: bool,

    /// Write to a file instead
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &Args, out: &mut dyn Write) -> Result<Status, CliError> {
    let schema = if args.project {
        crate::config::project_schema()
    } else {
        crate::config::schema()
    };
    match &args.out {
        Some(path) => to_file(path, |file| writeln!(file, "{schema:#}"))?,
        None => writeln!(out, "{schema:#}")?,
    }
    Ok(Status::Clean)
}
