//! Grids combined bit by bit: unions and differences.

use crate::footprint::error::FootprintError;
use crate::footprint::product::hull;

use super::Grid;

impl Grid {
    /// Positions in either.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn union(&self, other: &Self) -> Result<Self, FootprintError> {
        if self.rows() == 0 {
            return Ok(other.clone());
        }
        if other.rows() == 0 {
            return Ok(self.clone());
        }
        let own = |grid: &Self| (grid.first.clone(), grid.extent.clone());
        let (first, extent) = hull(&own(self), &own(other));
        let mut union = Self::blank(first, &extent)?;
        for part in [self, other] {
            union.combine(part, |target, source| target | source);
        }
        Ok(union)
    }

    /// Positions in `self` and not in `other`.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn minus(&self, other: &Self) -> Result<Self, FootprintError> {
        if self.rows() == 0 || other.rows() == 0 {
            return Ok(self.clone());
        }
        let mut rest = self.clone();
        rest.combine(other, |target, source| target & !source);
        Ok(rest)
    }

    /// With what `other` has inside of this box.
    pub(crate) fn filled_from(mut self, other: &Self) -> Self {
        self.combine(other, |target, source| target | source);
        self
    }

    /// Combines rows of `part` into those of the same place, bits outside of this box left out.
    fn combine(&mut self, part: &Self, f: impl Fn(u64, u64) -> u64) {
        let last = self.last();
        let (low, high) = (self.first[last], self.first[last] + self.extent[last]);
        for row in 0..part.rows() {
            let Some(target) = self.row_at(&part.outer(row)) else {
                continue;
            };
            let set = part.row_set(row).clipped(low, high);
            if set.is_empty() {
                continue;
            }
            let mut line = vec![0; self.row_words];
            set.mark(&mut line, set.first() - low);
            let words = &mut self.words[target * self.row_words..(target + 1) * self.row_words];
            for (word, bits) in words.iter_mut().zip(&line) {
                *word = f(*word, *bits);
            }
        }
    }
}
