//! Values that pass: the nearest repairs that a finding offers, each checked before it is offered.

mod cap;
mod stage;
mod trial;
mod wording;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::footprint::{RunEnd, RunFootprint, RunVerdict, Runs, exact};
use crate::network::{AxisOp, Dilation, MapId, Network, PerAxis};

use super::judgement::Change;

pub use cap::capped;
#[cfg(feature = "toml")]
pub(crate) use cap::caps;
pub use stage::{StageLines, stage_rewritten, stage_sorted};
pub use trial::Trial;
pub(crate) use trial::dilate;
pub use wording::written;
#[cfg(feature = "toml")]
pub(crate) use wording::written_in;

use cap::capped_within;

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
    footprint: &RunFootprint,
) -> Option<Vec<Change>> {
    let mut trial = Trial::new(network);
    match footprint {
        RunFootprint::Chain(axes) => {
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
        RunFootprint::Branches { layers, .. } => {
            let passes = |network: &Network| {
                let footprint = Runs::new(network).run_footprint(end, scope);
                !footprint.has_gridding() && !matches!(footprint, RunFootprint::TooLarge(_))
            };
            capped_within(network, layers, rounds(footprint.cost()), passes)
        }
        RunFootprint::TooLarge(_) => None,
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
    let mut changes: BTreeMap<usize, PerAxis<i64>> = BTreeMap::new();
    let mut candidate = Cow::Borrowed(network);
    for _ in 0..rounds(network.layers.len() * ends.len()) {
        let runs = Runs::new(&candidate);
        let fault = ends.iter().find_map(|&end| {
            if scope.is_none() && runs.verdict(end) == RunVerdict::Clean {
                return None;
            }
            let footprint = runs.run_footprint(end, scope);
            footprint.has_gridding().then_some((end, footprint))
        });
        let Some((end, footprint)) = fault else {
            return (!changes.is_empty()).then(|| changes_of(&changes));
        };
        let more = without_gridding(&candidate, end, scope, &footprint)?;
        candidate = Cow::Owned(changed(&candidate, &more));
        changes.extend(more.iter().map(|c| (c.layer, c.dilation)));
    }
    None
}

fn changes_of(changes: &BTreeMap<usize, PerAxis<i64>>) -> Vec<Change> {
    let changes = changes.iter();
    changes
        .map(|(&layer, &dilation)| Change { layer, dilation })
        .collect()
}

/// A copy of a network with changes made.
#[must_use]
pub fn changed(network: &Network, changes: &[Change]) -> Network {
    let mut network = network.clone();
    let news: BTreeMap<usize, PerAxis<i64>> =
        changes.iter().map(|c| (c.layer, c.dilation)).collect();
    for layer in &mut network.layers {
        let Some(new) = news.get(&layer.original) else {
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
