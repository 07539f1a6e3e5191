//! A panel as terminal text: half-blocks in colour, digits without.

use anstyle::Style;

use crate::draw::{Panel, Rgb, byte};

use super::block::{Block, Pieces};
use super::mix::Mix;
use super::style::{Depth, Glyphs, TITLE};

/// What there is to draw with.
#[derive(Clone, Copy, Debug)]
pub struct Canvas {
    /// Columns.
    pub width: usize,
    /// Lines, where they are few.
    pub height: Option<usize>,
    /// Colours.
    pub depth: Depth,
    /// Characters.
    pub glyphs: Glyphs,
}

/// The largest cell, in half-lines: small grids are drawn larger, to be seen.
const LARGEST_CELL: usize = 2;

impl Canvas {
    /// Whether cells are half-blocks of colour.
    pub fn has_half_blocks(&self) -> bool {
        self.depth != Depth::None && self.glyphs.half_blocks
    }

    /// Most rows and columns of positions, one position a cell, that fit into `width` columns.
    pub fn room(&self, width: usize) -> (usize, usize) {
        let lines = self
            .height
            .map_or(usize::MAX / 4, |h| h.saturating_sub(5).max(4));
        if self.has_half_blocks() {
            (lines * 2, width)
        } else {
            (lines, width)
        }
    }

    /// How panels are drawn that stand side by side, each in `width` columns: alike.
    pub fn grain<'a>(&self, panels: impl IntoIterator<Item = (&'a Panel, usize)>) -> Grain {
        let mut grain = Grain {
            by: 1,
            is_large: true,
            are_counts: true,
        };
        let panels: Vec<(&Panel, usize)> = panels.into_iter().collect();
        for (panel, width) in &panels {
            let (rows, columns) = self.room(*width);
            let by = share(panel.rows(), rows).max(share(panel.columns(), columns));
            grain.by = grain.by.max(by);
            grain.are_counts &= counts(panel);
        }
        for (panel, width) in panels {
            let rows = panel.rows().div_ceil(grain.by);
            let columns = panel.columns().div_ceil(grain.by);
            grain.is_large &= if self.has_half_blocks() {
                let lines = self.height.is_none_or(|h| rows + 5 <= h || rows <= 12);
                columns * LARGEST_CELL <= width.min(96) && lines
            } else {
                columns * 2 <= width + 1
            };
        }
        grain.are_counts &= grain.by == 1;
        grain
    }

    /// A title alone; nothing where it is empty.
    pub fn titled(&self, title: &str, width: usize) -> Block {
        let mut block = Block::default();
        if !title.is_empty() {
            block.text(&self.glyphs.text(title), TITLE, width);
        }
        block
    }

    /// Draws a panel, with signs above and beside the row and column of `own`.
    pub fn draw(
        &self,
        panel: &Panel,
        grain: Grain,
        own: Option<(usize, usize)>,
        width: usize,
    ) -> Block {
        let mut block = self.titled(&panel.title, width);
        let mixes = Mix::of_panel(panel, grain.by);
        let cells = Cells {
            panel,
            grain,
            mixes,
        };
        let own = own.map(|(row, column)| (row / grain.by, column / grain.by));
        if self.has_half_blocks() {
            self.half_blocks(&mut block, &cells, own);
        } else {
            self.characters(&mut block, &cells, own);
        }
        block
    }

    fn half_blocks(&self, block: &mut Block, cells: &Cells<'_>, own: Option<(usize, usize)>) {
        let zoom = if cells.grain.is_large {
            LARGEST_CELL
        } else {
            1
        };
        let (rows, columns) = (cells.rows() * zoom, cells.columns() * zoom);
        let margin = above(block, own.map(|own| own.1 * zoom));
        block.widen(margin + columns);
        let color = |row: usize, column: usize| {
            let rgb = (row < rows).then(|| cells.mix(row / zoom, column / zoom).color())??;
            self.depth.color(rgb)
        };
        for row in (0..rows).step_by(2) {
            let here = own.is_some_and(|own| (row..row + 2).contains(&(own.0 * zoom)));
            let mut pieces = beside(margin, here);
            for column in 0..columns {
                let (upper, lower) = (color(row, column), color(row + 1, column));
                match (upper, lower) {
                    (None, None) => pieces.push(' ', Style::new()),
                    (Some(_), None) => pieces.push('▀', Style::new().fg_color(upper)),
                    (None, Some(_)) => pieces.push('▄', Style::new().fg_color(lower)),
                    // Painted in both colours: neither a gap of the font nor a copy without colours loses it.
                    (Some(a), Some(b)) if a == b => {
                        pieces.push('█', Style::new().fg_color(upper).bg_color(upper));
                    }
                    _ => pieces.push('▀', Style::new().fg_color(upper).bg_color(lower)),
                }
            }
            block.line(&pieces);
        }
    }

    fn characters(&self, block: &mut Block, cells: &Cells<'_>, own: Option<(usize, usize)>) {
        // A line is twice as high as a column is wide.
        let each = if cells.grain.is_large { 2 } else { 1 };
        let margin = above(block, own.map(|own| own.1 * each));
        block.widen(margin + cells.columns() * each);
        for row in 0..cells.rows() {
            let mut pieces = beside(margin, own.is_some_and(|own| own.0 == row));
            for column in 0..cells.columns() {
                let mix = cells.mix(row, column);
                let color: Option<Rgb> = mix.color();
                let color = color.and_then(|rgb| self.depth.color(rgb));
                let letter = cells.letter(&mix, row, column, &self.glyphs);
                pieces.push(letter, Style::new().fg_color(color));
                if each == 2 && column + 1 < cells.columns() {
                    pieces.push(' ', Style::new());
                }
            }
            block.line(&pieces);
        }
    }
}

/// Columns before a grid in which a row is marked.
pub const MARGIN: usize = 2;

/// A line with a sign above a column, where there is one; returns the columns before the grid.
fn above(block: &mut Block, column: Option<usize>) -> usize {
    let Some(column) = column else { return 0 };
    let mut pieces = Pieces::default();
    pieces.push_str(&" ".repeat(MARGIN + column), Style::new());
    pieces.push('▾', Style::new());
    block.line(&pieces);
    MARGIN
}

/// The start of a line, with a sign where it is the row that is marked.
fn beside(margin: usize, here: bool) -> Pieces {
    let mut pieces = Pieces::default();
    if margin > 0 {
        pieces.push(if here { '▸' } else { ' ' }, Style::new());
        pieces.push_str(&" ".repeat(margin - 1), Style::new());
    }
    pieces
}

/// How the cells of a grid are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grain {
    /// A cell stands for `by` × `by` positions.
    pub by: usize,
    /// Whether cells are drawn twice as wide, and of half-blocks twice as high.
    pub is_large: bool,
    /// Whether digits are numbers of paths.
    pub are_counts: bool,
}

/// How many positions share a cell.
pub fn share(positions: usize, room: usize) -> usize {
    positions.div_ceil(room.max(1)).max(1)
}

/// A panel in cells.
struct Cells<'a> {
    panel: &'a Panel,
    grain: Grain,
    mixes: Vec<Mix>,
}

impl Cells<'_> {
    fn rows(&self) -> usize {
        self.panel.rows().div_ceil(self.grain.by)
    }

    fn columns(&self) -> usize {
        self.panel.columns().div_ceil(self.grain.by)
    }

    fn mix(&self, row: usize, column: usize) -> Mix {
        self.mixes[row * self.columns() + column]
    }

    fn letter(&self, mix: &Mix, row: usize, column: usize, glyphs: &Glyphs) -> char {
        match (mix.is_unread(), mix.has_hole()) {
            (true, true) => return glyphs.gridding,
            (true, false) => return glyphs.outside,
            (false, true) => return glyphs.partly,
            (false, false) => {}
        }
        match (self.panel.paths, self.panel.weight(row, column)) {
            (None, _) => glyphs.covered,
            // Few paths are written as they are.
            (Some(_), Some(weight)) if self.grain.are_counts => digit(weight),
            _ => digit(1.0 + (mix.level * 8.0).round()),
        }
    }
}

/// Whether digits can be numbers of paths: all of them integers, and none above 9.
fn counts(panel: &Panel) -> bool {
    panel.is_integral && panel.paths.is_none_or(|(_, most)| most <= 9.0)
}

fn digit(value: f64) -> char {
    char::from(b'0' + byte(value.clamp(0.0, 9.0)))
}
