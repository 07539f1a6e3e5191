//! Lobes as they are compared, and quick proofs that one is too high: the answer of a schedule at a few frequencies.

use crate::footprint::{Comb, lobe, real, response};

use super::request::Request;
use super::rounded::{Rounded, UNITS};

/// Frequencies looked at, evenly up to ½.
const POINTS: u32 = 480;
/// Largest dilation whose answers are kept in a table.
const TABLED: i64 = 1_024;
/// The accuracy to which lobes are found.
const ACCURACY: f64 = 1e-9;

/// The lobe of one tooth, compared in steps of 1e-8. The repeated stage's is a power of it: its answer is the tooth's to that power, over
/// the same frequencies. So teeth are compared, which keeps deep stages apart better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Lobe(Rounded);

impl Lobe {
    /// The lowest that a lobe which is not below `bound` can be found to be.
    pub(super) fn least(bound: f64) -> Self {
        Self(Rounded((bound - ACCURACY).max(0.0)))
    }

    /// The lobe of the repeated tooth.
    pub(super) fn repeated(self, repeat: i64) -> f64 {
        self.0.0.powf(real(repeat))
    }

    /// Whether the repeated tooth keeps to the largest lobe asked.
    pub(super) fn is_allowed(self, request: &Request) -> bool {
        request
            .max_lobe
            .is_none_or(|most| self.repeated(request.repeat) <= most)
    }

    /// The lobe of a tooth whose repetition has a lobe of `all`.
    pub(super) fn root(all: f64, repeat: i64) -> Self {
        Self(Rounded(all.powf(1.0 / real(repeat))))
    }

    /// The lobe of a tooth of layers of `kernel` taps.
    pub(super) fn of(kernel: i64, tooth: &[i64]) -> Self {
        let comb = |&step: &i64| Comb { taps: kernel, step };
        let chain: Vec<Comb> = tooth.iter().map(comb).collect();
        Self(Rounded(lobe(&chain).least()))
    }

    /// What a sample has to pass to prove that a lobe is above this one: a sample s proves a lobe of s − 1e-9 at least, and a higher
    /// number of units from half a unit on.
    fn bar(self) -> f64 {
        (self.0.units() + 1.0) / UNITS
    }
}

/// Answers of single layers, and the frequencies in the order in which they have proved useful.
pub(super) struct Sampler {
    kernel: i64,
    tabled: i64,
    answers: Vec<f64>,
    order: Vec<usize>,
}

impl Sampler {
    pub(super) fn new(kernel: i64, cap: i64) -> Self {
        let tabled = cap.min(TABLED);
        let answers = (1..=tabled)
            .flat_map(|step| (1..=POINTS).map(move |point| answer(kernel, step, frequency(point))))
            .collect();
        // Coarse fractions first: regular patterns show there.
        let mut order: Vec<u32> = (1..=POINTS).collect();
        order.sort_by_key(|&point| 2 * POINTS / num_integer::gcd(point, 2 * POINTS));
        let order = order
            .into_iter()
            .filter_map(|point| usize::try_from(point - 1).ok())
            .collect();
        Self {
            kernel,
            tabled,
            answers,
            order,
        }
    }

    /// Whether the lobe is surely above `most` as they are compared. `false` says nothing.
    pub(super) fn surely_above(&mut self, tooth: &[i64], most: Lobe) -> bool {
        let Some(&last) = tooth.last() else {
            return false;
        };
        let bar = most.bar();
        if bar >= 1.0 {
            return false;
        }
        let start = 1.0 / real(self.kernel * last);
        let found = self.order.iter().position(|&point| {
            let f = frequency(u32::try_from(point).unwrap_or_default() + 1);
            f >= start && self.product(tooth, point, f, bar) > bar
        });
        if let Some(place) = found {
            // Neighbours in the search tree tend to fail at the same frequency.
            self.order[..=place].rotate_right(1);
        }
        found.is_some()
    }

    /// As [`surely_above`](Self::surely_above), between the samples: at the first side lobe of each layer, where all much finer ones still
    /// answer fully, and by golden-section search about each sample that is higher than its neighbours.
    pub(super) fn peaks_above(&self, tooth: &[i64], most: Lobe) -> bool {
        let Some(&last) = tooth.last() else {
            return false;
        };
        let bar = most.bar();
        let start = 1.0 / real(self.kernel * last);
        let side_lobes = tooth
            .iter()
            .rev()
            .map(|&step| 1.5 / real(self.kernel * step));
        if side_lobes
            .take_while(|&f| f <= 0.5)
            .any(|f| self.at(tooth, f) > bar)
        {
            return true;
        }
        let samples: Vec<f64> = (1..=POINTS)
            .map(frequency)
            .enumerate()
            .map(|(point, f)| self.product(tooth, point, f, bar / 4.0))
            .collect();
        let step = frequency(1);
        samples.windows(3).zip(2_u32..).any(|(near, point)| {
            near[1] > bar / 2.0 && near[1] >= near[0] && near[1] >= near[2] && {
                let (mut low, mut high) = (
                    (frequency(point) - step).max(start),
                    frequency(point) + step,
                );
                (0..12).any(|_| {
                    let third = (high - low) * 0.382;
                    let (a, b) = (self.at(tooth, low + third), self.at(tooth, high - third));
                    if a > b {
                        high -= third;
                    } else {
                        low += third;
                    }
                    low >= start && a.max(b) > bar
                })
            }
        })
    }

    /// The answer of the tooth at any frequency.
    fn at(&self, tooth: &[i64], f: f64) -> f64 {
        tooth
            .iter()
            .map(|&step| answer(self.kernel, step, f))
            .product()
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
        for &step in tooth.iter().rev() {
            product *= answer(self.kernel, step, f);
            if product <= bar {
                return false;
            }
        }
        true
    }

    /// The answer of the tooth at a frequency, or something not above `bar` where it is not.
    fn product(&self, tooth: &[i64], point: usize, f: f64, bar: f64) -> f64 {
        let stride = usize::try_from(POINTS).unwrap_or_default();
        let mut product = 1.0;
        for &step in tooth {
            product *= match usize::try_from(step - 1) {
                Ok(row) if step <= self.tabled => self.answers[row * stride + point],
                _ => answer(self.kernel, step, f),
            };
            if product <= bar {
                break;
            }
        }
        product
    }
}

fn frequency(point: u32) -> f64 {
    f64::from(point) / f64::from(2 * POINTS)
}

/// The answer of one layer.
fn answer(kernel: i64, step: i64, f: f64) -> f64 {
    response(&[Comb { taps: kernel, step }], f)
}
