//! The findings of a file, each with the change that would remove it.

use serde::Serialize;

use crate::config::{Config, Edit, Spans, Splicer};
use crate::planner::{Effort, Names, alignments, fixes, hints, weights};
use crate::rules::{Checked, Draft, Finding, Level, Site};

use super::locate::{LineIndex, Span};

/// Another place that explains a message.
#[derive(Clone, Debug, Serialize)]
pub struct Note {
    /// What is there.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// A finding.
#[derive(Clone, Debug, Serialize)]
pub struct FindingReport {
    /// Id of the rule.
    pub rule: &'static str,
    /// Its level.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// What would be right: one line.
    pub help: Option<String>,
    /// Name of the stage.
    pub stage: String,
    /// Index in the stage's list, from 0; null for the stage itself.
    pub layer: Option<usize>,
    /// Where; null without a file.
    pub span: Option<Span>,
    /// Facts that explain it.
    pub notes: Vec<String>,
    /// Words under the underline.
    #[serde(skip)]
    pub label: String,
    /// Places that explain it.
    pub related: Vec<Note>,
    /// Other places of the same fault, see `FileReport::merged`.
    pub others: Vec<Place>,
    /// The change of the file that `degrid fix` would make; null where it has none.
    pub fix: Option<FixReport>,
}

/// Where a fault is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Name of the stage.
    pub stage: String,
    /// Index in the stage's list, from 0; null for the stage itself.
    pub layer: Option<usize>,
    /// Where; null without a file.
    pub span: Option<Span>,
}

/// A change of the file that removes a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FixReport {
    /// One line: what the change does.
    pub message: String,
    /// What to put where, in the order of the file.
    pub edits: Vec<EditReport>,
}

/// A place of the file, and what to put there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EditReport {
    /// What to replace.
    pub span: Span,
    /// What to put there.
    pub text: String,
}

/// The findings of a check, with the changes that would remove them.
pub(super) fn finding_reports(
    config: &Config,
    source: Option<&str>,
    checked: &Checked<'_>,
    index: &LineIndex<'_>,
    names: Names<'_>,
) -> Vec<FindingReport> {
    let mut findings: Vec<FindingReport> = checked
        .findings
        .iter()
        .map(|f| finding(checked, f, &config.spans, index))
        .collect();
    add_changes(config, source, checked, index, names, &mut findings);
    findings
}

/// Puts the smallest changes that their rules accept beside the findings, those that `degrid fix` makes with their edits.
fn add_changes(
    config: &Config,
    source: Option<&str>,
    checked: &Checked<'_>,
    index: &LineIndex<'_>,
    names: Names<'_>,
    findings: &mut [FindingReport],
) {
    let edit_report = |edit: &Edit| EditReport {
        span: index.span(edit.span.clone()),
        text: edit.text.clone(),
    };
    let knobs = config.knobs();
    let mut effort = Effort::CHECK;
    let found = fixes(checked, &config.open_knobs(), &config.policy, &mut effort).fixes;
    let edits = source.map(|source| Splicer::new(config, source, &knobs).edits_of(&found));
    let mut said = Vec::new();
    for (at, fix) in found.iter().enumerate() {
        let message = fix.headline();
        let mut notes: Vec<String> = fix.caveats().into_iter().map(str::to_owned).collect();
        let kind = fix.kind(checked.facts.network);
        // Once a file.
        if !said.contains(&kind) {
            said.push(kind);
            if let Some(&first) = fix.findings.first() {
                findings[first].notes.push(weights(kind).to_owned());
            }
        }
        let written = edits.as_ref().map(|edits| &edits[at]);
        let edits = match written {
            // Nobody shall lose receptive field by taking what an editor offers.
            Some(Ok(_)) if fix.shrinks.is_some() => {
                notes.push("`degrid fix --shrink` makes this change".to_owned());
                None
            }
            Some(Ok(edits)) => Some(edits),
            Some(Err(why)) => {
                notes.push(format!("`degrid fix` cannot write this change: {why}"));
                None
            }
            None => None,
        };
        let fixed = edits.map(|edits| FixReport {
            message: message.clone(),
            edits: edits.iter().map(edit_report).collect(),
        });
        for &finding in &fix.findings {
            findings[finding].help = Some(message.clone());
            findings[finding].notes.extend(notes.iter().cloned());
            findings[finding].fix.clone_from(&fixed);
        }
    }
    for hint in hints(checked, &knobs, &config.policy, &mut effort) {
        for &finding in &hint.findings {
            findings[finding].help = Some(hint.headline());
            let caveats = hint.caveats().into_iter().map(str::to_owned);
            findings[finding].notes.extend(caveats);
        }
    }
    for (finding, text) in alignments(checked, &config.policy, names) {
        findings[finding].help = Some(text);
    }
}

fn finding(
    checked: &Checked<'_>,
    finding: &Finding,
    spans: &Spans,
    index: &LineIndex<'_>,
) -> FindingReport {
    let locate = |site: Site| spans.locate(site).map(|bytes| index.span(bytes));
    let note = |(site, message): &(Site, String)| {
        Some(Note {
            message: message.clone(),
            span: locate(*site)?,
        })
    };
    let Draft { site, related, .. } = &finding.draft;
    FindingReport {
        rule: finding.rule.id,
        level: finding.level,
        message: finding.draft.message.clone(),
        help: finding.draft.help.clone(),
        stage: checked.facts.network.stages[finding.stage].name.clone(),
        layer: site.index(checked.facts.network),
        span: locate(*site),
        notes: finding.draft.notes.clone(),
        label: finding.draft.label.clone(),
        related: related.iter().filter_map(note).collect(),
        others: Vec::new(),
        fix: None,
    }
}
