//! What an output sees: exact sets, path weights, and the measures made of them.

mod axis;
mod bits;
mod covering;
mod error;
mod exact;
mod extent;
mod lobe;
mod matrix;
mod measures;
mod number;
mod output;
mod path_weights;
mod phase;
mod product;
mod region;
mod residues;
mod rows;
mod run;
mod run_footprint;
mod scan;
mod set;
mod size;
mod sum;
mod taps;
mod view;
mod walk;
mod weights;
mod writes;

pub use axis::AxisValue;
pub use error::FootprintError;
pub use exact::{Comb, Exact, Fault, by_step, clamped, exact};
pub use extent::receptive_field;
pub use lobe::{LobeSearch, PeakLobe, lobe, lobe_between, response};
pub use matrix::{ConvMatrix, MatrixError, Placement, TextError, parse_map, parse_size};
pub use measures::{causal_core, chain_ripple, core, overlap, ripple};
pub(crate) use number::real;
pub use output::{Footprint, footprint};
pub use path_weights::PathWeights;
pub(crate) use phase::phases;
pub use region::{Grid, Region};
pub use residues::{Residues, read_grid};
pub use rows::Rows;
pub use run::Runs;
pub use run_footprint::{AxisChain, ChainLayer, RunEnd, RunFootprint, Skipped};
pub use scan::Verdict as RunVerdict;
pub use set::AxisSet;
pub use size::{TapsInside, largest_dilation, share_inside, taps_inside};
pub use sum::Sum;
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
