//! Sets against each other: subsets, unions and differences.

use crate::footprint::axis::AxisValue;
use crate::footprint::bits::{find, get, room, shifted_down};
use crate::footprint::error::FootprintError;

use super::AxisSet;

impl AxisSet {
    /// Whether each of its positions is in `other`.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        if self.is_empty() {
            return true;
        }
        if self.first < other.first || self.first + self.len > other.first + other.len {
            return false;
        }
        match (&self.bits, &other.bits) {
            (_, None) => true,
            (None, Some(theirs)) => {
                let at = self.first - other.first;
                get(theirs, at) && find(theirs, at, false).is_none_or(|hole| hole >= at + self.len)
            }
            (Some(mine), Some(theirs)) => {
                let theirs = shifted_down(theirs, self.first - other.first);
                mine.iter().zip(theirs).all(|(a, b)| a & !b == 0)
            }
        }
    }

    /// Positions in `self` and not in `other`.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] if the rest has holes and spans more than the limit of cells.
    pub fn minus(&self, other: &Self) -> Result<Self, FootprintError> {
        let taken = other.clipped(self.first, self.first + self.len);
        if taken.is_empty() {
            return Ok(self.clone());
        }
        if taken.is_interval() && taken.len == self.len {
            return Ok(Self::EMPTY);
        }
        let (mut bits, mut out) = (room(self.len)?, room(self.len)?);
        self.mark(&mut bits, 0);
        taken.mark(&mut out, taken.first - self.first);
        bits.iter_mut()
            .zip(&out)
            .for_each(|(bits, out)| *bits &= !out);
        Ok(Self::settled(self.first, &bits))
    }

    /// Positions in either.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] if the union has holes and spans more than the limit of cells.
    pub fn union(&self, other: &Self) -> Result<Self, FootprintError> {
        if other.is_subset(self) {
            return Ok(self.clone());
        }
        if self.is_subset(other) {
            return Ok(other.clone());
        }
        let (a, b) = if self.first <= other.first {
            (self, other)
        } else {
            (other, self)
        };
        let end = (a.first + a.len).max(b.first + b.len);
        if a.is_interval() && b.is_interval() && b.first <= a.first + a.len {
            return Ok(Self::interval(a.first, end - a.first));
        }
        let mut bits = room(end - a.first)?;
        a.mark(&mut bits, 0);
        b.mark(&mut bits, b.first - a.first);
        Ok(Self::settled(a.first, &bits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn positions(list: &[i64]) -> AxisSet {
        AxisSet::from_positions(list.to_vec()).unwrap()
    }

    #[test]
    fn subsets() {
        let even = positions(&[0, 2, 4, 6]);
        assert!(positions(&[2, 6]).is_subset(&even));
        assert!(!positions(&[2, 3]).is_subset(&even));
        assert!(!AxisSet::interval(2, 3).is_subset(&even));
        assert!(AxisSet::interval(4, 2).is_subset(&positions(&[0, 4, 5, 9])));
        assert!(!AxisSet::interval(4, 3).is_subset(&positions(&[0, 4, 5, 9])));
        assert!(AxisSet::EMPTY.is_subset(&even));
    }
}
