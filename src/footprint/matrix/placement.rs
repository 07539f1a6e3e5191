//! Where the kernel of a convolution matrix is placed, checked.

use ndarray::ArrayD;

use crate::network::{Dilation, Kernel, MAX_SIZE, PerAxis, ShapeError, Stride, Window};

use super::error::MatrixError;

/// How a kernel is placed on a map along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Map positions from one placement to the next.
    pub stride: Stride,
    /// Map positions from one tap to the next.
    pub dilation: Dilation,
    /// Padding before the first position, in map positions; not negative.
    pub low: i64,
    /// Padding after the last position, in map positions; not negative.
    pub high: i64,
}

impl Placement {
    /// Every position, neighbouring taps, no padding.
    pub const PLAIN: Self = Self {
        stride: Stride::ONE,
        dilation: Dilation::ONE,
        low: 0,
        high: 0,
    };
}

/// The kernel's windows, everything checked that does not depend on the map that is written.
pub(super) fn windows(
    kernel: &ArrayD<f64>,
    map: &[i64],
    placements: &[Placement],
) -> Result<PerAxis<Window>, MatrixError> {
    let dims = map.len();
    if !(1..=3).contains(&dims) || kernel.ndim() != dims || placements.len() != dims {
        return Err(MatrixError::axes(kernel, map, placements.len()));
    }
    let mut taps = PerAxis::splat(dims, Kernel::ONE);
    for axis in 0..dims {
        let size = i128::try_from(kernel.shape()[axis]).unwrap_or(i128::MAX);
        taps[axis] = Kernel::new(size).map_err(|error| MatrixError::Kernel { axis, error })?;
        if !(1..MAX_SIZE).contains(&map[axis]) {
            return Err(MatrixError::Size {
                axis,
                size: map[axis],
            });
        }
        padding(axis, placements[axis].low)?;
        padding(axis, placements[axis].high)?;
    }
    Ok(PerAxis::from_fn(dims, |axis| {
        let Placement {
            stride,
            dilation,
            low,
            high,
        } = placements[axis];
        Window {
            kernel: taps[axis],
            stride,
            dilation,
            low,
            high,
            ceil: false,
        }
    }))
}

/// Checks the range of a padding.
pub(super) fn padding(axis: usize, padding: i64) -> Result<(), MatrixError> {
    if (0..MAX_SIZE).contains(&padding) {
        Ok(())
    } else {
        Err(MatrixError::Padding { axis, padding })
    }
}

/// Checks the size of a map that is written; `none` where nothing is.
pub(super) fn sized(size: Option<i64>, none: impl Into<MatrixError>) -> Result<i64, MatrixError> {
    match size {
        Some(size) if size >= MAX_SIZE => Err(ShapeError::TooLarge(size).into()),
        Some(size) => Ok(size),
        None => Err(none.into()),
    }
}
