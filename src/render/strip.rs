//! A footprint along one axis: a row for each map on the way back, and the counts of paths beneath.

use anstyle::Style;

use crate::draw::{Cell, Panel, number};
use crate::report::show::Step;

use super::block::{Block, Pieces};
use super::heatmap::Canvas;
use super::mix::Mix;
use super::style::DIM;
use super::text::{cut, width_of};

/// Widest label of a row.
const LABEL: usize = 28;

/// Words before the counts.
const PATHS: &str = "paths";

/// Longest number that is written upright beneath its position.
const DIGITS: usize = 6;

/// Rows of one footprint, on the same positions.
#[derive(Clone, Copy, Debug)]
pub struct Strip<'a> {
    /// How many positions share a cell.
    pub by: usize,
    /// What is read of the maps between, output side first; none to draw the footprint alone.
    pub above: &'a [Step<'a>],
    /// Words before the footprint.
    pub name: &'a str,
    /// First position and number of those that are drawn.
    pub window: (i64, i64),
}

impl Strip<'_> {
    /// Columns that labels take, with the blank after them.
    pub fn label_width(&self) -> usize {
        let names = self.above.iter().map(|s| s.through.as_str());
        let widest = names.chain([self.name, PATHS]).map(width_of).max();
        widest.unwrap_or(0).min(LABEL) + 2
    }

    /// Draws the rows; the panel is that of the footprint.
    pub fn draw(&self, panel: &Panel, canvas: &Canvas, width: usize) -> Block {
        let mut block = Block::default();
        let counts = if self.by == 1 {
            numbers(panel)
        } else {
            Vec::new()
        };
        let digits = counts.iter().flatten().map(String::len).max().unwrap_or(1);
        let label = self.label_width();
        let room = width.saturating_sub(label);
        let columns = panel.columns().div_ceil(self.by);
        // Numbers side by side where they fit, else upright.
        let (cell, upright) = if columns * (digits + 1) <= room {
            (digits + 1, None)
        } else {
            (if columns * 2 <= room { 2 } else { 1 }, Some(digits))
        };
        let layout = Layout {
            label,
            cell,
            upright,
        };
        for step in self.above {
            let cells = self.mixes(&self.placed(step));
            row(&mut block, canvas, &step.through, layout, &cells);
        }
        let own: Vec<Cell> = (0..panel.columns()).map(|c| panel.cell(0, c)).collect();
        row(&mut block, canvas, self.name, layout, &self.mixes(&own));
        beneath(&mut block, canvas, &counts, layout);
        block
    }

    /// Positions that share a cell, put together.
    fn mixes(&self, cells: &[Cell]) -> Vec<Mix> {
        let shared = cells.chunks(self.by);
        shared.map(|cells| Mix::of(cells.iter().copied())).collect()
    }

    /// The cells of a step over the positions of the footprint.
    fn placed(&self, step: &Step<'_>) -> Vec<Cell> {
        let (first, extent) = self.window;
        let len = usize::try_from(extent).unwrap_or(0);
        let mut cells = vec![Cell::Outside; len];
        let (Ok(twin), Ok(covered)) =
            (step.seen.twin.projection(0), step.seen.region.projection(0))
        else {
            return cells;
        };
        for position in twin.iter() {
            let place = usize::try_from(step.place(0, position) - first);
            if let Some(slot) = place.ok().and_then(|place| cells.get_mut(place)) {
                *slot = if covered.contains(position) {
                    Cell::Covered(1.0)
                } else {
                    Cell::Between
                };
            }
        }
        cells
    }
}

/// How columns are shared out.
#[derive(Clone, Copy)]
struct Layout {
    /// Columns of a label.
    label: usize,
    /// Columns of a position.
    cell: usize,
    /// Digits of the longest number, where numbers are written upright.
    upright: Option<usize>,
}

fn row(block: &mut Block, canvas: &Canvas, name: &str, layout: Layout, cells: &[Mix]) {
    let glyphs = canvas.glyphs;
    let mut pieces = labelled(&glyphs.text(name), layout.label);
    for mix in cells {
        let rgb = mix.color();
        let letter = match (mix.is_unread(), mix.has_hole()) {
            (true, false) => ' ',
            (false, false) => glyphs.mark,
            // In colour a hole is as large as what is covered. On the way a hole may still be filled, and has no colour.
            (true, true) if canvas.has_half_blocks() && rgb.is_some() => glyphs.mark,
            (false, true) if canvas.has_half_blocks() && mix.is_mixed() => glyphs.mark,
            (true, true) => glyphs.gridding,
            (false, true) => glyphs.partly,
        };
        let color = rgb.and_then(|rgb| canvas.depth.color(rgb));
        pieces.push_str(&" ".repeat(layout.cell - 1), Style::new());
        pieces.push(letter, Style::new().fg_color(color));
    }
    block.line(&pieces);
}

fn labelled(name: &str, width: usize) -> Pieces {
    let mut pieces = Pieces::default();
    let name = cut(name, width.saturating_sub(2));
    pieces.push_str(&name, DIM);
    let used = width_of(&name);
    pieces.push_str(&" ".repeat(width - used.min(width)), Style::new());
    pieces
}

/// Paths to each position as numbers; none where they are not known or the position is not covered.
fn numbers(panel: &Panel) -> Vec<Option<String>> {
    (0..panel.columns())
        .map(|column| {
            let weight = panel.weight(0, column)?;
            matches!(panel.cell(0, column), Cell::Covered(_)).then(|| number(weight))
        })
        .collect()
}

/// The counts, beneath their positions.
fn beneath(block: &mut Block, canvas: &Canvas, counts: &[Option<String>], layout: Layout) {
    let Layout {
        label,
        cell,
        upright,
    } = layout;
    if counts.iter().all(Option::is_none) || upright.is_some_and(|digits| digits > DIGITS) {
        return;
    }
    let text = |count: &Option<String>| count.clone().unwrap_or_default();
    let lines = upright.unwrap_or(1);
    for line in 0..lines {
        let name = if line == 0 { PATHS } else { "" };
        let mut pieces = labelled(&canvas.glyphs.text(name), label);
        for count in counts {
            let shown: String = match upright {
                None => text(count),
                Some(digits) => {
                    let letters = format!("{:>digits$}", text(count));
                    letters.chars().skip(line).take(1).collect()
                }
            };
            pieces.push_str(&format!("{shown:>cell$}"), Style::new());
        }
        block.line(&pieces);
    }
}
