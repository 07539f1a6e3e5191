//! What `degrid matrix` reports: the matrix of a convolution, or its transpose, and a product.

use ndarray::ArrayD;
use serde::Serialize;

use crate::footprint::{ConvMatrix, MatrixError};

use super::VERSION;
use super::json::Nested;

/// Most cells of a matrix that is written out as text.
pub const MOST_PRINTED: i128 = 1 << 14;

/// A convolution matrix and what it makes of a map.
#[derive(Clone, Debug, Serialize)]
pub struct MatrixReport {
    /// Version of this layout.
    pub version: u32,
    /// Whether the matrix is the transpose: that of the transposed convolution.
    pub transposed: bool,
    /// Positions per axis of the map that the convolution reads.
    pub input: Vec<i64>,
    /// Positions per axis of the map that the convolution writes.
    pub output: Vec<i64>,
    /// Rows of the matrix, transposed where it is.
    pub rows: i64,
    /// Columns of the matrix, transposed where it is.
    pub columns: i64,
    /// Entries that are not zero.
    pub entries: i128,
    /// The matrix, row by row; null where it is too large to be written out.
    pub matrix: Option<Nested<f64>>,
    /// The product with the map given, reshaped to a map; null without one.
    pub product: Option<Nested<f64>>,
}

impl MatrixReport {
    /// The matrix, written out where it is not too large, and its product with `map`.
    ///
    /// # Errors
    /// [`MatrixError`] where the map has another shape, or values pass a limit.
    pub fn new(
        matrix: &ConvMatrix,
        transposed: bool,
        map: Option<&ArrayD<f64>>,
    ) -> Result<Self, MatrixError> {
        let (mut rows, mut columns) = (matrix.rows(), matrix.columns());
        let is_small = i128::from(rows) * i128::from(columns) <= MOST_PRINTED;
        let dense = is_small.then(|| dense(matrix, transposed));
        if transposed {
            (rows, columns) = (columns, rows);
        }
        let product = map.map(|map| {
            if transposed {
                matrix.apply_transpose(map)
            } else {
                matrix.apply(map)
            }
        });
        Ok(Self {
            version: VERSION,
            transposed,
            input: matrix.input().to_vec(),
            output: matrix.output().to_vec(),
            rows,
            columns,
            entries: matrix.entries(),
            matrix: dense.transpose()?.map(Nested),
            product: product.transpose()?.map(Nested),
        })
    }
}

/// All entries of a matrix or its transpose.
///
/// # Errors
/// [`MatrixError`] past the limit of cells.
pub fn dense(matrix: &ConvMatrix, transposed: bool) -> Result<ArrayD<f64>, MatrixError> {
    let dense = matrix.dense()?;
    Ok(if transposed {
        dense.reversed_axes().into_dyn()
    } else {
        dense.into_dyn()
    })
}
