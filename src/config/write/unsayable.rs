//! What a network file cannot say.

use crate::config::problem::printable;
use crate::network::Network;

/// A layer that a network file cannot say.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {why}")]
pub struct Unsayable {
    /// The layer, by index; `None` for the network as a whole.
    pub layer: Option<usize>,
    /// The layer in words: its operation and its stage.
    pub name: String,
    /// Why not.
    pub why: String,
}

impl Unsayable {
    pub(super) fn new(network: &Network, layer: Option<usize>, why: impl Into<String>) -> Self {
        let name = layer.map_or_else(
            || "the network".to_owned(),
            |at| {
                let layer = &network.layers[at];
                let stage = &network.stages[layer.stage].name;
                format!("{} in \"{}\"", layer.op.kind.name(), printable(stage))
            },
        );
        let why = why.into();
        Self { layer, name, why }
    }
}
