//! `borrowed-coverage`: a stage skips positions, and only other stages of its run fill them.

use std::collections::BTreeSet;

use itertools::Itertools;

use crate::footprint::{AxisChain, RunEnd, RunFootprint, exact};

use super::judgement::{Draft, Judgement, Part, Site, Subject, Verdict, along, list, positions};
use super::published::published;
use super::rule::Level;
use super::{Check, Facts, Numbers, Rule, StageFacts};

/// The rule.
pub const RULE: Rule = Rule {
    id: "borrowed-coverage",
    level: Level::Note,
    summary: "a stage skips positions that only other stages of its run read",
    page: include_str!("../../docs/rules/borrowed-coverage.md"),
    options: &[],
    check: Check::Stage(check),
};

fn check(facts: &Facts<'_>, stage: &StageFacts, numbers: &Numbers<'_>) -> Vec<Judgement> {
    if stage.layers.len() < 2 || stage.undecided {
        return vec![Judgement::plain(stage.index, Verdict::NotApplicable)];
    }
    if !stage.alone_has_gridding() || !stage.broken.is_empty() {
        return vec![Judgement::plain(stage.index, Verdict::Pass)];
    }
    if !numbers.reports(stage.index) {
        return vec![Judgement::plain(stage.index, Verdict::Fail)];
    }
    let network = facts.network;
    // A chain has holes along an axis; branches only all together.
    let fault = stage.alone.iter().find_map(|footprint| match &**footprint {
        RunFootprint::Chain(axes) => {
            let first = axes.iter().find(|a| a.exact.fault.is_some())?;
            let same = (0..axes.len()).filter(|&a| axes[a].exact == first.exact);
            Some((same.collect::<Vec<_>>(), first.exact.fault?, first))
        }
        _ => None,
    });
    let all: Vec<usize> = (0..network.dims).collect();
    let axes = fault.as_ref().map_or(&all, |(axes, ..)| axes);
    let dilations = stage.lines.first().map(|line| line.along(network, axes[0]));
    let shown: Vec<i64> = dilations
        .into_iter()
        .flatten()
        .map(|e| e.dilation)
        .collect();
    let subject = match &shown[..] {
        [] => "the stage skips".to_owned(),
        shown => format!("dilations {}{} skip", list(shown), along(network, axes)),
    };
    let names = named(facts, &fillers(facts, stage));
    let message = format!("{subject} positions of the stage's own input, which {names}");
    let mut notes = Vec::new();
    if let Some((axes, fault, chain)) = &fault {
        let blamed = chain.layers[fault.index];
        notes.push(format!(
            "alone, dilation {} skips positions: the finer layers of the stage cover only {} in a row",
            blamed.comb.step,
            positions(fault.reach)
        ));
        notes.extend(published(facts, blamed.layer, axes[0]));
    }
    let draft = Draft::new(
        Site::new(Subject::Stage(stage.index), Part::Dilations),
        message,
        "has holes only without the rest of its run",
    )
    .notes(notes);
    vec![Judgement::fail(stage.index, draft)]
}

/// The other stages of the runs that fill the first holes: those without which a run would have gridding, or all of them where none is
/// needed by itself.
fn fillers(facts: &Facts<'_>, stage: &StageFacts) -> Vec<usize> {
    let network = facts.network;
    let mut with_holes = stage.ends.iter().zip(&stage.alone);
    let Some((&end, _)) = with_holes.find(|(_, footprint)| footprint.has_gridding()) else {
        return Vec::new();
    };
    let after = match end {
        RunEnd::Map(map) => facts.runs.ends_after([map]),
        RunEnd::Layer(_) => Vec::new(),
    };
    let (mut all, mut needed) = (BTreeSet::new(), BTreeSet::new());
    for end in after.into_iter().chain([end]) {
        let layers = facts.runs.layers_of(end, None);
        let others: BTreeSet<usize> = (layers.into_iter())
            .map(|layer| network.layers[layer].stage)
            .filter(|&other| other != stage.index)
            .collect();
        if let RunFootprint::Chain(axes) = &*facts.run_footprint(end, None) {
            let is_needed =
                |other: &usize| axes.iter().any(|axis| skips_without(facts, axis, *other));
            needed.extend(others.iter().copied().filter(is_needed));
        }
        all.extend(others);
    }
    let found = if needed.is_empty() { all } else { needed };
    found.into_iter().collect()
}

/// Whether a chain has holes without the layers of a stage.
fn skips_without(facts: &Facts<'_>, axis: &AxisChain, stage: usize) -> bool {
    let kept = (axis.layers.iter()).filter(|l| facts.network.layers[l.layer].stage != stage);
    let combs: Vec<_> = kept.map(|l| l.comb).collect();
    exact(&combs).fault.is_some()
}

/// Stages that read positions, few of them by name.
fn named(facts: &Facts<'_>, stages: &[usize]) -> String {
    const MOST: usize = 4;
    let name = |&stage: &usize| format!("\"{}\"", facts.network.stages[stage].name);
    match stages {
        [] => "other layers of its run read".to_owned(),
        [one] => format!("{} reads", name(one)),
        _ if stages.len() > MOST => {
            let more = stages.len() - MOST;
            format!(
                "{} and {more} more stages read",
                stages[..MOST].iter().map(name).join(", ")
            )
        }
        [rest @ .., last] => format!(
            "{} and {} read",
            rest.iter().map(name).join(", "),
            name(last)
        ),
    }
}
