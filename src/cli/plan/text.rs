//! Plans for other programs: lines of CSV, and a stage to paste.

use std::io::{self, Write};

use itertools::Itertools;

use crate::planner::{Goal, Plan, Scored};

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
        let Scored {
            repeat,
            receptive_field,
            lobe,
            overlap,
            largest_dilation,
            holes,
            ..
        } = schedule;
        writeln!(
            out,
            "\"{}\",{repeat},{receptive_field},{lobe},{},{overlap},{largest_dilation},{},{holes}",
            schedule.dilations.iter().format(","),
            maybe(schedule.ripple),
            maybe(schedule.m2),
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
    let Some((best, others)) = plan.schedules.split_first() else {
        return Ok(());
    };
    let request = goal.request();
    writeln!(out, "[[stage]]\nkernel = {}", request.kernel)?;
    writeln!(
        out,
        "dilations = [{}]  # {}",
        best.dilations.iter().format(", "),
        summary(best)
    )?;
    for other in others {
        writeln!(
            out,
            "# dilations = [{}]  # {}",
            other.dilations.iter().format(", "),
            summary(other)
        )?;
    }
    if request.repeat > 1 {
        writeln!(out, "repeat = {}", request.repeat)?;
    }
    Ok(())
}

fn summary(schedule: &Scored) -> String {
    format!(
        "receptive field {}, lobe {:.3}",
        schedule.receptive_field, schedule.lobe
    )
}
