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

/// A run is too large to be drawn.
#[derive(Clone, Copy)]
struct Undecided;

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
        let inside = stage.layers.iter().copied();
        let inside = inside.filter(|&l| self.runs.ends_run(l)).map(RunEnd::Layer);
        let mut ends: Vec<RunEnd> = inside.collect();
        let broken_inside = ends
            .iter()
            .copied()
            .filter(|end| self.broken_ends.contains(end));
        let mut broken: BTreeSet<RunEnd> = broken_inside.collect();
        ends.push(RunEnd::Map(stage.output));
        let alone = ends
            .iter()
            .map(|&end| self.run_footprint(end, Some(stage.input)));
        let alone: Vec<Rc<RunFootprint>> = alone.collect();
        let at_end = self.at_end(stage.output);
        broken.extend(at_end.unwrap_or_default());
        if layers.is_empty() {
            broken.clear();
        }
        let broken: Vec<RunEnd> = broken.into_iter().collect();
        let undecided = at_end.is_err()
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
        let is_dilated = |layer: &usize| !self.network.layers[*layer].op.is_dense();
        let dilated: BTreeSet<usize> = layers.iter().copied().filter(is_dilated).collect();
        let runs = dilated.iter().filter_map(|layer| self.branched.get(layer));
        let runs: BTreeSet<usize> = runs.flatten().copied().collect();
        runs.into_iter().any(|run| {
            let BrokenRun { end, footprint } = &self.broken[run];
            if let RunFootprint::Branches { layers, .. } = &**footprint
                && layers.iter().all(|l| !is_dilated(l) || dilated.contains(l))
            {
                // Filled, they are the dense twin.
                return true;
            }
            // What takes too long to tell is held for a fault, as every layer of such a run was before.
            self.runs.are_to_blame(*end, &dilated).unwrap_or(true)
        })
    }

    /// Where the gridding that no later layer fills ends, of the run that a stage's end would end; an error where it is too large to tell.
    fn at_end(&self, map: MapId) -> Result<Option<RunEnd>, Undecided> {
        let mut axes = PerAxis::splat(self.network.dims, true);
        let on = |leads: &[PerAxis<Option<RunEnd>>], axes: &PerAxis<bool>| {
            let mut leads = leads[map.0].iter().zip(axes.iter());
            leads.find_map(|(end, on)| end.filter(|_| *on))
        };
        // Where every run is whole in the end, or this one is, nothing hangs on the middle of it.
        if on(&self.leads_to_broken, &axes).is_none()
            && on(&self.leads_to_undecided, &axes).is_none()
        {
            return Ok(None);
        }
        let end = RunEnd::Map(map);
        match self.runs.verdict(end) {
            RunVerdict::Clean => return Ok(None),
            RunVerdict::Fault { reach, .. } => axes = reach.map(|reach| reach.is_some()),
            RunVerdict::NoChain => {
                let left = self.walks_left.get();
                if left == 0 {
                    return Err(Undecided);
                }
                let footprint = self.run_footprint(end, None);
                self.walks_left.set(left.saturating_sub(footprint.cost()));
                if matches!(*footprint, RunFootprint::TooLarge(_)) {
                    return Err(Undecided);
                }
                if !footprint.has_gridding() {
                    return Ok(None);
                }
            }
        }
        match on(&self.leads_to_broken, &axes) {
            None if on(&self.leads_to_undecided, &axes).is_some() => Err(Undecided),
            end => Ok(end),
        }
    }

    /// Whether a stage's own footprint has a hole along an axis, for whatever reason: a stride may skip positions too. A stage of
    /// branches that changes the resolution counts as one that may.
    #[must_use]
    pub fn skips(&self, stage: &Stage, axis: usize) -> bool {
        let jump = |map: MapId| self.network.facts(map).along(axis).map(|p| p.jump);
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
                AxisOp::Crop(_) | AxisOp::Pad(_) | AxisOp::Same => {}
                AxisOp::Transposed(_)
                | AxisOp::Resize(_)
                | AxisOp::Bins(_)
                | AxisOp::Everything => return None,
            }
            map = self
                .network
                .before(map, |merge| self.runs.covering_input(merge))?;
        }
        let mut scale = 1_i64;
        let mut combs = Vec::new();
        for window in layers.iter().rev() {
            let taps = i64::from(window.kernel);
            let step = scale.saturating_mul(i64::from(window.dilation));
            combs.push(Comb { taps, step });
            scale = scale.saturating_mul(i64::from(window.stride));
        }
        Some(combs)
    }
}
