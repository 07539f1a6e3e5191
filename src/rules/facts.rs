//! What rules ask about a network, each thing worked out once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::config::Target;
use crate::footprint::{Comb, RunEnd, Runs, Sight, exact, lobe_between};
use crate::network::{AxisOp, MapId, Network, OpKind, Stage};

use super::schedule::{Line, lines};

/// A network and what is known of its stages and runs.
pub struct Facts<'a> {
    /// The network.
    pub network: &'a Network,
    /// What it is for.
    pub target: &'a Target,
    /// Its runs.
    pub runs: Runs<'a>,
    /// Facts of each stage.
    pub stages: Vec<StageFacts>,
    /// Runs with gridding, in order of their ends.
    pub broken: Vec<BrokenRun>,
    sights: RefCell<Sights>,
}

/// Sights of runs by their ends and scopes.
type Sights = HashMap<(RunEnd, Option<MapId>), Rc<Sight>>;

/// A run with gridding.
#[derive(Clone, Debug)]
pub struct BrokenRun {
    /// Where it ends.
    pub end: RunEnd,
    /// What it sees.
    pub sight: Rc<Sight>,
}

/// What is known of a stage.
#[derive(Clone, Debug)]
pub struct StageFacts {
    /// Its index.
    pub index: usize,
    /// Its convolutions in a row, cut where the jump changes and at parallel branches.
    pub lines: Vec<Line>,
    /// Layers with more than one tap on some axis.
    pub layers: Vec<usize>,
    /// What its runs see on its own input.
    pub alone: Vec<Rc<Sight>>,
    /// Ends of the runs to which its layers belong that have gridding, in context, at its end or inside of it, and are not filled later.
    pub broken: Vec<RunEnd>,
    /// Whether the run at its end, or one inside of it, is too large to be drawn.
    pub undecided: bool,
    /// Peak grating lobe per axis, on its own input; `None` where it has no single answer to a frequency.
    pub lobe: Vec<Option<f64>>,
}

impl StageFacts {
    /// Whether it has gridding on its own input.
    #[must_use]
    pub fn alone_has_gridding(&self) -> bool {
        self.alone.iter().any(|s| s.has_gridding())
    }
}

impl<'a> Facts<'a> {
    /// Looks at every stage and run of a network.
    #[must_use]
    pub fn new(network: &'a Network, target: &'a Target) -> Self {
        let runs = Runs::new(network);
        let mut facts = Self {
            network,
            target,
            runs,
            stages: Vec::new(),
            broken: Vec::new(),
            sights: RefCell::default(),
        };
        for end in facts.runs.ends() {
            let sight = facts.sight(end, None);
            if sight.has_gridding() {
                facts.broken.push(BrokenRun { end, sight });
            }
        }
        facts.stages = network
            .stages
            .iter()
            .enumerate()
            .map(|(i, s)| facts.stage(i, s))
            .collect();
        facts
    }

    /// What a run sees, back to where it begins or to a stage's input.
    pub fn sight(&self, end: RunEnd, scope: Option<MapId>) -> Rc<Sight> {
        if let Some(sight) = self.sights.borrow().get(&(end, scope)) {
            return Rc::clone(sight);
        }
        let sight = Rc::new(self.runs.sight(end, scope));
        self.sights
            .borrow_mut()
            .insert((end, scope), Rc::clone(&sight));
        sight
    }

    /// The stage to which a layer belongs.
    #[must_use]
    pub fn stage_of(&self, layer: usize) -> &StageFacts {
        &self.stages[self.network.layers[layer].place.stage]
    }

    fn stage(&self, index: usize, stage: &Stage) -> StageFacts {
        let network = self.network;
        let lines = lines(network, stage);
        let has_taps = |&layer: &usize| {
            network.layers[layer].op.axes.iter().any(|op| match op {
                AxisOp::Window(w) => w.kernel.get() > 1,
                AxisOp::Transposed(t) => t.kernel.get() > 1,
                _ => false,
            })
        };
        let layers: Vec<usize> = stage.layers.clone().filter(has_taps).collect();
        let inside: Vec<RunEnd> = stage
            .layers
            .clone()
            .filter(|&l| self.runs.is_ender(l))
            .map(RunEnd::Layer)
            .collect();
        let own_ends = inside.iter().copied().chain([RunEnd::Map(stage.output)]);
        let alone: Vec<Rc<Sight>> = own_ends
            .map(|end| self.sight(end, Some(stage.input)))
            .collect();
        let broken = if layers.is_empty() {
            Vec::new()
        } else {
            self.broken_ends(stage, &inside)
        };
        let at_end = self.sight(RunEnd::Map(stage.output), None);
        let undecided = alone
            .iter()
            .chain([&at_end])
            .any(|s| matches!(**s, Sight::Undecided(_)));
        let alike = |axis: usize| {
            let mut layers = network.layers[stage.layers.clone()].iter();
            layers.all(|l| l.op.axes[axis] == l.op.axes[0])
        };
        let mut lobe: Vec<Option<f64>> = Vec::new();
        for axis in 0..network.dims {
            lobe.push(match lobe.first() {
                Some(&first) if alike(axis) => first,
                _ => lobe_between(network, stage.input, stage.output, axis),
            });
        }
        StageFacts {
            index,
            lines,
            layers,
            alone,
            broken,
            undecided,
            lobe,
        }
    }

    /// Broken runs that end inside a stage, or that pass its end broken already and stay so.
    fn broken_ends(&self, stage: &Stage, inside: &[RunEnd]) -> Vec<RunEnd> {
        let is_broken = |end: &RunEnd| self.broken.iter().any(|b| b.end == *end);
        // Most networks have none: nothing to follow.
        if self.broken.is_empty() {
            return Vec::new();
        }
        let mut ends: Vec<RunEnd> = inside.iter().copied().filter(is_broken).collect();
        if self.sight(RunEnd::Map(stage.output), None).has_gridding() {
            ends.extend(
                self.runs
                    .ends_after(stage.output)
                    .into_iter()
                    .filter(is_broken),
            );
        }
        ends.sort_unstable();
        ends.dedup();
        ends
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
            if matches!(layer.op.kind, OpKind::Add | OpKind::Concat) {
                map = self.runs.dominant(map)?;
                continue;
            }
            match layer.op.axes[axis] {
                AxisOp::Window(window) => layers.push(window),
                AxisOp::Crop(_) | AxisOp::Same => {}
                AxisOp::Transposed(_) | AxisOp::Resize(_) | AxisOp::Everything => return None,
            }
            map = layer.inputs[0];
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
