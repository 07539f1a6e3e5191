//! Stages with gridding or a common factor, and the nearest dilations with which they pass.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::config::{Config, Level, Written};
use crate::footprint::{RunEnd, Sight};
use crate::network::{AxisOp, Network};
use crate::rules::repair::written;
use crate::rules::{Change, Checked, find, level_of};

use super::judge::Judge;
use super::mend::{Fix, Proof};
use super::nearest::{Outcome, Task, near, nearest};
use super::padding::with_padding;
use super::reach::{Chain, Work};

/// Placements that the search for one repair may try: some tenths of a second.
const WORK: u64 = 2_000_000;

/// Networks that are tried where the search has used up its work.
const TRIES: usize = 300;

/// Stages that belong to the same runs, and the findings on them.
#[derive(Debug)]
pub(super) struct Group {
    pub stages: Vec<usize>,
    /// Indices of findings.
    pub findings: Vec<usize>,
}

/// The findings of gridding and common factors by the stages that must change together.
pub(super) fn groups(checked: &Checked<'_>, config: &Config, published: bool) -> Vec<Group> {
    let facts = &checked.facts;
    let is_told = |stage: usize| {
        find("gridding").is_some_and(|rule| level_of(rule, config, stage, published) > Level::Allow)
    };
    // Stages with the same broken run are one group, known by its first stage.
    let mut first_of: HashMap<RunEnd, usize> = HashMap::new();
    let mut group_of: Vec<usize> = (0..facts.stages.len()).collect();
    for stage in facts.stages.iter().filter(|stage| is_told(stage.index)) {
        for &end in &stage.broken {
            let other = *first_of.entry(end).or_insert(stage.index);
            let (a, b) = (group_of[stage.index], group_of[other]);
            if a != b {
                for group in group_of.iter_mut().filter(|group| **group == a.max(b)) {
                    *group = a.min(b);
                }
            }
        }
    }
    let mut groups: BTreeMap<usize, Group> = BTreeMap::new();
    for (index, finding) in checked.findings.iter().enumerate() {
        if !["gridding", "common-factor"].contains(&finding.rule.id) {
            continue;
        }
        let group = groups
            .entry(group_of[finding.stage])
            .or_insert_with(|| Group {
                stages: Vec::new(),
                findings: Vec::new(),
            });
        group.findings.push(index);
    }
    for (stage, name) in group_of.into_iter().enumerate() {
        if let Some(group) = groups.get_mut(&name) {
            group.stages.push(stage);
        }
    }
    groups.into_values().collect()
}

/// The nearest dilations of a group with which it passes, or why there are none.
pub(super) fn fix(
    checked: &Checked<'_>,
    config: &Config,
    source: &str,
    published: bool,
    group: &Group,
) -> Result<Fix, String> {
    let dials: Vec<Written> = group
        .stages
        .iter()
        .flat_map(|&s| config.dilations(s))
        .collect();
    if dials.is_empty() {
        return Err("no dilation that could change is written in its stage".to_owned());
    }
    let mut judge = Judge::new(checked, config, published, &group.stages, &dials);
    let (values, proof) = match solve(checked, &judge, &dials) {
        Some(found) => found,
        None if judge.target.take().is_some() => solve(checked, &judge, &dials).ok_or_else(none)?,
        None => return Err(none()),
    };
    let network = &config.network;
    let turned = judge.turned(&values);
    let changes = changes(&dials, &values, &turned);
    let is_gridding = |&index: &usize| checked.findings[index].rule.id == "gridding";
    let words = if group.findings.iter().any(is_gridding) {
        "leave no hole"
    } else {
        "share no factor and leave no hole"
    };
    Ok(Fix {
        findings: group.findings.clone(),
        stages: group.stages.clone(),
        edits: with_padding(config, source, &dials, &values, &turned),
        text: format!("{} {words}", written(network, &changes)),
        proof,
    })
}

fn none() -> String {
    "no dilations of its stage that pass were found".to_owned()
}

/// Values that pass; with the proof where they are the nearest.
fn solve(checked: &Checked<'_>, judge: &Judge<'_>, dials: &[Written]) -> Option<(Vec<i64>, Proof)> {
    let (task, cost) = task(checked, judge, dials);
    let mut work = Work(WORK);
    let passes = |values: &[i64]| judge.passes(values);
    match nearest(&task, &mut work, cost, passes) {
        Outcome::Nearest(values, change) => Some((values, Proof::Nearest { change })),
        Outcome::None => None,
        Outcome::UsedUp => {
            let tries = usize::try_from(WORK / cost)
                .unwrap_or(TRIES)
                .clamp(2, TRIES);
            near(&task, tries, passes).map(|values| (values, Proof::UsedUp))
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
    let mut cost = 50 + 2 * network.layers.len();
    for &end in &judge.ends {
        let sight = checked.facts.sight(end, None);
        cost += sight.cost();
        let Sight::Chain(axes) = &*sight else {
            cost += 8 * sight.cost();
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
        .map(|&layer| (turned.layers[layer].origin, turned.layers[layer].op.axes))
        .collect();
    let dilation = |op: AxisOp| match op {
        AxisOp::Window(window) => i64::from(window.dilation),
        _ => 1,
    };
    entries
        .into_iter()
        .map(|(origin, axes)| Change {
            origin,
            dilation: axes.map(dilation),
        })
        .collect()
}
