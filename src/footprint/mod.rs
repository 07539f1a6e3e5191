//! What an output sees: exact sets, path weights, and the measures made of them.

mod bits;
mod covering;
mod error;
mod exact;
mod extent;
mod grid;
mod lobe;
mod matrix;
mod measures;
mod number;
mod path_weights;
mod phase;
mod product;
mod reads;
mod region;
mod residues;
mod run;
mod run_footprint;
mod scan;
mod set;
mod size;
mod spread;
mod taps;
mod view;
mod walk;
mod weights;
mod writes;

pub use error::FootprintError;
pub use exact::{Comb, Exact, Fault, by_step, clamped, exact};
pub use extent::receptive_field;
pub use grid::Grid;
pub use lobe::{LobeSearch, PeakLobe, lobe, lobe_between, response};
pub use matrix::{ConvMatrix, MatrixError, Placement, TextError, parse_map, parse_size};
pub use measures::{causal_core, chain_ripple, core, overlap, ripple};
pub(crate) use number::real;
pub use path_weights::{PathWeights, Term};
#[cfg(feature = "toml")]
pub(crate) use phase::{Phase, phases};
pub use region::Region;
pub use residues::{Residues, read_grid};
pub use run::Runs;
pub use run_footprint::{AxisChain, ChainLayer, RunEnd, RunFootprint, Skipped};
pub use scan::Verdict as RunVerdict;
pub use set::{AxisSet, Product};
pub use size::{TapsInside, largest_dilation, share_inside, taps_inside};
pub use taps::each_tap;
pub use view::{View, middle, paths, seen};
pub use walk::{Filled, Propagate, Walk};
pub use weights::AxisWeights;
#[cfg(feature = "cli")]
pub(crate) use writes::real as real_count;
pub use writes::{
    AxisWrites, MapWrites, WritesError, contrast, misses_phases, phase_writes, write_grid,
    writes_evenly,
};
