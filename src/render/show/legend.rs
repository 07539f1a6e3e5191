//! What the signs of a grid mean.

use std::io::{self, Write};

use anstyle::Style;

use crate::draw::{Design, GRIDDING, Panel, heat, number, paths};

use super::super::block::{Block, GAP, Pieces};
use super::super::heatmap::counts;
use super::super::text::INDENT;
use super::drawing::ShowOptions;

/// What the signs mean; only of those that appear.
pub(super) fn legend(
    out: &mut dyn Write,
    panels: &[Panel],
    options: &ShowOptions,
    designs: &[Design],
) -> io::Result<()> {
    let canvas = options.canvas;
    let Some(first) = panels.first() else {
        return Ok(());
    };
    let has_gridding = |design: &Design| design.report.footprint.measures.gridding > Some(0);
    let gridding = designs.iter().any(has_gridding);
    let mut pieces = Pieces::default();
    let plain = Style::new();
    let color = |rgb| Style::new().fg_color(canvas.depth.color(rgb));
    let alone = panels.len() == 1;
    let strip = first.down.is_none() && first.extent.len() == 1 && !options.fit;
    let ends = first.paths.filter(|_| alone);
    let even = ends.is_some_and(|(least, most)| least >= most);
    let range = match ends {
        Some((least, most)) if least < most => {
            format!("{} to {} (log)", number(least), paths(most))
        }
        Some((_, most)) => format!("{} each", paths(most)),
        None => "few to many paths (log)".to_owned(),
    };
    let weights = panels.iter().all(|p| p.paths.is_some());
    let block = if strip { canvas.glyphs.mark } else { '█' };
    if !weights {
        pieces.push(canvas.glyphs.covered, color(heat(0.75)));
        pieces.push_str(" read", plain);
    } else if canvas.has_half_blocks() {
        let steps = if even { 9..=9_u8 } else { 0..=9 };
        for step in steps {
            pieces.push(block, color(heat(f64::from(step) / 9.0)));
        }
        pieces.push_str(&format!(" {range}"), plain);
    } else if strip {
        pieces.push_str(&format!("{} read", canvas.glyphs.mark), plain);
    } else if panels.iter().all(counts) {
        pieces.push_str("digits are numbers of paths", plain);
    } else if even {
        pieces.push_str(&format!("9: {range}"), plain);
    } else {
        pieces.push_str(&format!("1-9: {range}"), plain);
    }
    let mut entries = vec![pieces];
    if gridding {
        let mut pieces = Pieces::default();
        let sign = if canvas.has_half_blocks() {
            block
        } else {
            canvas.glyphs.gridding
        };
        pieces.push(sign, color(GRIDDING));
        pieces.push_str(" hole from dilation", plain);
        entries.push(pieces);
    }
    let of_line = |pieces: &Pieces| {
        let mut block = Block::default();
        block.line(pieces);
        block
    };
    let entries: Vec<Block> = entries.iter().map(of_line).collect();
    let width: usize = entries.iter().map(|e| e.width() + GAP).sum();
    if width <= canvas.width {
        return Block::flow(out, &entries, INDENT, canvas.width);
    }
    // Beneath each other where there is no room beside.
    let mut lines = entries.chunks(1);
    lines.try_for_each(|entry| Block::flow(out, entry, INDENT, canvas.width))
}
