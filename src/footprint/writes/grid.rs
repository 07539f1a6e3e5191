//! Writes over whole maps: the part that no border touches, and the product over the axes.

use std::ops::Range;

use ndarray::{ArrayD, IxDyn};
use num_integer::gcd;

use crate::network::MAX_CELLS;

use super::AxisWrites;
use super::error::WritesError;

impl AxisWrites {
    /// The positions around the middle ⌊n/2⌋ of a whole map that are written as often as the interior of the same chain is; what lies
    /// before and after is border. `None` where not even the middle is, or where `self` is no whole map or `interior` no interior.
    ///
    /// ```
    /// use degrid::footprint::AxisWrites;
    /// use degrid::network::{AxisOp, Dilation, Kernel, Stride, Transposed};
    /// let up = AxisOp::Transposed(Transposed {
    ///     kernel: Kernel::new(4)?, stride: Stride::new(2)?, dilation: Dilation::ONE, low: 0, high: 0, output_padding: 0,
    /// });
    /// let (map, interior) = (AxisWrites::map(4)?.through(&up)?, AxisWrites::interior().through(&up)?);
    /// assert_eq!(map.counts(), [1, 1, 2, 2, 2, 2, 2, 2, 1, 1]);
    /// assert_eq!(map.even_part(&interior), Some(2..8));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn even_part(&self, interior: &Self) -> Option<Range<i64>> {
        if self.period().is_some() || interior.period().is_none() {
            return None;
        }
        // Compared in lowest terms: the units differ, and products of counts and units could overflow.
        let parts = |writes: &Self, at: i64| {
            let (count, unit) = (writes.at(at), writes.unit());
            let common = gcd(count, unit);
            (count / common, unit / common)
        };
        let same = |at: &i64| parts(self, *at) == parts(interior, *at);
        let middle = self.len() / 2;
        let first = (0..=middle).rev().take_while(same).last()?;
        let last = (middle..self.len()).take_while(same).last()?;
        Some(first..last + 1)
    }
}

/// Contrast of a map over all its axes: the product of the axes' (in 2-D with equal axes the square); `None` where a position is not written.
///
/// ```
/// use degrid::footprint::{AxisWrites, contrast};
/// assert_eq!(contrast(&[AxisWrites::interior(), AxisWrites::interior()]), Some(1.0));
/// ```
#[must_use]
pub fn contrast(axes: &[AxisWrites]) -> Option<f64> {
    axes.iter().map(AxisWrites::contrast).product()
}

/// The counts of a map over all its axes, one period or the whole map: the outer product of the axes' counts, in multiples of the
/// product of their units. `[2, 1]` on both axes gives `[[4, 2], [2, 1]]`.
///
/// # Errors
/// [`WritesError::TooLarge`] past the limit of cells, [`WritesError::Overflow`] past 128 bits.
pub fn write_grid(axes: &[AxisWrites]) -> Result<ArrayD<u128>, WritesError> {
    let cells = axes
        .iter()
        .try_fold(1_i64, |all, axis| all.checked_mul(axis.len()));
    let cells = cells.unwrap_or(i64::MAX);
    if cells > MAX_CELLS {
        return Err(WritesError::TooLarge(cells));
    }
    let shape: Vec<usize> = axes.iter().map(|axis| axis.counts().len()).collect();
    let mut grid = ArrayD::from_elem(IxDyn(&shape), 1_u128);
    for (place, cell) in grid.indexed_iter_mut() {
        for (axis, writes) in axes.iter().enumerate() {
            let count = writes.counts()[place[axis]];
            *cell = cell.checked_mul(count).ok_or(WritesError::Overflow)?;
        }
    }
    Ok(grid)
}
