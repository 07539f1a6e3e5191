//! What is drawn of a network, and which part of it.

use num_rational::Ratio;

use crate::footprint::Footprint;
use crate::report::show::{ShowReport, Step};

use super::panel::{Slice, Window, frame};

/// A network and what one of its output positions reads.
#[derive(Clone, Debug)]
pub struct Design {
    /// The report.
    pub report: ShowReport,
    /// What the output position reads.
    pub seen: Footprint,
    /// The build-up from the output position back, output side first, the footprint itself last; empty where it is not asked for.
    pub steps: Vec<Step>,
    /// How many steps next to the output were left out.
    pub left_out: usize,
}

impl Design {
    /// Whether a step shows an intermediate map, not the footprint itself.
    #[must_use]
    pub fn is_intermediate(&self, step: &Step) -> bool {
        self.steps.last().is_some_and(|last| last.map != step.map)
    }
}

/// The part of a step's map that lies under the footprint's, so that steps are drawn to one scale; its own box at another resolution.
#[must_use]
pub fn step_window(
    step: &Step,
    seen: &Footprint,
    (first, extent): &Window,
    slice: Option<Slice>,
) -> Option<Window> {
    let one = Ratio::from_integer(1);
    let aligned = step.scale.iter().all(|(_, jump)| *jump == one);
    if aligned && seen.size == step.seen.size {
        let shifted = |(axis, first): (usize, &i64)| {
            let origin = i64::try_from(step.scale[axis].0.floor().to_integer()).ok()?;
            Some(first - origin)
        };
        let first = first.iter().enumerate().map(shifted);
        return Some((first.collect::<Option<_>>()?, extent.clone()));
    }
    let slice = slice.map(|Slice { axis, .. }| Slice {
        axis,
        position: step.seen.centre[axis],
    });
    frame(&step.seen, slice)
}
