//! A report in SARIF 2.1.0, the Static Analysis Results Interchange Format of OASIS.

mod rules;

use std::fmt::Write as _;
use std::io::{self, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::check::Totals;
use super::fingerprint::fingerprints;
use super::item::{INVALID, Item, STDIN, Weight, is_file, items};
use super::json::{Json, NOTHING, json, list, list_of_some, object, text};
use super::{FileReport, FixReport, Note, Report, Span};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes a report as one SARIF run.
///
/// Problems of files that are no network are notifications, and results too, under the rule `invalid-network`: viewers show results and
/// hardly anything else.
///
/// # Errors
/// Those of the writer.
pub fn sarif(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let site = env!("CARGO_PKG_REPOSITORY");
    let driver = object([
        ("name", "degrid".into()),
        ("semanticVersion", env!("CARGO_PKG_VERSION").into()),
        ("informationUri", (!site.is_empty()).then_some(site).into()),
        ("rules", rules::rules()),
    ]);
    let invocation = object([
        ("executionSuccessful", (report.summary.errors == 0).into()),
        ("toolExecutionNotifications", notifications(report)),
    ]);
    let run = object([
        ("tool", object([("driver", driver)])),
        ("invocations", list([invocation])),
        ("columnKind", "unicodeCodePoints".into()),
        ("results", list(report.files.iter().flat_map(results))),
    ]);
    let log = object([
        ("$schema", SCHEMA.into()),
        ("version", "2.1.0".into()),
        ("runs", list([run])),
    ]);
    json(out, &log)
}

fn notifications(report: &Report) -> Json {
    let of_file = |file| {
        let problems = items(file).filter(|item| item.weight == Weight::Problem);
        problems.map(move |item| {
            let rule = [
                ("id", INVALID.into()),
                ("index", rules::index(INVALID).into()),
            ];
            object([
                ("level", "error".into()),
                ("message", text(&item.text())),
                ("locations", list([location(file, item.span, None, None)])),
                ("associatedRule", object(rule)),
            ])
        })
    };
    let gone = Totals::new(report).gone;
    let gone = gone.map(|gone| object([("level", "note".into()), ("message", text(&gone))]));
    list_of_some(report.files.iter().flat_map(of_file).chain(gone))
}

fn results(file: &FileReport) -> Vec<Json> {
    let result = |(item, fingerprint): (Item<'_>, String)| {
        let level = match item.weight {
            Weight::Problem | Weight::Deny => "error",
            Weight::Warn => "warning",
            Weight::Note => "note",
        };
        let places = places(&item);
        let related = (1..).zip(&places);
        let related =
            related.map(|(id, note)| location(file, Some(&note.span), None, Some((id, note))));
        object([
            ("ruleId", item.rule.into()),
            ("ruleIndex", rules::index(item.rule).into()),
            ("level", level.into()),
            ("message", message(&item, &places)),
            (
                "locations",
                list([location(file, item.span, item.stage, None)]),
            ),
            ("relatedLocations", list_of_some(related)),
            ("fixes", list_of_some(item.fix.map(|f| fix(file, f)))),
            (
                "partialFingerprints",
                object([("degrid/v1", fingerprint.into())]),
            ),
        ])
    };
    items(file).zip(fingerprints(file)).map(result).collect()
}

/// Places that explain an item, then the first others of the same fault.
fn places(item: &Item<'_>) -> Vec<Note> {
    const MOST: usize = 16;
    let others = item.others.iter().filter_map(|place| {
        let span = place.span.clone()?;
        let message = format!("the same in \"{}\", line {}", place.stage, span.line);
        Some(Note { message, span })
    });
    item.related
        .iter()
        .cloned()
        .chain(others.take(MOST))
        .collect()
}

/// The text of an item, with a link to each other place: viewers show those places where the text links to them.
fn message(item: &Item<'_>, places: &[Note]) -> Json {
    let mut message = item.text();
    for (id, note) in (1..).zip(places) {
        let label = note
            .message
            .replace('\\', "\\\\")
            .replace('[', "\\[")
            .replace(']', "\\]");
        // A text takes all that is written to it.
        let _ = write!(message, "\nsee: [{label}]({id})");
    }
    text(&message)
}

/// A place in the file, in a stage, or one that a message links to; for a schedule of the command line its name, for there is no file.
fn location(
    file: &FileReport,
    span: Option<&Span>,
    stage: Option<&str>,
    link: Option<(usize, &Note)>,
) -> Json {
    let physical = is_file(file).then(|| {
        let region = span.map_or(NOTHING, region);
        object([("artifactLocation", artifact(file)), ("region", region)])
    });
    let name = stage.or((!is_file(file)).then_some(&file.path));
    let logical = name.map(|name| object([("name", name.into())]));
    object([
        ("id", link.map(|(id, _)| id).into()),
        (
            "message",
            link.map_or(NOTHING, |(_, note)| text(&note.message)),
        ),
        ("physicalLocation", physical.unwrap_or(NOTHING)),
        ("logicalLocations", list_of_some(logical)),
    ])
}

fn artifact(file: &FileReport) -> Json {
    let (uri, base) = uri(&file.path);
    object([("uri", uri.into()), ("uriBaseId", base.into())])
}

fn region(span: &Span) -> Json {
    object([
        ("startLine", span.line.into()),
        ("startColumn", span.column.into()),
        ("endLine", span.end_line.into()),
        ("endColumn", span.end_column.into()),
    ])
}

fn fix(file: &FileReport, fix: &FixReport) -> Json {
    let replacements = fix.edits.iter().map(|edit| {
        object([
            ("deletedRegion", region(&edit.span)),
            ("insertedContent", text(&edit.text)),
        ])
    });
    let change = object([
        ("artifactLocation", artifact(file)),
        ("replacements", list(replacements)),
    ]);
    object([
        ("description", text(&fix.message)),
        ("artifactChanges", list([change])),
    ])
}

/// What a path's URI writes with percent signs: all but letters, digits and these.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// The name by which code scanning knows the folder of the repository.
const BASE: &str = "%SRCROOT%";

/// A path's URI, and the name of the folder that it counts from where it lies below the current folder.
fn uri(path: &str) -> (String, Option<&'static str>) {
    let encoded = utf8_percent_encode(path, ENCODED).to_string();
    let is_drive = |p: &str| p.as_bytes().get(1) == Some(&b':') && p.contains('/');
    if path.starts_with('/') {
        (format!("file://{encoded}"), None)
    } else if is_drive(path) {
        (format!("file:///{}", encoded.replacen("%3A", ":", 1)), None)
    } else {
        let is_below = path != STDIN && !path.starts_with("../");
        (encoded, is_below.then_some(BASE))
    }
}
