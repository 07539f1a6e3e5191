//! How a command ends.

use std::fmt;
use std::io;
use std::process::ExitCode;

/// How a command went, as its exit code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// 0: nothing to complain of.
    Clean,
    /// 1: findings at level deny, or no answer.
    Findings,
    /// 2: input that cannot be read or is invalid.
    Invalid,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Clean => 0,
            Status::Findings => 1,
            Status::Invalid => 2,
        })
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub enum CliError {
    /// The output could not be written.
    Output(io::Error),
    /// The arguments, or what they name, do not work; a message that says what would.
    Usage(String),
}

impl From<io::Error> for CliError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Output(error) => write!(f, "cannot write the output: {error}"),
            Self::Usage(message) => f.write_str(message),
        }
    }
}
