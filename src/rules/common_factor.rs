//! `common-factor`: all dilations of a schedule share a factor (Wang et al. 2017, section 3.2).

use crate::network::Network;
use crate::network::schedule::common_factor;

use super::judgement::{Draft, Judgement, Part, Site, Subject, Verdict, along, list};
use super::rule::Level;
use super::schedule::{Line, schedules};
use super::{Check, Facts, Numbers, Rule, StageFacts};

/// The rule.
pub const RULE: Rule = Rule {
    id: "common-factor",
    level: Level::Note,
    summary: "all dilations of a schedule share a factor",
    page: include_str!("../../docs/rules/common-factor.md"),
    options: &[],
    check: Check::Stage(check),
};

fn check(facts: &Facts<'_>, stage: &StageFacts, numbers: &Numbers<'_>) -> Vec<Judgement> {
    let network = facts.network;
    let mut judgements = Vec::new();
    for line in &stage.lines {
        let mut faulty: Vec<(usize, Vec<i64>)> = Vec::new();
        for axis in 0..network.dims {
            let dilations = line.dilations(network, axis);
            if dilations.len() < 2 {
                continue;
            }
            judgements.push(Judgement::plain(stage.index, Verdict::Pass));
            if common_factor(&dilations) > 1 {
                faulty.push((axis, dilations));
            }
        }
        let Some((_, dilations)) = faulty.first().cloned() else {
            continue;
        };
        faulty.retain(|f| f.1 == dilations);
        let axes: Vec<usize> = faulty.iter().map(|f| f.0).collect();
        let finding = numbers
            .reports_beside_gridding(stage)
            .then(|| draft(facts, stage, &dilations, &axes));
        judgements.push(Judgement::fail(stage.index, finding));
    }
    judgements
}

fn draft(facts: &Facts<'_>, stage: &StageFacts, dilations: &[i64], axes: &[usize]) -> Draft {
    let network = facts.network;
    let factor = common_factor(dilations);
    let rest = if !stage.broken.is_empty() {
        "nothing in its run fills the rest: it has gridding"
    } else if stage.undecided {
        "its run is too large for the exact test"
    } else {
        "other layers of its run fill the rest, so the exact test finds no hole"
    };
    Draft::new(
        Site::new(Subject::Stage(stage.index), Part::Dilations),
        format!(
            "dilations {} share the factor {factor}{}",
            list(dilations),
            along(network, axes)
        ),
        format!("all multiples of {factor}"),
    )
    .note(format!(
        "alone, the stage sees one position in {factor} along an axis; {rest}"
    ))
    .help("change one dilation so that they share no factor")
}

/// Whether every schedule of two layers and more has no common factor, along every axis.
pub(super) fn passes(network: &Network, lines: &[Line]) -> bool {
    schedules(network, lines).all(|dilations| dilations.len() < 2 || common_factor(&dilations) == 1)
}
