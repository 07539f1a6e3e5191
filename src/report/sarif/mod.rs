//! A report in SARIF 2.1.0, the Static Analysis Results Interchange Format of OASIS.

mod model;
mod rules;
mod uri;

use std::fmt::Write as _;
use std::io::{self, Write};

use super::fingerprint::fingerprints;
use super::item::{INVALID, Item, Weight, is_file, items};
use super::json::json;
use super::totals::Totals;
use super::{FileReport, FixReport, Note, Report, Span};
use model::{
    ArtifactChange, Content, Driver, Fingerprints, Fix, Invocation, Location, Log, LogicalLocation,
    Message, Notification, PhysicalLocation, Region, Replacement, RuleReference, Run, SarifResult,
    Tool,
};

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
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "degrid",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    information_uri: env!("CARGO_PKG_REPOSITORY"),
                    rules: rules::rules(),
                },
            },
            invocations: [Invocation {
                execution_successful: report.summary.errors == 0,
                tool_execution_notifications: notifications(report),
            }],
            column_kind: "unicodeCodePoints",
            results: report.files.iter().flat_map(results).collect(),
        }],
    };
    json(out, &log)
}

fn notifications(report: &Report) -> Vec<Notification> {
    let mut notifications = Vec::new();
    for file in &report.files {
        for item in items(file).filter(|item| item.weight == Weight::Problem) {
            notifications.push(Notification {
                level: "error",
                message: Message::new(item.text()),
                locations: vec![location(file, item.span)],
                associated_rule: Some(RuleReference {
                    id: INVALID,
                    index: rules::index(INVALID),
                }),
            });
        }
    }
    notifications.extend(Totals::new(report).gone.map(|gone| Notification {
        level: "note",
        message: Message::new(gone),
        locations: Vec::new(),
        associated_rule: None,
    }));
    notifications
}

fn results(file: &FileReport) -> Vec<SarifResult> {
    let result = |(item, fingerprint): (Item<'_>, String)| {
        let mut place = location(file, item.span);
        if let Some(stage) = item.stage {
            place.logical_locations = vec![LogicalLocation {
                name: stage.to_owned(),
            }];
        }
        SarifResult {
            rule_id: item.rule.to_owned(),
            rule_index: rules::index(item.rule),
            level: match item.weight {
                Weight::Problem | Weight::Deny => "error",
                Weight::Warn => "warning",
                Weight::Note => "note",
            },
            message: message(&item),
            locations: [place],
            related_locations: related(file, item.related),
            fixes: item.fix.map(|f| fix(file, f)).into_iter().collect(),
            partial_fingerprints: Fingerprints {
                degrid: fingerprint,
            },
        }
    };
    items(file).zip(fingerprints(file)).map(result).collect()
}

/// The text of an item, with a link to each other place: viewers show those places where the text links to them.
fn message(item: &Item<'_>) -> Message {
    let mut text = item.text();
    for (id, note) in (1..).zip(item.related) {
        let label = note
            .message
            .replace('\\', "\\\\")
            .replace('[', "\\[")
            .replace(']', "\\]");
        // A text takes all that is written to it.
        let _ = write!(text, "\nsee: [{label}]({id})");
    }
    Message::new(text)
}

fn related(file: &FileReport, notes: &[Note]) -> Vec<Location> {
    let place = |(id, note): (usize, &Note)| Location {
        id: Some(id),
        message: Some(Message::new(note.message.clone())),
        ..location(file, Some(&note.span))
    };
    (1..).zip(notes).map(place).collect()
}

/// A place in the file; for a schedule of the command line its name, for there is no file.
fn location(file: &FileReport, span: Option<&Span>) -> Location {
    if !is_file(file) {
        return Location {
            logical_locations: vec![LogicalLocation {
                name: file.path.clone(),
            }],
            ..Location::default()
        };
    }
    Location {
        physical_location: Some(PhysicalLocation {
            artifact_location: uri::artifact(&file.path),
            region: span.map(region),
        }),
        ..Location::default()
    }
}

fn region(span: &Span) -> Region {
    Region {
        start_line: span.line,
        start_column: span.column,
        end_line: span.end_line,
        end_column: span.end_column,
    }
}

fn fix(file: &FileReport, fix: &FixReport) -> Fix {
    let replacements = fix.edits.iter().map(|edit| Replacement {
        deleted_region: region(&edit.span),
        inserted_content: Content {
            text: edit.text.clone(),
        },
    });
    Fix {
        description: Message::new(fix.message.clone()),
        artifact_changes: [ArtifactChange {
            artifact_location: uri::artifact(&file.path),
            replacements: replacements.collect(),
        }],
    }
}
