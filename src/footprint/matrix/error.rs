//! Why a convolution cannot be given as a matrix.

use crate::network::{MAX_CELLS, MAX_SIZE, QuantityError, ShapeError, times};

/// Why a convolution cannot be given as a matrix. Axes count from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MatrixError {
    /// Kernel, map and settings have different numbers of axes, or not 1 to 3.
    #[error(
        "the kernel has {kernel} axes, the map {map}, the settings {settings}: all three need the same number, 1 to 3"
    )]
    Axes {
        /// Axes of the kernel.
        kernel: usize,
        /// Axes of the map.
        map: usize,
        /// Entries of the settings (strides, paddings, dilations).
        settings: usize,
    },
    /// A kernel size out of range.
    #[error("the kernel size on axis {axis} {error}")]
    Kernel {
        /// Axis.
        axis: usize,
        /// Why.
        #[source]
        error: QuantityError,
    },
    /// A map size out of range.
    #[error("the map has {size} positions on axis {axis}: 1 to {} are possible", MAX_SIZE - 1)]
    Size {
        /// Axis.
        axis: usize,
        /// The size given, in positions.
        size: i64,
    },
    /// A padding out of range.
    #[error("the padding on axis {axis} is {padding}: 0 to {} is possible", MAX_SIZE - 1)]
    Padding {
        /// Axis.
        axis: usize,
        /// The padding given, in positions.
        padding: i64,
    },
    /// The result of the convolution has no size.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// A map of another shape than the matrix is for.
    #[error(
        "the map is {}, and the matrix is for one of {}",
        times(found),
        times(expected)
    )]
    Map {
        /// Its shape.
        found: Vec<usize>,
        /// The positions per axis that it should have.
        expected: Vec<i64>,
    },
    /// A map with too many positions to be held.
    #[error("a map of {} positions is past the limit of {limit} cells", times(size), limit = MAX_CELLS)]
    MapTooLarge {
        /// Its positions per axis.
        size: Vec<i64>,
    },
    /// A matrix with too many cells to be written out.
    #[error("a matrix of {rows}×{columns} ({} cells) is past the limit of {limit} cells", i128::from(*rows) * i128::from(*columns), limit = MAX_CELLS)]
    TooLarge {
        /// Its rows.
        rows: i64,
        /// Its columns.
        columns: i64,
    },
    /// A value that is not finite, or sums past the range of f64.
    #[error("a value is not finite, or a sum passes the range of 64-bit floating point")]
    NotFinite,
}
