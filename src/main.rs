//! The `degrid` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    degrid::cli::main()
}
