//! Why a request makes no sense.

use num_rational::Ratio;

use crate::network::MAX_JUMP;

/// Why a request makes no sense.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GoalError {
    /// A number below the least that makes sense.
    #[error("{what} must be at least {least}, is {value}")]
    Below {
        /// The number, in words.
        what: &'static str,
        /// The least.
        least: i64,
        /// What was asked.
        value: i64,
    },
    /// A number past the limit of a network or plan.
    #[error("{what} is {value}, past the limit of {limit}")]
    PastLimit {
        /// The number, in words.
        what: &'static str,
        /// The limit.
        limit: i64,
        /// What was asked.
        value: i64,
    },
    /// A range whose end lies before its start.
    #[error("the range of {what} {}..{} is empty", ends.0, ends.1)]
    EmptyRange {
        /// What it is a range of.
        what: &'static str,
        /// Its ends.
        ends: (i64, i64),
    },
    /// Jump of zero or less.
    #[error("jump must be above 0, is {0}")]
    JumpNotPositive(Ratio<i64>),
    /// Numerator or denominator of the jump past the limit of a network.
    #[error("jump is {0}, past the limit of {most} in numerator or denominator", most = MAX_JUMP)]
    JumpPastLimit(Ratio<i64>),
    /// A share or lobe outside of 0 to 1.
    #[error("{what} must be between 0 and 1, is {value}")]
    NotAShare {
        /// The number, in words.
        what: &'static str,
        /// What was asked.
        value: f64,
    },
    /// A ripple below that of counts which rise once and fall once.
    #[error("largest ripple must be at least 1 (one rise and one fall), is {0}")]
    NotARipple(f64),
}
