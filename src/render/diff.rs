//! Lines of a file that change.

use std::io::{self, Write};

use similar::{DiffOp, TextDiff};

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
    let diff = TextDiff::from_lines(old, new);
    let differs = |op: &&DiffOp| !matches!(op, DiffOp::Equal { .. });
    let change = |op: &DiffOp| {
        let (old, new) = (op.old_range(), op.new_range());
        let line = old.start + 1;
        let before: String = old.filter_map(|at| diff.old_slice(at)).collect();
        let after: String = new.filter_map(|at| diff.new_slice(at)).collect();
        LineChange::new(line, &before, &after)
    };
    diff.ops().iter().filter(differs).map(change).collect()
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
