//! What a person sees in a terminal: the only modules that know glyphs and colour.

mod findings;
mod human;
mod style;
mod table;

pub use findings::snippet_text;
pub use human::{concise, human};
pub use style::{Styles, width_of};
pub use table::{Align, Table};
