//! What one layer, or a block of branches, makes of a frequency.

use std::f64::consts::PI;

use crate::footprint::exact::Comb;
use num_complex::Complex64;

use super::block::{Block, comb_bound, dirichlet};
use crate::footprint::number::real;

/// An upper bound within `half` of a place whose value and derivative are given, by the second derivative's bound `slope²`.
pub(super) fn curved((value, derivative): (Complex64, Complex64), half: f64, slope: f64) -> f64 {
    let step = derivative * half;
    (value + step).norm().max((value - step).norm()) + 0.5 * (slope * half).powi(2)
}

/// Adds a factor, raising the power of an equal one instead.
pub(super) fn push(factors: &mut Vec<Factor>, factor: Factor) {
    match factors.iter_mut().find(|f| f.answer == factor.answer) {
        Some(equal) => equal.power += 1,
        None => factors.push(factor),
    }
}

/// What one layer, or a block of branches, makes of a frequency; some equal ones raised to a power.
#[derive(Clone, Debug)]
pub(super) struct Factor {
    answer: Answer,
    pub(super) power: i32,
}

#[derive(Clone, Debug, PartialEq)]
enum Answer {
    Comb(Comb),
    Block(Block),
}

impl Factor {
    pub(super) fn comb(comb: Comb, power: i32) -> Self {
        Self {
            answer: Answer::Comb(comb),
            power,
        }
    }

    pub(super) fn block(block: Block) -> Self {
        Self {
            answer: Answer::Block(block),
            power: 1,
        }
    }

    /// Equal layers and how often they come, where it is no block.
    pub(super) fn layers(&self) -> Option<(Comb, i32)> {
        match self.answer {
            Answer::Comb(comb) => Some((comb, self.power)),
            Answer::Block(_) => None,
        }
    }

    /// How many answers of single layers it is made of.
    pub(super) fn parts(&self) -> usize {
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

    pub(super) fn slope(&self) -> f64 {
        f64::from(self.power) * self.own_slope()
    }

    pub(super) fn at(&self, f: f64) -> (Complex64, Complex64) {
        self.powered(self.answer_at(f))
    }

    /// The answer of one of the equal ones, and its derivative.
    pub(super) fn answer_at(&self, f: f64) -> (Complex64, Complex64) {
        match &self.answer {
            Answer::Comb(comb) => {
                let (value, derivative) = dirichlet(*comb, f);
                (Complex64::new(value, 0.0), Complex64::new(derivative, 0.0))
            }
            Answer::Block(block) => block.at(f),
        }
    }

    /// All of the equal ones together: (vⁿ)′ = n·vⁿ⁻¹·v′.
    pub(super) fn powered(
        &self,
        (value, derivative): (Complex64, Complex64),
    ) -> (Complex64, Complex64) {
        let below = value.powu(self.power.unsigned_abs().saturating_sub(1));
        let slope = derivative * below * f64::from(self.power);
        (below * value, slope)
    }

    /// The answer of one of the equal ones in the middle of an interval, and an upper bound of all of them on the interval.
    pub(super) fn within(&self, (low, high): (f64, f64)) -> ((Complex64, Complex64), f64) {
        let (middle, half) = (f64::midpoint(low, high), (high - low) / 2.0);
        let (answer, bound) = match &self.answer {
            Answer::Comb(comb) => {
                let answer = self.answer_at(middle);
                (answer, comb_bound(*comb, answer.0.re, (low, high)))
            }
            Answer::Block(block) => {
                let (answer, bound) = block.around(middle, half);
                (answer, bound.min(curved(answer, half, self.own_slope())))
            }
        };
        (answer, bound.min(1.0).powi(self.power))
    }
}
