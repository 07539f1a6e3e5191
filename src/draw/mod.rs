//! Footprints as pictures and tables of numbers: figures are laid out once, then written as SVG or PNG. Knows no terminal.

mod csv;
mod design;
mod figure;
#[cfg(feature = "png")]
mod font;
mod npy;
mod panel;
#[cfg(feature = "png")]
mod png;
mod ramp;
mod svg;
mod text;

pub use csv::{csv, matrix_csv, shortest};
pub use design::{Design, step_window};
pub use figure::{Figure, FigureOptions};
pub use npy::npy;
pub use panel::{Cell, Panel, Slice, Window, axes, frame};
#[cfg(feature = "png")]
pub use png::png;
pub use ramp::{GRIDDING, OUTSIDE, Rgb, byte, heat, mixed};
pub use svg::{MOST_CELLS, svg};
pub use text::{ascii, number, paths};
