//! `not-sawtooth`: the teeth of a schedule differ (Wang et al. 2017, section 3.2).

use crate::network::Network;
use crate::network::schedule::{sawtooth, teeth};

use super::judgement::{Draft, Judgement, Part, Site, Verdict, along, list};
use super::rule::Level;
use super::schedule::{Line, schedules};
use super::{Check, Facts, Numbers, Rule, StageFacts};

/// The rule.
pub const RULE: Rule = Rule {
    id: "not-sawtooth",
    level: Level::Note,
    summary: "the teeth of a schedule differ",
    page: include_str!("../../docs/rules/not-sawtooth.md"),
    options: &[],
    check: Check::Stage(check),
};

const HELP: &str =
    "repeat one rising tooth, such as 1, 2, 5; the order does not change what is covered";

fn check(facts: &Facts<'_>, stage: &StageFacts, numbers: &Numbers<'_>) -> Vec<Judgement> {
    let network = facts.network;
    let mut judgements = Vec::new();
    for line in &stage.lines {
        let mut faults: Vec<(Vec<usize>, Vec<i64>, usize, usize)> = Vec::new();
        for axis in 0..network.dims {
            let entries = line.along(network, axis);
            let dilations: Vec<i64> = entries.iter().map(|e| e.dilation).collect();
            if dilations.len() < 2 {
                continue;
            }
            judgements.push(Judgement::plain(stage.index, Verdict::Pass));
            let Err(tooth) = sawtooth(&dilations) else {
                continue;
            };
            let start: usize = teeth(&dilations).take(tooth).map(<[i64]>::len).sum();
            match faults.iter_mut().find(|f| f.1 == dilations) {
                Some(fault) => fault.0.push(axis),
                None => faults.push((vec![axis], dilations, tooth, entries[start].layer)),
            }
        }
        for (axes, dilations, tooth, layer) in faults {
            let all: Vec<&[i64]> = teeth(&dilations).collect();
            let along = along(network, &axes);
            let message = match tooth {
                0 => format!("not a sawtooth{along}: {} does not rise", list(all[0])),
                _ => format!(
                    "not a sawtooth{along}: the first tooth is {}, but tooth {} is {}",
                    list(all[0]),
                    tooth + 1,
                    list(all[tooth])
                ),
            };
            let site = Site::layer(network, layer, Part::Dilation);
            let draft = Draft::new(site, message, "this tooth begins here").help(HELP);
            let finding = numbers.reports_beside_gridding(stage).then_some(draft);
            judgements.push(Judgement::fail(stage.index, finding));
        }
    }
    judgements
}

/// Whether every schedule is a sawtooth, along every axis.
pub(super) fn passes(network: &Network, lines: &[Line]) -> bool {
    schedules(network, lines).all(|dilations| sawtooth(&dilations).is_ok())
}
