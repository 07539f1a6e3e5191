//! The search for the peak of a product of answers.

use num_complex::Complex64;

use crate::footprint::exact::Comb;
use crate::footprint::number::real;

use super::factor::{Factor, curved};
use super::peak::{PeakLobe, peak};

/// Most intervals to look at: far more than any schedule within the limits has been seen to need.
const MOST_INTERVALS: usize = 200_000;

/// The peak of a product of answers on [start, ½], by at most `left` answers of single layers; those that it took are taken off.
pub(super) fn search(factors: &mut [Factor], start: f64, left: &mut usize) -> PeakLobe {
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
    let (peak, is_sure, used) = peak(
        start,
        rounds,
        |f| product(factors, f).norm(),
        |low, high, least| assess(factors, slope, (low, high), least),
    );
    *left = left.saturating_sub(used * 4 * cost);
    let peak = peak.powi(repeat);
    if is_sure {
        PeakLobe::Exact(peak)
    } else {
        PeakLobe::AtLeast(peak)
    }
}

/// The product of all answers at a frequency.
fn product(factors: &[Factor], f: f64) -> Complex64 {
    factors
        .iter()
        .fold(Complex64::ONE, |value, factor| value * factor.at(f).0)
}

/// An upper bound of the product's size on an interval, and its size in the middle; each factor is asked once.
///
/// Bounds that turn out not to be above `least` are given as they stand, with no value.
fn assess(factors: &[Factor], slope: f64, (low, high): (f64, f64), least: f64) -> (f64, f64) {
    let (middle, half) = (f64::midpoint(low, high), (high - low) / 2.0);
    let mut bound = 1.0;
    let (mut value, mut derivative) = (Complex64::ONE, Complex64::ZERO);
    for factor in factors {
        let answer = factor.answer_at(middle);
        bound *= factor.bound(answer, (low, high));
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

/// f_0: the first zero of the coarsest layer; `None` without a layer of two or more taps.
pub(super) fn first_zero(chain: &[Comb]) -> Option<f64> {
    let coarsest = chain
        .iter()
        .filter(|c| c.taps > 1)
        .map(|c| c.taps.saturating_mul(c.step))
        .max()?;
    Some(1.0 / real(coarsest))
}
