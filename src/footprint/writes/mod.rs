//! How often each position of a map is written by a chain of layers, in the even interior and over a whole map with its borders.

use std::ops::Range;

use num_integer::{gcd, lcm};

use crate::network::{AxisOp, Interpolation, MAX_CELLS, MAX_PHASES, Resize};

use super::bits::to_index;
use super::taps::each_tap;

mod error;
mod graph;
mod phases;

pub use error::WritesError;
pub use graph::MapWrites;
pub use phases::{misses_phases, phase_writes, writes_evenly};

/// How often each position of a map is written along one axis: the paths that lead to it from all positions of the map where the chain begins.
///
/// Either the **even interior**, which has no border and repeats after a period, or a **whole map** with its borders. Counts are exact.
///
/// ```
/// use degrid::footprint::AxisWrites;
/// use degrid::network::{AxisOp, Dilation, Kernel, Stride, Transposed};
/// let up = AxisOp::Transposed(Transposed {
///     kernel: Kernel::new(3)?, stride: Stride::new(2)?, dilation: Dilation::ONE, low: 0, high: 0, output_padding: 0,
/// });
/// let inside = AxisWrites::interior().through(&up)?;
/// assert_eq!((inside.counts(), inside.contrast()), (&[2, 1][..], Some(2.0)));
/// assert_eq!(inside.through(&up)?.counts(), [3, 2, 3, 1]);
/// assert_eq!(AxisWrites::map(3)?.through(&up)?.counts(), [1, 1, 2, 1, 2, 1, 1]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AxisWrites {
    counts: Vec<u128>,
    unit: u128,
    repeats: bool,
}

impl AxisWrites {
    /// The interior of the map where a chain begins: each position once.
    #[must_use]
    pub fn interior() -> Self {
        Self {
            counts: vec![1],
            unit: 1,
            repeats: true,
        }
    }

    /// All of the map where a chain begins, `n` positions, each once.
    ///
    /// # Errors
    /// [`WritesError::Shrinks`] below one position, [`WritesError::TooLarge`] past the limit of cells.
    pub fn map(n: i64) -> Result<Self, WritesError> {
        Ok(Self {
            counts: vec![1; room(n)?],
            unit: 1,
            repeats: false,
        })
    }

    /// The counts: of one period, that of position 0 first, or of every position of the map; in multiples of 1/[`AxisWrites::unit`] paths.
    ///
    /// A period is written out even where the counts repeat within it.
    #[must_use]
    pub fn counts(&self) -> &[u128] {
        &self.counts
    }

    /// How much one path counts: 1, and more only behind linear upsampling, which splits paths into fractions.
    #[must_use]
    pub fn unit(&self) -> u128 {
        self.unit
    }

    /// Output positions after which the counts repeat; `None` for a whole map.
    #[must_use]
    pub fn period(&self) -> Option<i64> {
        self.repeats.then(|| self.len())
    }

    /// The least count.
    #[must_use]
    pub fn least(&self) -> u128 {
        self.counts.iter().copied().min().unwrap_or(0)
    }

    /// The greatest count.
    #[must_use]
    pub fn most(&self) -> u128 {
        self.counts.iter().copied().max().unwrap_or(0)
    }

    /// Greatest count over least, 1 where all are equal; `None` (infinite) where a position is not written.
    ///
    /// The quotient is exact until it is rounded to f64 (twice: relative error below 2^-51).
    #[must_use]
    pub fn contrast(&self) -> Option<f64> {
        quotient(self.most(), self.least())
    }

    /// What a layer makes of the counts.
    ///
    /// In the interior a map has no size, and resolutions and centres stand for it, as everywhere where no input size is given.
    ///
    /// # Errors
    /// [`WritesError`] past a limit, where a whole map shrinks below one position, or in the interior behind a global pool.
    pub fn through(&self, op: &AxisOp) -> Result<Self, WritesError> {
        let op = match op {
            AxisOp::Everything if self.repeats => return Err(WritesError::NoPosition),
            AxisOp::Resize(resize) if resize.is_cubic() => return Err(WritesError::Cubic),
            AxisOp::Resize(resize) if self.repeats => &AxisOp::Resize(Resize {
                sizes: None,
                ..*resize
            }),
            op => op,
        };
        let len = if self.repeats {
            self.next_period(op)?
        } else {
            room(op.output_size(self.len()).unwrap_or(0))?
        };
        let outputs = (0..).take(len);
        let (counts, unit) = match op {
            AxisOp::Resize(resize) if resize.interpolation != Interpolation::Nearest => {
                // Every place of one layer has the same denominator.
                let denom = u128::try_from(resize.place(0).1).map_err(|_| WritesError::Overflow)?;
                let counts: Result<_, _> = outputs.map(|o| self.interpolated(resize, o)).collect();
                (counts, product(self.unit, denom)?)
            }
            AxisOp::Resize(resize) => {
                let place = |o| Ok(self.at(floor(resize.place(o))?));
                (outputs.map(place).collect(), self.unit)
            }
            _ => (outputs.map(|o| self.sum(op, o)).collect(), self.unit),
        };
        Ok(self.with(counts?, unit))
    }

    /// Adds the counts of another branch that begins and ends at the same maps.
    ///
    /// On one axis this is exact; over several axes only where all branches but one axis agree, since a sum of products is no product.
    ///
    /// # Errors
    /// [`WritesError::Differ`] for whole maps of different sizes, or an interior and a whole map; [`WritesError`] past a limit.
    pub fn add(&self, other: &Self) -> Result<Self, WritesError> {
        if self.repeats != other.repeats || (!self.repeats && self.len() != other.len()) {
            return Err(WritesError::Differ);
        }
        let len = lcm(self.len(), other.len());
        if self.repeats && len > MAX_PHASES {
            return Err(WritesError::TooManyPhases(len));
        }
        let common = gcd(self.unit, other.unit);
        let (mine, theirs) = (other.unit / common, self.unit / common);
        let both = |o| sum(product(self.at(o), mine)?, product(other.at(o), theirs)?);
        let counts: Result<_, _> = (0..len).map(both).collect();
        Ok(self.with(counts?, product(self.unit, mine)?))
    }

    /// Every count times a fraction.
    fn times(&self, count: u128, unit: u128) -> Result<Self, WritesError> {
        let counts: Result<_, _> = self.counts.iter().map(|&c| product(c, count)).collect();
        Ok(self.with(counts?, product(self.unit, unit)?))
    }

    /// The positions around the middle ⌊n/2⌋ of a whole map that are written as often as the interior of the same chain is; what lies
    /// before and after is border. `None` where not even the middle is, or where `self` is no whole map or `interior` no interior.
    ///
    /// ```
    /// use degrid::footprint::AxisWrites;
    /// use degrid::network::{AxisOp, Dilation, Kernel, Stride, Transposed};
    /// let up = AxisOp::Transposed(Transposed {
    ///     kernel: Kernel::new(4)?, stride: Stride::new(2)?, dilation: Dilation::ONE, low: 0, high: 0, output_padding: 0,
    /// });
    /// let (map, interior) = (AxisWrites::map(4)?.through(&up)?, AxisWrites::interior().through(&up)?);
    /// assert_eq!(map.counts(), [1, 1, 2, 2, 2, 2, 2, 2, 1, 1]);
    /// assert_eq!(map.even_part(&interior), Some(2..8));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn even_part(&self, interior: &Self) -> Option<Range<i64>> {
        if self.period().is_some() || interior.period().is_none() {
            return None;
        }
        // Compared in lowest terms: the units differ, and products of counts and units could overflow.
        let parts = |writes: &Self, at: i64| {
            let (count, unit) = (writes.at(at), writes.unit());
            let common = gcd(count, unit);
            (count / common, unit / common)
        };
        let same = |at: &i64| parts(self, *at) == parts(interior, *at);
        let middle = self.len() / 2;
        let first = (0..=middle).rev().take_while(same).last()?;
        let last = (middle..self.len()).take_while(same).last()?;
        Some(first..last + 1)
    }

    fn len(&self) -> i64 {
        i64::try_from(self.counts.len()).unwrap_or(i64::MAX)
    }

    /// The count at a position: of the interior anywhere, of a whole map zero outside.
    fn at(&self, position: i64) -> u128 {
        if self.repeats {
            return self.counts[to_index(position.rem_euclid(self.len()))];
        }
        let index = usize::try_from(position).ok();
        index
            .and_then(|index| self.counts.get(index))
            .copied()
            .unwrap_or(0)
    }

    /// Period of what `op` writes: the layer's own pattern, stretched over as many of its repetitions as fill whole periods of the input.
    fn next_period(&self, op: &AxisOp) -> Result<usize, WritesError> {
        let (jump, period) = (op.jump(), i128::from(self.len()));
        let len = period / gcd(period, *jump.numer()) * jump.denom();
        match i64::try_from(len).unwrap_or(i64::MAX) {
            len if len > MAX_PHASES => Err(WritesError::TooManyPhases(len)),
            len => Ok(to_index(len)),
        }
    }

    /// The counts of all that output position `o` reads, by the plain definition of the layer.
    fn sum(&self, op: &AxisOp, o: i64) -> Result<u128, WritesError> {
        let n = (!self.repeats).then(|| self.len());
        let mut count = Some(0_u128);
        each_tap(op, o, n, |tap, _| {
            count = count.and_then(|count| count.checked_add(self.at(tap)));
        });
        count.ok_or(WritesError::Overflow)
    }

    /// The count between two positions, in multiples of one over the denominator of the place.
    fn interpolated(&self, resize: &Resize, o: i64) -> Result<u128, WritesError> {
        let (numer, denom) = resize.place(o);
        let low = floor((numer, denom))?;
        let part = |share: i128, position: i64| {
            let inside = if self.repeats {
                position
            } else {
                position.clamp(0, self.len() - 1)
            };
            let share = u128::try_from(share).map_err(|_| WritesError::Overflow)?;
            product(share, self.at(inside))
        };
        let rest = numer.rem_euclid(denom);
        sum(part(denom - rest, low)?, part(rest, low + 1)?)
    }

    /// Other counts of the same kind, without what they and the unit have in common; a path is the largest unit.
    fn with(&self, mut counts: Vec<u128>, unit: u128) -> Self {
        let common = counts.iter().fold(unit, |common, &c| gcd(common, c));
        for count in &mut counts {
            *count /= common;
        }
        Self {
            counts,
            unit: unit / common,
            repeats: self.repeats,
        }
    }
}

/// Room for a map of `n` positions.
fn room(n: i64) -> Result<usize, WritesError> {
    match n {
        ..1 => Err(WritesError::Shrinks),
        1..=MAX_CELLS => Ok(to_index(n)),
        _ => Err(WritesError::TooLarge(n)),
    }
}

fn product(a: u128, b: u128) -> Result<u128, WritesError> {
    a.checked_mul(b).ok_or(WritesError::Overflow)
}

fn sum(a: u128, b: u128) -> Result<u128, WritesError> {
    a.checked_add(b).ok_or(WritesError::Overflow)
}

fn floor((numer, denom): (i128, i128)) -> Result<i64, WritesError> {
    i64::try_from(numer.div_euclid(denom)).map_err(|_| WritesError::Overflow)
}

/// One count over another; `None` over zero.
fn quotient(most: u128, least: u128) -> Option<f64> {
    let common = gcd(most, least);
    (least > 0).then(|| real(most / common) / real(least / common))
}

/// A count as a float; above 2^53 the nearest one.
pub(crate) fn real(value: u128) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a contrast is approximate in its nature"
    )]
    let value = value as f64;
    value
}
