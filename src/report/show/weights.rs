//! How many weights a stack of layers has, against one dense kernel that sees as far.

use serde::Serialize;

use crate::footprint::receptive_field;
use crate::network::{AxisOp, KnobKind, Layer, MapId, Network, OpKind};

use super::layers::layers_between;

/// Weights of the convolutions between two maps, and of one dense kernel of their receptive field.
///
/// Three 3×3 layers have 27·C² weights and see as far as one of 49·C² (Simonyan and Zisserman 2014, "Very Deep Convolutional Networks for
/// Large-Scale Image Recognition", section 2.3). Biases are not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct WeightCount {
    /// Of the layers.
    pub layers: u64,
    /// Of the dense kernel.
    pub dense: u64,
    /// Whether both are multiples of C², C being channels that are nowhere given and taken to be the same everywhere.
    pub times_channels: bool,
}

/// Counts the weights between two maps: exactly where all channels are known, else in multiples of C².
///
/// `None` with a global pool, without a convolution, and where `groups` are given without channels.
#[must_use]
pub fn weight_count(network: &Network, from: MapId, to: MapId) -> Option<WeightCount> {
    let field = receptive_field(network, from, to)?;
    let convolutions: Vec<&Layer> = layers_between(network, from, to)
        .into_iter()
        .map(|layer| &network.layers[layer])
        .filter(|layer| matches!(layer.op.kind, OpKind::Conv | OpKind::Transposed))
        .collect();
    if convolutions.is_empty() {
        return None;
    }
    let known = channels(network);
    let volume = field
        .iter()
        .try_fold(1_u64, |v, &n| v.checked_mul(u64::try_from(n).ok()?))?;
    let exact = || -> Option<WeightCount> {
        let mut layers = 0_u64;
        for layer in &convolutions {
            let (input, output) = (known[layer.inputs[0].0]?, u64::from(layer.channels?));
            let pairs = input.checked_mul(output)? / u64::from(layer.groups);
            layers = layers.checked_add(taps(layer).checked_mul(pairs)?)?;
        }
        let dense = volume
            .checked_mul(known[from.0]?)?
            .checked_mul(known[to.0]?)?;
        Some(WeightCount {
            layers,
            dense,
            times_channels: false,
        })
    };
    exact().or_else(|| {
        let plain = convolutions.iter().all(|layer| layer.groups == 1);
        plain.then(|| WeightCount {
            layers: convolutions.iter().map(|layer| taps(layer)).sum(),
            dense: volume,
            times_channels: true,
        })
    })
}

/// Positions of a kernel over all axes.
fn taps(layer: &Layer) -> u64 {
    let along = |op: &AxisOp| KnobKind::Kernel.of(op).map_or(1, i64::unsigned_abs);
    layer.op.axes.iter().map(along).product()
}

/// Channels of each map, where they are known.
#[must_use]
pub fn channels(network: &Network) -> Vec<Option<u64>> {
    let mut known: Vec<Option<u64>> = vec![None];
    for layer in &network.layers {
        let of = |map: &MapId| known[map.0];
        let given = layer.channels.map(u64::from);
        known.push(match layer.op.kind {
            OpKind::Conv | OpKind::Transposed => given,
            OpKind::Add => given.or_else(|| layer.inputs.iter().find_map(of)),
            OpKind::Concat => given.or_else(|| layer.inputs.iter().map(of).sum()),
            OpKind::PixelShuffle => given.or_else(|| {
                let block: i128 = layer
                    .op
                    .axes
                    .iter()
                    .map(|axis| *axis.jump().denom())
                    .product();
                Some(of(layer.inputs.first()?)? / u64::try_from(block).ok()?)
            }),
            _ => given.or_else(|| layer.inputs.first().and_then(of)),
        });
    }
    known
}
