//! Why writes cannot be counted.

use crate::network::{MAX_CELLS, MAX_PHASES};

/// Why writes cannot be counted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WritesError {
    /// Counts past the range of 128-bit integers.
    #[error("counts of writes pass the range of 128-bit integers")]
    Overflow,
    /// Phases past the limit.
    #[error("{0} different output phases, past the limit of {limit}", limit = MAX_PHASES)]
    TooManyPhases(i64),
    /// Positions past the limit of cells.
    #[error("a map of {0} positions is past the limit of {limit} cells", limit = MAX_CELLS)]
    TooLarge(i64),
    /// More branches that are no product of axes than the limit.
    #[error("more than {0} different branches")]
    TooManyBranches(usize),
    /// The map shrinks below one position.
    #[error("the map shrinks below 1")]
    Shrinks,
    /// A global pool, whose result has no position, where the map has no size.
    #[error("behind a global pool positions have no phase")]
    NoPosition,
    /// Cubic interpolation, which writes with negative weights too.
    #[error("writes through cubic interpolation are not counted: some of its weights are negative")]
    Cubic,
    /// Branches that are added up differ in size, or one has a size and one has not.
    #[error("branches that differ in size cannot be added")]
    Differ,
}
