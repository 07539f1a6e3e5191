//! A report for GitLab: the Code Quality list.

use std::io::{self, Write};

use serde::Serialize;

use super::fingerprint::fingerprints;
use super::item::{Item, Weight, items};
use super::json::json;
use super::{FileReport, Report};

#[derive(Serialize)]
struct Entry<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// Writes a report as the JSON list that GitLab reads as a Code Quality artifact.
///
/// # Errors
/// Those of the writer.
pub fn gitlab(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let entries: Vec<Entry<'_>> = report
        .files
        .iter()
        .flat_map(|file| {
            let known = fingerprints(file);
            let entry = |(item, fingerprint)| entry(file, &item, fingerprint);
            items(file).zip(known).map(entry).collect::<Vec<_>>()
        })
        .collect();
    json(out, &entries)
}

fn entry<'a>(file: &'a FileReport, item: &Item<'a>, fingerprint: String) -> Entry<'a> {
    Entry {
        description: match item.help {
            Some(help) => format!("{} (help: {help})", item.message),
            None => item.message.to_owned(),
        },
        check_name: item.rule,
        fingerprint,
        severity: match item.weight {
            Weight::Problem => "critical",
            Weight::Deny => "major",
            Weight::Warn => "minor",
            Weight::Note => "info",
        },
        location: Location {
            path: &file.path,
            // A line is required; where there is none, the first.
            lines: Lines {
                begin: item.span.map_or(1, |span| span.line),
                end: item.span.map_or(1, |span| span.end_line),
            },
        },
    }
}
