//! Text measured, cut and broken to the width of a terminal.

use std::io::{self, Write};

use anstyle::Style;

use crate::network::{per_axis, times, times_once};
use crate::report::NetworkReport;

use super::style::TITLE;

/// Before each line of a table or grid.
pub(super) const INDENT: &str = "  ";

/// What stands for a value that there is not.
pub(super) const BLANK: &str = "-";

/// Columns that a text takes in a terminal.
pub fn width_of(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

/// A text cut to a width, with a sign that it was.
pub(super) fn cut(text: &str, width: usize) -> String {
    if width_of(text) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for letter in text.chars() {
        if width_of(&kept) + width_of(letter.encode_utf8(&mut [0; 4])) + 1 > width {
            break;
        }
        kept.push(letter);
    }
    kept + "…"
}

/// A sentence, broken at blanks.
pub(super) fn wrapped(
    out: &mut dyn Write,
    text: &str,
    width: usize,
    style: Style,
) -> io::Result<()> {
    for line in filled(text, width.saturating_sub(INDENT.len())) {
        writeln!(out, "{INDENT}{style}{line}{style:#}")?;
    }
    Ok(())
}

/// A text as lines of at most `width` columns, broken between words; longer words stand alone.
pub(super) fn filled(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && width_of(&line) + width_of(word) + 1 > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

/// A title and what is said of it, which goes on lines of its own where there is no room beside.
pub(super) fn headline(
    out: &mut dyn Write,
    name: &str,
    rest: &str,
    width: usize,
    style: Style,
) -> io::Result<()> {
    let name = cut(name, width.saturating_sub(1));
    if width_of(&name) + 2 + width_of(rest) <= width {
        return writeln!(out, "{TITLE}{name}{TITLE:#}: {style}{rest}{style:#}");
    }
    writeln!(out, "{TITLE}{name}{TITLE:#}")?;
    wrapped(out, rest, width, style)
}

/// Axes, sizes, receptive field and jump; of a part what it is, and not the network's sizes and jump.
pub(super) fn title_facts(
    network: &NetworkReport,
    field: Option<&[i64]>,
    part: Option<&str>,
) -> Vec<String> {
    let mut facts: Vec<String> = part.map(str::to_owned).into_iter().collect();
    facts.push(format!("{}-D", network.dims));
    if let (None, Some(input), Some(output)) = (part, network.input, network.output) {
        facts.push(format!("{} → {}", times(&input), times(&output)));
    }
    facts.push(match field {
        Some(field) => format!("receptive field {}", times_once(field)),
        None => "receptive field: the whole input".to_owned(),
    });
    let jump = network.jump.as_ref().filter(|_| part.is_none());
    if let Some(jump) = jump.filter(|j| j.iter().any(|j| j != "1")) {
        facts.push(format!("jump {}", per_axis(jump)));
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn text_is_broken_between_words() {
        assert_eq!(filled("a bb ccc", 4), ["a bb", "ccc"]);
        assert_eq!(filled("a bb ccc", 8), ["a bb ccc"]);
        assert_eq!(filled("longer a", 2), ["longer", "a"]);
        // The minus sign takes one column, not three.
        assert_eq!(filled("−1 −2", 5), ["−1 −2"]);
        assert_eq!(filled("", 5), [""]);
    }
}
