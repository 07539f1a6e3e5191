//! Asks every rule, merges what is said twice, applies levels last.

use std::collections::HashSet;

use crate::config::{Config, Level, LevelSetting, Settings};

use super::judgement::{Draft, Judgement, Verdict};
use super::{Check, Facts, Numbers, PUBLISHED, RULES, Rule, gridding, unused_allow};

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

/// Checks a network against all rules. `published` denies the three published rules, as the profile of that name does.
#[must_use]
pub fn check(config: &Config, published: bool) -> Checked<'_> {
    judged(
        config,
        published,
        Facts::new(&config.network, &config.target),
    )
}

/// The same without values that pass, which take longest to find: for what is checked only to see whether it passes.
pub(crate) fn check_only(config: &Config, published: bool) -> Checked<'_> {
    let facts = Facts::new(&config.network, &config.target);
    facts.repair_nothing();
    judged(config, published, facts)
}

fn judged<'a>(config: &'a Config, published: bool, facts: Facts<'a>) -> Checked<'a> {
    let stages = facts.stages.len();
    let mut verdicts = vec![vec![Verdict::NotApplicable; RULES.len()]; stages];
    let mut findings = Vec::new();
    let published = published || config.settings.published;
    let gridding_reported =
        |stage: usize| level(&gridding::RULE, &config.settings, stage, published) > Level::Allow;
    for (column, rule) in RULES.iter().enumerate() {
        let find = |stage: usize, name: &str| number(rule, &config.settings, stage, name);
        let level = |stage: usize| level(rule, &config.settings, stage, published);
        let reported = |stage: usize| level(stage) > Level::Allow;
        let mut seen = HashSet::new();
        for judgement in judgements(
            rule,
            &facts,
            &Numbers {
                find: &find,
                reported: &reported,
                gridding_reported: &gridding_reported,
            },
        ) {
            let slot = &mut verdicts[judgement.stage][column];
            // Fail if any axis fails, pass if any passes.
            *slot = (*slot).max(judgement.verdict);
            let Some(draft) = judgement.finding else {
                continue;
            };
            // Repetitions of an entry share its place.
            if seen.insert((draft.site, draft.message.clone())) {
                let level = level(judgement.stage);
                findings.push(Finding {
                    rule,
                    level,
                    stage: judgement.stage,
                    draft,
                });
            }
        }
    }
    findings.retain(|f| f.level > Level::Allow);
    unused_allow::apply(config, &mut findings);
    let place = |f: &Finding| {
        let span = config
            .spans
            .locate(f.draft.site.origin, f.draft.site.part, f.draft.site.axis);
        span.map_or(0, |s| s.start)
    };
    findings.sort_by_key(|f| (place(f), f.rule.id));
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

/// What applies to a stage: its own setting, then the file's.
fn settings<'s>(
    settings: &'s Settings,
    stage: usize,
    rule: &str,
) -> impl Iterator<Item = &'s LevelSetting> {
    let own = settings.stages.get(stage).into_iter().flatten();
    let rule = rule.to_owned();
    own.chain(&settings.file).filter(move |s| s.rule == rule)
}

/// The level of a rule for a stage: as set, else as the profile says, else the rule's own.
fn level(rule: &Rule, all: &Settings, stage: usize, published: bool) -> Level {
    let profile = if published && PUBLISHED.contains(&rule.id) {
        Level::Deny
    } else {
        rule.level
    };
    settings(all, stage, rule.id)
        .find_map(|s| s.level)
        .unwrap_or(profile)
}

/// The level of a rule for a stage of a network file. `published` as for [`check`].
#[must_use]
pub fn level_of(rule: &Rule, config: &Config, stage: usize, published: bool) -> Level {
    let published = published || config.settings.published;
    level(rule, &config.settings, stage, published)
}

fn number(rule: &Rule, all: &Settings, stage: usize, name: &str) -> f64 {
    let set = settings(all, stage, rule.id).find_map(|s| {
        s.numbers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| *value)
    });
    let default = || {
        rule.options
            .iter()
            .find(|o| o.name == name)
            .map_or(0.0, |o| o.default)
    };
    set.unwrap_or_else(default)
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

    /// Findings at a level.
    #[must_use]
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|f| f.level == level).count()
    }
}
