//! `borrowed-coverage`: a stage skips positions, and only other stages of its run fill them.

use std::collections::{BTreeSet, HashMap};

use itertools::Itertools;

use crate::footprint::{RunEnd, RunFootprint, needed_groups};
use crate::network::counted;

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
    check: Check::Network(check),
};

fn check(facts: &Facts<'_>, numbers: &Numbers<'_>) -> Vec<Judgement> {
    let known = HashMap::new();
    let mut fillers = Fillers { facts, known };
    let judged = facts.stages.iter().map(|stage| {
        let verdict = if stage.layers.len() < 2 || stage.undecided {
            Verdict::NotApplicable
        } else if !stage.alone_has_gridding() || !stage.broken.is_empty() {
            Verdict::Pass
        } else if numbers.reports(stage.index) {
            return Judgement::fail(stage.index, draft(facts, stage, fillers.of(stage)));
        } else {
            Verdict::Fail
        };
        Judgement::plain(stage.index, verdict)
    });
    judged.collect()
}

fn draft(facts: &Facts<'_>, stage: &StageFacts, fillers: &BTreeSet<usize>) -> Draft {
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
    // Of branches no one schedule is to blame.
    let blamed = fault
        .as_ref()
        .map(|(_, fault, chain)| chain.layers[fault.index]);
    let line = blamed.and_then(|blamed| {
        let mut lines = stage.lines.iter();
        lines.find(|line| line.layers.contains(&blamed.layer))
    });
    let entries = line.map(|line| line.along(network, axes[0]));
    let entries = entries.into_iter().flatten();
    let shown: Vec<i64> = entries.map(|e| e.dilation).collect();
    let subject = match &shown[..] {
        [] => "the stage skips positions of its own input".to_owned(),
        shown => format!(
            "dilations {}{} skip positions of the stage's own input",
            list(shown),
            along(network, axes)
        ),
    };
    let names = named(facts, stage.index, fillers);
    let message = format!("{subject}, which {names}");
    let mut notes = Vec::new();
    if let Some((axes, fault, _)) = &fault
        && let Some(blamed) = blamed
    {
        notes.push(format!(
            "alone, dilation {} skips positions: the finer layers of the stage cover only {} in a row",
            blamed.comb.step,
            positions(fault.reach)
        ));
        notes.extend(published(facts, blamed.layer, axes[0]));
    }
    Draft::new(
        Site::new(Subject::Stage(stage.index), Part::Dilations),
        message,
        "the rest of its run fills these holes",
    )
    .notes(notes)
}

/// Stages that fill the holes of others, by the ends of the runs to which the others belong.
struct Fillers<'a> {
    facts: &'a Facts<'a>,
    /// Those that are needed, and all, or three where there are more.
    known: HashMap<Vec<RunEnd>, [BTreeSet<usize>; 2]>,
}

impl Fillers<'_> {
    /// The stages of the runs that fill a stage's first holes, and maybe the stage itself: those without which a run would have gridding, or
    /// the only one that there is. Empty where several fill them and none is needed by itself.
    fn of(&mut self, stage: &StageFacts) -> &BTreeSet<usize> {
        let facts = self.facts;
        let mut with_holes = stage.ends.iter().zip(&stage.alone);
        let ends = match with_holes.find(|(_, footprint)| footprint.has_gridding()) {
            None => Vec::new(),
            Some((RunEnd::Map(map), _)) => facts.runs.ends_after([*map]),
            Some((&end, _)) => vec![end],
        };
        let stage_of = |layer: usize| facts.network.layers[layer].stage;
        let [needed, all] = self.known.entry(ends).or_insert_with_key(|ends| {
            let mut needed = BTreeSet::new();
            for &end in ends {
                if let RunFootprint::Chain(axes) = &*facts.run_footprint(end, None) {
                    for axis in axes {
                        let stages = axis.layers.iter().map(|l| stage_of(l.layer));
                        let stages: Vec<usize> = stages.collect();
                        needed.extend(needed_groups(&axis.combs(), &stages));
                    }
                }
            }
            let mut all = BTreeSet::new();
            for layer in facts.runs.layers_before(ends, None) {
                all.insert(stage_of(layer));
                // Whichever of three asks, there are several others.
                if all.len() == 3 {
                    break;
                }
            }
            [needed, all]
        });
        let is_other = |other: &&usize| **other != stage.index;
        // Of several of which none is needed none is named: without any one of them there would be no hole either.
        if needed.iter().any(|other| is_other(&other)) {
            needed
        } else if all.iter().filter(is_other).count() == 1 {
            all
        } else {
            static NONE: BTreeSet<usize> = BTreeSet::new();
            &NONE
        }
    }
}

/// Stages that read the positions that a stage skips, few of them by name.
fn named(facts: &Facts<'_>, stage: usize, fillers: &BTreeSet<usize>) -> String {
    const MOST: usize = 4;
    let others = fillers.len() - usize::from(fillers.contains(&stage));
    let shown = fillers.iter().copied().filter(|&other| other != stage);
    let shown: Vec<usize> = shown.take(MOST).collect();
    let name = |&stage: &usize| format!("\"{}\"", facts.network.stages[stage].name);
    match &shown[..] {
        [] => "other layers of its run read".to_owned(),
        [one] => format!("{} reads", name(one)),
        _ if others > MOST => format!(
            "{} and {} read",
            shown.iter().map(name).join(", "),
            counted(others - MOST, "more stage")
        ),
        [rest @ .., last] => format!(
            "{} and {} read",
            rest.iter().map(name).join(", "),
            name(last)
        ),
    }
}
