//! Changes to files: numbers put in their places, every other byte kept; files written as a whole or not at all.

mod edit;
mod whole;

pub use edit::{Edit, EditError, LineChange, apply, line_changes, replace_file};
pub use whole::write_file;
