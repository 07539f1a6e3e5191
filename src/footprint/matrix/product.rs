//! Products with a convolution matrix, and the matrix written out.

use ndarray::{Array2, ArrayD, IxDyn};

use crate::network::MAX_CELLS;

use super::ConvMatrix;
use super::error::MatrixError;
use crate::footprint::bits::to_index;

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
        let mut x = vec![0.0; to_index(cells(self.input())?)];
        for (row, value) in (0..).zip(from) {
            for (column, weight) in self.row(row) {
                x[to_index(column)] += weight * value;
            }
        }
        let mut map = zeros(self.input())?;
        map.iter_mut()
            .zip(x)
            .for_each(|(slot, value)| *slot = value);
        finite(map)
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

fn cells(size: &[i64]) -> Result<i64, MatrixError> {
    let cells = size.iter().product();
    if cells > MAX_CELLS {
        return Err(MatrixError::MapTooLarge {
            size: size.to_vec(),
        });
    }
    Ok(cells)
}

fn zeros(size: &[i64]) -> Result<ArrayD<f64>, MatrixError> {
    cells(size)?;
    Ok(ArrayD::zeros(IxDyn(
        &size.iter().map(|&n| to_index(n)).collect::<Vec<_>>(),
    )))
}

/// The values of a map row by row, its shape checked.
fn values(map: &ArrayD<f64>, size: &[i64]) -> Result<Vec<f64>, MatrixError> {
    let same = map.ndim() == size.len()
        && map
            .shape()
            .iter()
            .zip(size)
            .all(|(&has, &n)| i64::try_from(has) == Ok(n));
    if !same {
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
