//! Why a request makes no sense.

use std::fmt;

use num_rational::Ratio;

use crate::network::{Dilation, Kernel, MAX_FIELD, MAX_JUMP, MAX_LAYERS, MAX_SIZE};
use crate::planner::request::MAX_TOOTH;

/// Why a request makes no sense.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum GoalError {
    /// A kernel of fewer than two taps has no dilation.
    KernelBelowTwo(i64),
    /// Kernel past the limit of a network.
    KernelPastLimit(i64),
    /// Layer count below one.
    NoLayers,
    /// Layer range whose end lies before its start.
    EmptyLayers(i64, i64),
    /// More layers in a tooth than a plan may have.
    ToothPastLimit(i64),
    /// Repeat below one.
    NoRepeat(i64),
    /// More layers, all repetitions counted, than a network may have.
    TooManyLayers(i128),
    /// Largest dilation below one.
    DilationBelowOne(i64),
    /// Largest dilation past the limit of a network.
    DilationPastLimit(i64),
    /// An end of the receptive-field range below one.
    FieldBelowOne(i64),
    /// Receptive-field range whose end lies before its start.
    EmptyField(i64, i64),
    /// Receptive field past the limit of a network.
    FieldPastLimit(i64),
    /// Jump of zero or less.
    JumpNotPositive(Ratio<i64>),
    /// Numerator or denominator of the jump past the limit of a network.
    JumpPastLimit(Ratio<i64>),
    /// Map size out of range.
    InputOutside(i64),
    /// Share of outer taps outside of 0 to 1.
    ShareOutside(f64),
    /// Lobe outside of 0 to 1.
    LobeOutside(f64),
}

impl fmt::Display for GoalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KernelBelowTwo(k) => {
                write!(f, "kernel must be at least 2 to have a dilation, is {k}")
            }
            Self::KernelPastLimit(k) => {
                write!(f, "kernel is {k}, past the limit of {}", Kernel::LIMIT)
            }
            Self::NoLayers => write!(f, "layers must be at least 1"),
            Self::EmptyLayers(a, b) => write!(f, "the range of layers {a}..{b} is empty"),
            Self::ToothPastLimit(n) => {
                write!(f, "{n} layers in a tooth, past the limit of {MAX_TOOTH}")
            }
            Self::NoRepeat(c) => write!(f, "repeat must be at least 1, is {c}"),
            Self::TooManyLayers(n) => {
                write!(f, "{n} layers in all, past the limit of {MAX_LAYERS}")
            }
            Self::DilationBelowOne(d) => write!(f, "largest dilation must be at least 1, is {d}"),
            Self::DilationPastLimit(d) => write!(
                f,
                "largest dilation is {d}, past the limit of {}",
                Dilation::LIMIT
            ),
            Self::FieldBelowOne(a) => {
                write!(f, "a receptive field is at least 1 position, {a} asked")
            }
            Self::EmptyField(a, b) => write!(f, "the range of receptive fields {a}..{b} is empty"),
            Self::FieldPastLimit(a) => write!(
                f,
                "receptive field of {a} asked, past the limit of {MAX_FIELD} positions"
            ),
            Self::JumpNotPositive(j) => write!(f, "jump must be above 0, is {j}"),
            Self::JumpPastLimit(j) => write!(
                f,
                "jump is {j}, past the limit of {MAX_JUMP} in numerator or denominator"
            ),
            Self::InputOutside(n) => write!(
                f,
                "input must be at least 1 and below {MAX_SIZE} positions, is {n}"
            ),
            Self::ShareOutside(s) => {
                write!(f, "share of outer taps must be between 0 and 1, is {s}")
            }
            Self::LobeOutside(x) => write!(f, "largest lobe must be between 0 and 1, is {x}"),
        }
    }
}

impl std::error::Error for GoalError {}
