//! What rules ask about a network, each thing worked out once.

mod broken;
mod stage;

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::footprint::{LobeSearch, PeakLobe, RunEnd, RunFootprint, RunVerdict, Runs};
use crate::network::{MapId, Network, PerAxis, Stage};

pub use broken::{BrokenRun, SkippedOn};
pub use stage::StageFacts;

/// Most layers of runs that are held for findings. A network of thousands of outputs, each with another layer at fault, gets a finding for the first.
const MOST_HELD: usize = 200_000;

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
    /// For each map and axis the least that the finer layers of a chain with gridding cover along that axis, of the chains that pass
    /// through it: every layer with a larger step is to blame.
    least_reach: Vec<PerAxis<Option<i64>>>,
    /// For each layer the runs of branches with gridding that pass it, as indices into `broken`.
    branched: HashMap<usize, Vec<usize>>,
    /// For each map and axis an end of a run with gridding along that axis that passes through it.
    leads_to_broken: Vec<PerAxis<Option<RunEnd>>>,
    /// The same of runs that are too large to be drawn.
    leads_to_undecided: Vec<PerAxis<Option<RunEnd>>>,
    /// All ends of runs with gridding.
    broken_ends: HashSet<RunEnd>,
    /// Layers that may still be walked where a run with branches is looked at stage by stage.
    walks_left: Cell<usize>,
    lobes: RefCell<LobeSearch>,
    footprints: RefCell<RunFootprints>,
}

/// RunFootprints of runs by their ends and scopes.
type RunFootprints = HashMap<(RunEnd, Option<MapId>), Rc<RunFootprint>>;

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
            least_reach: Vec::new(),
            branched: HashMap::new(),
            leads_to_broken: Vec::new(),
            broken_ends: HashSet::new(),
            leads_to_undecided: Vec::new(),
            walks_left: Cell::new(MOST_WALKED),
            lobes: RefCell::default(),
            footprints: RefCell::default(),
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
        let mut reaches = Vec::new();
        // Branches are judged on all axes together.
        let all = PerAxis::splat(self.network.dims, true);
        // What is sure comes first: of runs that blame one layer the first is held.
        let mut all_ends = self.runs.ends();
        let cut = |end: &RunEnd| matches!(end, RunEnd::Map(map) if self.network.cut.contains(map));
        all_ends.sort_by_key(cut);
        for end in all_ends {
            let mut axes = all;
            let at = |axes: PerAxis<bool>| (end, axes.map(|on| on.then_some(end)));
            match self.runs.verdict(end) {
                RunVerdict::Clean => continue,
                RunVerdict::Fault { layer, reach } => {
                    axes = reach.map(|reach| reach.is_some());
                    reaches.push((end, reach));
                    ends.push(at(axes));
                    let original = self.network.layers[layer].original;
                    if held > MOST_HELD || !blamed.insert(original) {
                        continue;
                    }
                }
                RunVerdict::NoChain => {}
            }
            let footprint = self.run_footprint(end, None);
            if matches!(*footprint, RunFootprint::TooLarge(_)) {
                undecided.push(at(axes));
            }
            if footprint.has_gridding() {
                held += footprint.cost();
                let axes = PerAxis::from_fn(axes.len(), |axis| footprint.axis_has_gridding(axis));
                ends.push(at(axes));
                if let RunFootprint::Branches { layers, .. } = &*footprint {
                    for &layer in layers {
                        self.branched
                            .entry(layer)
                            .or_default()
                            .push(self.broken.len());
                    }
                }
                self.broken.push(BrokenRun { end, footprint });
            }
        }
        self.least_reach = self.runs.leading(&reaches);
        self.leads_to_broken = self.runs.leading(&ends);
        self.leads_to_undecided = self.runs.leading(&undecided);
        self.broken_ends = ends.into_iter().map(|(end, _)| end).collect();
    }

    /// What a run sees, back to where it begins or to a stage's input.
    pub fn run_footprint(&self, end: RunEnd, scope: Option<MapId>) -> Rc<RunFootprint> {
        if let Some(footprint) = self.footprints.borrow().get(&(end, scope)) {
            return Rc::clone(footprint);
        }
        let footprint = Rc::new(self.runs.run_footprint(end, scope));
        self.footprints
            .borrow_mut()
            .insert((end, scope), Rc::clone(&footprint));
        footprint
    }

    /// The stage to which a layer belongs.
    #[must_use]
    pub fn stage_of(&self, layer: usize) -> &StageFacts {
        &self.stages[self.network.layers[layer].stage]
    }

    /// The peak grating lobe of a stage of this network, or of this network with other dilations. All searches together do bounded work.
    #[must_use]
    pub fn lobe(&self, network: &Network, stage: &Stage, axis: usize) -> Option<PeakLobe> {
        self.lobes
            .borrow_mut()
            .between(network, stage.input, stage.output, axis)
    }

    /// The searches for lobes, with what they found.
    #[must_use]
    pub fn into_lobes(self) -> LobeSearch {
        self.lobes.into_inner()
    }
}

/// What the network is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// Least receptive field, in input positions per axis.
    pub receptive_field: Option<PerAxis<i64>>,
    /// Smallest object, in input positions per axis.
    pub smallest_object: Option<PerAxis<i64>>,
}
