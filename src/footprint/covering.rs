//! Merges that one of their maps fills alone: around a residual block whose kernels keep their middle tap, the identity adds nothing.

use crate::network::{AxisOp, Layer, MapId, Network, PerAxis};

/// Longest block that is followed to find that it contains the identity.
const MOST_STEPS: usize = 4_096;

/// For each map that a merge writes, the merged map whose footprint holds those of all others, where there is one; likewise of the dense twin.
///
/// A map A holds a map B if A is computed from B through layers that all read their own position:
/// then every footprint through A holds the one through B. Maps of which the merge repeats one position (behind a global pool) are left out.
pub(crate) fn covering_inputs(network: &Network) -> Vec<Option<MapId>> {
    let mut covering = vec![None; network.maps.len()];
    for (index, layer) in network.layers.iter().enumerate() {
        if !layer.op.kind.is_merge() {
            continue;
        }
        let mut placed: Vec<MapId> = layer
            .inputs
            .iter()
            .copied()
            .filter(|&m| !is_repeated(network, m, MapId(index + 1)))
            .collect();
        placed.sort_unstable();
        placed.dedup();
        // Only the latest map can be computed from all the others.
        let Some(latest) = placed.pop() else { continue };
        if holds_all(network, latest, &placed, &covering) {
            covering[index + 1] = Some(latest);
        }
    }
    covering
}

/// Whether a merge repeats the one position that a pooled map has along some axis.
fn is_repeated(network: &Network, map: MapId, merged: MapId) -> bool {
    let (from, to) = (network.facts(map), network.facts(merged));
    from.position.is_none() || (0..network.dims).any(|axis| from.pooled[axis] && !to.pooled[axis])
}

/// Whether all of `others` (sorted) lie on the way back from `map` through layers that read their own position.
fn holds_all(
    network: &Network,
    mut map: MapId,
    others: &[MapId],
    covering: &[Option<MapId>],
) -> bool {
    let mut missing = others.to_vec();
    for _ in 0..MOST_STEPS {
        while missing.last() == Some(&map) {
            missing.pop();
        }
        let Some(&next) = missing.last() else {
            return true;
        };
        if map < next {
            return false;
        }
        let before = network.before(map, |merge| covering[merge.0]);
        let stays = |layer: &Layer| reads_itself(&layer.op.axes);
        match before.filter(|_| network.writer(map).is_some_and(stays)) {
            Some(before) => map = before,
            None => return false,
        }
    }
    false
}

/// Whether output position o reads input position o on every axis.
fn reads_itself(axes: &PerAxis<AxisOp>) -> bool {
    axes.iter().all(|op| match op {
        AxisOp::Same => true,
        AxisOp::Window(w) => {
            let dilation = i64::from(w.dilation);
            w.stride == crate::network::Stride::ONE
                && w.low >= 0
                && w.low % dilation == 0
                && w.low / dilation < i64::from(w.kernel)
        }
        AxisOp::Crop(crop) => crop.drift == 0,
        AxisOp::Pad(pad) => pad.low == 0,
        AxisOp::Transposed(_) | AxisOp::Resize(_) | AxisOp::Bins(_) | AxisOp::Everything => false,
    })
}
