//! What the positions of a grid read through a layer, axis by axis.

use crate::footprint::bits::to_index;
use crate::footprint::error::FootprintError;
use crate::footprint::set::AxisSet;
use crate::network::{AxisOp, Kernel, Op, Stride};

use super::Grid;

impl Grid {
    /// What these output positions of a layer read; see [`Region::through`](crate::footprint::Region::through).
    pub(crate) fn through(
        &self,
        op: &Op,
        size: Option<&[i64]>,
        dense: bool,
    ) -> Result<Self, FootprintError> {
        let mut grid = self.clone();
        for axis in 0..self.extent.len() {
            if grid.rows() == 0 {
                return Ok(grid);
            }
            if reads_itself(&op.axes[axis]) {
                continue;
            }
            if axis == grid.last() {
                grid = grid.rows_through(&op.axes[axis], size.map(|n| n[axis]), dense)?;
                continue;
            }
            // What each position of this axis reads; the other axes stay.
            let reads = (grid.first[axis]..grid.first[axis] + grid.extent[axis])
                .map(|o| {
                    AxisSet::interval(o, 1).through(&op.axes[axis], size.map(|n| n[axis]), dense)
                })
                .collect::<Result<Vec<AxisSet>, _>>()?;
            grid = grid.moved(axis, &reads)?;
        }
        Ok(grid)
    }

    /// What these output positions read along the last axis, row by row.
    fn rows_through(
        &self,
        op: &AxisOp,
        n: Option<i64>,
        dense: bool,
    ) -> Result<Self, FootprintError> {
        let sets = (0..self.rows())
            .map(|row| self.row_set(row).through(op, n, dense))
            .collect::<Result<Vec<AxisSet>, _>>()?;
        let placed = || sets.iter().filter(|set| !set.is_empty());
        let (Some(low), Some(high)) = (
            placed().map(AxisSet::first).min(),
            placed().map(|set| set.first() + set.extent()).max(),
        ) else {
            return Ok(Self::empty(self.extent.len()));
        };
        let (mut first, mut extent) = (self.first.clone(), self.extent.clone());
        first[self.last()] = low;
        extent[self.last()] = high - low;
        let mut moved = Self::blank(first, &extent)?;
        for (set, words) in sets
            .iter()
            .zip(moved.words.chunks_mut(moved.row_words.max(1)))
        {
            if !set.is_empty() {
                set.mark(words, set.first() - low);
            }
        }
        Ok(moved)
    }

    /// What these output positions read along an axis but the last, given what each position of that axis reads.
    fn moved(&self, axis: usize, reads: &[AxisSet]) -> Result<Self, FootprintError> {
        let placed = || reads.iter().filter(|r| !r.is_empty());
        let (Some(low), Some(high)) = (
            placed().map(AxisSet::first).min(),
            placed().map(|r| r.first() + r.extent()).max(),
        ) else {
            return Ok(Self::empty(self.extent.len()));
        };
        let (mut first, mut extent) = (self.first.clone(), self.extent.clone());
        first[axis] = low;
        extent[axis] = high - low;
        let mut moved = Self::blank(first, &extent)?;
        // All cells of the axes after this one lie together: a position moves as one block.
        let block = self.extent[axis + 1..self.last()].iter().product::<i64>();
        let block = to_index(block) * self.row_words;
        let (from, to) = (to_index(self.extent[axis]), to_index(extent[axis]));
        for (outer, slab) in self.words.chunks(from * block).enumerate() {
            let target = &mut moved.words[outer * to * block..(outer + 1) * to * block];
            for (read, source) in reads.iter().zip(slab.chunks(block)) {
                for position in read.iter() {
                    let at = to_index(position - low) * block;
                    for (word, bits) in target[at..at + block].iter_mut().zip(source) {
                        *word |= bits;
                    }
                }
            }
        }
        Ok(moved)
    }
}

/// Whether an axis of a layer reads its own position and no other, wherever that is.
fn reads_itself(op: &AxisOp) -> bool {
    match op {
        AxisOp::Same => true,
        AxisOp::Window(w) => {
            w.kernel == Kernel::ONE && w.stride == Stride::ONE && w.low == 0 && w.high == 0
        }
        _ => false,
    }
}
