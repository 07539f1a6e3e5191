//! The table of stages, and counts as text.

use anstyle::Style;

use crate::draw::number;
use crate::footprint::real_count;
use crate::network::{per_axis, times};
use crate::report::writes::{Border, StageWrites, Writes, WritesReport};

use super::super::measures::{self, Column, Row};
use super::super::style::WARN;
use super::super::table::Table;
use super::super::text::{BLANK, cut};

/// The row of all layers together.
pub(super) const TOGETHER: &str = "together";

/// A row for each stage.
pub(super) fn table(rows: &[&StageWrites], report: &WritesReport) -> Table {
    let over = Column(["in 1-D", "in 2-D", "in 3-D"][report.dims.clamp(1, 3) - 1]);
    let columns = [
        Column::STAGE,
        Column::TRANSPOSED,
        Column::PHASES,
        Column::CONTRAST,
        over,
        Column::MAP,
        Column::INTERIOR,
        Column::BORDER,
    ];
    let row = |stage: &&StageWrites| {
        let row = Row::default()
            .with(Column::STAGE, label(stage, report))
            .with(Column::TRANSPOSED, stage.transposed.join(", "));
        let Some(writes) = &stage.writes else {
            return row;
        };
        let phases = writes.phases.iter().zip(&writes.unit);
        let phases: Vec<String> = phases
            .map(|(counts, unit)| in_turn(texts(counts, *unit)))
            .collect();
        let each: Vec<String> = writes.contrast.iter().map(|c| ratio(*c)).collect();
        let all = (report.dims > 1).then(|| ratio(writes.contrast_of_all));
        let style = match writes.contrast_of_all {
            Some(contrast) if contrast <= 1.0 => Style::new(),
            _ => WARN,
        };
        let sizes = stage.from.zip(stage.to);
        let map = sizes.map(|(from, to)| format!("{} → {}", times(&from), times(&to)));
        let (interior, border) = borders(writes).unzip();
        row.with(Column::PHASES, same_or(&phases))
            .styled(Column::CONTRAST, per_axis(&each), style)
            .styled(over, all, style)
            .with(Column::MAP, map)
            .with(Column::INTERIOR, interior)
            .with(Column::BORDER, border)
    };
    measures::table(&columns, &rows.iter().map(row).collect::<Vec<_>>())
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
fn borders(writes: &Writes) -> Option<(String, String)> {
    let interior = |border: &Border| match border.interior {
        Some([0, last]) if last + 1 == border.size => "all".to_owned(),
        Some([first, last]) => format!("{first}–{last}"),
        None => "none".to_owned(),
    };
    let outside = |border: &Border| {
        let (Some(least), Some(most)) = (border.least, border.most) else {
            return BLANK.to_owned();
        };
        let share = |count: u128| match border.inside {
            Some(inside @ 1..) => format!("{:.0}%", in_paths(count, inside) * 100.0),
            _ => number(in_paths(count, border.unit)),
        };
        let mut ends = if in_paths(most, border.unit) > PLAIN {
            vec![share(least), share(most)]
        } else {
            texts(&[least, most], border.unit)
        };
        ends.dedup();
        ends.join("–")
    };
    let borders = writes.borders.as_ref()?;
    let interior: Vec<String> = borders.iter().map(interior).collect();
    let outside: Vec<String> = borders.iter().map(outside).collect();
    Some((same_or(&interior), same_or(&outside)))
}

fn same_or(values: &[String]) -> String {
    if values.iter().all(|v| *v == values[0]) {
        values[0].clone()
    } else {
        values.join(" × ")
    }
}

fn ratio(contrast: Option<f64>) -> String {
    contrast.map_or_else(|| "∞".to_owned(), number)
}

/// Counts above are written as multiples of the least.
const PLAIN: f64 = 9999.0;

/// How many paths a count is, of which one counts `unit`.
pub(super) fn in_paths(count: u128, unit: u128) -> f64 {
    real_count(count) / real_count(unit)
}

/// Counts as people read them: large ones as multiples of the least.
pub(super) fn texts(counts: &[u128], unit: u128) -> Vec<String> {
    let values: Vec<f64> = counts.iter().map(|&count| in_paths(count, unit)).collect();
    let most = values.iter().copied().fold(0.0, f64::max);
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let relative = is_relative(least, most);
    let text = |value: &f64| {
        if relative {
            format!("{:.2}", value / least)
        } else {
            number(*value)
        }
    };
    values.iter().map(text).collect()
}

/// Whether counts are written as multiples of the least.
pub(super) fn is_relative(least: f64, most: f64) -> bool {
    most > PLAIN && least > 0.0 && least < most && most / least <= PLAIN
}
