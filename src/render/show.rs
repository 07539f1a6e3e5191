//! The terminal text of `degrid show`: measures in a table, then the grid, then what its signs mean.

mod curves;
mod drawing;
mod legend;
mod place;
mod table;

use std::io::Write;

use anstyle::Style;

use crate::draw::{Design, has_curves, times_to};
use crate::network::per_axis;
use crate::report::counted;
use crate::report::show::ShowReport;

use super::block::{Block, GAP};
use super::measures::percent;
use super::style::DIM;
use super::text::{INDENT, headline, title_facts, wrapped};
use drawing::Drawing;
use legend::legend;

pub use drawing::{DrawError, ShowOptions};

/// Writes one design, or two side by side.
pub fn show(
    out: &mut dyn Write,
    designs: &[Design],
    options: &ShowOptions,
) -> Result<(), DrawError> {
    let mut text = Vec::new();
    write_all(&mut text, designs, options)?;
    let text = String::from_utf8_lossy(&text);
    out.write_all(options.canvas.glyphs.text(&text).as_bytes())?;
    Ok(())
}

fn write_all(
    out: &mut dyn Write,
    designs: &[Design],
    options: &ShowOptions,
) -> Result<(), DrawError> {
    let width = options.canvas.width;
    for design in designs {
        let report = &design.report;
        let part = report.part.as_deref();
        let facts = title_facts(&report.network, report.field.as_deref(), part).join(", ");
        let answer = &report.answer.text;
        if part.is_none() {
            headline(out, &report.title, answer, width, Style::new())?;
            wrapped(out, &facts, width, DIM)?;
        } else {
            headline(out, &report.title, &facts, width, DIM)?;
            let whole = format!("the whole network: {answer}");
            wrapped(out, &whole, width, DIM)?;
        }
    }
    let table = match designs {
        [one] => table::stages(&one.report, width),
        several => table::compared(several, width),
    };
    table.write(out, INDENT, width)?;
    let drawing = if has_curves(designs) {
        None
    } else {
        Some(drawn(designs, options)?)
    };
    for (index, design) in designs.iter().enumerate() {
        let unknown = match &drawing {
            Some(drawing) => drawing.unknown[index].clone(),
            None => design.seen.paths().err(),
        };
        let paths =
            unknown.map(|error| format!("{error}: shown is only which positions are covered"));
        for note in design.report.notes.iter().chain(&paths) {
            let name = if designs.len() > 1 {
                format!("{}: ", design.report.title)
            } else {
                String::new()
            };
            wrapped(out, &format!("{name}{note}"), width, DIM)?;
        }
    }
    if let [design] = designs
        && let Some(text) = resolution(&design.report)
    {
        wrapped(out, &text, width, DIM)?;
    }
    if designs.len() == 1 {
        writeln!(out)?;
    }
    let Some(mut drawing) = drawing else {
        if designs.len() > 1 {
            writeln!(out)?;
        }
        return Ok(curves::curves(out, designs, options)?);
    };
    if let [design] = designs {
        wrapped(out, &sentence(&design.report), width, Style::new())?;
    }
    writeln!(out)?;
    let (blocks, grain) = drawing.draw(&options.canvas);
    Block::flow(out, &blocks, width)?;
    if !blocks.is_empty() {
        writeln!(out)?;
    }
    for (number, note) in drawing.notes.iter().enumerate() {
        if !drawing.notes[..number].contains(note) {
            wrapped(out, note, width, DIM)?;
        }
    }
    legend(out, &drawing, grain, options.canvas)?;
    Ok(())
}

/// The grids of all designs.
fn drawn<'a>(designs: &'a [Design], options: &ShowOptions) -> Result<Drawing<'a>, DrawError> {
    let width = options.canvas.width;
    let room = width.saturating_sub(INDENT.len() + GAP * (designs.len() - 1)) / designs.len();
    let mut drawing = Drawing::default();
    for design in designs {
        drawing.add(design, options, room, designs.len() > 1)?;
    }
    drawing.weigh(&options.canvas)?;
    Ok(drawing)
}

/// How far the network downsamples, where it does and all of it is shown.
fn resolution(report: &ShowReport) -> Option<String> {
    let resolution = &report.resolution;
    let stage = resolution
        .coarsest
        .as_ref()
        .filter(|_| report.part.is_none())?;
    let most = per_axis(&resolution.downsampling);
    let smallest = resolution.smallest_object.as_ref().map(|smallest| {
        let least = per_axis(smallest);
        let path = if least == most {
            ""
        } else {
            ", along the finest path"
        };
        let least = counted(least, "position");
        format!("; smallest object that stays separate: {least}{path}")
    });
    Some(format!(
        "total downsampling {most} (stage {stage}){}",
        smallest.unwrap_or_default()
    ))
}

/// What the output position reads, in words.
fn sentence(report: &ShowReport) -> String {
    let footprint = &report.footprint;
    let position = itertools::join(report.unit.iter(), ",");
    if footprint.first.is_none() {
        return format!("Output {position} reads nothing.");
    }
    let measures = &footprint.measures;
    let volume: i64 = footprint.extent.iter().product();
    let share = percent(measures.density.unwrap_or(0.0));
    let holes = match measures.holes {
        None | Some(0) => "no hole".to_owned(),
        Some(n) => counted(n, "hole"),
    };
    let cause = match (measures.holes, measures.gridding) {
        (Some(0), Some(0)) | (_, None) => String::new(),
        (_, Some(0)) => ", none of them by dilation".to_owned(),
        (holes, gridding) if gridding == holes => ", by dilation".to_owned(),
        (_, Some(n)) => format!(", {n} positions missed by dilation"),
    };
    let volume = times_to(&footprint.extent, volume);
    format!(
        "Output {position} reads {} of {volume} positions ({share}): {holes}{cause}.",
        measures.covered.unwrap_or(0)
    )
}
