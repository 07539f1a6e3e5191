//! Why a footprint cannot be given.

use std::fmt;

use crate::network::MAX_CELLS;

/// Why a footprint cannot be given.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FootprintError {
    /// It would need more cells than the limit.
    TooLarge {
        /// Cells needed.
        cells: i64,
    },
    /// Path weights past the range of f64.
    Overflow,
}

impl fmt::Display for FootprintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { cells } => {
                write!(
                    f,
                    "a footprint of {cells} cells is past the limit of {MAX_CELLS}"
                )
            }
            Self::Overflow => write!(f, "path weights pass the range of 64-bit floating point"),
        }
    }
}

impl std::error::Error for FootprintError {}
