//! A plain table: columns as wide as what is in them, one of them cut to fit the terminal.

mod paper;

use std::io::{self, Write};

use anstyle::Style;

use super::style::DIM;
use super::text::{BLANK, cut, width_of};

pub use paper::{latex_text, markdown_text};

/// Which side of a column its text keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A table to be written to a terminal.
#[derive(Clone, Debug)]
pub struct Table {
    columns: Vec<(String, Align)>,
    rows: Vec<Vec<(String, Style)>>,
    /// The column that gives way where the terminal is too narrow.
    elastic: usize,
}

/// Between columns.
const GAP: &str = "  ";

/// The elastic column keeps at least this width.
const LEAST: usize = 8;

/// The elastic column is given no more than this where a table is cut into parts.
const ENOUGH: usize = 16;

impl Table {
    /// A table with these columns, of which `elastic` gives way.
    pub fn new(columns: &[(&str, Align)], elastic: usize) -> Self {
        let columns = columns
            .iter()
            .map(|(name, align)| ((*name).to_owned(), *align))
            .collect();
        Self {
            columns,
            rows: Vec::new(),
            elastic,
        }
    }

    /// Adds a row, a cell for each column.
    pub fn row(&mut self, cells: Vec<(String, Style)>) {
        debug_assert_eq!(cells.len(), self.columns.len());
        self.rows.push(cells);
    }

    /// Leaves out columns in which every cell is blank.
    pub fn drop_blank(&mut self) {
        for column in (0..self.columns.len()).rev() {
            if self.rows.iter().all(|row| row[column].0 == BLANK)
                && column != self.elastic
                && column != 0
            {
                self.columns.remove(column);
                self.rows.iter_mut().for_each(|row| {
                    row.remove(column);
                });
                if column < self.elastic {
                    self.elastic -= 1;
                }
            }
        }
    }

    /// Columns of the terminal that a column takes.
    fn widest(&self, column: usize) -> usize {
        let cells = self.rows.iter().map(|row| width_of(&row[column].0));
        let title = width_of(&self.columns[column].0);
        cells.fold(title, usize::max)
    }

    /// The columns in parts that fit into `width`, each with the first column.
    fn parts(&self, width: usize) -> Vec<Vec<usize>> {
        let wide = |column: usize| {
            let widest = self.widest(column);
            // What gives way needs no more than this.
            if column == self.elastic {
                widest.min(ENOUGH.max(width_of(&self.columns[column].0)))
            } else {
                widest
            }
        };
        let mut parts: Vec<Vec<usize>> = vec![vec![0]];
        let mut used = wide(0);
        for column in 1..self.columns.len() {
            let more = GAP.len() + wide(column);
            if let Some(part) = parts.last_mut()
                && (used + more <= width || part.len() == 1)
            {
                part.push(column);
                used += more;
            } else {
                parts.push(vec![0, column]);
                used = wide(0) + more;
            }
        }
        parts
    }

    /// Writes the table, each line indented; in parts one below the other where it is wider than `width`.
    pub fn write(&self, out: &mut dyn Write, indent: &str, width: usize) -> io::Result<()> {
        let width = width.saturating_sub(indent.len());
        let titles = self.columns.iter().map(|(name, _)| (name.clone(), DIM));
        let titles: Vec<(String, Style)> = titles.collect();
        for part in self.parts(width) {
            let mut columns: Vec<(usize, usize)> =
                part.into_iter().map(|c| (c, self.widest(c))).collect();
            let total = columns
                .iter()
                .map(|(_, wide)| wide + GAP.len())
                .sum::<usize>()
                - GAP.len();
            if total > width {
                let elastic = columns.iter().position(|(c, _)| *c == self.elastic);
                let elastic = &mut columns[elastic.unwrap_or(0)].1;
                let least = LEAST.min(*elastic);
                *elastic = elastic.saturating_sub(total - width).max(least);
            }
            for row in std::iter::once(&titles).chain(&self.rows) {
                self.line(out, indent, row, &columns)?;
            }
        }
        Ok(())
    }

    /// Writes the cells of some columns of given widths.
    fn line(
        &self,
        out: &mut dyn Write,
        indent: &str,
        row: &[(String, Style)],
        columns: &[(usize, usize)],
    ) -> io::Result<()> {
        write!(out, "{indent}")?;
        let last = columns.len() - 1;
        for (place, &(column, width)) in columns.iter().enumerate() {
            let (text, style) = &row[column];
            let text = cut(text, width);
            let room = " ".repeat(width - width_of(&text).min(width));
            match self.columns[column].1 {
                Align::Right => write!(out, "{room}{style}{text}{style:#}")?,
                Align::Left if place == last => write!(out, "{style}{text}{style:#}")?,
                Align::Left => write!(out, "{style}{text}{style:#}{room}")?,
            }
            if place < last {
                write!(out, "{GAP}")?;
            }
        }
        writeln!(out)
    }
}
