//! Reports as JSON, and the values whose keys keep their order: formats are written as their specifications print them. A report is one object, or a line for each problem and finding and a last one for the totals.

use std::io::{self, Write};

use ndarray::{ArrayD, ArrayViewD, Axis};
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{FindingReport, ModelNote, ProblemReport, Report, Summary};

/// A line; `type` says which.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
enum Line<'a> {
    Problem {
        path: &'a str,
        #[serde(flatten)]
        problem: &'a ProblemReport,
    },
    Warning {
        path: &'a str,
        #[serde(flatten)]
        problem: &'a ProblemReport,
    },
    Note {
        path: &'a str,
        #[serde(flatten)]
        note: &'a ModelNote,
    },
    Finding {
        path: &'a str,
        #[serde(flatten)]
        finding: &'a FindingReport,
    },
    Summary {
        version: u32,
        files: usize,
        stages: usize,
        #[serde(flatten)]
        summary: &'a Summary,
    },
}

/// Writes a report line by line: objects of type `problem`, `warning`, `finding` and `note`, each with its path, and last one of type `summary`.
///
/// # Errors
/// Those of the writer.
pub fn json_lines(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    for file in &report.files {
        let path = &file.path;
        for problem in &file.errors {
            write(out, &Line::Problem { path, problem })?;
        }
        for problem in &file.warnings {
            write(out, &Line::Warning { path, problem })?;
        }
        for finding in &file.findings {
            write(out, &Line::Finding { path, finding })?;
        }
        for note in &file.notes {
            write(out, &Line::Note { path, note })?;
        }
    }
    write(
        out,
        &Line::Summary {
            version: report.version,
            files: report.files.iter().filter(|file| file.is_network()).count(),
            stages: report.files.iter().map(|file| file.stages.len()).sum(),
            summary: &report.summary,
        },
    )
}

/// Writes a value as indented JSON.
///
/// # Errors
/// Those of the writer.
pub fn json(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

fn write(out: &mut dyn Write, line: &Line<'_>) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    writeln!(out)
}

/// An array that is serialised as nested lists, outermost axis first.
#[derive(Clone, Debug, PartialEq)]
pub struct Nested<T>(pub ArrayD<T>);

impl<T: Serialize> Serialize for Nested<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        View(self.0.view()).serialize(serializer)
    }
}

struct View<'a, T>(ArrayViewD<'a, T>);

impl<T: Serialize> Serialize for View<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let (0, Some(value)) = (self.0.ndim(), self.0.first()) {
            return value.serialize(serializer);
        }
        serializer.collect_seq(self.0.axis_iter(Axis(0)).map(View))
    }
}

/// A value to be written.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Json {
    Plain(Value),
    List(Vec<Json>),
    #[serde(serialize_with = "in_order")]
    Object(Vec<(&'static str, Json)>),
}

/// What an object leaves out.
pub(super) const NOTHING: Json = Json::Plain(Value::Null);

impl<T: Into<Value>> From<T> for Json {
    fn from(value: T) -> Self {
        Self::Plain(value.into())
    }
}

/// An object, without the entries that are null.
pub(super) fn object<const N: usize>(entries: [(&'static str, Json); N]) -> Json {
    let is_there = |(_, value): &(_, Json)| !matches!(value, Json::Plain(Value::Null));
    Json::Object(entries.into_iter().filter(is_there).collect())
}

/// An object that holds a text alone.
pub(super) fn text(text: &str) -> Json {
    object([("text", text.into())])
}

/// A list.
pub(super) fn list(items: impl IntoIterator<Item = Json>) -> Json {
    Json::List(items.into_iter().collect())
}

/// A list, or nothing where it is empty.
pub(super) fn list_of_some(items: impl IntoIterator<Item = Json>) -> Json {
    let mut items = items.into_iter().peekable();
    if items.peek().is_some() {
        list(items)
    } else {
        NOTHING
    }
}

fn in_order<S: Serializer>(entries: &[(&str, Json)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(entries.iter().map(|(key, value)| (key, value)))
}
