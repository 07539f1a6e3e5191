//! The changes that mend the findings of a file, each tried on it.

use std::collections::BTreeMap;

use crate::config::{Config, Level, parse};
use crate::rules::{Checked, Finding, Verdict, check, vocabulary};

use super::stages::{fix, groups};
use super::{Edit, apply, kernel};

/// The rules whose findings can be mended.
pub const MENDABLE: [&str; 4] = [
    "common-factor",
    "gridding",
    "uneven-overlap",
    "unwritten-output",
];

/// A change of a file that mends findings.
#[derive(Clone, Debug)]
pub struct Fix {
    /// The findings that it mends, by index.
    pub findings: Vec<usize>,
    /// The stages that it may change, by index.
    pub stages: Vec<usize>,
    /// What to put where, in the order of the file.
    pub edits: Vec<Edit>,
    /// One line: what the change does.
    pub text: String,
    /// Whether nothing nearer passes.
    pub proof: Proof,
}

/// Whether a change is the nearest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Nothing that changes less passes.
    Nearest {
        /// How much the numbers change in all.
        change: i64,
    },
    /// The search ended before that was known.
    UsedUp,
}

impl Fix {
    /// The change in one line, with what is known of it.
    #[must_use]
    pub fn message(&self) -> String {
        match self.proof {
            Proof::Nearest { .. } => format!("{}: the nearest that do", self.text),
            Proof::UsedUp => format!(
                "{}; nearer ones may exist, the search was cut short",
                self.text
            ),
        }
    }
}

/// A finding that stays.
#[derive(Clone, Debug)]
pub struct Left {
    /// The finding, by index.
    pub finding: usize,
    /// Why.
    pub why: String,
}

/// What can be mended in a file, and what cannot.
#[derive(Clone, Debug, Default)]
pub struct Fixes {
    /// Changes, each of which the file can take alone.
    pub fixes: Vec<Fix>,
    /// Findings of the rules of [`MENDABLE`] for which there is none.
    pub left: Vec<Left>,
}

/// How much work to put into the fixes of a file, in layers of networks that are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort(pub usize);

impl Effort {
    /// Beside a check: a file of thousands of findings, which nobody mends before the next check, gets fixes for the first of them.
    pub const CHECK: Self = Self(20_000);
    /// For their own sake.
    pub const FIX: Self = Self(2_000_000);

    /// Takes off what one more fix of a network costs; false where nothing is left.
    fn take(&mut self, checked: &Checked<'_>) -> bool {
        let cost = checked.facts.network.layers.len() + 50;
        let may = self.0 >= cost;
        self.0 -= if may { cost } else { self.0 };
        may
    }
}

/// Changes for the findings of a file: dilations for stages with gridding or a common factor, kernels for transposed layers that write
/// unevenly. Each was put into the file and checked. `published` as for [`check`].
#[must_use]
pub fn fixes(
    checked: &Checked<'_>,
    config: &Config,
    source: &str,
    published: bool,
    mut effort: Effort,
) -> Fixes {
    let mut all = Fixes::default();
    let mut told: BTreeMap<usize, String> = BTreeMap::new();
    let spent =
        "the file has so many findings that repairs for the first ones alone were looked for";
    let before = Before::new(checked, config, published);
    for group in groups(checked, config, published) {
        let found = if effort.take(checked) {
            fix(checked, config, source, published, &group)
        } else {
            Err(spent.to_owned())
        };
        let found = found.and_then(|fix| before.holds(source, &fix).map(|()| fix));
        match found {
            Ok(fix) => all.fixes.push(fix),
            Err(why) => told.extend(group.findings.iter().map(|&finding| (finding, why.clone()))),
        }
    }
    for (index, finding) in checked.findings.iter().enumerate() {
        if !["uneven-overlap", "unwritten-output"].contains(&finding.rule.id) {
            continue;
        }
        let found = if effort.take(checked) {
            before.transposed(source, index)
        } else {
            Err(spent.to_owned())
        };
        match found {
            Ok(fix) => all.fixes.push(fix),
            Err(why) => {
                told.insert(index, why);
            }
        }
    }
    all.fixes
        .sort_by_key(|fix| fix.edits.first().map(|edit| edit.span.start));
    let told = told.into_iter();
    all.left = told.map(|(finding, why)| Left { finding, why }).collect();
    all
}

/// A file before it is mended.
struct Before<'a> {
    checked: &'a Checked<'a>,
    config: &'a Config,
    published: bool,
}

impl<'a> Before<'a> {
    fn new(checked: &'a Checked<'a>, config: &'a Config, published: bool) -> Self {
        Self {
            checked,
            config,
            published,
        }
    }

    /// The nearest kernel for the transposed layer of a finding that the file takes.
    fn transposed(&self, source: &str, index: usize) -> Result<Fix, String> {
        let finding = &self.checked.findings[index];
        let mut refused = "no kernel near it keeps the size of its output".to_owned();
        for way in kernel::ways(self.config, source, finding.draft.site.origin) {
            let fix = Fix {
                findings: vec![index],
                stages: vec![finding.stage],
                edits: way.edits,
                text: format!("{} write every output equally often", way.text),
                proof: Proof::Nearest { change: way.change },
            };
            match self.holds(source, &fix) {
                Ok(()) => return Ok(fix),
                Err(why) => refused = why,
            }
        }
        Err(refused)
    }

    /// Whether the file takes a change: it stays a network of the same sizes, what was to be mended is, and nothing else comes to be
    /// denied that was not.
    fn holds(&self, source: &str, fix: &Fix) -> Result<(), String> {
        let text = apply(source, &fix.edits).map_err(|error| error.to_string())?;
        let config = parse(&text, &vocabulary()).map_err(|problems| {
            let first = problems
                .first()
                .map_or("", |problem| problem.message.as_str());
            format!(
                "{} would, but then the file is no network: {first}",
                fix.text
            )
        })?;
        let sizes = |config: &Config| -> Vec<_> {
            let stages = config.network.stages.iter();
            stages
                .map(|stage| config.network.facts(stage.output).size)
                .collect()
        };
        if sizes(self.config) != sizes(&config) {
            return Err(format!(
                "{} would, but then the maps have other sizes: the padding is written for the old ones",
                fix.text
            ));
        }
        let after = check(&config, self.published);
        let mended = |&index: &usize| {
            let old = &self.checked.findings[index];
            // A rule that is silent where gridding is told may have been right all the same.
            let passes = |rule| {
                fix.stages
                    .iter()
                    .all(|&s| after.verdict(s, rule) != Verdict::Fail)
            };
            match old.rule.id {
                rule @ ("gridding" | "common-factor") => passes(rule),
                rule => !after.findings.iter().any(|new| {
                    new.rule.id == rule
                        && new.draft.layer == old.draft.layer
                        && new.stage == old.stage
                }),
            }
        };
        if !fix.findings.iter().all(mended) {
            return Err(format!("{} were tried, and do not mend it", fix.text));
        }
        // Some rules are silent where gridding is told: what their verdict said before counts. A smaller receptive field is what repairs
        // come at; `check` tells of a target that is missed.
        let is_new = |finding: &&Finding| {
            let (rule, stage) = (finding.rule.id, finding.stage);
            finding.level == Level::Deny
                && rule != "receptive-field-short"
                && self.checked.verdict(stage, rule) != Verdict::Fail
        };
        match after.findings.iter().find(is_new) {
            Some(new) => Err(format!(
                "{} would, but then `{}` is found",
                fix.text, new.rule.id
            )),
            None => Ok(()),
        }
    }
}
