//! Plans for other programs: JSON, lines of CSV, and a stage to paste; and a goal without a schedule, in each format.

use std::io::{self, Write};

use itertools::Itertools;
use serde::Serialize;

use crate::cli::{CliError, Status, terminal};
use crate::planner::{Fewest, Goal, Plan, Refusal, Scored};
use crate::report::{self, VERSION};

use super::args::Format;
use super::human;
use super::listed::Listed;

#[derive(Serialize)]
struct PlanJson<'a> {
    version: u32,
    goal: &'a Goal,
    fewest_layers: Option<FewestJson>,
    /// How many schedules no other surpasses, listed or not.
    front: Option<usize>,
    #[serde(flatten)]
    plan: &'a Plan,
}

/// The fewest layers, where none were asked for.
#[derive(Serialize)]
pub(super) struct FewestJson {
    layers: i64,
    proved: bool,
}

impl FewestJson {
    pub(super) fn new(fewest: &Fewest) -> Self {
        Self {
            layers: fewest.layers,
            proved: fewest.proved,
        }
    }
}

#[derive(Serialize)]
struct RefusalJson<'a> {
    version: u32,
    goal: &'a Goal,
    complete: bool,
    count: Option<&'static str>,
    schedules: [(); 0],
    refusal: RefusalText<'a>,
}

#[derive(Serialize)]
struct RefusalText<'a> {
    message: String,
    #[serde(flatten)]
    refusal: &'a Refusal,
}

pub(super) fn json(out: &mut dyn Write, listed: &Listed<'_>) -> io::Result<()> {
    let goal = listed.goal;
    let mut plan = listed.plan.clone();
    if goal.request().top == 0 {
        // No list was asked for: the answer is complete if the count is there.
        plan.complete = plan.count.is_some();
    }
    report::json(
        out,
        &PlanJson {
            version: VERSION,
            goal,
            fewest_layers: listed.fewest.map(FewestJson::new),
            front: listed.front,
            plan: &plan,
        },
    )
}

fn json_refusal(out: &mut dyn Write, goal: &Goal, refusal: &Refusal) -> io::Result<()> {
    let answer = RefusalJson {
        version: VERSION,
        goal,
        complete: refusal.proved,
        count: refusal.proved.then_some("0"),
        schedules: [],
        refusal: RefusalText {
            message: refusal.to_string(),
            refusal,
        },
    };
    report::json(out, &answer)
}

pub(super) fn csv(out: &mut dyn Write, goal: &Goal, plan: &Plan) -> io::Result<()> {
    if goal.request().top == 0 {
        return match &plan.count {
            Some(count) => writeln!(out, "count\n{count}"),
            None => writeln!(out, "count\n"),
        };
    }
    writeln!(
        out,
        "dilations,layers,repeat,receptive_field,in_input,largest_dilation,lobe,ripple,overlap,m2,holes"
    )?;
    let mut lines = plan.schedules.iter();
    lines.try_for_each(|schedule| csv_line(out, goal, schedule))
}

/// A schedule with all its measures.
fn csv_line(out: &mut dyn Write, goal: &Goal, schedule: &Scored) -> io::Result<()> {
    writeln!(
        out,
        "\"{}\",{},{},{},{},{},{},{},{},{},{}",
        schedule.dilations.iter().format(","),
        schedule.dilations.len(),
        schedule.repeat,
        schedule.receptive_field,
        goal.in_input(schedule.receptive_field),
        schedule.largest_dilation,
        schedule.lobe,
        maybe(schedule.ripple),
        schedule.overlap,
        maybe(schedule.m2),
        schedule.holes
    )
}

/// A value, or nothing between two commas.
fn maybe<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// The best schedule as a stage; others as comments, so that what is pasted is one network.
pub(super) fn toml(out: &mut dyn Write, listed: &Listed<'_>) -> io::Result<()> {
    let (goal, plan) = (listed.goal, listed.plan);
    if plan.schedules.is_empty() {
        return Ok(());
    }
    let request = goal.request();
    if let Some(first) = listed.layers() {
        writeln!(out, "# {first}")?;
    }
    writeln!(out, "[[stage]]\nkernel = {}", request.kernel)?;
    for (place, schedule) in plan.schedules.iter().enumerate() {
        writeln!(
            out,
            "{}dilations = [{}]  # receptive field {}, lobe {:.3}",
            if place == 0 { "" } else { "# " },
            schedule.dilations.iter().format(", "),
            schedule.receptive_field,
            schedule.lobe
        )?;
    }
    if request.repeat > 1 {
        writeln!(out, "repeat = {}", request.repeat)?;
    }
    Ok(())
}

pub(super) fn refused(
    format: Format,
    goal: &Goal,
    refusal: &Refusal,
    out: &mut dyn Write,
) -> Result<Status, CliError> {
    match format {
        Format::Human => human::refusal(out, goal, refusal)?,
        Format::Json => json_refusal(out, goal, refusal)?,
        // Nothing to paste, and no line: the reason still has to be read.
        Format::Csv | Format::Toml | Format::Markdown | Format::Latex => {
            let mut err = terminal::stderr();
            human::refusal(&mut err, goal, refusal)?;
        }
    }
    Ok(Status::Findings)
}
