//! Commands that a program runs in its own process: what they read and write stays in memory.

use std::ffi::OsString;
use std::io::Write;

use clap::Parser;

use super::{Cli, Status, dispatch, terminal};

/// What a command wrote, and how it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Its exit code.
    pub code: u8,
    /// What it wrote to standard output, without colour.
    pub out: Vec<u8>,
    /// What it wrote to standard error, without colour.
    pub err: String,
}

/// Runs a command, with the name of the program as its first argument. `stdin` is its standard input. `stop` is asked during long searches
/// whether to end with the best so far; it is asked often, so it should answer at once.
///
/// Streams, signals and settings of the process stay as they are. Files that the arguments name are read and written.
///
/// ```
/// use degrid::cli::call;
/// let network = b"[[stage]]\ndilations = [2, 2]\n";
/// let answer = call(["degrid", "check", "--format", "concise", "-"], network.to_vec(), || false);
/// assert_eq!(answer.code, 1);
/// assert!(String::from_utf8(answer.out).unwrap().contains("<stdin>:2:17: error[gridding]"));
/// ```
pub fn call<T: Into<OsString> + Clone>(
    args: impl IntoIterator<Item = T>,
    stdin: Vec<u8>,
    stop: impl Fn() -> bool + 'static,
) -> Answer {
    let caller = terminal::Caller::enter(stdin, stop);
    let mut out = anstream::StripStream::new(Vec::new());
    let code = match Cli::try_parse_from(args) {
        Ok(cli) => match dispatch(&cli, &mut out) {
            Ok(status) => status.code(),
            Err(error) => {
                terminal::note(&format!("error: {error}"));
                Status::Invalid.code()
            }
        },
        Err(error) => refused(&error, &mut out),
    };
    Answer {
        code,
        out: out.into_inner(),
        err: caller.leave(),
    }
}

/// Arguments that are no command, or ask for help; the exit code.
fn refused(error: &clap::Error, out: &mut dyn Write) -> u8 {
    let text = error.render().to_string();
    if error.use_stderr() {
        terminal::note(text.trim_end());
    } else {
        // A list of bytes takes all that is written to it.
        let _ = out.write_all(text.as_bytes());
    }
    u8::try_from(error.exit_code()).unwrap_or(Status::Invalid.code())
}
