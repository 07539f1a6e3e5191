//! The table of measures: a row for each stage and the network, or a column for each of two designs.

use anstyle::Style;

use crate::draw::Design;
use crate::network::times;
use crate::report::show::{ShowReport, ShowStage, WeightCount};

use super::super::human::{merged, per_axis, schedule};
use super::super::style::Styles;
use super::super::table::{Align, Table};
use super::super::text::{BLANK, cut};

/// Measures and how they are headed.
const HEADINGS: [&str; 13] = [
    "field", "jump", "map", "covered", "holes", "density", "gap", "core", "lobe", "ripple",
    "overlap", "weights", "all taps",
];

/// A row for each stage, and one for the network where it says more. Long names are cut to a third of the width.
pub(super) fn stages(report: &ShowReport, width: usize) -> Table {
    let mut columns = vec![("stage", Align::Left), ("schedule", Align::Left)];
    columns.extend(HEADINGS.map(|name| (name, Align::Right)));
    let mut table = Table::new(&columns, 1);
    let plain = |text: String| (text, Style::new());
    for stage in &report.stages {
        let mut row = vec![
            plain(cut(&stage.name, (width / 3).max(12))),
            plain(schedule(&stage.dilations, stage.repeat)),
        ];
        row.extend(of_stage(stage));
        table.row(row);
    }
    let own = of_network(report);
    if report.stages.len() != 1 || of_stage(&report.stages[0])[..11] != own[..11] {
        let name = if report.part.is_some() {
            "shown"
        } else {
            "network"
        };
        let mut row = vec![plain(name.to_owned()), plain(BLANK.to_owned())];
        row.extend(own);
        table.row(row);
    }
    table
}

/// A row for each measure, a column for each design.
pub(super) fn compared(designs: &[Design], width: usize) -> Table {
    let most = (width.saturating_sub(20) / designs.len()).max(8);
    let titles: Vec<String> = designs.iter().map(|d| cut(&d.report.title, most)).collect();
    let mut columns = vec![("", Align::Left)];
    columns.extend(titles.iter().map(|t| (t.as_str(), Align::Right)));
    let mut table = Table::new(&columns, 0);
    let values: Vec<_> = designs.iter().map(|d| of_network(&d.report)).collect();
    for (index, name) in HEADINGS.iter().enumerate() {
        if values.iter().all(|v| v[index].0 == BLANK) {
            continue;
        }
        let mut row = vec![((*name).to_owned(), Styles::default().dim)];
        row.extend(values.iter().map(|v| v[index].clone()));
        table.row(row);
    }
    table
}

type Text = (String, Style);

fn of_stage(stage: &ShowStage) -> [Text; 13] {
    texts(&Values {
        field: stage.receptive_field.as_ref().map(|f| f.to_vec()),
        jump: stage.jump.as_deref(),
        size: stage.size.as_ref().map(|s| &s[..]),
        covered: stage.covered,
        holes: stage.holes,
        gridding: stage.gridding,
        density: stage.density,
        gap: stage.largest_gap.as_deref(),
        core: stage.core.as_deref(),
        lobe: stage.lobe.as_deref(),
        ripple: stage.ripple.as_deref(),
        overlap: stage.overlap.as_deref(),
        weights: stage.weights,
        all_taps: stage.outer_taps,
    })
}

fn of_network(report: &ShowReport) -> [Text; 13] {
    let footprint = &report.footprint;
    texts(&Values {
        field: report.field.as_ref().map(|f| f.to_vec()),
        jump: report
            .network
            .jump
            .as_deref()
            .filter(|_| report.part.is_none()),
        size: report
            .network
            .output
            .as_ref()
            .filter(|_| report.part.is_none())
            .map(|s| &s[..]),
        covered: Some(footprint.covered),
        holes: Some(footprint.holes),
        gridding: footprint.gridding,
        density: footprint.density,
        gap: footprint.largest_gap.as_deref(),
        core: footprint.core.as_deref(),
        lobe: footprint.lobe.as_deref(),
        ripple: footprint.ripple.as_deref(),
        overlap: footprint.overlap.as_deref(),
        weights: report.weights,
        all_taps: None,
    })
}

struct Values<'a> {
    field: Option<Vec<i64>>,
    jump: Option<&'a [String]>,
    size: Option<&'a [i64]>,
    covered: Option<i64>,
    holes: Option<i64>,
    gridding: Option<i64>,
    density: Option<f64>,
    gap: Option<&'a [i64]>,
    core: Option<&'a [Option<i64>]>,
    lobe: Option<&'a [Option<f64>]>,
    ripple: Option<&'a [Option<f64>]>,
    overlap: Option<&'a [Option<f64>]>,
    weights: Option<WeightCount>,
    all_taps: Option<f64>,
}

fn texts(values: &Values<'_>) -> [Text; 13] {
    let styles = Styles::default();
    let plain = |text: Option<String>| (text.unwrap_or_else(|| BLANK.to_owned()), Style::new());
    let decimals = |values: Option<&[Option<f64>]>, digits: usize| {
        plain(values.map(|values| {
            let texts: Vec<Option<String>> = values
                .iter()
                .map(|v| v.map(|v| format!("{v:.digits$}")))
                .collect();
            per_axis(&texts)
        }))
    };
    let holes = (
        values
            .holes
            .map_or_else(|| BLANK.to_owned(), |n| n.to_string()),
        match values.gridding {
            Some(1..) => styles.warn,
            _ => Style::new(),
        },
    );
    [
        plain(Some(
            values
                .field
                .as_ref()
                .map_or_else(|| "all".to_owned(), |f| merged(f)),
        )),
        // A jump of one says nothing.
        plain(values.jump.map(merged).filter(|jump| jump != "1")),
        plain(values.size.map(times)),
        plain(values.covered.map(|n| n.to_string())),
        holes,
        plain(values.density.map(percent)),
        plain(values.gap.map(merged)),
        plain(values.core.map(per_axis)),
        decimals(values.lobe, 3),
        decimals(values.ripple, 2),
        decimals(values.overlap, 2),
        plain(values.weights.map(weights)),
        plain(values.all_taps.map(percent)),
    ]
}

fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

fn weights(count: WeightCount) -> String {
    let unit = if count.times_channels { " C²" } else { "" };
    format!("{}:{}{unit}", count.layers, count.dense)
}
