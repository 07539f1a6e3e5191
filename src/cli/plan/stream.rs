//! `--all`: every schedule as it is found, in constant memory.

use std::io::{self, Write};
use std::ops::ControlFlow;

use itertools::Itertools;
use serde::Serialize;

use crate::cli::{CliError, Status};
use crate::network::schedule::second_distance;
use crate::planner::{Fewest, Goal, Request, Scored};
use crate::report::VERSION;

use super::args::{Args, Format};
use super::formats::{FewestJson, csv_head, csv_line, refused};
use super::listed::layers;
use super::watch::Watch;

/// A schedule with the measures that take no time.
#[derive(Serialize)]
struct Line<'a> {
    dilations: &'a [i64],
    repeat: i64,
    receptive_field: i64,
    largest_dilation: i64,
    m2: Option<i64>,
    holes: i64,
}

/// Why a stream ended early.
enum End {
    Output(io::Error),
    Stopped,
}

/// Progress is shown, and Ctrl-C looked for, once in so many schedules.
const REPORT_EVERY: u64 = 1_024;

pub(super) fn run(
    goal: &Goal,
    fewest: Option<&Fewest>,
    args: &Args,
    watch: &mut Watch,
    out: &mut dyn Write,
) -> Result<Status, CliError> {
    if let Some(refusal) = goal.refusal(&args.work(), &mut |nodes| watch.update(nodes)) {
        return refused(args.format, goal, &refusal, out);
    }
    let mut out = io::BufWriter::new(out);
    let mut left = args.budget.unwrap_or(u64::MAX);
    let (mut seen, mut listed) = (0_u64, 0_u64);
    let capped = goal.request().is_searched();
    let mut are_known = true;
    if let (Some(fewest), Format::Human) = (fewest, args.format) {
        writeln!(out, "{}\n", layers(fewest))?;
    }
    let flow = goal.each(|tooth| {
        if left == 0 {
            return ControlFlow::Break(End::Stopped);
        }
        (left, seen) = (left - 1, seen + 1);
        // A lobe or ripple takes much longer than a line.
        if (capped || seen % REPORT_EVERY == 0) && watch.update(seen).is_break() {
            return ControlFlow::Break(End::Stopped);
        }
        let is_even = goal.is_even(tooth);
        are_known &= is_even.is_some();
        if is_even == Some(true) {
            match line(&mut out, args.format, (goal, fewest), tooth, listed == 0) {
                Ok(()) => listed += 1,
                Err(error) => return ControlFlow::Break(End::Output(error)),
            }
        }
        ControlFlow::Continue(())
    });
    watch.done();
    let complete = match flow {
        ControlFlow::Break(End::Output(error)) => return Err(error.into()),
        ControlFlow::Break(End::Stopped) => false,
        ControlFlow::Continue(()) => are_known,
    };
    if listed == 0 {
        // Only a largest lobe or ripple can leave nothing of what there is, or a budget.
        let one = Request {
            top: 1,
            ..goal.request().clone()
        };
        let one = Goal::new(one).map_err(|error| CliError::Usage(error.to_string()))?;
        let answer = one.plan(&args.work(), |nodes| watch.update(nodes));
        watch.done();
        if let Err(refusal) = answer {
            let out = out.get_mut();
            return refused(args.format, goal, &refusal, *out);
        }
    }
    let count = match complete {
        true => Some(listed.to_string()),
        false if capped => None,
        false => goal.count(args.work().words).map(|count| count.to_string()),
    };
    end(
        &mut out,
        args.format,
        (goal, fewest),
        (listed, complete),
        count.as_deref(),
    )?;
    out.flush()?;
    Ok(Status::Clean)
}

fn line(
    out: &mut impl Write,
    format: Format,
    (goal, fewest): (&Goal, Option<&Fewest>),
    tooth: &[i64],
    first: bool,
) -> io::Result<()> {
    let request = goal.request();
    let line = Line {
        dilations: tooth,
        repeat: request.repeat,
        receptive_field: goal.limits().field(tooth.iter().sum()),
        largest_dilation: tooth.iter().copied().max().unwrap_or(1),
        m2: second_distance(tooth),
        holes: 0,
    };
    match format {
        Format::Json => {
            if first {
                head(out, goal, fewest)?;
            }
            write!(out, "{}", if first { "\n    " } else { ",\n    " })?;
            Ok(serde_json::to_writer(out, &line)?)
        }
        Format::Csv => {
            if first {
                csv_head(out)?;
            }
            let scored =
                Scored::measure(request.kernel, request.repeat, tooth).map_err(io::Error::other)?;
            csv_line(out, goal, &scored)
        }
        _ => writeln!(
            out,
            "{}  sees {}",
            tooth.iter().format(","),
            line.receptive_field
        ),
    }
}

/// What comes before the schedules; the rest is only known behind them.
fn head(out: &mut impl Write, goal: &Goal, fewest: Option<&Fewest>) -> io::Result<()> {
    write!(out, "{{\n  \"version\": {VERSION},\n  \"goal\": ")?;
    serde_json::to_writer(&mut *out, goal)?;
    write!(out, ",\n  \"fewest_layers\": ")?;
    serde_json::to_writer(&mut *out, &fewest.map(FewestJson::new))?;
    write!(out, ",\n  \"front\": null,\n  \"schedules\": [")
}

fn end(
    out: &mut impl Write,
    format: Format,
    (goal, fewest): (&Goal, Option<&Fewest>),
    (listed, complete): (u64, bool),
    count: Option<&str>,
) -> io::Result<()> {
    match format {
        Format::Json => {
            if listed == 0 {
                head(out, goal, fewest)?;
            }
            write!(out, "\n  ],\n  \"complete\": {complete},\n  \"count\": ")?;
            serde_json::to_writer(&mut *out, &count)?;
            writeln!(out, "\n}}")
        }
        Format::Csv => Ok(()),
        _ if complete => writeln!(out, "\nThese are all: {listed}."),
        _ => match count {
            Some(count) => writeln!(out, "\nStopped after {listed} of {count}."),
            None => writeln!(out, "\nStopped after {listed}; there may be more."),
        },
    }
}
