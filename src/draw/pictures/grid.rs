//! Grids of positions as plots: one size of cells for those that are compared, cells with words where there are few, images where there
//! are many.

use super::super::panel::{Cell, Panel, axes};
use super::super::text::number;
use super::figure::{Plot, Row};
use super::scene::px;
use super::tiles::{Along, Tiles, code, level};

/// Positions of a map with a colour and words each.
pub(super) trait Source {
    /// First position and extent, per axis of the map.
    fn window(&self) -> (&[i64], &[i64]);
    /// The axes that go down and right; no axis goes down in a single row.
    fn axes(&self) -> (Option<usize>, usize);
    /// The number of a position's colour, by row and column.
    fn code(&self, row: usize, column: usize) -> u8;
    /// What is at a position, in words.
    fn words(&self, row: usize, column: usize) -> String;

    /// Positions along an axis of the picture.
    fn side(&self, axis: Option<usize>) -> usize {
        axis.map_or(1, |axis| {
            usize::try_from(self.window().1[axis]).unwrap_or(0)
        })
    }
}

impl Source for Panel {
    fn window(&self) -> (&[i64], &[i64]) {
        (&self.first, &self.extent)
    }

    fn axes(&self) -> (Option<usize>, usize) {
        (self.down, self.right)
    }

    fn code(&self, row: usize, column: usize) -> u8 {
        match self.cell(row, column) {
            Cell::Covered(share) => level(share),
            Cell::Gridding => code::HOLE,
            Cell::Between | Cell::Outside => code::OUTSIDE,
        }
    }

    fn words(&self, row: usize, column: usize) -> String {
        match (self.cell(row, column), self.weight(row, column)) {
            (Cell::Covered(_), Some(weight)) => format!("paths {}", number(weight)),
            (Cell::Covered(_), None) => "read".to_owned(),
            (Cell::Gridding, _) => "hole from dilation".to_owned(),
            (Cell::Between | Cell::Outside, _) => "not read".to_owned(),
        }
    }
}

/// A grid and its words, before its size is known.
pub(super) struct Grid {
    pub title: String,
    pub notes: Vec<String>,
    pub captions: Vec<String>,
    pub source: Box<dyn Source>,
    /// The output's own position, per axis of the map.
    pub own: Option<Vec<i64>>,
    /// What a program reads of it.
    pub data: Vec<(&'static str, String)>,
}

/// Grids beside each other, under a label.
pub(super) type Line = (Option<String>, Vec<Grid>);

/// How large grids are drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    /// Pixels of a cell.
    cell: usize,
    /// Positions of a cell along each axis.
    block: usize,
}

/// Largest cell, in pixels.
const LARGEST: usize = 24;

/// Height of a single row, in pixels, so that it can be seen.
const STRIP: usize = 22;

/// Width of a single row, in pixels, and most lines that the rows of a figure are broken into before cells shrink.
const WIDE: usize = 960;
const LINES: usize = 8;

/// Most lines of the rows of a figure; of longer rows, a cell stands for several positions.
const MOST_LINES: usize = 40;

/// Cells that a figure draws one by one, each with its own words; more become images.
const SINGLE: usize = 3000;

/// Positions that a figure shows one by one, along the longer side: of a grid that stands alone, of one of two, of one of more. Of larger
/// grids, a cell stands for several positions.
const LONGEST: [usize; 3] = [2100, 1050, 520];

/// Pixels that a grid should take, by how many there are: as many as fit beside each other, up to four.
const SIDES: [usize; 4] = [560, 430, 256, 186];

/// The size of cells of grids, `count` of which stand beside each other, the longest side of all being `longest`.
fn size(longest: usize, count: usize, is_strip: bool) -> Size {
    let longest = longest.max(1);
    let rank = count.clamp(1, SIDES.len()) - 1;
    let (pixels, most) = if is_strip {
        // Of many rows, each takes fewer lines.
        (
            WIDE * (LINES / count).max(1),
            WIDE * (MOST_LINES / count).max(1),
        )
    } else {
        (SIDES[rank], LONGEST[rank.min(LONGEST.len() - 1)])
    };
    let block = longest.div_ceil(most);
    let cell = if is_strip && longest <= WIDE {
        WIDE / longest
    } else {
        pixels / longest.div_ceil(block)
    };
    Size {
        cell: cell.clamp(1, LARGEST),
        block,
    }
}

/// Grids as plots. Those that are `alike` have cells of one size, so that they can be compared.
pub(super) fn rows(lines: Vec<Line>, alike: bool) -> Vec<Row> {
    let longest = |grid: &Grid| {
        let (down, right) = grid.source.axes();
        grid.source.side(down).max(grid.source.side(Some(right)))
    };
    let all = || lines.iter().flat_map(|(_, grids)| grids);
    let beside = lines.iter().map(|(_, grids)| grids.len()).max();
    let sized = |longest: usize, grid: &Grid| {
        let count = beside.unwrap_or(1).max(lines.len());
        size(longest, count, grid.source.axes().0.is_none())
    };
    let most = all().map(longest).max().unwrap_or(1);
    let sizes: Vec<Size> = all()
        .map(|grid| sized(if alike { most } else { longest(grid) }, grid))
        .collect();
    let few = few(all().zip(&sizes).map(|(grid, size)| {
        let (down, right) = grid.source.axes();
        let cells = grid.source.side(down) * grid.source.side(Some(right));
        (cells, size.block)
    }));
    let mut sizes = sizes.into_iter().zip(few);
    let mut row = |(label, grids): Line| Row {
        label,
        plots: (grids.into_iter().zip(sizes.by_ref()))
            .map(|(grid, (size, few))| plot(grid, size, few))
            .collect(),
    };
    lines.into_iter().map(&mut row).collect()
}

/// Which grids, by their cells and positions of a cell, are drawn cell by cell: the smallest, as long as all of these are few.
fn few(grids: impl Iterator<Item = (usize, usize)>) -> Vec<bool> {
    let grids: Vec<(usize, usize)> = grids.collect();
    let mut order: Vec<usize> = (0..grids.len()).filter(|&n| grids[n].1 == 1).collect();
    order.sort_by_key(|&n| grids[n].0);
    let mut few = vec![false; grids.len()];
    let mut sum = 0_usize;
    for index in order {
        sum = sum.saturating_add(grids[index].0);
        few[index] = sum <= SINGLE;
    }
    few
}

fn plot(grid: Grid, size: Size, few: bool) -> Plot {
    let source = grid.source.as_ref();
    let (down, right) = source.axes();
    let (first, extent) = source.window();
    let along = |axis: usize| Along {
        name: axes(first.len())[axis],
        first: first[axis],
        extent: extent[axis],
    };
    let own = grid.own.as_ref().and_then(|own| {
        let place = |axis: usize| {
            let offset = usize::try_from(own[axis] - first[axis]).ok()?;
            (offset < source.side(Some(axis))).then_some(offset / size.block)
        };
        Some((down.map_or(Some(0), place)?, place(right)?))
    });
    let is_framed = grid.own.as_ref().is_some_and(|own| {
        let is_cut = |axis: &usize| Some(*axis) != down && *axis != right;
        (0..own.len())
            .filter(is_cut)
            .all(|axis| own[axis] == first[axis])
    });
    let (rows, columns) = (source.side(down), source.side(Some(right)));
    let cell = px(size.cell);
    let high = if down.is_some() { cell } else { px(STRIP) };
    let mut captions = grid.captions;
    if size.block > 1 {
        let block = size.block;
        let cell = down.map_or_else(|| block.to_string(), |_| format!("{block}×{block}"));
        captions.push(format!(
            "one cell is {cell} positions, with a hole where any of them is one"
        ));
    }
    let mut data = grid.data;
    data.push(("block", size.block.to_string()));
    let line = if down.is_none() {
        WIDE / size.cell
    } else {
        usize::MAX
    };
    Plot {
        title: grid.title,
        notes: grid.notes,
        captions,
        body: Box::new(Tiles {
            columns: columns.div_ceil(size.block),
            codes: codes(source, rows, columns, size.block),
            titles: few.then(|| titles(source, rows, columns)),
            block: size.block,
            cell: (cell, high),
            line,
            down: down.map(along),
            right: along(right),
            own,
            is_framed,
            data,
        }),
    }
}

/// Colours of cells: of those that stand for several positions, a hole before all, then the highest level.
fn codes(source: &dyn Source, rows: usize, columns: usize, block: usize) -> Vec<u8> {
    let across = columns.div_ceil(block);
    let mut codes = vec![code::OUTSIDE; rows.div_ceil(block) * across];
    for row in 0..rows {
        let line = &mut codes[row / block * across..][..across];
        for column in 0..columns {
            let (own, other) = (source.code(row, column), &mut line[column / block]);
            if *other != code::HOLE && (own == code::HOLE || own > *other) {
                *other = own;
            }
        }
    }
    codes
}

/// What each position says: its place along the axes of the map, and what is there.
fn titles(source: &dyn Source, rows: usize, columns: usize) -> Vec<String> {
    let (first, _) = source.window();
    let (down, right) = source.axes();
    let names = axes(first.len());
    let whole = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let mut titles = Vec::with_capacity(rows * columns);
    for row in 0..rows {
        for column in 0..columns {
            let mut place = first.to_vec();
            if let Some(down) = down {
                place[down] += whole(row);
            }
            place[right] += whole(column);
            let place = names
                .iter()
                .zip(&place)
                .map(|(name, n)| format!("{name} {n}"));
            let place = itertools::join(place, ", ");
            titles.push(format!("{place}: {}", source.words(row, column)));
        }
    }
    titles
}
