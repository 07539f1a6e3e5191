//! `degrid completions SHELL`: a script by which a shell completes commands and options.

use std::io::Write;

use clap_complete::Shell;

use super::{CliError, Status};

/// Print a script that lets a shell complete commands and options
#[derive(Debug, clap::Args)]
#[command(after_help = INSTALL)]
pub(super) struct Args {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

const INSTALL: &str = "\
Install, for one user:
  bash        degrid completions bash > ~/.local/share/bash-completion/completions/degrid
  zsh         degrid completions zsh > a file `_degrid` in a folder of $fpath
  fish        degrid completions fish > ~/.config/fish/completions/degrid.fish
  powershell  degrid completions powershell | Out-String | Invoke-Expression    in $PROFILE
  elvish      eval (degrid completions elvish | slurp)                          in rc.elv";

/// Writes the completions of a command.
pub(super) fn run(
    args: &Args,
    mut command: clap::Command,
    out: &mut dyn Write,
) -> Result<Status, CliError> {
    // The generator panics where it cannot write, on a closed pipe for one.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "degrid", &mut script);
    out.write_all(&script)?;
    Ok(Status::Clean)
}
