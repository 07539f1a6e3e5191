//! Changes of a network that remove findings.

use std::collections::BTreeMap;

use crate::network::{Knob, Network, Op};
use crate::rules::{Checked, Finding, Policy, Subject, check};

use super::candidate::{Candidates, changed, set};
use super::change::{FIXABLE, Fix, Fixes, Left};
use super::effort::{Effort, SPENT};
use super::groups::{Group, groups};
use super::judge::{Also, Judge};
use super::kernel;
use super::solve::{Nearness, solve};
use super::together::Together;
use super::wording::{dilations, stages_of};

/// A network, fixed as far as it goes.
#[derive(Clone, Debug)]
pub struct Fixed {
    /// The network as it becomes.
    pub network: Network,
    /// What was changed. Findings are those of the round that changed it.
    pub fixes: Vec<Fix>,
    /// Findings of the rules of [`FIXABLE`] that stay, with why.
    pub left: Vec<(Finding, String)>,
}

/// Most rounds in which what one change brought up is fixed by another.
pub(crate) const MOST_ROUNDS: usize = 8;

/// Changes a network so that findings of gridding, common factors and uneven writes go: each by the smallest change of its numbers, of those
/// the one whose receptive field stays closest to what it was.
///
/// ```
/// use degrid::{config, planner::{Effort, fix}};
/// let config = config::parse("[[stage]]\ndilations = [1, 1, 9]\n").unwrap();
/// let fixed = fix(&config.network, &config.network.knobs(), &config.policy, Effort::FIX);
/// assert_eq!(fixed.fixes[0].message(), "change dilations to 1, 3, 9: smallest change without gridding");
/// ```
#[must_use]
pub fn fix(network: &Network, knobs: &[Knob], policy: &Policy, mut effort: Effort) -> Fixed {
    let mut network = network.clone();
    let mut done = Vec::new();
    for round in 0.. {
        let knobs: Vec<Knob> = knobs.iter().map(|knob| settled(knob, &network)).collect();
        let checked = check(&network, policy);
        let found = fixes(&checked, &knobs, policy, &mut effort);
        let ops = found.fixes.iter().flat_map(|fix| &fix.ops);
        let next = changed(checked.facts.network, ops);
        if let Ok(next) = next
            && !found.fixes.is_empty()
            && round < MOST_ROUNDS
        {
            done.extend(found.fixes);
            drop(checked);
            network = next;
            continue;
        }
        let left = found.left.into_iter();
        let left = left.map(|left| (checked.findings[left.finding].clone(), left.why));
        let left = left.collect();
        drop(checked);
        return Fixed {
            network,
            fixes: done,
            left,
        };
    }
    unreachable!("the rounds are bounded")
}

/// A knob where a network has it.
fn settled(knob: &Knob, network: &Network) -> Knob {
    Knob {
        value: knob.value.and_then(|_| knob.read(network)),
        ..knob.clone()
    }
}

/// Changes for the findings of a check, all of which the network takes together. The work that it takes is taken off the effort.
#[must_use]
pub fn fixes(checked: &Checked<'_>, knobs: &[Knob], policy: &Policy, effort: &mut Effort) -> Fixes {
    let network = checked.facts.network;
    let mut left: BTreeMap<usize, String> = BTreeMap::new();
    let mut found: Vec<Vec<Fix>> = Vec::new();
    if network.layers.len() > effort.checks {
        let fixable = |(_, finding): &(usize, &Finding)| FIXABLE.contains(&finding.rule.id);
        let findings = checked.findings.iter().enumerate().filter(fixable);
        left.extend(findings.map(|(index, _)| (index, SPENT.to_owned())));
        return leave(Vec::new(), left);
    }
    let candidates = Candidates::new(network);
    for group in groups(checked, policy) {
        match of_group(&candidates, checked, knobs, policy, &group, effort) {
            Ok(fix) => found.push(vec![fix]),
            Err(why) => left.extend(group.findings.iter().map(|&finding| (finding, why.clone()))),
        }
    }
    for (index, finding) in checked.findings.iter().enumerate() {
        if !["uneven-overlap", "unwritten-output"].contains(&finding.rule.id) {
            continue;
        }
        let Subject::Layer(layer) = finding.draft.site.subject else {
            continue;
        };
        let fix = |way: kernel::Way| Fix {
            findings: vec![index],
            stages: vec![finding.stage],
            ops: way.ops,
            text: format!("change {}", way.text),
            purpose: "that writes every output equally often".to_owned(),
            nearness: Nearness::Proved { change: way.change },
        };
        let ways: Vec<Fix> = kernel::ways(network, knobs, layer)
            .into_iter()
            .map(fix)
            .collect();
        if ways.is_empty() {
            let why = "no kernel near it keeps the size of its output";
            left.insert(index, why.to_owned());
        } else {
            found.push(ways);
        }
    }
    let mut together = Together::new(checked, policy, &mut effort.checks);
    together.take(&found);
    let mut fixes = together.taken;
    left.extend(together.refused);
    fixes.sort_by_key(|fix| fix.ops.first().map(|(layer, _)| *layer));
    leave(fixes, left)
}

fn leave(fixes: Vec<Fix>, left: BTreeMap<usize, String>) -> Fixes {
    let left = left.into_iter();
    Fixes {
        fixes,
        left: left.map(|(finding, why)| Left { finding, why }).collect(),
    }
}

/// The nearest dilations with which a group of stages passes, or why there are none.
fn of_group(
    candidates: &Candidates<'_>,
    checked: &Checked<'_>,
    knobs: &[Knob],
    policy: &Policy,
    group: &Group,
    effort: &mut Effort,
) -> Result<Fix, String> {
    let has_gridding = group
        .findings
        .iter()
        .any(|&index| checked.findings[index].rule.id == "gridding");
    let purpose = if has_gridding {
        "without gridding"
    } else {
        "without a common factor"
    };
    nearest_change(
        candidates,
        checked,
        knobs,
        policy,
        &group.stages,
        Also::default(),
        effort,
    )
    .map(|change| change.into_fix(group.findings.clone(), &group.stages, purpose.to_owned()))
}

/// A change of dilations.
pub(super) struct Change {
    ops: Vec<(usize, Op)>,
    /// One line: what changes.
    text: String,
    nearness: Nearness,
}

impl Change {
    /// As a fix of some findings that may change some stages.
    pub(super) fn into_fix(self, findings: Vec<usize>, stages: &[usize], purpose: String) -> Fix {
        Fix {
            findings,
            stages: stages.to_vec(),
            ops: self.ops,
            text: self.text,
            purpose,
            nearness: self.nearness,
        }
    }
}

/// The nearest dilations of some stages with which they pass, or why there are none.
pub(super) fn nearest_change(
    candidates: &Candidates<'_>,
    checked: &Checked<'_>,
    knobs: &[Knob],
    policy: &Policy,
    stages: &[usize],
    also: Also,
    effort: &mut Effort,
) -> Result<Change, String> {
    let network = checked.facts.network;
    let own: Vec<&Knob> = knobs
        .iter()
        .filter(|knob| knob.is_dilation(network) && knob.value.is_some())
        .filter(|knob| {
            knob.stage(network)
                .is_some_and(|stage| stages.contains(&stage))
        })
        .collect();
    if own.is_empty() {
        return Err("no dilation that could change is written in its stage".to_owned());
    }
    if effort.next().is_none() {
        return Err(SPENT.to_owned());
    }
    let mut judge = Judge::new(candidates, &checked.facts, policy, stages, own, also);
    let Some((values, nearness)) = solve(&checked.facts, &mut judge, effort) else {
        return Err("no dilations of its stage that pass were found".to_owned());
    };
    let ops = set(network, &judge.knobs, &values);
    let text = candidates.with(&judge.knobs, &values, |network| {
        format!(
            "change {}",
            dilations(network, &stages_of(network, &ops), "to ")
        )
    });
    Ok(Change {
        ops,
        text,
        nearness,
    })
}
