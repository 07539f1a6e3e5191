//! What an output sees: exact sets, path weights, and the measures made of them.

mod error;
mod exact;
mod field;
mod grid;
mod lobe;
mod matrix;
mod matrix_error;
mod matrix_product;
mod matrix_text;
mod placement;
mod region;
mod set;
mod taps;
mod unit;
mod walk;
mod weights;

pub use error::FootprintError;
pub use exact::{Comb, Exact, Fault, clamped, exact};
pub use field::{Field, Term};
pub use grid::Grid;
pub use lobe::lobe;
pub use matrix::ConvMatrix;
pub use matrix_error::MatrixError;
pub use matrix_text::{TextError, parse_map, parse_size};
pub use placement::Placement;
pub use region::{Product, Region};
pub use set::AxisSet;
pub use taps::each_tap;
pub use unit::{middle, paths, seen};
pub use walk::{Propagate, Walk};
pub use weights::AxisWeights;
