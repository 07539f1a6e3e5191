//! The table of stages.

use anstyle::Style;

use crate::draw::number;
use crate::footprint::real_count;
use crate::network::{per_axis, times};
use crate::report::writes::{StageWrites, Writes, WritesReport};

use super::super::style::Styles;
use super::super::table::{Align, Table};
use super::super::text::{BLANK, cut};
use super::counts::{PLAIN, texts};

/// The row of all layers together.
pub(super) const TOGETHER: &str = "together";

/// A row for each stage.
pub(super) fn table(rows: &[&StageWrites], report: &WritesReport, styles: &Styles) -> Table {
    let over = format!("in {}-D", report.dims);
    let columns = [
        ("stage", Align::Left),
        ("transposed", Align::Left),
        ("phases", Align::Left),
        ("contrast", Align::Right),
        (over.as_str(), Align::Right),
        ("map", Align::Right),
        ("interior", Align::Right),
        ("border", Align::Right),
    ];
    let mut table = Table::new(&columns, 2);
    let blank = || BLANK.to_owned();
    for row in rows {
        let mut cells = vec![label(row, report), row.transposed.join(", ")];
        let mut uneven = false;
        if let Some(writes) = &row.writes {
            uneven = writes.contrast_of_all.is_none_or(|c| c > 1.0);
            let (interior, border) = borders(writes);
            let phases: Vec<String> = writes
                .phases
                .iter()
                .zip(&writes.unit)
                .map(|(counts, unit)| in_turn(texts(counts, *unit)))
                .collect();
            cells.push(same_or(&phases, " × "));
            let each: Vec<String> = writes.contrast.iter().map(|c| ratio(*c)).collect();
            cells.push(per_axis(&each));
            let all = ratio(writes.contrast_of_all);
            cells.push(if report.dims == 1 { blank() } else { all });
            let sizes = row.from.zip(row.to);
            let map = sizes.map_or_else(blank, |(a, b)| format!("{} → {}", times(&a), times(&b)));
            cells.extend([map, interior, border]);
        } else {
            cells.resize(columns.len(), blank());
        }
        let style = |column: usize| {
            if uneven && (column == 3 || column == 4) {
                styles.warn
            } else {
                Style::new()
            }
        };
        table.row(
            cells
                .into_iter()
                .enumerate()
                .map(|(c, text)| (text, style(c)))
                .collect(),
        );
    }
    table.drop_blank(BLANK);
    table
}

/// What a row is called: all layers together have a short name.
pub(super) fn label(row: &StageWrites, report: &WritesReport) -> String {
    match &report.stacked {
        Some(stacked) if stacked.name == row.name => TOGETHER.to_owned(),
        _ => cut(&row.name, 24),
    }
}

/// Counts in turn, or one for all.
fn in_turn(mut texts: Vec<String>) -> String {
    if texts.len() > 1 && texts.iter().all(|t| *t == texts[0]) {
        texts.truncate(1);
        return format!("{} each", texts[0]);
    }
    texts.join(",")
}

/// Where a map is as the interior, and the counts outside.
fn borders(writes: &Writes) -> (String, String) {
    let Some(borders) = &writes.borders else {
        return (BLANK.to_owned(), BLANK.to_owned());
    };
    let interior: Vec<String> = borders
        .iter()
        .map(|b| match b.interior {
            Some([0, last]) if last + 1 == b.size => "all".to_owned(),
            Some([first, last]) => format!("{first}–{last}"),
            None => "none".to_owned(),
        })
        .collect();
    let outside: Vec<String> = borders
        .iter()
        .map(|b| match (b.least, b.most) {
            (Some(least), Some(most)) if real_count(most) / real_count(b.unit) > PLAIN => {
                let share = |count: u128| match b.inside {
                    Some(inside @ 1..) => {
                        format!("{:.0}%", real_count(count) / real_count(inside) * 100.0)
                    }
                    _ => number(real_count(count) / real_count(b.unit)),
                };
                let mut ends = vec![share(least), share(most)];
                ends.dedup();
                ends.join("–")
            }
            (Some(least), Some(most)) => {
                let mut ends = texts(&[least, most], b.unit);
                ends.dedup();
                ends.join("–")
            }
            _ => BLANK.to_owned(),
        })
        .collect();
    (same_or(&interior, " × "), same_or(&outside, " × "))
}

fn same_or(values: &[String], between: &str) -> String {
    if values.iter().all(|v| *v == values[0]) {
        values[0].clone()
    } else {
        values.join(between)
    }
}

fn ratio(contrast: Option<f64>) -> String {
    contrast.map_or_else(|| "∞".to_owned(), number)
}
