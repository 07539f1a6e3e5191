//! Lobes as they are compared, and quick proofs that one is too high: the answer of a schedule at a few frequencies.

use crate::footprint::{ChainPeak, Comb, chain_peak, real, response};

use super::request::Request;
use super::rounded::Rounded;

/// Frequencies are looked at in parts of a period of one position: half of them, up to ½.
const PARTS: i64 = 960;
/// Logarithms of lobes are rounded to one in so many: above the accuracy to which they are found, 1e-12.
const UNITS: f64 = 1e10;
/// Most answers of single layers that the search for one peak looks at.
const MOST_ANSWERS: u64 = 2_000_000;
/// An answer below this is too near to a zero to prove anything.
const NEAR_ZERO: f64 = 1e-4;

/// The lobe of one tooth, by its logarithm in steps of 1e-10. The repeated stage's is a power of it: its answer is the tooth's to that
/// power, over the same frequencies. So teeth are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Lobe(Rounded);

impl Lobe {
    /// The lowest that a lobe can be found to be that is not below one with this logarithm.
    pub(super) fn least(ln: f64) -> Self {
        Self(Rounded::new(ln - 1.0 / UNITS, UNITS))
    }

    /// The lobe of the repeated tooth, to nine digits; 0 below every float.
    pub(super) fn repeated(self, repeat: i64) -> f64 {
        nine_digits((self.0.value() * real(repeat)).exp())
    }

    /// Whether the repeated tooth keeps to the largest lobe asked.
    pub(super) fn is_allowed(self, request: &Request) -> bool {
        request
            .max_lobe
            .is_none_or(|most| self.repeated(request.repeat) <= most)
    }

    /// The highest lobe of a tooth whose repetition has one of `all`, to nine digits.
    pub(super) fn root(all: f64, repeat: i64) -> Self {
        Self(Rounded::new((all.ln() + 1e-8) / real(repeat), UNITS))
    }

    /// The lobe of a tooth of layers of `kernel` taps.
    pub(super) fn of(kernel: i64, tooth: &[i64]) -> Self {
        Self::found(kernel, tooth, f64::INFINITY).0
    }

    /// The lobe of a tooth, if it is not above `most`, and the answers of single layers that were looked at.
    pub(super) fn within(kernel: i64, tooth: &[i64], most: Option<Self>) -> (Option<Self>, u64) {
        let enough = most.map_or(f64::INFINITY, |most| most.0.value() + 1.0 / UNITS);
        let (lobe, work) = Self::found(kernel, tooth, enough);
        let is_within = most.is_none_or(|most| lobe <= most);
        (is_within.then_some(lobe), work)
    }

    fn found(kernel: i64, tooth: &[i64], enough: f64) -> (Self, u64) {
        let comb = |&step: &i64| Comb { taps: kernel, step };
        let chain: Vec<Comb> = tooth.iter().map(comb).collect();
        let ChainPeak { ln, work, .. } = chain_peak(&chain, enough, MOST_ANSWERS);
        (Self(Rounded::new(ln, UNITS)), work)
    }

    /// What a sample has to pass to prove that a lobe is above this one.
    fn bar(self) -> f64 {
        (self.0.value() + 1.0 / UNITS).exp()
    }
}

/// Rounded to nine significant digits.
fn nine_digits(value: f64) -> f64 {
    format!("{value:.8e}").parse().unwrap_or(value)
}

/// The answers of a layer at even frequencies, and these in the order in which they have proved useful.
pub(super) struct Sampler {
    kernel: i64,
    /// By the phase, in parts of a period.
    answers: Vec<f64>,
    order: Vec<i64>,
    /// Answers looked up so far.
    pub(super) looked_up: u64,
}

impl Sampler {
    pub(super) fn new(kernel: i64) -> Self {
        let answers = (0..PARTS).map(|part| {
            let is_zero = kernel * part % PARTS == 0 && part > 0;
            if is_zero {
                0.0
            } else {
                answer(kernel, 1, real(part) / real(PARTS))
            }
        });
        // Coarse fractions first: regular patterns show there.
        let mut order: Vec<i64> = (1..=PARTS / 2).collect();
        order.sort_by_key(|&point| PARTS / num_integer::gcd(point, PARTS));
        Self {
            kernel,
            answers: answers.collect(),
            order,
            looked_up: 0,
        }
    }

    /// Whether the lobe is surely above `most` as they are compared. `false` says nothing.
    pub(super) fn surely_above(&mut self, tooth: &[i64], most: Lobe) -> bool {
        let bar = most.bar();
        let Some(&last) = tooth.last().filter(|_| bar < 1.0) else {
            return false;
        };
        let mut looked_up = 0;
        let found = self.order.iter().position(|&point| {
            // Within the main lobe anything may be high.
            if point * self.kernel * last < PARTS {
                return false;
            }
            let mut product = 1.0;
            for &step in tooth {
                looked_up += 1;
                product *= usize::try_from(step * point % PARTS).map_or(0.0, |at| self.answers[at]);
                if product <= bar {
                    return false;
                }
            }
            true
        });
        self.looked_up += looked_up;
        if let Some(place) = found {
            // Neighbours in the search tree tend to fail at the same frequency.
            self.order[..=place].rotate_right(1);
        }
        found.is_some()
    }

    /// Whether the lobe is surely above `most`, and stays so when the last dilation grows and all others stay. `false` says nothing.
    ///
    /// At f = 3 / (2·k·L), within the first side lobe of the last dilation L, its own answer is 1 / (k·sin(3π/2k)) whatever L is. A finer
    /// layer e has its first zero at 1/(k·e) ≥ f if L ≥ 3e/2; below it its answer falls with f, and so grows with L.
    pub(super) fn surely_above_from_here(&self, tooth: &[i64], most: Lobe) -> bool {
        let Some((&last, finer)) = tooth.split_last() else {
            return false;
        };
        if finer.last().is_none_or(|&next| 2 * last < 3 * next) || self.kernel * last < 3 {
            return false;
        }
        let bar = most.bar();
        let f = 1.5 / real(self.kernel * last);
        let mut product = 1.0;
        tooth.iter().rev().all(|&step| {
            let own = answer(self.kernel, step, f);
            product *= if own < NEAR_ZERO { 0.0 } else { own };
            product > bar
        })
    }
}

/// The answer of one layer.
fn answer(kernel: i64, step: i64, f: f64) -> f64 {
    response(&[Comb { taps: kernel, step }], f)
}
