//! Sets against each other: parts, subsets and unions.

use crate::footprint::bits::{or_shifted_down, room, to_index, words};
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
            (None, Some(_)) => {
                other
                    .clipped(self.first, self.first + self.len)
                    .bits
                    .is_none()
                    && other.contains(self.first)
                    && other.contains(self.first + self.len - 1)
            }
            (Some(mine), Some(theirs)) => {
                let mut part = vec![0; mine.len()];
                or_shifted_down(&mut part, theirs, self.first - other.first);
                mine.iter().zip(&part).all(|(a, b)| a & !b == 0)
            }
        }
    }

    /// What lies in `low .. high`.
    #[must_use]
    pub fn clipped(&self, low: i64, high: i64) -> Self {
        let (from, to) = (self.first.max(low), (self.first + self.len).min(high));
        if from >= to {
            return Self::EMPTY;
        }
        if from == self.first && to == self.first + self.len {
            return self.clone();
        }
        let Some(bits) = &self.bits else {
            return Self::interval(from, to - from);
        };
        let mut part = vec![0; words(to - from)];
        or_shifted_down(&mut part, bits, from - self.first);
        let spare = part.len() * 64 - to_index(to - from);
        if let Some(last) = part.last_mut() {
            *last &= u64::MAX >> spare;
        }
        Self::settled(from, &part)
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
