//! What is known of the positions along one axis, and how it is carried from a layer's output to its input.

use num_integer::gcd;

use crate::network::{AxisOp, Bins, Pad, PadMode, taps};

use super::error::FootprintError;

/// Something known of positions along one axis that adds up over paths: a set of them, or a weight for each.
///
/// [`AxisValue::through`] spells out once what an operation reads; a kind of value says how it is moved, repeated and added.
pub trait AxisValue: Clone + PartialEq {
    /// More products of axes than this are held row by row instead.
    const MOST_PRODUCTS: usize;

    /// The same for volumes whose rows would be more numbers than the axes of so many products.
    const MOST_IN_VOLUMES: usize = Self::MOST_PRODUCTS;

    /// Whether rows may wait for what they read through layers that stride until they are asked for.
    const WAITS: bool = false;

    /// Nothing, at no position.
    fn empty() -> Self;

    /// One path to one position.
    fn one(position: i64) -> Self;

    /// Whether no position has anything.
    fn is_empty(&self) -> bool {
        let (first, end) = self.ends();
        first == end
    }

    /// First position, and the one after the last.
    fn ends(&self) -> (i64, i64);

    /// The weight of a position; of a set 1 or 0.
    fn at(&self, position: i64) -> f64;

    /// What all positions weigh together; of a set 1, or 0 where it is empty.
    fn total(&self) -> f64;

    /// Whether adding it to `other` changes nothing.
    fn is_within(&self, other: &Self) -> bool;

    /// Adds `times` (above zero) of another.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    fn add(&mut self, other: &Self, times: f64) -> Result<(), FootprintError>;

    /// What lies in `low .. high`.
    #[must_use]
    fn clipped(&self, low: i64, high: i64) -> Self;

    /// Moved by `by` positions.
    #[must_use]
    fn shifted(self, by: i64) -> Self;

    /// Every position times `by`.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    fn stretched(&self, by: i64) -> Result<Self, FootprintError>;

    /// The positions that `by` divides, over `by`.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    fn thinned(&self, by: i64) -> Result<Self, FootprintError>;

    /// Every position plus every one of `0, step, …, (taps−1)·step`.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    fn spread(&self, taps: i64, step: i64) -> Result<Self, FootprintError>;

    /// All that it holds at each of the positions `0 .. n`.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    fn everywhere(&self, n: i64) -> Result<Self, FootprintError>;

    /// Mirrored at position 0.
    #[must_use]
    fn mirrored(self) -> Self;

    /// What these positions read through bins, each of which reads all of its positions.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    fn binned(&self, bins: &Bins) -> Result<Self, FootprintError>;

    /// What these positions read through an upsampling, by its plain definition.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    fn resized(&self, op: &AxisOp, n: Option<i64>) -> Result<Self, FootprintError>;

    /// What these output positions of an operation read, on a map of `n` positions where that is known; of its dense twin where `dense`.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    fn through(&self, op: &AxisOp, n: Option<i64>, dense: bool) -> Result<Self, FootprintError> {
        let read = match op {
            AxisOp::Same => self.clone(),
            AxisOp::Crop(crop) => {
                let by = if n.is_some() { crop.low } else { crop.drift };
                self.clone().shifted(by)
            }
            AxisOp::Window(window) => {
                let (taps, step) = taps(window.kernel, window.dilation, dense);
                let read = self.windowed(i64::from(window.stride), taps, step)?;
                read.shifted(-window.low)
            }
            AxisOp::Transposed(layer) => {
                let (taps, step) = taps(layer.kernel, layer.dilation, dense);
                self.transposed(i64::from(layer.stride), layer.low, taps, step)?
            }
            AxisOp::Resize(_) => self.resized(op, n)?,
            AxisOp::Bins(bins) => self.binned(bins)?,
            AxisOp::Pad(pad) => self.clone().unpadded(pad, n)?,
            AxisOp::Everything => match n {
                Some(n) if !self.is_empty() => self.everywhere(n)?,
                _ => Self::empty(),
            },
        };
        let (first, end) = read.ends();
        Ok(match n {
            Some(n) if first < 0 || end > n => read.clipped(0, n),
            _ => read,
        })
    }

    /// What these outputs of a padding read: themselves on the map, and beyond its border what stands there.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    fn unpadded(self, pad: &Pad, n: Option<i64>) -> Result<Self, FootprintError> {
        let moved = self.shifted(-pad.low);
        let (first, end) = moved.ends();
        let Some(n) = n.filter(|&n| first < 0 || end > n) else {
            return Ok(moved);
        };
        let mut read = moved.clipped(0, n);
        let before = moved.clipped(first.min(0), 0);
        let after = moved.clipped(n, end.max(n));
        let beyond = match pad.mode {
            PadMode::Zeros => return Ok(read),
            PadMode::Reflect => [before.mirrored(), after.mirrored().shifted(2 * (n - 1))],
            PadMode::Circular => [before.shifted(n), after.shifted(-n)],
            PadMode::Replicate => {
                for (part, border) in [(before, 0), (after, n - 1)] {
                    if !part.is_empty() {
                        read.add(&Self::one(border), part.total())?;
                    }
                }
                return Ok(read);
            }
        };
        for part in beyond {
            if !part.is_empty() {
                read.add(&part, 1.0)?;
            }
        }
        Ok(read)
    }

    /// What these outputs of a transposed layer, shifted by its padding `low`, read: the inputs `(o + low − tap·step) / by` that are integers.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    fn transposed(&self, by: i64, low: i64, taps: i64, step: i64) -> Result<Self, FootprintError> {
        // Taps a period apart read for the same output phase; spreading on the input, phase by phase, never holds the taps between them.
        let common = gcd(by, step);
        let period = by / common;
        let phases = period.min(taps);
        let mut read = Self::empty();
        // The first tap reads furthest up and the last furthest down: once both are in, the others hardly make the result longer.
        for tap in (0..1).chain((1..phases).rev()) {
            let more = (taps - 1 - tap) / period;
            let moved = self.clone().shifted(low - (tap + more * period) * step);
            let part = moved.thinned(by)?.spread(more + 1, step / common)?;
            read.add(&part, 1.0)?;
        }
        Ok(read)
    }

    /// What windows of `taps` positions, `step` apart, read that begin `by` positions apart.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    fn windowed(&self, by: i64, taps: i64, step: i64) -> Result<Self, FootprintError> {
        match by {
            1 => self.spread(taps, step),
            _ => self.stretched(by)?.spread(taps, step),
        }
    }
}
