//! `degrid plan FILE`: the undecided dilations of a file.

use std::io::Write;
use std::path::Path;

use crate::cli::files::input;
use crate::cli::load::{Source, Undecided, draw, source};
use crate::cli::project::Projects;
use crate::cli::replace::replace_file;
use crate::cli::{CliError, Status};
use crate::config::{Config, Splicer, apply, parse_in};
use crate::network::Op;
use crate::planner::{FillRequest, fill, places};
use crate::render::line_by_line;
use crate::rules::Finding;

use super::args::{Args, Format};
use super::filled::{self, Answer};
use super::watch::Watch;

pub(super) fn run(args: &Args, path: &Path, out: &mut dyn Write) -> Result<Status, CliError> {
    if !matches!(args.format, Format::Human | Format::Json) {
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
    let input = input(path, None)?;
    let around = match Projects::new(&args.project)?.around(&input.path) {
        Ok(around) => around,
        Err(report) => {
            draw(&report)?;
            return Ok(Status::Invalid);
        }
    };
    let Some(Source {
        path: shown,
        text,
        config,
    }) = source(input, Undecided::Taken, &around)?
    else {
        return Ok(Status::Invalid);
    };
    let stage = args
        .stage
        .as_deref()
        .map(|name| stage_named(&config, name))
        .transpose()?;
    let knobs = config.knobs();
    if places(&config.network, &knobs, stage).is_empty() {
        return nothing(
            args,
            &shown,
            stage.map(|s| config.network.stages[s].name.as_str()),
            out,
        );
    }
    let allowed = |finding: &Finding| config.allows(finding);
    let has_comments = !config.suppressions.is_empty();
    let request = FillRequest {
        stage,
        max_dilation: args.max_dilation()?,
        nodes: args.budget.unwrap_or(FillRequest::NODES),
        allowed: has_comments.then_some(&allowed),
    };
    let mut watch = Watch::new("networks");
    let answer = fill(&config.network, &knobs, &config.policy, &request, |nodes| {
        watch.update(nodes)
    });
    watch.done();
    let filled = match answer {
        Ok(filled) => filled,
        Err(refusal) => {
            filled::refusal(out, args.format, &shown, &refusal)?;
            return Ok(Status::Findings);
        }
    };
    let ops: Vec<(usize, Op)> = filled
        .places
        .iter()
        .flat_map(|&place| &knobs[place].layers)
        .map(|&layer| (layer, filled.network.layers[layer].op))
        .collect();
    let edits = Splicer::new(&config, &text, &knobs).edits(&ops);
    let edits = edits.map_err(|why| unwritable(&shown, &filled.values, &why.to_string()))?;
    let new = apply(&text, &edits).map_err(CliError::of(&shown))?;
    // What is written is read again: it must be the network that was planned.
    let after = parse_in(&new, &around).map_err(|problems| {
        let first = problems.first().map_or("", |problem| &problem.message);
        unwritable(&shown, &filled.values, first)
    })?;
    let written = args.write && new != text;
    if written {
        replace_file(path, text.as_bytes(), new.as_bytes())
            .map_err(|error| CliError::unwritten(&shown, &error))?;
    }
    filled::answer(
        out,
        args.format,
        &Answer {
            path: &shown,
            text: &text,
            before: &config,
            after: &after,
            knobs: &knobs,
            filled: &filled,
            stage,
            lines: line_by_line(&text, &new),
            written,
            interrupted: watch.interrupted(),
        },
    )?;
    Ok(Status::Clean)
}

/// Why dilations that pass cannot be put into the file.
fn unwritable(path: &str, values: &[i64], why: &str) -> CliError {
    let values = itertools::join(values, ", ");
    CliError::of(path)(format!("dilations {values} pass, but {why}"))
}

fn stage_named(config: &Config, name: &str) -> Result<usize, CliError> {
    let stages = &config.network.stages;
    stages
        .iter()
        .position(|stage| stage.name == name)
        .ok_or_else(|| {
            let names = stages.iter().map(|stage| format!("\"{}\"", stage.name));
            let names = itertools::join(names, ", ");
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
    if let Some(stage) = stage {
        return Err(CliError::Usage(format!(
            "no dilation of a layer with more than one tap is written in \"{stage}\": give its layers a `dilation`"
        )));
    }
    if args.format == Format::Json {
        filled::nothing(out, path)?;
    } else {
        writeln!(
            out,
            "{path}: every dilation is decided; write \"?\" for one to plan it, or name a --stage"
        )?;
    }
    Ok(Status::Clean)
}
