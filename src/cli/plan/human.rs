//! Plans and refusals for people.

use std::io::{self, Write};

use itertools::Itertools;

use crate::planner::{Goal, Refusal, Relaxed};
use crate::render::{DENY, WARN};

use super::super::terminal;
use super::listed::{Listed, in_input};

pub(super) fn plan(out: &mut dyn Write, listed: &Listed<'_>) -> io::Result<()> {
    let plan = listed.plan;
    if listed.goal.request().top == 0 {
        return match &plan.count {
            Some(count) => writeln!(out, "{count}"),
            None => writeln!(out, "Not counted within the budget: raise --budget."),
        };
    }
    if let Some(first) = listed.layers() {
        writeln!(out, "{first}\n")?;
    }
    let table = listed.table();
    table.write(out, "", terminal::width())?;
    writeln!(out)?;
    writeln!(out, "{}", listed.number())?;
    if listed.interrupted {
        writeln!(out, "{WARN}Stopped early:{WARN:#} the best so far.")?;
    }
    writeln!(out, "{}", listed.proved())
}

pub(super) fn refusal(out: &mut dyn Write, goal: &Goal, refusal: &Refusal) -> io::Result<()> {
    let message = refusal.to_string();
    // A sentence that begins so needs no title.
    match message.strip_prefix("no schedule ") {
        Some(rest) => writeln!(out, "{DENY}no schedule{DENY:#} {rest}")?,
        None if refusal.proved => writeln!(out, "{DENY}no schedule exists:{DENY:#} {message}")?,
        None => writeln!(out, "{DENY}no schedule found:{DENY:#} {message}")?,
    }
    if !refusal.relaxations.is_empty() {
        writeln!(out, "\nTo relax, one of:")?;
    }
    for relaxation in &refusal.relaxations {
        let field = relaxation.receptive_field;
        writeln!(
            out,
            "  {:<28} {} sees {field}{}",
            text_of(goal, relaxation.relaxed),
            relaxation.dilations.iter().format(","),
            in_input(goal, field),
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
        Relaxed::MaxRipple(ripple) => format!("--max-ripple {ripple}"),
    }
}
