//! How a set is carried through the operations of a network.

use crate::footprint::axis::AxisValue;
use crate::footprint::bits::{
    fill, or_shifted_down, or_shifted_up_within, room, set, to_index, words,
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
        if self.is_interval() && !self.is_empty() {
            // Neighbouring outputs read the same or neighbouring positions: an upsampling makes no hole.
            let (first, last) = span(op, self.first, self.first + self.len - 1, n);
            return Ok(Self::interval(first, last - first + 1));
        }
        let mut read = Vec::new();
        for position in self.iter() {
            each_tap(op, position, n, |tap, _| read.push(tap));
        }
        Self::from_positions(read)
    }
}
