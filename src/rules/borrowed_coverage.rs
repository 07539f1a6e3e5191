//! `borrowed-coverage`: a stage skips positions, and only other stages of its run fill them.

use std::collections::BTreeSet;

use crate::footprint::{RunEnd, RunFootprint};

use super::judgement::{Draft, Judgement, Part, Site, Subject, Verdict, along, list, positions};
use super::rule::Level;
use super::{Check, Facts, Numbers, Rule, StageFacts};

/// The rule.
pub const RULE: Rule = Rule {
    id: "borrowed-coverage",
    level: Level::Warn,
    summary: "holes in a stage that only other stages fill",
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
    let schedule = (stage.lines.first()).map(|line| line.dilations(network, axes[0]));
    let neighbours: Vec<String> = others(facts, stage);
    let mut message =
        "holes on the stage's own input, filled only by other layers of its run".to_owned();
    if let Some(schedule) = schedule.filter(|dilations| !dilations.is_empty()) {
        let (dilations, along) = (list(&schedule), along(network, axes));
        message = format!("dilations {dilations}{along} leave {message}");
    }
    let mut notes = Vec::new();
    if let Some((_, fault, chain)) = fault {
        let blamed = chain.layers[fault.index];
        notes.push(format!(
            "alone, dilation {} skips positions: the finer layers of the stage cover only {} in a row",
            blamed.comb.step,
            positions(fault.reach)
        ));
    }
    if !neighbours.is_empty() {
        notes.push(format!(
            "in context there is no hole, thanks to {}",
            neighbours.join(", ")
        ));
    }
    let draft = Draft::new(
        Site::new(Subject::Stage(stage.index), Part::Dilations),
        message,
        "has holes without its neighbours",
    )
    .notes(notes)
    .help("start the stage with a plain layer (dilation 1)");
    vec![Judgement::fail(stage.index, draft)]
}

/// The other stages of the runs that fill the first holes, few of them.
fn others(facts: &Facts<'_>, stage: &StageFacts) -> Vec<String> {
    const MOST: usize = 4;
    let network = facts.network;
    let mut with_holes = stage.ends.iter().zip(&stage.alone);
    let Some((&end, _)) = with_holes.find(|(_, footprint)| footprint.has_gridding()) else {
        return Vec::new();
    };
    let after = match end {
        RunEnd::Map(map) => facts.runs.ends_after([map]),
        RunEnd::Layer(_) => Vec::new(),
    };
    let ends = after.into_iter().chain([end]);
    let stages: BTreeSet<usize> = ends
        .flat_map(|end| facts.runs.layers_of(end, None))
        .map(|layer| network.layers[layer].stage)
        .filter(|&s| s != stage.index)
        .collect();
    let more = stages.len().saturating_sub(MOST);
    let mut named: Vec<String> = stages
        .into_iter()
        .take(MOST)
        .map(|s| format!("\"{}\"", network.stages[s].name))
        .collect();
    if more > 0 {
        named.push(format!("{more} more"));
    }
    named
}
