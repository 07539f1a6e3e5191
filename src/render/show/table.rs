//! The table of measures: a row for each stage and the network, or a column for each of two designs.

use crate::draw::Design;
use crate::network::{per_axis, times};
use crate::report::show::{ShowReport, ShowStage, WeightCount};

use super::super::measures::{Column, Row, decimals, field, percent, table};
use super::super::style::DIM;
use super::super::table::{Align, Table};
use super::super::text::{BLANK, cut};

const COLUMNS: [Column; 15] = [
    Column::STAGE,
    Column::SCHEDULE,
    Column::FIELD,
    Column::JUMP,
    Column::MAP,
    Column::COVERED,
    Column::HOLES,
    Column::DENSITY,
    Column::GAP,
    Column::CORE,
    Column::LOBE,
    Column::RIPPLE,
    Column::OVERLAP,
    Column::WEIGHTS,
    Column::ALL_TAPS,
];

/// A row for each stage, and one for the network where it says more. Long names are cut to a third of the width.
pub(super) fn stages(report: &ShowReport, width: usize) -> Table {
    let name = |stage: &ShowStage| cut(&stage.stage.name, (width / 3).max(12));
    let mut rows: Vec<Row> = report
        .stages
        .iter()
        .map(|stage| of_stage(stage).with(Column::STAGE, name(stage)))
        .collect();
    let own = of_network(report);
    let says_less = |stage: &Row| {
        let measures = &COLUMNS[2..13];
        measures.iter().all(|c| stage.cell(*c) == own.cell(*c))
    };
    if rows.len() != 1 || !says_less(&rows[0]) {
        let name = match report.part {
            Some(_) => "shown",
            None => "network",
        };
        rows.push(own.with(Column::STAGE, name.to_owned()));
    }
    table(&COLUMNS, &rows)
}

/// A row for each measure, a column for each design.
pub(super) fn compared(designs: &[Design], width: usize) -> Table {
    let most = (width.saturating_sub(20) / designs.len()).max(8);
    let titles: Vec<String> = designs.iter().map(|d| cut(&d.report.title, most)).collect();
    let mut columns = vec![("", Align::Left)];
    columns.extend(titles.iter().map(|t| (t.as_str(), Align::Right)));
    let mut table = Table::new(&columns, 0);
    let rows: Vec<Row> = designs.iter().map(|d| of_network(&d.report)).collect();
    for column in &COLUMNS[2..] {
        let values: Vec<_> = rows.iter().map(|row| row.cell(*column)).collect();
        if values.iter().any(|(text, _)| text != BLANK) {
            let mut cells = vec![(column.0.to_owned(), DIM)];
            cells.extend(values);
            table.row(cells);
        }
    }
    table
}

fn of_stage(stage: &ShowStage) -> Row {
    Row::default()
        .with_stage(&stage.stage)
        .with_measures(&stage.measures)
        .with(Column::JUMP, jump(stage.jump.as_deref()))
        .with(Column::MAP, stage.size.as_deref().map(times))
        .with(Column::OVERLAP, stage.overlap.as_deref().map(decimals))
        .with(Column::WEIGHTS, stage.weights.map(weights))
        .with(Column::ALL_TAPS, stage.outer_taps.map(percent))
}

fn of_network(report: &ShowReport) -> Row {
    let footprint = &report.footprint;
    // Jump and size are those of the network, and said of no part of it.
    let network = report.part.is_none().then_some(&report.network);
    Row::default()
        .with(Column::FIELD, field(report.field.as_deref()))
        .with_measures(&footprint.measures)
        .with(Column::JUMP, network.and_then(|n| jump(n.jump.as_deref())))
        .with(
            Column::MAP,
            network.and_then(|n| n.output.as_deref().map(times)),
        )
        .with(Column::OVERLAP, footprint.overlap.as_deref().map(decimals))
        .with(Column::WEIGHTS, report.weights.map(weights))
}

/// A jump; one of one position says nothing.
fn jump(jump: Option<&[String]>) -> Option<String> {
    jump.map(per_axis).filter(|jump| jump != "1")
}

fn weights(count: WeightCount) -> String {
    let unit = if count.times_channels { " C²" } else { "" };
    format!("{}:{}{unit}", count.layers, count.dense)
}
