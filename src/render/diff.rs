//! Lines of a file that change.

use std::io::{self, Write};

use similar::{DiffOp, TextDiff};

use crate::config::LineChange;

use super::Styles;

/// Writes the lines that change, old and new, with their numbers; nothing where none does.
pub fn diff(
    out: &mut dyn Write,
    path: &str,
    lines: &[LineChange],
    styles: &Styles,
) -> io::Result<()> {
    let Styles {
        deny, pass, title, ..
    } = *styles;
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "{title}{path}{title:#}")?;
    for change in lines {
        // Several lines may change together.
        for (sign, text, style) in [("-", &change.before, deny), ("+", &change.after, pass)] {
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
        let shown = |text: &str| text.trim_start_matches('\u{feff}').to_owned();
        LineChange {
            line,
            before: shown(&before),
            after: shown(&after),
        }
    };
    diff.ops().iter().filter(differs).map(change).collect()
}
