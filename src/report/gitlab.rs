//! A report for GitLab: the Code Quality list.

use std::io::{self, Write};

use super::fingerprint::fingerprints;
use super::item::{Item, Weight, items};
use super::json::{Json, json, list, object};
use super::{FileReport, Report};

/// Writes a report as the JSON list that GitLab reads as a Code Quality artifact.
///
/// # Errors
/// Those of the writer.
pub fn gitlab(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let entries = report.files.iter().flat_map(|file| {
        let known = fingerprints(file);
        let entry = |(item, fingerprint)| entry(file, &item, fingerprint);
        items(file).zip(known).map(entry)
    });
    json(out, &list(entries))
}

fn entry(file: &FileReport, item: &Item<'_>, fingerprint: String) -> Json {
    let description = match item.help {
        Some(help) => format!("{} (help: {help})", item.message),
        None => item.message.to_owned(),
    };
    let severity = match item.weight {
        Weight::Problem => "critical",
        Weight::Deny => "major",
        Weight::Warn => "minor",
        Weight::Note => "info",
    };
    // A line is required; where there is none, the first.
    let (begin, end) = item.span.map_or((1, 1), |span| (span.line, span.end_line));
    let lines = object([("begin", begin.into()), ("end", end.into())]);
    object([
        ("description", description.into()),
        ("check_name", item.rule.into()),
        ("fingerprint", fingerprint.into()),
        ("severity", severity.into()),
        (
            "location",
            object([("path", file.path.as_str().into()), ("lines", lines)]),
        ),
    ])
}
