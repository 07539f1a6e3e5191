//! Why a footprint cannot be given.

use crate::network::MAX_CELLS;

/// Why a footprint cannot be given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FootprintError {
    /// It would need more cells than the limit.
    #[error("a footprint of {cells} cells is past the limit of {}", MAX_CELLS)]
    TooLarge {
        /// Cells needed.
        cells: i64,
    },
    /// Path weights past the range of f64.
    #[error("path weights pass the range of 64-bit floating point")]
    Overflow,
}
