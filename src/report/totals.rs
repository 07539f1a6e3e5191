//! The summary line of a check in words.

use std::fmt;

use itertools::Itertools;

use super::{Report, Summary};

/// Most findings that are gone of which the summary says what they were.
const MOST_NAMED: usize = 3;

/// What was checked and found, in words.
#[derive(Clone, Debug)]
pub struct Totals {
    /// Files and stages.
    pub checked: String,
    /// Problems of files that are no network; none where there are none.
    pub problems: Option<String>,
    /// Findings at level deny.
    pub deny: Option<String>,
    /// Findings at level warn.
    pub warn: Option<String>,
    /// What the baseline holds back.
    pub known: Option<String>,
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
            baseline,
        } = report.summary;
        let stages: usize = report.files.iter().map(|f| f.stages.len()).sum();
        let some = |n: usize, word: &str| (n > 0).then(|| counted(n, word));
        let (known, gone) = baseline.map_or((0, 0), |b| (b.known, b.gone));
        let are = if gone == 1 { "is" } else { "are" };
        Self {
            checked: format!(
                "{} and {} checked",
                counted(report.files.len(), "file"),
                counted(stages, "stage")
            ),
            problems: some(errors, "error").map(|n| n + " in input"),
            deny: some(deny, "error"),
            warn: some(warn, "warning"),
            known: some(known, "known finding").map(|n| n + " not shown"),
            gone: some(gone, "known finding").map(|n| {
                let named = report.gone.iter().take(MOST_NAMED).join("; ");
                let more = if gone > MOST_NAMED { "; …" } else { "" };
                format!("{n} {are} gone ({named}{more}); the same check with `--update-baseline` drops what is gone")
            }),
        }
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found: Vec<&str> = [&self.problems, &self.deny, &self.warn]
            .into_iter()
            .filter_map(Option::as_deref)
            .collect();
        write!(f, "{}: ", self.checked)?;
        if found.is_empty() {
            f.write_str(self.none())?;
        }
        f.write_str(&found.join(", "))?;
        if let Some(known) = &self.known {
            write!(f, "; {known}")?;
        }
        match &self.gone {
            Some(gone) => write!(f, "\n{gone}"),
            None => Ok(()),
        }
    }
}

impl Totals {
    /// Words for nothing found.
    #[must_use]
    pub fn none(&self) -> &'static str {
        if self.known.is_some() {
            "no new findings"
        } else {
            "no findings"
        }
    }
}

fn counted(n: usize, word: &str) -> String {
    if n == 1 {
        format!("1 {word}")
    } else {
        format!("{n} {word}s")
    }
}
