//! Changes to files: numbers put in their places, every other byte kept; files written as a whole or not at all.
//!
//! [`fixes`] finds the nearest dilations, and kernels of transposed layers, with which a file passes; [`mend`] puts them in.

mod bench;
mod edit;
mod effort;
mod file;
mod groups;
mod judge;
mod kernel;
mod mend;
mod nearest;
mod padding;
mod reach;
mod stages;
mod trial;
mod whole;

pub use edit::{Edit, EditError, LineChange, apply, line_changes, replace_file};
pub use effort::Effort;
pub use file::{Mended, mend};
pub use mend::{Fix, Fixes, Left, MENDABLE, Proof, fixes};
pub use whole::write_file;
