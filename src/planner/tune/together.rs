//! Changes tried together: those that a network takes are found with few checks of all of it.

use std::collections::BTreeMap;

use crate::network::Op;
use crate::rules::{Checked, Finding, Level, Policy, Verdict, check};

use super::candidate::{changed, keeps_sizes};
use super::change::Fix;
use super::effort::SPENT;
use super::kept::Lazily;

/// Fixes that a network takes together.
pub(super) struct Together<'a> {
    checked: &'a Checked<'a>,
    policy: &'a Policy,
    /// The receptive field that is kept where no change says that it shrinks.
    asked: &'a Lazily<'a>,
    /// Layers that may still be looked at.
    checks: &'a mut usize,
    /// What the network takes.
    pub taken: Vec<Fix>,
    /// Findings whose fixes it does not take, with why.
    pub refused: Vec<(usize, String)>,
}

impl<'a> Together<'a> {
    pub(super) fn new(
        checked: &'a Checked<'a>,
        policy: &'a Policy,
        asked: &'a Lazily<'a>,
        checks: &'a mut usize,
    ) -> Self {
        Self {
            checked,
            policy,
            asked,
            checks,
            taken: Vec::new(),
            refused: Vec::new(),
        }
    }

    /// Takes of each fix the first way that goes with those taken before. Most networks take them all at once; else each half is tried by
    /// itself.
    pub(super) fn take(&mut self, fixes: &[Vec<Fix>]) {
        if let [ways] = fixes {
            let mut refused = String::new();
            for fix in ways {
                match self.holds(std::slice::from_ref(fix)) {
                    Ok(()) => return self.taken.push(fix.clone()),
                    Err(why) => refused = why,
                }
            }
            let findings = ways.first().map_or(&[][..], |fix| &fix.findings);
            self.refused
                .extend(findings.iter().map(|&finding| (finding, refused.clone())));
            return;
        }
        let firsts: Vec<Fix> = fixes
            .iter()
            .filter_map(|ways| ways.first().cloned())
            .collect();
        if firsts.is_empty() {
            return;
        }
        if self.holds(&firsts).is_ok() {
            self.taken.extend(firsts);
        } else {
            let (some, rest) = fixes.split_at(fixes.len() / 2);
            self.take(some);
            self.take(rest);
        }
    }

    /// Whether the network takes more fixes beside those that it has taken: its maps keep their sizes, what was to be fixed is, and nothing
    /// else comes to be denied that was not.
    fn holds(&mut self, more: &[Fix]) -> Result<(), String> {
        let Self {
            checked, policy, ..
        } = *self;
        let old = checked.facts.network;
        let cost = old.layers.len() + 50;
        *self.checks = self.checks.checked_sub(cost).ok_or(SPENT)?;
        let fixes: Vec<&Fix> = self.taken.iter().chain(more).collect();
        let text = more.last().map_or("", |fix| fix.text.as_str());
        let mut ops: BTreeMap<usize, Op> = BTreeMap::new();
        for (layer, op) in fixes.iter().flat_map(|fix| &fix.ops) {
            if ops.insert(*layer, *op).is_some_and(|other| other != *op) {
                return Err(format!(
                    "\"{text}\" does not go with another change of the same layer: make that, and try again"
                ));
            }
        }
        let ops: Vec<(usize, Op)> = ops.into_iter().collect();
        let new = changed(old, &ops)
            .map_err(|error| format!("\"{text}\" would help, but then {error}"))?;
        if !keeps_sizes(old, &new) {
            return Err(format!(
                "\"{text}\" would help, but then the maps have other sizes"
            ));
        }
        // Each keeps the receptive field by itself; of two branches that hold it, both could give it up.
        let is_kept = fixes.iter().all(|fix| fix.shrinks.is_none());
        let is_seen = || self.asked.get().is_none_or(|asked| asked.is_seen(&new));
        if is_kept && !is_seen() {
            return Err(format!(
                "\"{text}\" would help, but with the other changes the receptive field is smaller"
            ));
        }
        let after = check(&new, policy);
        for fix in fixes {
            let index = fix.findings.iter();
            let mut removed =
                index.map(|&index| is_removed(&after, &fix.stages, &checked.findings[index]));
            if !removed.all(|is_removed| is_removed) {
                return Err(format!("\"{text}\" was tried, and does not remove it"));
            }
        }
        match after
            .findings
            .iter()
            .find(|finding| is_new(checked, finding))
        {
            Some(new) => Err(format!(
                "\"{text}\" would help, but then `{}` is found",
                new.rule.id
            )),
            None => Ok(()),
        }
    }
}

/// Whether a finding on some stages is gone.
fn is_removed(after: &Checked<'_>, stages: &[usize], finding: &Finding) -> bool {
    match finding.rule.id {
        // A rule that is silent where gridding is reported may have been right all the same.
        rule @ ("gridding" | "common-factor") => stages
            .iter()
            .all(|&stage| after.verdict(stage, rule) != Verdict::Fail),
        rule => !after
            .findings
            .iter()
            .any(|new| new.rule.id == rule && new.draft.site.subject == finding.draft.site.subject),
    }
}

/// Whether a finding at level deny was not there before. Some rules are silent where gridding is reported: what their verdict said counts.
/// A smaller receptive field is said of the change; a check reports a target that is missed.
pub(super) fn is_new(before: &Checked<'_>, finding: &Finding) -> bool {
    let (rule, stage) = (finding.rule.id, finding.stage);
    finding.level == Level::Deny
        && rule != "receptive-field-short"
        && before.verdict(stage, rule) != Verdict::Fail
}
