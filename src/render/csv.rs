//! A footprint as a table: a line for each position.

use std::io::{self, Write};

use super::panel::{Cell, Panel};

/// Names of a map's axes, of one, two or three.
#[must_use]
pub fn axes(dims: usize) -> &'static [&'static str] {
    let names = &["z", "y", "x"];
    &names[names.len() - dims.clamp(1, 3)..]
}

/// Writes a header for maps of `dims` axes.
///
/// # Errors
/// Those of the writer.
pub fn csv_header(out: &mut dyn Write, dims: usize) -> io::Result<()> {
    writeln!(out, "{},state,paths", axes(dims).join(","))
}

/// Writes a line for each position of a panel: its place, `covered`, `gridding` or `outside`, and its paths (empty where not known).
///
/// # Errors
/// Those of the writer.
pub fn csv(out: &mut dyn Write, panel: &Panel) -> io::Result<()> {
    for row in 0..panel.rows() {
        for column in 0..panel.columns() {
            let place = itertools::join(panel.place(row, column), ",");
            let state = match panel.cell(row, column) {
                Cell::Covered(_) => "covered",
                Cell::Gridding | Cell::Between => "gridding",
                Cell::Outside => "outside",
            };
            match panel.weight(row, column) {
                Some(weight) => writeln!(out, "{place},{state},{weight}")?,
                None => writeln!(out, "{place},{state},")?,
            }
        }
    }
    Ok(())
}
