//! Comments `# degrid: allow(rule, …) reason`, which hold for their line.

use std::ops::Range;

use crate::network::Origin;

use super::problem::Problem;
use super::read::Reader;
use super::settings::{Vocabulary, rule};

/// A rule that a comment allows on its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// Id of the rule.
    pub rule: &'static str,
    /// Line of the comment, from 0.
    pub line: usize,
    /// Where the rule is named.
    pub span: Range<usize>,
    /// The same place for messages.
    pub origin: Origin,
    /// Index of the stage in which it stands (0 before the first).
    pub stage: usize,
}

/// All suppressions of a file; faulty ones are reported.
pub(crate) fn suppressions(
    source: &str,
    vocabulary: &Vocabulary,
    reader: &mut Reader,
) -> Vec<Suppression> {
    let mut found = Vec::new();
    // Most files have none: no need to find comments.
    if !source.contains("degrid:") {
        return found;
    }
    let (mut line, mut counted) = (0, 0);
    for token in toml_parser::Source::new(source).lex() {
        if token.kind() != toml_parser::lexer::TokenKind::Comment {
            continue;
        }
        let span = token.span().start()..token.span().end();
        let text = &source[span.clone()];
        let Some(rest) = text
            .trim_start_matches('#')
            .trim_start()
            .strip_prefix("degrid:")
        else {
            continue;
        };
        line += source[counted..span.start].matches('\n').count();
        counted = span.start;
        let start = span.end - rest.len();
        comment(rest, start, line, vocabulary, reader, &mut found);
    }
    found
}

fn comment(
    rest: &str,
    start: usize,
    line: usize,
    vocabulary: &Vocabulary,
    reader: &mut Reader,
    found: &mut Vec<Suppression>,
) {
    let body = rest.trim_start();
    let start = start + rest.len() - body.len();
    let list = body
        .strip_prefix("allow(")
        .and_then(|b| b.split_once(')'))
        .map(|(list, _)| list);
    let Some(list) = list else {
        reader.report(
            Problem::new(
                "a comment for degrid that it does not understand",
                start..start + body.len(),
            )
            .help("write `# degrid: allow(rule) reason`"),
        );
        return;
    };
    let mut offset = start + "allow(".len();
    for part in list.split(',') {
        let name = part.trim();
        let begin = offset + part.len() - part.trim_start().len();
        let span = begin..begin + name.len();
        if let Some(key) = rule(name, &span, vocabulary, reader) {
            found.push(Suppression {
                rule: key.id,
                line,
                span,
                origin: Origin::default(),
                stage: 0,
            });
        }
        offset += part.len() + 1;
    }
}
