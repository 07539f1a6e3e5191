//! Path weights along one axis: how many ways (or how much, behind interpolation) each position reaches the output.

use crate::network::{AxisOp, MAX_CELLS, Window, taps};

use super::bits::to_index;
use super::error::FootprintError;
use super::taps::each_tap;

/// Weights of consecutive positions; zero outside.
///
/// Only sums and products of non-negative numbers are formed, so past 2^53 they stay monotone, with a relative error below 2^-50 a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct AxisWeights {
    /// Position of the first weight.
    pub first: i64,
    /// The weights.
    pub values: Vec<f64>,
}

impl AxisWeights {
    /// One path to one position.
    #[must_use]
    pub fn one(position: i64) -> Self {
        Self {
            first: position,
            values: vec![1.0],
        }
    }

    /// Position after the last.
    #[must_use]
    pub fn end(&self) -> i64 {
        self.first + length(&self.values)
    }

    /// Sum of all weights.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.values.iter().sum()
    }

    /// The weight at a position.
    #[must_use]
    pub fn at(&self, position: i64) -> f64 {
        usize::try_from(position - self.first)
            .ok()
            .and_then(|i| self.values.get(i))
            .copied()
            .unwrap_or(0.0)
    }

    /// Adds the weights of `other`.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn add(&mut self, other: &Self) -> Result<(), FootprintError> {
        if other.values.is_empty() {
            return Ok(());
        }
        if self.values.is_empty() {
            *self = other.clone();
            return Ok(());
        }
        let first = self.first.min(other.first);
        let end = self.end().max(other.end());
        if first != self.first || end != self.end() {
            let mut values = zeros(end - first)?;
            let at = to_index(self.first - first);
            values[at..at + self.values.len()].copy_from_slice(&self.values);
            *self = Self { first, values };
        }
        let at = to_index(other.first - first);
        for (slot, value) in self.values[at..].iter_mut().zip(&other.values) {
            *slot += value;
        }
        Ok(())
    }

    /// Every position plus every one of `0, step, …, (taps−1)·step`, weights added.
    fn spread(&self, taps: i64, step: i64) -> Result<Self, FootprintError> {
        if taps == 1 || self.values.is_empty() {
            return Ok(self.clone());
        }
        let len = length(&self.values);
        // `power` holds 2^b copies in a row; the binary digits of `taps` say which of them make up the result.
        let mut sum = zeros(len + (taps - 1) * step)?;
        let mut power = self.values.clone();
        let (mut copies, mut placed) = (1, 0);
        while placed < taps {
            if taps & copies != 0 {
                let at = to_index(placed * step);
                for (slot, value) in sum[at..].iter_mut().zip(&power) {
                    *slot += value;
                }
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
        Ok(Self {
            first: self.first,
            values: sum,
        })
    }

    fn stretched(&self, by: i64) -> Result<Self, FootprintError> {
        if by == 1 || self.values.is_empty() {
            return Ok(self.clone());
        }
        let mut values = zeros((length(&self.values) - 1) * by + 1)?;
        for (slot, value) in values.iter_mut().step_by(to_index(by)).zip(&self.values) {
            *slot = *value;
        }
        Ok(Self {
            first: self.first * by,
            values,
        })
    }

    fn clipped(mut self, low: i64, high: i64) -> Self {
        if self.first >= low && self.end() <= high {
            return self;
        }
        let (from, to) = (self.first.max(low), self.end().min(high));
        if from >= to {
            return Self {
                first: 0,
                values: Vec::new(),
            };
        }
        self.values.truncate(to_index(to - self.first));
        self.values.drain(..to_index(from - self.first));
        Self {
            first: from,
            values: self.values,
        }
    }

    /// Weights of what these output positions of an operation read, on a map of `n` positions where that is known.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn through(&self, op: &AxisOp, n: Option<i64>) -> Result<Self, FootprintError> {
        let read = match op {
            AxisOp::Same => self.clone(),
            AxisOp::Window(window) => self.through_window(window)?,
            AxisOp::Everything => {
                let sum = self.sum();
                let size = if self.values.is_empty() {
                    0
                } else {
                    n.unwrap_or(0)
                };
                let mut values = zeros(size)?;
                values.fill(sum);
                Self { first: 0, values }
            }
            AxisOp::Crop(_) | AxisOp::Transposed(_) | AxisOp::Resize(_) => {
                self.through_taps(op, n)?
            }
        };
        Ok(match n {
            Some(n) => read.clipped(0, n),
            None => read,
        })
    }

    fn through_window(&self, window: &Window) -> Result<Self, FootprintError> {
        let (taps, step) = taps(window.kernel, window.dilation, false);
        let mut read = self
            .stretched(i64::from(window.stride))?
            .spread(taps, step)?;
        read.first -= window.low;
        Ok(read)
    }

    fn through_taps(&self, op: &AxisOp, n: Option<i64>) -> Result<Self, FootprintError> {
        let each = |f: &mut dyn FnMut(i64, f64)| {
            for (position, &weight) in (self.first..).zip(&self.values) {
                if weight > 0.0 {
                    each_tap(op, position, n, |tap, share| f(tap, weight * share));
                }
            }
        };
        let mut ends: Option<(i64, i64)> = None;
        each(&mut |tap, _| ends = Some(ends.map_or((tap, tap), |(a, b)| (a.min(tap), b.max(tap)))));
        let Some((first, last)) = ends else {
            return Ok(Self {
                first: 0,
                values: Vec::new(),
            });
        };
        let mut values = zeros(last - first + 1)?;
        each(&mut |tap, weight| values[to_index(tap - first)] += weight);
        Ok(Self { first, values })
    }
}

pub(crate) fn length<T>(values: &[T]) -> i64 {
    i64::try_from(values.len()).expect("an array is below the limit of cells")
}

pub(crate) fn zeros(len: i64) -> Result<Vec<f64>, FootprintError> {
    if len > MAX_CELLS {
        return Err(FootprintError::TooLarge { cells: len });
    }
    Ok(vec![0.0; to_index(len)])
}
