//! What is wrong with a network described in code.

use super::quantity::MAX_SIZE;
use super::shape::ShapeError;
use super::spec::SpecError;

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

fn place(stage: Option<&str>, layer: Option<usize>) -> String {
    match (stage, layer) {
        (None, _) => String::new(),
        (Some(stage), None) => format!("stage \"{stage}\": "),
        (Some(stage), Some(layer)) => format!("stage \"{stage}\", layer {layer}: "),
    }
}
