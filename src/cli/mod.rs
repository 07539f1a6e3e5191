//! The command line: one file for each command.

mod baseline;
mod call;
mod check;
mod completions;
mod explain;
mod files;
mod fix;
mod format;
mod gather;
mod import;
mod init;
mod levels;
mod load;
mod man;
mod matrix;
mod model;
mod number;
mod outcome;
mod plan;
mod project;
mod replace;
mod rules;
mod schedule;
mod schema;
mod show;
mod terminal;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::render::DENY;

pub use call::{Answer, call};
pub use outcome::{CliError, Status};

/// Does your network skip pixels? Checks and plans dilated convolution schedules.
#[derive(Debug, Parser)]
#[command(name = "degrid", version, about, max_term_width = 100, after_help = EXAMPLES)]
pub struct Cli {
    #[command(flatten)]
    color: colorchoice_clap::Color,

    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  degrid init                     write a network file to start from
  degrid check configs            check every network file below a folder
  degrid check -d 1,2,5 -k 3      check a schedule
  degrid show -d 1,2,5 -k 3       draw what an output sees
  degrid plan --layers 3          find schedules without holes, best first
  degrid fix net.toml             the nearest schedule that passes, as a diff
  degrid import model.onnx -o net.toml    an ONNX model as a network file
  degrid matrix --kernel '1 2; 3 4' --input 3x3    a convolution as a matrix
  degrid explain max-distance     why the published rule and the exact test disagree";

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Args),
    Show(show::Args),
    Plan(Box<plan::Args>),
    Fix(fix::Args),
    Import(import::Args),
    Matrix(matrix::Args),
    Rules(rules::Args),
    Explain(explain::Args),
    Init(init::Args),
    Schema(schema::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Runs the command that the arguments of the process name.
#[must_use]
pub fn main() -> ExitCode {
    main_from(std::env::args_os()).into()
}

/// Runs the command that some arguments name, of which the first is the name of the program, and returns its exit code. A closed pipe is no
/// error.
pub fn main_from<T: Into<OsString> + Clone>(args: impl IntoIterator<Item = T>) -> u8 {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Nothing is left to do if even this cannot be written.
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(Status::Invalid.code());
        }
    };
    cli.color.write_global();
    terminal::force_color();
    let mut out = io::BufWriter::new(anstream::AutoStream::auto(io::stdout().lock()));
    let result = dispatch(&cli, &mut out);
    match result.and_then(|status| Ok(out.flush().map(|()| status)?)) {
        Ok(status) => status.code(),
        Err(CliError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            Status::Clean.code()
        }
        Err(error) => {
            // Nothing is left to do if even this cannot be written.
            let _ = writeln!(
                anstream::AutoStream::auto(io::stderr().lock()),
                "{DENY}error{DENY:#}: {error}"
            );
            Status::Invalid.code()
        }
    }
}

fn dispatch(cli: &Cli, out: &mut dyn Write) -> Result<Status, CliError> {
    match &cli.command {
        Command::Check(args) => check::run(args, out),
        Command::Show(args) => show::run(args, out),
        Command::Plan(args) => plan::run(args, out),
        Command::Fix(args) => fix::run(args, out),
        Command::Import(args) => import::run(args, out),
        Command::Matrix(args) => matrix::run(args, out),
        Command::Rules(args) => rules::run(args, out),
        Command::Explain(args) => explain::run(args, out),
        Command::Init(args) => init::run(args, out),
        Command::Schema(args) => schema::run(args, out),
        Command::Completions(args) => completions::run(args, Cli::command(), out),
        Command::Man(args) => man::run(args, Cli::command(), out),
    }
}
