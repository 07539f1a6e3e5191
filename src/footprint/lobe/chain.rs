//! The peak of a chain to a relative accuracy, however low it is.
//!
//! As sin kθ = 2^(k−1)·∏ sin(θ + πj/k) over 0 ≤ j < k, a layer of k taps at step e answers with 2^(k−1)/k·∏ |sin(θ + πj/k)| over 0 < j < k,
//! θ = πef. And (ln |sin|)″ = −1/sin² ≤ −1. So *between its zeros the logarithm of a chain's answer is concave, and its second derivative is
//! at most −c with c = Σ (k−1)·(πe)²*: there it keeps below a parabola through any of its points, and has one maximum, which Newton's method
//! finds. Intervals with zeros are halved, the one with the highest bound first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::f64::consts::PI;

use itertools::Itertools;

use crate::footprint::exact::Comb;
use crate::footprint::number::{nearest, real};

use super::block::{answer, comb_bound, first_zero};

/// How far the logarithm of a peak may be above what was found.
const ACCURACY: f64 = 1e-12;

/// Zeros nearer to an interval than this share of a period count as within.
const NEAR: f64 = 1e-11;

/// Most steps of Newton's method, far more than it takes.
const MOST_STEPS: usize = 100;

/// Answers at the first side lobes of so many of the coarsest layers are looked at first.
const SIDE_LOBES: usize = 16;

/// The peak of a chain, as its natural logarithm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChainPeak {
    /// The largest answer found; −∞ where there is none.
    pub ln: f64,
    /// Where it was found, in periods per position.
    pub frequency: f64,
    /// Whether no answer is larger, but for a factor of 1 + 1e-12. Not so where the search was ended before, and for steps past
    /// 2^24, whose phases floats do not hold.
    pub is_sure: bool,
    /// Answers of single layers that were looked at.
    pub work: u64,
}

/// The peak grating lobe of a chain to a relative accuracy of 1e-12, by about `most` answers of single layers; where an answer is found whose
/// logarithm is above `enough`, the search ends.
///
/// ```
/// use degrid::footprint::{Comb, chain_peak};
/// let of = |chain: &[Comb]| chain_peak(chain, f64::INFINITY, 10_000_000);
/// assert!(of(&[Comb { taps: 3, step: 2 }; 3]).ln.abs() < 1e-12);
/// let rising: Vec<Comb> = (1..=40).map(|step| Comb { taps: 3, step }).collect();
/// assert!(of(&rising).is_sure && of(&rising).ln < -20.0);
/// ```
#[must_use]
pub fn chain_peak(chain: &[Comb], enough: f64, most: u64) -> ChainPeak {
    let start = first_zero(chain).filter(|&start| start < 0.5);
    match start {
        Some(start) => {
            let combs = chain.iter().filter(|comb| comb.taps > 1);
            let combs = combs.sorted_unstable_by_key(|comb| Reverse((comb.step, comb.taps)));
            let layers = combs.dedup_with_count().map(|(count, &comb)| {
                let power = i32::try_from(count).unwrap_or(i32::MAX);
                (comb, power)
            });
            peak_of(layers, start, enough, most)
        }
        // No layer, or two taps at step 1 alone, which are zero at ½.
        None => ChainPeak {
            ln: f64::NEG_INFINITY,
            frequency: 0.5,
            is_sure: true,
            work: 0,
        },
    }
}

/// The same of different layers of two or more taps and how often each comes, from the frequency `start` on.
pub(super) fn peak_of(
    layers: impl IntoIterator<Item = (Comb, i32)>,
    start: f64,
    enough: f64,
    most: u64,
) -> ChainPeak {
    Chain::new(layers).peak(start, enough, most)
}

/// Equal layers.
struct Layers {
    comb: Comb,
    power: i32,
    /// θ for each unit of frequency.
    turn: f64,
    /// −c of one of them.
    curve: f64,
}

struct Chain {
    /// The coarsest first.
    layers: Vec<Layers>,
    curve: f64,
    work: u64,
}

/// What is known of an interval.
struct Bounds {
    /// Of the logarithm, at most 0.
    above: f64,
    /// The logarithm in the middle.
    middle: f64,
    /// Whether there is no zero within.
    is_concave: bool,
}

impl Chain {
    fn new(layers: impl IntoIterator<Item = (Comb, i32)>) -> Self {
        let layers = layers.into_iter().map(|(comb, power)| Layers {
            comb,
            power,
            turn: PI * real(comb.step),
            curve: real(comb.taps - 1) * (PI * real(comb.step)).powi(2),
        });
        let layers = layers
            .sorted_unstable_by_key(|layer| Reverse((layer.comb.step, layer.comb.taps)))
            .collect_vec();
        let curves = layers
            .iter()
            .map(|layer| f64::from(layer.power) * layer.curve);
        Self {
            curve: curves.sum(),
            layers,
            work: 0,
        }
    }

    fn peak(mut self, start: f64, enough: f64, most: u64) -> ChainPeak {
        let mut best = Place {
            value: f64::NEG_INFINITY,
            frequency: start,
        };
        let side_lobes = self.layers.iter().take(SIDE_LOBES);
        let side_lobes =
            side_lobes.map(|layer| 1.5 / (real(layer.comb.taps) * real(layer.comb.step)));
        for f in side_lobes
            .filter(|f| (start..=0.5).contains(f))
            .collect_vec()
        {
            best = best.or(self.at(f).value, f);
        }
        // Numbers from 0 on are in the order of their bits. Of equal bounds the lowest interval comes first.
        let interval = |bounds: &Bounds, low: f64, high: f64| {
            let below = (0.0 - bounds.above).to_bits();
            (
                Reverse((below, low.to_bits())),
                high.to_bits(),
                bounds.is_concave,
            )
        };
        let whole = self.bounds(start, 0.5);
        let mut open = BinaryHeap::from([interval(&whole, start, 0.5)]);
        while let Some((Reverse((below, low)), high, is_concave)) = open.pop() {
            if -f64::from_bits(below) <= best.value + ACCURACY {
                break;
            }
            if best.value > enough || self.work >= most {
                return self.found(best, false);
            }
            let (low, high) = (f64::from_bits(low), f64::from_bits(high));
            if is_concave {
                best = self.summit(low, high, best);
                continue;
            }
            let middle = f64::midpoint(low, high);
            for (low, high) in [(low, middle), (middle, high)] {
                let bounds = self.bounds(low, high);
                best = best.or(bounds.middle, f64::midpoint(low, high));
                if bounds.above > best.value + ACCURACY {
                    open.push(interval(&bounds, low, high));
                }
            }
        }
        self.found(best, true)
    }

    fn found(&self, best: Place, is_sure: bool) -> ChainPeak {
        let coarsest = self.layers.first();
        ChainPeak {
            ln: best.value,
            frequency: best.frequency,
            is_sure: is_sure && coarsest.is_none_or(|layers| layers.comb.step <= MOST_STEP),
            work: self.work,
        }
    }

    fn bounds(&mut self, low: f64, high: f64) -> Bounds {
        let (middle, half) = (f64::midpoint(low, high), (high - low) / 2.0);
        let [mut value, mut concave, mut crossed] = [Product::ONE; 3];
        let (mut slope, mut curve, mut is_concave) = (0.0, 0.0, true);
        for layer in &self.layers {
            let (taps, reach) = (real(layer.comb.taps), real(layer.comb.step) * half);
            let phase = phase(real(layer.comb.step), middle);
            let (own, change) = answer(layer.comb.taps, PI * phase);
            value.times(own.abs(), layer.power);
            // Zeros are at multiples of 1/k, but for whole numbers.
            let (from, to) = (phase.abs() - reach - NEAR, phase.abs() + reach + NEAR);
            let zero = (from * taps).ceil().max(1.0);
            let is_free = if from * taps > 0.0 {
                zero > to * taps && to < 1.0
            } else {
                to * taps < 1.0
            };
            if is_free {
                let power = f64::from(layer.power);
                concave.times(own.abs(), layer.power);
                slope += power * layer.turn * change / own;
                curve += power * layer.curve;
            } else {
                is_concave = false;
                let bound = if taps * reach < 0.25 {
                    // Bernstein's inequality bounds the second derivative.
                    let turn = PI * reach;
                    own.abs() + change.abs() * turn + 0.5 * (turn * (taps - 1.0)).powi(2)
                } else {
                    comb_bound(layer.comb, own, (low, high))
                };
                crossed.times(bound.min(1.0), layer.power);
            }
        }
        self.work += u64::try_from(self.layers.len()).unwrap_or(u64::MAX);
        let above = concave.ln() + parabola(slope, curve, half) + crossed.ln();
        Bounds {
            above: above.min(0.0),
            middle: value.ln(),
            is_concave,
        }
    }

    /// The maximum on an interval without zeros, or `best` where that is not below it.
    fn summit(&mut self, mut low: f64, mut high: f64, mut best: Place) -> Place {
        let mut f = f64::midpoint(low, high);
        for _ in 0..MOST_STEPS {
            let At {
                value,
                slope,
                curve,
            } = self.at(f);
            best = best.or(value, f);
            let left = if slope > 0.0 { high - f } else { f - low };
            let more = parabola(slope, self.curve, left);
            if more <= ACCURACY / 10.0 || value + more <= best.value {
                break;
            }
            if slope > 0.0 {
                low = f;
            } else {
                high = f;
            }
            let next = f + slope / curve;
            f = if next > low && next < high {
                next
            } else {
                f64::midpoint(low, high)
            };
        }
        best
    }

    fn at(&mut self, f: f64) -> At {
        let mut value = Product::ONE;
        let (mut slope, mut curve) = (0.0, 0.0);
        for layer in &self.layers {
            let theta = PI * phase(real(layer.comb.step), f);
            let (own, change) = answer(layer.comb.taps, theta);
            value.times(own.abs(), layer.power);
            let (power, ratio) = (f64::from(layer.power), change / own);
            slope += power * layer.turn * ratio;
            // From sin θ·D = sin kθ / k: D″ = (1 − k²)·D − 2·cot θ·D′.
            let squared = real(layer.comb.taps).powi(2) - 1.0;
            let own_curve = if theta.abs() < 1e-6 {
                squared / 3.0
            } else {
                squared + 2.0 * ratio / theta.tan() + ratio * ratio
            };
            curve += power * layer.turn * layer.turn * own_curve;
        }
        self.work += u64::try_from(self.layers.len()).unwrap_or(u64::MAX);
        At {
            value: value.ln(),
            slope,
            curve: curve.max(self.curve),
        }
    }
}

/// A frequency, and the logarithm of the answer to it.
#[derive(Clone, Copy)]
struct Place {
    value: f64,
    frequency: f64,
}

impl Place {
    /// The higher of two places.
    fn or(self, value: f64, frequency: f64) -> Self {
        if value > self.value {
            Self { value, frequency }
        } else {
            self
        }
    }
}

/// The logarithm of an answer, its slope, and minus its second derivative.
struct At {
    value: f64,
    slope: f64,
    curve: f64,
}

/// The most that is gained within `half` of a place with this slope, and a second derivative of −`curve`.
fn parabola(slope: f64, curve: f64, half: f64) -> f64 {
    let slope = slope.abs();
    if slope < curve * half {
        slope * slope / (2.0 * curve)
    } else {
        (slope - curve * half / 2.0) * half
    }
}

/// 1.5·2^24: floats of this size are multiples of 2^-28.
const COARSE: f64 = 25_165_824.0;

/// The largest step for which [`phase`] is exact.
pub(super) const MOST_STEP: i64 = 1 << 24;

/// Periods from the nearest whole one, −½ to ½, for a step of up to [`MOST_STEP`]: products with the coarse part of the frequency are exact.
fn phase(step: f64, f: f64) -> f64 {
    let coarse = (f + COARSE) - COARSE;
    let whole = step * coarse;
    let phase = (whole - nearest(whole)) + step * (f - coarse);
    phase - nearest(phase)
}

/// A product of numbers up to 1 that may be below every float.
#[derive(Clone, Copy)]
struct Product {
    rest: f64,
    ln: f64,
}

impl Product {
    const ONE: Self = Self { rest: 1.0, ln: 0.0 };

    fn times(&mut self, factor: f64, power: i32) {
        if power == 1 {
            self.rest *= factor;
        } else {
            self.ln += f64::from(power) * factor.ln();
        }
        if self.rest < 1e-150 {
            self.ln += self.rest.ln();
            self.rest = 1.0;
        }
    }

    fn ln(self) -> f64 {
        self.ln + self.rest.ln()
    }
}
