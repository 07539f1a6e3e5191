//! A picture as marks in pixels, which every format writes in its own way.

use std::iter::repeat_n;

use super::super::ramp::Rgb;
use super::letters;

/// A place in a picture: x to the right and y downward, in pixels.
pub type Point = (f32, f32);

/// A rectangle of a picture, in pixels from the upper left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Left side.
    pub x: f32,
    /// Upper side.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

/// Which part of a text is at its point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Anchor {
    /// Its left end.
    #[default]
    Start,
    /// Its middle.
    Middle,
    /// Its right end.
    End,
}

/// A line of text.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// Where it stands: its anchor across, its baseline down.
    pub at: Point,
    /// The text.
    pub text: String,
    /// Size of the letters in pixels.
    pub size: f32,
    /// Whether it is a title.
    pub bold: bool,
    /// Its colour.
    pub color: Rgb,
    /// Which part of it is at `at`.
    pub anchor: Anchor,
}

impl Text {
    /// The box of its letters, by the metrics of the font.
    #[must_use]
    pub fn bounds(&self) -> Rect {
        let width = letters::width(&self.text, self.size, self.bold);
        let share = match self.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => 0.5,
            Anchor::End => 1.0,
        };
        Rect {
            x: self.at.0 - share * width,
            y: self.at.1 - 0.78 * self.size,
            width,
            height: self.size,
        }
    }
}

/// A line through points.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The points.
    pub points: Vec<Point>,
    /// Its colour.
    pub color: Rgb,
    /// Its width in pixels.
    pub width: f32,
    /// Length of dashes and gaps in pixels; none for a line without.
    pub dash: Option<f32>,
    /// What a reader who points at it is told.
    pub title: Option<String>,
}

/// An area of one colour.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// Its corners.
    pub points: Vec<Point>,
    /// Its colour.
    pub fill: Rgb,
    /// What a reader who points at it is told.
    pub title: Option<String>,
}

/// A grid of colours, drawn without smoothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// Where it is.
    pub place: Rect,
    /// Colours across.
    pub columns: usize,
    /// Row by row, the places of the colours in the palette.
    pub pixels: Vec<u8>,
    /// The colours.
    pub palette: Vec<Rgb>,
    /// The place in the palette that is no colour: what lies behind is seen there.
    pub clear: Option<u8>,
}

impl Image {
    /// Colours down.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.pixels.len() / self.columns.max(1)
    }

    /// The same with a pixel for each of the layout: many readers smooth an image between its pixels, whatever it asks for.
    pub(super) fn enlarged(&self) -> Self {
        let times = |length: f32, cells: usize| (whole(length) / cells.max(1)).max(1);
        let wide = times(self.place.width, self.columns);
        let high = times(self.place.height, self.rows());
        let mut pixels = Vec::with_capacity(self.pixels.len() * wide * high);
        for row in self.pixels.chunks(self.columns.max(1)) {
            let cells = row.iter().flat_map(|pixel| repeat_n(*pixel, wide));
            let line: Vec<u8> = cells.collect();
            (0..high).for_each(|_| pixels.extend(&line));
        }
        Self {
            place: self.place,
            columns: self.columns * wide,
            pixels,
            palette: self.palette.clone(),
            clear: self.clear,
        }
    }
}

/// Parallel lines across a rectangle, from the lower left to the upper right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hatch {
    /// Where they are.
    pub place: Rect,
    /// From one to the next, along a side.
    pub step: f32,
    /// Their width.
    pub width: f32,
    /// Their colour.
    pub color: Rgb,
}

impl Hatch {
    /// The ends of each line.
    pub fn lines(&self) -> impl Iterator<Item = [Point; 2]> {
        let Rect {
            x,
            y,
            width,
            height,
        } = self.place;
        let along = (1..=u16::MAX).map(|n| f32::from(n) * self.step);
        along
            .take_while(move |along| *along < width + height)
            .map(move |along| {
                let (low, high) = (along.min(height), along.min(width));
                [(x + along - low, y + low), (x + high, y + along - high)]
            })
    }
}

/// Something in a picture.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// A line of text.
    Text(Text),
    /// A rectangle of a colour, with what a reader who points at it is told.
    Rect(Rect, Rgb, Option<String>),
    /// A line through points.
    Line(Line),
    /// Parallel lines.
    Hatch(Hatch),
    /// An area.
    Shape(Shape),
    /// A grid of colours.
    Image(Image),
    /// Marks that belong together, with what a program reads of them: names and values.
    Group(Vec<(&'static str, String)>, Vec<Mark>),
}

impl Mark {
    /// A line without dashes.
    pub(super) fn line(points: Vec<Point>, color: Rgb, width: f32) -> Self {
        Self::Line(Line {
            points,
            color,
            width,
            dash: None,
            title: None,
        })
    }
}

/// A picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// Width in pixels.
    pub width: f32,
    /// Height in pixels.
    pub height: f32,
    /// What it shows, for readers who do not see it.
    pub title: String,
    /// What lies behind everything.
    pub paper: Rgb,
    /// From the back to the front.
    pub marks: Vec<Mark>,
}

impl Scene {
    /// All marks, those of groups one by one.
    pub fn flat(&self) -> impl Iterator<Item = &Mark> {
        let mut ahead: Vec<&Mark> = self.marks.iter().rev().collect();
        std::iter::from_fn(move || {
            loop {
                match ahead.pop()? {
                    Mark::Group(_, marks) => ahead.extend(marks.iter().rev()),
                    mark => return Some(mark),
                }
            }
        })
    }
}

/// Whole pixels of a length; none of a negative one.
pub(super) fn whole(length: f32) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "lengths are those of pictures, and below zero they are cut to it"
    )]
    let whole = length as usize;
    whole
}

/// The middle of the pixel at a place, where a thin line is sharp.
pub(super) fn sharp(place: f32) -> f32 {
    place.floor() + 0.5
}

/// A count as pixels.
#[must_use]
pub fn px(n: usize) -> f32 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "pictures have far fewer pixels than 2^24"
    )]
    let pixels = n as f32;
    pixels
}
