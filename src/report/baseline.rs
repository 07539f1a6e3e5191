//! Findings that are known already, and are not reported again.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde::{Deserialize, Serialize};

use super::fingerprint::fingerprints;
use super::{BaselineSummary, Report};

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

    /// Takes the findings of a report in: those of files that were checked replace what was known of them, and files that are not there any
    /// more (`is_there`) are forgotten; what is known of others stays, and of files that are no network.
    pub fn update(&mut self, report: &Report, is_there: impl Fn(&str) -> bool) {
        let networks = report.files.iter().filter(|file| file.errors.is_empty());
        let checked: HashSet<&str> = networks.map(|file| file.path.as_str()).collect();
        self.known
            .retain(|known| !checked.contains(known.path.as_str()) && is_there(&known.path));
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

    /// Leaves known findings out of a report, and counts them and those that are gone: of the files checked, and of files that are not
    /// there any more (`is_there`).
    #[must_use]
    pub fn apply(&self, report: Report, is_there: impl Fn(&str) -> bool) -> Report {
        let mut of_path: BTreeMap<&str, BTreeMap<&str, &Known>> = BTreeMap::new();
        for known in &self.known {
            let of_file = of_path.entry(&known.path).or_default();
            of_file.insert(&known.fingerprint, known);
        }
        let mut held_back = 0;
        let mut gone: Vec<&Known> = Vec::new();
        let mut files = report.files;
        for file in &mut files {
            let Some(mut of_file) = of_path.remove(file.path.as_str()) else {
                continue;
            };
            if !file.errors.is_empty() {
                continue;
            }
            let mut fingerprints = fingerprints(file).into_iter();
            let before = file.findings.len();
            file.findings.retain(|_| {
                let is_known = |print: String| of_file.remove(print.as_str()).is_some();
                !fingerprints.next().is_some_and(is_known)
            });
            held_back += before - file.findings.len();
            gone.extend(of_file.into_values());
        }
        let files_gone = of_path.into_iter().filter(|(path, _)| !is_there(path));
        gone.extend(files_gone.flat_map(|(_, of_file)| of_file.into_values()));
        gone.sort();
        let mut report = Report::new(files);
        report.summary.baseline = Some(BaselineSummary {
            known: held_back,
            gone: gone.len(),
        });
        let words =
            |known: &Known| format!("{}: {} in \"{}\"", known.path, known.rule, known.stage);
        report.gone = gone.into_iter().map(words).collect();
        report
    }
}

impl std::fmt::Display for Baseline {
    /// The baseline file: a finding on each line, sorted, so that changes are easy to read.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let line = |known| Ok(format!("\n    {}", serde_json::to_string(known)?));
        let lines: Result<Vec<String>, serde_json::Error> = self.known.iter().map(line).collect();
        let lines = lines.map_err(|_| std::fmt::Error)?.join(",");
        let end = if self.known.is_empty() { "" } else { "\n  " };
        writeln!(
            f,
            "{{\n  \"version\": {BASELINE_VERSION},\n  \"findings\": [{lines}{end}]\n}}"
        )
    }
}
