//! The largest value of a function of frequency, by branch and bound.

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
    let mut open = BinaryHeap::from([Interval {
        bound: 1.0,
        low: start,
        high: 0.5,
    }]);
    for round in 0..rounds {
        let Some(widest) = open.pop() else {
            return (best, true, round);
        };
        if widest.bound <= best + ACCURACY {
            return (best, true, round);
        }
        let middle = f64::midpoint(widest.low, widest.high);
        for (low, high) in [(widest.low, middle), (middle, widest.high)] {
            let (bound, value) = assess(low, high, best);
            best = best.max(value);
            if bound > best + ACCURACY {
                open.push(Interval { bound, low, high });
            }
        }
    }
    (best, false, rounds)
}

struct Interval {
    bound: f64,
    low: f64,
    high: f64,
}

impl PartialEq for Interval {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Interval {}

impl PartialOrd for Interval {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Interval {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.bound
            .total_cmp(&other.bound)
            .then(other.low.total_cmp(&self.low))
    }
}
