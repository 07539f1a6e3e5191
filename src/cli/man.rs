//! `degrid man`: manual pages.

use std::io::Write;
use std::path::PathBuf;

use clap::CommandFactory;
use clap_mangen::Man;

use super::{Cli, CliError, Status};

/// Print the manual page, or write one for each command
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Write degrid.1 and a page for each command, such as degrid-check.1, into this folder
    #[arg(short, long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  degrid man | man -l -                        read it
  degrid man --out ~/.local/share/man/man1     install the pages for one user";

pub(super) fn run(args: &Args, out: &mut dyn Write) -> Result<Status, CliError> {
    let Some(folder) = &args.out else {
        Man::new(Cli::command()).render(out)?;
        return Ok(Status::Clean);
    };
    clap_mangen::generate_to(Cli::command(), folder)
        .map_err(|e| CliError::Usage(format!("cannot write into {}: {e}", folder.display())))?;
    Ok(Status::Clean)
}
