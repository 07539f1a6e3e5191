//! What an output sees: exact sets, path weights, and the measures made of them.

mod axis;
mod bits;
mod error;
mod exact;
mod extent;
mod later;
mod lobe;
mod marginal;
mod matrix;
mod measures;
mod number;
mod phased;
mod product;
mod reading;
mod region;
mod residues;
mod rows;
mod run;
mod run_footprint;
mod scan;
mod seen;
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
pub use exact::{Comb, Exact, Fault, by_step, clamped, exact, faulty_groups, needed_groups};
pub use extent::{receptive_field, receptive_field_beside_pools, seen_beside_pools};
pub use lobe::{
    ChainPeak, Lobe, LobeSearch, PeakLobe, Spectrum, chain_peak, lobe, lobe_between, response,
};
pub use matrix::{ConvMatrix, MatrixError, Placement, TextError, parse_map, parse_size};
pub use measures::{causal_core, chain_ripple, core, overlap, ripple};
pub(crate) use number::{least_passing, real};
#[cfg(feature = "report")]
pub(crate) use product::{cells, volume};
pub use reading::Reading;
pub use region::{Grid, PathWeights, Region};
pub use residues::read_grid;
pub use rows::Rows;
pub use run::Runs;
pub use run_footprint::{AxisChain, ChainLayer, RunEnd, RunFootprint, Skipped};
pub use scan::Verdict as RunVerdict;
pub use seen::{Footprint, footprint};
pub use set::AxisSet;
pub use size::{TapsInside, largest_dilation, share_inside, taps_inside};
pub use sum::{Propagate, Sum};
pub use taps::each_tap;
pub(crate) use taps::phases;
pub use view::View;
#[cfg(feature = "report")]
pub(crate) use walk::leaves_pools_out;
pub use walk::{Filled, Walk};
pub use weights::AxisWeights;
#[cfg(any(feature = "cli", feature = "pictures"))]
pub(crate) use writes::real as real_count;
pub use writes::{AxisWrites, MapWrites, WritesError, misses_phases, phase_writes, writes_evenly};
