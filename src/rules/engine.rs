//! Asks every rule, merges what is said twice, applies levels last.

use std::collections::HashSet;

use crate::network::Network;

use super::judgement::{Draft, Judgement, Verdict};
use super::{Check, Facts, Level, Numbers, Policy, RULES, Rule, gridding};

/// A finding with its level.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// Its level here.
    pub level: Level,
    /// Index of the stage.
    pub stage: usize,
    /// What is reported.
    pub draft: Draft,
}

/// What all rules say of a network.
pub struct Checked<'a> {
    /// The facts that they looked at.
    pub facts: Facts<'a>,
    /// A verdict for each stage and rule of [`RULES`], whatever its level.
    pub verdicts: Vec<Vec<Verdict>>,
    /// Findings at level warn or deny, in the order of their places.
    pub findings: Vec<Finding>,
}

/// Checks a network against all rules.
///
/// ```
/// use degrid::network::Network;
/// use degrid::rules::{self, Policy};
///
/// let network = Network::builder(2).dilations(3, [1, 2, 9]).build().unwrap();
/// let policy = Policy::default();
/// let checked = rules::check(&network, &policy);
/// assert_eq!(checked.findings[0].rule.id, "gridding");
/// ```
#[must_use]
pub fn check<'a>(network: &'a Network, policy: &'a Policy) -> Checked<'a> {
    let facts = Facts::new(network, &policy.target);
    let stages = facts.stages.len();
    let mut verdicts = vec![vec![Verdict::NotApplicable; RULES.len()]; stages];
    let mut findings = Vec::new();
    for (column, rule) in RULES.iter().enumerate() {
        let numbers = Numbers {
            policy,
            rule,
            gridding: &gridding::RULE,
        };
        let mut seen = HashSet::new();
        for judgement in judgements(rule, &facts, &numbers) {
            let slot = &mut verdicts[judgement.stage][column];
            // Fail if any axis fails, pass if any passes.
            *slot = (*slot).max(judgement.verdict);
            // Repetitions of a layer share its place.
            if let Some(draft) = judgement.finding
                && seen.insert((draft.site, draft.message.clone()))
            {
                let most = match (draft.is_mild, draft.is_unsure) {
                    (true, _) => Level::Note,
                    (false, true) => Level::Warn,
                    (false, false) => Level::Deny,
                };
                findings.push(Finding {
                    rule,
                    level: policy.level(rule, judgement.stage).min(most),
                    stage: judgement.stage,
                    draft,
                });
            }
        }
    }
    findings.retain(|f| f.level > Level::Allow);
    findings.sort_by_key(|f| (f.draft.site, f.rule.id));
    Checked {
        facts,
        verdicts,
        findings,
    }
}

fn judgements(rule: &Rule, facts: &Facts<'_>, numbers: &Numbers<'_>) -> Vec<Judgement> {
    match rule.check {
        Check::Network(check) => check(facts, numbers),
        Check::Stage(check) => facts
            .stages
            .iter()
            .flat_map(|s| check(facts, s, numbers))
            .collect(),
        Check::Layer(check) => (0..facts.network.layers.len())
            .filter_map(|l| check(facts, l, numbers))
            .collect(),
        Check::Comments => Vec::new(),
    }
}

impl Checked<'_> {
    /// The verdict of a rule on a stage.
    #[must_use]
    pub fn verdict(&self, stage: usize, rule: &str) -> Verdict {
        let column = RULES.iter().position(|r| r.id == rule);
        column.map_or(Verdict::NotApplicable, |column| {
            self.verdicts[stage][column]
        })
    }
}
