//! Curves and points over two labelled axes.

use super::super::ramp::{Rgb, mixed};
use super::super::theme::Look;
use super::axis::round_step;
use super::figure::{Body, SIZES, label, line_height, pointer};
use super::labels::{ABOVE, DOT, Named, around, halo, labels, leader};
use super::letters::{spaced, width};
use super::scene::{Anchor, Line, Mark, Point, Rect, Shape, Text, sharp};

/// An axis of a graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// What it counts.
    pub name: String,
    /// Values of its ends.
    pub ends: (f64, f64),
    /// Whether only whole numbers are named.
    pub whole: bool,
}

impl Axis {
    /// A value beside it: with an exponent where the axis reaches a million, for all but zero.
    fn tick(&self, value: f64) -> String {
        let most = self.ends.0.abs().max(self.ends.1.abs());
        let (digits, exponent) = if most >= 1e6 && value != 0.0 {
            let text = format!("{value:.4e}");
            let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
            (digits.to_owned(), format!("e{exponent}"))
        } else {
            (format!("{value:.4}"), String::new())
        };
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        let digits = if digits == "-0" { "0" } else { digits };
        format!("{}{exponent}", spaced(&digits.replace('-', "−")))
    }
}

/// Something drawn in a graph, in values of its axes.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// The area between a line and zero, in steps: each value holds up to the next place.
    Area(Vec<(f64, f64)>, Tone),
    /// A line through points, of one of several series.
    Curve(Vec<(f64, f64)>, Tone),
    /// A vertical line, dashed.
    Rule(f64),
    /// Places along the horizontal axis where nothing is read, from one to another.
    Gap(f64, f64),
    /// A small triangle above a point, with a label where there is room.
    Peak((f64, f64), String),
    /// The output's own position, marked above the frame.
    Own(f64),
    /// A point; its label stands where there is room.
    Dot((f64, f64), String),
}

/// The colour of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// That of a series.
    Series(usize),
    /// That of a series, paler.
    Pale(usize),
    /// That of lines behind curves.
    Muted,
}

impl Tone {
    /// The colour on a paper.
    pub(super) fn color(self, look: Look) -> Rgb {
        match self {
            Self::Series(index) => look.series(index),
            Self::Pale(index) => mixed(look.series(index), look.paper(), 0.6),
            Self::Muted => look.muted(),
        }
    }
}

/// A graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    /// Width and height of the frame between the axes.
    pub frame: Point,
    /// The horizontal axis.
    pub across: Axis,
    /// The vertical axis.
    pub up: Axis,
    /// What is in it, from the back to the front.
    pub items: Vec<Item>,
    /// What a program reads of it.
    pub data: Vec<(&'static str, String)>,
}

/// Above the frame and the signs on its upper end, for the name of the vertical axis.
const NAME: f32 = 14.0;

/// Values named along a vertical axis, about so many.
pub(super) const RUNGS: f64 = 5.0;

/// Between an axis and its numbers.
const GAP: f32 = 7.0;

impl Graph {
    /// Values named along the vertical axis.
    fn rungs(&self) -> Vec<f64> {
        round_values(&self.up, RUNGS)
    }

    /// Columns before the frame.
    fn left(&self) -> f32 {
        let names = self.rungs().into_iter().map(|value| self.up.tick(value));
        let widest = names.map(|name| width(&name, SIZES[3], false));
        (widest.fold(0.0, f32::max) + GAP + 2.0).ceil()
    }

    /// The place of values in a frame.
    fn at(&self, frame: Rect, (x, y): (f64, f64)) -> Point {
        let share = |value: f64, (low, high): (f64, f64)| {
            let share = if high > low {
                (value - low) / (high - low)
            } else {
                0.5
            };
            small(share.clamp(0.0, 1.0))
        };
        (
            frame.x + frame.width * share(x, self.across.ends),
            frame.y + frame.height * (1.0 - share(y, self.up.ends)),
        )
    }

    fn axes(&self, marks: &mut Vec<Mark>, frame: Rect, look: Look) {
        let (right, bottom) = (frame.x + frame.width, frame.y + frame.height);
        let line = |points: Vec<Point>, color| Mark::line(points, color, 1.0);
        let words = |text, place, anchor| Mark::Text(label(text, place, anchor, look.muted()));
        let (left, foot) = (sharp(frame.x), sharp(bottom));
        for value in self.rungs() {
            let (_, y) = self.at(frame, (self.across.ends.0, value));
            let points = vec![(frame.x, sharp(y)), (right, sharp(y))];
            marks.push(line(points, look.rule()));
            let place = (frame.x - GAP, y + 4.0);
            marks.push(words(self.up.tick(value), place, Anchor::End));
        }
        let most = (f64::from(frame.width) / 48.0).floor();
        let mut end = f32::NEG_INFINITY;
        for value in round_values(&self.across, most) {
            let (x, _) = self.at(frame, (value, self.up.ends.0));
            let name = self.across.tick(value);
            let half = width(&name, SIZES[3], false) / 2.0;
            if x - half < end {
                continue;
            }
            end = x + half + 4.0;
            let points = vec![(sharp(x), bottom), (sharp(x), bottom + 4.0)];
            marks.push(line(points, look.muted()));
            marks.push(words(name, (x, bottom + GAP + SIZES[3]), Anchor::Middle));
        }
        let corner = vec![(left, frame.y), (left, foot), (right, foot)];
        marks.push(line(corner, look.muted()));
        marks.push(Mark::Text(self.name(frame, look)));
        let below = bottom + GAP + 2.0 * line_height(SIZES[3]);
        let place = (frame.x + frame.width / 2.0, below);
        marks.push(words(self.across.name.clone(), place, Anchor::Middle));
    }

    /// The name of the vertical axis, above its upper end.
    fn name(&self, frame: Rect, look: Look) -> Text {
        let at = (frame.x, frame.y - ABOVE - 4.0);
        label(self.up.name.clone(), at, Anchor::Start, look.muted())
    }

    fn item(&self, marks: &mut Vec<Mark>, item: &Item, frame: Rect, look: Look) {
        let at = |value: (f64, f64)| self.at(frame, value);
        let bottom = frame.y + frame.height;
        match item {
            Item::Area(steps, tone) => {
                let mut points = Vec::with_capacity(2 * steps.len() + 2);
                let ends = steps.iter().skip(1).map(|step| step.0);
                for (step, end) in steps.iter().zip(ends.chain([f64::INFINITY])) {
                    let (x, y) = at(*step);
                    points.push((x, y));
                    points.push((at((end, step.1)).0, y));
                }
                let last = points.last().map_or(frame.x, |point| point.0);
                let first = points.first().map_or(frame.x, |point| point.0);
                points.extend([(last, bottom), (first, bottom)]);
                marks.push(Mark::Shape(Shape {
                    points,
                    fill: tone.color(look),
                    title: None,
                }));
            }
            Item::Curve(points, tone) => {
                let points = points.iter().map(|point| at(*point)).collect();
                marks.push(Mark::line(points, tone.color(look), 1.8));
            }
            Item::Rule(x) => {
                let (x, _) = at((*x, 0.0));
                let points = vec![(x, frame.y), (x, bottom)];
                marks.push(Mark::Line(Line {
                    points,
                    color: look.muted(),
                    width: 1.0,
                    dash: Some(4.0),
                    title: None,
                }));
            }
            Item::Gap(from, to) => {
                let (x, _) = at((*from, 0.0));
                let width = (at((*to, 0.0)).0 - x).max(1.0);
                let place = Rect {
                    x,
                    y: bottom - 4.0,
                    width,
                    height: 4.0,
                };
                marks.push(Mark::Rect(place, look.hole(), None));
            }
            Item::Peak(value, _) => {
                let (x, y) = at(*value);
                marks.push(pointer((x, y - 2.0), (0.0, 1.0), look.ink()));
            }
            Item::Own(x) => {
                let (x, _) = at((*x, 0.0));
                marks.push(pointer((x, frame.y - 1.0), (0.0, 1.0), look.ink()));
            }
            Item::Dot(value, label) => {
                let (x, y) = at(*value);
                marks.push(disc((x, y), look.series(1), label));
            }
        }
    }

    /// Labels of points where there is room. Those of peaks touch no curve: the words beneath a spectrum name its peak.
    fn labels(&self, frame: Rect, look: Look) -> Vec<(Point, Text)> {
        let named = self.items.iter().filter_map(|item| {
            let (value, label, is_said, above) = match item {
                Item::Dot(value, label) => (value, label, false, 0.0),
                Item::Peak(value, label) => (value, label, true, 6.0),
                _ => return None,
            };
            let (x, y) = self.at(frame, *value);
            let at = (x, y - above);
            (!label.is_empty()).then_some(Named { at, label, is_said })
        });
        let curves = self.items.iter().filter_map(|item| match item {
            Item::Curve(points, _) => Some(points),
            _ => None,
        });
        let parts = curves.flat_map(|points| points.iter().zip(points.iter().skip(1)));
        let parts = parts.map(|(a, b)| around(self.at(frame, *a), self.at(frame, *b), 1.0));
        let (named, curves): (Vec<Named>, Vec<Rect>) = (named.collect(), parts.collect());
        labels(
            &named,
            &curves,
            self.name(frame, look).bounds(),
            frame,
            look,
        )
    }

    /// How many points have labels.
    pub(super) fn labelled(&self, look: Look) -> usize {
        self.labels(self.frame_at((0.0, 0.0)), look).len()
    }

    /// The frame, with the graph's upper left corner at a point.
    fn frame_at(&self, (x, y): Point) -> Rect {
        Rect {
            x: x + self.left(),
            y: y + NAME + ABOVE,
            width: self.frame.0,
            height: self.frame.1,
        }
    }
}

impl Body for Graph {
    fn size(&self) -> Point {
        let below = GAP + 2.0 * line_height(SIZES[3]) + 6.0;
        (
            self.left() + self.frame.0 + 14.0,
            NAME + ABOVE + self.frame.1 + below,
        )
    }

    fn inset(&self) -> f32 {
        self.left()
    }

    fn draw(&self, marks: &mut Vec<Mark>, at: Point, look: Look) {
        let frame = self.frame_at(at);
        let mut data = self.data.clone();
        let pair = |(a, b): (f64, f64)| format!("{a},{b}");
        data.push(("across", pair(self.across.ends)));
        data.push(("up", pair(self.up.ends)));
        data.push((
            "frame",
            itertools::join([frame.x, frame.y, frame.width, frame.height], ","),
        ));
        self.axes(marks, frame, look);
        let labels = self.labels(frame, look);
        // Lines behind curves end before a label.
        marks.extend(labels.iter().map(|(_, text)| halo(text, look)));
        let mut inside = Vec::new();
        for item in &self.items {
            self.item(&mut inside, item, frame, look);
        }
        marks.push(Mark::Group(data, inside));
        for (point, text) in labels {
            marks.extend(leader(point, text.bounds(), look));
            marks.push(Mark::Text(text));
        }
    }
}

/// A disc as a polygon.
fn disc((x, y): Point, fill: Rgb, title: &str) -> Mark {
    let corner = |step: u8| {
        let (sin, cos) = (f32::from(step) * std::f32::consts::TAU / 12.0).sin_cos();
        (x + DOT * cos, y + DOT * sin)
    };
    Mark::Shape(Shape {
        points: (0..12).map(corner).collect(),
        fill,
        title: (!title.is_empty()).then(|| title.to_owned()),
    })
}

/// Round values along an axis, about so many.
fn round_values(axis: &Axis, most: f64) -> Vec<f64> {
    let (low, high) = axis.ends;
    let step = round_step(high - low, most);
    let step = if axis.whole { step.max(1.0) } else { step };
    let mut value = (low / step).ceil();
    let mut values = Vec::new();
    while value * step <= high + step * 1e-6 && values.len() < 64 {
        values.push(value * step);
        value += 1.0;
    }
    values
}

/// A share of a frame in pixels' precision.
fn small(value: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "shares are 0 to 1")]
    let small = value as f32;
    small
}
