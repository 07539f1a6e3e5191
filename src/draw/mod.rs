//! Footprints as pictures and tables of numbers. Knows no terminal.
//!
//! A picture is made in three steps, each of which knows nothing of the next:
//!
//! 1. A [`Figure`] says what is drawn: rows of [`Plot`]s, each a drawing with its words, one legend, and captions. A drawing is a [`Body`]:
//!    it says how large it is and draws itself as marks. Grids of positions are one kind; curves, or points with labels, are others.
//! 2. [`Figure::scene`] lays it out, in pixels and with the widths of the font that is built in: a [`Scene`] of [`Mark`]s.
//! 3. [`svg()`], [`png()`] and [`pdf()`] write a scene.
//!
//! Colours come from a [`Look`] alone. [`figure()`] makes the figures of designs.
//!
#![cfg_attr(
    feature = "pictures",
    doc = r#"
```
use degrid::draw::{Anchor, Body, Figure, Line, Look, Mark, Plot, Point, Row, Sign, svg};

/// A diagonal.
struct Rising;

impl Body for Rising {
    fn size(&self) -> Point {
        (200.0, 100.0)
    }

    fn draw(&self, marks: &mut Vec<Mark>, (x, y): Point, look: Look) {
        let points = vec![(x, y + 100.0), (x + 200.0, y)];
        let color = look.series(0);
        marks.push(Mark::Line(Line { points, color, width: 2.0, dash: None, title: None }));
    }
}

let plot = Plot {
    title: "Growth".to_owned(),
    notes: vec!["of nothing in particular".to_owned()],
    captions: Vec::new(),
    body: Box::new(Rising),
};
let figure = Figure {
    rows: vec![Row { label: None, plots: vec![plot] }],
    legend: vec![(Sign::Line(Look::default().series(0), None), "a line".to_owned())],
    ..Figure::default()
};
let mut file = Vec::new();
svg(&mut file, &figure.scene())?;
assert!(String::from_utf8(file)?.contains("Growth"));
# Ok::<(), Box<dyn std::error::Error>>(())
```
"#
)]

mod csv;
mod curves;
mod design;
mod panel;
#[cfg(feature = "pictures")]
mod pictures;
mod ramp;
mod text;
mod theme;
mod weights;

pub use csv::{csv, matrix_csv, npy, shortest};
pub use curves::{
    Bar, EFFECTIVE, Named, Scales, has_curves, lobe_height, profile_words, profiles, spectra,
    spectrum_bars, spectrum_words,
};
pub use design::{Design, FigureOptions, step_window};
pub use panel::{Cell, Panel, Slice, Tally, Window, axes, frame, shared_scale};
#[cfg(feature = "pictures")]
pub use pictures::*;
pub use ramp::{GRIDDING, OUTSIDE, Ramp, Rgb, byte, heat, mixed};
pub use text::{ascii, number, paths, signed, times_to};
pub use theme::Look;
