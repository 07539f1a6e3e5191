//! Why a request makes no sense.

use std::fmt;

use num_rational::Ratio;

use crate::network::MAX_JUMP;

/// Why a request makes no sense.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum GoalError {
    /// A number below the least that makes sense.
    Below {
        /// The number, in words.
        what: &'static str,
        /// The least.
        least: i64,
        /// What was asked.
        value: i64,
    },
    /// A number past the limit of a network or plan.
    PastLimit {
        /// The number, in words.
        what: &'static str,
        /// The limit.
        limit: i64,
        /// What was asked.
        value: i64,
    },
    /// A range whose end lies before its start.
    EmptyRange {
        /// What it is a range of.
        what: &'static str,
        /// Its ends.
        ends: (i64, i64),
    },
    /// Jump of zero or less.
    JumpNotPositive(Ratio<i64>),
    /// Numerator or denominator of the jump past the limit of a network.
    JumpPastLimit(Ratio<i64>),
    /// A share or lobe outside of 0 to 1.
    NotAShare {
        /// The number, in words.
        what: &'static str,
        /// What was asked.
        value: f64,
    },
}

impl fmt::Display for GoalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Below { what, least, value } => {
                write!(f, "{what} must be at least {least}, is {value}")
            }
            Self::PastLimit { what, limit, value } => {
                write!(f, "{what} is {value}, past the limit of {limit}")
            }
            Self::EmptyRange { what, ends: (a, b) } => {
                write!(f, "the range of {what} {a}..{b} is empty")
            }
            Self::JumpNotPositive(j) => write!(f, "jump must be above 0, is {j}"),
            Self::JumpPastLimit(j) => write!(
                f,
                "jump is {j}, past the limit of {MAX_JUMP} in numerator or denominator"
            ),
            Self::NotAShare { what, value } => {
                write!(f, "{what} must be between 0 and 1, is {value}")
            }
        }
    }
}

impl std::error::Error for GoalError {}
