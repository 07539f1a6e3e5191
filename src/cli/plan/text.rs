//! Plans for other programs: lines of CSV, and a stage to paste.

use std::io::{self, Write};

use itertools::Itertools;

use crate::planner::{Goal, Plan, Scored};

use super::listed::Listed;

pub(super) fn csv(out: &mut dyn Write, goal: &Goal, plan: &Plan) -> io::Result<()> {
    if goal.request().top == 0 {
        return match &plan.count {
            Some(count) => writeln!(out, "count\n{count}"),
            None => writeln!(out, "count\n"),
        };
    }
    csv_head(out)?;
    let mut lines = plan.schedules.iter();
    lines.try_for_each(|schedule| csv_line(out, goal, schedule))
}

/// The names of the columns.
pub(super) fn csv_head(out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "dilations,layers,repeat,receptive_field,in_input,largest_dilation,lobe,ripple,overlap,m2,holes"
    )
}

/// A schedule with all its measures.
pub(super) fn csv_line(out: &mut dyn Write, goal: &Goal, schedule: &Scored) -> io::Result<()> {
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
