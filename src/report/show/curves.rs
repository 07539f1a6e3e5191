//! Curves along an axis: the profile of path weights, and the spectrum.

use serde::Serialize;

use crate::footprint::{
    AxisValue, AxisWeights, Footprint, FootprintError, Lobe, PathWeights, Spectrum, View, real,
};

/// Curves of a footprint, each per axis; none that were not asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Curves {
    /// The path weights along the axis; null where nothing is read or they pass the range of f64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<Vec<Option<Profile>>>,
    /// The answer to every frequency, borders left out; null where there is no single one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spectrum: Option<Vec<Option<SpectrumReport>>>,
}

/// Which curves are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Profiles.
    pub profile: bool,
    /// Spectra.
    pub spectrum: bool,
}

impl Wanted {
    /// Whether there is any.
    #[must_use]
    pub fn any(self) -> bool {
        self.profile || self.spectrum
    }
}

/// The path weights along an axis, the other axes summed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Profile {
    /// Position of the first weight.
    pub first: i64,
    /// Weights of consecutive positions: those of the axis alone, where the footprint is a product of axes.
    pub weights: Vec<f64>,
    /// What a weight has to be multiplied with to be the sum over the other axes; null past the range of f64.
    pub times: Option<f64>,
    /// Whether the weights are exact: integers up to 2^53.
    pub exact: bool,
    /// Mean position by weight; null where weights may be negative.
    pub mean: Option<f64>,
    /// Standard deviation of the positions by weight, the width of the effective receptive field (Luo et al. 2016, "Understanding the
    /// Effective Receptive Field in Deep Convolutional Neural Networks", section 2); null where weights may be negative.
    pub standard_deviation: Option<f64>,
}

/// Floats hold every integer up to this.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Profile {
    /// The profile of path weights along an axis; `None` where there are none, or they pass the range of f64.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn new(paths: &PathWeights, axis: usize) -> Result<Option<Self>, FootprintError> {
        let AxisWeights { first, values } = paths.marginal(axis)?;
        if values.is_empty() || values.iter().any(|weight| !weight.is_finite()) {
            return Ok(None);
        }
        let times = match paths {
            PathWeights::Products(terms) if terms.len() == 1 => {
                let others = terms[0].iter().enumerate().filter(|(a, _)| *a != axis);
                others.map(|(_, weights)| weights.total()).product()
            }
            _ => 1.0,
        };
        let moments = moments(first, &values);
        Ok(Some(Self {
            first,
            times: Some(times).filter(|times| times.is_finite()),
            exact: values.iter().all(|w| w.fract() == 0.0 && w.abs() <= EXACT),
            mean: moments.map(|(mean, _)| mean),
            standard_deviation: moments.map(|(_, deviation)| deviation),
            weights: values,
        }))
    }

    /// The position after the last weight.
    #[must_use]
    pub fn end(&self) -> i64 {
        self.first + i64::try_from(self.weights.len()).unwrap_or(0)
    }

    /// The sum of the weights.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.weights.iter().sum()
    }

    /// The greatest weight.
    #[must_use]
    pub fn most(&self) -> f64 {
        self.weights.iter().copied().fold(0.0, f64::max)
    }
}

/// Mean and standard deviation of positions by weight; none where a weight is negative.
fn moments(first: i64, weights: &[f64]) -> Option<(f64, f64)> {
    let most = weights.iter().copied().fold(0.0, f64::max);
    if most <= 0.0 || weights.iter().any(|weight| *weight < 0.0) {
        return None;
    }
    // Shares of the greatest stay in range where sums of weights do not.
    let shares = || {
        (0_i64..)
            .zip(weights)
            .map(|(place, w)| (real(place), w / most))
    };
    let total: f64 = shares().map(|(_, share)| share).sum();
    let mean = shares().map(|(at, share)| at * share).sum::<f64>() / total;
    let square = shares()
        .map(|(at, share)| (at - mean).powi(2) * share)
        .sum::<f64>();
    Some((real(first) + mean, (square / total).sqrt()))
}

/// The spectrum along an axis: the size of the Fourier transform of the path weights, as a share of their sum. Floats throughout.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SpectrumReport {
    /// Its values at frequencies spaced evenly from 0 to ½ periods per position, both among them.
    pub values: Vec<f64>,
    /// Where the main lobe ends, in periods per position.
    pub first_zero: f64,
    /// The peak grating lobe: the highest value past the first zero, to 1e-9.
    pub peak: LobeReport,
    /// Whether it is proved that there is no higher one.
    pub peak_proved: bool,
    /// The highest lobes past the first zero, in order of frequency; no more than eight.
    pub lobes: Vec<LobeReport>,
}

/// A local maximum of a spectrum.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LobeReport {
    /// Periods per position.
    pub frequency: f64,
    /// Positions per period.
    pub period: f64,
    /// Its height, 0 to 1.
    pub value: f64,
}

impl From<Lobe> for LobeReport {
    fn from(Lobe { frequency, value }: Lobe) -> Self {
        Self {
            frequency,
            period: 1.0 / frequency,
            value,
        }
    }
}

/// Most lobes that are listed.
const MOST_LOBES: usize = 8;

impl SpectrumReport {
    fn new(spectrum: &Spectrum) -> Self {
        let values = spectrum.samples();
        let (peak, peak_proved) = spectrum.peak();
        let lobes = spectrum.lobes(&values, MOST_LOBES);
        Self {
            values,
            first_zero: spectrum.first_zero,
            peak: peak.into(),
            peak_proved,
            lobes: lobes.into_iter().map(LobeReport::from).collect(),
        }
    }
}

impl Curves {
    /// The curves of what a view sees; `seen` is needed for profiles only.
    pub(super) fn new(view: &View<'_>, seen: Option<&Footprint>, wanted: Wanted) -> Self {
        let axes = || 0..view.network.dims;
        let profile = |axis| Profile::new(seen?.paths().ok()?, axis).ok()?;
        let spectrum = |axis| {
            let spectrum = Spectrum::between(view.network, view.from, view.to, axis)?;
            Some(SpectrumReport::new(&spectrum))
        };
        Self {
            profile: wanted.profile.then(|| axes().map(profile).collect()),
            spectrum: wanted.spectrum.then(|| axes().map(spectrum).collect()),
        }
    }
}
