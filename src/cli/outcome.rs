//! How a command ends.

use std::fmt::Display;
use std::io;

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

impl Status {
    /// The exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Invalid => 2,
        }
    }
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The output could not be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
    /// The arguments, or what they name, do not work; a message that says what would.
    #[error("{0}")]
    Usage(String),
}

impl CliError {
    /// Arguments that do not work.
    pub(super) fn usage(error: impl Display) -> Self {
        Self::Usage(error.to_string())
    }

    /// What is wrong with an option's value, or with a file.
    pub(super) fn of<E: Display>(what: impl Display) -> impl Fn(E) -> Self {
        move |error| Self::Usage(format!("{what}: {error}"))
    }

    /// A file that cannot be written.
    pub(super) fn unwritten(path: impl Display, error: &io::Error) -> Self {
        Self::Usage(format!("cannot write {path}: {error}"))
    }
}
