//! Plans and refusals for people.

use std::io::{self, Write};

use itertools::Itertools;
use num_rational::Ratio;

use crate::network::schedule;
use crate::planner::{Goal, Plan, Proof, Rank, Refusal, Relaxed, Scored};
use crate::render::{self, Column, Row, Styles, decimals, lobe};

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
    let columns = [
        Column::SCHEDULE,
        Column::FIELD,
        Column::IN_INPUT,
        Column::LARGEST,
        Column::LOBE,
        Column::RIPPLE,
        Column::OVERLAP,
        Column::SECOND_DISTANCE,
    ];
    let row = |schedule: &Scored| {
        let field = schedule.receptive_field;
        let repeat = usize::try_from(schedule.repeat).unwrap_or(usize::MAX);
        let schedule_text = schedule::text(&schedule.dilations, repeat);
        Row::default()
            .styled(Column::SCHEDULE, schedule_text, styles.title)
            .with(Column::FIELD, field.to_string())
            .with(
                Column::IN_INPUT,
                has_jump.then(|| goal.in_input(field).to_string()),
            )
            .with(Column::LARGEST, schedule.largest_dilation.to_string())
            .with(Column::LOBE, lobe(schedule.lobe))
            .with(Column::RIPPLE, decimals(&[schedule.ripple]))
            .with(Column::OVERLAP, decimals(&[Some(schedule.overlap)]))
            .with(
                Column::SECOND_DISTANCE,
                schedule.m2.map(|m2| m2.to_string()),
            )
    };
    let rows: Vec<Row> = schedules.iter().map(row).collect();
    render::table(&columns, &rows).write(out, "", terminal::width(), styles.dim)
}

fn has_jump(goal: &Goal) -> bool {
    goal.request().jump != Ratio::from_integer(1)
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
