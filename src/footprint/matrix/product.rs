//! Products with a convolution matrix, and the matrix written out.

use ndarray::{Array2, ArrayD};

use crate::network::MAX_CELLS;

use super::ConvMatrix;
use super::error::MatrixError;
use crate::footprint::bits::{shape, to_index};
use crate::footprint::product::cells;

impl ConvMatrix {
    /// C·x: the convolution of a map of [`ConvMatrix::input`] positions, as a map of [`ConvMatrix::output`] positions.
    ///
    /// Sums are formed in f64, in the order of columns: exact as long as all of them are whole numbers below 2^53.
    ///
    /// # Errors
    /// [`MatrixError::Map`] for a map of another shape, [`MatrixError::MapTooLarge`] past the limit of cells,
    /// [`MatrixError::NotFinite`] where a value is not finite or sums pass the range of f64.
    pub fn apply(&self, x: &ArrayD<f64>) -> Result<ArrayD<f64>, MatrixError> {
        let from = values(x, self.input())?;
        let mut y = zeros(self.output())?;
        for (row, sum) in (0..).zip(y.iter_mut()) {
            for (column, weight) in self.row(row) {
                *sum += weight * from[to_index(column)];
            }
        }
        finite(y)
    }

    /// Cᵀ·y: the transposed convolution of a map of [`ConvMatrix::output`] positions, as a map of [`ConvMatrix::input`] positions.
    ///
    /// # Errors
    /// As for [`ConvMatrix::apply`].
    pub fn apply_transpose(&self, y: &ArrayD<f64>) -> Result<ArrayD<f64>, MatrixError> {
        let from = values(y, self.output())?;
        let mut x = zeros(self.input())?;
        let sums = x.as_slice_mut().expect("a new array lies row by row");
        for (row, value) in (0..).zip(from) {
            for (column, weight) in self.row(row) {
                sums[to_index(column)] += weight * value;
            }
        }
        finite(x)
    }

    /// The matrix written out, rows × columns; its transpose is `.reversed_axes()` of it, which copies nothing.
    ///
    /// # Errors
    /// [`MatrixError::TooLarge`], with its size, past the limit of cells.
    pub fn dense(&self) -> Result<Array2<f64>, MatrixError> {
        let (rows, columns) = (self.rows(), self.columns());
        if i128::from(rows) * i128::from(columns) > i128::from(MAX_CELLS) {
            return Err(MatrixError::TooLarge { rows, columns });
        }
        let mut matrix = Array2::zeros((to_index(rows), to_index(columns)));
        for (row, mut line) in (0..).zip(matrix.rows_mut()) {
            for (column, weight) in self.row(row) {
                line[to_index(column)] = weight;
            }
        }
        Ok(matrix)
    }
}

fn zeros(size: &[i64]) -> Result<ArrayD<f64>, MatrixError> {
    match cells(size.iter().copied()) {
        Ok(_) => Ok(ArrayD::zeros(shape(size))),
        Err(_) => Err(MatrixError::MapTooLarge {
            size: size.to_vec(),
        }),
    }
}

/// The values of a map row by row, its shape checked.
fn values(map: &ArrayD<f64>, size: &[i64]) -> Result<Vec<f64>, MatrixError> {
    let found = map.shape().iter().map(|&n| i64::try_from(n).ok());
    if !found.eq(size.iter().map(|&n| Some(n))) {
        return Err(MatrixError::Map {
            found: map.shape().to_vec(),
            expected: size.to_vec(),
        });
    }
    Ok(map.iter().copied().collect())
}

fn finite(map: ArrayD<f64>) -> Result<ArrayD<f64>, MatrixError> {
    if map.iter().all(|value| value.is_finite()) {
        Ok(map)
    } else {
        Err(MatrixError::NotFinite)
    }
}
