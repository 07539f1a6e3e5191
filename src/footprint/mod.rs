//! What an output sees: exact sets, path weights, and the measures made of them.

mod error;
mod exact;
mod field;
mod grid;
mod lobe;
mod measures;
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
pub(crate) use lobe::real;
pub use measures::{core, overlap, ripple};
pub use region::{Product, Region};
pub use set::AxisSet;
pub use taps::each_tap;
pub use unit::{middle, paths, seen};
pub use walk::{Propagate, Walk};
pub use weights::AxisWeights;
