//! Plans and refusals for people.

use std::io::{self, Write};

use anstyle::Style;
use itertools::Itertools;
use num_rational::Ratio;

use crate::planner::{Goal, Plan, Proof, Rank, Refusal, Relaxed, Scored};
use crate::render::{Align, Styles, Table, measure};

use super::super::terminal;

pub(super) fn plan(
    out: &mut dyn Write,
    goal: &Goal,
    plan: &Plan,
    interrupted: bool,
) -> io::Result<()> {
    if goal.request().top == 0 {
        return match &plan.count {
            Some(count) => writeln!(out, "{count}"),
            None => writeln!(out, "Not counted within the budget: raise --budget."),
        };
    }
    let styles = Styles::default();
    table(out, goal, &plan.schedules, &styles)?;
    writeln!(out)?;
    let listed = plan.schedules.len();
    let number = match &plan.count {
        Some(count) if *count == 1_u32.into() => "There is one schedule".to_owned(),
        Some(count) if *count == listed.into() => format!("There are {listed} schedules"),
        Some(count) => format!("{listed} of {count} schedules"),
        None => format!("{listed} of very many schedules (not counted within the budget)"),
    };
    writeln!(out, "{number}, {}.", order(goal))?;
    if interrupted {
        writeln!(
            out,
            "{}Stopped early:{:#} the best so far.",
            styles.warn, styles.warn
        )?;
    }
    writeln!(out, "{}", proved(goal, plan))
}

fn order(goal: &Goal) -> String {
    let request = goal.request();
    let first = match request.rank {
        Rank::ReceptiveField => "the largest receptive field first",
        Rank::Lobe => "the lowest lobe first",
        Rank::Compact => "the smallest largest dilation first",
    };
    if request.pareto {
        format!(
            "those that no other surpasses in receptive field, lobe and largest dilation together, {first}"
        )
    } else {
        first.to_owned()
    }
}

/// What is proved of the list, no more.
fn proved(goal: &Goal, plan: &Plan) -> String {
    let more = "raise --budget to look further";
    match plan.proof {
        Proof::Best if goal.request().pareto => "Proved: no schedule is left out.".to_owned(),
        Proof::Best => "Proved: no schedule that is left out ranks before one listed.".to_owned(),
        Proof::FirstKey => {
            let key = match goal.request().rank {
                Rank::Compact => "largest dilation",
                Rank::ReceptiveField | Rank::Lobe => "receptive field",
            };
            format!(
                "Proved: no schedule that is left out has a better {key}. Not proved: that none equal in it has a lower lobe; {more}."
            )
        }
        Proof::Bounded { least_lobe } => format!(
            "Not proved: not all schedules were looked at; none has a lobe below {least_lobe:.3e}. To look further, raise --budget."
        ),
    }
}

fn table(
    out: &mut dyn Write,
    goal: &Goal,
    schedules: &[Scored],
    styles: &Styles,
) -> io::Result<()> {
    let has_jump = has_jump(goal);
    let mut columns = vec![("dilations", Align::Left), ("field", Align::Right)];
    if has_jump {
        columns.push(("in input", Align::Right));
    }
    columns
        .extend(["largest", "lobe", "ripple", "overlap", "M_2"].map(|name| (name, Align::Right)));
    let mut table = Table::new(&columns, 0);
    let plain = Style::new();
    for schedule in schedules {
        let tooth = schedule.dilations.iter().format(",").to_string();
        let tooth = match schedule.repeat {
            1 => tooth,
            times => format!("{tooth} × {times}"),
        };
        let mut row = vec![
            (tooth, styles.title),
            (schedule.receptive_field.to_string(), plain),
        ];
        if has_jump {
            row.push((goal.in_input(schedule.receptive_field).to_string(), plain));
        }
        let ripple = schedule.ripple.map(|ripple| format!("{ripple:.2}"));
        let cells = [
            schedule.largest_dilation.to_string(),
            measure(schedule.lobe),
            ripple.unwrap_or_else(dash),
            format!("{:.3}", schedule.overlap),
            schedule.m2.map_or_else(dash, |m2| m2.to_string()),
        ];
        row.extend(cells.map(|cell| (cell, plain)));
        table.row(row);
    }
    table.write(out, "", terminal::width(), styles.dim)
}

fn has_jump(goal: &Goal) -> bool {
    goal.request().jump != Ratio::from_integer(1)
}

fn dash() -> String {
    "–".to_owned()
}

pub(super) fn refusal(out: &mut dyn Write, goal: &Goal, refusal: &Refusal) -> io::Result<()> {
    let styles = Styles::default();
    let title = if refusal.proved {
        "no schedule exists"
    } else {
        "no schedule found"
    };
    writeln!(out, "{}{title}:{:#} {refusal}", styles.deny, styles.deny)?;
    if !refusal.relaxations.is_empty() {
        writeln!(out, "\nTo relax, one of:")?;
    }
    for relaxation in &refusal.relaxations {
        let field = relaxation.receptive_field;
        let in_input = if has_jump(goal) {
            format!(" ({} in input)", goal.in_input(field))
        } else {
            String::new()
        };
        writeln!(
            out,
            "  {:<28} {} sees {field}{in_input}",
            text_of(goal, relaxation.relaxed),
            relaxation.dilations.iter().format(","),
        )?;
    }
    Ok(())
}

/// An option as it is written on the command line.
fn text_of(goal: &Goal, relaxed: Relaxed) -> String {
    match relaxed {
        Relaxed::Layers(n) => format!("--layers {n}"),
        Relaxed::Repeat(c) => format!("--repeat {c}"),
        Relaxed::MaxDilation(d) => format!("--max-dilation {d}"),
        Relaxed::Exact => "--exact".to_owned(),
        Relaxed::AllowEqual => "--allow-equal".to_owned(),
        Relaxed::MinOuterTaps(share) => format!("--min-outer-taps {share}"),
        Relaxed::ReceptiveField(_) => {
            let (least, greatest) = relaxed.apply(goal.request()).receptive_field;
            let end = |end: Option<i64>| end.map_or_else(String::new, |end| end.to_string());
            format!("--receptive-field {}..{}", end(least), end(greatest))
        }
        Relaxed::MaxLobe(lobe) => format!("--max-lobe {lobe}"),
    }
}
