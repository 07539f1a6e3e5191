//! The terminal text of `degrid matrix`, and its sparse table.

use std::io::{self, Write};

use anstyle::Style;
use ndarray::{ArrayViewD, Axis};

use crate::draw::{shortest, times_to};
use crate::network::{counted, times};
use crate::report::matrix::MatrixReport;

use super::style::{DIM, TITLE};

/// Writes the matrix and the product, columns below each other; zeros stand back.
pub fn matrix(out: &mut dyn Write, report: &MatrixReport) -> io::Result<()> {
    let (name, product) = if report.transposed {
        ("Cᵀ", "Cᵀ·y")
    } else {
        ("C", "C·x")
    };
    let (down, across) = if report.transposed {
        (&report.input, &report.output)
    } else {
        (&report.output, &report.input)
    };
    let rows = times_to(down, counted(report.rows, "row"));
    let columns = times_to(across, counted(report.columns, "column"));
    let entries = if report.entries == 1 {
        "entry"
    } else {
        "entries"
    };
    writeln!(
        out,
        "{TITLE}{name}{TITLE:#}{DIM}: {rows}, {columns}, {} {entries} not zero{DIM:#}",
        report.entries
    )?;
    match &report.matrix {
        Some(matrix) => grid(out, &matrix.0.view())?,
        None => writeln!(out, "  too large to print; -o writes it to a file")?,
    }
    if let Some(map) = &report.product {
        let shape = times(map.0.shape());
        writeln!(
            out,
            "\n{TITLE}{product}{TITLE:#}{DIM}: a map of {shape} positions{DIM:#}"
        )?;
        grid(out, &map.0.view())?;
    }
    Ok(())
}

fn grid(out: &mut dyn Write, array: &ArrayViewD<'_, f64>) -> io::Result<()> {
    if array.ndim() > 2 {
        for (index, plane) in array.axis_iter(Axis(0)).enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            grid(out, &plane)?;
        }
        return Ok(());
    }
    let columns = array.shape().last().copied().unwrap_or(1).max(1);
    let texts: Vec<String> = array.iter().map(|v| shortest(*v)).collect();
    let widest = |column: usize| {
        let cells = texts.iter().skip(column).step_by(columns);
        cells.map(String::len).max().unwrap_or(1)
    };
    let widths: Vec<usize> = (0..columns).map(widest).collect();
    for line in texts.chunks(columns) {
        write!(out, " ")?;
        for (text, width) in line.iter().zip(&widths) {
            let style = if text == "0" { DIM } else { Style::new() };
            let room = " ".repeat(width - text.len());
            write!(out, " {room}{style}{text}{style:#}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}
