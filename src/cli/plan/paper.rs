//! Plans as tables for documents: Markdown and LaTeX.

use std::io::{self, Write};

use crate::render::{latex_text, markdown_text};

use super::listed::Listed;

/// A table, and below it what it is.
pub(super) fn markdown(out: &mut dyn Write, listed: &Listed<'_>) -> io::Result<()> {
    listed.table().markdown(out)?;
    writeln!(out)?;
    for line in caption(listed) {
        writeln!(out, "{}", markdown_text(&line))?;
    }
    Ok(())
}

/// What the table is, in comments, and the table.
pub(super) fn latex(out: &mut dyn Write, listed: &Listed<'_>) -> io::Result<()> {
    for line in caption(listed) {
        writeln!(out, "% {}", latex_text(&line))?;
    }
    listed.table().latex(out)
}

fn caption(listed: &Listed<'_>) -> impl Iterator<Item = String> {
    let lines = [Some(listed.number()), Some(listed.proved())];
    listed
        .layers()
        .into_iter()
        .chain(lines.into_iter().flatten())
}
