//! Whether a network with other dilations passes.

use std::collections::BTreeSet;

use crate::config::Written;
use crate::footprint::{AxisChain, Comb, RunEnd, RunFootprint, RunVerdict, Runs, exact};
use crate::network::{AxisOp, MapId, Network, OpKind, PerAxis};
use crate::rules::{Level, PUBLISHED, find, published_faults};

use super::bench::{Bench, sees};

/// What stages must satisfy whose dilations are turned.
pub(super) struct Judge<'a> {
    bench: &'a Bench<'a>,
    dials: &'a [Written],
    /// Ends of runs through any dial.
    pub ends: Vec<RunEnd>,
    /// Runs that are chains whatever their dilations are, by axis.
    chains: Vec<Vec<AxisChain>>,
    /// Ends of the other runs: each try looks at the whole network.
    others: Vec<RunEnd>,
    /// Stages, and the rules on their schedules that they must pass.
    asked: Vec<(usize, Vec<&'static str>)>,
    /// The receptive field asked for.
    pub target: Option<PerAxis<i64>>,
}

impl<'a> Judge<'a> {
    /// Gridding and a common factor must go; the other published rules are asked for where they deny.
    pub(super) fn new(bench: &'a Bench<'a>, stages: &[usize], dials: &'a [Written]) -> Self {
        let runs = &bench.checked.facts.runs;
        let layers: BTreeSet<usize> = dials.iter().flat_map(|d| d.layers.clone()).collect();
        let after = |layer: &usize| runs.goes_on(*layer).then_some(MapId(layer + 1));
        let mut ends = runs.ends_after(layers.iter().filter_map(after));
        let enders = layers.iter().filter(|layer| runs.ends_run(**layer));
        ends.extend(enders.map(|&layer| RunEnd::Layer(layer)));
        ends.sort_unstable();
        ends.dedup();
        let (mut chains, mut others) = (Vec::new(), Vec::new());
        for &end in &ends {
            match &*bench.checked.facts.run_footprint(end, None) {
                RunFootprint::Chain(axes) if is_plain(bench, end) => chains.push(axes.clone()),
                _ => others.push(end),
            }
        }
        let asked = stages.iter().map(|&stage| {
            let is_asked = |id: &&str| {
                let least = if *id == "common-factor" {
                    Level::Warn
                } else {
                    Level::Deny
                };
                find(id).is_some_and(|rule| bench.config.policy.level(rule, stage) >= least)
            };
            (stage, PUBLISHED.into_iter().filter(is_asked).collect())
        });
        Self {
            bench,
            dials,
            ends,
            chains,
            others,
            asked: asked.collect(),
            target: bench.target,
        }
    }

    /// Whether each try looks at the whole network.
    pub(super) fn looks_at_all(&self) -> bool {
        !self.others.is_empty() || self.target.is_some()
    }

    /// Whether the network with the dials turned passes all that is asked.
    pub(super) fn passes(&self, values: &[i64]) -> bool {
        self.bench
            .with(self.dials, values, |network| self.is_passed_by(network))
    }

    fn is_passed_by(&self, network: &Network) -> bool {
        let keeps = |(stage, rules): &(usize, Vec<&str>)| {
            let faults = published_faults(network, &network.stages[*stage]);
            faults.iter().all(|fault| !rules.contains(&fault.id))
        };
        let mut chains = self.chains.iter().flat_map(|axes| axes.iter().enumerate());
        let is_whole = chains.all(|(axis, chain)| is_whole(network, chain, axis));
        if !is_whole || !self.asked.iter().all(keeps) {
            return false;
        }
        if !self.others.is_empty() {
            let runs = Runs::new(network);
            let is_whole = |&end: &RunEnd| match runs.verdict(end) {
                RunVerdict::Clean => true,
                RunVerdict::Fault { .. } => false,
                RunVerdict::NoChain => {
                    let footprint = runs.run_footprint(end, None);
                    !footprint.has_gridding() && !matches!(footprint, RunFootprint::TooLarge(_))
                }
            };
            if !self.others.iter().all(is_whole) {
                return false;
            }
        }
        self.target.is_none_or(|target| sees(network, &target))
    }
}

/// Whether a run passes windows alone on its way back: no merge, which other dilations might open, and no phases of a transposed layer.
fn is_plain(bench: &Bench<'_>, end: RunEnd) -> bool {
    let network = &bench.config.network;
    let runs = &bench.checked.facts.runs;
    let windows = |layer: usize| {
        let axes = &network.layers[layer].op.axes;
        axes.iter()
            .all(|op| matches!(op, AxisOp::Window(_) | AxisOp::Same | AxisOp::Crop(_)))
    };
    let mut map = match end {
        RunEnd::Map(map) => map,
        RunEnd::Layer(layer) if windows(layer) => network.layers[layer].inputs[0],
        RunEnd::Layer(_) => return false,
    };
    while let Some(layer) = map.layer().filter(|&layer| runs.goes_on(layer)) {
        let kind = network.layers[layer].op.kind;
        if matches!(kind, OpKind::Add | OpKind::Concat) || !windows(layer) {
            return false;
        }
        map = network.layers[layer].inputs[0];
    }
    true
}

/// Whether a chain has no hole with the dilations of a network.
fn is_whole(network: &Network, chain: &AxisChain, axis: usize) -> bool {
    let comb =
        |layer: &crate::footprint::ChainLayer| match network.layers[layer.layer].op.axes[axis] {
            AxisOp::Window(window) => Comb {
                taps: window.kernel.into(),
                step: window.dilation.into(),
            },
            _ => layer.comb,
        };
    let combs: Vec<Comb> = chain.layers.iter().map(comb).collect();
    exact(&combs).fault.is_none()
}
