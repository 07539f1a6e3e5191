//! Changes to network files: numbers put in their places, every other byte kept.

mod edit;

pub use edit::{Edit, EditError, LineChange, apply, line_changes, replace_file};
