//! What an output sees: exact sets, path weights, and the measures made of them.

mod bits;
mod complex;
mod dominant;
mod error;
mod exact;
mod extent;
mod field;
mod grid;
mod lobe;
mod matrix;
mod measures;
mod phase;
mod reads;
mod region;
mod residues;
mod run;
mod scan;
mod set;
mod sight;
mod size;
mod spread;
mod taps;
mod unit;
mod walk;
mod weights;
mod writes;

pub use error::FootprintError;
pub use exact::{Comb, Exact, Fault, by_step, clamped, exact};
pub use extent::receptive_field;
pub use field::{Field, Term};
pub use grid::Grid;
pub(crate) use lobe::real;
pub use lobe::{LobeSearch, lobe, lobe_between, response};
pub use matrix::{ConvMatrix, MatrixError, Placement, TextError, parse_map, parse_size};
pub use measures::{causal_core, chain_ripple, core, overlap, ripple};
pub(crate) use phase::{Phase, phases};
pub use region::{Product, Region};
pub use residues::{Residues, read_grid};
pub use run::Runs;
pub use scan::Verdict as RunVerdict;
pub use set::AxisSet;
pub use sight::{AxisChain, ChainLayer, Missed, RunEnd, Sight};
pub use size::{TapsInside, largest_dilation, share_inside, taps_inside};
pub use taps::each_tap;
pub use unit::{View, middle, paths, seen};
pub use walk::{Filled, Propagate, Walk};
pub use weights::AxisWeights;
#[cfg(feature = "cli")]
pub(crate) use writes::real as real_count;
pub use writes::{
    AxisWrites, MapWrites, WritesError, contrast, misses_phases, phase_writes, write_grid,
    writes_evenly,
};
