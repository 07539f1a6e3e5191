//! The changes that mend the findings of a file, tried on it.

use std::collections::BTreeMap;

use crate::config::Config;
use crate::rules::{Checked, Finding};

use super::bench::Bench;
use super::effort::{Effort, SPENT};
use super::groups::groups;
use super::stages::fix;
use super::trial::Trial;
use super::{Edit, kernel};

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
    /// Changes that the file takes together.
    pub fixes: Vec<Fix>,
    /// Findings of the rules of [`MENDABLE`] for which there is none.
    pub left: Vec<Left>,
}

/// Changes for the findings of a file: dilations for stages with gridding or a common factor, kernels for transposed layers that write
/// unevenly. They were put into the file and checked.
#[must_use]
pub fn fixes(checked: &Checked<'_>, config: &Config, source: &str, mut effort: Effort) -> Fixes {
    within(checked, config, source, &mut effort)
}

/// The same; the work that it takes is taken off the effort.
pub(super) fn within(
    checked: &Checked<'_>,
    config: &Config,
    source: &str,
    effort: &mut Effort,
) -> Fixes {
    let mut left: BTreeMap<usize, String> = BTreeMap::new();
    if !effort.allows(config.network.layers.len()) {
        let mendable = |finding: &Finding| MENDABLE.contains(&finding.rule.id);
        let told = checked.findings.iter().enumerate();
        let left = told.filter(|(_, finding)| mendable(finding));
        return Fixes {
            fixes: Vec::new(),
            left: left
                .map(|(finding, _)| Left {
                    finding,
                    why: SPENT.to_owned(),
                })
                .collect(),
        };
    }
    let mut found = Vec::new();
    let bench = Bench::new(checked, config, source);
    for group in groups(checked, &config.policy) {
        match fix(&bench, &group, effort) {
            Ok(fix) => found.push(vec![fix]),
            Err(why) => left.extend(group.findings.iter().map(|&finding| (finding, why.clone()))),
        }
    }
    for (index, finding) in checked.findings.iter().enumerate() {
        if !["uneven-overlap", "unwritten-output"].contains(&finding.rule.id) {
            continue;
        }
        let ways = kernel::ways(config, source, finding);
        let fix = |way: kernel::Way| Fix {
            findings: vec![index],
            stages: vec![finding.stage],
            edits: way.edits,
            text: format!("{} write every output equally often", way.text),
            proof: Proof::Nearest { change: way.change },
        };
        let ways: Vec<Fix> = ways.into_iter().map(fix).collect();
        if ways.is_empty() {
            let why = "no kernel near it keeps the size of its output";
            left.insert(index, why.to_owned());
        } else {
            found.push(ways);
        }
    }
    let mut trial = Trial::new(&bench, &mut effort.checks);
    trial.take(&found);
    let mut fixes = trial.taken;
    left.extend(trial.refused);
    fixes.sort_by_key(|fix| fix.edits.first().map(|edit| edit.span.start));
    let left = left.into_iter();
    Fixes {
        fixes,
        left: left.map(|(finding, why)| Left { finding, why }).collect(),
    }
}
