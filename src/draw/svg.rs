//! A figure as SVG: a rectangle for each run of equal cells of a row, with a title to hover over.

use std::io::{self, Write};

use super::figure::{Element, Figure, LETTER, Rect};
use super::panel::{Cell, Panel, axes};
use super::ramp::{GRIDDING, OUTSIDE, Rgb, heat, hex};
use super::text::{escaped, number};

/// Most cells of an SVG file: more are slow to open, and too small to hover over.
pub const MOST_CELLS: usize = 1 << 20;

/// Writes a figure.
///
/// # Errors
/// Those of the writer.
pub fn svg(out: &mut dyn Write, figure: &Figure) -> io::Result<()> {
    let Figure { width, height, .. } = figure;
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"Helvetica, Arial, sans-serif\" font-size=\"14\">"
    )?;
    writeln!(
        out,
        "<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>"
    )?;
    for element in &figure.elements {
        match element {
            Element::Text { x, y, text, bold } => {
                let weight = if *bold { " font-weight=\"bold\"" } else { "" };
                // No wider than what was reserved, whatever the font.
                let room = text.chars().count() * LETTER;
                writeln!(
                    out,
                    "<text x=\"{x}\" y=\"{}\" fill=\"#222\"{weight}{}>{}</text>",
                    y + 14,
                    squeeze(text, room),
                    escaped(text)
                )?;
            }
            Element::Grid { cell, panel } => grid(out, &figure.panels[*panel], *cell)?,
            Element::Ramp(place) => ramp(out, *place)?,
            Element::Swatch(place, cell) => rect(out, *place, color(*cell), "/>")?,
        }
    }
    writeln!(out, "</svg>")
}

/// Long titles are set to the room that was reserved for them; short ones fit anyway.
fn squeeze(text: &str, room: usize) -> String {
    if text.chars().count() > 40 {
        format!(" textLength=\"{room}\" lengthAdjust=\"spacingAndGlyphs\"")
    } else {
        String::new()
    }
}

/// A rectangle of a colour; `end` closes its tag.
fn rect(out: &mut dyn Write, place: Rect, color: Rgb, end: &str) -> io::Result<()> {
    let Rect { x, y, .. } = place;
    let (width, height, color) = (place.width, place.height, hex(color));
    writeln!(
        out,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{color}\"{end}"
    )
}

fn ramp(out: &mut dyn Write, place: Rect) -> io::Result<()> {
    const STEPS: u8 = 20;
    let width = place.width / usize::from(STEPS);
    for step in 0..STEPS {
        let level = f64::from(step) / f64::from(STEPS - 1);
        let x = place.x + usize::from(step) * width;
        rect(out, Rect { x, width, ..place }, heat(level), "/>")?;
    }
    Ok(())
}

fn grid(out: &mut dyn Write, panel: &Panel, cell: Rect) -> io::Result<()> {
    let Rect { width, height, .. } = cell;
    // Cells of some size have a line between them.
    let gap = usize::from(width >= 8);
    writeln!(out, "<g shape-rendering=\"crispEdges\">")?;
    for row in 0..panel.rows() {
        let mut column = 0;
        while column < panel.columns() {
            let kind = panel.cell(row, column);
            let mut end = column + 1;
            // Where cells stand apart, each has its own title.
            while gap == 0 && end < panel.columns() && panel.cell(row, end) == kind {
                end += 1;
            }
            let place = Rect {
                x: cell.x + column * width,
                y: cell.y + row * height,
                width: (end - column) * width - gap,
                height: height - gap.min(height - 1),
            };
            let title = title(panel, row, column, end - 1);
            rect(
                out,
                place,
                color(kind),
                &format!("><title>{title}</title></rect>"),
            )?;
            column = end;
        }
    }
    writeln!(out, "</g>")
}

fn title(panel: &Panel, row: usize, from: usize, to: usize) -> String {
    let place = panel.place(row, from);
    let names = axes(place.len());
    let mut words: Vec<String> = (0..place.len())
        .map(|axis| format!("{} {}", names[axis], place[axis]))
        .collect();
    if to > from
        && let Some(last) = words.last_mut()
    {
        let end = panel.place(row, to)[place.len() - 1];
        *last = format!("{last} to {end}");
    }
    let what = match (panel.cell(row, from), panel.weight(row, from)) {
        (Cell::Covered(_), Some(weight)) => format!("paths {}", number(weight)),
        (Cell::Covered(_), None) => "read".to_owned(),
        (Cell::Gridding, _) => "hole from dilation".to_owned(),
        (Cell::Between | Cell::Outside, _) => "not read".to_owned(),
    };
    format!("{}: {what}", words.join(", "))
}

/// The colour of a cell in a picture.
fn color(cell: Cell) -> Rgb {
    match cell {
        Cell::Covered(level) => heat(level),
        Cell::Gridding => GRIDDING,
        Cell::Between | Cell::Outside => OUTSIDE,
    }
}
