//! The runs through the layers that knobs set: which stay chains, and what the others cost to look at.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::footprint::{AxisChain, RunEnd, Runs};
use crate::network::{AxisOp, Knob, MapId, Network};
use crate::rules::Facts;

use super::candidate::reads_itself;
use super::chain::Chain;
use super::effort::to_work;
use super::sieve::{RunOf, Sieve};
use super::span::{Span, spans};

/// A run that may have branches.
#[derive(Debug)]
pub(super) struct Other {
    pub run: RunOf,
    /// Layers that it passes.
    layers: usize,
    /// For each axis what their extents come to.
    extents: Vec<Chain>,
    /// What finds most holes without a look at the network.
    pub sieve: Option<Sieve>,
    /// What must hold of the knobs so that it may have none.
    pub spans: Vec<Span>,
}

/// Ends of the runs through the layers of any knob.
pub(super) fn ends_through(runs: &Runs<'_>, knobs: &[&Knob]) -> Vec<RunEnd> {
    let layers: BTreeSet<usize> = knobs.iter().flat_map(|k| k.layers.clone()).collect();
    let after = |layer: &usize| runs.goes_on(*layer).then_some(MapId(layer + 1));
    let mut ends: BTreeSet<RunEnd> = runs
        .ends_after(layers.iter().filter_map(after))
        .into_iter()
        .collect();
    let ending = layers.iter().filter(|layer| runs.ends_run(**layer));
    ends.extend(ending.map(|&layer| RunEnd::Layer(layer)));
    ends.into_iter().collect()
}

impl Other {
    pub(super) fn new(
        facts: &Facts<'_>,
        run: RunOf,
        knob_of: &HashMap<(usize, usize), usize>,
        is_steady: bool,
    ) -> Self {
        let network = facts.network;
        let layers = facts.runs.layers_of(run.0, run.1);
        let extent = |axis: usize| {
            let mut extent = Chain::default();
            for &layer in &layers {
                let op = &network.layers[layer].op.axes[axis];
                match (knob_of.get(&(layer, axis)), op) {
                    (Some(&knob), AxisOp::Window(window)) => {
                        extent.add(Some(knob), 0, i64::from(window.kernel) - 1);
                    }
                    _ => extent.add(None, 1, op.extent() - 1),
                }
            }
            extent
        };
        Self {
            run,
            layers: layers.len(),
            extents: (0..network.dims).map(extent).collect(),
            sieve: Sieve::new(network, &facts.runs, run, knob_of),
            spans: spans(network, &facts.runs, run, knob_of, is_steady),
        }
    }

    /// What it costs to draw its set with the knobs at some values, as it is and filled, through each of its layers.
    pub(super) fn drawn(&self, values: &[i64]) -> u64 {
        let extents = self.extents.iter().map(|chain| chain.extent(values) - 1);
        let cells = extents.fold(1, i64::saturating_mul);
        // A word of 64 cells is read and written a few times for each tap; a hundred of them are a unit of work.
        let words = u64::try_from(cells / 512).unwrap_or(u64::MAX);
        words.saturating_mul(to_work(self.layers))
    }
}

/// Whether merges that one of their maps fills alone stay such with any dilations of some layers: these read their own position.
pub(super) fn stay(network: &Network, mut layers: impl Iterator<Item = usize>) -> bool {
    layers.all(|layer| {
        let mut axes = network.layers[layer].op.axes.iter();
        axes.all(|op| !matches!(op, AxisOp::Window(window) if !reads_itself(window)))
    })
}

/// Whether a run is a chain with any dilations of some layers: it passes windows alone on its way back, and merges that one of their maps
/// fills alone, which stay such. No phases of a transposed layer.
pub(super) fn stays_chain(
    facts: &Facts<'_>,
    end: RunEnd,
    scope: Option<MapId>,
    set: &HashSet<usize>,
) -> bool {
    let network = facts.network;
    let windows = |layer: usize| {
        let mut axes = network.layers[layer].op.axes.iter();
        axes.all(|op| {
            matches!(
                op,
                AxisOp::Window(_) | AxisOp::Same | AxisOp::Crop(_) | AxisOp::Pad(_)
            )
        })
    };
    if end.layer().is_some_and(|layer| !windows(layer)) {
        return false;
    }
    let (mut map, mut has_merge, mut all_steady) = (end.maps(network)[0], false, true);
    while Some(map) != scope
        && let Some(layer) = map.layer().filter(|&layer| facts.runs.goes_on(layer))
    {
        if network.layers[layer].op.kind.is_merge() {
            has_merge = true;
        } else if windows(layer) {
            all_steady &= !set.contains(&layer) || stay(network, [layer].into_iter());
        } else {
            return false;
        }
        let Some(before) = facts.runs.before(map) else {
            return false;
        };
        map = before;
    }
    all_steady || !has_merge
}

/// A chain along an axis, with the layers that knobs set apart.
pub(super) fn chain_of(
    chain: &AxisChain,
    axis: usize,
    knob_of: &HashMap<(usize, usize), usize>,
) -> Chain {
    let mut found = Chain::default();
    for layer in &chain.layers {
        let knob = knob_of.get(&(layer.layer, axis)).copied();
        found.add(knob, layer.comb.step, layer.comb.taps - 1);
    }
    found
}
