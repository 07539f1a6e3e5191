//! The summary line of a check in words.

use std::fmt;

use itertools::Itertools;

use crate::network::counted;

use super::check::{Report, Summary};
use super::item::Weight;

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
                counted(report.files.len(), "file"),
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
