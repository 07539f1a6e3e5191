//! Reports as JSON: one object, or a line for each problem and finding and a last one for the totals.

use std::io::{self, Write};

use ndarray::{ArrayD, ArrayViewD, Axis};
use serde::{Serialize, Serializer};

use super::{FindingReport, ProblemReport, Report, Summary};

/// A line; `type` says which.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
enum Line<'a> {
    Problem {
        path: &'a str,
        #[serde(flatten)]
        problem: &'a ProblemReport,
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

/// Writes a report line by line: objects of type `problem` and `finding`, each with its path, and last one of type `summary`.
///
/// # Errors
/// Those of the writer.
pub fn json_lines(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    for file in &report.files {
        let path = &file.path;
        for problem in &file.errors {
            write(out, &Line::Problem { path, problem })?;
        }
        for finding in &file.findings {
            write(out, &Line::Finding { path, finding })?;
        }
    }
    write(
        out,
        &Line::Summary {
            version: report.version,
            files: report.files.len(),
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
