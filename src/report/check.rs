//! The report of a check of all its files.

use serde::Serialize;

use crate::rules::Level;

use super::FileReport;

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
    /// Findings at level note.
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
