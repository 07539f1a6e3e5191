//! A report as JUnit XML.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report as Suites, TestCase, TestCaseStatus, TestSuite};

use crate::rules::RULES;

use super::item::{DOUBTFUL, INVALID, Item, NOT_FOLLOWED, Weight, has_path, items};
use super::{FileReport, Report};

/// Writes a report as JUnit XML: a suite for each file, and in it a case for each rule, so that cases keep their names from run to run.
///
/// A case fails where its rule has findings that fail the check; warnings are in the output of a case that passes, unless
/// `deny_warnings`. A file that is no network has one case, an error. So there are failures or errors if and only if the exit code is
/// not 0.
///
/// # Errors
/// Those of the writer.
pub fn junit(out: &mut dyn Write, report: &Report, deny_warnings: bool) -> io::Result<()> {
    let mut suites = Suites::new("degrid");
    for file in &report.files {
        suites.add_test_suite(suite(file, deny_warnings));
    }
    suites.serialize(out).map_err(io::Error::other)
}

fn suite(file: &FileReport, deny_warnings: bool) -> TestSuite {
    let mut suite = TestSuite::new(clean(&file.path));
    let all: Vec<Item<'_>> = items(file).collect();
    let mut cases = vec![INVALID];
    if file.errors.is_empty() {
        cases = RULES.iter().map(|rule| rule.id).collect();
        if file.network.is_none() {
            cases.clear();
        }
        if !file.warnings.is_empty() {
            cases.push(DOUBTFUL);
        }
        if file.notes.iter().any(|note| note.ends_positions) {
            cases.push(NOT_FOLLOWED);
        }
    }
    for rule in cases {
        let found: Vec<&Item<'_>> = all.iter().filter(|item| item.rule == rule).collect();
        suite.add_test_case(case(file, rule, &found, deny_warnings));
    }
    suite
}

fn case(file: &FileReport, rule: &str, found: &[&Item<'_>], deny_warnings: bool) -> TestCase {
    let fails = |item: &&&Item<'_>| match item.weight {
        Weight::Problem | Weight::Deny => true,
        Weight::Warn => deny_warnings,
        Weight::Note => false,
    };
    let texts = found.iter();
    let texts = texts.map(|item| format!("{}: {}", item.place(file), item.text()));
    let text = clean(&itertools::join(texts, "\n\n"));
    let first = found.iter().find(fails);
    let status = first.map(|item| {
        let kind = if item.weight == Weight::Problem {
            NonSuccessKind::Error
        } else {
            NonSuccessKind::Failure
        };
        let mut status = TestCaseStatus::non_success(kind);
        // An attribute has no lines.
        let more = found.len() - 1;
        let message = clean(item.message).replace('\n', " ");
        let message = if more == 0 {
            message
        } else {
            format!("{message} (and {more} more)")
        };
        status
            .set_message(message)
            .set_type(rule)
            .set_description(text.as_str());
        status
    });
    let passes = status.is_none();
    let mut case = TestCase::new(rule, status.unwrap_or_else(TestCaseStatus::success));
    case.set_classname(clean(&file.path));
    if has_path(file) {
        case.extra.insert("file".into(), clean(&file.path).into());
        if let Some(span) = first.and_then(|item| item.span) {
            case.extra
                .insert("line".into(), span.line.to_string().into());
        }
    }
    if passes && !text.is_empty() {
        case.set_system_out(text);
    }
    case
}

/// A text that XML can hold: what it cannot, and other control characters, are replaced.
fn clean(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '\n' => letter,
            '\t' => ' ',
            '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
            letter if letter.is_control() => '\u{fffd}',
            letter => letter,
        })
        .collect()
}
