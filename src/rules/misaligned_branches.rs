//! `misaligned-branches`: merged maps of equal size and jump whose positions lie between each other's.

use std::collections::HashMap;

use itertools::Itertools;
use num_rational::Ratio;

use crate::network::{AxisOp, Layer, MapId, Network, OpKind, Stride};

use super::judgement::{Draft, Judgement, Part, Site, Verdict, along};
use super::rule::{Level, OptionKey};
use super::{Check, Facts, Numbers, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "misaligned-branches",
    level: Level::Warn,
    summary: "merged maps have different centres",
    page: include_str!("../../docs/rules/misaligned-branches.md"),
    options: &[OptionKey {
        name: MIN,
        least: 0.0,
        most: 1_000.0,
        default: 0.5,
    }],
    check: Check::Layer(check),
};

const MIN: &str = "min";

/// Maps that a merge reads and that do not lie on each other.
#[derive(Clone, Debug)]
pub(crate) struct Misaligned {
    /// The axes on which they lie furthest apart.
    pub axes: Vec<usize>,
    /// How far, in positions of the merged map.
    pub apart: Ratio<i128>,
    /// The maps that have positions along the first of these axes, each with the centre of its first one, in input positions.
    pub centres: Vec<(MapId, Ratio<i128>)>,
}

/// Whether a layer merges maps that do not lie on each other.
pub(crate) fn misaligned(network: &Network, layer: usize) -> Option<Misaligned> {
    let Layer { op, inputs, .. } = &network.layers[layer];
    if !op.kind.is_merge() {
        return None;
    }
    let centres = |axis: usize| -> Vec<(MapId, Ratio<i128>)> {
        let centre = |&map: &MapId| Some((map, network.facts(map).along(axis)?.centre));
        inputs.iter().filter_map(centre).collect()
    };
    let apart = |axis: usize| {
        let centres = centres(axis);
        let (first, _) = *centres.first()?;
        let all = || centres.iter().map(|(_, centre)| *centre);
        let apart = (all().max()? - all().min()?) / network.facts(first).along(axis)?.jump;
        let is_fault = *apart.numer() > 0 && !ends_agree(network, layer, axis);
        Some(apart).filter(|_| is_fault)
    };
    let apart: Vec<Option<Ratio<i128>>> = (0..network.dims).map(apart).collect();
    let furthest = apart.iter().flatten().max().copied()?;
    if are_slices(network, inputs) {
        return None;
    }
    let axes = (0..network.dims).filter(|&axis| apart[axis] == Some(furthest));
    let axes: Vec<usize> = axes.collect();
    Some(Misaligned {
        apart: furthest,
        centres: centres(axes[0]),
        axes,
    })
}

/// Whether all of the merged maps are slices of one map: its positions side by side as channels are meant to lie apart.
fn are_slices(network: &Network, maps: &[MapId]) -> bool {
    // A slice of each axis may be a layer of its own.
    let sliced = |mut map: MapId| {
        let mut is_slice = false;
        while let Some(layer) = network.writer(map).filter(|l| l.op.kind == OpKind::Slice) {
            (map, is_slice) = (layer.inputs[0], true);
        }
        is_slice.then_some(map)
    };
    let sources: Vec<_> = maps.iter().map(|&map| sliced(map)).collect();
    sources.iter().all(Option::is_some) && sources.iter().all_equal()
}

/// Whether the merged maps look back from one place: nothing but layers of stride 1 lies between them and the map from which they part, and
/// the last position that each reads there is the same. So it is where a layer without padding stands beside a crop that takes away what it
/// lost, as in a WaveNet.
fn ends_agree(network: &Network, merge: usize, axis: usize) -> bool {
    let inputs = &network.layers[merge].inputs;
    let Some(&earliest) = inputs.iter().min() else {
        return false;
    };
    // Most that lie apart come through a layer that strides or resamples: no need to look for where they part.
    let resamples = |&map: &MapId| {
        let behind = std::iter::successors(Some(map), |&map| network.before(map, |_| None));
        let own = behind.take_while(|map| *map > earliest);
        let mut ops = own.filter_map(|map| Some(&network.writer(map)?.op.axes[axis]));
        ops.any(|op| !matches!(op, AxisOp::Same) && last_tap(op).is_none())
    };
    if inputs.iter().any(resamples) {
        return false;
    }
    let start = network.dominator(MapId(merge + 1));
    let mut last: HashMap<MapId, Option<i64>> = HashMap::from([(start, Some(0))]);
    for map in network.slice(start, MapId(merge + 1), |_, _| true) {
        let Some(layer) = network.writer(map).filter(|_| map != start) else {
            continue;
        };
        // What lies before the map from which they part leads past a global pool.
        let read = layer.inputs.iter().filter_map(|input| last.get(input));
        let read: Option<Vec<i64>> = read.copied().collect();
        let end = read.and_then(|read| read.into_iter().max());
        let end = end.and_then(|end| Some(end + last_tap(&layer.op.axes[axis])?));
        last.insert(map, end);
    }
    let mut ends = inputs.iter().filter_map(|input| last.get(input));
    let Some(&Some(first)) = ends.next() else {
        return false;
    };
    ends.all(|end| *end == Some(first))
}

/// How far behind its own position a layer reads; `None` where it changes the resolution.
fn last_tap(op: &AxisOp) -> Option<i64> {
    match op {
        AxisOp::Window(w) if w.stride == Stride::ONE => Some(w.extent() - 1 - w.low),
        AxisOp::Crop(crop) => Some(crop.cut()),
        AxisOp::Pad(pad) => Some(-pad.low),
        AxisOp::Same => Some(0),
        _ => None,
    }
}

fn check(facts: &Facts<'_>, layer: usize, numbers: &Numbers<'_>) -> Option<Judgement> {
    let network = facts.network;
    let Layer { op, stage, .. } = &network.layers[layer];
    if !op.kind.is_merge() {
        return None;
    }
    let Some(found) = misaligned(network, layer) else {
        return Some(Judgement::plain(*stage, Verdict::Pass));
    };
    let part = match network.layers[layer].index {
        Some(_) => Part::Op,
        None => Part::From,
    };
    let names = Names {
        network,
        merge: layer,
    };
    let at = |(map, centre): &(MapId, Ratio<i128>)| format!("{} at {centre}", names.of(*map));
    let centre = |(_, centre): &&(MapId, Ratio<i128>)| *centre;
    let (low, high) = (
        found.centres.iter().min_by_key(centre)?.0,
        found.centres.iter().max_by_key(centre)?.0,
    );
    let (first, second) = (low.min(high), low.max(high));
    let draft = Draft::new(
        Site::layer(network, layer, part),
        format!(
            "{} are merged {} apart{}",
            names.of_both(first, second),
            share(found.apart),
            along(network, &found.axes)
        ),
        "merged here",
    )
    .note(format!(
        "centres of their first positions, in input positions: {}",
        itertools::join(found.centres.iter().map(at), ", ")
    ))
    .help("give each branch the same kernel, stride and padding where it strides, and (k−1)·d/2 on both sides elsewhere");
    let min = numbers.of(*stage, MIN);
    Some(Judgement::fail(
        *stage,
        if is_below(found.apart, min) {
            draft.mild()
        } else {
            draft
        },
    ))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "centres lie within fields of 2^40 positions, jumps within 2^20"
)]
fn is_below(apart: Ratio<i128>, min: f64) -> bool {
    (*apart.numer() as f64) < min * (*apart.denom() as f64)
}

/// A distance in positions of the merged map, in words.
fn share(apart: Ratio<i128>) -> String {
    match (apart.numer(), apart.denom()) {
        (1, 2) => "half a position".to_owned(),
        (1, 1) => "1 position".to_owned(),
        (numer, denom) if numer < denom => format!("{apart} of a position"),
        _ => format!("{apart} positions"),
    }
}

/// The maps that a merge reads, as its reader knows them: by their stages, or by their places in the list of branches.
struct Names<'n> {
    network: &'n Network,
    merge: usize,
}

impl Names<'_> {
    fn of(&self, map: MapId) -> String {
        let Layer { inputs, index, .. } = &self.network.layers[self.merge];
        if index.is_some() {
            return format!("branch {}", self.branch(map));
        }
        match self.network.writer(map) {
            // A residual sum reads what its block reads, and what it writes.
            _ if self.is_residual() && Some(&map) == inputs.iter().min() => {
                "the shortcut".to_owned()
            }
            None => "the input".to_owned(),
            Some(writer) => format!("\"{}\"", self.network.stages[writer.stage].name),
        }
    }

    fn of_both(&self, first: MapId, second: MapId) -> String {
        let Layer { stage, index, .. } = &self.network.layers[self.merge];
        let name = &self.network.stages[*stage].name;
        if index.is_some() {
            let (first, second) = (self.branch(first), self.branch(second));
            let (low, high) = (first.min(second), first.max(second));
            return format!("branches {low} and {high} of \"{name}\"");
        }
        if self.is_residual() {
            return format!("\"{name}\" and the shortcut around it");
        }
        format!("{} and {}", self.of(first), self.of(second))
    }

    /// Whether it sums what a stage reads and what it writes, rather than what it takes from other stages.
    fn is_residual(&self) -> bool {
        let stage = self.network.layers[self.merge].stage;
        self.network.stages[stage].input != MapId(self.merge + 1)
    }

    fn branch(&self, map: MapId) -> usize {
        let inputs = &self.network.layers[self.merge].inputs;
        inputs.iter().position(|input| *input == map).unwrap_or(0) + 1
    }
}
