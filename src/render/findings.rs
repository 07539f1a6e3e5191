//! Problems and findings, drawn into the file.

use std::ops::Range;

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level as Title, Origin, Patch, Renderer, Snippet,
};

use super::text::filled;
use crate::report::{FileReport, FixReport, Item, Note, Span, Weight};

/// Longest line that is drawn; of longer ones (a machine's, not a person's) only the place is given.
const LONGEST_LINE: usize = 4_000;

/// Lines between a finding and another place from which on this is drawn on its own.
const FAR: usize = 200;

/// A problem or finding as text with colours, drawn into the file where it has a place; its messages broken between words at a column.
pub fn snippet_text(
    item: &Item<'_>,
    file: &FileReport,
    renderer: &Renderer,
    breaking: Option<usize>,
) -> String {
    // Where the text of a title and of a note begins; the number of a line is rarely wider.
    let is_finding = item.weight != Weight::Problem;
    let title = "warning: ".len() + if is_finding { item.rule.len() + 2 } else { 0 };
    let note = "1000 = note: ".len();
    let fit = |text: &str, start: usize| match breaking {
        Some(columns) => filled(text, columns.saturating_sub(start)).join("\n"),
        None => text.to_owned(),
    };
    let level = match item.weight {
        Weight::Problem | Weight::Deny => Title::ERROR,
        Weight::Warn => Title::WARNING,
        Weight::Note => Title::NOTE,
    };
    let mut group = level.primary_title(fit(item.message, title));
    if is_finding {
        group = group.id(item.rule);
    }
    let mut group = match (item.span, &file.source) {
        (Some(span), Some(source)) if longest_line(source, span) <= LONGEST_LINE => {
            let is_near = |note: &&Note| note.span.line.abs_diff(span.line) <= FAR;
            let (near, far): (Vec<&Note>, Vec<&Note>) = item.related.iter().partition(is_near);
            let path = file.path.as_str();
            let spans = near.iter().map(|note| &note.span);
            let lines = Lines::of(source, spans.chain([span]));
            let own = AnnotationKind::Primary.span(lines.visible(source, span));
            let others = near.into_iter().map(|note| lines.note(source, note));
            let snippet = lines.snippet(source, path);
            let snippet = snippet
                .annotation(own.label(item.label))
                .annotations(others);
            let elsewhere = far.into_iter().map(|note| {
                let lines = Lines::of(source, [&note.span]);
                let snippet = lines.snippet(source, path);
                snippet.annotation(lines.note(source, note))
            });
            group.element(snippet).elements(elsewhere)
        }
        (Some(span), _) => {
            let origin = Origin::path(file.path.as_str()).line(span.line);
            group.element(origin.char_column(span.column))
        }
        (None, _) => group.element(Origin::path(file.path.as_str())),
    };
    for text in item.notes {
        group = group.element(Title::NOTE.message(fit(text, note)));
    }
    let patch = item.fix.and_then(|fix| {
        let message = fit(&fix.message, "help: ".len());
        patch(fix, message, file)
    });
    if let (None, Some(help)) = (&patch, item.help) {
        group = group.element(Title::HELP.message(fit(help, note)));
    }
    let report: Vec<Group<'_>> = std::iter::once(group).chain(patch).collect();
    renderer.render(&report)
}

/// The change that fixes a finding, as lines taken out and put in; `None` where lines are too long to be drawn, or too far apart.
fn patch<'a>(fix: &'a FixReport, message: String, file: &'a FileReport) -> Option<Group<'a>> {
    let source = file.source.as_ref()?;
    let spans = || fix.edits.iter().map(|edit| &edit.span);
    let (first, last) = (spans().next()?, spans().next_back()?);
    let is_short = |span: &Span| longest_line(source, span) <= LONGEST_LINE;
    if last.line - first.line > FAR || !spans().all(is_short) {
        return None;
    }
    let lines = Lines::of(source, spans());
    let edits = fix.edits.iter();
    let patches =
        edits.map(|edit| Patch::new(lines.visible(source, &edit.span), edit.text.as_str()));
    let title = Title::HELP.secondary_title(message);
    Some(title.element(lines.snippet(source, &file.path).patches(patches)))
}

/// Lines of a file, for drawing: the renderer looks at all that it is given, for each finding.
struct Lines {
    /// Number of the first line.
    first: usize,
    bytes: Range<usize>,
}

impl Lines {
    /// The lines from the first to the last of some places, and the line before, where a place at the end of a file is drawn.
    fn of<'s>(source: &str, spans: impl IntoIterator<Item = &'s Span>) -> Self {
        let (mut line, mut start, mut end) = (usize::MAX, source.len(), 0);
        for span in spans {
            let bytes = within(source, span);
            line = line.min(span.line);
            start = start.min(bytes.start);
            end = end.max(bytes.end);
        }
        let begin = |at: usize| source[..at].rfind('\n').map_or(0, |at| at + 1);
        let own = begin(start);
        let after = source[end..].find('\n');
        Self {
            first: line - usize::from(own > 0),
            bytes: begin(own.saturating_sub(1))..after.map_or(source.len(), |at| end + at + 1),
        }
    }

    fn snippet<'s, T: Clone>(&self, source: &'s str, path: &'s str) -> Snippet<'s, T> {
        Snippet::source(&source[self.bytes.clone()])
            .line_start(self.first)
            .path(path)
            .fold(true)
    }

    fn note<'n>(&self, source: &str, note: &'n Note) -> Annotation<'n> {
        AnnotationKind::Context
            .span(self.visible(source, &note.span))
            .label(note.message.as_str())
    }

    /// The bytes to underline, counted from where these lines begin.
    fn visible(&self, source: &str, span: &Span) -> Range<usize> {
        let bytes = within(source, span);
        bytes.start - self.bytes.start..bytes.end - self.bytes.start
    }
}

/// The bytes of a place, whole characters of the source.
fn within(source: &str, span: &Span) -> Range<usize> {
    let start = source.floor_char_boundary(span.bytes.start.min(source.len()));
    let end = source.floor_char_boundary(span.bytes.end.min(source.len()));
    start..end.max(start)
}

fn longest_line(source: &str, span: &Span) -> usize {
    let start = within(source, span).start;
    let from = source[..start].rfind('\n').map_or(0, |at| at + 1);
    source[from..].find('\n').unwrap_or(source.len() - from)
}
