//! The report of a check of all its files, and its summary line in words.

use std::fmt;

use itertools::Itertools;
use serde::Serialize;

use crate::network::counted;
use crate::rules::Level;

use super::FileReport;
use super::item::Weight;

/// Version of the JSON layout.
pub const VERSION: u32 = 2;

/// What a check reports.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Version of this layout.
    pub version: u32,
    /// Each file, in the order of their paths.
    pub files: Vec<FileReport>,
    /// Totals.
    pub summary: Summary,
    /// The findings of a baseline that are gone, in words.
    #[serde(skip)]
    pub gone: Vec<String>,
}

/// Totals of a check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Problems of files that could not be read as a network.
    pub errors: usize,
    /// Findings at level deny.
    pub deny: usize,
    /// Findings at level warn, and warnings of files.
    pub warn: usize,
    /// Findings at level note, and kinds of operators of models at which positions end.
    pub note: usize,
    /// What a baseline held back; left out where none was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<BaselineSummary>,
}

/// What a baseline did to a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BaselineSummary {
    /// Findings that are known, and left out.
    pub known: usize,
    /// Findings of the baseline that the files checked no longer have, and those of files that are not there any more.
    pub gone: usize,
}

impl Report {
    /// The same with one finding for each fault, see [`FileReport::merged`]; the totals count those.
    #[must_use]
    pub fn merged(self) -> Self {
        let files = self.files.into_iter().map(FileReport::merged).collect();
        let mut merged = Self::new(files);
        merged.summary.baseline = self.summary.baseline;
        merged.gone = self.gone;
        merged
    }

    /// Puts files together. What several rules say of a stage's schedule is the finding of the highest level, with the others among its notes.
    #[must_use]
    pub fn new(files: Vec<FileReport>) -> Self {
        let files: Vec<FileReport> = files.into_iter().map(FileReport::of_causes).collect();
        let mut summary = Summary::default();
        for file in &files {
            summary.errors += file.errors.len();
            summary.warn += file.warnings.len();
            summary.note += file.notes.iter().filter(|n| n.ends_positions).count();
            for finding in &file.findings {
                match finding.level {
                    Level::Deny => summary.deny += 1,
                    Level::Warn => summary.warn += 1,
                    Level::Note => summary.note += 1,
                    Level::Allow => {}
                }
            }
        }
        Self {
            version: VERSION,
            files,
            summary,
            gone: Vec::new(),
        }
    }
}

/// Most findings that are gone of which the summary says what they were.
const MOST_NAMED: usize = 3;

/// What was checked and found, in words.
#[derive(Clone, Debug)]
pub struct Totals {
    checked: String,
    found: Vec<(Weight, String)>,
    /// What the baseline holds back.
    known: Option<String>,
    /// What the baseline holds and the files no longer have.
    pub gone: Option<String>,
}

impl Totals {
    /// Counts a report.
    #[must_use]
    pub fn new(report: &Report) -> Self {
        let Summary {
            errors,
            deny,
            warn,
            note,
            baseline,
        } = report.summary;
        let networks = report.files.iter().filter(|f| f.is_network()).count();
        let stages: usize = report.files.iter().map(|f| f.stages.len()).sum();
        let some = |n: usize, word: &str| (n > 0).then(|| counted(n, word));
        let (known, gone) = baseline.map_or((0, 0), |b| (b.known, b.gone));
        let are = if gone == 1 { "is" } else { "are" };
        let unreadable = some(errors, "error").map(|n| n + " in input");
        let found = [
            (Weight::Problem, unreadable),
            (Weight::Deny, some(deny, "error")),
            (Weight::Warn, some(warn, "warning")),
            (Weight::Note, some(note, "note")),
        ];
        Self {
            checked: format!(
                "{} and {} checked",
                counted(networks, "file"),
                counted(stages, "stage")
            ),
            found: found
                .into_iter()
                .filter_map(|(weight, words)| Some((weight, words?)))
                .collect(),
            known: some(known, "known finding").map(|n| n + " not shown"),
            gone: some(gone, "known finding").map(|n| {
                let named = report.gone.iter().take(MOST_NAMED).join("; ");
                let more = if gone > MOST_NAMED { "; …" } else { "" };
                format!("{n} {are} gone ({named}{more}); the same check with `--update-baseline` drops what is gone")
            }),
        }
    }

    /// The summary, each count as `style` writes it; without a weight the words for nothing found.
    pub(crate) fn styled(&self, style: impl Fn(Option<Weight>, &str) -> String) -> String {
        let mut found = self
            .found
            .iter()
            .map(|(weight, words)| style(Some(*weight), words))
            .join(", ");
        if found.is_empty() {
            let new = if self.known.is_some() { "new " } else { "" };
            found = style(None, &format!("no {new}findings"));
        }
        let after = |sign: &str, text: &Option<String>| {
            text.as_ref()
                .map_or_else(String::new, |text| format!("{sign}{text}"))
        };
        let (known, gone) = (after("; ", &self.known), after("\n", &self.gone));
        format!("{}: {found}{known}{gone}", self.checked)
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.styled(|_, words| words.to_owned()))
    }
}
