//! What a person sees in a terminal: the only modules that know glyphs and colour.

mod block;
mod csv;
mod curve;
mod diff;
mod figure;
mod findings;
#[cfg(feature = "png")]
mod font;
mod glyphs;
mod heatmap;
mod human;
mod matrix;
mod npy;
mod panel;
#[cfg(feature = "png")]
mod png;
mod ramp;
mod show;
mod strip;
mod style;
mod svg;
mod table;
mod title;
mod worth;
mod writes;

pub use csv::{axes, csv, csv_header};
pub use curve::{Curve, curves};
pub use diff::{changed_lines, diff};
pub use figure::{Element, Figure};
pub use findings::snippet_text;
pub use glyphs::Glyphs;
pub use heatmap::Canvas;
pub use human::{concise, human};
pub use matrix::{matrix, matrix_csv};
pub use npy::npy;
pub use panel::{Cell, Panel, Window, frame};
#[cfg(feature = "png")]
pub use png::png;
pub use ramp::{Depth, GRIDDING, OUTSIDE, Rgb, heat};
pub use show::{Design, DrawError, Options, show, step_window};
pub use style::{Styles, width_of};
pub use svg::{MOST_CELLS, svg};
pub use table::{Align, Table};
pub use worth::{changes, field, measure, worths};
pub use writes::writes;
