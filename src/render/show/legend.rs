//! What the signs of a grid mean.

use std::io::{self, Write};

use anstyle::Style;

use crate::draw::{Cell, GRIDDING, heat, number, paths};

use super::super::block::{Block, GAP, Pieces};
use super::super::heatmap::{Canvas, Grain};
use super::super::mix::Mix;
use super::drawing::Drawing;

/// What the signs mean; only of those that appear.
pub(super) fn legend(
    out: &mut dyn Write,
    drawing: &Drawing<'_>,
    grain: Grain,
    canvas: Canvas,
) -> io::Result<()> {
    if drawing.panels.is_empty() {
        return Ok(());
    }
    let plain = Style::new();
    let color = |rgb| Style::new().fg_color(canvas.depth.color(rgb));
    let entry = |sign: char, style: Style, words: &str| {
        let mut pieces = Pieces::default();
        pieces.push(sign, style);
        pieces.push_str(&format!(" {words}"), plain);
        pieces
    };
    let strip = drawing.has_strips();
    let block = if strip { canvas.glyphs.mark } else { '█' };
    let mut entries = vec![levels(drawing, grain, canvas, block)];
    let in_color = canvas.has_half_blocks();
    let has_holes = drawing.panels.iter().any(|panel| panel.counts().1 > 0);
    // Without colour one sign is both.
    let is_shared = has_holes && !in_color && drawing.has_steps();
    if has_holes {
        let sign = if in_color {
            block
        } else {
            canvas.glyphs.gridding
        };
        let words = if is_shared {
            "hole from dilation; before the last layer, not read so far"
        } else {
            "hole from dilation"
        };
        entries.push(entry(sign, color(GRIDDING), words));
        if grain.by > 1 {
            let mixed = Mix::of([Cell::Covered(1.0), Cell::Gridding]).color();
            let (sign, style) = match mixed {
                Some(rgb) if in_color => (block, color(rgb)),
                _ => (canvas.glyphs.partly, plain),
            };
            entries.push(entry(sign, style, "partly read"));
        }
    }
    if drawing.has_steps() && !is_shared {
        // On the way back holes may still be filled, and have no colour.
        let words = "not read by the layers so far";
        entries.push(entry(canvas.glyphs.gridding, plain, words));
        if grain.by > 1 {
            entries.push(entry(canvas.glyphs.partly, plain, "partly read"));
        }
    }
    if drawing.marks_own() {
        entries.push(entry('▾', plain, "▸ the output's own position"));
    }
    let of_line = |pieces: &Pieces| {
        let mut block = Block::default();
        block.line(pieces);
        block
    };
    let entries: Vec<Block> = entries.iter().map(of_line).collect();
    let width: usize = entries.iter().map(|e| e.width() + GAP).sum();
    if width <= canvas.width {
        return Block::flow(out, &entries, canvas.width);
    }
    // Beneath each other where there is no room beside.
    let mut lines = entries.chunks(1);
    lines.try_for_each(|entry| Block::flow(out, entry, canvas.width))
}

/// What the levels of positions that are read mean.
fn levels(drawing: &Drawing<'_>, grain: Grain, canvas: Canvas, block: char) -> Pieces {
    let plain = Style::new();
    let color = |level| Style::new().fg_color(canvas.depth.color(heat(level)));
    let mut pieces = Pieces::default();
    // All panels share one scale.
    let ends = drawing.panels.iter().find_map(|panel| panel.paths);
    let Some((least, most)) = ends.filter(|_| drawing.panels.iter().all(|p| p.paths.is_some()))
    else {
        pieces.push(canvas.glyphs.covered, color(0.75));
        pieces.push_str(" read", plain);
        return pieces;
    };
    let range = if least < most {
        format!("{} to {} (log)", number(least), paths(most))
    } else {
        format!("{} each", paths(most))
    };
    if canvas.has_half_blocks() {
        let steps = if least < most { 0..=9_u8 } else { 9..=9 };
        for step in steps {
            pieces.push(block, color(f64::from(step) / 9.0));
        }
        pieces.push_str(&format!(" {range}"), plain);
    } else if drawing.has_strips() {
        pieces.push_str(&format!("{} read", canvas.glyphs.mark), plain);
    } else if grain.are_counts {
        pieces.push_str("digits are numbers of paths", plain);
    } else if least < most {
        pieces.push_str(&format!("1-9: {range}"), plain);
    } else {
        pieces.push_str(&format!("9: {range}"), plain);
    }
    pieces
}
