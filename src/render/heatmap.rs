//! A panel as terminal text: half-blocks in colour, digits without.

use anstyle::Style;

use crate::draw::{Cell, GRIDDING, Panel, Rgb, byte, heat, mixed};

use super::block::{Block, Pieces};
use super::style::{Depth, Glyphs};

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

    /// Draws a panel; where it is larger than `room` allows, several positions share a cell.
    pub fn draw(&self, panel: &Panel, width: usize) -> Block {
        let mut block = Block::default();
        if !panel.title.is_empty() {
            block.text(&self.glyphs.text(&panel.title), Style::new().bold(), width);
        }
        let (rows, columns) = self.room(width);
        let by = share(panel.rows(), rows).max(share(panel.columns(), columns));
        let cells = Cells { panel, by };
        if self.has_half_blocks() {
            self.half_blocks(&mut block, &cells, width);
        } else {
            self.characters(&mut block, &cells, width);
        }
        block
    }

    fn half_blocks(&self, block: &mut Block, cells: &Cells<'_>, width: usize) {
        let large = cells.columns() * LARGEST_CELL <= width.min(96)
            && self
                .height
                .is_none_or(|h| cells.rows() + 5 <= h || cells.rows() <= 12);
        let zoom = if large { LARGEST_CELL } else { 1 };
        let (rows, columns) = (cells.rows() * zoom, cells.columns() * zoom);
        block.widen(columns);
        let color = |row: usize, column: usize| {
            let rgb = (row < rows).then(|| cells.color(row / zoom, column / zoom))??;
            self.depth.color(rgb)
        };
        for row in (0..rows).step_by(2) {
            let mut pieces = Pieces::default();
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

    fn characters(&self, block: &mut Block, cells: &Cells<'_>, width: usize) {
        // A line is twice as high as a column is wide.
        let spaced = cells.columns() * 2 <= width + 1;
        block.widen(cells.columns() * if spaced { 2 } else { 1 });
        for row in 0..cells.rows() {
            let mut pieces = Pieces::default();
            for column in 0..cells.columns() {
                let color = cells.color(row, column);
                let color = color.and_then(|rgb| self.depth.color(rgb));
                let letter = cells.letter(row, column, &self.glyphs);
                pieces.push(letter, Style::new().fg_color(color));
                if spaced && column + 1 < cells.columns() {
                    pieces.push(' ', Style::new());
                }
            }
            block.line(&pieces);
        }
    }
}

/// How many positions share a cell.
fn share(positions: usize, room: usize) -> usize {
    positions.div_ceil(room.max(1)).max(1)
}

/// A panel in cells of `by` × `by` positions.
struct Cells<'a> {
    panel: &'a Panel,
    by: usize,
}

impl Cells<'_> {
    fn rows(&self) -> usize {
        self.panel.rows().div_ceil(self.by)
    }

    fn columns(&self) -> usize {
        self.panel.columns().div_ceil(self.by)
    }

    /// Greatest level of what is covered, the shares covered and of gridding.
    fn sum(&self, row: usize, column: usize) -> (f64, f64, f64) {
        let (mut level, mut covered, mut gridding, mut all) = (0.0_f64, 0.0, 0.0, 0.0);
        for row in (row * self.by..(row + 1) * self.by).take_while(|&r| r < self.panel.rows()) {
            let columns = column * self.by..(column + 1) * self.by;
            for column in columns.take_while(|&c| c < self.panel.columns()) {
                all += 1.0;
                match self.panel.cell(row, column) {
                    Cell::Covered(own) => {
                        level = level.max(own);
                        covered += 1.0;
                    }
                    Cell::Gridding => gridding += 1.0,
                    Cell::Between | Cell::Outside => {}
                }
            }
        }
        (level, covered / all, gridding / all)
    }

    fn color(&self, row: usize, column: usize) -> Option<Rgb> {
        let (level, covered, gridding) = self.sum(row, column);
        if covered == 0.0 {
            return (gridding > 0.0).then_some(GRIDDING);
        }
        Some(mixed(
            heat(level),
            GRIDDING,
            gridding / (covered + gridding),
        ))
    }

    fn letter(&self, row: usize, column: usize, glyphs: &Glyphs) -> char {
        let (level, covered, gridding) = self.sum(row, column);
        if covered == 0.0 {
            let between = self.by == 1 && self.panel.cell(row, column) == Cell::Between;
            return if gridding > 0.0 || between {
                glyphs.gridding
            } else {
                glyphs.outside
            };
        }
        if gridding > 0.0 {
            return glyphs.partly;
        }
        let weight = self.panel.weight(row * self.by, column * self.by);
        match (self.panel.paths, weight) {
            (None, _) => glyphs.covered,
            // Few paths are written as they are.
            (Some(_), Some(weight)) if self.by == 1 && counts(self.panel) => digit(weight),
            _ => digit(1.0 + (level * 8.0).round()),
        }
    }
}

/// Whether digits are numbers of paths: all of them integers, and none above 9.
pub fn counts(panel: &Panel) -> bool {
    panel.is_integral && panel.paths.is_some_and(|(_, most)| most <= 9.0)
}

fn digit(value: f64) -> char {
    char::from(b'0' + byte(value.clamp(0.0, 9.0)))
}
