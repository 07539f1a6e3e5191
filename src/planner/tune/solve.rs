//! The nearest values of some knobs with which a judge is content.

use std::collections::BTreeSet;

use crate::network::{Knob, Network};

use super::chain::{Chain, UsedUp};
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

/// Values that pass.
#[derive(Clone, Debug)]
pub(super) struct Solved {
    pub values: Vec<i64>,
    pub nearness: Nearness,
    /// Whether it is proved that no values keep the receptive field; `None` where these do.
    pub shrinks: Option<bool>,
}

/// Values of the judge's knobs that pass, the nearest where the effort allows it. A receptive field that cannot be kept is given up.
pub(super) fn solve(
    network: &Network,
    judge: &mut Judge<'_>,
    effort: &mut Effort,
) -> Option<Solved> {
    let keeping = once(network, judge, effort);
    let Some(kept) = judge.kept.take() else {
        return keeping.ok()?.map(solved);
    };
    if let Ok(Some(found)) = keeping {
        return Some(solved(found));
    }
    let (values, nearness) = once(network, judge, effort).ok()??;
    Some(Solved {
        shrinks: (!judge.keeps(&kept, &values)).then_some(keeping.is_ok()),
        values,
        nearness,
    })
}

fn solved((values, nearness): (Vec<i64>, Nearness)) -> Solved {
    Solved {
        values,
        nearness,
        shrinks: None,
    }
}

/// Values that pass; `Ok(None)` where there are none, an error where none were found before the work was used up.
fn once(
    network: &Network,
    judge: &Judge<'_>,
    effort: &mut Effort,
) -> Result<Option<(Vec<i64>, Nearness)>, UsedUp> {
    let task = task(network, judge);
    // To look at the runs takes as long as a try does.
    effort.used(judge.cost(&task.now));
    let mut work = effort.next().ok_or(UsedUp)?;
    if judge.kept.is_some() {
        // Most is for what may shrink, should nothing be found here.
        work.0 /= 2;
    }
    let most = work.0;
    let found = if let Ok(found) = nearest(&task, &mut work, judge) {
        Ok(found.map(|(values, change)| (values, Nearness::Proved { change })))
    } else {
        effort.used(most);
        work.0 = most;
        let near = near(&task, &mut work, judge).ok_or(UsedUp);
        near.map(|values| Some((values, Nearness::CutShort)))
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
    let kept = judge.kept.as_ref();
    let kept = kept.map_or_else(Vec::new, |kept| kept.forms.clone());
    let least = |chain: &Chain| kept.iter().map(|form| form.least_of(chain)).max();
    let before = |(index, knob): (usize, &&Knob)| {
        let mut before = judge.knobs[..index].iter();
        before.rposition(|other| {
            other.stage(network) == knob.stage(network) && other.axes == knob.axes
        })
    };
    Task {
        now: judge.knobs.iter().filter_map(|knob| knob.value).collect(),
        least: chains
            .iter()
            .map(|chain| least(chain).unwrap_or(1))
            .collect(),
        kept,
        after: judge.knobs.iter().enumerate().map(before).collect(),
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
