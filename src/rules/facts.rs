//! What rules ask about a network, each thing worked out once.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::config::Target;
use crate::footprint::{Comb, LobeSearch, RunEnd, RunVerdict, Runs, Sight, exact};
use crate::network::{AxisOp, MapId, Network, OpKind, PerAxis, Stage};

use super::schedule::{Line, lines};

/// Most layers of runs that are held for findings. A network of thousands of outputs, each at fault by another layer, is told of the first.
const MOST_HELD: usize = 200_000;

/// Most layers of the networks that are tried as repairs, all findings together.
const MOST_REPAIRED: usize = 400_000;

/// Most work of walking runs with branches again at the end of each stage, in layers and words of what they cover.
const MOST_WALKED: usize = 4_000_000;

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
    /// Runs with gridding, in order of their ends; of runs that blame the same layer the first.
    pub broken: Vec<BrokenRun>,
    /// For each map and axis an end of a run with gridding along that axis that passes through it.
    leads_to_broken: Vec<PerAxis<Option<RunEnd>>>,
    /// The same of runs that are too large to be drawn.
    leads_to_undecided: Vec<PerAxis<Option<RunEnd>>>,
    /// All ends of runs with gridding.
    broken_ends: HashSet<RunEnd>,
    /// Layers that may still be walked where a run with branches is looked at stage by stage.
    walks_left: Cell<usize>,
    repairs_left: Cell<usize>,
    lobes: RefCell<LobeSearch>,
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

/// What the run at a stage's end is in context.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AtEnd {
    /// Without gridding, or later layers fill it.
    Whole,
    /// With gridding, that of this end in the end.
    Gridding(RunEnd),
    /// Too large to tell.
    Undecided,
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
    /// Ends of the runs that end inside of it or at its end.
    pub ends: Vec<RunEnd>,
    /// What each of them sees on the stage's own input.
    pub alone: Vec<Rc<Sight>>,
    /// Ends of runs to which its layers belong that have gridding, in context: all inside of it, and one that its end leads to.
    pub broken: Vec<RunEnd>,
    /// Whether the run at its end, or one inside of it, is too large to be drawn, so that no verdict can be given.
    pub undecided: bool,
    /// Peak grating lobe per axis, on its own input; `None` where it has no single answer to a frequency, or the search takes too long.
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
            leads_to_broken: Vec::new(),
            broken_ends: HashSet::new(),
            leads_to_undecided: Vec::new(),
            walks_left: Cell::new(MOST_WALKED),
            repairs_left: Cell::new(MOST_REPAIRED),
            lobes: RefCell::default(),
            sights: RefCell::default(),
        };
        facts.look_at_runs();
        facts.stages = network
            .stages
            .iter()
            .enumerate()
            .map(|(i, s)| facts.stage(i, s))
            .collect();
        facts
    }

    /// Finds the runs with gridding. A chain is looked at only where it blames a layer that no run before it does.
    fn look_at_runs(&mut self) {
        let mut blamed = HashSet::new();
        let mut held = 0;
        let mut ends = Vec::new();
        let mut undecided = Vec::new();
        // Branches are judged on all axes together.
        let all = PerAxis::splat(self.network.dims, true);
        for end in self.runs.ends() {
            let mut axes = all;
            match self.runs.verdict(end) {
                RunVerdict::Clean => continue,
                RunVerdict::Fault {
                    layer,
                    axes: faulty,
                } => {
                    axes = faulty;
                    ends.push((end, axes));
                    let origin = self.network.layers[layer].origin;
                    if held > MOST_HELD || !blamed.insert(origin) {
                        continue;
                    }
                }
                RunVerdict::NoChain => {}
            }
            let sight = self.sight(end, None);
            if matches!(*sight, Sight::Undecided(_)) {
                undecided.push((end, axes));
            }
            if sight.has_gridding() {
                held += sight.cost();
                let axes = PerAxis::from_fn(axes.len(), |axis| sight.axis_has_gridding(axis));
                ends.push((end, axes));
                self.broken.push(BrokenRun { end, sight });
            }
        }
        self.leads_to_broken = self.runs.leading(&ends);
        self.leads_to_undecided = self.runs.leading(&undecided);
        self.broken_ends = ends.into_iter().map(|(end, _)| end).collect();
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
        let ends: Vec<RunEnd> = (inside.iter().copied())
            .chain([RunEnd::Map(stage.output)])
            .collect();
        let alone: Vec<Rc<Sight>> = ends
            .iter()
            .map(|&end| self.sight(end, Some(stage.input)))
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
        let undecided =
            at_end == AtEnd::Undecided || alone.iter().any(|s| matches!(**s, Sight::Undecided(_)));
        let alike = |axis: usize| {
            let mut layers = network.layers[stage.layers.clone()].iter();
            layers.all(|l| l.op.axes[axis] == l.op.axes[0])
        };
        let mut lobe: Vec<Option<f64>> = Vec::new();
        for axis in 0..network.dims {
            lobe.push(match lobe.first() {
                Some(&first) if alike(axis) => first,
                _ => self.lobe(network, stage, axis),
            });
        }
        StageFacts {
            index,
            lines,
            layers,
            ends,
            alone,
            broken,
            undecided,
            lobe,
        }
    }

    /// The peak grating lobe of a stage of this network, or of this network with other dilations. All searches together do bounded work.
    #[must_use]
    pub fn lobe(&self, network: &Network, stage: &Stage, axis: usize) -> Option<f64> {
        self.lobes
            .borrow_mut()
            .between(network, stage.input, stage.output, axis)
    }

    /// Whether to look for values that pass, for one more finding: each search takes time in the size of the network, and nobody mends
    /// thousands of findings before the next check.
    #[must_use]
    pub fn may_repair(&self) -> bool {
        let left = self.repairs_left.get();
        let cost = self.network.layers.len() + 100;
        self.repairs_left.set(left.saturating_sub(cost));
        left > 0
    }

    /// From now on no finding is given values that pass.
    pub(crate) fn repair_nothing(&self) {
        self.repairs_left.set(0);
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
            return AtEnd::Whole;
        }
        let end = RunEnd::Map(map);
        match self.runs.verdict(end) {
            RunVerdict::Clean => return AtEnd::Whole,
            RunVerdict::Fault { axes: faulty, .. } => axes = faulty,
            RunVerdict::NoChain => {
                let left = self.walks_left.get();
                if left == 0 {
                    return AtEnd::Undecided;
                }
                let sight = self.sight(end, None);
                self.walks_left.set(left.saturating_sub(sight.cost()));
                if matches!(*sight, Sight::Undecided(_)) {
                    return AtEnd::Undecided;
                }
                if !sight.has_gridding() {
                    return AtEnd::Whole;
                }
            }
        }
        match on(&self.leads_to_broken, &axes) {
            Some(end) => AtEnd::Gridding(end),
            None if on(&self.leads_to_undecided, &axes).is_some() => AtEnd::Undecided,
            None => AtEnd::Whole,
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
