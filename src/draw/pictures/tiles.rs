//! A grid of coloured positions with its axes: what footprints, differences and writes are drawn as.

use super::super::ramp::Rgb;
use super::super::text::signed;
use super::super::theme::Look;
use super::axis::{positions, whole_step};
use super::figure::{Body, SIZES, label, pointer};
use super::letters::{spaced, width};
use super::scene::{Anchor, Hatch, Image, Mark, Point, Rect, px, sharp, whole};

/// Colours of a grid, by number: these, then the levels of the ramp.
pub(super) mod code {
    /// Not read by dense kernels either.
    pub const OUTSIDE: u8 = 0;
    /// A hole that dilation caused.
    pub const HOLE: u8 = 1;
    /// Of a difference: read by both.
    pub const BOTH: u8 = 2;
    /// Of a difference: read by the first only.
    pub const FIRST: u8 = 3;
    /// Of a difference: read by the second only.
    pub const SECOND: u8 = 4;
    /// The lowest level.
    pub const LEVEL: u8 = 5;
    /// Levels from the lowest to the highest.
    pub const LEVELS: u8 = 64;
}

/// The number of a level's colour, 0 (fewest paths) to 1 (most).
pub(super) fn level(share: f64) -> u8 {
    let last = code::LEVELS - 1;
    code::LEVEL + super::super::ramp::byte(share.clamp(0.0, 1.0) * f64::from(last)).min(last)
}

/// The colours of all numbers.
pub(super) fn palette(look: Look) -> Vec<Rgb> {
    let both = if look.dark {
        (110, 118, 129)
    } else {
        (208, 215, 222)
    };
    let fixed = [
        look.outside(),
        look.hole(),
        both,
        look.series(4),
        look.series(1),
    ];
    let last = f64::from(code::LEVELS - 1);
    let levels = (0..code::LEVELS).map(|step| look.ramp.color(f64::from(step) / last));
    fixed.into_iter().chain(levels).collect()
}

/// Room above a grid, for the mark of the output's own position and the name of the axis down.
const ABOVE: f32 = 20.0;

/// Room below it, for numbers.
const BELOW: f32 = 18.0;

/// Cells of this size stand apart.
const APART: f32 = 6.0;

/// From one line of the hatch on holes to the next: so close that each hole has its share of one, and no closer than that it can be seen;
/// none on cells that are too small for it.
fn hatch_step(wide: f32, high: f32) -> Option<f32> {
    let small = wide.min(high);
    if small >= APART {
        return Some(small);
    }
    let across = wide + high;
    (across >= APART).then(|| (0.75 * across).min(APART))
}

/// An axis of a grid.
#[derive(Clone, Copy, Debug)]
pub(super) struct Along {
    /// Its name.
    pub name: &'static str,
    /// Its first position.
    pub first: i64,
    /// Positions from the first cell on.
    pub extent: i64,
}

/// A grid of coloured cells.
#[derive(Clone, Debug)]
pub(super) struct Tiles {
    /// Cells across.
    pub columns: usize,
    /// Numbers of colours, row by row.
    pub codes: Vec<u8>,
    /// What each cell says to a reader who points at it; none where they are drawn as one image.
    pub titles: Option<Vec<String>>,
    /// Positions along each axis that a cell stands for.
    pub block: usize,
    /// Width and height of a cell in pixels.
    pub cell: (f32, f32),
    /// Cells of a line, where a single row is broken into several.
    pub line: usize,
    /// The axis that goes down; none for a single row.
    pub down: Option<Along>,
    /// The axis that goes right.
    pub right: Along,
    /// The output's own position: row and column of its cell.
    pub own: Option<(usize, usize)>,
    /// Whether that position itself is shown, not another beside it along an axis that is cut.
    pub is_framed: bool,
    /// What a program reads of it.
    pub data: Vec<(&'static str, String)>,
}

impl Tiles {
    fn rows(&self) -> usize {
        self.codes.len() / self.columns.max(1)
    }

    fn lines(&self) -> usize {
        self.columns.div_ceil(self.line.max(1)).max(1)
    }

    /// Cells of the longest line.
    fn longest(&self) -> usize {
        self.columns.min(self.line)
    }

    /// Room at the left and the right: for numbers of the axis down, and for halves of those of the other.
    fn sides(&self) -> (f32, f32) {
        let ends = |along: &Along| [along.first, along.first + along.extent - 1];
        let widest = |along: &Along| {
            let texts = ends(along).map(|n| width(&printed(n), SIZES[3], false));
            texts[0].max(texts[1])
        };
        let half = widest(&self.right) / 2.0 + 2.0;
        let left = self.down.as_ref().map_or(0.0, |down| widest(down) + 9.0);
        (left.max(half).ceil(), half.max(20.0).ceil())
    }

    fn line_height(&self) -> f32 {
        ABOVE + px(self.rows()) * self.cell.1 + BELOW
    }

    /// From one number to the next along each axis: the same where both then have two of them at least.
    fn steps(&self) -> (i64, i64) {
        let room = |cells: usize, cell: f32, each: f32| whole((px(cells) * cell / each).max(1.0));
        let ends = [self.right.first, self.right.first + self.right.extent - 1];
        let widest = ends.map(|n| width(&printed(n), SIZES[3], false));
        // Cells of a pixel need fewer numbers.
        let between = if self.cell.0 > 1.0 { 16.0 } else { 48.0 };
        let most = room(
            self.longest(),
            self.cell.0,
            widest[0].max(widest[1]) + between,
        );
        let line = i64::try_from(self.longest() * self.block).unwrap_or(i64::MAX);
        let across = whole_step(line.min(self.right.extent), most);
        let Some(down) = &self.down else {
            return (across, across);
        };
        let own = whole_step(down.extent, room(self.rows(), self.cell.1, 22.0));
        let both = across.max(own);
        if 2 * both <= down.extent.min(self.right.extent) {
            (both, both)
        } else {
            (across, own)
        }
    }

    /// The middle of the cell of a position along an axis.
    fn middle(&self, along: &Along, position: i64, cell: f32) -> f32 {
        let offset = usize::try_from(position - along.first).unwrap_or(0);
        (px(offset / self.block) + 0.5) * cell
    }

    fn cells(&self, marks: &mut Vec<Mark>, at: Point, columns: std::ops::Range<usize>, look: Look) {
        let (wide, high) = self.cell;
        let palette = palette(look);
        let hatch = hatch_step(wide, high);
        let hatched = |place: Rect, step: f32| {
            Mark::Hatch(Hatch {
                place,
                step,
                width: if step < APART { 0.7 } else { 1.0 },
                color: look.hatch(),
            })
        };
        let Some(titles) = &self.titles else {
            let rows = self.codes.chunks(self.columns);
            let pixels: Vec<u8> = rows.flat_map(|row| row[columns.clone()].to_vec()).collect();
            let place = Rect {
                x: at.0,
                y: at.1,
                width: px(columns.len()) * wide,
                height: px(self.rows()) * high,
            };
            // Holes are openings of the image, behind which all of it is hatched.
            let hatch = hatch.filter(|_| pixels.contains(&code::HOLE));
            if let Some(step) = hatch {
                marks.push(Mark::Rect(place, look.hole(), None));
                marks.push(hatched(place, step));
            }
            marks.push(Mark::Image(Image {
                place,
                columns: columns.len(),
                pixels,
                palette,
                clear: hatch.map(|_| code::HOLE),
            }));
            return;
        };
        let gap = f32::from(u8::from(wide >= APART));
        for row in 0..self.rows() {
            for column in columns.clone() {
                let index = row * self.columns + column;
                let code = self.codes[index];
                let place = Rect {
                    x: at.0 + px(column - columns.start) * wide,
                    y: at.1 + px(row) * high,
                    width: wide - gap,
                    height: high - gap,
                };
                let fill = palette[usize::from(code)];
                marks.push(Mark::Rect(place, fill, titles.get(index).cloned()));
                if code == code::HOLE {
                    // A single line through a cell that is about as high as it is wide.
                    let step = hatch.map(|step| {
                        if high < 1.5 * wide {
                            wide.max(high)
                        } else {
                            step
                        }
                    });
                    marks.extend(step.map(|step| hatched(place, step - gap)));
                }
            }
        }
    }

    /// Numbers beneath a line, and the name of the axis at its end.
    fn across(
        &self,
        marks: &mut Vec<Mark>,
        at: Point,
        columns: std::ops::Range<usize>,
        look: Look,
    ) {
        let words = |text, place, anchor| Mark::Text(label(text, place, anchor, look.muted()));
        let own = |n: usize| i64::try_from(n * self.block).unwrap_or(i64::MAX);
        let begin = self.right.first + own(columns.start);
        let extent = own(columns.len()).min(self.right.first + self.right.extent - begin);
        let wide = px(columns.len()) * self.cell.0;
        let line = Along {
            first: begin,
            ..self.right
        };
        for tick in positions(begin, extent, self.steps().0) {
            let x = sharp(at.0 + self.middle(&line, tick, self.cell.0));
            marks.push(Mark::line(
                vec![(x, at.1), (x, at.1 + 3.0)],
                look.muted(),
                1.0,
            ));
            marks.push(words(printed(tick), (x, at.1 + 14.0), Anchor::Middle));
        }
        let end = (at.0 + wide + 12.0, at.1 - 1.0);
        marks.push(words(self.right.name.to_owned(), end, Anchor::Start));
    }

    /// Numbers at the left, and the name of the axis above.
    fn downward(&self, marks: &mut Vec<Mark>, at: Point, down: &Along, look: Look) {
        let words = |text, place, anchor| Mark::Text(label(text, place, anchor, look.muted()));
        for tick in positions(down.first, down.extent, self.steps().1) {
            let y = sharp(at.1 + self.middle(down, tick, self.cell.1));
            marks.push(Mark::line(
                vec![(at.0 - 3.0, y), (at.0, y)],
                look.muted(),
                1.0,
            ));
            let place = (at.0 - 6.0, y + 4.0);
            marks.push(words(printed(tick), place, Anchor::End));
        }
        let place = (at.0 - 6.0, at.1 - 11.0);
        marks.push(words(down.name.to_owned(), place, Anchor::End));
    }

    /// Marks the output's own position: from above, from the right where there is an axis down, and around its cell.
    fn own(&self, marks: &mut Vec<Mark>, at: Point, columns: &std::ops::Range<usize>, look: Look) {
        let Some((row, column)) = self.own.filter(|own| columns.contains(&own.1)) else {
            return;
        };
        let (wide, high) = self.cell;
        let corner = (
            at.0 + px(column - columns.start) * wide,
            at.1 + px(row) * high,
        );
        let x = corner.0 + wide / 2.0;
        marks.push(pointer((x, at.1 - 2.0), (0.0, 1.0), look.ink()));
        if self.down.is_some() {
            let x = at.0 + px(columns.len()) * wide + 2.0;
            let y = corner.1 + high / 2.0;
            marks.push(pointer((x, y), (-1.0, 0.0), look.ink()));
        }
        if wide >= APART && self.is_framed {
            let (right, low) = (corner.0 + wide - 1.0, corner.1 + high - 1.0);
            let points = vec![
                corner,
                (right, corner.1),
                (right, low),
                (corner.0, low),
                (corner.0, corner.1 - 0.75),
            ];
            marks.push(Mark::line(points, look.ink(), 1.5));
        }
    }
}

impl Body for Tiles {
    fn size(&self) -> Point {
        let (left, right) = self.sides();
        (
            left + px(self.longest()) * self.cell.0 + right,
            px(self.lines()) * self.line_height(),
        )
    }

    fn inset(&self) -> f32 {
        self.sides().0
    }

    fn is_alone(&self) -> bool {
        self.down.is_none()
    }

    fn draw(&self, marks: &mut Vec<Mark>, at: Point, look: Look) {
        let mut own = Vec::new();
        let x = at.0 + self.sides().0;
        let mut y = at.1;
        for line in 0..self.lines() {
            let begin = line * self.line;
            let columns = begin..(begin + self.line).min(self.columns);
            let corner = (x, y + ABOVE);
            let bottom = corner.1 + px(self.rows()) * self.cell.1;
            self.cells(&mut own, corner, columns.clone(), look);
            self.across(&mut own, (x, bottom), columns.clone(), look);
            if let Some(down) = &self.down {
                self.downward(&mut own, corner, down, look);
            }
            self.own(&mut own, corner, &columns, look);
            y += self.line_height();
        }
        marks.push(Mark::Group(self.data.clone(), own));
    }
}

/// A position as people write it, with thin spaces.
pub(super) fn printed(position: i64) -> String {
    spaced(&signed(position))
}
