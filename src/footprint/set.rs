//! A set of positions along one axis: an interval where it has no hole, a bit set where it has.

mod value;

use std::fmt;

use itertools::Itertools;

use super::axis::AxisValue;
use super::bits::{fill, find, get, index_of, or_shifted_down, or_shifted_up, room, set, words};
use super::error::FootprintError;
use super::exact::{Comb, Exact, by_step, exact};

/// A set of positions. An interval costs nothing, whatever its length.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AxisSet {
    pub(super) first: i64,
    pub(super) len: i64,
    /// One bit a position from `first`, the first and last of them set; `None` where all are.
    pub(super) bits: Option<Vec<u64>>,
}

impl fmt::Debug for AxisSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.runs()).finish()
    }
}

impl AxisSet {
    /// No position.
    pub const EMPTY: Self = Self {
        first: 0,
        len: 0,
        bits: None,
    };

    /// The positions `first .. first + len`.
    #[must_use]
    pub fn interval(first: i64, len: i64) -> Self {
        if len <= 0 {
            Self::EMPTY
        } else {
            Self {
                first,
                len,
                bits: None,
            }
        }
    }

    /// The given positions.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] if they span more than the limit of cells.
    pub fn from_positions(
        positions: impl IntoIterator<Item = i64> + Clone,
    ) -> Result<Self, FootprintError> {
        let ends = positions.clone().into_iter().minmax();
        let Some((first, last)) = ends.into_option() else {
            return Ok(Self::EMPTY);
        };
        let mut bits = room(last - first + 1)?;
        for position in positions {
            set(&mut bits, position - first);
        }
        Ok(Self::settled(first, &bits))
    }

    /// Bits from `first` on, trimmed, and an interval if there is no hole.
    pub(crate) fn settled(first: i64, bits: &[u64]) -> Self {
        let Some(low) = bits.iter().position(|w| *w != 0) else {
            return Self::EMPTY;
        };
        let high = bits.iter().rposition(|w| *w != 0).unwrap_or(low);
        let start = index_of(low) + i64::from(bits[low].trailing_zeros());
        let end = index_of(high) + 63 - i64::from(bits[high].leading_zeros());
        let len = end - start + 1;
        let count: i64 = bits.iter().map(|w| i64::from(w.count_ones())).sum();
        if count == len {
            return Self::interval(first + start, len);
        }
        let mut trimmed = vec![0; words(len)];
        or_shifted_down(&mut trimmed, bits, start);
        Self {
            first: first + start,
            len,
            bits: Some(trimmed),
        }
    }

    /// Whether it has no position.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// First position (0 where empty).
    #[must_use]
    pub fn first(&self) -> i64 {
        self.first
    }

    /// From first to last position, both counted.
    #[must_use]
    pub fn extent(&self) -> i64 {
        self.len
    }

    /// Number of positions.
    #[must_use]
    pub fn count(&self) -> i64 {
        match &self.bits {
            None => self.len,
            Some(bits) => bits.iter().map(|w| i64::from(w.count_ones())).sum(),
        }
    }

    /// Whether it has no hole between its ends.
    #[must_use]
    pub fn is_interval(&self) -> bool {
        self.bits.is_none()
    }

    /// Whether it has a position.
    #[must_use]
    pub fn contains(&self, position: i64) -> bool {
        let offset = position - self.first;
        if offset < 0 || offset >= self.len {
            return false;
        }
        self.bits.as_ref().is_none_or(|bits| get(bits, offset))
    }

    /// Maximal runs of positions, as first and last.
    pub fn runs(&self) -> impl Iterator<Item = (i64, i64)> {
        let mut next = self.first;
        let end = self.first + self.len;
        std::iter::from_fn(move || {
            if next >= end {
                return None;
            }
            let Some(bits) = &self.bits else {
                let run = (next, end - 1);
                next = end;
                return Some(run);
            };
            let start = self.first + find(bits, next - self.first, true)?;
            let stop =
                find(bits, start - self.first, false).map_or(end, |o| (self.first + o).min(end));
            next = stop;
            Some((start, stop - 1))
        })
    }

    /// Holes between its ends, as first and last position missing.
    pub fn gaps(&self) -> impl Iterator<Item = (i64, i64)> {
        let runs = self.runs().tuple_windows();
        runs.map(|((_, before), (next, _))| (before + 1, next - 1))
    }

    /// All positions, in order.
    pub fn iter(&self) -> impl Iterator<Item = i64> {
        self.runs().flat_map(|(a, b)| a..=b)
    }

    /// Sets its bits in `target`, its first position at bit `at`.
    pub(crate) fn mark(&self, target: &mut [u64], at: i64) {
        match &self.bits {
            Some(bits) => or_shifted_up(target, bits, at),
            None => fill(target, at, at + self.len),
        }
    }

    /// The footprint of a chain, from offset 0 on; `None` where walking it would take too long.
    #[must_use]
    pub fn of_chain(chain: &[Comb], most_positions: i64) -> Option<Self> {
        const MOST_WORDS: i64 = 1 << 26;
        let Exact { extent, fault } = exact(chain);
        if fault.is_none() {
            return Some(Self::interval(0, extent));
        }
        let combs = by_step(chain);
        let rounds = i64::try_from(combs.len()).ok()?;
        if extent > most_positions || (extent / 64).saturating_mul(rounds) > MOST_WORDS {
            return None;
        }
        combs.iter().try_fold(Self::interval(0, 1), |set, comb| {
            set.spread(comb.taps, comb.step).ok()
        })
    }
}
