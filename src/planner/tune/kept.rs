//! The receptive field that a change keeps: of each output of the network as much as it sees now, or as the target asks where that is less.
//!
//! Along an axis the receptive field is linear in the dilations where one way back to the input spans all others, and nothing is resampled
//! on it between the layers that change and the input. Then a sum tells whether it is kept, and bounds what is left to try.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::fmt;

use num_integer::Integer;

use crate::footprint::{Runs, receptive_field_beside_pools};
use crate::network::{AxisOp, Knob, MapId, Network, PerAxis, times, whole};

use super::candidate::{knob_of, reads_itself};
use super::chain::{Chain, Now, add, sum};

/// What each output of a network must see of its input. Of an output behind a global pool it is what the pool reads.
#[derive(Clone, Debug)]
pub(super) struct Asked(Vec<Seen>);

/// An output, what it sees now, and the least that it must see.
#[derive(Clone, Debug)]
struct Seen {
    map: MapId,
    now: PerAxis<i64>,
    least: PerAxis<i64>,
}

/// A sum of dilations that must not fall below a number: a receptive field along one axis.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Form {
    /// Knobs, each once, in order, with the input positions that each unit of them adds.
    pub weights: Vec<(usize, i64)>,
    /// The least that the sum may be.
    pub least: i64,
}

/// What must hold of some knobs so that the receptive field is kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    /// Outputs and axes for which a sum tells.
    pub forms: Vec<Form>,
    /// The other outputs: a look at the network tells.
    walked: Vec<(MapId, PerAxis<i64>)>,
    /// What looks at the network told, where larger dilations never see less.
    told: Option<RefCell<Told>>,
}

/// Values with which all is seen, and values with which it is not.
#[derive(Clone, Debug, Default)]
struct Told {
    seen: Vec<Vec<i64>>,
    missed: Vec<Vec<i64>>,
}

/// A receptive field that a change makes smaller, in input positions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shrink {
    /// What the output saw, per axis.
    pub from: Vec<i64>,
    /// What it sees with the change.
    pub to: Vec<i64>,
    /// The stage of the output, where the network has several.
    pub output: Option<String>,
    /// Whether it is proved that no change keeps the receptive field.
    pub is_proved: bool,
}

/// Most maps on the ways to all outputs that are walked to see what is kept.
const MOST_WALKED: usize = 1 << 22;

/// What is asked of a network, worked out when it is first needed: most networks have nothing to fix.
pub(super) struct Lazily<'a> {
    network: &'a Network,
    target: Option<PerAxis<i64>>,
    asked: OnceCell<Option<Asked>>,
}

impl<'a> Lazily<'a> {
    pub(super) fn new(network: &'a Network, target: Option<PerAxis<i64>>) -> Self {
        Self {
            network,
            target,
            asked: OnceCell::new(),
        }
    }

    /// `None` where outputs and ways to them are too many.
    pub(super) fn get(&self) -> Option<&Asked> {
        let asked = self.asked.get_or_init(|| {
            let ends = ends(self.network);
            let ways = ends
                .iter()
                .flat_map(|&end| self.network.ancestors([end], |_, _| true));
            let is_small = ways.take(MOST_WALKED).count() < MOST_WALKED;
            is_small.then(|| Asked::at(self.network, ends, self.target.as_ref()))
        });
        asked.as_ref()
    }
}

impl Asked {
    /// What some maps must see.
    pub(super) fn at(
        network: &Network,
        maps: impl IntoIterator<Item = MapId>,
        target: Option<&PerAxis<i64>>,
    ) -> Self {
        let asked = |map: MapId| {
            let now = receptive_field_beside_pools(network, MapId::INPUT, map)?;
            let least =
                |axis: usize| target.map_or(now[axis], |target| target[axis].min(now[axis]));
            let least = PerAxis::from_fn(network.dims, least);
            Some(Seen { map, now, least })
        };
        Self(maps.into_iter().filter_map(asked).collect())
    }

    /// Whether some output of a network with other numbers sees less than it did.
    pub(super) fn is_less(&self, network: &Network) -> bool {
        let mut asked = self.0.iter();
        asked.any(|asked| missed(network, asked.map, &asked.now).is_some())
    }

    /// Whether a network with other numbers sees it all.
    pub(super) fn is_seen(&self, network: &Network) -> bool {
        self.missed(network).is_none()
    }

    /// The first output that sees less than is asked, with what it sees.
    fn missed(&self, network: &Network) -> Option<(&Seen, PerAxis<i64>)> {
        let mut asked = self.0.iter();
        asked.find_map(|asked| missed(network, asked.map, &asked.least).map(|seen| (asked, seen)))
    }

    /// What becomes smaller in a changed network; `None` where the receptive field is kept.
    pub(super) fn shrink(&self, old: &Network, new: &Network, is_proved: bool) -> Option<Shrink> {
        let (&Seen { map, now, .. }, seen) = self.missed(new)?;
        let output = old.stages.iter().find(|stage| stage.output == map);
        let is_only = old.outputs.len() == 1 && old.outputs[0] == map;
        Some(Shrink {
            from: now.to_vec(),
            to: seen.to_vec(),
            output: output.filter(|_| !is_only).map(|stage| stage.name.clone()),
            is_proved,
        })
    }
}

impl Kept {
    pub(super) fn new(network: &Network, runs: &Runs<'_>, knobs: &[&Knob], asked: &Asked) -> Self {
        let knob_of = knob_of(knobs);
        let mut kept = Self::default();
        let mut forms = BTreeSet::new();
        let reached = after(network, knobs);
        for &Seen { map, now, least } in asked.0.iter().filter(|seen| reached[seen.map.0]) {
            let own: Option<Vec<Form>> = (0..network.dims)
                .map(|axis| {
                    let weights = weights(network, runs, map, axis, &knob_of)?;
                    let numbers = weights.iter();
                    let sum: i64 = numbers
                        .map(|&(knob, weight)| weight * knobs[knob].value.unwrap_or(1))
                        .sum();
                    Some(Form {
                        least: sum - (now[axis] - least[axis]),
                        weights,
                    })
                })
                .collect();
            match own {
                Some(own) => forms.extend(own.into_iter().filter(|form| !form.weights.is_empty())),
                None => kept.walked.push((map, least)),
            }
        }
        kept.forms.extend(forms);
        kept.told = only_widens(network, knobs).then(RefCell::default);
        kept
    }

    /// Whether a look at the network is needed, and larger dilations never see less.
    pub(super) fn is_monotone(&self) -> bool {
        !self.walked.is_empty() && self.told.is_some()
    }

    /// Whether nothing has to be looked at but sums.
    pub(super) fn is_linear(&self) -> bool {
        self.walked.is_empty()
    }

    /// Whether knobs at some values keep the receptive field. `with` looks at the network that has them.
    pub(super) fn holds(
        &self,
        values: &[i64],
        with: impl FnOnce(&dyn Fn(&Network) -> bool) -> bool,
    ) -> bool {
        if self.forms.iter().any(|form| form.missing(values) > 0) {
            return false;
        }
        if self.walked.is_empty() {
            return true;
        }
        let told = self.told.as_ref();
        if let Some(holds) = told.and_then(|told| told.borrow().of(values)) {
            return holds;
        }
        let holds = with(&|network| {
            let mut walked = self.walked.iter();
            walked.all(|(map, least)| missed(network, *map, least).is_none())
        });
        if let Some(told) = told {
            told.borrow_mut().add(values, holds);
        }
        holds
    }
}

/// Most values of either kind that are remembered.
const MOST_TOLD: usize = 64;

impl Told {
    /// What follows from what is known: larger values see as much, smaller ones no more.
    fn of(&self, values: &[i64]) -> Option<bool> {
        if self.seen.iter().any(|seen| are_within(seen, values)) {
            return Some(true);
        }
        let is_less = self.missed.iter().any(|missed| are_within(values, missed));
        is_less.then_some(false)
    }

    fn add(&mut self, values: &[i64], holds: bool) {
        let list = if holds {
            self.seen.retain(|seen| !are_within(values, seen));
            &mut self.seen
        } else {
            self.missed.retain(|missed| !are_within(missed, values));
            &mut self.missed
        };
        if list.len() == MOST_TOLD {
            list.remove(0);
        }
        list.push(values.to_vec());
    }
}

/// Whether no value is above its counterpart.
fn are_within(values: &[i64], others: &[i64]) -> bool {
    values
        .iter()
        .zip(others)
        .all(|(value, other)| value <= other)
}

/// Whether each output of the layers that knobs set reads from no later a first position to no earlier a last one when a dilation grows. Padding
/// that is carried along grows on both sides; where it could not shrink as far as a dilation does, it stays, and then moves at once.
fn only_widens(network: &Network, knobs: &[&Knob]) -> bool {
    knobs.iter().all(|knob| {
        let mut axes = knob.layers.iter().flat_map(|&layer| {
            let op = &network.layers[layer].op;
            knob.axes.clone().map(move |axis| op.axes[axis])
        });
        axes.all(|op| match op {
            AxisOp::Window(window) => {
                let lost = window.extent() - i64::from(window.kernel);
                (window.low, window.high) == (0, 0) || window.low + window.high >= lost
            }
            _ => false,
        })
    })
}

impl Form {
    /// Input positions per unit of a chain's extent, where all of the chain's knobs add to the sum as they add to the extent.
    pub(super) fn jump(&self, chain: &Chain) -> Option<i64> {
        let jump = |&(knob, weight): &(usize, i64)| {
            let at = self.weights.binary_search_by_key(&knob, |&(own, _)| own);
            let own = self.weights[at.ok()?].1;
            (own % weight == 0).then_some(own / weight)
        };
        let mut jumps = chain.free.iter().map(jump);
        let first = jumps.next()??;
        jumps.all(|jump| jump == Some(first)).then_some(first)
    }

    /// The least that the extent of a chain may be, where the chain has all knobs of the sum; 1 where it says nothing of it.
    pub(super) fn least_of(&self, chain: &Chain) -> i64 {
        let is_all = chain.free.len() == self.weights.len();
        let Some(jump) = self.jump(chain).filter(|_| is_all) else {
            return 1;
        };
        let fixed: i64 = chain.fixed.iter().map(|(step, weight)| step * weight).sum();
        1 + fixed + Integer::div_ceil(&self.least, &jump)
    }

    /// How much the sum misses with the knobs at some values; below 0 where it is more.
    pub(super) fn missing(&self, values: &[i64]) -> i64 {
        self.least - sum(&self.weights, values)
    }

    /// Whether the sum can still be reached: the knobs without a value change by `left` in all.
    pub(super) fn may_hold(&self, now: Now<'_>, values: &[Option<i64>], left: i64) -> bool {
        let (sum, heaviest) = now.sum(&self.weights, values, left);
        sum + heaviest >= self.least
    }
}

impl fmt::Display for Shrink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_one = |values: &[i64]| values.iter().all(|value| *value == values[0]);
        let (from, to) = if is_one(&self.from) && is_one(&self.to) {
            (self.from[0].to_string(), self.to[0].to_string())
        } else {
            (times(&self.from), times(&self.to))
        };
        write!(f, "shrinks the receptive field ")?;
        if let Some(output) = &self.output {
            write!(f, "of \"{output}\" ")?;
        }
        write!(f, "from {from} to {to}")
    }
}

/// What a map sees, where that is less than is asked.
fn missed(network: &Network, map: MapId, least: &PerAxis<i64>) -> Option<PerAxis<i64>> {
    let seen = receptive_field_beside_pools(network, MapId::INPUT, map)?;
    let mut pairs = seen.iter().zip(least.iter());
    pairs.any(|(seen, least)| seen < least).then_some(seen)
}

/// The outputs and the maps that nothing reads, and for those behind global pools what the pools read.
fn ends(network: &Network) -> BTreeSet<MapId> {
    let behind = |map: MapId, _| !network.has_position(map);
    let readers = network.readers();
    let unread = (1..readers.len()).filter(|&map| readers[map].is_empty());
    let outputs = network.outputs.iter().copied();
    let ways = network.ancestors(outputs.chain(unread.map(MapId)), behind);
    ways.filter(|&map| network.has_position(map)).collect()
}

/// For each map whether it is computed from a layer that a knob sets.
fn after(network: &Network, knobs: &[&Knob]) -> Vec<bool> {
    let mut reached = vec![false; network.maps.len()];
    for &layer in knobs.iter().flat_map(|knob| &knob.layers) {
        reached[layer + 1] = true;
    }
    for (index, layer) in network.layers.iter().enumerate() {
        reached[index + 1] |= layer.inputs.iter().any(|input| reached[input.0]);
    }
    reached
}

/// What each unit of the knobs adds to the receptive field of a map along an axis; `None` where that is not all there is to it.
fn weights(
    network: &Network,
    runs: &Runs<'_>,
    mut map: MapId,
    axis: usize,
    knob_of: &HashMap<(usize, usize), usize>,
) -> Option<Vec<(usize, i64)>> {
    let mut weights: Vec<(usize, i64)> = Vec::new();
    let (mut has_merge, mut is_steady) = (false, true);
    while let Some(index) = map.layer() {
        let op = &network.layers[index].op;
        let input = runs.before(map)?;
        has_merge |= op.kind.is_merge();
        let sets = |axis: usize| knob_of.get(&(index, axis));
        match op.axes[axis] {
            AxisOp::Window(window) => {
                let taps = i64::from(window.kernel) - 1;
                if let Some(&knob) = sets(axis).filter(|_| taps > 0) {
                    let jump = whole(network.facts(input).position?[axis].jump)?;
                    add(&mut weights, knob, taps * jump);
                }
            }
            AxisOp::Same | AxisOp::Crop(_) => {}
            // What is resampled is rounded.
            _ if !weights.is_empty() => return None,
            _ => {}
        }
        is_steady &= op.axes.iter().enumerate().all(|(axis, op)| match op {
            AxisOp::Window(window) => sets(axis).is_none() || reads_itself(window),
            _ => true,
        });
        map = input;
    }
    (is_steady || !has_merge).then_some(weights)
}
