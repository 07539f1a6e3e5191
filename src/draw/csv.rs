//! Footprints and matrices as lines of numbers.

use std::io::{self, Write};

use crate::footprint::ConvMatrix;

use super::panel::{Cell, Panel, axes};

/// Writes a map of `dims` axes: a header, then a line for each position of its panels: its place, `covered`, `gridding` or `outside`, and
/// its paths (empty where not known).
///
/// # Errors
/// Those of the writer.
pub fn csv(out: &mut dyn Write, dims: usize, panels: &[Panel]) -> io::Result<()> {
    writeln!(out, "{},state,paths", axes(dims).join(","))?;
    panels.iter().try_for_each(|panel| positions(out, panel))
}

fn positions(out: &mut dyn Write, panel: &Panel) -> io::Result<()> {
    for row in 0..panel.rows() {
        for column in 0..panel.columns() {
            let place = itertools::join(panel.place(row, column), ",");
            let state = match panel.cell(row, column) {
                Cell::Covered(_) => "covered",
                Cell::Gridding | Cell::Between => "gridding",
                Cell::Outside => "outside",
            };
            let weight = panel.weight(row, column);
            let weight = weight.map_or_else(String::new, |weight| weight.to_string());
            writeln!(out, "{place},{state},{weight}")?;
        }
    }
    Ok(())
}

/// A number as short as it can be read back.
#[must_use]
pub fn shortest(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        "0".to_owned()
    } else if (1e-5..1e16).contains(&size) {
        value.to_string()
    } else {
        format!("{value:e}")
    }
}

/// Writes the entries that are not zero, a line each: row, column (from 0) and weight, in the order of the placements of the kernel.
///
/// # Errors
/// Those of the writer.
pub fn matrix_csv(out: &mut dyn Write, matrix: &ConvMatrix, transposed: bool) -> io::Result<()> {
    writeln!(out, "row,column,weight")?;
    for row in 0..matrix.rows() {
        for (column, weight) in matrix.row(row) {
            let (row, column) = if transposed {
                (column, row)
            } else {
                (row, column)
            };
            writeln!(out, "{row},{column},{}", shortest(weight))?;
        }
    }
    Ok(())
}
