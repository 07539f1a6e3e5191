//! Findings that are known already, and are not reported again.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::fingerprint::fingerprints;
use super::{BaselineSummary, FileReport, Report};

/// Version of the layout of a baseline file.
pub const BASELINE_VERSION: u32 = 1;

/// Known findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    known: BTreeSet<Known>,
}

/// A known finding. Only its path and fingerprint are compared; the rest is for readers of the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    path: String,
    rule: String,
    stage: String,
    layer: Option<usize>,
    fingerprint: String,
}

/// A baseline file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Layout {
    #[serde(rename = "version")]
    _version: u32,
    findings: Vec<Known>,
}

/// What is looked at first: another version has another layout.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

impl Baseline {
    /// Reads a baseline file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let no_baseline = |e: serde_json::Error| format!("it is no baseline file: {e}");
        let Version { version } = serde_json::from_str(text).map_err(no_baseline)?;
        if version != BASELINE_VERSION {
            return Err(format!(
                "its version is {version}, and this degrid reads version {BASELINE_VERSION}"
            ));
        }
        let layout: Layout = serde_json::from_str(text).map_err(no_baseline)?;
        Ok(Self {
            known: layout.findings.into_iter().collect(),
        })
    }

    /// Number of findings.
    #[must_use]
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Takes the findings of a report in: those of files that were checked replace what was known of them; what is known of others stays,
    /// and of files that are no network.
    pub fn update(&mut self, report: &Report) {
        let checked: HashSet<&str> = checked(report).map(|file| file.path.as_str()).collect();
        self.known
            .retain(|known| !checked.contains(known.path.as_str()));
        for file in &report.files {
            // Problems have fingerprints too, and come first; a file has findings only where it has no problems.
            for (finding, fingerprint) in file.findings.iter().zip(fingerprints(file)) {
                self.known.insert(Known {
                    path: file.path.clone(),
                    rule: finding.rule.to_owned(),
                    stage: finding.stage.clone(),
                    layer: finding.layer,
                    fingerprint,
                });
            }
        }
    }

    /// Leaves known findings out of a report, and tells in its summary how many, and how many are gone.
    #[must_use]
    pub fn apply(&self, report: Report) -> Report {
        let mut known: HashMap<&str, HashSet<&str>> = HashMap::new();
        for entry in &self.known {
            let of_file = known.entry(&entry.path).or_default();
            of_file.insert(&entry.fingerprint);
        }
        let mut summary = BaselineSummary::default();
        let mut files = report.files;
        for file in files.iter_mut().filter(|file| file.errors.is_empty()) {
            let Some(of_file) = known.get(file.path.as_str()) else {
                continue;
            };
            let mut fingerprints = fingerprints(file).into_iter();
            let before = file.findings.len();
            file.findings.retain(|_| {
                fingerprints
                    .next()
                    .is_none_or(|fingerprint| !of_file.contains(fingerprint.as_str()))
            });
            let left_out = before - file.findings.len();
            summary.known += left_out;
            summary.gone += of_file.len() - left_out;
        }
        let mut report = Report::new(files);
        report.summary.baseline = Some(summary);
        report
    }
}

/// Files that are a network.
fn checked(report: &Report) -> impl Iterator<Item = &FileReport> {
    report.files.iter().filter(|file| file.errors.is_empty())
}

impl std::fmt::Display for Baseline {
    /// The baseline file: a finding on each line, sorted, so that changes are easy to read.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut lines = String::new();
        for (number, known) in self.known.iter().enumerate() {
            let line = serde_json::to_string(known).map_err(|_| std::fmt::Error)?;
            write!(lines, "{}\n    {line}", if number == 0 { "" } else { "," })?;
        }
        let end = if self.known.is_empty() { "" } else { "\n  " };
        writeln!(
            f,
            "{{\n  \"version\": {BASELINE_VERSION},\n  \"findings\": [{lines}{end}]\n}}"
        )
    }
}
