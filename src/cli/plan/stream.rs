//! `--all`: every schedule as it is found, in constant memory, with the measures that take no time.

use std::io::{self, Write};
use std::ops::ControlFlow;

use crate::cli::{CliError, Status, terminal};
use crate::network::schedule::second_distance;
use crate::planner::{Fewest, Goal, Request};
use crate::report::VERSION;

use super::args::{Args, Format};
use super::formats::{FewestJson, refused};
use super::listed::layers;
use super::watch::Watch;

/// Why a stream ended early.
enum End {
    Output(io::Error),
    Stopped,
}

/// Progress is shown, and Ctrl-C looked for, once in so many schedules.
const REPORT_EVERY: u64 = 1_024;

/// Text is handed on in pieces of about so many bytes.
const PIECE: usize = 1 << 16;

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
    let mut rows = Rows {
        goal,
        fewest,
        format: args.format,
        text: Vec::with_capacity(2 * PIECE),
        before: Vec::new(),
        after: Vec::new(),
        listed: 0,
        out: terminal::unsearched(out)?,
    };
    let mut left = args.budget.unwrap_or(u64::MAX);
    let mut seen = 0_u64;
    let capped = goal.request().is_searched();
    let mut are_known = true;
    let flow = goal.each_run(|run| {
        rows.begin(run.before());
        run.each(|tooth| {
            if left == 0 {
                return ControlFlow::Break(End::Stopped);
            }
            (left, seen) = (left - 1, seen + 1);
            // A lobe or ripple takes much longer than a line.
            if (capped || seen.is_multiple_of(REPORT_EVERY)) && watch.update(seen).is_break() {
                return ControlFlow::Break(End::Stopped);
            }
            if capped {
                let is_even = goal.is_even(tooth);
                are_known &= is_even.is_some();
                if is_even != Some(true) {
                    return ControlFlow::Continue(());
                }
            }
            match rows.row(tooth) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => ControlFlow::Break(End::Output(error)),
            }
        })
    });
    watch.done();
    let complete = match flow {
        ControlFlow::Break(End::Output(error)) => return Err(error.into()),
        ControlFlow::Break(End::Stopped) => false,
        ControlFlow::Continue(()) => are_known,
    };
    if rows.listed == 0 {
        // Only a largest lobe or ripple can leave nothing of what there is, or a budget.
        let one = Request {
            top: 1,
            ..goal.request().clone()
        };
        let one = Goal::new(one).map_err(CliError::usage)?;
        let answer = one.plan(&args.work(), |nodes| watch.update(nodes));
        watch.done();
        if let Err(refusal) = answer {
            drop(rows);
            return refused(args.format, goal, &refusal, out);
        }
    }
    let count = match complete {
        true => Some(rows.listed.to_string()),
        false if capped => None,
        false => goal.count(args.work().words).map(|count| count.to_string()),
    };
    rows.end(complete, count.as_deref())?;
    Ok(Status::Clean)
}

/// A measure that takes no time.
#[derive(Clone, Copy)]
enum Value {
    Field,
    InInput,
    Largest,
    SecondDistance,
}

/// What a row has behind what its run has in common: values, each with the text before it, and the end.
type Columns = (&'static [(&'static str, Value)], &'static str);

const JSON: Columns = (
    &[
        (",\"receptive_field\":", Value::Field),
        (",\"largest_dilation\":", Value::Largest),
        (",\"m2\":", Value::SecondDistance),
    ],
    ",\"holes\":0}",
);

const CSV: Columns = (
    &[
        (",", Value::Field),
        (",", Value::InInput),
        (",", Value::Largest),
        (",", Value::SecondDistance),
    ],
    ",0\n",
);

const TEXT: Columns = (&[("  sees ", Value::Field)], "\n");

/// Schedules as text, with the measures that take no time.
struct Rows<'a> {
    goal: &'a Goal,
    fewest: Option<&'a Fewest>,
    format: Format,
    out: Box<dyn Write + 'a>,
    /// What is not handed on yet.
    text: Vec<u8>,
    /// How each row of the present run begins, up to its last dilation.
    before: Vec<u8>,
    /// What follows that dilation in each of them.
    after: Vec<u8>,
    listed: u64,
}

impl Rows<'_> {
    /// Begins a run: schedules with these dilations and one more.
    fn begin(&mut self, dilations: &[i64]) {
        self.before.clear();
        let begin: &[u8] = match self.format {
            Format::Json => b",\n    {\"dilations\":[",
            Format::Csv => b"\"",
            _ => b"",
        };
        self.before.extend(begin);
        for &dilation in dilations {
            number(&mut self.before, dilation);
            self.before.push(b',');
        }
        self.after.clear();
        match self.format {
            Format::Json => self.after.extend(b"],\"repeat\":"),
            Format::Csv => {
                self.after.extend(b"\",");
                number(&mut self.after, dilations.len() + 1);
                self.after.push(b',');
            }
            _ => return,
        }
        number(&mut self.after, self.goal.request().repeat);
    }

    /// The next schedule of the run.
    fn row(&mut self, tooth: &[i64]) -> io::Result<()> {
        let is_first = self.listed == 0;
        if is_first {
            self.head()?;
        }
        let field = self.goal.limits().field(tooth.iter().sum());
        let last = tooth.last().copied().unwrap_or(1);
        let text = &mut self.text;
        // Nothing is before the first that a comma could part it from.
        let skipped = usize::from(is_first && self.format == Format::Json);
        text.extend(&self.before[skipped..]);
        number(text, last);
        text.extend(&self.after);
        let (values, end) = match self.format {
            Format::Json => JSON,
            Format::Csv => CSV,
            _ => TEXT,
        };
        for (before, value) in values {
            text.extend(before.as_bytes());
            match value {
                Value::Field => number(text, field),
                Value::InInput => match self.goal.in_input(field) {
                    whole if whole.is_integer() => number(text, *whole.numer()),
                    part => write!(text, "{part}")?,
                },
                Value::Largest => number(text, last),
                Value::SecondDistance => match second_distance(tooth) {
                    Some(value) => number(text, value),
                    None if self.format == Format::Json => text.extend(b"null"),
                    None => {}
                },
            }
        }
        text.extend(end.as_bytes());
        self.listed += 1;
        if self.text.len() >= PIECE {
            self.out.write_all(&self.text)?;
            self.text.clear();
        }
        Ok(())
    }

    /// What comes before the schedules; the rest is only known behind them.
    fn head(&mut self) -> io::Result<()> {
        let out = &mut self.text;
        match self.format {
            Format::Json => {
                write!(out, "{{\n  \"version\": {VERSION},\n  \"goal\": ")?;
                serde_json::to_writer(&mut *out, self.goal)?;
                write!(out, ",\n  \"fewest_layers\": ")?;
                serde_json::to_writer(&mut *out, &self.fewest.map(FewestJson::new))?;
                write!(out, ",\n  \"front\": null,\n  \"schedules\": [")
            }
            Format::Csv => writeln!(
                out,
                "dilations,layers,repeat,receptive_field,in_input,largest_dilation,m2,holes"
            ),
            _ => match self.fewest {
                Some(fewest) => writeln!(out, "{}\n", layers(fewest)),
                None => Ok(()),
            },
        }
    }

    /// What comes behind the schedules.
    fn end(mut self, complete: bool, count: Option<&str>) -> io::Result<()> {
        if self.listed == 0 && self.format != Format::Csv {
            self.head()?;
        }
        let (out, listed) = (&mut self.text, self.listed);
        match self.format {
            Format::Json => {
                write!(out, "\n  ],\n  \"complete\": {complete},\n  \"count\": ")?;
                serde_json::to_writer(&mut *out, &count)?;
                writeln!(out, "\n}}")?;
            }
            Format::Csv => {}
            _ if complete => writeln!(out, "\nThese are all: {listed}.")?,
            _ => match count {
                Some(count) => writeln!(out, "\nStopped after {listed} of {count}.")?,
                None => writeln!(out, "\nStopped after {listed}; there may be more.")?,
            },
        }
        self.out.write_all(&self.text)?;
        self.out.flush()
    }
}

fn number(text: &mut Vec<u8>, number: impl itoa::Integer) {
    text.extend(itoa::Buffer::new().format(number).as_bytes());
}
