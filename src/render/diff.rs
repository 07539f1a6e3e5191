//! Lines of a file that change.

use std::io::{self, Write};

use similar::DiffOp;
use similar::algorithms::{Capture, Compact, Replace, myers};

use super::style::{DENY, PASS, TITLE};

/// Lines that a change of a file puts in the place of others.
#[derive(Clone, Debug)]
pub struct LineChange {
    /// Number of the first line, from 1, in the old text.
    line: usize,
    /// The lines as they were.
    before: String,
    /// The lines as they are now.
    after: String,
}

impl LineChange {
    /// A byte order mark is not shown.
    fn new(line: usize, before: &str, after: &str) -> Self {
        let shown = |text: &str| text.trim_start_matches('\u{feff}').to_owned();
        Self {
            line,
            before: shown(before),
            after: shown(after),
        }
    }
}

/// Writes the lines that change, old and new, with their numbers; nothing where none does.
pub fn diff(out: &mut dyn Write, path: &str, lines: &[LineChange]) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "{TITLE}{path}{TITLE:#}")?;
    for change in lines {
        // Several lines may change together.
        for (sign, text, style) in [("-", &change.before, DENY), ("+", &change.after, PASS)] {
            for (number, line) in text.lines().enumerate() {
                writeln!(
                    out,
                    "{:>5} {style}{sign} {}{style:#}",
                    change.line + number,
                    line.trim_end()
                )?;
            }
        }
    }
    writeln!(out)
}

/// The lines in which two texts differ.
pub fn changed_lines(old: &str, new: &str) -> Vec<LineChange> {
    let lines = |text| str::split_inclusive(text, '\n').collect::<Vec<&str>>();
    let (old, new) = (lines(old), lines(new));
    // Named, as a choice of algorithms at run time would link all of them.
    let mut hook = Compact::new(Replace::new(Capture::new()), &old[..], &new[..]);
    let Ok(()) = myers::diff(&mut hook, &old[..], 0..old.len(), &new[..], 0..new.len());
    let ops = hook.into_inner().into_inner().into_ops();
    let differs = |op: &&DiffOp| !matches!(op, DiffOp::Equal { .. });
    let change = |op: &DiffOp| {
        let line = op.old_range().start + 1;
        LineChange::new(
            line,
            &old[op.old_range()].concat(),
            &new[op.new_range()].concat(),
        )
    };
    ops.iter().filter(differs).map(change).collect()
}

/// The lines in which two texts differ, each on its own where they have as many lines.
pub fn line_by_line(old: &str, new: &str) -> Vec<LineChange> {
    if old.lines().count() != new.lines().count() {
        return changed_lines(old, new);
    }
    let lines = (1..).zip(old.lines().zip(new.lines()));
    let changed = lines.filter(|(_, (before, after))| before != after);
    changed
        .map(|(line, (before, after))| LineChange::new(line, before, after))
        .collect()
}
