//! A report for the log of GitHub Actions: workflow commands, which become annotations.

use std::io::{self, Write};

use super::check::Totals;
use super::item::{Item, Weight, has_path, items};
use super::{FileReport, Report};

/// Writes a report as one workflow command for each problem and finding, then a summary line.
///
/// # Errors
/// Those of the writer.
pub fn github(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    for file in &report.files {
        for item in items(file) {
            command(out, file, &item)?;
        }
    }
    writeln!(out, "{}", Totals::new(report))
}

fn command(out: &mut dyn Write, file: &FileReport, item: &Item<'_>) -> io::Result<()> {
    let name = match item.weight {
        Weight::Problem | Weight::Deny => "error",
        Weight::Warn => "warning",
        Weight::Note => "notice",
    };
    let title = property(&format!("degrid ({})", item.rule));
    write!(out, "::{name} title={title}")?;
    if has_path(file) {
        write!(out, ",file={}", property(&file.path))?;
        if let Some(span) = item.span {
            write!(out, ",line={}", span.line)?;
            // GitHub drops an annotation with columns that spans several lines. Its end column, as ours, is the one after the last.
            if span.line == span.end_line {
                write!(out, ",col={}", span.column)?;
            }
            write!(out, ",endLine={}", span.end_line)?;
            if span.line == span.end_line {
                write!(out, ",endColumn={}", span.end_column)?;
            }
        }
    }
    // The log shows the message alone, so it has the place as well.
    let text = format!("{}: {}", item.place(file), item.text());
    writeln!(out, "::{}", data(&text))
}

/// A text as the message of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A text as the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
