//! What a search has found.

use crate::network::{Network, ShapeError};

use super::candidate::Verdict;

/// What is proved of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// No better values pass; or none at all, where none are given.
    Proved,
    /// Not all values that could be better were looked at.
    CutShort,
}

/// A candidate that passes.
#[derive(Clone, Debug)]
pub(super) struct Best {
    pub values: Vec<i64>,
    pub network: Network,
    pub verdict: Verdict,
    /// Positions that outputs see, over all axes.
    pub extent: i64,
    pub rank: Rank,
}

/// What a candidate is ranked by, the least first.
pub(super) type Rank = (i64, i64, i64);

/// A candidate that does not pass, and how far it is from it.
#[derive(Clone, Debug)]
pub(super) struct Near {
    pub values: Vec<i64>,
    /// Whether nothing is wrong but that too little is seen.
    pub is_short: bool,
    pub distance: (u8, i64),
}

/// How a search ended.
pub(super) struct Ended {
    pub best: Option<Best>,
    pub near: Option<Near>,
    /// Why the last candidate that is no network is none.
    pub unfit: Option<ShapeError>,
    pub nodes: u64,
    pub found: Found,
}

/// What a candidate comes to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// Whether it passes without a warning and is the best so far.
    pub is_clean: bool,
    /// Whether it sees what is asked.
    pub reaches: bool,
    pub extent: i64,
}
