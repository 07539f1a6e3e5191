//! Stages with gridding or a common factor, and the nearest dilations with which they pass.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::config::Written;
use crate::footprint::RunFootprint;
use crate::network::{AxisOp, Network};
use crate::rules::repair::written_in;
use crate::rules::{Change, Checked};

use super::bench::Bench;
use super::effort::{Effort, SPENT};
use super::groups::Group;
use super::judge::Judge;
use super::mend::{Fix, Proof};
use super::nearest::{Outcome, Task, near, nearest};
use super::padding::with_padding;
use super::reach::{Chain, Work};

/// Networks that are tried where the search has used up its work.
const TRIES: usize = 300;

/// The nearest dilations of a group with which it passes, or why there are none.
pub(super) fn fix(bench: &Bench<'_>, group: &Group, effort: &mut Effort) -> Result<Fix, String> {
    let Bench {
        checked, config, ..
    } = *bench;
    let dials: Vec<Written> = group
        .stages
        .iter()
        .flat_map(|&s| config.dilations(s))
        .collect();
    if dials.is_empty() {
        return Err("no dilation that could change is written in its stage".to_owned());
    }
    if effort.next().is_none() {
        return Err(SPENT.to_owned());
    }
    let mut judge = Judge::new(bench, &group.stages, &dials);
    let (values, proof) = match solve(checked, &judge, &dials, effort) {
        Some(found) => found,
        None if judge.target.take().is_some() => {
            solve(checked, &judge, &dials, effort).ok_or_else(none)?
        }
        None => return Err(none()),
    };
    let is_gridding = |&index: &usize| checked.findings[index].rule.id == "gridding";
    let factor = if group.findings.iter().any(is_gridding) {
        ""
    } else {
        "share no factor and "
    };
    // Alone a stage may have holes that others fill: `borrowed-coverage` tells of that.
    let context = match config.network.stages.len() {
        1 => "",
        _ => " in context",
    };
    Ok(bench.with(&dials, &values, |turned| {
        let changes = changes(&dials, &values, turned);
        let told = written_in(&config.network, &group.stages, &changes);
        Fix {
            findings: group.findings.clone(),
            stages: group.stages.clone(),
            edits: with_padding(bench, &dials, &values, turned),
            text: format!("{told} {factor}leave no hole{context}"),
            proof,
        }
    }))
}

fn none() -> String {
    "no dilations of its stage that pass were found".to_owned()
}

/// Values that pass; with the proof where they are the nearest.
fn solve(
    checked: &Checked<'_>,
    judge: &Judge<'_>,
    dials: &[Written],
    effort: &mut Effort,
) -> Option<(Vec<i64>, Proof)> {
    let (task, cost) = task(checked, judge, dials);
    effort.used(cost);
    let most = effort.next()?;
    let mut work = Work(most);
    match nearest(&task, &mut work, cost, |values| judge.passes(values)) {
        Outcome::Nearest(values, change) => {
            effort.used(most - work.0);
            Some((values, Proof::Nearest { change }))
        }
        Outcome::None => {
            effort.used(most - work.0);
            None
        }
        Outcome::UsedUp => {
            let tries = usize::try_from(most / cost).unwrap_or(TRIES);
            let mut tried = 0;
            let passes = |values: &[i64]| {
                tried += 1;
                judge.passes(values)
            };
            let found = near(&task, tries.clamp(2, TRIES), passes);
            effort.used(most.saturating_add(cost.saturating_mul(tried)));
            found.map(|values| (values, Proof::UsedUp))
        }
    }
}

/// What can be said of the dials without trying, and what it costs to try.
fn task(checked: &Checked<'_>, judge: &Judge<'_>, dials: &[Written]) -> (Task, u64) {
    let network = checked.facts.network;
    let mut dial_of: HashMap<(usize, usize), usize> = HashMap::new();
    for (index, dial) in dials.iter().enumerate() {
        for axis in dial.axes(network.dims) {
            dial_of.extend(dial.layers.iter().map(|&layer| ((layer, axis), index)));
        }
    }
    let mut chains = BTreeSet::new();
    // A try clones nothing: it costs what the runs, and the stages, through the dials hold.
    let mut cost = 50 + dials.iter().map(|dial| dial.layers.len()).sum::<usize>();
    if judge.looks_at_all() {
        cost += 8 * network.layers.len();
    }
    for &end in &judge.ends {
        let footprint = checked.facts.run_footprint(end, None);
        cost += footprint.cost();
        let RunFootprint::Chain(axes) = &*footprint else {
            cost += 8 * footprint.cost();
            continue;
        };
        for (axis, chain) in axes.iter().enumerate() {
            let mut fixed = BTreeMap::new();
            let mut free = BTreeMap::new();
            for layer in &chain.layers {
                let weight = layer.comb.taps - 1;
                match dial_of.get(&(layer.layer, axis)) {
                    Some(&dial) => *free.entry(dial).or_default() += weight,
                    None => *fixed.entry(layer.comb.step).or_default() += weight,
                }
            }
            if !free.is_empty() {
                chains.insert(Chain {
                    fixed: fixed.into_iter().collect(),
                    free: free.into_iter().collect(),
                });
            }
        }
    }
    let fields: Vec<Vec<(usize, i64)>> = if chains.is_empty() {
        let field = |axis: usize| {
            let dials = dials.iter().enumerate();
            let own = dials.filter(|(_, dial)| dial.axes(network.dims).contains(&axis));
            own.map(|(index, dial)| (index, weight(checked, dial, axis)))
                .collect()
        };
        (0..network.dims).map(field).collect()
    } else {
        chains.iter().map(|chain| chain.free.clone()).collect()
    };
    let task = Task {
        now: dials.iter().map(|dial| dial.dilation).collect(),
        chains: chains.into_iter().collect(),
        fields,
    };
    (task, u64::try_from(cost).unwrap_or(u64::MAX))
}

/// What each unit of a dial adds to what its layers reach along an axis.
fn weight(checked: &Checked<'_>, dial: &Written, axis: usize) -> i64 {
    let taps = |&layer: &usize| match checked.facts.network.layers[layer].op.axes[axis] {
        AxisOp::Window(window) => i64::from(window.kernel) - 1,
        _ => 0,
    };
    dial.layers.iter().map(taps).sum()
}

/// What was turned, by the entries of the file.
fn changes(dials: &[Written], values: &[i64], turned: &Network) -> Vec<Change> {
    let moved = dials
        .iter()
        .zip(values)
        .filter(|(dial, value)| dial.dilation != **value);
    let entries: BTreeMap<_, _> = moved
        .filter_map(|(dial, _)| dial.layers.first())
        .map(|&layer| (turned.layers[layer].original, turned.layers[layer].op.axes))
        .collect();
    let dilation = |op: AxisOp| match op {
        AxisOp::Window(window) => i64::from(window.dilation),
        _ => 1,
    };
    entries
        .into_iter()
        .map(|(layer, axes)| Change {
            layer,
            dilation: axes.map(dilation),
        })
        .collect()
}
