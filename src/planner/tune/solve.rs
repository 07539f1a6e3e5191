//! The nearest values of some knobs with which a judge is content.

use std::collections::BTreeSet;

use crate::network::Network;

use super::chain::Chain;
use super::effort::Effort;
use super::judge::Judge;
use super::near::near;
use super::nearest::{Task, nearest};

/// Whether a change is the nearest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nearness {
    /// No smaller change passes.
    Proved {
        /// How much the numbers change in all.
        change: i64,
    },
    /// The work was used up before that was known.
    CutShort,
}

/// Values of the judge's knobs that pass, the nearest where the effort allows it. A receptive field that cannot be kept is given up.
pub(super) fn solve(
    network: &Network,
    judge: &mut Judge<'_>,
    effort: &mut Effort,
) -> Option<(Vec<i64>, Nearness)> {
    let found = once(network, judge, effort);
    if found.is_some() || judge.target.take().is_none() {
        return found;
    }
    once(network, judge, effort)
}

fn once(network: &Network, judge: &Judge<'_>, effort: &mut Effort) -> Option<(Vec<i64>, Nearness)> {
    let task = task(network, judge);
    // To look at the runs takes as long as a try does.
    effort.used(judge.cost(&task.now));
    let mut work = effort.next()?;
    let most = work.0;
    let found = if let Ok(found) = nearest(&task, &mut work, judge) {
        found.map(|(values, change)| (values, Nearness::Proved { change }))
    } else {
        effort.used(most);
        work.0 = most;
        near(&task, &mut work, judge).map(|values| (values, Nearness::CutShort))
    };
    effort.used(most - work.0);
    found
}

/// What can be said of the knobs without trying.
fn task(network: &Network, judge: &Judge<'_>) -> Task {
    let chains: BTreeSet<Chain> = judge.chains.union(&judge.open).cloned().collect();
    let extents = if chains.is_empty() {
        (0..network.dims)
            .map(|axis| weights(network, judge, axis))
            .collect()
    } else {
        chains.iter().map(|chain| chain.free.clone()).collect()
    };
    Task {
        now: judge.knobs.iter().filter_map(|knob| knob.value).collect(),
        chains: chains.into_iter().collect(),
        extents,
    }
}

/// The knobs that set an axis, with what each unit of them adds to it.
fn weights(network: &Network, judge: &Judge<'_>, axis: usize) -> Vec<(usize, i64)> {
    let knobs = judge.knobs.iter().enumerate();
    knobs
        .filter(|(_, knob)| knob.axes.contains(&axis))
        .map(|(index, knob)| (index, knob.weight(network, axis)))
        .collect()
}
