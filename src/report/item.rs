//! Problems and findings alike, as the formats for other programs show them.

use crate::rules::Level;

use super::{FileReport, FixReport, Note, Place, ProblemReport, Span};

/// The rule under which other programs are shown why a file is no network.
pub const INVALID: &str = "invalid-network";

/// What [`INVALID`] finds.
pub const INVALID_SUMMARY: &str = "the file cannot be read, or is not a valid network";

/// The rule under which other programs are shown what may not be meant as it is read.
pub const DOUBTFUL: &str = "doubtful-file";

/// What [`DOUBTFUL`] finds.
pub const DOUBTFUL_SUMMARY: &str =
    "the file looks like a network but is not one, or may not mean what it says";

/// The rule under which other programs are shown where positions of a model end.
pub const NOT_FOLLOWED: &str = "not-followed";

/// What [`NOT_FOLLOWED`] finds.
pub const NOT_FOLLOWED_SUMMARY: &str =
    "positions of a model are not followed past an operator: what lies behind it is not checked";

/// The path of a network that was read from standard input.
pub const STDIN: &str = "<stdin>";

/// How much an item weighs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Weight {
    /// The file is no network.
    Problem,
    /// A finding at level deny.
    Deny,
    /// A finding at level warn.
    Warn,
    /// A finding at level note.
    #[default]
    Note,
}

/// A problem or a finding of a file.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Item<'a> {
    pub weight: Weight,
    /// Id of the rule.
    pub rule: &'a str,
    pub message: &'a str,
    pub notes: &'a [String],
    pub help: Option<&'a str>,
    /// Name of the stage; none of a problem.
    pub stage: Option<&'a str>,
    pub layer: Option<usize>,
    pub span: Option<&'a Span>,
    /// Words under the underline.
    #[cfg_attr(
        not(feature = "cli"),
        expect(dead_code, reason = "only terminals draw it")
    )]
    pub label: Option<&'a str>,
    pub related: &'a [Note],
    /// Other places of the same fault.
    pub others: &'a [Place],
    pub fix: Option<&'a FixReport>,
}

/// The items of a file: its problems, its findings, then its warnings, then where positions end.
pub(crate) fn items(file: &FileReport) -> impl Iterator<Item = Item<'_>> {
    let problems = file.errors.iter();
    let problems = problems.map(|problem| about_file(Weight::Problem, INVALID, problem));
    let warnings = file.warnings.iter();
    let warnings = warnings.map(|problem| about_file(Weight::Warn, DOUBTFUL, problem));
    let findings = file.findings.iter().map(|finding| Item {
        weight: match finding.level {
            Level::Deny => Weight::Deny,
            Level::Warn => Weight::Warn,
            Level::Note | Level::Allow => Weight::Note,
        },
        rule: finding.rule,
        message: &finding.message,
        notes: &finding.notes,
        help: finding.help.as_deref(),
        stage: Some(&finding.stage),
        layer: finding.layer,
        span: finding.span.as_ref(),
        label: Some(&finding.label),
        related: &finding.related,
        others: &finding.others,
        fix: finding.fix.as_ref(),
    });
    let ends = file.notes.iter().filter(|note| note.ends_positions);
    let ends = ends.map(|note| Item {
        weight: Weight::Note,
        rule: NOT_FOLLOWED,
        message: &note.message,
        notes: &note.places,
        ..Item::default()
    });
    problems.chain(findings).chain(warnings).chain(ends)
}

/// An item that is about the file, not about a stage.
fn about_file<'a>(weight: Weight, rule: &'static str, problem: &'a ProblemReport) -> Item<'a> {
    Item {
        weight,
        rule,
        message: &problem.message,
        help: problem.help.as_deref(),
        span: problem.span.as_ref(),
        label: problem.label.as_deref(),
        related: &problem.related,
        ..Item::default()
    }
}

/// Whether the report is of a file, not of a schedule that the command line gave.
pub(super) fn is_file(file: &FileReport) -> bool {
    file.source.is_some() || file.is_binary || !file.errors.is_empty()
}

/// Whether a path can be opened: that of standard input cannot.
pub(super) fn has_path(file: &FileReport) -> bool {
    is_file(file) && file.path != STDIN
}

impl Item<'_> {
    /// The message, then a line for each note and the help.
    pub fn text(&self) -> String {
        let mut text = self.message.to_owned();
        for note in self.notes {
            text.push_str("\nnote: ");
            text.push_str(note);
        }
        if let Some(help) = self.help {
            text.push_str("\nhelp: ");
            text.push_str(help);
        }
        text
    }

    /// The path, with line and column where there are some.
    pub fn place(&self, file: &FileReport) -> String {
        match self.span {
            Some(span) => format!("{}:{}:{}", file.path, span.line, span.column),
            None => file.path.clone(),
        }
    }
}
