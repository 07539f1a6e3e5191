//! What was written, read again and held against the network.

use crate::config::{Problem, parse};
use crate::network::{AxisOp, MapFacts, MapId, Network, Resize};

use super::like::is_identity;
use super::unsayable::Unsayable;

/// Refuses a text that is not the network; `maps` has the map of the file for each map of the network.
pub(super) fn check(
    network: &Network,
    text: &str,
    maps: &[Option<MapId>],
) -> Result<(), Unsayable> {
    let of_network = |why: String| Unsayable::new(network, None, why);
    let read = parse(text).map_err(|problems| {
        let message = problems
            .first()
            .map(|Problem { message, .. }| message.clone());
        of_network(message.unwrap_or_default())
    })?;
    let read = &read.network;
    for (layer, own) in network.layers.iter().enumerate() {
        let other = |why: &str| Unsayable::new(network, Some(layer), why);
        let map = maps[layer + 1].ok_or_else(|| other("it is in no stage"))?;
        if !is_same(
            network.facts(MapId(layer + 1)),
            read.facts(map),
            network.dims,
        ) {
            return Err(other(
                "a network file cannot say how its map lies over the input",
            ));
        }
        let Some(written) = read.writer(map) else {
            continue;
        };
        let inputs: Vec<_> = own.inputs.iter().map(|input| maps[input.0]).collect();
        let is_one = !own.op.kind.is_merge() && inputs == [written.inputs.first().copied()];
        let here = own.inputs.first().map(|&map| network.facts(map));
        let differs = |axis: usize| {
            let is_pooled = here.is_some_and(|facts| facts.pooled[axis]);
            !is_like(&own.op.axes[axis], &written.op.axes[axis], is_pooled)
        };
        if is_one && (0..network.dims).any(differs) {
            return Err(other("a network file cannot say what it reads"));
        }
    }
    let outputs: Vec<_> = network.outputs.iter().map(|map| maps[map.0]).collect();
    let is_output = outputs.len() == read.outputs.len()
        && outputs
            .iter()
            .zip(&read.outputs)
            .all(|(a, b)| *a == Some(*b));
    if !is_output {
        return Err(of_network("its outputs are one map".to_owned()));
    }
    Ok(())
}

fn is_same(one: &MapFacts, other: &MapFacts, dims: usize) -> bool {
    let along = (0..dims).all(|axis| one.along(axis) == other.along(axis));
    along && one.size == other.size && one.pooled == other.pooled
}

/// Whether two operations read the same; resolutions say nothing where the map has no positions.
fn is_like(one: &AxisOp, other: &AxisOp, is_pooled: bool) -> bool {
    match (one, other) {
        _ if is_identity(one) && is_identity(other) => true,
        (AxisOp::Resize(a), AxisOp::Resize(b)) => {
            let nominal = if is_pooled { a.nominal } else { b.nominal };
            *a == Resize { nominal, ..*b }
        }
        (AxisOp::Window(a), AxisOp::Window(b)) => {
            let is_alone = i64::from(a.kernel) == 1;
            let (mut a, b) = (*a, *b);
            // Of one tap the dilation says nothing, nor does how the last of windows one apart is rounded.
            if is_alone {
                a.dilation = b.dilation;
            }
            if i64::from(a.stride) == 1 {
                a.ceil = b.ceil;
            }
            // A slice ends where the sizes say.
            if is_alone && a.low <= 0 {
                a.high = b.high;
            }
            a == b
        }
        _ => one == other,
    }
}
