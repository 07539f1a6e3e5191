//! Plans for other programs: lines of CSV, and a stage to paste.

use std::io::{self, Write};

use itertools::Itertools;

use crate::planner::{Goal, Plan};

pub(super) fn csv(out: &mut dyn Write, goal: &Goal, plan: &Plan) -> io::Result<()> {
    if goal.request().top == 0 {
        return match &plan.count {
            Some(count) => writeln!(out, "count\n{count}"),
            None => writeln!(out, "count\n"),
        };
    }
    writeln!(
        out,
        "dilations,repeat,receptive_field,lobe,ripple,overlap,largest_dilation,m2,holes"
    )?;
    for schedule in &plan.schedules {
        writeln!(
            out,
            "\"{}\",{},{},{},{},{},{},{},{}",
            schedule.dilations.iter().format(","),
            schedule.repeat,
            schedule.receptive_field,
            schedule.lobe,
            maybe(schedule.ripple),
            schedule.overlap,
            schedule.largest_dilation,
            maybe(schedule.m2),
            schedule.holes
        )?;
    }
    Ok(())
}

/// A value, or nothing between two commas.
pub(super) fn maybe<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// The best schedule as a stage; others as comments, so that what is pasted is one network.
pub(super) fn toml(out: &mut dyn Write, goal: &Goal, plan: &Plan) -> io::Result<()> {
    if plan.schedules.is_empty() {
        return Ok(());
    }
    let request = goal.request();
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
