//! What is known of a stage.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::footprint::{Comb, PeakLobe, RunEnd, RunFootprint, RunVerdict, exact, phases};
use crate::network::{AxisOp, MapId, PerAxis, Stage};
use crate::rules::schedule::{Line, lines};

use super::{BrokenRun, Facts};

/// What is known of a stage.
#[derive(Clone, Debug)]
pub struct StageFacts {
    /// Its index.
    pub index: usize,
    /// Its convolutions in a row, cut where the jump changes and at parallel branches.
    pub lines: Vec<Line>,
    /// Layers with more than one tap on some axis.
    pub layers: Vec<usize>,
    /// Ends of the runs that end inside of it or at its end.
    pub ends: Vec<RunEnd>,
    /// What each of them sees on the stage's own input.
    pub alone: Vec<Rc<RunFootprint>>,
    /// Ends of runs to which its layers belong that have gridding, in context: all inside of it, and one that its end leads to.
    pub broken: Vec<RunEnd>,
    /// Whether one of its own layers skips positions that such a run misses.
    pub is_to_blame: bool,
    /// Whether the run at its end, or one inside of it, is too large to be drawn, so that no verdict can be given.
    pub undecided: bool,
    /// Peak grating lobe per axis, on its own input; `None` where it has no single answer to a frequency.
    pub lobe: Vec<Option<PeakLobe>>,
}

impl StageFacts {
    /// Whether it has gridding on its own input.
    #[must_use]
    pub fn alone_has_gridding(&self) -> bool {
        self.alone.iter().any(|s| s.has_gridding())
    }
}

/// What the run at a stage's end is in context.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AtEnd {
    /// Without gridding, or later layers fill it.
    HoleFree,
    /// With gridding, that of this end in the end.
    Gridding(RunEnd),
    /// Too large to tell.
    Undecided,
}

impl Facts<'_> {
    pub(super) fn stage(&self, index: usize, stage: &Stage) -> StageFacts {
        let network = self.network;
        let lines = lines(network, stage);
        let has_taps = |&layer: &usize| {
            network.layers[layer].op.axes.iter().any(|op| match op {
                AxisOp::Window(w) => w.kernel.get() > 1,
                AxisOp::Transposed(t) => t.kernel.get() > 1,
                _ => false,
            })
        };
        let layers: Vec<usize> = stage.layers.iter().copied().filter(has_taps).collect();
        let inside: Vec<RunEnd> = stage
            .layers
            .iter()
            .copied()
            .filter(|&l| self.runs.ends_run(l))
            .map(RunEnd::Layer)
            .collect();
        let ends: Vec<RunEnd> = (inside.iter().copied())
            .chain([RunEnd::Map(stage.output)])
            .collect();
        let alone: Vec<Rc<RunFootprint>> = ends
            .iter()
            .map(|&end| self.run_footprint(end, Some(stage.input)))
            .collect();
        let at_end = self.at_end(stage.output);
        let mut broken: Vec<RunEnd> = inside
            .iter()
            .copied()
            .filter(|end| self.broken_ends.contains(end))
            .collect();
        if let AtEnd::Gridding(end) = at_end {
            broken.push(end);
        }
        if layers.is_empty() {
            broken.clear();
        }
        broken.sort_unstable();
        broken.dedup();
        let undecided = at_end == AtEnd::Undecided
            || alone
                .iter()
                .any(|s| matches!(**s, RunFootprint::TooLarge(_)));
        let alike = |axis: usize| {
            let mut layers = stage.layers.iter().map(|&l| &network.layers[l].op.axes);
            layers.all(|axes| axes[axis] == axes[0])
        };
        let mut lobe: Vec<Option<PeakLobe>> = Vec::new();
        for axis in 0..network.dims {
            lobe.push(match lobe.first() {
                Some(&first) if alike(axis) => first,
                _ => self.lobe(network, stage, axis),
            });
        }
        let is_to_blame = !broken.is_empty() && self.is_to_blame(&layers);
        StageFacts {
            index,
            lines,
            layers,
            ends,
            alone,
            broken,
            is_to_blame,
            undecided,
            lobe,
        }
    }

    /// Whether one of some layers skips positions that a run with gridding misses.
    ///
    /// In a chain these are the layers with a step past what the finer ones than the one to blame cover, R: filled, each of them reads
    /// offset R, which lies below every other step. Finer layers only make up R, and filled ones would do no more.
    fn is_to_blame(&self, layers: &[usize]) -> bool {
        let skips = |&layer: &usize| {
            let ended = match self.runs.verdict(RunEnd::Layer(layer)) {
                RunVerdict::Fault { reach, .. } => Some(reach),
                RunVerdict::Clean | RunVerdict::NoChain => None,
            };
            let op = &self.network.layers[layer].op;
            op.axes.iter().enumerate().any(|(axis, op)| {
                let reach = if op.keeps_jump() {
                    self.least_reach[layer + 1][axis]
                } else {
                    ended.and_then(|reach| reach[axis])
                };
                let steps = phases(op).into_iter().filter(|p| p.comb.taps > 1);
                reach.is_some_and(|reach| steps.into_iter().any(|p| p.comb.step > reach))
            })
        };
        layers.iter().any(skips) || self.are_branches_to_blame(layers)
    }

    fn are_branches_to_blame(&self, layers: &[usize]) -> bool {
        let is_dilated = |layer: &usize| {
            let mut axes = self.network.layers[*layer].op.axes.iter();
            !axes.all(AxisOp::is_dense)
        };
        let dilated: BTreeSet<usize> = layers.iter().copied().filter(is_dilated).collect();
        let runs: BTreeSet<usize> = dilated
            .iter()
            .filter_map(|layer| self.branched.get(layer))
            .flatten()
            .copied()
            .collect();
        runs.into_iter().any(|run| {
            let BrokenRun { end, footprint } = &self.broken[run];
            if let RunFootprint::Branches { layers, .. } = &**footprint
                && layers
                    .iter()
                    .filter(|l| is_dilated(l))
                    .all(|l| dilated.contains(l))
            {
                // Filled, they are the dense twin.
                return true;
            }
            // What takes too long to tell is held for a fault, as every layer of such a run was before.
            self.runs.are_to_blame(*end, &dilated).unwrap_or(true)
        })
    }

    /// Whether the run that a stage's end would end has gridding that no later layer of it fills.
    fn at_end(&self, map: MapId) -> AtEnd {
        let mut axes = PerAxis::splat(self.network.dims, true);
        let on = |leads: &[PerAxis<Option<RunEnd>>], axes: &PerAxis<bool>| {
            let mut leads = leads[map.0].iter().zip(axes.iter());
            leads.find_map(|(end, on)| end.filter(|_| *on))
        };
        // Where every run is whole in the end, or this one is, nothing hangs on the middle of it.
        if on(&self.leads_to_broken, &axes).is_none()
            && on(&self.leads_to_undecided, &axes).is_none()
        {
            return AtEnd::HoleFree;
        }
        let end = RunEnd::Map(map);
        match self.runs.verdict(end) {
            RunVerdict::Clean => return AtEnd::HoleFree,
            RunVerdict::Fault { reach, .. } => axes = reach.map(|reach| reach.is_some()),
            RunVerdict::NoChain => {
                let left = self.walks_left.get();
                if left == 0 {
                    return AtEnd::Undecided;
                }
                let footprint = self.run_footprint(end, None);
                self.walks_left.set(left.saturating_sub(footprint.cost()));
                if matches!(*footprint, RunFootprint::TooLarge(_)) {
                    return AtEnd::Undecided;
                }
                if !footprint.has_gridding() {
                    return AtEnd::HoleFree;
                }
            }
        }
        match on(&self.leads_to_broken, &axes) {
            Some(end) => AtEnd::Gridding(end),
            None if on(&self.leads_to_undecided, &axes).is_some() => AtEnd::Undecided,
            None => AtEnd::HoleFree,
        }
    }

    /// Whether a stage's own footprint has a hole along an axis, for whatever reason: a stride may skip positions too. A stage of
    /// branches that changes the resolution counts as one that may.
    #[must_use]
    pub fn skips(&self, stage: &Stage, axis: usize) -> bool {
        let jump = |map: MapId| self.network.facts(map).position.map(|p| p[axis].jump);
        match self.combs(stage, axis) {
            Some(combs) => exact(&combs).fault.is_some(),
            None => jump(stage.input) != jump(stage.output),
        }
    }

    /// Taps of a stage's layers on its own input along an axis, where they are a chain of windows.
    #[must_use]
    pub fn combs(&self, stage: &Stage, axis: usize) -> Option<Vec<Comb>> {
        let mut map = stage.output;
        let mut layers = Vec::new();
        while map != stage.input {
            let layer = self.network.writer(map)?;
            match layer.op.axes[axis] {
                AxisOp::Window(window) => layers.push(window),
                AxisOp::Crop(_) | AxisOp::Same => {}
                AxisOp::Transposed(_) | AxisOp::Resize(_) | AxisOp::Everything => return None,
            }
            map = self
                .network
                .before(map, |merge| self.runs.covering_input(merge))?;
        }
        let mut scale = 1_i64;
        let mut combs = Vec::new();
        for window in layers.iter().rev() {
            combs.push(Comb {
                taps: i64::from(window.kernel),
                step: scale.saturating_mul(i64::from(window.dilation)),
            });
            scale = scale.saturating_mul(i64::from(window.stride));
        }
        Some(combs)
    }
}
