//! Footprints as pictures and tables of numbers: figures are laid out once, then written as SVG or PNG. Knows no terminal.

mod csv;
mod figure;
mod panel;
#[cfg(feature = "png")]
mod png;
mod ramp;
mod svg;
mod text;

pub use csv::{csv, matrix_csv, npy, shortest};
pub use figure::{Figure, FigureOptions};
pub use panel::{Cell, Design, Panel, Slice, Window, axes, frame, step_window};
#[cfg(feature = "png")]
pub use png::png;
pub use ramp::{GRIDDING, OUTSIDE, Rgb, byte, heat, mixed};
pub use svg::{MOST_CELLS, svg};
pub use text::{ascii, number, paths};
