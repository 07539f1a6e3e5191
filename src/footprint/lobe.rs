//! The peak grating lobe: how strongly a stack of dilated layers answers to the finest pattern that it should average out.
//!
//! A chain is a sum over a lattice of taps, as an antenna array is; its answer to frequency f (periods per position) is the
//! product over layers of |sin(π k e f) / (k sin(π e f))|. The lobe is the largest value from f_0 = min 1/(k e), the first zero of
//! the coarsest layer, to ½. It is 1 where positions are skipped in a regular pattern, and free of scale.

use std::collections::BinaryHeap;
use std::f64::consts::PI;

use super::exact::Comb;
use super::response::{Block, Complex};

/// Peaks are found to this absolute accuracy.
const ACCURACY: f64 = 1e-9;

/// Most intervals to look at: far more than any schedule within the limits has been seen to need.
const MOST_INTERVALS: usize = 200_000;

/// The peak grating lobe of a chain along one axis: 0 (none) to 1 (the finest pattern passes unweakened).
///
/// 0 for a chain without a layer of two or more taps. Layers with one tap do not count.
///
/// ```
/// use degrid::footprint::{Comb, lobe};
/// let of = |steps: &[i64]| lobe(&steps.iter().map(|&step| Comb { taps: 3, step }).collect::<Vec<_>>());
/// assert!((of(&[2, 2, 2]) - 1.0).abs() < 1e-6);
/// assert!((of(&[1, 2, 5]) - 0.168).abs() < 5e-4);
/// ```
#[must_use]
pub fn lobe(chain: &[Comb]) -> f64 {
    let mut factors = Vec::new();
    for &comb in chain.iter().filter(|c| c.taps > 1) {
        push(&mut factors, Factor::comb(comb));
    }
    first_zero(chain).map_or(0.0, |start| peak_of(&mut factors, start))
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

/// The peak of a product of answers on [start, ½].
pub(crate) fn peak_of(factors: &mut [Factor], start: f64) -> f64 {
    let mut left = usize::MAX;
    let (peak, _) = search(factors, start, &mut left);
    peak
}

/// The peak, or `None` where finding it takes more than `left` answers of single layers; those that it took are taken off.
pub(crate) fn peak_within(factors: &mut [Factor], start: f64, left: &mut usize) -> Option<f64> {
    let (peak, is_sure) = search(factors, start, left);
    is_sure.then_some(peak)
}

/// The largest value found, and whether none can be larger.
fn search(factors: &mut [Factor], start: f64, left: &mut usize) -> (f64, bool) {
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
        |f| product(factors, f).size(),
        |low, high, least| assess(factors, slope, (low, high), least),
    );
    *left = left.saturating_sub(used * 4 * cost);
    (peak.powi(repeat), is_sure)
}

/// An upper bound within `half` of a place whose value and derivative are given, by the second derivative's bound `slope²`.
fn curved((value, derivative): (Complex, Complex), half: f64, slope: f64) -> f64 {
    let step = derivative.times(half);
    value
        .plus(step)
        .size()
        .max(value.plus(step.times(-1.0)).size())
        + 0.5 * (slope * half).powi(2)
}

/// The product of all answers at a frequency.
fn product(factors: &[Factor], f: f64) -> Complex {
    factors
        .iter()
        .fold(Complex(1.0, 0.0), |value, factor| value.by(factor.at(f).0))
}

/// An upper bound of the product's size on an interval, and its size in the middle; each factor is asked once.
///
/// Bounds that turn out not to be above `least` are given as they stand, with no value.
fn assess(factors: &[Factor], slope: f64, (low, high): (f64, f64), least: f64) -> (f64, f64) {
    let (middle, half) = (f64::midpoint(low, high), (high - low) / 2.0);
    let mut bound = 1.0;
    let (mut value, mut derivative) = (Complex(1.0, 0.0), Complex(0.0, 0.0));
    for factor in factors {
        let answer = factor.answer_at(middle);
        bound *= factor.bound(answer, (low, high));
        if bound <= least {
            return (bound, 0.0);
        }
        let (own, own_derivative) = factor.powered(answer);
        derivative = derivative.by(own).plus(value.by(own_derivative));
        value = value.by(own);
    }
    (
        bound.min(curved((value, derivative), half, slope)),
        value.size(),
    )
}

/// Adds a factor, raising the power of an equal one instead.
pub(crate) fn push(factors: &mut Vec<Factor>, factor: Factor) {
    match factors.iter_mut().find(|f| f.answer == factor.answer) {
        Some(equal) => equal.power += 1,
        None => factors.push(factor),
    }
}

/// What one layer, or a block of branches, makes of a frequency; some equal ones raised to a power.
#[derive(Debug)]
pub(crate) struct Factor {
    answer: Answer,
    power: i32,
}

#[derive(Debug, PartialEq)]
enum Answer {
    Comb(Comb),
    Block(Block),
}

impl Factor {
    pub(crate) fn comb(comb: Comb) -> Self {
        Self {
            answer: Answer::Comb(comb),
            power: 1,
        }
    }

    pub(crate) fn block(block: Block) -> Self {
        Self {
            answer: Answer::Block(block),
            power: 1,
        }
    }

    /// The same several times.
    pub(crate) fn raised(self, power: i32) -> Self {
        Self { power, ..self }
    }

    /// How many answers of single layers it is made of.
    fn parts(&self) -> usize {
        match &self.answer {
            Answer::Comb(_) => 1,
            Answer::Block(block) => block.parts(),
        }
    }

    /// Bound of the derivative, by Bernstein's inequality for a polynomial of this degree each way from its middle.
    fn own_slope(&self) -> f64 {
        PI * match &self.answer {
            Answer::Comb(comb) => real(comb.taps - 1) * real(comb.step),
            Answer::Block(block) => block.reach(),
        }
    }

    fn slope(&self) -> f64 {
        f64::from(self.power) * self.own_slope()
    }

    fn at(&self, f: f64) -> (Complex, Complex) {
        self.powered(self.answer_at(f))
    }

    /// The answer of one of the equal ones, and its derivative.
    fn answer_at(&self, f: f64) -> (Complex, Complex) {
        match &self.answer {
            Answer::Comb(comb) => {
                let (value, derivative) = dirichlet(*comb, f);
                (Complex(value, 0.0), Complex(derivative, 0.0))
            }
            Answer::Block(block) => block.at(f),
        }
    }

    /// All of the equal ones together: (vⁿ)′ = n·vⁿ⁻¹·v′.
    fn powered(&self, (value, derivative): (Complex, Complex)) -> (Complex, Complex) {
        let below = value.to_the(self.power.unsigned_abs().saturating_sub(1));
        let slope = derivative.by(below).times(f64::from(self.power));
        (below.by(value), slope)
    }

    /// An upper bound on an interval, from the answer of one in its middle.
    fn bound(&self, answer: (Complex, Complex), (low, high): (f64, f64)) -> f64 {
        let own = match &self.answer {
            Answer::Comb(comb) => comb_bound(*comb, low, high),
            Answer::Block(_) => curved(answer, (high - low) / 2.0, self.own_slope()),
        };
        own.min(1.0).powi(self.power)
    }
}

/// f_0: the first zero of the coarsest layer; `None` without a layer of two or more taps.
pub(crate) fn first_zero(chain: &[Comb]) -> Option<f64> {
    let coarsest = chain
        .iter()
        .filter(|c| c.taps > 1)
        .map(|c| c.taps.saturating_mul(c.step))
        .max()?;
    Some(1.0 / real(coarsest))
}

/// The largest value of `at` on [start, ½], by branch and bound: `assess(low, high, least)` gives a bound of all values on an interval
/// (or anything not above `least`, where it is not above that), and the value in its middle.
///
/// At most `rounds` intervals are halved: with the value, whether that was enough, and how many were.
fn peak(
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

/// The answer of one layer, sin(π k e f) / (k sin(π e f)) up to sign, and its derivative with that sign.
pub(crate) fn dirichlet(comb: Comb, f: f64) -> (f64, f64) {
    if comb.taps == 1 {
        return (1.0, 0.0);
    }
    let (taps, step) = (real(comb.taps), real(comb.step));
    let phase = step * f;
    let pole = phase.round();
    let theta = PI * (phase - pole);
    // Each pole of an even number of taps turns the sign; neighbours within a block must agree on it.
    let sign = if comb.taps % 2 == 0 && pole % 2.0 != 0.0 {
        -1.0
    } else {
        1.0
    };
    let (value, derivative) = match comb.taps {
        // The quotient is a polynomial in sin θ and cos θ: half the work for the kernels that most layers have.
        2 => {
            let (sin, cos) = theta.sin_cos();
            (cos, -sin)
        }
        3 => {
            let (sin, cos) = theta.sin_cos();
            (1.0 - 4.0 / 3.0 * sin * sin, -8.0 / 3.0 * sin * cos)
        }
        _ if (taps * theta).abs() < 1e-4 => {
            // Taylor's series at a pole.
            let square = taps * taps - 1.0;
            (1.0 - square * theta * theta / 6.0, -square * theta / 3.0)
        }
        _ => {
            let (sin, cos) = theta.sin_cos();
            let (sin_k, cos_k) = (taps * theta).sin_cos();
            let value = sin_k / (taps * sin);
            (value, (cos_k - value * cos) / sin)
        }
    };
    (sign * value, sign * derivative * PI * step)
}

/// An upper bound of the answer's size on an interval: the envelope 1/(k sin πx) at its point nearest to a pole (the value itself on
/// the main lobe, where it falls), or the value in the middle plus what the slope allows.
fn comb_bound(comb: Comb, low: f64, high: f64) -> f64 {
    let (taps, step) = (real(comb.taps), real(comb.step));
    let from_pole = |f: f64| {
        let phase = step * f;
        (phase - phase.round()).abs()
    };
    let size = |x: f64| {
        let below = taps * (PI * x).sin();
        if below.abs() < 1e-12 {
            1.0
        } else {
            ((PI * x * taps).sin() / below).abs().min(1.0)
        }
    };
    let slope = PI * (taps - 1.0) * step;
    let by_slope = size(from_pole(f64::midpoint(low, high))) + slope * (high - low) / 2.0;
    let across = (step * low).floor() < (step * high).floor();
    let nearest = if across {
        0.0
    } else {
        from_pole(low).min(from_pole(high))
    };
    let by_envelope = if nearest * taps < 0.5 {
        size(nearest).max(1.0 / (taps * (PI * 0.5 / taps).sin()))
    } else {
        1.0 / (taps * (PI * nearest).sin())
    };
    by_slope.min(by_envelope)
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
        assert!(lobe(&[]).abs() < f64::EPSILON);
    }

    #[test]
    fn bound_holds_everywhere() {
        for taps in 2..8 {
            for step in [1, 2, 5, 9] {
                let comb = Comb { taps, step };
                for cell in 0..97_i32 {
                    let (low, high) = (f64::from(cell) / 194.0, f64::from(cell + 1) / 194.0);
                    for point in 0..=20_i32 {
                        let f = low + (high - low) * f64::from(point) / 20.0;
                        assert!(
                            dirichlet(comb, f).0.abs() <= comb_bound(comb, low, high) + 1e-12,
                            "k={taps} e={step} f={f}"
                        );
                    }
                }
            }
        }
    }
}
