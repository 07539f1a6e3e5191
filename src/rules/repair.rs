//! Values that pass: the nearest repairs that a finding offers, each checked before it is offered.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use crate::footprint::{AxisChain, Comb, RunEnd, RunVerdict, Runs, Sight, exact};
use crate::network::{AxisOp, Dilation, MapId, Network, Op, OpKind, Origin, PerAxis, Window};

use super::judgement::{Change, Help, list};
use super::schedule::lines;
use super::{Facts, StageFacts};

/// A network with other dilations, entry by entry. Nothing is copied until the network itself is asked for.
pub struct Trial<'a> {
    network: &'a Network,
    /// Operations of each entry that was changed.
    changed: BTreeMap<Origin, Op>,
}

impl<'a> Trial<'a> {
    /// Nothing changed yet.
    #[must_use]
    pub fn new(network: &'a Network) -> Self {
        Self {
            network,
            changed: BTreeMap::new(),
        }
    }

    /// A copy of the network as it is now.
    #[must_use]
    pub fn network(&self) -> Network {
        let mut network = self.network.clone();
        for layer in &mut network.layers {
            if let Some(op) = self.changed.get(&layer.origin) {
                layer.op = *op;
            }
        }
        network
    }

    /// What was changed.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        let dilations = |op: &Op| {
            op.axes.map(|op| match op {
                AxisOp::Window(w) => i64::from(w.dilation),
                _ => 1,
            })
        };
        self.changed
            .iter()
            .map(|(&origin, op)| Change {
                origin,
                dilation: dilations(op),
            })
            .collect()
    }

    fn op(&self, layer: usize) -> &Op {
        let layer = &self.network.layers[layer];
        self.changed.get(&layer.origin).unwrap_or(&layer.op)
    }

    /// Gives all layers of an entry another dilation along the axes on which `layer` has the same one as along `axis`
    /// (a number for all axes stays one). Their taps stay where they were centred.
    ///
    /// `None` for a layer without a dilation, or a dilation outside of its range.
    pub fn set(&mut self, layer: usize, axis: usize, dilation: i64) -> Option<()> {
        let value = Dilation::new(i128::from(dilation)).ok()?;
        let mut op = *self.op(layer);
        let AxisOp::Window(old) = op.axes[axis] else {
            return None;
        };
        for op in op.axes.iter_mut() {
            if let AxisOp::Window(window) = op
                && window.dilation == old.dilation
            {
                dilate(window, value);
            }
        }
        self.changed.insert(self.network.layers[layer].origin, op);
        Some(())
    }

    fn dilation(&self, layer: usize, axis: usize) -> i64 {
        match self.op(layer).axes[axis] {
            AxisOp::Window(w) => w.dilation.into(),
            _ => 1,
        }
    }

    /// The combs of an axis of a chain, dilations as they are now.
    fn combs(&self, chain: &AxisChain, axis: usize) -> Vec<Comb> {
        chain
            .layers
            .iter()
            .map(|l| match self.op(l.layer).axes[axis] {
                AxisOp::Window(w) => Comb {
                    taps: w.kernel.into(),
                    step: w.dilation.into(),
                },
                _ => l.comb,
            })
            .collect()
    }
}

/// Gives a layer another dilation along one axis. Its padding moves so that the map keeps its size and the taps stay where they were
/// centred; none stays none, and so does padding that could not shrink as far.
pub(crate) fn dilate(window: &mut Window, dilation: Dilation) {
    let (low, high) = (window.low, window.high);
    let old = i64::from(window.dilation);
    let before = window.extent() - 1;
    window.dilation = dilation;
    let after = window.extent() - 1;
    let total = low + high + after - before;
    if total < 0 || (low, high) == (0, 0) {
        return;
    }
    let is_same = low == before / 2 && high == before - low;
    window.low = if low + high == before && low % old == 0 && !is_same {
        // The tap that reads an output's own position, the last of a causal layer, still does.
        low / old * i64::from(dilation)
    } else {
        (low + after / 2 - before / 2).clamp(0, total)
    };
    window.high = total - window.low;
}

/// Most rounds of clamping, and most caps tried.
const MOST_ROUNDS: usize = 200;

/// Most work that one search for a repair may do, in layers and words of what they cover.
const MOST_WORK: usize = 3_000_000;

/// How many rounds a repair may take where each costs so much.
fn rounds(cost: usize) -> usize {
    (MOST_WORK / cost.max(1)).clamp(2, MOST_ROUNDS)
}

/// Dilations with which a run has no gridding: finest first, each dilation out of reach is clamped to the reach of the finer layers.
/// Where the run is no chain, the largest dilations are lowered together. `None` where neither helps.
#[must_use]
pub fn without_gridding(
    network: &Network,
    end: RunEnd,
    scope: Option<MapId>,
    sight: &Sight,
) -> Option<Vec<Change>> {
    let mut trial = Trial::new(network);
    match sight {
        Sight::Chain(axes) => {
            let layers: usize = axes.iter().map(|a| a.layers.len()).sum();
            for _ in 0..rounds(layers) {
                let fault = axes.iter().enumerate().find_map(|(axis, chain)| {
                    let fault = exact(&trial.combs(chain, axis)).fault?;
                    Some((chain.layers[fault.index].layer, axis, fault.reach))
                });
                let Some((layer, axis, reach)) = fault else {
                    return (!trial.changed.is_empty()).then(|| trial.changes());
                };
                trial.set(layer, axis, reach)?;
            }
            None
        }
        Sight::Joint { layers, .. } => {
            let passes = |network: &Network| {
                let sight = Runs::new(network).sight(end, scope);
                !sight.has_gridding() && !matches!(sight, Sight::Undecided(_))
            };
            capped_within(network, layers, rounds(sight.cost()), passes)
        }
        Sight::Undecided(_) => None,
    }
}

/// The same for several runs at once, the first at fault first: where a repair of one opens holes in another, that one is repaired
/// too. `None` where that comes to no end.
#[must_use]
pub fn all_without_gridding(
    network: &Network,
    ends: &[RunEnd],
    scope: Option<MapId>,
) -> Option<Vec<Change>> {
    let mut changes: BTreeMap<Origin, PerAxis<i64>> = BTreeMap::new();
    let mut candidate = Cow::Borrowed(network);
    for _ in 0..rounds(network.layers.len() * ends.len()) {
        let runs = Runs::new(&candidate);
        let fault = ends.iter().find_map(|&end| {
            if scope.is_none() && runs.verdict(end) == RunVerdict::Clean {
                return None;
            }
            let sight = runs.sight(end, scope);
            sight.has_gridding().then_some((end, sight))
        });
        let Some((end, sight)) = fault else {
            return (!changes.is_empty()).then(|| changes_of(&changes));
        };
        let more = without_gridding(&candidate, end, scope, &sight)?;
        candidate = Cow::Owned(changed(&candidate, &more));
        changes.extend(more.iter().map(|c| (c.origin, c.dilation)));
    }
    None
}

fn changes_of(changes: &BTreeMap<Origin, PerAxis<i64>>) -> Vec<Change> {
    let changes = changes.iter();
    changes
        .map(|(&origin, &dilation)| Change { origin, dilation })
        .collect()
}

/// The layers with the largest dilations lowered together to the greatest cap with which `passes` holds.
pub fn capped(
    network: &Network,
    layers: &[usize],
    passes: impl Fn(&Network) -> bool,
) -> Option<Vec<Change>> {
    capped_within(network, layers, rounds(network.layers.len() * 8), passes)
}

/// The same with so many caps tried at most.
fn capped_within(
    network: &Network,
    layers: &[usize],
    most: usize,
    passes: impl Fn(&Network) -> bool,
) -> Option<Vec<Change>> {
    let trial = Trial::new(network);
    let largest = layers
        .iter()
        .flat_map(|&l| (0..network.dims).map(move |a| (l, a)))
        .map(|(l, a)| trial.dilation(l, a))
        .max()?;
    caps(largest, most).into_iter().find_map(|cap| {
        let mut trial = Trial::new(network);
        for &layer in layers {
            for axis in 0..network.dims {
                if trial.dilation(layer, axis) > cap {
                    trial.set(layer, axis, cap)?;
                }
            }
        }
        passes(&trial.network()).then(|| trial.changes())
    })
}

/// Caps to try below a dilation, the last of them 1: every one below a small dilation, ever wider steps below a large one, as wide as it
/// takes to need no more than `most`.
pub(crate) fn caps(largest: i64, most: usize) -> Vec<i64> {
    let mut caps = Vec::new();
    for share in [32, 8, 2, 1] {
        caps.clear();
        let mut cap = largest - 1;
        while cap >= 1 && caps.len() <= most {
            caps.push(cap);
            cap -= (cap / share).max(1);
        }
        if caps.len() <= most {
            break;
        }
    }
    caps.truncate(most);
    if largest > 1 && caps.last() != Some(&1) {
        caps.push(1);
    }
    caps
}

/// Changes as a person would write them into the file: the lists of the stages that they touch.
#[must_use]
pub fn written(network: &Network, changes: &[Change]) -> String {
    let stages: Vec<usize> = (0..network.stages.len()).collect();
    written_in(network, &stages, changes)
}

/// The same where they lie in some stages.
pub(crate) fn written_in(network: &Network, among: &[usize], changes: &[Change]) -> String {
    let mut stages: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let news: HashMap<Origin, PerAxis<i64>> =
        changes.iter().map(|c| (c.origin, c.dilation)).collect();
    for &stage in among {
        let mut layers = network.layers[network.stages[stage].layers.clone()].iter();
        if layers.any(|layer| news.contains_key(&layer.origin)) {
            stages.insert(stage, Vec::new());
        }
    }
    for (&stage, words) in &mut stages {
        let range = network.stages[stage].layers.clone();
        let own = network.layers[range]
            .iter()
            .filter(|l| l.place.repetition == 0 && l.op.kind == OpKind::Conv);
        for layer in own {
            let old = layer.op.axes.map(|op| match op {
                AxisOp::Window(w) => i64::from(w.dilation),
                _ => 1,
            });
            let values = news.get(&layer.origin).copied().unwrap_or(old);
            let same = values.iter().all(|v| *v == values[0]);
            words.push(if same {
                values[0].to_string()
            } else {
                format!("[{}]", itertools::join(&values[..], ", "))
            });
        }
    }
    let alone = network.stages.len() == 1;
    let parts = stages.iter().map(|(&stage, words)| {
        let dilations = format!("dilations {}", list(words));
        if alone {
            dilations
        } else {
            format!("{dilations} in \"{}\"", network.stages[stage].name)
        }
    });
    let more = parts.len().saturating_sub(MOST_STAGES);
    let told = itertools::join(parts.take(MOST_STAGES), " and ");
    match more {
        0 => told,
        1 => format!("{told} and those of 1 more stage"),
        more => format!("{told} and those of {more} more stages"),
    }
}

/// Most stages whose dilations a message lists.
const MOST_STAGES: usize = 8;

/// A stage with smaller dilations, its own schedule without holes if it can be, that satisfies `passes`.
#[must_use]
pub fn stage_rewritten(
    facts: &Facts<'_>,
    stage: &StageFacts,
    passes: impl Fn(&Network, &StageLines) -> bool,
) -> Option<Help> {
    if !facts.may_repair() {
        return None;
    }
    let network = facts.network;
    let own = &network.stages[stage.index];
    let mut tries: Vec<Vec<Change>> = Vec::new();
    if stage.alone_has_gridding() {
        tries.extend(all_without_gridding(network, &stage.ends, Some(own.input)));
    }
    let ok = |candidate: &Network| {
        let lines = StageLines {
            lines: lines(candidate, &candidate.stages[stage.index]),
        };
        passes(candidate, &lines)
    };
    tries.retain(|changes| ok(&changed(network, changes)));
    let changes = match tries.pop() {
        Some(changes) => changes,
        None => capped(network, &stage.layers, ok)?,
    };
    Some(Help {
        text: format!("{} pass", written(network, &changes)),
        changes,
    })
}

/// The lines of a changed stage.
#[derive(Debug)]
pub struct StageLines {
    /// Its convolutions in a row.
    pub lines: Vec<super::schedule::Line>,
}

/// A stage with its own dilations in rising order: it covers the same positions.
#[must_use]
pub fn stage_sorted(
    facts: &Facts<'_>,
    stage: &StageFacts,
    passes: impl Fn(&Network, &StageLines) -> bool,
) -> Option<Help> {
    if !facts.may_repair() {
        return None;
    }
    let network = facts.network;
    let range = network.stages[stage.index].layers.clone();
    let mut trial = Trial::new(network);
    let entries: Vec<usize> = range
        .filter(|&l| {
            network.layers[l].place.repetition == 0
                && stage.lines.iter().any(|line| line.layers.contains(&l))
        })
        .collect();
    for axis in 0..network.dims {
        let of = |l: &usize| trial.dilation(*l, axis);
        let mut sorted: Vec<i64> = entries.iter().map(of).collect();
        sorted.sort_unstable();
        for (&layer, dilation) in entries.iter().zip(sorted) {
            if trial.dilation(layer, axis) != dilation {
                trial.set(layer, axis, dilation)?;
            }
        }
    }
    let candidate = &trial.network();
    let lines = StageLines {
        lines: lines(candidate, &candidate.stages[stage.index]),
    };
    let changes = trial.changes();
    (!changes.is_empty() && passes(candidate, &lines)).then(|| Help {
        text: format!(
            "{} are one rising tooth and cover the same positions",
            written(network, &changes)
        ),
        changes,
    })
}

/// A copy of a network with changes made.
#[must_use]
pub fn changed(network: &Network, changes: &[Change]) -> Network {
    let mut network = network.clone();
    let news: BTreeMap<Origin, PerAxis<i64>> =
        changes.iter().map(|c| (c.origin, c.dilation)).collect();
    for layer in &mut network.layers {
        let Some(new) = news.get(&layer.origin) else {
            continue;
        };
        for (op, &new) in layer.op.axes.iter_mut().zip(new.iter()) {
            // Changes were made by a trial in the first place: they are in range.
            if let (AxisOp::Window(window), Ok(new)) = (op, Dilation::new(i128::from(new)))
                && window.dilation != new
            {
                dilate(window, new);
            }
        }
    }
    network
}
