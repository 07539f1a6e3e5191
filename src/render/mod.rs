//! What a person sees in a terminal: the only modules that know glyphs and colour.

mod block;
mod chart;
mod diff;
mod findings;
mod heatmap;
mod human;
mod matrix;
mod measures;
mod mix;
mod show;
mod strip;
mod style;
mod table;
mod text;
mod writes;

pub use diff::{LineChange, changed_lines, diff, line_by_line};
pub(crate) use findings::snippet_text;
pub use heatmap::Canvas;
pub use human::{concise, human};
pub use matrix::matrix;
pub use measures::{Column, Row, changes, decimals, field, lobe, table};
pub use show::{DrawError, ShowOptions, show};
pub use style::{DENY, DIM, Depth, Glyphs, NOTE, TITLE, WARN};
pub use table::{Align, Table, latex_text, markdown_text};
pub use writes::writes;
