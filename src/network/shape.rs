//! Why a layer does not fit where it stands.

use std::fmt;

use super::quantity::{MAX_FIELD, MAX_JUMP, MAX_LAYERS, MAX_PHASES, MAX_SIZE};

/// Why a layer cannot be added to a network.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShapeError {
    /// The kernel (or crop) is larger than the map with its padding.
    Shrinks {
        /// Axis.
        axis: usize,
        /// Size of the map read, without padding.
        size: i64,
        /// Positions that one window spans, padding taken off.
        needs: i64,
    },
    /// A map of 2^31 positions or more along an axis.
    TooLarge(i64),
    /// Merged maps of different sizes.
    SizesDiffer(String, String),
    /// Merged maps of different resolutions.
    JumpsDiffer(String, String),
    /// A receptive field past the limit.
    FieldTooLarge,
    /// Strides or upsampling factors that multiply past the limit.
    JumpTooLarge,
    /// Too many output phases.
    TooManyPhases(i64),
    /// Too many layers.
    TooManyLayers,
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shrinks { axis, size, needs } => write!(
                f,
                "the map shrinks below 1: axis {axis} has {size} positions here, and the layer needs at least {needs}"
            ),
            Self::TooLarge(size) => {
                write!(
                    f,
                    "a map of {size} positions along an axis is past the limit of {}",
                    MAX_SIZE - 1
                )
            }
            Self::SizesDiffer(a, b) => {
                write!(f, "merged maps differ in size: {a} and {b} positions")
            }
            Self::JumpsDiffer(a, b) => {
                write!(
                    f,
                    "merged maps differ in resolution: {a} and {b} input positions per position"
                )
            }
            Self::FieldTooLarge => {
                write!(
                    f,
                    "the receptive field is past the limit of {MAX_FIELD} input positions"
                )
            }
            Self::JumpTooLarge => {
                write!(
                    f,
                    "strides and upsampling factors multiply past the limit of {MAX_JUMP}"
                )
            }
            Self::TooManyPhases(phases) => {
                write!(
                    f,
                    "upsampling gives {phases} different output phases, past the limit of {MAX_PHASES}"
                )
            }
            Self::TooManyLayers => write!(f, "more than {MAX_LAYERS} layers after repeats"),
        }
    }
}

impl std::error::Error for ShapeError {}

impl ShapeError {
    /// Whether it is about the size of a map, which dilations change.
    #[must_use]
    pub fn is_about_sizes(&self) -> bool {
        matches!(
            self,
            Self::Shrinks { .. } | Self::TooLarge(_) | Self::SizesDiffer(..)
        )
    }

    /// What would be right, where that can be said in general.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Shrinks { .. } => {
                Some("pad the layer, stride less before it, or give a larger input")
            }
            Self::SizesDiffer(..) => Some(
                "bring one to the other's size: `{ op = \"upsample\", like = … }`, `{ op = \"crop\", like = … }`, or padding",
            ),
            Self::JumpsDiffer(..) => Some(
                "bring one to the other's resolution: `{ op = \"upsample\", like = … }`, or a stride",
            ),
            _ => None,
        }
    }
}
