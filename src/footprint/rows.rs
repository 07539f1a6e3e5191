//! Values over a box of several axes, row by row, for sums that are no product of axes.

mod slide;

use std::sync::Arc;

use itertools::Itertools;

use crate::network::{AxisOp, Op, Stride, around_both, taps};

use super::axis::AxisValue;
use super::bits::to_index;
use super::error::FootprintError;
use super::product::{Bounds, around, cells, hull, places};
use super::set::AxisSet;
use super::taps::each_tap;
use slide::Slide;

/// What is held along the last axis, for each place on the axes before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows<V> {
    /// First place, and number of places, on each axis but the last.
    outer: Bounds,
    rows: Vec<V>,
}

impl<V: AxisValue> Rows<V> {
    pub(crate) fn empty() -> Self {
        Self {
            outer: (Vec::new(), Vec::new()),
            rows: Vec::new(),
        }
    }

    /// The rows of a box; `row` gives that at each place.
    pub(crate) fn of_box(
        first: &[i64],
        extent: &[i64],
        row: impl FnMut(Vec<i64>) -> Result<V, FootprintError>,
    ) -> Result<Self, FootprintError> {
        cells(extent.iter().copied())?;
        let last = first.len().saturating_sub(1);
        let (first, extent) = (first[..last].to_vec(), extent[..last].to_vec());
        let rows = places(&first, &extent).map(row).collect::<Result<_, _>>()?;
        Ok(Self {
            outer: (first, extent),
            rows,
        })
    }

    /// First place, and number of places, on each axis but the last.
    pub(super) fn outer(&self) -> (&[i64], &[i64]) {
        (&self.outer.0, &self.outer.1)
    }

    /// Whether no row holds anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.iter().all(V::is_empty)
    }

    /// The rows that hold something, each with its place on the axes before the last.
    pub fn rows(&self) -> impl Iterator<Item = (Vec<i64>, &V)> {
        let places = places(&self.outer.0, &self.outer.1);
        places.zip(&self.rows).filter(|(_, row)| !row.is_empty())
    }

    /// The row at a place on the axes before the last; `None` outside of the box.
    #[must_use]
    pub fn row(&self, outer: &[i64]) -> Option<&V> {
        self.rows.get(self.index(outer)?)
    }

    fn index(&self, outer: &[i64]) -> Option<usize> {
        let (first, extent) = &self.outer;
        let mut axes = outer.iter().zip(first).zip(extent);
        axes.try_fold(0, |index, ((place, first), extent)| {
            let offset = place - first;
            let inside = (0..*extent).contains(&offset);
            inside.then(|| index * to_index(*extent) + to_index(offset))
        })
    }

    /// First position and extent of what is held; `None` where nothing is.
    #[must_use]
    pub fn bounds(&self) -> Option<Bounds> {
        around(self.rows().map(|(mut first, row)| {
            let mut extent = vec![1; first.len()];
            let (start, end) = row.ends();
            first.push(start);
            extent.push(end - start);
            (first, extent)
        }))
    }

    /// First position of all rows, and the one after the last; `None` where nothing is held.
    fn ends(&self) -> Option<(i64, i64)> {
        let ends = self.rows.iter().filter(|row| !row.is_empty()).map(V::ends);
        ends.reduce(around_both)
    }

    /// Both together.
    pub(crate) fn joined(
        mut self: Arc<Self>,
        mut other: Arc<Self>,
    ) -> Result<Arc<Self>, FootprintError> {
        if self.is_empty() || other.is_empty() {
            return Ok(if self.is_empty() { other } else { self });
        }
        let outer = hull(&self.outer, &other.outer);
        let ends = self.ends().into_iter().chain(other.ends());
        check_cells(&outer, ends.reduce(around_both))?;
        if other.outer == outer {
            std::mem::swap(&mut self, &mut other);
        }
        let mut all = Arc::unwrap_or_clone(self);
        if all.outer != outer {
            let count = to_index(outer.1.iter().product());
            let mut larger = Self {
                outer,
                rows: vec![V::empty(); count],
            };
            for (place, row) in places(&all.outer.0, &all.outer.1).zip(all.rows) {
                if let Some(index) = larger.index(&place) {
                    larger.rows[index] = row;
                }
            }
            all = larger;
        }
        for (place, row) in other.rows() {
            if let Some(index) = all.index(&place) {
                all.rows[index].add(row, 1.0)?;
            }
        }
        Ok(Arc::new(all))
    }

    /// What these output positions of a layer read, axis by axis.
    pub(crate) fn through(
        mut self: Arc<Self>,
        op: &Op,
        size: Option<&[i64]>,
        dense: bool,
    ) -> Result<Arc<Self>, FootprintError> {
        let size = |axis: usize| size.map(|n| n[axis]);
        let last = op.axes.len() - 1;
        let slide = (last > 0)
            .then(|| self.slide(0, &op.axes[0], size(0), dense))
            .flatten();
        let mut outer = self.outer.clone();
        if let Some(slide) = &slide {
            outer = slide.outer.clone();
            let (first, end) = self.ends().unwrap_or((0, 0));
            let row = AxisSet::interval(first, end - first);
            let read = row.through(&op.axes[last], size(last), true)?;
            check_cells(&outer, Some(read.ends()))?;
        }
        let count = self.rows.len();
        let row = |index: usize| {
            let row = self.rows[index].through(&op.axes[last], size(last), dense);
            // Each row is let go once its successor is there: memory in use is faster than fresh memory.
            if let Some(own) = Arc::get_mut(&mut self) {
                own.rows.truncate(index);
            }
            row
        };
        let rows = if let Some(slide) = &slide {
            // Row by row, while it is at hand: a pass over all of them takes its time.
            slide.slab(row)?
        } else {
            let mut rows = (0..count).rev().map(row).collect::<Result<Vec<_>, _>>()?;
            rows.reverse();
            rows
        };
        let mut read = Self { outer, rows };
        for axis in usize::from(slide.is_some())..last {
            let op = &op.axes[axis];
            if !op.keeps_positions() {
                read = match read.slide(axis, op, size(axis), dense) {
                    Some(slide) => read.slid(&slide)?,
                    None => read.across(axis, op, size(axis), dense)?,
                };
            }
        }
        Ok(Arc::new(read))
    }

    /// How a window along an axis before the last adds up rows, where it moves by single positions and stays on a map of `n` positions.
    fn slide(&self, axis: usize, op: &AxisOp, n: Option<i64>, dense: bool) -> Option<Slide> {
        let AxisOp::Window(window) = op else {
            return None;
        };
        let mut outer = self.outer.clone();
        *outer.0.get_mut(axis)? -= window.low;
        outer.1[axis] += window.extent() - 1;
        let (first, extent) = (outer.0[axis], outer.1[axis]);
        let inside = n.is_none_or(|n| first >= 0 && first + extent <= n);
        let plain = window.stride == Stride::ONE && (!dense || op.is_dense());
        (inside && plain).then(|| {
            let block: i64 = outer.1[axis + 1..].iter().product();
            let (taps, step) = taps(window.kernel, window.dilation, false);
            Slide {
                before: to_index(self.outer.1[axis] * block),
                after: to_index(extent * block),
                taps: to_index(taps),
                step: to_index(step * block),
                outer,
            }
        })
    }

    fn slid(mut self, slide: &Slide) -> Result<Self, FootprintError> {
        check_cells(&slide.outer, self.ends())?;
        let mut rows = Vec::with_capacity(to_index(slide.outer.1.iter().product()));
        for slab in self.rows.chunks_mut(slide.before.max(1)) {
            rows.extend(slide.slab(|index| Ok(std::mem::replace(&mut slab[index], V::empty())))?);
        }
        let outer = slide.outer.clone();
        Ok(Self { outer, rows })
    }

    /// What these output positions read along an axis before the last.
    fn across(
        &self,
        axis: usize,
        op: &AxisOp,
        n: Option<i64>,
        dense: bool,
    ) -> Result<Self, FootprintError> {
        if self.is_empty() {
            return Ok(Self::empty());
        }
        let mut reads = Vec::new();
        let (mut outer, end) = (self.outer.clone(), self.outer.0[axis] + self.outer.1[axis]);
        for (from, o) in (self.outer.0[axis]..end).enumerate() {
            if dense && !op.is_dense() {
                let read = AxisSet::one(o).through(op, n, true)?;
                reads.extend(read.iter().map(|to| (to, from, 1.0)));
            } else {
                each_tap(op, o, n, |to, weight| reads.push((to, from, weight)));
            }
        }
        let Some((low, high)) = reads.iter().map(|read| read.0).minmax().into_option() else {
            return Ok(Self::empty());
        };
        (outer.0[axis], outer.1[axis]) = (low, high - low + 1);
        check_cells(&outer, self.ends())?;
        let mut sources = vec![Vec::new(); to_index(high - low + 1)];
        for (to, from, weight) in reads {
            sources[to_index(to - low)].push((from, weight));
        }
        // Rows of neighbouring places on the axes between this one and the last lie side by side.
        let block = to_index(outer.1[axis + 1..].iter().product());
        let mut rows = Vec::with_capacity(to_index(outer.1.iter().product()));
        for slab in self.rows.chunks(to_index(self.outer.1[axis]) * block) {
            for sources in &sources {
                for inner in 0..block {
                    let mut row = V::empty();
                    for &(from, weight) in sources {
                        row.add(&slab[from * block + inner], weight)?;
                    }
                    rows.push(row);
                }
            }
        }
        Ok(Self { outer, rows })
    }
}

/// Refuses a box of these places on the outer axes, and as long along the last as from one end to the other, past the limit of cells.
fn check_cells(outer: &Bounds, ends: Option<(i64, i64)>) -> Result<(), FootprintError> {
    let width = ends.map_or(0, |(first, end)| end - first);
    cells(outer.1.iter().copied().chain([width])).map(drop)
}

impl Rows<AxisSet> {
    /// Number of positions.
    #[must_use]
    pub fn count(&self) -> i64 {
        self.rows.iter().map(AxisSet::count).sum()
    }

    /// Whether a position is in it.
    #[must_use]
    pub fn contains(&self, at: &[i64]) -> bool {
        at.split_last().is_some_and(|(&position, outer)| {
            self.row(outer).is_some_and(|row| row.contains(position))
        })
    }

    /// Whether every position of a box is in it.
    #[must_use]
    pub fn holds(&self, first: &[i64], extent: &[i64]) -> bool {
        let last = first.len() - 1;
        let line = AxisSet::interval(first[last], extent[last]);
        places(&first[..last], &extent[..last])
            .all(|place| self.row(&place).is_some_and(|row| line.is_subset(row)))
    }

    /// All positions, in order.
    pub fn iter(&self) -> impl Iterator<Item = Vec<i64>> {
        self.rows().flat_map(|(outer, row)| {
            let at = move |p| outer.iter().copied().chain([p]).collect();
            row.iter().map(at)
        })
    }
}
