//! Why a layer does not fit where it stands, and what is wrong with a network described in code.

use super::axes::Along;
use super::quantity::{MAX_FIELD, MAX_JUMP, MAX_LAYERS, MAX_PHASES, MAX_SIZE};
use super::spec::SpecError;

/// Why a layer cannot be added to a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShapeError {
    /// The kernel (or crop) is larger than the map with its padding.
    #[error(
        "the map shrinks below 1: it has {}{axis} here, and the layer needs at least {needs}",
        counted_positions(*size)
    )]
    Shrinks {
        /// Axis.
        axis: Along,
        /// Size of the map read, without padding.
        size: i64,
        /// Positions that one window spans, padding taken off.
        needs: i64,
    },
    /// A padding that reads more of the map than there is.
    #[error(
        "padding \"{mode}\" takes at most {most} positions on a side{axis} here, not {padding}"
    )]
    PadTooWide {
        /// Axis.
        axis: Along,
        /// Name of the mode.
        mode: &'static str,
        /// Positions of padding, on the wider side.
        padding: i64,
        /// The most that the map can fill.
        most: i64,
    },
    /// A map of 2^31 positions or more along an axis.
    #[error("a map of {0} positions along an axis is past the limit of {most}", most = MAX_SIZE - 1)]
    TooLarge(i64),
    /// Merged maps of different sizes.
    #[error("merged maps differ in size: {0} and {1} positions")]
    SizesDiffer(String, String),
    /// Merged maps of which one has a size that no input gives the other.
    #[error(
        "merged maps differ in size for every input:{axis} one has {size} positions, behind a global pool, and the other {closest} at the closest"
    )]
    NeverAlike {
        /// Axis.
        axis: Along,
        /// Size behind the pool.
        size: i64,
        /// The size nearest to it that the other map can have.
        closest: i64,
    },
    /// Merged maps of different resolutions.
    #[error("merged maps differ in resolution: {0} and {1} input positions per position")]
    JumpsDiffer(String, String),
    /// A receptive field past the limit.
    #[error(
        "the receptive field is past the limit of {} input positions",
        MAX_FIELD
    )]
    FieldTooLarge,
    /// Strides or upsampling factors that multiply past the limit.
    #[error(
        "strides and upsampling factors multiply past the limit of {}",
        MAX_JUMP
    )]
    JumpTooLarge,
    /// Too many output phases.
    #[error("upsampling gives {0} different output phases, past the limit of {limit}", limit = MAX_PHASES)]
    TooManyPhases(i64),
    /// Too many layers.
    #[error("more than {} layers after repeats", MAX_LAYERS)]
    TooManyLayers,
}

impl ShapeError {
    /// Whether it is about the size of a map, which dilations change.
    #[must_use]
    pub fn is_about_sizes(&self) -> bool {
        matches!(
            self,
            Self::Shrinks { .. }
                | Self::PadTooWide { .. }
                | Self::TooLarge(_)
                | Self::SizesDiffer(..)
                | Self::NeverAlike { .. }
        )
    }

    /// What would be right, where that can be said in general.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Shrinks { .. } => {
                Some("pad the layer, stride less before it, or give a larger input")
            }
            Self::SizesDiffer(..) | Self::NeverAlike { .. } => Some(
                "bring one to the other's size: `{ op = \"upsample\", like = … }`, `{ op = \"crop\", like = … }`, or padding",
            ),
            Self::JumpsDiffer(..) => Some(
                "bring one to the other's resolution: `{ op = \"upsample\", like = … }`, or a stride",
            ),
            _ => None,
        }
    }
}

/// Where a description is at fault, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{fault}", place(stage.as_deref(), *layer))]
pub struct BuildError {
    /// The stage, by name; `None` for the network itself.
    pub stage: Option<String>,
    /// Index in the stage's layers; `None` for the stage itself.
    pub layer: Option<usize>,
    /// What is wrong.
    pub fault: BuildFault,
}

/// What is wrong with a description.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildFault {
    /// Not 1, 2 or 3 axes.
    #[error("a network has 1, 2 or 3 axes, not {0}")]
    Dims(usize),
    /// An input of no positions along an axis, or too many.
    #[error("an input of {0} positions along an axis is outside of 1 to {most}", most = MAX_SIZE - 1)]
    Input(i64),
    /// A network, or a stage, without layers.
    #[error("there is no layer")]
    Empty,
    /// Two stages of one name, or one that is called `input`.
    #[error("the name is taken")]
    NameTaken,
    /// A stage that reads, or an output that is, no earlier stage.
    #[error("no earlier stage is named \"{0}\"")]
    UnknownStage(String),
    /// Numbers that make no layer.
    #[error(transparent)]
    Layer(SpecError),
    /// A layer that does not fit where it stands.
    #[error(transparent)]
    Shape(ShapeError),
}

fn counted_positions(count: i64) -> String {
    match count {
        1 => "1 position".to_owned(),
        many => format!("{many} positions"),
    }
}

fn place(stage: Option<&str>, layer: Option<usize>) -> String {
    match (stage, layer) {
        (None, _) => String::new(),
        (Some(stage), None) => format!("stage \"{stage}\": "),
        (Some(stage), Some(layer)) => format!("stage \"{stage}\", layer {layer}: "),
    }
}
