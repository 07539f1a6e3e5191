//! Footprints and matrices as lines of numbers, and as NumPy's array files.
//!
//! Source: the NPY format, version 1.0, <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>.

use std::io::{self, Write};

use ndarray::ArrayD;

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

/// A number as an array file holds it.
pub trait Item: Copy {
    /// Its type, as NumPy writes it.
    const TYPE: &str;

    /// Adds its bytes.
    fn put(self, bytes: &mut Vec<u8>);
}

impl Item for f64 {
    const TYPE: &str = "<f8";

    fn put(self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }
}

impl Item for bool {
    const TYPE: &str = "|b1";

    fn put(self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(self));
    }
}

/// Writes an array as little-endian float64 or as bool, row-major.
///
/// # Errors
/// Those of the writer.
pub fn npy<T: Item>(out: &mut dyn Write, array: &ArrayD<T>) -> io::Result<()> {
    let mut shape = itertools::join(array.shape(), ", ");
    if array.ndim() == 1 {
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
    let mut bytes = Vec::with_capacity(8 << 10);
    for value in array {
        value.put(&mut bytes);
        if bytes.len() == bytes.capacity() {
            out.write_all(&bytes)?;
            bytes.clear();
        }
    }
    out.write_all(&bytes)
}
