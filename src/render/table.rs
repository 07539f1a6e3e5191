//! A plain table: columns as wide as what is in them, one of them cut to fit the terminal.

use std::io::{self, Write};

use anstyle::Style;

use super::text::{cut, width_of};

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
const ENOUGH: usize = 20;

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

    /// Leaves out columns in which every cell is `blank`.
    pub fn drop_blank(&mut self, blank: &str) {
        for column in (0..self.columns.len()).rev() {
            if self.rows.iter().all(|row| row[column].0 == blank)
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

    /// The table in parts that fit into `width` columns, each with the first column.
    fn parts(&self, width: usize) -> Vec<Self> {
        let wide = |column: usize| {
            let cells = self.rows.iter().map(|row| width_of(&row[column].0));
            let title = width_of(&self.columns[column].0);
            let widest = cells.chain([title]).max().unwrap_or(0);
            // What gives way needs no more than this.
            if column == self.elastic {
                widest.min(ENOUGH.max(title))
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
        parts.iter().map(|columns| self.only(columns)).collect()
    }

    /// Some of the columns.
    fn only(&self, columns: &[usize]) -> Self {
        let cells = |row: &Vec<(String, Style)>| columns.iter().map(|&c| row[c].clone()).collect();
        Self {
            columns: columns.iter().map(|&c| self.columns[c].clone()).collect(),
            rows: self.rows.iter().map(cells).collect(),
            elastic: columns.iter().position(|&c| c == self.elastic).unwrap_or(0),
        }
    }

    /// Writes the table, each line indented; in parts one below the other where it is wider than `width`.
    pub fn write(
        &self,
        out: &mut dyn Write,
        indent: &str,
        width: usize,
        header: Style,
    ) -> io::Result<()> {
        let parts = self.parts(width.saturating_sub(indent.len()));
        parts
            .iter()
            .try_for_each(|part| part.write_part(out, indent, width, header))
    }

    fn write_part(
        &self,
        out: &mut dyn Write,
        indent: &str,
        width: usize,
        header: Style,
    ) -> io::Result<()> {
        let mut widths: Vec<usize> = (0..self.columns.len())
            .map(|c| {
                let cells = self.rows.iter().map(|row| width_of(&row[c].0));
                cells
                    .chain([width_of(&self.columns[c].0)])
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        let total = indent.len() + widths.iter().sum::<usize>() + GAP.len() * (widths.len() - 1);
        if total > width {
            let elastic = &mut widths[self.elastic];
            *elastic = elastic
                .saturating_sub(total - width)
                .max(LEAST.min(*elastic));
        }
        let titles: Vec<(String, Style)> = self
            .columns
            .iter()
            .map(|(name, _)| (name.clone(), header))
            .collect();
        for row in std::iter::once(&titles).chain(&self.rows) {
            self.line(out, indent, row, &widths)?;
        }
        Ok(())
    }

    fn line(
        &self,
        out: &mut dyn Write,
        indent: &str,
        row: &[(String, Style)],
        widths: &[usize],
    ) -> io::Result<()> {
        write!(out, "{indent}")?;
        let last = row.len() - 1;
        for (column, (text, style)) in row.iter().enumerate() {
            let text = cut(text, widths[column]);
            let room = " ".repeat(widths[column] - width_of(&text).min(widths[column]));
            match self.columns[column].1 {
                Align::Right => write!(out, "{room}{style}{text}{style:#}")?,
                Align::Left if column == last => write!(out, "{style}{text}{style:#}")?,
                Align::Left => write!(out, "{style}{text}{style:#}{room}")?,
            }
            if column < last {
                write!(out, "{GAP}")?;
            }
        }
        writeln!(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrow_terminals_cut_one_column() {
        let mut table = Table::new(
            &[
                ("stage", Align::Left),
                ("schedule", Align::Left),
                ("gcd", Align::Right),
            ],
            1,
        );
        table.row(vec![
            ("res4".to_owned(), Style::new()),
            ("1,2,5,9,1,2,5,9,1,2,5,9".to_owned(), Style::new()),
            ("1".to_owned(), Style::new()),
        ]);
        let mut out = Vec::new();
        table.write(&mut out, "  ", 34, Style::new()).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "  stage  schedule              gcd\n  res4   1,2,5,9,1,2,5,9,1,2…    1\n"
        );
    }
}
