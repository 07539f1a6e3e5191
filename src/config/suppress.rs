//! Comments `# degrid: allow(rule, …) reason`, which hold for their line.

use std::collections::HashMap;
use std::ops::Range;

use crate::rules::{self, Draft, Finding, Level, Part, Policy, Site, Subject};

use super::problem::Problem;
use super::read::Reader;
use super::settings::rule;

/// A rule that a comment allows on its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// Id of the rule.
    pub rule: &'static str,
    /// Line of the comment, from 0.
    pub line: usize,
    /// Where the rule is named.
    pub span: Range<usize>,
    /// Index of the stage in which it stands (0 before the first).
    pub stage: usize,
}

/// All suppressions of a file; faulty ones are reported.
pub(crate) fn suppressions(source: &str, reader: &mut Reader) -> Vec<Suppression> {
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
        comment(rest, start, line, reader, &mut found);
    }
    found
}

fn comment(
    rest: &str,
    start: usize,
    line: usize,
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
                "unknown form of a `degrid:` comment",
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
        if let Some(key) = rule(name, &span, reader) {
            found.push(Suppression {
                rule: key.id,
                line,
                span,
                stage: 0,
            });
        }
        offset += part.len() + 1;
    }
}

/// The rule that finds comments without effect.
const UNUSED: &str = "unused-allow";

/// Takes out findings that comments allow, and adds one for each comment that allows nothing.
pub(crate) fn apply(
    suppressions: &[Suppression],
    policy: &Policy,
    line_of: impl Fn(Site) -> Option<usize>,
    findings: &mut Vec<Finding>,
) {
    let mut used = vec![false; suppressions.len()];
    let mut by_place: HashMap<(&str, usize), Vec<usize>> = HashMap::new();
    for (index, suppression) in suppressions.iter().enumerate() {
        let place = (suppression.rule, suppression.line);
        by_place.entry(place).or_default().push(index);
    }
    findings.retain(|finding| {
        let Some(line) = line_of(finding.draft.site) else {
            return true;
        };
        let allowing = by_place.get(&(finding.rule.id, line));
        for &index in allowing.into_iter().flatten() {
            used[index] = true;
        }
        allowing.is_none()
    });
    let Some(rule) = rules::find(UNUSED) else {
        return;
    };
    let level = policy.network_level(rule);
    if level == Level::Allow {
        return;
    }
    let unused = suppressions.iter().zip(used).enumerate();
    for (index, (suppression, _)) in unused.filter(|(_, (_, used))| !used) {
        let message = format!(
            "this comment allows `{}`, but there is no such finding on its line",
            suppression.rule
        );
        let draft = Draft::new(
            Site::new(Subject::Comment(index), Part::All),
            message,
            "allows nothing",
        )
        .help("delete the comment, or move it to the line of the finding");
        findings.push(Finding {
            rule,
            level,
            stage: suppression.stage,
            draft,
        });
    }
}
