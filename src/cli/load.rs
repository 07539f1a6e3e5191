//! A network file to read, and its problems on standard error where it is none.

use std::io;
use std::path::Path;

use crate::config::{Config, Problem, decode, parse};
use crate::render::human;
use crate::report::{FileReport, Report};

use super::check::decided;
use super::{CliError, files, terminal};

/// A network file that was read.
pub(super) struct Source {
    /// Its path for reports.
    pub path: String,
    pub text: String,
    pub config: Config,
}

/// Whether dilations written "?" are taken, with 1 in their place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Undecided {
    Taken,
    Refused,
}

/// Reads a network file whose dilations are all decided; `None` if it is none, after its problems were drawn on standard error.
pub(super) fn load(path: &Path) -> Result<Option<(String, Config)>, CliError> {
    let source = source(files::input(path)?, Undecided::Refused)?;
    Ok(source.map(|source| {
        let title = source.config.network.name.clone().unwrap_or(source.path);
        (title, source.config)
    }))
}

/// A file as a network; `None` if it is none, after its problems were drawn on standard error.
pub(super) fn source(input: files::Input, undecided: Undecided) -> io::Result<Option<Source>> {
    let files::Input { path, bytes, .. } = input;
    let broken = match bytes {
        Err(message) => FileReport::unreadable(path, None, &[Problem::new(message, 0..0)]),
        Ok(bytes) => match decode(bytes) {
            Err(fault) => {
                let (text, problem) = *fault;
                FileReport::unreadable(path, Some(text), &[problem])
            }
            Ok(text) => {
                let read = parse(&text);
                let read = match undecided {
                    Undecided::Taken => read,
                    Undecided::Refused => read.and_then(decided),
                };
                match read {
                    Ok(config) => return Ok(Some(Source { path, text, config })),
                    Err(problems) => FileReport::unreadable(path, Some(text), &problems),
                }
            }
        },
    };
    let mut out = anstream::AutoStream::auto(io::stderr().lock());
    let report = Report::new(vec![broken]);
    human(&mut out, &report, terminal::width(), true)?;
    Ok(None)
}
