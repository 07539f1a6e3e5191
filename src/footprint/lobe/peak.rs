//! The largest value of a function of frequency, by branch and bound.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Peaks are found to this absolute accuracy.
const ACCURACY: f64 = 1e-9;

/// A peak grating lobe, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PeakLobe {
    /// To an absolute accuracy of 1e-9.
    Exact(f64),
    /// The largest answer that was found before the search came to its bound of work: the peak may be higher.
    AtLeast(f64),
}

impl PeakLobe {
    /// The largest answer found.
    #[must_use]
    pub fn least(self) -> f64 {
        match self {
            Self::Exact(value) | Self::AtLeast(value) => value,
        }
    }

    /// The peak, where the search came to its end.
    #[must_use]
    pub fn exact(self) -> Option<f64> {
        match self {
            Self::Exact(value) => Some(value),
            Self::AtLeast(_) => None,
        }
    }
}

/// The largest value of `at` on [start, ½], by branch and bound: `assess(low, high, least)` gives a bound of all values on an interval
/// (or anything not above `least`, where it is not above that), and the value in its middle.
///
/// At most `rounds` intervals are halved: with the value, whether that was enough, and how many were.
pub(super) fn peak(
    start: f64,
    rounds: usize,
    at: impl Fn(f64) -> f64,
    assess: impl Fn(f64, f64, f64) -> (f64, f64),
) -> (f64, bool, usize) {
    let mut best = at(start).max(at(0.5)).max(at(f64::midpoint(start, 0.5)));
    // Numbers from 0 on are in the order of their bits. Of equal bounds the lowest interval comes first.
    let interval =
        |bound: f64, low: f64, high: f64| (bound.to_bits(), Reverse(low.to_bits()), high.to_bits());
    let mut open = BinaryHeap::from([interval(1.0, start, 0.5)]);
    for round in 0..rounds {
        let widest = open.pop();
        let widest = widest.filter(|(bound, ..)| f64::from_bits(*bound) > best + ACCURACY);
        let Some((_, Reverse(low), high)) = widest else {
            return (best, true, round);
        };
        let (low, high) = (f64::from_bits(low), f64::from_bits(high));
        let middle = f64::midpoint(low, high);
        for (low, high) in [(low, middle), (middle, high)] {
            let (bound, value) = assess(low, high, best);
            best = best.max(value);
            if bound > best + ACCURACY {
                open.push(interval(bound, low, high));
            }
        }
    }
    (best, false, rounds)
}
