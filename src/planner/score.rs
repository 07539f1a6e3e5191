//! What a schedule is worth: the numbers that a list shows of it.

use serde::Serialize;

use crate::footprint::{AxisSet, Comb, FootprintError, chain_ripple, overlap};
use crate::network::schedule::second_distance;

use super::sampler::Lobe;

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
        let mut steps: Vec<i64> = std::iter::repeat_n(tooth, copies)
            .flatten()
            .copied()
            .collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_of_known_schedules() {
        let scored = Scored::measure(3, 1, &[2, 2, 2]).unwrap();
        assert_eq!(
            (scored.holes, scored.m2, scored.receptive_field),
            (6, Some(2), 13)
        );
        assert!(scored.overlap.abs() < f64::EPSILON);
        assert!((scored.ripple.unwrap() - 3.857).abs() < 5e-4);
        let scored = Scored::measure(3, 1, &[1, 2, 4]).unwrap();
        assert_eq!(
            (scored.ripple, scored.holes, scored.largest_dilation),
            (Some(3.0), 0, 4)
        );
        assert!((scored.lobe - 0.333).abs() < 5e-4);
    }

    #[test]
    fn deep_stages_have_finite_ripple() {
        let scored = Scored::measure(9, 120, &[1, 2, 3]).unwrap();
        assert!((scored.ripple.unwrap() - 1.0).abs() < 1e-9);
    }
}
