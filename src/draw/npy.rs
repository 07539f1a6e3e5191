//! NumPy's array files.
//!
//! Source: the NPY format, version 1.0, <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>.

use std::io::{self, Write};

use ndarray::ArrayD;

/// Writes an array as little-endian float64, row-major.
///
/// # Errors
/// Those of the writer.
pub fn npy(out: &mut dyn Write, array: &ArrayD<f64>) -> io::Result<()> {
    let mut shape = itertools::join(array.shape(), ", ");
    if array.ndim() == 1 {
        shape.push(',');
    }
    let mut header =
        format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({shape}), }}").into_bytes();
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
        bytes.extend_from_slice(&value.to_le_bytes());
        if bytes.len() == bytes.capacity() {
            out.write_all(&bytes)?;
            bytes.clear();
        }
    }
    out.write_all(&bytes)
}
