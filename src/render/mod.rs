//! What a person sees in a terminal: the only modules that know glyphs and colour.

mod block;
mod changes;
mod color;
mod diff;
mod findings;
mod glyphs;
mod heatmap;
mod human;
mod matrix;
mod measures;
mod show;
mod strip;
mod style;
mod table;
mod text;
mod title;
mod writes;

pub use changes::changes;
pub use color::Depth;
pub use diff::{changed_lines, diff};
pub(crate) use findings::snippet_text;
pub use glyphs::Glyphs;
pub use heatmap::Canvas;
pub use human::{concise, human};
pub use matrix::matrix;
pub use measures::{Column, Row, decimals, field, lobe, table};
pub use show::{DrawError, ShowOptions, show};
pub use style::Styles;
pub use table::{Align, Table, latex_text, markdown_text};
pub use writes::writes;
