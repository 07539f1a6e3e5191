//! Labels of points in a graph: where each stands so that it touches nothing.

use super::super::theme::Look;
use super::figure;
use super::scene::{Anchor, Mark, Point, Rect, Text};

/// Radius of a point.
pub(super) const DOT: f32 = 3.5;

/// Above the frame, for signs and labels of points on its upper end.
pub(super) const ABOVE: f32 = 12.0;

/// A point with its label.
pub(super) struct Named<'a> {
    pub at: Point,
    pub label: &'a str,
    /// Whether words elsewhere say the same, so that it may be left out.
    pub is_said: bool,
}

/// Labels of points, each where it touches neither another nor a point nor the box `taken`, and none of the boxes of `curves` where that
/// can be; with the point of each. Those without room are left out.
pub(super) fn labels(
    named: &[Named],
    curves: &[Rect],
    taken: Rect,
    frame: Rect,
    look: Look,
) -> Vec<(Point, Text)> {
    let signs = named.iter().map(|own| around(own.at, own.at, DOT));
    let mut taken: Vec<Rect> = signs.chain([taken]).collect();
    let mut texts = Vec::new();
    for Named { at, label, is_said } in named {
        let text = |(at, anchor): (Point, Anchor)| {
            figure::label((*label).to_owned(), at, anchor, look.ink())
        };
        let is_free = |text: &Text| {
            let bounds = text.bounds();
            within(bounds, frame) && !taken.iter().any(|other| touches(bounds, *other))
        };
        let free: Vec<Text> = places(*at).into_iter().map(text).filter(is_free).collect();
        let is_clear = |text: &&Text| {
            let bounds = text.bounds();
            !curves.iter().any(|curve| touches(bounds, *curve))
        };
        let otherwise = free.first().filter(|_| !is_said);
        if let Some(text) = free.iter().find(is_clear).or(otherwise) {
            taken.push(text.bounds());
            texts.push((*at, text.clone()));
        }
    }
    texts
}

/// Where a label may stand about a point, the best first.
fn places((x, y): Point) -> Vec<(Point, Anchor)> {
    let mut places = Vec::new();
    for far in [0.0, 9.0, 18.0] {
        let side = DOT + 4.0 + far;
        places.extend([
            ((x + side, y - 5.0 - far), Anchor::Start),
            ((x, y - DOT - 5.0 - far), Anchor::Middle),
            ((x + side, y + 4.0), Anchor::Start),
            ((x, y + DOT + 12.0 + far), Anchor::Middle),
            ((x - side, y - 5.0 - far), Anchor::End),
            ((x + side, y + 12.0 + far), Anchor::Start),
            ((x - side, y + 4.0), Anchor::End),
            ((x - side, y + 12.0 + far), Anchor::End),
        ]);
    }
    places
}

/// The line from a point to a label that does not stand near it.
pub(super) fn leader((x, y): Point, label: Rect, look: Look) -> Option<Mark> {
    let to = (
        x.clamp(label.x, label.x + label.width),
        y.clamp(label.y, label.y + label.height),
    );
    let far = (to.0 - x).hypot(to.1 - y) > 3.0 * DOT;
    far.then(|| Mark::line(vec![(x, y), to], look.muted(), 0.7))
}

/// The box about two points.
pub(super) fn around(a: Point, b: Point, by: f32) -> Rect {
    Rect {
        x: a.0.min(b.0) - by,
        y: a.1.min(b.1) - by,
        width: (a.0 - b.0).abs() + 2.0 * by,
        height: (a.1 - b.1).abs() + 2.0 * by,
    }
}

fn within(inner: Rect, frame: Rect) -> bool {
    inner.x >= frame.x + 2.0
        && inner.y >= frame.y - 2.0 * ABOVE
        && inner.x + inner.width <= frame.x + frame.width + 12.0
        && inner.y + inner.height <= frame.y + frame.height - 2.0
}

fn touches(a: Rect, b: Rect) -> bool {
    a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

/// The paper behind a label.
pub(super) fn halo(text: &Text, look: Look) -> Mark {
    Mark::Rect(text.bounds(), look.paper(), None)
}
