//! What the signs of a grid mean.

use std::io::{self, Write};

use anstyle::Style;

use super::super::block::{Block, Pieces};
use super::super::heatmap::counts;
use super::super::panel::Panel;
use super::super::ramp::{GRIDDING, heat};
use super::super::strip::number;
use super::{Design, INDENT, Options};

/// What the signs mean; only of those that appear.
pub(super) fn legend(
    out: &mut dyn Write,
    panels: &[Panel],
    options: &Options,
    designs: &[Design],
) -> io::Result<()> {
    let canvas = options.canvas;
    let Some(first) = panels.first() else {
        return Ok(());
    };
    let gridding = designs
        .iter()
        .any(|d| d.report.footprint.gridding > Some(0));
    let mut pieces = Pieces::default();
    let plain = Style::new();
    let color = |rgb| Style::new().fg_color(canvas.depth.color(rgb));
    let alone = panels.len() == 1;
    let strip = first.down.is_none() && first.extent.len() == 1 && !options.fit;
    let range = match first.paths.filter(|_| alone) {
        Some((least, most)) if least < most => {
            format!("{} to {} paths", number(least), number(most))
        }
        Some((_, most)) => format!("{} paths each", number(most)).replace("1 paths", "1 path"),
        None => "few to many paths".to_owned(),
    };
    let weights = panels.iter().all(|p| p.paths.is_some());
    if !weights {
        pieces.push_str("colour tells only what is covered", plain);
    } else if canvas.has_half_blocks() {
        for step in 0..10_u8 {
            pieces.push('█', color(heat(f64::from(step) / 9.0)));
        }
        pieces.push_str(&format!(" {range} (log scale)"), plain);
    } else if strip {
        pieces.push_str(&format!("{} read", canvas.glyphs.mark), plain);
    } else if panels.iter().all(counts) {
        pieces.push_str("digits are numbers of paths", plain);
    } else {
        pieces.push_str(&format!("1-9: {range} (log scale)"), plain);
    }
    if gridding {
        pieces.push_str("   ", plain);
        let sign = if canvas.has_half_blocks() {
            '█'
        } else {
            canvas.glyphs.gridding
        };
        pieces.push(sign, color(GRIDDING));
        pieces.push_str(" hole by dilation", plain);
    }
    let mut block = Block::new();
    block.line(&pieces);
    Block::flow(out, &[block], INDENT, canvas.width)
}
