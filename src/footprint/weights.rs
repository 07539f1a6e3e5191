//! Path weights along one axis: how many ways (or how much, behind interpolation) each position reaches the output.

use itertools::Itertools;

use crate::network::{AxisOp, Bins, MAX_CELLS, around_both};

use super::axis::AxisValue;
use super::bits::to_index;
use super::error::FootprintError;
use super::product::cells;
use super::taps::each_tap;

/// Weights of consecutive positions; zero outside.
///
/// Only sums and products of non-negative numbers are formed but behind cubic interpolation, so past 2^53 they stay monotone, with a
/// relative error below 2^-50 a layer. Cubic interpolation has negative weights too, and paths may cancel: a position of weight zero may
/// be covered.
#[derive(Clone, Debug, PartialEq)]
pub struct AxisWeights {
    /// Position of the first weight.
    pub first: i64,
    /// The weights.
    pub values: Vec<f64>,
}

impl AxisWeights {
    /// The greatest weight, whatever its sign.
    #[must_use]
    pub fn most(&self) -> f64 {
        self.values
            .iter()
            .map(|weight| weight.abs())
            .fold(0.0, f64::max)
    }

    /// What lies in `low .. high`, and how far behind `low` it begins.
    pub(crate) fn part(&self, low: i64, high: i64) -> (usize, &[f64]) {
        let (first, end) = self.ends();
        let (from, to) = (first.max(low), end.min(high));
        if from >= to {
            return (0, &[]);
        }
        let inside = to_index(from - first)..to_index(to - first);
        (to_index(from - low), &self.values[inside])
    }
}

impl AxisValue for AxisWeights {
    /// Drawing so many costs about as much as a few layers over rows do.
    const MOST_PRODUCTS: usize = 256;

    /// What is drawn of a volume is a cut through it.
    const MOST_IN_VOLUMES: usize = 2_048;

    const WAITS: bool = true;

    fn empty() -> Self {
        Self {
            first: 0,
            values: Vec::new(),
        }
    }

    fn one(position: i64) -> Self {
        Self {
            first: position,
            values: vec![1.0],
        }
    }

    fn ends(&self) -> (i64, i64) {
        let len = i64::try_from(self.values.len()).expect("an array is below the limit of cells");
        (self.first, self.first + len)
    }

    fn at(&self, position: i64) -> f64 {
        let index = usize::try_from(position - self.first).ok();
        let weight = index.and_then(|index| self.values.get(index));
        weight.copied().unwrap_or(0.0)
    }

    fn total(&self) -> f64 {
        self.values.iter().sum()
    }

    fn is_within(&self, other: &Self) -> bool {
        self.is_empty() && !other.is_empty()
    }

    fn add(&mut self, other: &Self, times: f64) -> Result<(), FootprintError> {
        if other.is_empty() {
            return Ok(());
        }
        if self.is_empty() {
            self.first = other.first;
            self.values.extend(other.values.iter().map(|v| v * times));
            return Ok(());
        }
        let (first, end) = around_both(self.ends(), other.ends());
        if (first, end) != self.ends() {
            let mut values = zeros(end - first)?;
            values[to_index(self.first - first)..][..self.values.len()]
                .copy_from_slice(&self.values);
            *self = Self { first, values };
        }
        let mine = &mut self.values[to_index(other.first - first)..];
        for (slot, value) in mine.iter_mut().zip(&other.values) {
            *slot += value * times;
        }
        Ok(())
    }

    fn clipped(&self, low: i64, high: i64) -> Self {
        let (_, part) = self.part(low, high);
        Self {
            first: self.first.max(low),
            values: part.to_vec(),
        }
    }

    fn shifted(mut self, by: i64) -> Self {
        self.first += by;
        self
    }

    fn stretched(&self, by: i64) -> Result<Self, FootprintError> {
        let (first, end) = self.ends();
        if by == 1 || self.is_empty() {
            return Ok(self.clone());
        }
        let mut values = zeros((end - 1 - first) * by + 1)?;
        for (slot, value) in values.iter_mut().step_by(to_index(by)).zip(&self.values) {
            *slot = *value;
        }
        let first = first * by;
        Ok(Self { first, values })
    }

    fn thinned(&self, by: i64) -> Result<Self, FootprintError> {
        let first = -(-self.first).div_euclid(by);
        let divided = self.values.iter().skip(to_index(first * by - self.first));
        let values = divided.step_by(to_index(by)).copied().collect();
        Ok(Self { first, values })
    }

    fn spread(&self, taps: i64, step: i64) -> Result<Self, FootprintError> {
        if taps == 1 || self.is_empty() {
            return Ok(self.clone());
        }
        let (first, end) = self.ends();
        let len = end - first + (taps - 1) * step;
        if taps <= FEW_TAPS && len <= MAX_CELLS {
            let mut sum = Vec::with_capacity(to_index(len));
            sum.extend_from_slice(&self.values);
            sum.resize(to_index(len), 0.0);
            (1..taps).for_each(|tap| add_at(&mut sum, tap * step, &self.values));
            return Ok(Self { first, values: sum });
        }
        let mut sum = zeros(len)?;
        // `power` holds 2^b copies in a row; the binary digits of `taps` say which of them make up the result.
        let mut power = self.values.clone();
        let (mut copies, mut placed) = (1, 0);
        while placed < taps {
            if taps & copies != 0 {
                add_at(&mut sum, placed * step, &power);
                placed += copies;
            }
            if placed < taps {
                let shift = to_index(copies * step);
                let before = power.len();
                power.resize(before + shift, 0.0);
                for index in (shift..power.len()).rev() {
                    power[index] += power[index - shift];
                }
                copies *= 2;
            }
        }
        Ok(Self { first, values: sum })
    }

    fn everywhere(&self, n: i64) -> Result<Self, FootprintError> {
        let mut values = zeros(n)?;
        values.fill(self.total());
        Ok(Self { first: 0, values })
    }

    fn mirrored(mut self) -> Self {
        self.first = 1 - self.ends().1;
        self.values.reverse();
        self
    }

    fn binned(&self, bins: &Bins) -> Result<Self, FootprintError> {
        if self.is_empty() {
            return Ok(Self::empty());
        }
        let (start, end) = self.ends();
        let (first, last) = bins.ends(start, end - 1);
        let mut values = zeros(last - first + 1)?;
        for (output, weight) in (start..).zip(&self.values) {
            let (low, high) = bins.ends(output, output);
            for slot in &mut values[to_index(low - first)..=to_index(high - first)] {
                *slot += weight;
            }
        }
        Ok(Self { first, values })
    }

    fn resized(&self, op: &AxisOp, n: Option<i64>) -> Result<Self, FootprintError> {
        let mut taps = Vec::new();
        for (position, &weight) in (self.first..).zip(&self.values) {
            each_tap(op, position, n, |tap, share| {
                taps.push((tap, weight * share));
            });
        }
        let ends = taps.iter().map(|tap| tap.0).minmax().into_option();
        let Some((first, last)) = ends else {
            return Ok(Self::empty());
        };
        let mut values = zeros(last - first + 1)?;
        for (tap, weight) in taps {
            values[to_index(tap - first)] += weight;
        }
        Ok(Self { first, values })
    }
}

/// Kernels of up to so many taps are added tap by tap, which takes one pass less.
const FEW_TAPS: i64 = 7;

fn add_at(sum: &mut [f64], at: i64, values: &[f64]) {
    for (slot, value) in sum[to_index(at)..].iter_mut().zip(values) {
        *slot += value;
    }
}

fn zeros(len: i64) -> Result<Vec<f64>, FootprintError> {
    Ok(vec![0.0; to_index(cells([len])?)])
}
