//! How a set is carried through the operations of a network, and sets against each other: subsets, unions and differences.

use crate::footprint::axis::AxisValue;
use crate::footprint::bits::{
    fill, find, get, or_shifted_down, or_shifted_up_within, room, set, shifted_down, to_index,
    words,
};
use crate::footprint::error::FootprintError;
use crate::footprint::taps::{each_tap, span};
use crate::network::{AxisOp, Bins};

use super::AxisSet;

impl AxisValue for AxisSet {
    /// Heads with branches need a handful of products; nets of nested branches would double them each time.
    const MOST_PRODUCTS: usize = 48;

    fn empty() -> Self {
        Self::EMPTY
    }

    fn one(position: i64) -> Self {
        Self::interval(position, 1)
    }

    fn ends(&self) -> (i64, i64) {
        (self.first, self.first + self.len)
    }

    fn at(&self, position: i64) -> f64 {
        f64::from(u8::from(self.contains(position)))
    }

    fn total(&self) -> f64 {
        f64::from(u8::from(!self.is_empty()))
    }

    fn is_within(&self, other: &Self) -> bool {
        self.is_subset(other)
    }

    fn add(&mut self, other: &Self, _times: f64) -> Result<(), FootprintError> {
        match &mut self.bits {
            // In its own bits: rows take in many others.
            Some(bits) if self.first <= other.first && other.ends().1 <= self.first + self.len => {
                other.mark(bits, other.first - self.first);
                if self.count() == self.len {
                    self.bits = None;
                }
            }
            _ => *self = self.union(other)?,
        }
        Ok(())
    }

    fn clipped(&self, low: i64, high: i64) -> Self {
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

    fn shifted(mut self, by: i64) -> Self {
        if self.len > 0 {
            self.first += by;
        }
        self
    }

    fn stretched(&self, by: i64) -> Result<Self, FootprintError> {
        if by == 1 || self.is_empty() {
            return Ok(self.clone());
        }
        let (first, len) = (self.first * by, (self.len - 1) * by + 1);
        let mut bits = room(len)?;
        for position in self.iter() {
            set(&mut bits, (position - self.first) * by);
        }
        Ok(Self::settled(first, &bits))
    }

    fn thinned(&self, by: i64) -> Result<Self, FootprintError> {
        if by == 1 {
            return Ok(self.clone());
        }
        if self.is_interval() {
            let first = -(-self.first).div_euclid(by);
            let end = (self.first + self.len - 1).div_euclid(by) + 1;
            return Ok(Self::interval(first, end - first));
        }
        let divided = self.iter().filter(|position| position % by == 0);
        Self::from_positions(divided.map(|p| p / by).collect::<Vec<_>>())
    }

    /// An error only if the result has holes.
    fn spread(&self, taps: i64, step: i64) -> Result<Self, FootprintError> {
        if self.is_empty() || taps == 1 {
            return Ok(self.clone());
        }
        let len = self.len + (taps - 1) * step;
        if self.is_interval() && step <= self.len {
            return Ok(Self::interval(self.first, len));
        }
        let mut bits = room(len)?;
        self.mark(&mut bits, 0);
        // Doubling: after each round the bits hold `done` copies.
        let mut done = 1;
        while done < taps {
            let more = done.min(taps - done);
            or_shifted_up_within(&mut bits, more * step);
            done += more;
        }
        Ok(Self::settled(self.first, &bits))
    }

    fn windowed(&self, by: i64, taps: i64, step: i64) -> Result<Self, FootprintError> {
        if self.is_interval() && step == 1 && taps >= by && !self.is_empty() {
            let len = (self.len - 1) * by + taps;
            return Ok(Self::interval(self.first * by, len));
        }
        self.stretched(by)?.spread(taps, step)
    }

    fn everywhere(&self, n: i64) -> Result<Self, FootprintError> {
        Ok(Self::interval(0, n))
    }

    fn mirrored(self) -> Self {
        let (first, end) = self.ends();
        if self.is_interval() {
            return Self::interval(1 - end, end - first);
        }
        let mut bits = vec![0; words(self.len)];
        for position in self.iter() {
            set(&mut bits, end - 1 - position);
        }
        Self::settled(1 - end, &bits)
    }

    fn binned(&self, bins: &Bins) -> Result<Self, FootprintError> {
        let Some((low, high)) = self
            .runs()
            .map(|(a, b)| bins.ends(a, b))
            .reduce(|a, b| (a.0, b.1))
        else {
            return Ok(Self::EMPTY);
        };
        if self.is_interval() {
            return Ok(Self::interval(low, high - low + 1));
        }
        let mut bits = room(high - low + 1)?;
        for (first, last) in self.runs().map(|(a, b)| bins.ends(a, b)) {
            fill(&mut bits, first - low, last - low + 1);
        }
        Ok(Self::settled(low, &bits))
    }

    fn resized(&self, op: &AxisOp, n: Option<i64>) -> Result<Self, FootprintError> {
        if self.is_empty() {
            return Ok(Self::EMPTY);
        }
        let (start, end) = self.ends();
        let (first, last) = span(op, start, end - 1, n);
        // Where a map grows, neighbouring outputs read the same or neighbouring positions. Where it shrinks, they may pass over some.
        let shrinks = matches!(op, AxisOp::Resize(resize) if resize.shrinks());
        if self.is_interval() && !shrinks {
            return Ok(Self::interval(first, last - first + 1));
        }
        let mut bits = room(last - first + 1)?;
        for position in self.iter() {
            each_tap(op, position, n, |tap, _| set(&mut bits, tap - first));
        }
        Ok(Self::settled(first, &bits))
    }
}

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
