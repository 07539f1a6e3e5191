//! One bit a position, for unions of footprints that are no product.

mod reads;
mod union;

use super::bits::{get, room, set, to_index};
use super::error::FootprintError;
use super::product::{around, cells};
use super::set::{AxisSet, Product};

/// A bit for each position of a box, rows along the last axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    first: Vec<i64>,
    extent: Vec<i64>,
    /// Bits of each row begin at a word of their own.
    row_words: usize,
    words: Vec<u64>,
}

impl Grid {
    /// No position of a map of `dims` axes.
    #[must_use]
    pub fn empty(dims: usize) -> Self {
        Self {
            first: vec![0; dims],
            extent: vec![0; dims],
            row_words: 0,
            words: Vec::new(),
        }
    }

    /// A box without a position set.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn blank(first: Vec<i64>, extent: &[i64]) -> Result<Self, FootprintError> {
        cells(extent.iter().copied())?;
        let (&row, outer) = extent
            .split_last()
            .ok_or(FootprintError::TooLarge { cells: 0 })?;
        let row_words = room(row)?.len();
        let rows: i64 = outer.iter().product();
        Ok(Self {
            first,
            extent: extent.to_vec(),
            row_words,
            words: vec![0; row_words * to_index(rows)],
        })
    }

    /// First position of the box, per axis.
    #[must_use]
    pub fn first(&self) -> &[i64] {
        &self.first
    }

    /// Positions of the box, per axis.
    #[must_use]
    pub fn extent(&self) -> &[i64] {
        &self.extent
    }

    /// Number of positions set.
    #[must_use]
    pub fn count(&self) -> i64 {
        self.words.iter().map(|w| i64::from(w.count_ones())).sum()
    }

    fn rows(&self) -> usize {
        self.words.len().checked_div(self.row_words).unwrap_or(0)
    }

    fn last(&self) -> usize {
        self.extent.len() - 1
    }

    /// Positions on the outer axes (all but the last) of a row; of at most two, the rest is zero.
    fn outer(&self, mut row: usize) -> [i64; 2] {
        let mut place = [0; 2];
        for axis in (0..self.last()).rev() {
            let extent = to_index(self.extent[axis]);
            place[axis] = self.first[axis] + i64::try_from(row % extent).unwrap_or(0);
            row /= extent;
        }
        place
    }

    /// The row at positions of the outer axes; `None` outside of the box.
    fn row_at(&self, outer: &[i64]) -> Option<usize> {
        let mut row = 0;
        for (axis, &position) in outer.iter().enumerate().take(self.last()) {
            let offset = position - self.first[axis];
            if offset < 0 || offset >= self.extent[axis] {
                return None;
            }
            row = row * to_index(self.extent[axis]) + to_index(offset);
        }
        Some(row)
    }

    fn row(&self, row: usize) -> &[u64] {
        &self.words[row * self.row_words..(row + 1) * self.row_words]
    }

    /// A row as a set of positions of the last axis.
    fn row_set(&self, row: usize) -> AxisSet {
        AxisSet::settled(self.first[self.last()], self.row(row))
    }

    /// Whether a position is set.
    #[must_use]
    pub fn contains(&self, at: &[i64]) -> bool {
        let Some((&position, outer)) = at.split_last() else {
            return false;
        };
        let offset = position - self.first.last().copied().unwrap_or(0);
        let inside = offset >= 0 && self.extent.last().is_some_and(|&n| offset < n);
        inside
            && self
                .row_at(outer)
                .is_some_and(|row| get(self.row(row), offset))
    }

    /// Positions along one axis, whatever those of the others.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn projection(&self, axis: usize) -> Result<AxisSet, FootprintError> {
        if axis == self.last() {
            let mut line = vec![0; self.row_words];
            for row in 0..self.rows() {
                for (word, bits) in line.iter_mut().zip(self.row(row)) {
                    *word |= bits;
                }
            }
            return Ok(AxisSet::settled(self.first[axis], &line));
        }
        let mut positions = Vec::new();
        for row in 0..self.rows() {
            if self.row(row).iter().any(|&word| word != 0) {
                positions.push(self.outer(row)[axis]);
            }
        }
        AxisSet::from_positions(positions)
    }

    /// Whether every position of a box is set.
    #[must_use]
    pub fn holds(&self, first: &[i64], extent: &[i64]) -> bool {
        let (Some((&start, outer)), Some((&len, outer_extent))) =
            (first.split_last(), extent.split_last())
        else {
            return false;
        };
        let rows: i64 = outer_extent.iter().product();
        (0..rows).all(|mut row| {
            let mut place = outer.to_vec();
            for axis in (0..outer.len()).rev() {
                place[axis] += row % outer_extent[axis];
                row /= outer_extent[axis];
            }
            self.along(&place)
                .is_some_and(|set| set.runs().any(|(a, b)| a <= start && start + len - 1 <= b))
        })
    }

    /// The positions of the last axis at positions of the others; `None` outside of the box.
    #[must_use]
    pub fn along(&self, outer: &[i64]) -> Option<AxisSet> {
        self.row_at(outer).map(|row| self.row_set(row))
    }

    /// Sets all positions of a product inside the box.
    pub(crate) fn mark(&mut self, product: &Product) {
        let Some((inner, outer)) = product.split_last() else {
            return;
        };
        let at = inner.first() - self.first[self.last()];
        let mut line = vec![0; self.row_words];
        inner.mark(&mut line, at);
        for row in 0..self.rows() {
            let place = self.outer(row);
            if outer.iter().zip(&place).all(|(set, &p)| set.contains(p)) {
                let words = &mut self.words[row * self.row_words..(row + 1) * self.row_words];
                for (word, bits) in words.iter_mut().zip(&line) {
                    *word |= bits;
                }
            }
        }
    }

    /// First position and extent of the positions set; `None` where there are none.
    #[must_use]
    pub fn bounds(&self) -> Option<(Vec<i64>, Vec<i64>)> {
        around((0..self.rows()).filter_map(|row| {
            let set = self.row_set(row);
            let mut first = self.outer(row)[..self.last()].to_vec();
            let mut extent = vec![1; first.len()];
            first.push(set.first());
            extent.push(set.extent());
            (!set.is_empty()).then_some((first, extent))
        }))
    }

    /// The first position set.
    #[must_use]
    pub fn first_set(&self) -> Option<Vec<i64>> {
        let row = self.words.iter().position(|w| *w != 0)? / self.row_words;
        let mut at = self.outer(row)[..self.last()].to_vec();
        at.push(self.row_set(row).first());
        Some(at)
    }

    /// Positions set, in order.
    pub fn iter(&self) -> impl Iterator<Item = Vec<i64>> {
        (0..self.rows()).flat_map(move |row| {
            let outer = self.outer(row)[..self.last()].to_vec();
            let set = self.row_set(row);
            let positions: Vec<i64> = set.iter().collect();
            positions.into_iter().map(move |p| {
                let mut at = outer.clone();
                at.push(p);
                at
            })
        })
    }

    /// Sets one position; one outside of the box is left out.
    pub fn insert(&mut self, at: &[i64]) {
        if let Some((&position, outer)) = at.split_last()
            && let Some(row) = self.row_at(outer)
        {
            let offset = position - self.first[self.last()];
            if (0..self.extent[self.last()]).contains(&offset) {
                set(
                    &mut self.words[row * self.row_words..(row + 1) * self.row_words],
                    offset,
                );
            }
        }
    }
}
