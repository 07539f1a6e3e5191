//! A rectangle of terminal text, so that rectangles can stand side by side.

use std::fmt::Write as _;
use std::io::{self, Write};

use anstyle::Style;

use super::text::{INDENT, cut, width_of};

/// Lines of known width.
#[derive(Clone, Debug, Default)]
pub struct Block {
    lines: Vec<(String, usize)>,
    least: usize,
}

/// Columns between blocks.
pub const GAP: usize = 3;

impl Block {
    /// Adds a plain text, cut to `width`.
    pub fn text(&mut self, text: &str, style: Style, width: usize) {
        let text = cut(text, width);
        let columns = width_of(&text);
        self.lines
            .push((format!("{style}{text}{style:#}"), columns));
    }

    /// Adds a line of styled pieces.
    pub fn line(&mut self, pieces: &Pieces) {
        self.lines.push((pieces.finished(), pieces.columns));
    }

    /// Takes at least so many columns, blank or not.
    pub fn widen(&mut self, columns: usize) {
        self.least = self.least.max(columns);
    }

    /// Adds the lines of another.
    pub fn append(&mut self, mut other: Self) {
        self.lines.append(&mut other.lines);
        self.widen(other.least);
    }

    /// Columns that it takes.
    pub fn width(&self) -> usize {
        let widest = self.lines.iter().map(|l| l.1).max();
        widest.unwrap_or(0).max(self.least)
    }

    /// Writes blocks beside each other, as many in a row as `width` holds.
    pub fn flow(out: &mut dyn Write, blocks: &[Self], width: usize) -> io::Result<()> {
        let mut rest = blocks;
        while !rest.is_empty() {
            let mut used = INDENT.len() + rest[0].width();
            let mut count = 1;
            while let Some(next) = rest.get(count)
                && used + GAP + next.width() <= width
            {
                used += GAP + next.width();
                count += 1;
            }
            let (band, later) = rest.split_at(count);
            Self::beside(out, band)?;
            if !later.is_empty() {
                writeln!(out)?;
            }
            rest = later;
        }
        Ok(())
    }

    fn beside(out: &mut dyn Write, blocks: &[Self]) -> io::Result<()> {
        let height = blocks.iter().map(|b| b.lines.len()).max().unwrap_or(0);
        for line in 0..height {
            let mut text = String::new();
            let mut room = 0;
            for block in blocks {
                let (content, columns) = block
                    .lines
                    .get(line)
                    .map_or(("", 0), |(content, columns)| (content.as_str(), *columns));
                // Blanks are only written before something: no line ends in them.
                if columns > 0 {
                    text.push_str(&" ".repeat(room));
                    text.push_str(content);
                    room = 0;
                }
                room += block.width() - columns + GAP;
            }
            if text.is_empty() {
                writeln!(out)?;
            } else {
                writeln!(out, "{INDENT}{text}")?;
            }
        }
        Ok(())
    }
}

/// A line in the making: the style is written only where it changes.
#[derive(Clone, Debug, Default)]
pub struct Pieces {
    text: String,
    style: Style,
    columns: usize,
    /// Blanks not written yet: a line does not end in them.
    blanks: usize,
}

impl Pieces {
    /// Adds a character that takes one column.
    pub fn push(&mut self, letter: char, style: Style) {
        if letter == ' ' && style == Style::new() {
            self.blanks += 1;
            return;
        }
        if self.blanks > 0 {
            self.restyle(Style::new());
            self.text.push_str(&" ".repeat(self.blanks));
            self.columns += self.blanks;
            self.blanks = 0;
        }
        self.restyle(style);
        self.text.push(letter);
        self.columns += 1;
    }

    /// Adds a text of characters of one column each.
    pub fn push_str(&mut self, text: &str, style: Style) {
        text.chars().for_each(|letter| self.push(letter, style));
    }

    fn restyle(&mut self, style: Style) {
        if style != self.style {
            // Writing to a string cannot fail.
            let _ = write!(self.text, "{:#}{style}", self.style);
            self.style = style;
        }
    }

    fn finished(&self) -> String {
        format!("{}{:#}", self.text, self.style)
    }
}
