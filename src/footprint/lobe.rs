//! The peak grating lobe: how strongly a stack of dilated layers answers to the finest pattern that it should average out.
//!
//! A chain is a sum over a lattice of taps, as an antenna array is; its answer to frequency f (periods per position) is the
//! product over layers of |sin(π k e f) / (k sin(π e f))|. The lobe is the largest value from f_0 = min 1/(k e), the first zero of
//! the coarsest layer, to ½. It is 1 where positions are skipped in a regular pattern, and free of scale.

mod block;
mod comb;
mod factor;
mod peak;
mod stage;

pub use stage::{LobeSearch, lobe_between};

use super::exact::Comb;
use num_complex::Complex64;

use comb::dirichlet;
use factor::{Factor, curved, push};
use peak::peak;

/// Most intervals to look at: far more than any schedule within the limits has been seen to need.
const MOST_INTERVALS: usize = 200_000;

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

/// The peak grating lobe of a chain along one axis: 0 (none) to 1 (the finest pattern passes unweakened).
///
/// 0 for a chain without a layer of two or more taps. Layers with one tap do not count.
///
/// ```
/// use degrid::footprint::{Comb, lobe};
/// let of = |steps: &[i64]| lobe(&steps.iter().map(|&step| Comb { taps: 3, step }).collect::<Vec<_>>()).exact().unwrap();
/// assert!((of(&[2, 2, 2]) - 1.0).abs() < 1e-6);
/// assert!((of(&[1, 2, 5]) - 0.168).abs() < 5e-4);
/// ```
#[must_use]
pub fn lobe(chain: &[Comb]) -> PeakLobe {
    let mut factors = Vec::new();
    for &comb in chain.iter().filter(|c| c.taps > 1) {
        push(&mut factors, Factor::comb(comb));
    }
    let Some(start) = first_zero(chain) else {
        return PeakLobe::Exact(0.0);
    };
    let mut unbounded = usize::MAX;
    search(&mut factors, start, &mut unbounded)
}

/// The answer of a chain along one axis to a frequency, 0 to 1; `f` in periods per position, 0 to ½. [`lobe`] is its peak past the first zero.
///
/// ```
/// use degrid::footprint::{Comb, response};
/// let chain = [Comb { taps: 3, step: 2 }; 3];
/// assert!((response(&chain, 0.0) - 1.0).abs() < 1e-12 && (response(&chain, 0.5) - 1.0).abs() < 1e-12);
/// assert!(response(&chain, 1.0 / 6.0) < 1e-12);
/// ```
#[must_use]
pub fn response(chain: &[Comb], f: f64) -> f64 {
    chain
        .iter()
        .filter(|comb| comb.taps > 1)
        .map(|&comb| dirichlet(comb, f).0.abs())
        .product()
}

/// The peak of a product of answers on [start, ½], by at most `left` answers of single layers; those that it took are taken off.
fn search(factors: &mut [Factor], start: f64, left: &mut usize) -> PeakLobe {
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
fn first_zero(chain: &[Comb]) -> Option<f64> {
    let coarsest = chain
        .iter()
        .filter(|c| c.taps > 1)
        .map(|c| c.taps.saturating_mul(c.step))
        .max()?;
    Some(1.0 / real(coarsest))
}

/// An integer as a float; above 2^53 the nearest one.
pub(crate) fn real(value: i64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "frequencies and shares are approximate in their nature"
    )]
    let value = value as f64;
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(taps: i64, steps: &[i64]) -> f64 {
        lobe(
            &steps
                .iter()
                .map(|&step| Comb { taps, step })
                .collect::<Vec<_>>(),
        )
        .exact()
        .unwrap()
    }

    #[test]
    fn known_values() {
        for (steps, value) in [
            (&[2, 2, 2][..], 1.0),
            (&[5, 9, 17], 0.609),
            (&[1, 2, 9], 0.415),
            (&[1, 2, 4], 0.333),
            (&[1], 0.333),
            (&[1, 3, 9, 27], 0.217),
            (&[1, 2, 5], 0.168),
            (&[1, 2, 3], 0.111),
            (&[1, 2, 5, 1, 2, 5], 0.028),
        ] {
            assert!(
                (of(3, steps) - value).abs() < 6e-4,
                "{steps:?}: {} is not {value}",
                of(3, steps)
            );
        }
        assert!(of(2, &[1]).abs() < 1e-9);
    }

    #[test]
    fn a_search_that_is_cut_short_says_so() {
        let mut factors = vec![
            Factor::comb(Comb { taps: 3, step: 1 }),
            Factor::comb(Comb { taps: 3, step: 4 }),
        ];
        let found = search(&mut factors, 1.0 / 12.0, &mut 12);
        assert!(matches!(found, PeakLobe::AtLeast(_)), "{found:?}");
        assert_eq!(found.exact(), None);
        assert_eq!(lobe(&[]), PeakLobe::Exact(0.0));
    }
}
