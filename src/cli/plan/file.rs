//! `degrid plan FILE`: the undecided dilations of a file.

use std::io::Write;
use std::path::Path;

use crate::cli::files::input;
use crate::cli::load::{Source, Undecided, source};
use crate::cli::{CliError, Status};
use crate::config::{Config, parse};
use crate::fix::{Edit, apply, line_changes, replace_file};
use crate::planner::{FillRequest, Slot, fill};

use super::args::{Args, Format};
use super::filled::{self, Answer};
use super::watch::Watch;

pub(super) fn run(args: &Args, path: &Path, out: &mut dyn Write) -> Result<Status, CliError> {
    if matches!(args.format, Format::Csv | Format::Toml) {
        return Err(CliError::Usage(
            "the plan of a file is written as `--format human` or `json`".to_owned(),
        ));
    }
    let is_stdin = path.as_os_str() == "-";
    if is_stdin && args.write {
        return Err(CliError::Usage(
            "standard input cannot be written to: name the file".to_owned(),
        ));
    }
    let Some(Source {
        path: shown,
        text,
        config,
    }) = source(input(path)?, Undecided::Taken)?
    else {
        return Ok(Status::Invalid);
    };
    let stage = args
        .stage
        .as_deref()
        .map(|name| stage_named(&config, name))
        .transpose()?;
    let request = FillRequest {
        stage,
        max_dilation: args.max_dilation()?,
        nodes: args.budget.unwrap_or(FillRequest::NODES),
    };
    let slots = Slot::all(&config, stage);
    if slots.is_empty() {
        return nothing(
            args,
            &shown,
            stage.map(|s| config.network.stages[s].name.as_str()),
            out,
        );
    }
    let mut watch = Watch::new("networks");
    let reread = |values: &[i64]| {
        let text = apply(&text, &edits(&slots, values)).ok()?;
        parse(&text).ok()
    };
    let answer = fill(&config, &request, reread, |nodes| watch.update(nodes));
    watch.done();
    let filled = match answer {
        Ok(filled) => filled,
        Err(refusal) => {
            filled::refusal(out, args.format, &shown, &refusal)?;
            return Ok(Status::Findings);
        }
    };
    let edits = edits(&filled.slots, &filled.values);
    let usage = |error: crate::fix::EditError| CliError::Usage(format!("{shown}: {error}"));
    let new = apply(&text, &edits).map_err(usage)?;
    let mut lines = line_changes(&text, &edits).map_err(usage)?;
    lines.retain(|change| change.before != change.after);
    let written = args.write && new != text;
    if written {
        replace_file(path, text.as_bytes(), new.as_bytes())
            .map_err(|error| CliError::Usage(format!("cannot write {shown}: {error}")))?;
    }
    filled::answer(
        out,
        args.format,
        &Answer {
            path: &shown,
            text: &text,
            before: &config,
            filled: &filled,
            stage,
            lines,
            written,
            interrupted: watch.interrupted(),
        },
    )?;
    Ok(Status::Clean)
}

fn edits(slots: &[Slot], values: &[i64]) -> Vec<Edit> {
    let pairs = slots.iter().zip(values);
    pairs
        .map(|(slot, value)| Edit {
            span: slot.span.clone(),
            text: value.to_string(),
        })
        .collect()
}

fn stage_named(config: &Config, name: &str) -> Result<usize, CliError> {
    let stages = &config.network.stages;
    stages
        .iter()
        .position(|stage| stage.name == name)
        .ok_or_else(|| {
            let names = itertools::join(
                stages.iter().map(|stage| format!("\"{}\"", stage.name)),
                ", ",
            );
            CliError::Usage(format!("no stage \"{name}\"; there are {names}"))
        })
}

/// An answer where there is nothing to decide.
fn nothing(
    args: &Args,
    path: &str,
    stage: Option<&str>,
    out: &mut dyn Write,
) -> Result<Status, CliError> {
    match (stage, args.format) {
        (Some(stage), _) => Err(CliError::Usage(format!(
            "no dilation of a layer with more than one tap is written in \"{stage}\": give its layers a `dilation`"
        ))),
        (None, Format::Json) => {
            filled::nothing(out, path)?;
            Ok(Status::Clean)
        }
        (None, _) => {
            writeln!(
                out,
                "{path}: every dilation is decided; write \"?\" for one to plan it, or name a --stage"
            )?;
            Ok(Status::Clean)
        }
    }
}
