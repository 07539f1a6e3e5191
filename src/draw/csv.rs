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
    let mut text = Vec::new();
    for row in 0..panel.rows() {
        let weights = panel.weights_of(row);
        // Along a row only the place to the right changes.
        let first = panel.place(row, 0);
        let (before, rest) = first.split_at(panel.right);
        let list = |places: &[i64]| {
            let texts = places.iter().map(|place| place.to_string() + ",");
            texts.collect::<String>()
        };
        let (before, after) = (list(before), list(&rest[1..]));
        for (column, place) in (rest[0]..).take(panel.columns()).enumerate() {
            // The level of a cell would take a logarithm.
            let state = if panel.is_covered(row, column) {
                "covered"
            } else if panel.cell(row, column) == Cell::Outside {
                "outside"
            } else {
                "gridding"
            };
            write!(text, "{before}{place},{after}{state},")?;
            if let Some(weights) = &weights {
                number(&mut text, weights[column])?;
            }
            text.push(b'\n');
        }
        out.write_all(&text)?;
        text.clear();
    }
    Ok(())
}

/// Most that a float counts one by one.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Writes a number; one without a fraction as an integer, which looks alike and takes less time.
fn number(text: &mut Vec<u8>, value: f64) -> io::Result<()> {
    if value.fract() != 0.0 || value.abs() > EXACT {
        return write!(text, "{value}");
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and small")]
    let whole = value as i64;
    write!(text, "{whole}")
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
