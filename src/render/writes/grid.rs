//! The overlap maps as grids of numbers.

use anstyle::Style;
use ndarray::{ArrayD, ArrayViewD, Axis};

use crate::draw::{GRIDDING, axes, heat, paths};
use crate::report::writes::{StageWrites, Writes, WritesReport};

use super::super::block::{Block, Pieces};
use super::super::heatmap::Canvas;
use super::super::text::INDENT;
use super::table::{in_paths, is_relative, label, texts};

/// A grid shows at least so many positions along an axis, and whole periods.
const LEAST: usize = 4;

/// A grid shows no more positions along an axis.
const MOST: usize = 16;

/// Planes of three axes that are shown.
const PLANES: usize = 4;

/// The grids, equal ones once, and what must be said of them.
pub(super) fn grids(
    shown: &[(&StageWrites, &Writes)],
    report: &WritesReport,
    canvas: &Canvas,
) -> (Vec<Block>, Vec<String>) {
    let (mut blocks, mut notes) = (Vec::new(), Vec::new());
    let mut groups: Vec<(Vec<String>, &Writes)> = Vec::new();
    for (row, writes) in shown {
        let name = label(row, report);
        let same = |own: &Writes| {
            own.grid.is_some() && (&own.grid, own.grid_unit) == (&writes.grid, writes.grid_unit)
        };
        match groups.iter_mut().find(|(_, own)| same(own)) {
            Some((names, _)) => names.push(name),
            None => groups.push((vec![name], writes)),
        }
    }
    for (names, writes) in groups {
        let name = names.join(", ");
        match &writes.grid {
            Some(grid) => {
                let unit = writes.grid_unit;
                blocks.extend(blocks_of(&name, &grid.0, unit, canvas, &mut notes));
            }
            None => notes.push(format!("{name}: a period is too large to be drawn")),
        }
    }
    (blocks, notes)
}

/// The grid of a stage, of three axes one for each plane.
fn blocks_of(
    name: &str,
    grid: &ArrayD<u128>,
    unit: u128,
    canvas: &Canvas,
    notes: &mut Vec<String>,
) -> Vec<Block> {
    let counts: Vec<u128> = grid.iter().copied().collect();
    let texts = texts(&counts, unit);
    let most = counts.iter().copied().max().unwrap_or(0);
    let least = counts.iter().copied().min().unwrap_or(0);
    if is_relative(in_paths(least, unit), in_paths(most, unit)) {
        let least = paths(in_paths(least, unit));
        notes.push(format!("{name}: multiples of the least, which is {least}"));
    }
    let Ok(texts) = ArrayD::from_shape_vec(grid.raw_dim(), texts) else {
        return Vec::new();
    };
    let shown = |axis: usize| {
        let period = grid.shape()[axis];
        (period * LEAST.div_ceil(period)).min(MOST)
    };
    for (axis, name_of) in axes(grid.ndim()).iter().enumerate() {
        let (period, shown) = (grid.shape()[axis], shown(axis));
        if period > shown {
            notes.push(format!(
                "{name}: the first {shown} of {period} phases along {name_of}"
            ));
        }
    }
    let style = |count: u128| {
        let rgb = match count {
            0 => Some(GRIDDING),
            _ if least == most => None,
            _ => Some(heat(in_paths(count - least, most - least))),
        };
        Style::new().fg_color(rgb.and_then(|rgb| canvas.depth.color(rgb)))
    };
    let draw = |title: String, counts: ArrayViewD<'_, u128>, texts: ArrayViewD<'_, String>| {
        let mut block = canvas.titled(&title, canvas.width);
        let dims = counts.ndim();
        let columns = shown(grid.ndim() - 1);
        let rows = if dims == 1 { 1 } else { shown(grid.ndim() - 2) };
        let wide = texts.iter().map(|t| t.chars().count()).max().unwrap_or(1);
        let fitting = (canvas.width.saturating_sub(INDENT.len()) / (wide + 1)).clamp(1, columns);
        for row in 0..rows {
            let mut pieces = Pieces::default();
            for column in 0..fitting {
                let place: Vec<usize> = match dims {
                    1 => vec![column % counts.shape()[0]],
                    _ => vec![row % counts.shape()[0], column % counts.shape()[1]],
                };
                let text = &texts[&place[..]];
                let room = wide + usize::from(column > 0) - text.chars().count();
                pieces.push_str(&" ".repeat(room), Style::new());
                pieces.push_str(text, style(counts[&place[..]]));
            }
            block.line(&pieces);
        }
        block
    };
    if grid.ndim() < 3 {
        return vec![draw(name.to_owned(), grid.view(), texts.view())];
    }
    let planes = grid.axis_iter(Axis(0)).zip(texts.axis_iter(Axis(0)));
    let planes = (0..PLANES).zip(planes);
    planes
        .map(|(z, (counts, texts))| draw(format!("{name}, z = {z}"), counts, texts))
        .collect()
}
