//! Why writes cannot be counted.

use std::fmt;

use crate::network::{MAX_CELLS, MAX_PHASES};

/// Why writes cannot be counted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WritesError {
    /// Counts past the range of 128-bit integers.
    Overflow,
    /// Phases past the limit.
    TooManyPhases(i64),
    /// Positions past the limit of cells.
    TooLarge(i64),
    /// More branches that are no product of axes than the limit.
    TooManyBranches(usize),
    /// The map shrinks below one position.
    Shrinks,
    /// A global pool, whose result has no position, where the map has no size.
    NoPosition,
    /// Branches that are added up differ in size, or one has a size and one has not.
    Differ,
}

impl fmt::Display for WritesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overflow => write!(f, "counts of writes pass the range of 128-bit integers"),
            Self::TooManyPhases(phases) => {
                write!(
                    f,
                    "{phases} different output phases, past the limit of {MAX_PHASES}"
                )
            }
            Self::TooLarge(cells) => {
                write!(
                    f,
                    "a map of {cells} positions is past the limit of {MAX_CELLS} cells"
                )
            }
            Self::TooManyBranches(limit) => {
                write!(f, "more than {limit} different branches")
            }
            Self::Shrinks => write!(f, "the map shrinks below 1"),
            Self::NoPosition => write!(f, "behind a global pool positions have no phase"),
            Self::Differ => write!(f, "branches that differ in size cannot be added"),
        }
    }
}

impl std::error::Error for WritesError {}
