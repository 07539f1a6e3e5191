//! How far a network downsamples, and what stays separate.

use num_rational::Ratio;
use serde::Serialize;

use crate::network::{MapId, Network};

use super::layers::layers_between;

/// Resolutions on the way from the input to an output, per axis, in input positions per position (strings such as `16` or `1/2`).
#[derive(Clone, Debug, Serialize)]
pub struct Resolution {
    /// Of the coarsest map.
    pub downsampling: Vec<String>,
    /// Of the coarsest map on the finest path: objects that are closer merge. Null where only a global pool leads to the output.
    pub smallest_object: Option<Vec<String>>,
    /// The stage that writes the coarsest map; none for the input.
    #[serde(skip)]
    pub coarsest: Option<String>,
}

impl Resolution {
    /// The resolutions on the way to `output`.
    #[must_use]
    pub fn new(network: &Network, output: MapId) -> Self {
        let one = Ratio::from_integer(1);
        let mut most = vec![one; network.dims];
        let mut coarsest = None;
        for layer in layers_between(network, MapId::INPUT, output) {
            for (axis, most) in most.iter_mut().enumerate() {
                let position = network.maps[layer + 1].along(axis);
                if let Some(jump) = position.map(|p| p.jump).filter(|jump| *jump > *most) {
                    *most = jump;
                    coarsest = Some(layer);
                }
            }
        }
        let finest: Option<Vec<String>> = (0..network.dims)
            .map(|axis| Some(network.coarsest(axis)[output.0]?.to_string()))
            .collect();
        Self {
            downsampling: most.iter().map(ToString::to_string).collect(),
            smallest_object: finest,
            coarsest: coarsest.map(|layer| {
                let stage = network.layers[layer].stage;
                network.stages[stage].name.clone()
            }),
        }
    }
}
