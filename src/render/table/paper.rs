//! Tables for documents: Markdown (GitHub's) and LaTeX.

use std::io::{self, Write};

use itertools::Itertools;

use super::{Align, Table};

impl Table {
    /// Writes the table as Markdown: a heading, a line that aligns, the rows.
    pub fn markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
        let headings = self.columns.iter().map(|(name, _)| markdown_text(name));
        writeln!(out, "{}", line(headings.collect()))?;
        let rules = self.columns.iter().map(|(_, align)| match align {
            Align::Left => ":---".to_owned(),
            Align::Right => "---:".to_owned(),
        });
        writeln!(out, "{}", line(rules.collect()))?;
        for row in &self.rows {
            let cells = row.iter().map(|(text, _)| markdown_text(text));
            writeln!(out, "{}", line(cells.collect()))?;
        }
        Ok(())
    }

    /// Writes the table as a LaTeX `tabular` with a rule above, below the heading and at the end; it needs no package.
    pub fn latex(&self, out: &mut dyn Write) -> io::Result<()> {
        let columns = self.columns.iter().map(|(_, align)| match align {
            Align::Left => 'l',
            Align::Right => 'r',
        });
        writeln!(out, "\\begin{{tabular}}{{{}}}", columns.format(""))?;
        writeln!(out, "\\hline")?;
        let headings = self.columns.iter().map(|(name, _)| latex_text(name));
        writeln!(out, "{} \\\\", { headings }.format(" & "))?;
        writeln!(out, "\\hline")?;
        for row in &self.rows {
            let cells = row.iter().map(|(text, _)| latex_cell(text));
            writeln!(out, "{} \\\\", { cells }.format(" & "))?;
        }
        writeln!(out, "\\hline")?;
        writeln!(out, "\\end{{tabular}}")
    }
}

/// A text in which nothing means anything to Markdown.
pub fn markdown_text(text: &str) -> String {
    let escape = |letter: char| match letter {
        '|' | '\\' | '*' | '_' | '`' | '<' | '[' | ']' | '#' | '~' => format!("\\{letter}"),
        letter => letter.to_string(),
    };
    text.chars().map(escape).collect()
}

/// A text in which nothing means anything to LaTeX.
pub fn latex_text(text: &str) -> String {
    let escape = |letter: char| match letter {
        '&' | '%' | '$' | '#' | '_' | '{' | '}' => format!("\\{letter}"),
        '\\' => "\\textbackslash{}".to_owned(),
        '~' => "\\textasciitilde{}".to_owned(),
        '^' => "\\textasciicircum{}".to_owned(),
        '<' => "$<$".to_owned(),
        '>' => "$>$".to_owned(),
        '×' => "$\\times$".to_owned(),
        '₂' => "$_2$".to_owned(),
        letter => letter.to_string(),
    };
    text.chars().map(escape).collect()
}

/// A cell: a number such as `<2.6e-7` as it is printed, `$<2.6 \times 10^{-7}$`.
fn latex_cell(text: &str) -> String {
    let (sign, number) = text
        .strip_prefix('<')
        .map_or(("", text), |rest| ("<", rest));
    let parts = number.split_once('e').and_then(|(digits, power)| {
        let digits: f64 = digits.parse().ok()?;
        let power: i32 = power.parse().ok()?;
        Some((digits, power))
    });
    match parts {
        Some((digits, power)) => format!("${sign}{digits} \\times 10^{{{power}}}$"),
        None => latex_text(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anstyle::Style;

    fn table() -> Table {
        let mut table = Table::new(&[("schedule", Align::Left), ("M₂ | a_b", Align::Right)], 0);
        for cells in [["1,3,9 ×2", "<1e-8"], ["50%_&", "2.6e-7"]] {
            table.row(cells.map(|text| (text.to_owned(), Style::new())).into());
        }
        table
    }

    fn written(write: impl Fn(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn markdown_is_escaped() {
        assert_eq!(
            written(|out| table().markdown(out)),
            "| schedule | M₂ \\| a\\_b |\n| :--- | ---: |\n| 1,3,9 ×2 | \\<1e-8 |\n| 50%\\_& | 2.6e-7 |\n"
        );
    }

    #[test]
    fn latex_is_escaped() {
        assert_eq!(
            written(|out| table().latex(out)),
            "\\begin{tabular}{lr}\n\\hline\nschedule & M$_2$ | a\\_b \\\\\n\\hline\n\
             1,3,9 $\\times$2 & $<1 \\times 10^{-8}$ \\\\\n50\\%\\_\\& & $2.6 \\times 10^{-7}$ \\\\\n\\hline\n\\end{tabular}\n"
        );
    }
}
