//! The ways through a network that undecided dilations must leave without a hole, and values that do.
//!
//! Along one way of layers the exact test decides. Of a run that is a chain there is one way, and the test is the truth. Of
//! branches there are several; if each is without a hole, so is their union, as the dense twin of a union is the union of the twins. So
//! what passes on every way never leaves a hole; that some other values may pass as well is left to trying.

use std::collections::{HashMap, HashSet};

use crate::footprint::{Phase, RunEnd, Runs, phases};
use crate::network::{AxisOp, Knob, MapId, Network, OpKind, Stage};

use super::line::Line;

/// Most ways that are followed; more are cut off, and what is found then has to pass the check all the same.
const MOST_WAYS: usize = 4_096;

/// A layer on a way: its taps, and whose step it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Part {
    pub taps: i64,
    pub step: Step,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Step {
    /// A dilation that stays.
    Fixed(i64),
    /// The dilation of a place, by index.
    Place(usize),
}

/// The layers of one way along one axis, in any order.
pub(super) type Way = Vec<Part>;

/// All ways of all runs through places. With `alone`, those of each stage on its own input as well.
pub(super) fn ways(network: &Network, places: &[&Knob], alone: bool) -> Vec<Way> {
    let runs = Runs::new(network);
    let mut place_of = HashMap::new();
    for (index, place) in places.iter().enumerate() {
        for axis in place.axes.clone() {
            place_of.extend(place.layers.iter().map(|&layer| ((layer, axis), index)));
        }
    }
    let mut ends: Vec<(RunEnd, Option<MapId>)> =
        runs.ends().into_iter().map(|end| (end, None)).collect();
    if alone {
        // A lone layer has nothing of its own to lean on: no rule asks it to.
        let has_taps = |&layer: &usize| {
            let axes = network.layers[layer].op.axes;
            axes.iter()
                .any(|op| matches!(op, AxisOp::Window(w) if w.kernel.get() > 1))
        };
        let several =
            |stage: &&Stage| stage.layers.iter().filter(|layer| has_taps(layer)).count() > 1;
        for stage in network.stages.iter().filter(several) {
            let inside = stage.layers.iter().copied().filter(|&l| runs.ends_run(l));
            let own = inside.map(RunEnd::Layer).chain([RunEnd::Map(stage.output)]);
            ends.extend(own.map(|end| (end, Some(stage.input))));
        }
    }
    let mut found = HashSet::new();
    let mut list = Vec::new();
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
                let way = by_step(way);
                let has_place = way.iter().any(|part| matches!(part.step, Step::Place(_)));
                if has_place && list.len() < MOST_WAYS && found.insert(way.clone()) {
                    list.push(way);
                }
            }
        }
    }
    list
}

struct Walk<'a> {
    network: &'a Network,
    runs: &'a Runs<'a>,
    place_of: &'a HashMap<(usize, usize), usize>,
    axis: usize,
    scope: Option<MapId>,
}

impl Walk<'_> {
    fn back_from(&self, end: RunEnd) -> Vec<Way> {
        let mut done = Vec::new();
        let mut open: Vec<(MapId, Way)> = match end {
            RunEnd::Map(map) => vec![(map, Way::new())],
            RunEnd::Layer(layer) => {
                let inputs = &self.network.layers[layer].inputs;
                let starts = self
                    .parts(layer)
                    .into_iter()
                    .map(|part| part.into_iter().collect());
                starts
                    .flat_map(|way: Way| inputs.iter().map(move |&map| (map, way.clone())))
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
            if matches!(layer.op.kind, OpKind::Add | OpKind::Concat) {
                match self.runs.covering_input(map) {
                    Some(covering) => open.push((covering, way)),
                    None if done.len() + open.len() < MOST_WAYS => {
                        open.extend(layer.inputs.iter().map(|&input| (input, way.clone())));
                    }
                    None => {}
                }
                continue;
            }
            way.extend(self.parts(index).into_iter().flatten());
            if let Some(&input) = layer.inputs.first() {
                open.push((input, way));
            }
        }
        done
    }

    /// Whether a layer keeps the resolution along the axis.
    fn keeps(&self, layer: usize) -> bool {
        let op = &self.network.layers[layer].op;
        let jump = op.axes[self.axis].jump();
        op.kind != OpKind::GlobalPool && jump.numer() == jump.denom()
    }

    /// The taps of a layer, for each of its output phases; none for a single tap.
    fn parts(&self, index: usize) -> Vec<Option<Part>> {
        let part = |taps: i64, step: Step| (taps > 1).then_some(Part { taps, step });
        match self.network.layers[index].op.axes[self.axis] {
            AxisOp::Window(window) => {
                let step = match self.place_of.get(&(index, self.axis)) {
                    Some(&place) => Step::Place(place),
                    None => Step::Fixed(window.dilation.into()),
                };
                vec![part(window.kernel.into(), step)]
            }
            ref op @ AxisOp::Transposed(_) => phases(op)
                .into_iter()
                .map(|Phase { comb, .. }| part(comb.taps, Step::Fixed(comb.step)))
                .collect(),
            _ => vec![None],
        }
    }
}

/// The same way with one part for each step: layers of one step reach as far as one that has all their taps.
fn by_step(mut way: Way) -> Way {
    way.sort_unstable_by_key(|part| (part.step, part.taps));
    let same_step = way.chunk_by(|a, b| a.step == b.step);
    let joined = same_step.map(|parts| Part {
        taps: 1 + parts.iter().map(|part| part.taps - 1).sum::<i64>(),
        step: parts[0].step,
    });
    joined.collect()
}

/// Positions that the decided layers of a way cover in a row: the most that the next step may be.
pub(super) fn reach(way: &Way, values: &[Option<i64>]) -> i64 {
    let mut decided: Vec<(i64, i64)> = way
        .iter()
        .filter_map(|part| match part.step {
            Step::Fixed(step) => Some((step, part.taps)),
            Step::Place(place) => values[place].map(|step| (step, part.taps)),
        })
        .collect();
    decided.sort_unstable();
    decided
        .into_iter()
        .try_fold(1_i64, |reach, (step, taps)| {
            if step > reach {
                return Err(reach);
            }
            Ok(reach.saturating_add((taps - 1).saturating_mul(step)))
        })
        .unwrap_or_else(|reach| reach)
}

/// How values are chosen, from the strictest to the loosest.
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
    pub(super) const ALL: [Self; 5] = [
        Self {
            alone: true,
            rising: true,
            published: true,
        },
        Self {
            alone: true,
            rising: true,
            published: false,
        },
        Self {
            alone: true,
            rising: false,
            published: false,
        },
        Self {
            alone: false,
            rising: true,
            published: false,
        },
        Self {
            alone: false,
            rising: false,
            published: false,
        },
    ];
}

/// The largest values, one place after the other in `order`, that the ways allow, none above `cap`.
///
/// Each place gets the reach of what is decided on its ways so far. Along a chain of equal kernels nothing reaches further: every layer
/// multiplies the reach, and layers that stay are counted as soon as they are in reach.
pub(super) fn widest(
    lines: &[Line],
    ways: &[Way],
    order: &[usize],
    mode: Mode,
    cap: i64,
) -> Vec<i64> {
    let mut values: Vec<Option<i64>> = vec![None; lines.len()];
    for &index in order {
        let on_it = |way: &&Way| way.iter().any(|part| part.step == Step::Place(index));
        let within = ways
            .iter()
            .filter(on_it)
            .map(|way| reach(way, &values))
            .min();
        // What is on no way has a single tap: its dilation says nothing.
        let mut most = within.unwrap_or(1).min(cap);
        if mode.rising {
            let line = lines[index].bounds(&values, mode.published);
            most = most
                .min(line.most)
                .min(cap.saturating_sub(line.to_come))
                .max(line.least.min(cap));
            most = most.min(within.unwrap_or(1));
        }
        values[index] = Some(most.max(1));
    }
    values.into_iter().map(|value| value.unwrap_or(1)).collect()
}
