//! Changes tried on a file: those that go together are found with few checks of the whole.

use crate::config::{Config, parse};
use crate::network::{AxisOp, Network, Window};
use crate::rules::{Finding, Level, Verdict};

use super::bench::Bench;
use super::effort::SPENT;
use super::mend::Fix;
use super::{Edit, apply};

/// Fixes that a file takes together.
pub(super) struct Trial<'a> {
    bench: &'a Bench<'a>,
    /// Layers that may still be looked at.
    checks: &'a mut usize,
    /// What the file takes.
    pub taken: Vec<Fix>,
    /// Findings whose fixes it does not take, with why.
    pub refused: Vec<(usize, String)>,
}

impl<'a> Trial<'a> {
    pub(super) fn new(bench: &'a Bench<'a>, checks: &'a mut usize) -> Self {
        Self {
            bench,
            checks,
            taken: Vec::new(),
            refused: Vec::new(),
        }
    }

    /// Takes of each fix the first way that goes with those taken before. Most files take them all at once; else each half is tried by
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

    /// Whether the file takes more fixes beside those that it has taken: it stays a network of the same sizes, what was to be mended is,
    /// and nothing else comes to be denied that was not.
    fn holds(&mut self, more: &[Fix]) -> Result<(), String> {
        let Bench {
            checked,
            config: old,
            source,
            ..
        } = *self.bench;
        let cost = old.network.layers.len() + 50;
        *self.checks = self.checks.checked_sub(cost).ok_or(SPENT)?;
        let fixes: Vec<&Fix> = self.taken.iter().chain(more).collect();
        let told = more.last().map_or("", |fix| fix.text.as_str());
        let text = apply(source, &edits(&fixes)).map_err(|_| {
            format!("{told} would, but not together with another change: mend that, and try again")
        })?;
        let mut new = parse(&text).map_err(|problems| {
            let first = problems
                .first()
                .map_or("", |problem| problem.message.as_str());
            format!("{told} would, but then the file is no network: {first}")
        })?;
        new.policy.profile = old.policy.profile;
        if !keeps_sizes(old, &new) {
            return Err(format!(
                "{told} would, but then the maps have other sizes: the padding is written for the old ones"
            ));
        }
        let after = new.check_only();
        let is_mended = |stages: &[usize], index: usize| {
            let finding = &checked.findings[index];
            // A rule that is silent where gridding is told may have been right all the same.
            let passes = |rule| {
                let fails = |&stage: &usize| after.verdict(stage, rule) == Verdict::Fail;
                !stages.iter().any(fails)
            };
            match finding.rule.id {
                rule @ ("gridding" | "common-factor") => passes(rule),
                rule => !after.findings.iter().any(|new| {
                    new.rule.id == rule
                        && new.draft.layer == finding.draft.layer
                        && new.stage == finding.stage
                }),
            }
        };
        for fix in fixes {
            if !fix
                .findings
                .iter()
                .all(|&index| is_mended(&fix.stages, index))
            {
                return Err(format!("{told} were tried, and do not mend it"));
            }
        }
        // Some rules are silent where gridding is told: what their verdict said before counts. A smaller receptive field is what repairs
        // come at; `check` tells of a target that is missed.
        let is_new = |finding: &&Finding| {
            let (rule, stage) = (finding.rule.id, finding.stage);
            finding.level == Level::Deny
                && rule != "receptive-field-short"
                && checked.verdict(stage, rule) != Verdict::Fail
        };
        match after.findings.iter().find(is_new) {
            Some(new) => Err(format!("{told} would, but then `{}` is found", new.rule.id)),
            None => Ok(()),
        }
    }
}

/// The edits of some fixes, each once: two fixes may ask for the same padding.
pub(super) fn edits(fixes: &[&Fix]) -> Vec<Edit> {
    let mut edits: Vec<Edit> = fixes.iter().flat_map(|fix| fix.edits.clone()).collect();
    edits.sort_by(|a, b| {
        (a.span.start, a.span.end, &a.text).cmp(&(b.span.start, b.span.end, &b.text))
    });
    edits.dedup();
    edits
}

/// Whether all maps of two networks, which differ in numbers only, have the same sizes. Without an input, layers with padding must grow as
/// much as before; those without shrink their maps by what they span.
fn keeps_sizes(old: &Config, new: &Config) -> bool {
    let sizes = |network: &Network| -> Vec<_> {
        let stages = network.stages.iter();
        stages
            .map(|stage| network.facts(stage.output).size)
            .collect()
    };
    let grows = |window: &Window| window.low + window.high - window.extent();
    let pairs = old.network.layers.iter().zip(&new.network.layers);
    let keeps = pairs
        .flat_map(|(old, new)| {
            old.op
                .axes
                .iter()
                .zip(new.op.axes.iter())
                .collect::<Vec<_>>()
        })
        .all(|axes| match axes {
            (AxisOp::Window(old), AxisOp::Window(new)) => {
                (old.low, old.high, new.low, new.high) == (0, 0, 0, 0) || grows(old) == grows(new)
            }
            _ => true,
        });
    keeps && sizes(&old.network) == sizes(&new.network)
}
