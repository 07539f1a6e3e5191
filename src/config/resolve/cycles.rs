//! Layers as each repetition of their stage has them.

use std::borrow::Cow;

use num_integer::Integer;

use crate::config::raw::{RawDilation, RawLayer};
use crate::config::read::{At, Axes};
use crate::network::OpKind;
use crate::network::counted;

use super::Resolver;

impl Resolver<'_> {
    /// A layer as it is in a repetition of its stage, with the dilation of each cycle whose turn it is, and how often it has changed until its
    /// cycles begin again: layers that are equal have the same number. `None` where a cycle is at fault.
    pub(super) fn in_repetition<'e>(
        &mut self,
        entry: &'e At<RawLayer>,
        kind: OpKind,
        repetition: usize,
    ) -> Option<(Cow<'e, At<RawLayer>>, usize)> {
        let Some(dilation) = &entry.value.dilation else {
            return Some((Cow::Borrowed(entry), 0));
        };
        let (mut all, mut is_fit, mut is_cycle) = (1_usize, true, false);
        for (_, at) in dilation.value.parts() {
            if let RawDilation::Cycle(steps) = &at.value {
                is_cycle = true;
                is_fit &= self.fits(at, steps.len(), kind);
                all = all.checked_mul(steps.len() / all.gcd(&steps.len()))?;
            }
        }
        if !is_cycle {
            return Some((Cow::Borrowed(entry), 0));
        }
        let turn = |at: &At<RawDilation>| match &at.value {
            RawDilation::Cycle(steps) => steps[repetition % steps.len()].clone(),
            _ => at.clone(),
        };
        let value = match &dilation.value {
            Axes::One(one) => Axes::One(turn(one)),
            Axes::Each(each) => Axes::Each(each.iter().map(turn).collect()),
        };
        // Of one dilation for all axes the place is that of the step, of a list it is the list.
        let span = match &value {
            Axes::One(one) => one.span.clone(),
            Axes::Each(_) => dilation.span.clone(),
        };
        let mut own = entry.clone();
        own.value.dilation = Some(At::new(value, span));
        is_fit.then(|| (Cow::Owned(own), repetition % all))
    }

    /// Whether a cycle of so many dilations may stand for a layer; a fault is reported.
    fn fits(&mut self, cycle: &At<RawDilation>, steps: usize, kind: OpKind) -> bool {
        if kind == OpKind::Transposed {
            let problem =
                cycle.problem("a transposed convolution has one dilation for all repetitions");
            self.reader.report(problem.label("a cycle"));
            return false;
        }
        if steps <= self.repeat {
            return true;
        }
        let (steps, times) = (
            counted(steps, "dilation"),
            counted(self.repeat, "repetition"),
        );
        let problem = cycle.problem(format!("a cycle of {steps} in a stage of {times}"));
        let help =
            "set `repeat` to at least as many, or leave out the dilations that no repetition takes";
        self.reader
            .report(problem.label("never used to its end").help(help));
        false
    }
}
