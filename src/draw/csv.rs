//! Footprints and matrices as lines of numbers, and as NumPy's array files.
//!
//! Source: the NPY format, version 1.0, <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>.

use std::io::{self, Write};

use crate::footprint::{ConvMatrix, FootprintError};

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

/// A number as an array file holds it.
pub trait Item: Copy {
    /// Its type, as NumPy writes it.
    const TYPE: &str;

    /// The bytes of some.
    fn bytes(items: &[Self]) -> Vec<u8>;
}

impl Item for f64 {
    const TYPE: &str = "<f8";

    fn bytes(items: &[Self]) -> Vec<u8> {
        items.iter().flat_map(|item| item.to_le_bytes()).collect()
    }
}

impl Item for bool {
    const TYPE: &str = "|b1";

    fn bytes(items: &[Self]) -> Vec<u8> {
        items.iter().map(|item| u8::from(*item)).collect()
    }
}

/// Most numbers that are turned into bytes at once.
const AT_ONCE: usize = 1 << 13;

/// Writes an array as little-endian float64 or as bool, row-major: its size per axis, and its rows along the last axis in order.
///
/// # Errors
/// Those of the writer, and of the rows.
pub fn npy<T: Item>(
    out: &mut dyn Write,
    size: &[i64],
    rows: impl IntoIterator<Item = Result<Vec<T>, FootprintError>>,
) -> io::Result<()> {
    let mut shape = itertools::join(size, ", ");
    if size.len() == 1 {
        shape.push(',');
    }
    let mut header = format!(
        "{{'descr': '{}', 'fortran_order': False, 'shape': ({shape}), }}",
        T::TYPE
    )
    .into_bytes();
    // Magic, version and length take ten bytes; the data begin at a multiple of 64.
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(b' ');
    }
    header.push(b'\n');
    out.write_all(b"\x93NUMPY\x01\x00")?;
    let length = u16::try_from(header.len()).map_err(io::Error::other)?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(&header)?;
    for row in rows {
        let row = row.map_err(io::Error::other)?;
        for items in row.chunks(AT_ONCE) {
            out.write_all(&T::bytes(items))?;
        }
    }
    Ok(())
}
