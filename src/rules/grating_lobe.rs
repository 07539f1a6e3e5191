//! `grating-lobe`: no hole, but the finest pattern passes hardly weakened.

use crate::footprint::PeakLobe;

use super::judgement::{Draft, Judgement, Part, Site, Subject, Verdict, along};
use super::rule::{Level, OptionKey};
use super::{Check, Facts, Numbers, Rule, StageFacts};

/// The rule.
pub const RULE: Rule = Rule {
    id: "grating-lobe",
    level: Level::Warn,
    summary: "no hole, but a fine pattern passes hardly weakened",
    page: include_str!("../../docs/rules/grating-lobe.md"),
    options: &[OptionKey {
        name: MAX,
        least: 0.0,
        most: 1.0,
        default: 0.34,
    }],
    check: Check::Stage(check),
};

const MAX: &str = "max";

fn check(facts: &Facts<'_>, stage: &StageFacts, numbers: &Numbers<'_>) -> Vec<Judgement> {
    let network = facts.network;
    if stage.layers.is_empty() || stage.alone_has_gridding() || !stage.broken.is_empty() {
        return vec![Judgement::plain(stage.index, Verdict::NotApplicable)];
    }
    let max = numbers.of(stage.index, MAX);
    let own = &network.stages[stage.index];
    // What is only known from below is known to fail, never to pass.
    let judged: Vec<(usize, PeakLobe)> = stage
        .lobe
        .iter()
        .enumerate()
        .filter(|(axis, _)| !facts.skips(own, *axis))
        .filter_map(|(axis, lobe)| Some((axis, (*lobe)?)))
        .filter(|(_, lobe)| lobe.exact().is_some() || lobe.least() > max)
        .collect();
    let by_least = |a: &&(_, PeakLobe), b: &&(_, PeakLobe)| a.1.least().total_cmp(&b.1.least());
    let Some(&(_, peak)) = judged.iter().max_by(by_least) else {
        return vec![Judgement::plain(stage.index, Verdict::NotApplicable)];
    };
    let worst = peak.least();
    // Without a dilation it is the network's form that is uneven, a shortcut beside a kernel or crossed strips.
    let is_dense = |&layer: &usize| network.layers[layer].op.is_dense();
    if worst <= max || stage.layers.iter().all(is_dense) {
        return vec![Judgement::plain(stage.index, Verdict::Pass)];
    }
    if !numbers.reports(stage.index) {
        return vec![Judgement::plain(stage.index, Verdict::Fail)];
    }
    let past = judged.iter().filter(|(_, lobe)| lobe.least() > max);
    let axes: Vec<usize> = past.map(|(axis, _)| *axis).collect();
    let at_least = match peak {
        PeakLobe::Exact(_) => "",
        PeakLobe::AtLeast(_) => "of at least ",
    };
    let draft = Draft::new(
        Site::new(Subject::Stage(stage.index), Part::Dilations),
        format!(
            "grating lobe {at_least}{worst:.3}{} exceeds the limit {max}: there is no hole, but coverage is very uneven",
            along(network, &axes)
        ),
        format!(
            "a fine pattern passes at {:.0} % of its strength",
            worst * 100.0
        ),
    )
    .note("for comparison, one plain layer of 3 taps has 0.333")
    .help("more layers or larger kernels make coverage more even");
    vec![Judgement::fail(stage.index, draft)]
}
