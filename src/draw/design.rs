//! Networks beside each other, and what is drawn of them.

use num_rational::Ratio;

use crate::footprint::Footprint;
use crate::report::show::{ShowReport, Step};

use super::panel::{Slice, Window, frame};
use super::theme::Look;

/// What a figure shows of its designs.
#[derive(Clone, Copy, Debug, Default)]
pub struct FigureOptions {
    /// Of three axes, where to cut through.
    pub slice: Option<Slice>,
    /// Of three axes, how many cuts are drawn, spread evenly; 0 for the one of `slice`.
    pub slices: usize,
    /// Whether the build-up is drawn, not the footprint alone.
    pub layers: bool,
    /// Whether every stage is drawn on its own input.
    pub gallery: bool,
    /// Whether what designs read differently is drawn too.
    pub difference: bool,
    /// Colours.
    pub look: Look,
}

/// A network and what one of its output positions reads.
#[derive(Clone, Debug)]
pub struct Design<'a> {
    /// The report.
    pub report: ShowReport,
    /// What the output position reads.
    pub seen: Footprint<'a>,
    /// The build-up from the output position back, output side first, the footprint itself last; empty where it is not asked for.
    pub steps: Vec<Step<'a>>,
    /// How many steps next to the output were left out.
    pub left_out: usize,
    /// Stages on their own input, by their place in the report; empty where they are not asked for.
    pub gallery: Vec<(usize, Footprint<'a>)>,
}

impl Design<'_> {
    /// Whether a step shows an intermediate map, not the footprint itself.
    #[must_use]
    pub fn is_intermediate(&self, step: &Step<'_>) -> bool {
        self.steps.last().is_some_and(|last| last.map != step.map)
    }
}

/// The part of a step's map that lies under the footprint's, so that steps are drawn to one scale; its own box at another resolution.
#[must_use]
pub fn step_window(
    step: &Step<'_>,
    seen: &Footprint<'_>,
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
