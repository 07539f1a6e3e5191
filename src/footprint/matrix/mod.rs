//! Convolution as a matrix: y = C·x with one placement of the kernel per row; a transposed convolution multiplies by Cᵀ.
//!
//! Maps are read row by row: position (y, x) of a map of H×W positions is row or column y·W + x of the matrix.
//! As in every framework of the field the kernel is not flipped.
//! Source: Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning", sections 4.1 and 4.2.

use ndarray::ArrayD;
use num_integer::Integer;

use crate::network::{Along, Dilation, Kernel, MAX_SIZE, PerAxis, ShapeError, Stride, Window};

mod error;
mod product;
mod text;

pub use error::MatrixError;
pub use text::{TextError, parse_map, parse_size};

use crate::footprint::product::volume;

/// The matrix C of a convolution, rows × columns = output positions × input positions.
///
/// Only the kernel's taps are kept, and rows are made as they are asked for, so that it costs nothing to hold the matrix of a large map.
/// Entries that the kernel makes zero are left out everywhere.
///
/// ```
/// use degrid::footprint::{ConvMatrix, Placement, parse_map};
/// let kernel = parse_map("1 4 1; 1 4 3; 3 3 1", 2)?;
/// let map = parse_map("4 5 8 7; 1 8 8 8; 3 6 6 4; 6 5 7 8", 2)?;
/// let matrix = ConvMatrix::new(&kernel, &[4, 4], &[Placement::PLAIN; 2])?;
/// assert_eq!((matrix.rows(), matrix.columns()), (4, 16));
/// assert_eq!(matrix.dense()?.row(0).to_vec()[..8], [1.0, 4.0, 1.0, 0.0, 1.0, 4.0, 3.0, 0.0]);
///
/// assert_eq!(matrix.apply(&map)?, parse_map("122 148; 126 134", 2)?);
/// let up = matrix.apply_transpose(&parse_map("2 1; 4 4", 2)?)?;
/// assert_eq!(up, parse_map("2 9 6 1; 6 29 30 7; 10 29 33 13; 12 24 16 4", 2)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A text in circulation shows this last product as that of Cᵀ with the convolution's result; that one is
/// `122 636 714 148; 248 1274 1620 578; 492 1448 1480 550; 378 780 528 134`.
#[derive(Clone, Debug, PartialEq)]
pub struct ConvMatrix {
    /// Offset from the first position of a placement, in map positions, and weight of each tap that is not zero; in the order of columns.
    taps: Vec<(PerAxis<i64>, f64)>,
    windows: PerAxis<Window>,
    input: PerAxis<i64>,
    output: PerAxis<i64>,
}

impl ConvMatrix {
    /// The matrix of a convolution with `kernel` on a map of `input` positions; both have 1 to 3 axes, and `placements` one entry for each.
    ///
    /// # Errors
    /// [`MatrixError`]: axes that do not fit together, numbers past the limits of a network, or a map smaller than one placement.
    pub fn new(
        kernel: &ArrayD<f64>,
        input: &[i64],
        placements: &[Placement],
    ) -> Result<Self, MatrixError> {
        let windows = windows(kernel, input, placements)?;
        let mut output = PerAxis::splat(input.len(), 0);
        for (axis, (window, &n)) in windows.iter().zip(input).enumerate() {
            let needs = window.extent() - window.low - window.high;
            let dims = input.len();
            let shrinks = ShapeError::Shrinks {
                axis: Along { dims, axis },
                size: n,
                needs,
            };
            output[axis] = match window.output_size(n) {
                Some(size) if size >= MAX_SIZE => Err(ShapeError::TooLarge(size)),
                Some(size) => Ok(size),
                None => Err(shrinks),
            }?;
        }
        let input = PerAxis::from_fn(input.len(), |axis| input[axis]);
        for size in [&input, &output] {
            // Every index into the maps, and every number of rows or columns, is then an i64.
            if volume(size.iter().copied()).is_err() {
                return Err(MatrixError::MapTooLarge {
                    size: size.to_vec(),
                });
            }
        }
        let mut taps = Vec::new();
        for (place, &weight) in kernel.indexed_iter() {
            if !weight.is_finite() {
                return Err(MatrixError::NotFinite);
            }
            let mut offset = PerAxis::splat(input.len(), 0);
            for (axis, window) in windows.iter().enumerate() {
                let tap = i64::try_from(place[axis]).unwrap_or(i64::MAX);
                offset[axis] = tap * i64::from(window.dilation);
            }
            if weight != 0.0 {
                taps.push((offset, weight));
            }
        }
        Ok(Self {
            taps,
            windows,
            input,
            output,
        })
    }

    /// Positions per axis of the map that the convolution reads.
    #[must_use]
    pub fn input(&self) -> &[i64] {
        &self.input
    }

    /// Positions per axis of the map that the convolution writes.
    #[must_use]
    pub fn output(&self) -> &[i64] {
        &self.output
    }

    /// Number of rows: output positions.
    #[must_use]
    pub fn rows(&self) -> i64 {
        self.output.iter().product()
    }

    /// Number of columns: input positions.
    #[must_use]
    pub fn columns(&self) -> i64 {
        self.input.iter().product()
    }

    /// Number of entries that are not zero, without making them.
    #[must_use]
    pub fn entries(&self) -> i128 {
        let count = |(offset, _): &(PerAxis<i64>, f64)| -> i128 {
            let along = |(axis, window): (usize, &Window)| {
                // Placements o with 0 ≤ o·s − low + offset < n.
                let (stride, first) = (i64::from(window.stride), offset[axis] - window.low);
                let from = Integer::div_ceil(&-first, &stride).max(0);
                let to = (self.input[axis] - 1 - first).div_euclid(stride);
                i128::from((to.min(self.output[axis] - 1) - from + 1).max(0))
            };
            self.windows.iter().enumerate().map(along).product()
        };
        self.taps.iter().map(count).sum()
    }

    /// The entries of row `row` that are not zero, as column and weight, in the order of columns; none past the last row.
    pub fn row(&self, row: i64) -> impl Iterator<Item = (i64, f64)> {
        let inside = (0..self.rows()).contains(&row);
        let mut start = PerAxis::splat(self.input.len(), 0);
        let mut rest = row;
        for axis in (0..self.input.len()).rev() {
            let window = &self.windows[axis];
            start[axis] = rest % self.output[axis] * i64::from(window.stride) - window.low;
            rest /= self.output[axis];
        }
        let taps = if inside { &self.taps[..] } else { &[] };
        taps.iter().filter_map(move |(offset, weight)| {
            let mut column = 0;
            for (axis, &n) in self.input.iter().enumerate() {
                let position = start[axis] + offset[axis];
                if !(0..n).contains(&position) {
                    return None;
                }
                column = column * n + position;
            }
            Some((column, *weight))
        })
    }
}

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
fn windows(
    kernel: &ArrayD<f64>,
    map: &[i64],
    placements: &[Placement],
) -> Result<PerAxis<Window>, MatrixError> {
    let dims = map.len();
    if !(1..=3).contains(&dims) || kernel.ndim() != dims || placements.len() != dims {
        return Err(MatrixError::Axes {
            kernel: kernel.ndim(),
            map: dims,
            settings: placements.len(),
        });
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
            dilation: place.dilation,
            low: padding(axis, place.low)?,
            high: padding(axis, place.high)?,
            ..Window::plain(kernel, place.stride)
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
