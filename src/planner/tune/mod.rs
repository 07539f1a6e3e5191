//! The engine that changes dilations: knobs are set, the network is judged, and the best values are kept.
//!
//! [`fix()`] looks for the smallest change that removes findings, [`hints()`] for that which a single rule accepts, and [`fill()`] for the
//! widest values of undecided dilations. [`alignments()`] tells what brings merged maps onto each other. Candidates are judged in place,
//! padding carried along; what is offered was checked by all rules.

mod align;
mod candidate;
mod chain;
mod change;
mod cycles;
mod effort;
pub mod fill;
mod fix;
mod frame;
mod groups;
mod hint;
mod judge;
mod kept;
mod kernel;
mod near;
mod nearest;
mod run;
mod sieve;
mod solve;
mod span;
mod together;
mod wording;

pub use align::{Names, alignments};
pub use change::{FIXABLE, Fix, Fixes, weights};
pub use effort::Effort;
pub use fill::{FillRefusal, FillRequest, Filled, Found, fill, places};
pub use fix::{Fixed, fix, fixes};
#[cfg(feature = "toml")]
pub(crate) use fix::{in_rounds, of_findings};
pub use hint::hints;
pub use kept::Shrink;
#[cfg(feature = "toml")]
pub(crate) use kernel::transposed;
pub use solve::Nearness;
#[cfg(feature = "toml")]
pub(crate) use wording::sides;
