//! The terminal text of `degrid show --writes`: a table of stages, then the overlap maps.

mod grid;
mod table;

use std::io::{self, Write};

use anstyle::Style;

use crate::report::writes::{StageWrites, Writes, WritesReport};

use super::block::Block;
use super::heatmap::Canvas;
use super::style::DIM;
use super::text::{INDENT, headline, wrapped};
use grid::grids;
use table::TOGETHER;

/// Writes a report.
pub fn writes(out: &mut dyn Write, report: &WritesReport, canvas: &Canvas) -> io::Result<()> {
    let mut text = Vec::new();
    write_all(&mut text, report, canvas)?;
    let text = String::from_utf8_lossy(&text);
    // Two signs that have no counterpart of their own.
    let text = if canvas.glyphs == super::Glyphs::ASCII {
        text.replace('∞', "inf").replace('–', "-")
    } else {
        text.into_owned()
    };
    out.write_all(canvas.glyphs.text(&text).as_bytes())
}

fn write_all(out: &mut dyn Write, report: &WritesReport, canvas: &Canvas) -> io::Result<()> {
    let width = canvas.width;
    let what = "how often transposed layers write each output position";
    headline(out, &report.title, what, width, DIM)?;
    if report.stages.is_empty() {
        let text = match &report.only {
            Some(name) => format!("stage {name} has no transposed layer"),
            None => "no stage has a transposed layer".to_owned(),
        };
        return wrapped(out, &text, width, Style::new());
    }
    let rows: Vec<&StageWrites> = report.stages.iter().chain(&report.stacked).collect();
    let table = table::table(&rows, report);
    table.write(out, INDENT, width)?;
    if let Some(stacked) = &report.stacked {
        let text = format!("{TOGETHER}: all layers of {}", stacked.name);
        wrapped(out, &text, width, DIM)?;
    }
    let drawn: Vec<(&StageWrites, &Writes)> = rows
        .iter()
        .filter_map(|row| row.writes.as_ref().map(|w| (*row, w)))
        .collect();
    if drawn.iter().any(|(_, writes)| !writes.is_product) {
        let text = "where branches are added, the counts are no product of the axes: phases and contrast are then means over the other axis";
        wrapped(out, text, width, DIM)?;
    }
    for row in &rows {
        if let Some(reason) = &row.reason {
            wrapped(out, &format!("{}: {reason}", row.name), width, DIM)?;
        }
    }
    let uneven = |w: &Writes| w.contrast_of_all.is_none_or(|c| c > 1.0);
    // An even map has nothing to show but that it is even.
    let shown: Vec<_> = drawn
        .iter()
        .filter(|(_, w)| report.only.is_some() || uneven(w))
        .copied()
        .collect();
    if shown.is_empty() {
        writeln!(out)?;
        let text = if drawn.len() == rows.len() {
            "Every position is written as often as its neighbours: no overlap pattern."
        } else {
            "No map that could be counted has an overlap pattern."
        };
        return wrapped(out, text, width, Style::new());
    }
    writeln!(out)?;
    let (blocks, mut notes) = grids(&shown, report, canvas);
    Block::flow(out, &blocks, width)?;
    if !blocks.is_empty() {
        writeln!(out)?;
        notes.insert(0, place(report.dims));
    }
    for note in &notes {
        wrapped(out, note, width, DIM)?;
    }
    Ok(())
}

/// What a grid shows.
fn place(dims: usize) -> String {
    let position = if dims == 1 { "0" } else { "0,0" };
    format!(
        "grids: paths from the stage's input to each output position of the interior, from position {position} on"
    )
}
