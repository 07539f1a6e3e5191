//! The search for the peak of a product of answers, by branch and bound.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use num_complex::Complex64;

use crate::footprint::exact::Comb;

use super::chain::{MOST_STEP, peak_of};
use super::factor::{Factor, curved};

/// Most intervals to look at: far more than any schedule within the limits has been seen to need.
const MOST_INTERVALS: usize = 200_000;

/// The peak of a product of answers on [start, ½] and a frequency near it, by at most `left` answers of single layers; those that it took are
/// taken off.
pub(super) fn search(factors: &mut [Factor], start: f64, left: &mut usize) -> (PeakLobe, f64) {
    let chain: Option<Vec<_>> = factors.iter().map(Factor::layers).collect();
    let is_exact = |chain: &Vec<(Comb, i32)>| chain.iter().all(|(comb, _)| comb.step <= MOST_STEP);
    if let Some(chain) = chain.filter(is_exact) {
        return search_chain(chain, start, left);
    }
    let cost: usize = factors.iter().map(Factor::parts).sum::<usize>() + 1;
    let rounds = MOST_INTERVALS.min(*left / (4 * cost));
    // A schedule repeated r times answers with the r-th power of what one repetition answers.
    let repeat = factors
        .iter()
        .fold(0, |gcd, f| num_integer::gcd(gcd, f.power))
        .max(1);
    for factor in factors.iter_mut() {
        factor.power /= repeat;
    }
    // The coarsest layers tell intervals apart best, and cut products short soonest.
    factors.sort_by(|a, b| b.slope().total_cmp(&a.slope()));
    // Bernstein's inequality for the product, a polynomial that never passes 1: |second derivative| ≤ (sum of slopes)².
    let slope: f64 = factors.iter().map(Factor::slope).sum();
    let ((peak, frequency), is_sure, used) = peak(
        start,
        rounds,
        |f| product(factors, f).norm(),
        |low, high, least| assess(factors, slope, (low, high), least),
    );
    *left = left.saturating_sub(used * 4 * cost);
    (PeakLobe::new(peak.powi(repeat), is_sure), frequency)
}

/// The same of layers in a row: [`super::chain`].
fn search_chain(chain: Vec<(Comb, i32)>, start: f64, left: &mut usize) -> (PeakLobe, f64) {
    let most = u64::try_from(*left).unwrap_or(u64::MAX);
    let found = peak_of(chain, start, f64::INFINITY, most);
    *left = left.saturating_sub(usize::try_from(found.work).unwrap_or(usize::MAX));
    (
        PeakLobe::new(found.ln.exp(), found.is_sure),
        found.frequency,
    )
}

/// The product of all answers at a frequency.
pub(super) fn product(factors: &[Factor], f: f64) -> Complex64 {
    factors
        .iter()
        .fold(Complex64::ONE, |value, factor| value * factor.at(f).0)
}

/// An upper bound of the product's size on an interval, and its size in the middle; each factor is asked once.
///
/// Bounds that turn out not to be above `least` are given as they stand, with no value.
fn assess(factors: &[Factor], slope: f64, (low, high): (f64, f64), least: f64) -> (f64, f64) {
    let half = (high - low) / 2.0;
    let mut bound = 1.0;
    let (mut value, mut derivative) = (Complex64::ONE, Complex64::ZERO);
    for factor in factors {
        let (answer, own_bound) = factor.within((low, high));
        bound *= own_bound;
        if bound <= least {
            return (bound, 0.0);
        }
        let (own, own_derivative) = factor.powered(answer);
        derivative = derivative * own + value * own_derivative;
        value *= own;
    }
    (
        bound.min(curved((value, derivative), half, slope)),
        value.norm(),
    )
}

/// Peaks are found to this absolute accuracy.
const ACCURACY: f64 = 1e-9;

/// A peak grating lobe, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PeakLobe {
    /// To an absolute accuracy of 1e-9; of chains with steps of up to 2^24 to a relative accuracy of 1e-12 too.
    Exact(f64),
    /// The largest answer that was found before the search came to its bound of work: the peak may be higher.
    AtLeast(f64),
}

impl PeakLobe {
    fn new(found: f64, is_sure: bool) -> Self {
        if is_sure {
            Self::Exact(found)
        } else {
            Self::AtLeast(found)
        }
    }

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
/// At most `rounds` intervals are halved: with the value and its place, whether that was enough, and how many were.
fn peak(
    start: f64,
    rounds: usize,
    at: impl Fn(f64) -> f64,
    assess: impl Fn(f64, f64, f64) -> (f64, f64),
) -> ((f64, f64), bool, usize) {
    let higher = |best: (f64, f64), other: (f64, f64)| if other.0 > best.0 { other } else { best };
    let ends = [start, f64::midpoint(start, 0.5), 0.5].map(|f| (at(f), f));
    let mut best = ends.into_iter().fold((0.0, start), higher);
    // Numbers from 0 on are in the order of their bits. Of equal bounds the lowest interval comes first.
    let interval =
        |bound: f64, low: f64, high: f64| (bound.to_bits(), Reverse(low.to_bits()), high.to_bits());
    let mut open = BinaryHeap::from([interval(1.0, start, 0.5)]);
    for round in 0..rounds {
        let widest = open.pop();
        let widest = widest.filter(|(bound, ..)| f64::from_bits(*bound) > best.0 + ACCURACY);
        let Some((_, Reverse(low), high)) = widest else {
            return (best, true, round);
        };
        let (low, high) = (f64::from_bits(low), f64::from_bits(high));
        let middle = f64::midpoint(low, high);
        for (low, high) in [(low, middle), (middle, high)] {
            let (bound, value) = assess(low, high, best.0);
            best = higher(best, (value, f64::midpoint(low, high)));
            if bound > best.0 + ACCURACY {
                open.push(interval(bound, low, high));
            }
        }
    }
    (best, false, rounds)
}
