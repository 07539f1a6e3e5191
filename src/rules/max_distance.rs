//! `max-distance`: a tooth fails the published recurrence although the exact test passes (Wang et al. 2017, section 3.2, equation 2).

use std::collections::HashMap;

use crate::footprint::{Comb, exact};
use crate::network::Network;
use crate::network::schedule::second_distance;

use super::judgement::{Draft, Judgement, Part, Site, Verdict, along, list};
use super::rule::Level;
use super::schedule::{Entry, Line};
use super::{Check, Facts, Numbers, Rule, StageFacts};

/// The rule.
pub const RULE: Rule = Rule {
    id: "max-distance",
    level: Level::Note,
    summary: "M_2 of a tooth exceeds the kernel size",
    page: include_str!("../../docs/rules/max-distance.md"),
    options: &[],
    check: Check::Stage(check),
};

/// A tooth that fails.
struct Fault {
    axes: Vec<usize>,
    tooth: Vec<Entry>,
    distance: i64,
}

fn check(facts: &Facts<'_>, stage: &StageFacts, numbers: &Numbers<'_>) -> Vec<Judgement> {
    let network = facts.network;
    let mut judgements = Vec::new();
    for line in &stage.lines {
        let mut faults: Vec<Fault> = Vec::new();
        // Equal teeth of several axes begin with the same layer.
        let mut by_first: HashMap<usize, Vec<usize>> = HashMap::new();
        for axis in 0..network.dims {
            let entries = line.along(network, axis);
            for tooth in judged(&entries) {
                judgements.push(Judgement::plain(stage.index, Verdict::Pass));
                if let Some(distance) = exceeds(tooth) {
                    let alike = by_first.entry(tooth[0].layer).or_default();
                    if let Some(&fault) = alike.iter().find(|&&f| faults[f].tooth == tooth) {
                        faults[fault].axes.push(axis);
                    } else {
                        alike.push(faults.len());
                        faults.push(Fault {
                            axes: vec![axis],
                            tooth: tooth.to_vec(),
                            distance,
                        });
                    }
                }
            }
        }
        for fault in faults {
            let finding = numbers
                .reports_beside_gridding(stage)
                .then(|| draft(facts, stage, &fault));
            judgements.push(Judgement::fail(stage.index, finding));
        }
    }
    judgements
}

/// The teeth to which the recurrence applies: those of two layers and more, of a schedule of two layers and more.
fn judged(entries: &[Entry]) -> impl Iterator<Item = &[Entry]> {
    entries
        .chunk_by(|a, b| b.dilation >= a.dilation)
        .filter(|tooth| tooth.len() >= 2)
}

/// M_2 of a tooth, where it exceeds the kernel size of the tooth's first layer.
fn exceeds(tooth: &[Entry]) -> Option<i64> {
    let dilations: Vec<i64> = tooth.iter().map(|e| e.dilation).collect();
    second_distance(&dilations).filter(|&m| m > tooth[0].kernel)
}

/// Whether no tooth of the schedules exceeds its kernel size, along any axis.
pub(super) fn passes(network: &Network, lines: &[Line]) -> bool {
    lines.iter().all(|line| {
        (0..network.dims)
            .all(|axis| judged(&line.along(network, axis)).all(|tooth| exceeds(tooth).is_none()))
    })
}

fn draft(facts: &Facts<'_>, stage: &StageFacts, fault: &Fault) -> Draft {
    let network = facts.network;
    let dilations: Vec<i64> = fault.tooth.iter().map(|e| e.dilation).collect();
    let kernel = fault.tooth[0].kernel;
    // Branches too large to be drawn are neither proved nor refuted.
    let is_proved = stage.broken.is_empty() && !stage.undecided;
    let proof = if is_proved {
        "but the exact test finds no hole"
    } else if stage.undecided && stage.broken.is_empty() {
        "and its run is too large for the exact test"
    } else {
        "and the exact test finds holes too (`gridding`)"
    };
    Draft::new(
        Site::layer(network, fault.tooth[1].layer, Part::Dilation),
        format!(
            "tooth {}{}: M_2 = {} exceeds k = {kernel}, {proof}",
            list(&dilations),
            along(network, &fault.axes),
            fault.distance
        ),
        format!("M_2 = {}", fault.distance),
    )
    .notes(is_proved.then(|| {
        let reason = reason(stage, &fault.tooth);
        format!("{reason}; it is safe to allow this rule here")
    }))
    .help(if is_proved {
        "allow this rule here: the exact test is proof enough"
    } else {
        "lower the dilations of the tooth until M_2 is at most k"
    })
}

/// Why the published rule fails where the exact test passes.
fn reason(stage: &StageFacts, tooth: &[Entry]) -> String {
    let combs: Vec<Comb> = tooth
        .iter()
        .map(|entry| Comb {
            taps: entry.kernel,
            step: entry.dilation,
        })
        .collect();
    let Some(fault) = exact(&combs).fault else {
        return "alone the tooth has no hole either: a kernel of k taps spans k−1 steps, but the published rule counts 2 for every kernel".to_owned();
    };
    let others = if stage.alone_has_gridding() {
        "other layers of the run fill them"
    } else {
        "other teeth of the stage fill them"
    };
    let reach = fault.reach;
    let cause = if tooth[0].dilation == 1 {
        format!(
            "dilation {} exceeds the {reach} positions in a row that those before it cover",
            combs[fault.index].step
        )
    } else {
        "it does not begin with dilation 1".to_owned()
    };
    format!("alone the tooth does have holes ({cause}); {others}")
}
