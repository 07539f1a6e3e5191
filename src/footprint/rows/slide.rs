//! Windows that add up rows.

use crate::footprint::axis::AxisValue;
use crate::footprint::error::FootprintError;
use crate::footprint::product::Bounds;

/// How a window adds up rows: each to itself and to those further along an axis.
pub(super) struct Slide {
    /// First place, and number of places, on each axis but the last, of the sums.
    pub outer: Bounds,
    /// Rows that one after another add up, and how many their sums are.
    pub before: usize,
    pub after: usize,
    pub taps: usize,
    /// Rows from one tap to the next.
    pub step: usize,
}

impl Slide {
    /// The sums of rows, which are asked for from the last one to the first.
    pub fn slab<V: AxisValue>(
        &self,
        mut row: impl FnMut(usize) -> Result<V, FootprintError>,
    ) -> Result<Vec<V>, FootprintError> {
        let mut sums = vec![V::empty(); self.after];
        for index in (0..self.before).rev() {
            let row = row(index)?;
            for tap in 1..self.taps {
                sums[index + tap * self.step].add(&row, 1.0)?;
            }
            // Rows before this one are added later.
            sums[index] = row;
        }
        Ok(sums)
    }
}
