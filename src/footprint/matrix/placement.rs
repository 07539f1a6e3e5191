//! Where the kernel of a convolution matrix is placed, checked.

use ndarray::ArrayD;

use crate::network::{Dilation, Kernel, MAX_SIZE, PerAxis, Stride, Window};

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
    let mut windows = Vec::with_capacity(dims);
    for (axis, place) in placements.iter().enumerate() {
        let taps = i128::try_from(kernel.shape()[axis]).unwrap_or(i128::MAX);
        let kernel = Kernel::new(taps).map_err(|error| MatrixError::Kernel { axis, error })?;
        let size = map[axis];
        if !(1..MAX_SIZE).contains(&size) {
            return Err(MatrixError::Size { axis, size });
        }
        windows.push(Window {
            kernel,
            stride: place.stride,
            dilation: place.dilation,
            low: padding(axis, place.low)?,
            high: padding(axis, place.high)?,
            ceil: false,
        });
    }
    Ok(PerAxis::from_fn(dims, |axis| windows[axis]))
}

/// A padding, its range checked.
fn padding(axis: usize, padding: i64) -> Result<i64, MatrixError> {
    if (0..MAX_SIZE).contains(&padding) {
        Ok(padding)
    } else {
        Err(MatrixError::Padding { axis, padding })
    }
}
