//! A set of positions along one axis: an interval where it has no hole, a bit set where it has.

use std::fmt;

use crate::network::{AxisOp, MAX_CELLS, Resize, Transposed, Window, taps};

use super::error::FootprintError;
use super::exact::{Comb, Exact, by_step, exact};
use super::taps::{each_tap, ends};

/// A set of positions. An interval costs nothing, whatever its length.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AxisSet {
    first: i64,
    len: i64,
    /// One bit a position from `first`, the first and last of them set; `None` where all are.
    bits: Option<Vec<u64>>,
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
        let ends = positions
            .clone()
            .into_iter()
            .fold(None, |ends: Option<(i64, i64)>, p| {
                Some(ends.map_or((p, p), |(a, b)| (a.min(p), b.max(p))))
            });
        let Some((first, last)) = ends else {
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
        let mut runs = self.runs();
        let mut before = runs.next().map(|(_, last)| last);
        std::iter::from_fn(move || {
            let (start, last) = runs.next()?;
            let gap = before.map(|b| (b + 1, start - 1));
            before = Some(last);
            gap
        })
    }

    /// All positions, in order.
    pub fn iter(&self) -> impl Iterator<Item = i64> {
        self.runs().flat_map(|(a, b)| a..=b)
    }

    /// Moved by `by` positions.
    #[must_use]
    pub fn shifted(mut self, by: i64) -> Self {
        if self.len > 0 {
            self.first += by;
        }
        self
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

    /// Sets its bits in `target`, its first position at bit `at`.
    pub(crate) fn mark(&self, target: &mut [u64], at: i64) {
        match &self.bits {
            Some(bits) => or_shifted_up(target, bits, at),
            None => fill(target, at, at + self.len),
        }
    }

    /// Every position plus every one of `0, step, …, (taps−1)·step`.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] if the result has holes and spans more than the limit of cells.
    pub fn spread(&self, taps: i64, step: i64) -> Result<Self, FootprintError> {
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

    /// The footprint of a chain, from offset 0 on; `None` where walking it would take too long.
    #[must_use]
    pub fn of_chain(chain: &[Comb], most_positions: i64) -> Option<Self> {
        const MOST_WORDS: i64 = 1 << 26;
        let Exact { field, fault } = exact(chain);
        if fault.is_none() {
            return Some(Self::interval(0, field));
        }
        let combs = by_step(chain);
        let rounds = i64::try_from(combs.len()).ok()?;
        if field > most_positions || (field / 64).saturating_mul(rounds) > MOST_WORDS {
            return None;
        }
        combs.iter().try_fold(Self::interval(0, 1), |set, comb| {
            set.spread(comb.taps, comb.step).ok()
        })
    }

    /// Every position times `by`.
    fn stretched(&self, by: i64) -> Result<Self, FootprintError> {
        if by == 1 || self.is_empty() {
            return Ok(self.clone());
        }
        if self.len == 1 {
            return Ok(Self::interval(self.first * by, 1));
        }
        let mut bits = room((self.len - 1) * by + 1)?;
        for position in self.iter() {
            set(&mut bits, (position - self.first) * by);
        }
        Ok(Self {
            first: self.first * by,
            len: (self.len - 1) * by + 1,
            bits: Some(bits),
        })
    }

    /// What these output positions of an operation read, on a map of `n` positions where that is known; of its dense twin where `dense`.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] if the result has holes and spans more than the limit of cells.
    pub fn through(
        &self,
        op: &AxisOp,
        n: Option<i64>,
        dense: bool,
    ) -> Result<Self, FootprintError> {
        let read = match op {
            AxisOp::Same => self.clone(),
            AxisOp::Crop(crop) => {
                self.clone()
                    .shifted(if n.is_some() { crop.low } else { crop.drift })
            }
            AxisOp::Window(window) => self.through_window(window, dense)?,
            AxisOp::Transposed(transposed) => self.through_transposed(transposed, dense)?,
            AxisOp::Resize(resize) => self.through_resize(resize, op, n)?,
            AxisOp::Everything => match n {
                Some(n) if !self.is_empty() => Self::interval(0, n),
                _ => Self::EMPTY,
            },
        };
        Ok(match n {
            Some(n) => read.clipped(0, n),
            None => read,
        })
    }

    fn through_window(&self, window: &Window, dense: bool) -> Result<Self, FootprintError> {
        let (taps, step) = taps(window.kernel, window.dilation, dense);
        let stride = i64::from(window.stride);
        let low = window.low;
        if self.is_interval() && step == 1 && taps >= stride && !self.is_empty() {
            return Ok(Self::interval(
                self.first * stride - low,
                (self.len - 1) * stride + taps,
            ));
        }
        Ok(self.stretched(stride)?.spread(taps, step)?.shifted(-low))
    }

    fn through_transposed(&self, layer: &Transposed, dense: bool) -> Result<Self, FootprintError> {
        let stride = i64::from(layer.stride);
        let mut read = Self::EMPTY;
        for phase in 0..stride {
            let PhaseOf { set, taps } = PhaseOf::new(self, layer, phase, dense)?;
            if set.is_empty() || taps.taps == 0 {
                continue;
            }
            let low = taps.first + (taps.taps - 1) * taps.step;
            read = read.union(&set.shifted(low).spread(taps.taps, -taps.step)?)?;
        }
        Ok(read)
    }

    fn through_resize(
        &self,
        resize: &Resize,
        op: &AxisOp,
        n: Option<i64>,
    ) -> Result<Self, FootprintError> {
        if self.is_empty() {
            return Ok(Self::EMPTY);
        }
        debug_assert!(resize.nominal.numer() <= resize.nominal.denom());
        if self.is_interval() {
            // Neighbouring outputs read the same or neighbouring positions: an upsampling makes no hole.
            let (first, _) = ends(op, self.first, n);
            let (_, last) = ends(op, self.first + self.len - 1, n);
            return Ok(Self::interval(first, last - first + 1));
        }
        let mut read = Vec::new();
        for position in self.iter() {
            each_tap(op, position, n, |tap, _| read.push(tap));
        }
        Self::from_positions(read)
    }
}

/// The part of a set that lies on one output phase, in units of the stride, and the taps of that phase.
struct PhaseOf {
    set: AxisSet,
    taps: crate::network::PhaseTaps,
}

impl PhaseOf {
    fn new(
        set: &AxisSet,
        layer: &Transposed,
        phase: i64,
        dense: bool,
    ) -> Result<Self, FootprintError> {
        let stride = i64::from(layer.stride);
        let taps = layer.phase(phase, dense);
        let part = if set.is_interval() {
            let first = (set.first - phase).div_euclid(stride)
                + i64::from((set.first - phase).rem_euclid(stride) != 0);
            let last = (set.first + set.len - 1 - phase).div_euclid(stride);
            AxisSet::interval(first, last - first + 1)
        } else {
            let on_phase: Vec<i64> = set
                .iter()
                .filter(|o| o.rem_euclid(stride) == phase)
                .map(|o| o.div_euclid(stride))
                .collect();
            AxisSet::from_positions(on_phase)?
        };
        Ok(Self { set: part, taps })
    }
}

pub(crate) fn to_index(value: i64) -> usize {
    usize::try_from(value)
        .expect("offsets into a set are not negative and below the limit of cells")
}

fn index_of(word: usize) -> i64 {
    i64::try_from(word * 64).expect("a set is below the limit of cells")
}

fn words(len: i64) -> usize {
    to_index(len).div_ceil(64)
}

/// Empty bits for `len` positions.
pub(crate) fn room(len: i64) -> Result<Vec<u64>, FootprintError> {
    if len > MAX_CELLS {
        return Err(FootprintError::TooLarge { cells: len });
    }
    Ok(vec![0; words(len)])
}

pub(crate) fn set(bits: &mut [u64], at: i64) {
    let at = to_index(at);
    bits[at / 64] |= 1 << (at % 64);
}

pub(crate) fn get(bits: &[u64], at: i64) -> bool {
    let at = to_index(at);
    bits[at / 64] >> (at % 64) & 1 == 1
}

/// First bit at or after `from` that is set (or clear).
fn find(bits: &[u64], from: i64, wanted: bool) -> Option<i64> {
    let from = to_index(from);
    let mut word = from / 64;
    let mut mask = u64::MAX << (from % 64);
    while word < bits.len() {
        let value = if wanted { bits[word] } else { !bits[word] } & mask;
        if value != 0 {
            return Some(index_of(word) + i64::from(value.trailing_zeros()));
        }
        mask = u64::MAX;
        word += 1;
    }
    None
}

/// Sets bits `from .. to`.
pub(crate) fn fill(bits: &mut [u64], from: i64, to: i64) {
    let (from, to) = (to_index(from), to_index(to));
    for (word, bits) in bits
        .iter_mut()
        .enumerate()
        .take(to.div_ceil(64))
        .skip(from / 64)
    {
        let low = from.saturating_sub(word * 64).min(64);
        let high = (to - word * 64).min(64);
        if low < high {
            *bits |= (u64::MAX >> (64 - (high - low))) << low;
        }
    }
}

/// `target |= source << by`; bits past the end of `target` are zero by the caller's choice of sizes.
fn or_shifted_up(target: &mut [u64], source: &[u64], by: i64) {
    let (skip, shift) = (to_index(by) / 64, to_index(by) % 64);
    for (index, &word) in source.iter().enumerate() {
        if let Some(slot) = target.get_mut(index + skip) {
            *slot |= word << shift;
        }
        if shift > 0
            && let Some(slot) = target.get_mut(index + skip + 1)
        {
            *slot |= word >> (64 - shift);
        }
    }
}

/// `bits |= bits << by`.
fn or_shifted_up_within(bits: &mut [u64], by: i64) {
    let (skip, shift) = (to_index(by) / 64, to_index(by) % 64);
    for index in (skip..bits.len()).rev() {
        let mut word = bits[index - skip] << shift;
        if shift > 0 && index > skip {
            word |= bits[index - skip - 1] >> (64 - shift);
        }
        bits[index] |= word;
    }
}

/// `target |= source >> by`.
fn or_shifted_down(target: &mut [u64], source: &[u64], by: i64) {
    let (skip, shift) = (to_index(by) / 64, to_index(by) % 64);
    for (index, slot) in target.iter_mut().enumerate() {
        let Some(&word) = source.get(index + skip) else {
            break;
        };
        *slot |= word >> shift;
        if shift > 0
            && let Some(&next) = source.get(index + skip + 1)
        {
            *slot |= next << (64 - shift);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn positions(list: &[i64]) -> AxisSet {
        AxisSet::from_positions(list.to_vec()).unwrap()
    }

    #[test]
    fn shapes() {
        assert!(positions(&[3, 4, 5]).is_interval());
        let set = positions(&[-2, 0, 130, 131]);
        assert_eq!((set.first(), set.extent(), set.count()), (-2, 134, 4));
        assert_eq!(
            set.runs().collect::<Vec<_>>(),
            [(-2, -2), (0, 0), (130, 131)]
        );
        assert_eq!(set.gaps().collect::<Vec<_>>(), [(-1, -1), (1, 129)]);
        assert_eq!(set.clipped(0, 131), positions(&[0, 130]));
        assert_eq!(set.clipped(1, 130), AxisSet::EMPTY);
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

    #[test]
    fn limit_is_an_error() {
        let far = AxisSet::interval(0, 1).spread(2, MAX_CELLS);
        assert!(matches!(far, Err(FootprintError::TooLarge { .. })));
        // Without holes no length is too large.
        assert!(AxisSet::interval(0, 2).spread(2, 2).is_ok());
    }
}
