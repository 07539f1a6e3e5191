//! Changes of a network that remove findings.

use std::collections::BTreeMap;

use crate::network::{Knob, Network};
use crate::rules::{Checked, Finding, Level, Policy, Subject, check};

use super::candidate::{Candidates, changed, set};
use super::change::{FIXABLE, Fix, Fixes, MOST_IN_CYCLE, makes_alike};
use super::effort::{Effort, SPENT};
use super::groups::{Group, groups};
use super::judge::{Also, Judge};
use super::kept::Lazily;
use super::kernel;
use super::solve::{Solved, solve};
use super::together::Together;
use super::wording::{dilations, stages_of};

/// A network, fixed as far as it goes.
#[derive(Clone, Debug)]
pub struct Fixed {
    /// The network as it becomes.
    pub network: Network,
    /// What was changed. Findings are those of the round that changed it.
    pub fixes: Vec<Fix>,
    /// Findings of the rules of [`FIXABLE`] that stay, with why: for some a change that was not made, as it shrinks the receptive field.
    pub left: Vec<(Finding, String)>,
}

/// Most rounds in which what one change brought up is fixed by another.
const MOST_ROUNDS: usize = 8;

/// What is to be fixed, as it becomes, with the changes and the findings that stay. A round gives back what it changed, and why what is left stays.
pub(crate) fn in_rounds<S>(
    mut state: S,
    mut round: impl FnMut(&S) -> (Option<S>, Vec<Fix>, Vec<(Finding, String)>),
) -> (S, Vec<Fix>, Vec<(Finding, String)>) {
    let mut done = Vec::new();
    for number in 0.. {
        let (next, made, left) = round(&state);
        match next {
            Some(next) if !made.is_empty() && number < MOST_ROUNDS => state = next,
            _ => return (state, done, left),
        }
        done.extend(made);
    }
    unreachable!("the rounds are bounded")
}

/// Changes a network so that findings of gridding, common factors and uneven writes go: each by the smallest change of its numbers that
/// keeps the receptive field of every output, or as much of it as the target asks for. Of those the one whose receptive field stays
/// closest to what it was. What only a smaller receptive field removes is left, unless `may_shrink`.
///
/// ```
/// use degrid::{config, planner::{Effort, fix}};
/// let config = config::parse("[[stage]]\ndilations = [1, 1, 9]\n").unwrap();
/// let fixed = fix(&config.network, &config.network.knobs(), &config.policy, false, Effort::FIX);
/// assert_eq!(
///     fixed.fixes[0].message(),
///     "change dilations to 1, 3, 9: smallest change without gridding that keeps the receptive field"
/// );
/// ```
#[must_use]
pub fn fix(
    network: &Network,
    knobs: &[Knob],
    policy: &Policy,
    may_shrink: bool,
    mut effort: Effort,
) -> Fixed {
    let (network, fixes, left) = in_rounds(network.clone(), |network| {
        let knobs: Vec<Knob> = knobs.iter().map(|knob| settled(knob, network)).collect();
        let checked = check(network, policy);
        let found = fixes(&checked, &knobs, policy, &mut effort);
        let Fixes { fixes, left } = found.without_shrinking(may_shrink).0;
        let next = changed(network, fixes.iter().flat_map(|fix| &fix.ops)).ok();
        (next, fixes, of_findings(left, &checked))
    });
    Fixed {
        network,
        fixes,
        left,
    }
}

/// Reasons by the findings of a check.
pub(crate) fn of_findings(
    left: BTreeMap<usize, String>,
    checked: &Checked<'_>,
) -> Vec<(Finding, String)> {
    let left = left.into_iter();
    left.map(|(finding, why)| (checked.findings[finding].clone(), why))
        .collect()
}

/// A knob where a network has it; one whose layers differ by now stays as it is.
fn settled(knob: &Knob, network: &Network) -> Knob {
    let value = knob.of(&network.layers[knob.layers[0]].op);
    let mut layers = knob.layers.iter();
    let is_one = layers.all(|&layer| knob.of(&network.layers[layer].op) == value);
    Knob {
        value: knob.value.and(value).filter(|_| is_one),
        ..knob.clone()
    }
}

/// Why there is no fix where it cannot be said what it does to the receptive field.
const MANY_OUTPUTS: &str =
    "the network has too many outputs to see that each keeps its receptive field";

/// Changes for the findings of a check, all of which the network takes together. The work that it takes is taken off the effort.
#[must_use]
pub fn fixes(checked: &Checked<'_>, knobs: &[Knob], policy: &Policy, effort: &mut Effort) -> Fixes {
    let network = checked.facts.network;
    let mut left: BTreeMap<usize, String> = BTreeMap::new();
    let mut found: Vec<Vec<Fix>> = Vec::new();
    if network.layers.len() > effort.checks {
        let fixable = |(_, finding): &(usize, &Finding)| {
            finding.level > Level::Note && FIXABLE.contains(&finding.rule.id)
        };
        let findings = checked.findings.iter().enumerate().filter(fixable);
        left.extend(findings.map(|(index, _)| (index, SPENT.to_owned())));
        return Fixes {
            fixes: Vec::new(),
            left,
        };
    }
    let fixer = Fixer::new(checked, knobs, policy);
    for Group { stages, findings } in groups(checked, policy) {
        let is_gridding = |&index: &usize| checked.findings[index].rule.id == "gridding";
        let purpose = if findings.iter().any(is_gridding) {
            "without gridding"
        } else {
            "without a common factor"
        };
        match fixer.nearest(findings.clone(), &stages, None, purpose.to_owned(), effort) {
            Ok(fix) => found.push(vec![fix]),
            Err(why) => left.extend(findings.into_iter().map(|finding| (finding, why.clone()))),
        }
    }
    for (index, finding) in checked.findings.iter().enumerate() {
        if finding.level <= Level::Note
            || !["uneven-overlap", "unwritten-output"].contains(&finding.rule.id)
        {
            continue;
        }
        let Subject::Layer(layer) = finding.draft.site.subject else {
            continue;
        };
        let ways = kernel::ways(network, knobs, &fixer.asked, layer, index);
        if ways.is_empty() {
            let why = "no kernel near it keeps the size of its output";
            left.insert(index, why.to_owned());
        } else {
            found.push(ways);
        }
    }
    let mut together = Together::new(checked, policy, &fixer.asked, &mut effort.checks);
    let ways = |is_shrinking: bool, taken: &[Fix]| -> Vec<Vec<Fix>> {
        let is_open = |ways: &&Vec<Fix>| {
            let findings = ways.first().map(|fix| &fix.findings);
            taken.iter().all(|fix| Some(&fix.findings) != findings)
        };
        let own = found.iter().filter(is_open).map(|ways| {
            let own = ways
                .iter()
                .filter(|fix| fix.shrinks.is_some() == is_shrinking);
            own.cloned().collect::<Vec<Fix>>()
        });
        own.filter(|ways| !ways.is_empty()).collect()
    };
    together.take(&ways(false, &[]));
    // What shrinks the receptive field comes last, so that the others hold without it.
    let shrinking = ways(true, &together.taken);
    together.take(&shrinking);
    let mut fixes = together.taken;
    left.extend(together.refused);
    left.retain(|finding, _| fixes.iter().all(|fix| !fix.findings.contains(finding)));
    fixes.sort_by_key(|fix| fix.ops.first().map(|(layer, _)| *layer));
    Fixes { fixes, left }
}

/// A checked network whose dilations are changed.
pub(super) struct Fixer<'a> {
    pub candidates: Candidates<'a>,
    pub checked: &'a Checked<'a>,
    knobs: &'a [Knob],
    policy: &'a Policy,
    /// The receptive field to keep.
    pub asked: Lazily<'a>,
}

impl<'a> Fixer<'a> {
    pub(super) fn new(checked: &'a Checked<'a>, knobs: &'a [Knob], policy: &'a Policy) -> Self {
        let network = checked.facts.network;
        Self {
            asked: Lazily::new(network, policy.target.receptive_field),
            candidates: Candidates::new(network),
            checked,
            knobs,
            policy,
        }
    }

    /// The nearest dilations of some stages with which they pass, as a fix of some findings, or why there are none.
    pub(super) fn nearest(
        &self,
        findings: Vec<usize>,
        stages: &[usize],
        also: Also,
        purpose: String,
        effort: &mut Effort,
    ) -> Result<Fix, String> {
        let facts = &self.checked.facts;
        let network = facts.network;
        let is_own = |knob: &&Knob| {
            let stage = knob.stage(network);
            knob.is_dilation(network)
                && knob.value.is_some()
                && stage.is_some_and(|stage| stages.contains(&stage))
        };
        let own: Vec<&Knob> = self.knobs.iter().filter(is_own).collect();
        if own.is_empty() {
            return Err("no dilation that could change is written in its stage".to_owned());
        }
        if effort.next().is_none() {
            return Err(SPENT.to_owned());
        }
        if self.asked.get().is_none() {
            return Err(MANY_OUTPUTS.to_owned());
        }
        let mut whole = self.judge(stages, own.clone(), also);
        let ones = || vec![1; own.len()];
        // Half of the work is for what may shrink, should nothing be found here.
        let keeping = solve(network, &whole, ones(), 2, effort);
        let is_proved = keeping.is_ok();
        let mut change = Change {
            findings,
            stages,
            purpose,
            shrinks: None,
        };
        if let Ok(Some(solved)) = keeping {
            return Ok(self.change(change, &own, solved));
        }
        if also.is_none()
            && let Some((split, solved)) = self.in_cycles(stages, &own, effort)
        {
            change.purpose = format!("{} in a cycle of up to {MOST_IN_CYCLE}", change.purpose);
            return Ok(self.change(change, &split.iter().collect::<Vec<_>>(), solved));
        }
        change.shrinks = Some(is_proved);
        whole.kept = None;
        match solve(network, &whole, ones(), 1, effort) {
            Ok(Some(solved)) => Ok(self.change(change, &own, solved)),
            _ => Err("no dilations of its stage that pass were found".to_owned()),
        }
    }

    /// Values of knobs as a fix.
    fn change(&self, change: Change<'_>, knobs: &[&Knob], (values, nearness): Solved) -> Fix {
        let network = self.checked.facts.network;
        let ops = set(network, knobs, &values);
        let changed = stages_of(network, &ops);
        let are_alike = makes_alike(network, &ops);
        let (new, is_less, shrinks) = self.candidates.with(knobs, &values, |new| {
            let text = dilations(new, &changed, "to ");
            let asked = self.asked.get();
            let is_less = asked.is_some_and(|asked| asked.is_less(new));
            let shrink = |is_proved| asked?.shrink(network, new, is_proved);
            (text, is_less, change.shrinks.and_then(shrink))
        });
        Fix {
            findings: change.findings,
            stages: change.stages.to_vec(),
            ops,
            text: format!("change {new}"),
            purpose: change.purpose,
            nearness,
            to_target: is_less && shrinks.is_none(),
            are_alike,
            shrinks,
        }
    }

    pub(super) fn judge<'s>(
        &'s self,
        stages: &[usize],
        knobs: Vec<&'s Knob>,
        also: Also,
    ) -> Judge<'s> {
        let facts = &self.checked.facts;
        Judge::new(
            &self.candidates,
            facts,
            self.policy,
            stages,
            knobs,
            also,
            self.asked.get(),
        )
    }
}

/// What a change is for.
struct Change<'a> {
    findings: Vec<usize>,
    stages: &'a [usize],
    purpose: String,
    /// Whether it is proved that none keeps the receptive field; `None` where this one does.
    shrinks: Option<bool>,
}
