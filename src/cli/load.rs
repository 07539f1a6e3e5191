//! A network file to read, and its problems on standard error where it is none.

use std::io::{self, Write};

use annotate_snippets::Renderer;

use crate::config::{Around, Config, Problem, decode, few, parse_in};
use crate::render::{human, snippet_text};
use crate::report::{FileReport, Report, items};

use super::files::Input;
use super::terminal;

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
pub(super) fn load(input: Input) -> io::Result<Option<(String, Config)>> {
    let source = source(input, Undecided::Refused, &Around::default())?;
    Ok(source.map(|source| {
        let title = source.config.network.name.clone().unwrap_or(source.path);
        (title, source.config)
    }))
}

/// A file as a network; `None` if it is none, after its problems were drawn on standard error.
pub(super) fn source(
    input: Input,
    undecided: Undecided,
    around: &Around,
) -> io::Result<Option<Source>> {
    match read(input, undecided, around) {
        Ok(source) => {
            if !source.config.doubts.is_empty() {
                draw(&FileReport::doubtful(
                    source.path.clone(),
                    source.text.clone(),
                    &source.config.doubts,
                ))?;
            }
            Ok(Some(source))
        }
        Err(broken) => {
            draw(&broken)?;
            Ok(None)
        }
    }
}

/// Draws the report of a file on standard error; mere warnings without a summary.
pub(super) fn draw(report: &FileReport) -> io::Result<()> {
    let breaking = terminal::breaking(&io::stderr());
    let mut out = terminal::stderr();
    if report.errors.is_empty() {
        let renderer = Renderer::styled().term_width(terminal::width());
        for item in items(report) {
            let text = snippet_text(&item, report, &renderer, breaking);
            writeln!(out, "{text}\n")?;
        }
        return Ok(());
    }
    human(
        &mut out,
        &Report::new(vec![report.clone()]),
        terminal::width(),
        breaking,
        true,
    )
}

/// What is wrong, in one line.
pub(super) fn messages(problems: &[Problem]) -> String {
    itertools::join(problems.iter().map(|problem| &problem.message), "; ")
}

/// A file as a network, or the report of its problems.
pub(super) fn read(
    input: Input,
    undecided: Undecided,
    around: &Around,
) -> Result<Source, Box<FileReport>> {
    let Input {
        path, bytes, model, ..
    } = input;
    if model.is_some() {
        let problem = Problem::new("this is a model, not a network file", 0..0)
            .help("change the model's code and read it again, or fix the network file that `degrid import` writes of it");
        return Err(Box::new(FileReport::unreadable(path, None, &[problem])));
    }
    let (text, problems) = match bytes.map(decode) {
        Err(message) => (None, vec![Problem::new(message, 0..0)]),
        Ok(Err(fault)) => (Some(fault.0), vec![fault.1]),
        Ok(Ok(text)) => match parse_in(&text, around).and_then(|config| decided(config, undecided))
        {
            Ok(config) => return Ok(Source { path, text, config }),
            Err(problems) => (Some(text), problems),
        },
    };
    Err(Box::new(FileReport::unreadable(path, text, &problems)))
}

/// A network; a fault where dilations must be decided and are not.
fn decided(config: Config, undecided: Undecided) -> Result<Config, Vec<Problem>> {
    if undecided == Undecided::Taken || config.undecided.is_empty() {
        return Ok(config);
    }
    let problem = |span: &std::ops::Range<usize>| {
        Problem::new("this dilation is not decided yet", span.clone())
            .label("undecided")
            .help("put a number here, or let `degrid plan FILE` fill it in")
    };
    Err(few(config.undecided.iter().map(problem).collect()))
}
