//! The nearest values of some knobs with which a judge is content.

use std::collections::{BTreeSet, HashMap};

use crate::network::Network;

use super::chain::Chain;
use super::effort::{Effort, UsedUp};
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

/// Values that pass, and whether they are the nearest.
pub(super) type Solved = (Vec<i64>, Nearness);

/// Values of the judge's knobs that pass, the nearest where the effort allows it; `Ok(None)` where there are none, an error where none were
/// found before the work was used up. `prices` is what each unit of change counts, and
/// one part in `share` of the work of a search is used at the most.
pub(super) fn solve(
    network: &Network,
    judge: &Judge<'_>,
    prices: Vec<i64>,
    share: u64,
    effort: &mut Effort,
) -> Result<Option<Solved>, UsedUp> {
    let task = task(network, judge, prices);
    // To look at the runs takes as long as a try does.
    effort.used(judge.cost(&task.now));
    let mut work = effort.next().ok_or(UsedUp)?;
    work.0 /= share;
    let most = work.0;
    let found = if let Ok(found) = nearest(&task, &mut work, judge) {
        Ok(found.map(|(values, change)| (values, Nearness::Proved { change })))
    } else {
        effort.used(most);
        work.0 = most;
        let near = near(&task, &mut work, judge);
        near.map(|values| Some((values, Nearness::CutShort)))
    };
    effort.used(most - work.0);
    found
}

/// What can be said of the knobs without trying.
fn task(network: &Network, judge: &Judge<'_>, prices: Vec<i64>) -> Task {
    let chains: BTreeSet<Chain> = judge.chains.union(&judge.open).cloned().collect();
    let extents = if chains.is_empty() {
        (0..network.dims)
            .map(|axis| weights(network, judge, axis))
            .collect()
    } else {
        chains.iter().map(|chain| chain.free.clone()).collect()
    };
    let kept = judge.kept.as_ref();
    let kept = kept.map_or_else(Vec::new, |kept| kept.forms.clone());
    let least = |chain: &Chain| kept.iter().map(|form| form.least_of(chain)).max();
    let mut last: HashMap<(Option<usize>, usize, usize), usize> = HashMap::new();
    let knobs = judge.knobs.iter().enumerate();
    let after = knobs.map(|(index, knob)| {
        let alike = (knob.stage(network), knob.axes.start, knob.axes.end);
        last.insert(alike, index)
    });
    let after = after.collect();
    Task {
        now: judge.knobs.iter().filter_map(|knob| knob.value).collect(),
        prices,
        least: chains
            .iter()
            .map(|chain| least(chain).unwrap_or(1))
            .collect(),
        spans: judge.spans().cloned().collect(),
        kept,
        after,
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
