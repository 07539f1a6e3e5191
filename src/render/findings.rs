//! Problems and findings, drawn into the file.

use annotate_snippets::{AnnotationKind, Group, Level as Title, Renderer, Snippet};

use crate::config::Level;
use crate::report::{FileReport, FindingReport, Note, ProblemReport, Span};

/// Longest line that is drawn whole; longer ones (a machine's, not a person's) are told without their text.
const LONGEST_LINE: usize = 4_000;

/// A problem or finding as text with colours, drawn into the file where it has a place.
#[must_use]
pub fn snippet_text(title: &Message<'_>, file: &FileReport, renderer: &Renderer) -> String {
    let mut group = title.level.clone().primary_title(title.text);
    if let Some(id) = title.id {
        group = group.id(id);
    }
    let mut group = match (title.span, &file.source) {
        (Some(span), Some(source)) if longest_line(source, span) <= LONGEST_LINE => {
            let mut snippet = Snippet::source(source.as_str())
                .path(file.path.as_str())
                .fold(true);
            snippet = snippet.annotation(
                AnnotationKind::Primary
                    .span(visible(source, span))
                    .label(title.label),
            );
            for note in title.related {
                snippet = snippet.annotation(
                    AnnotationKind::Context
                        .span(visible(source, &note.span))
                        .label(note.message.as_str()),
                );
            }
            group.element(snippet)
        }
        (Some(span), _) => group.element(
            annotate_snippets::Origin::path(file.path.as_str())
                .line(span.line)
                .char_column(span.column),
        ),
        (None, _) => group.element(annotate_snippets::Origin::path(file.path.as_str())),
    };
    for note in title.notes {
        group = group.element(Title::NOTE.message(note.as_str()));
    }
    if let Some(help) = title.help {
        group = group.element(Title::HELP.message(help));
    }
    let report: &[Group<'_>] = &[group];
    renderer.render(report)
}

/// What [`snippet_text`] draws.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    level: Title<'static>,
    id: Option<&'a str>,
    text: &'a str,
    span: Option<&'a Span>,
    label: Option<&'a str>,
    related: &'a [Note],
    notes: &'a [String],
    help: Option<&'a str>,
}

impl<'a> From<&'a FindingReport> for Message<'a> {
    fn from(finding: &'a FindingReport) -> Self {
        let level = if finding.level == Level::Deny {
            Title::ERROR
        } else {
            Title::WARNING
        };
        Self {
            level,
            id: Some(finding.rule),
            text: &finding.message,
            span: finding.span.as_ref(),
            label: Some(&finding.label),
            related: &finding.related,
            notes: &finding.notes,
            help: finding.help.as_ref().map(|h| h.0.as_str()),
        }
    }
}

impl<'a> From<&'a ProblemReport> for Message<'a> {
    fn from(problem: &'a ProblemReport) -> Self {
        Self {
            level: Title::ERROR,
            id: None,
            text: &problem.message,
            span: problem.span.as_ref(),
            label: problem.label.as_deref(),
            related: &problem.related,
            notes: &[],
            help: problem.help.as_deref(),
        }
    }
}

/// The bytes to underline: at least one character, and no line end.
fn visible(source: &str, span: &Span) -> std::ops::Range<usize> {
    let start = source.floor_char_boundary(span.bytes.start.min(source.len()));
    let end = source.floor_char_boundary(span.bytes.end.min(source.len()));
    start..end.max(start)
}

fn longest_line(source: &str, span: &Span) -> usize {
    let start = source.floor_char_boundary(span.bytes.start.min(source.len()));
    let from = source[..start].rfind('\n').map_or(0, |at| at + 1);
    source[from..].find('\n').unwrap_or(source.len() - from)
}
