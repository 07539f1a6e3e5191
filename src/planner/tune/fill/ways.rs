//! The ways through a network that undecided dilations must leave without a hole, and values that do.
//!
//! Along one way of layers the exact test decides. Of a run that is a chain there is one way, and the test is the truth. Of
//! branches there are several; if each is without a hole, so is their union, as the dense twin of a union is the union of the twins. So
//! what passes on every way never leaves a hole; that some other values may pass as well is left to trying.

use std::collections::{BTreeSet, HashMap};

use crate::footprint::{Comb, RunEnd, Runs, phases};
use crate::network::{AxisOp, Knob, MapId, Network, Stage};
use crate::planner::tune::candidate::knob_of;
use crate::planner::tune::chain::{Chain, least_reach};

use super::line::Line;

/// Most ways that are followed; more are cut off, and what is found then has to pass the check all the same.
const MOST_WAYS: usize = 4_096;

/// All ways of all runs through places, as chains whose knobs are the places. With `alone`, those of each stage on its own input as well.
pub(super) fn ways(network: &Network, places: &[&Knob], alone: bool) -> Vec<Chain> {
    let runs = Runs::new(network);
    let place_of = knob_of(places);
    let mut ends: Vec<(RunEnd, Option<MapId>)> =
        runs.ends().into_iter().map(|end| (end, None)).collect();
    if alone {
        // A lone layer has nothing of its own to lean on: no rule asks it to.
        let several = |stage: &&Stage| {
            let layers = stage.layers.iter().map(|&layer| &network.layers[layer]);
            layers.filter(|layer| layer.op.has_taps()).count() > 1
        };
        for stage in network.stages.iter().filter(several) {
            let inside = stage.layers.iter().copied().filter(|&l| runs.ends_run(l));
            let own = inside.map(RunEnd::Layer).chain([RunEnd::Map(stage.output)]);
            ends.extend(own.map(|end| (end, Some(stage.input))));
        }
    }
    let mut found = BTreeSet::new();
    for (end, scope) in ends {
        for axis in 0..network.dims {
            let walk = Walk {
                network,
                runs: &runs,
                place_of: &place_of,
                axis,
                scope,
            };
            for way in walk.back_from(end) {
                if !way.free.is_empty() && found.len() < MOST_WAYS {
                    found.insert(way);
                }
            }
        }
    }
    found.into_iter().collect()
}

struct Walk<'a> {
    network: &'a Network,
    runs: &'a Runs<'a>,
    place_of: &'a HashMap<(usize, usize), usize>,
    axis: usize,
    scope: Option<MapId>,
}

impl Walk<'_> {
    fn back_from(&self, end: RunEnd) -> Vec<Chain> {
        let mut done = Vec::new();
        let mut open: Vec<(MapId, Chain)> = match end {
            RunEnd::Map(map) => vec![(map, Chain::default())],
            RunEnd::Layer(layer) => {
                let inputs = &self.network.layers[layer].inputs;
                let starts = self.combs(layer).into_iter();
                let starts = starts.map(|comb| self.with(Chain::default(), layer, comb));
                starts
                    .flat_map(|way| inputs.iter().map(move |&map| (map, way.clone())))
                    .collect()
            }
        };
        while let Some((map, mut way)) = open.pop() {
            let layer = map.layer().filter(|_| Some(map) != self.scope);
            let Some(index) = layer.filter(|&layer| self.keeps(layer)) else {
                done.push(way);
                continue;
            };
            let layer = &self.network.layers[index];
            if layer.op.kind.is_merge() {
                match self.runs.covering_input(map) {
                    Some(covering) => open.push((covering, way)),
                    None if done.len() + open.len() < MOST_WAYS => {
                        open.extend(layer.inputs.iter().map(|&input| (input, way.clone())));
                    }
                    None => {}
                }
                continue;
            }
            for comb in self.combs(index) {
                way = self.with(way, index, comb);
            }
            if let Some(&input) = layer.inputs.first() {
                open.push((input, way));
            }
        }
        done
    }

    /// Whether a layer keeps the resolution along the axis.
    fn keeps(&self, layer: usize) -> bool {
        self.runs.keeps(layer, self.axis)
    }

    /// The taps of a layer, for each of its output phases.
    fn combs(&self, layer: usize) -> Vec<Comb> {
        match self.network.layers[layer].op.axes[self.axis] {
            ref op @ (AxisOp::Window(_) | AxisOp::Transposed(_)) => {
                phases(op).into_iter().map(|p| p.comb).collect()
            }
            _ => vec![Comb { taps: 1, step: 1 }],
        }
    }

    /// A way with the taps of a layer; one tap changes nothing.
    fn with(&self, mut way: Chain, layer: usize, comb: Comb) -> Chain {
        let place = match self.network.layers[layer].op.axes[self.axis] {
            AxisOp::Window(_) => self.place_of.get(&(layer, self.axis)).copied(),
            _ => None,
        };
        if comb.taps > 1 {
            way.add(place, comb.step, comb.taps - 1);
        }
        way
    }
}

/// How values are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mode {
    /// Each stage leaves no hole on its own input.
    pub alone: bool,
    /// Within a stage's schedule dilations rise.
    pub rising: bool,
    /// The published maximum distance holds for them as they rise.
    pub published: bool,
}

impl Mode {
    /// From the strictest to the loosest.
    pub(super) const ALL: [Self; 5] = [
        Self::new(true, true, true),
        Self::new(true, true, false),
        Self::new(true, false, false),
        Self::new(false, true, false),
        Self::new(false, false, false),
    ];

    const fn new(alone: bool, rising: bool, published: bool) -> Self {
        Self {
            alone,
            rising,
            published,
        }
    }
}

/// The largest values, one place after the other in `order`, that the ways allow, none above `cap`.
///
/// Each place gets the reach of what is decided on its ways so far. Along a chain of equal kernels nothing reaches further: every layer
/// multiplies the reach, and layers that stay are counted as soon as they are in reach.
pub(super) fn widest(
    lines: &[Line],
    ways: &[Chain],
    order: &[usize],
    mode: Mode,
    cap: i64,
) -> Vec<i64> {
    let mut values: Vec<Option<i64>> = vec![None; lines.len()];
    for &index in order {
        // What is on no way has a single tap: its dilation says nothing.
        let within = least_reach(ways, index, &values).unwrap_or(1);
        let mut most = within.min(cap);
        if mode.rising {
            let rising = lines[index].most(&values, mode.published, most, cap);
            most = rising.min(within);
        }
        values[index] = Some(most.max(1));
    }
    values.into_iter().map(|value| value.unwrap_or(1)).collect()
}
