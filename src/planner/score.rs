//! The measures of a schedule that a list shows.

use serde::Serialize;

use crate::footprint::{AxisSet, AxisValue, Comb, FootprintError, chain_ripple, overlap};
use crate::network::schedule::second_distance;

use super::lobe::Lobe;

/// A tooth and the measures of the stage that repeats it, along one axis, alone, at stride 1.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scored {
    /// The dilations of one tooth, input side first.
    pub dilations: Vec<i64>,
    /// How often the tooth is repeated.
    pub repeat: i64,
    /// Extent of the stage's footprint, in positions of the map it reads.
    pub receptive_field: i64,
    /// Peak grating lobe, 0 to 1; that of one tooth is found to nine decimals.
    pub lobe: f64,
    /// Ups and downs of the path counts, 1 for a single rise and fall; `None` for wide stages, where it would take long.
    pub ripple: Option<f64>,
    /// What neighbouring outputs share of what they see, 0 to 1.
    pub overlap: f64,
    /// The largest dilation.
    pub largest_dilation: i64,
    /// M_2 of the published recurrence, of the tooth; `None` for one layer.
    pub m2: Option<i64>,
    /// Positions that the stage misses between its first and last.
    pub holes: i64,
}

impl Scored {
    /// Whether the lobe is above what it is compared to. Below, no digit of it is known, and all such lobes count as equal.
    ///
    /// ```
    /// let tooth: Vec<i64> = (1..=48).collect();
    /// assert!(!degrid::planner::Scored::measure(3, 1, &tooth).unwrap().has_known_lobe());
    /// ```
    #[must_use]
    pub fn has_known_lobe(&self) -> bool {
        Lobe::root(self.lobe, self.repeat) > Lobe::least(0.0)
    }

    /// Measures any tooth of layers with `kernel` taps, holes or not.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] if it has holes and sees more than the limit of cells.
    ///
    /// ```
    /// let scored = degrid::planner::Scored::measure(3, 2, &[1, 2, 5]).unwrap();
    /// assert_eq!((scored.receptive_field, scored.m2, scored.holes), (33, Some(2), 0));
    /// ```
    pub fn measure(kernel: i64, repeat: i64, tooth: &[i64]) -> Result<Self, FootprintError> {
        let copies = usize::try_from(repeat).unwrap_or(0);
        let mut steps = tooth.repeat(copies);
        // Fine layers first: what has no hole stays an interval and costs nothing.
        steps.sort_unstable();
        let combs: Vec<Comb> = steps
            .iter()
            .map(|&step| Comb { taps: kernel, step })
            .collect();
        let mut set = AxisSet::interval(0, 1);
        for &step in &steps {
            set = set.spread(kernel, step)?;
        }
        Ok(Self {
            dilations: tooth.to_vec(),
            repeat,
            receptive_field: set.extent(),
            lobe: Lobe::of(kernel, tooth).repeated(repeat),
            ripple: chain_ripple(&combs),
            overlap: overlap(&set, 1).unwrap_or(0.0),
            largest_dilation: tooth.iter().copied().max().unwrap_or(1),
            m2: second_distance(tooth),
            holes: set.extent() - set.count(),
        })
    }
}
