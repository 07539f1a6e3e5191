//! One network, from a file or a schedule.

use std::io;
use std::path::Path;

use crate::config::{Config, Problem, decode, parse};
use crate::render::human;
use crate::report::{FileReport, Report};
use crate::rules::vocabulary;

use super::check::decided;
use super::{CliError, files, terminal};

/// Reads a network file; `None` if it is none, after its problems were drawn on standard error.
pub(super) fn load(path: &Path) -> Result<Option<(String, Config)>, CliError> {
    let files::Input { path, bytes, .. } = files::input(path)?;
    let broken = match bytes {
        Err(message) => FileReport::unreadable(path, None, &[Problem::new(message, 0..0)]),
        Ok(bytes) => match decode(bytes) {
            Err(fault) => {
                let (text, problem) = *fault;
                FileReport::unreadable(path, Some(text), &[problem])
            }
            Ok(source) => match parse(&source, &vocabulary()).and_then(decided) {
                Ok(config) => {
                    let title = config.network.name.clone().unwrap_or(path);
                    return Ok(Some((title, config)));
                }
                Err(problems) => FileReport::unreadable(path, Some(source), &problems),
            },
        },
    };
    let mut out = anstream::AutoStream::auto(io::stderr().lock());
    human(
        &mut out,
        &Report::new(vec![broken]),
        terminal::width(),
        true,
    )?;
    Ok(None)
}
