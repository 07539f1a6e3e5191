//! The answer of a network along one axis to every frequency, and its lobes.

use crate::footprint::number::real;
use crate::network::{MapId, Network};

use super::block::first_zero;
use super::factor::Factor;
use super::search::{PeakLobe, product, search};
use super::stage::factors;

/// What lies between two maps along one axis, as the answer to a frequency: the size of the Fourier transform of its path weights (borders
/// left out, the other axes summed), as a share of their sum. The array factor of array theory; [`super::lobe()`] is its peak past the
/// first zero.
#[derive(Clone, Debug)]
pub struct Spectrum {
    factors: Vec<Factor>,
    /// Where the main lobe ends: f_0 = min 1/(k e), in periods per position.
    pub first_zero: f64,
    /// Positions between the first and the last that is read.
    reach: f64,
}

/// A local maximum of a spectrum past its first zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lobe {
    /// Periods per position, 0 to ½.
    pub frequency: f64,
    /// The answer there, 0 to 1.
    pub value: f64,
}

/// Samples for each lobe that the extent allows for: there are no more than half as many lobes as positions.
const PER_LOBE: f64 = 16.0;

/// Fewest and most samples of a spectrum.
const SAMPLES: (f64, f64) = (256.0, 8192.0);

impl Spectrum {
    /// The spectrum of what lies between two maps along an axis; `None` where there is no lobe either: see [`super::lobe_between`].
    ///
    /// ```
    /// use degrid::footprint::Spectrum;
    /// use degrid::network::{MapId, Network};
    /// let network = Network::builder(1).dilations(3, [2, 2]).build().unwrap();
    /// let spectrum = Spectrum::between(&network, MapId::INPUT, network.outputs[0], 0).unwrap();
    /// assert!((spectrum.at(0.0) - 1.0).abs() < 1e-12);
    /// assert!((spectrum.at(0.5) - 1.0).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn between(network: &Network, from: MapId, to: MapId, axis: usize) -> Option<Self> {
        let (mut all, chain, combs) = factors(network, from, to, axis)?;
        let first_zero = first_zero(&combs)?;
        all.extend((chain.iter()).map(|&(comb, power)| Factor::comb(comb, power)));
        let reach = all.iter().map(Factor::slope).sum::<f64>() / std::f64::consts::PI;
        Some(Self {
            factors: all,
            first_zero,
            reach,
        })
    }

    /// The answer to `f` periods per position, 0 to 1.
    #[must_use]
    pub fn at(&self, f: f64) -> f64 {
        product(&self.factors, f).norm()
    }

    /// The answers at frequencies spaced evenly from 0 to ½, both among them: close enough to show each lobe of an extent of up to a
    /// thousand positions.
    #[must_use]
    pub fn samples(&self) -> Vec<f64> {
        let count = (self.reach / 2.0 * PER_LOBE).clamp(SAMPLES.0, SAMPLES.1);
        let count = (0..14_i32).find(|&power| 2.0_f64.powi(power) >= count);
        let count = 1_i64 << count.unwrap_or(13);
        (0..=count)
            .map(|step| self.at(0.5 * real(step) / real(count)))
            .collect()
    }

    /// The peak grating lobe, or where the search is cut short the highest that was found.
    #[must_use]
    pub fn peak(&self) -> (Lobe, bool) {
        let mut left = super::stage::MOST_IN_A_SEARCH;
        let (peak, near) = search(&mut self.factors.clone(), self.first_zero, &mut left);
        // The search stops within 1e-9 of the value, which leaves the place less sure.
        let near_by = 0.02 / self.reach.max(1.0);
        let frequency = self.highest(near - near_by, near + near_by);
        let value = peak.least();
        let is_proved = matches!(peak, PeakLobe::Exact(_));
        (Lobe { frequency, value }, is_proved)
    }

    /// The highest lobes, at most `most`, that [`Self::samples`] show past the first zero, in order of frequency.
    #[must_use]
    pub fn lobes(&self, samples: &[f64], most: usize) -> Vec<Lobe> {
        let last = samples.len().saturating_sub(1);
        let frequency = |index: usize| 0.5 * index_share(index, last);
        let sample = |index: usize| samples.get(index).copied().unwrap_or(0.0);
        let is_lobe = |&index: &usize| {
            let (before, after) = (sample(index - 1), sample(index + 1));
            let own = sample(index);
            frequency(index) >= self.first_zero && own > before && own >= after && own > 1e-9
        };
        let mut places: Vec<usize> = (1..=last).filter(is_lobe).collect();
        places.sort_by(|a, b| sample(*b).total_cmp(&sample(*a)));
        places.truncate(most);
        places.sort_unstable();
        let lobe = |index: usize| {
            let frequency = self.highest(frequency(index - 1), frequency(index + 1));
            let value = self.at(frequency);
            Lobe { frequency, value }
        };
        places.into_iter().map(lobe).collect()
    }

    /// The place of the maximum between two frequencies, which has no other beside it: golden-section search.
    fn highest(&self, low: f64, high: f64) -> f64 {
        let (mut low, mut high) = (low.max(self.first_zero), high.min(0.5));
        let ratio = (5.0_f64.sqrt() - 1.0) / 2.0;
        let ends = [low, high];
        for _ in 0..60 {
            let (a, b) = (high - ratio * (high - low), low + ratio * (high - low));
            if self.at(a) >= self.at(b) {
                high = b;
            } else {
                low = a;
            }
        }
        // Between equal neighbours the search runs to an end, which may itself be the highest.
        let middle = f64::midpoint(low, high);
        let better = |best: f64, end: f64| {
            if self.at(end) >= self.at(best) {
                end
            } else {
                best
            }
        };
        ends.into_iter().fold(middle, better)
    }
}

fn index_share(index: usize, last: usize) -> f64 {
    let part = |n: usize| i64::try_from(n).map_or(0.0, real);
    part(index) / part(last).max(1.0)
}
