//! Backward propagation: from one output position, layer by layer, to the maps it is read from; and merges that one of
//! their maps fills alone: around a residual block whose kernels keep their middle tap, the identity adds nothing.

use std::collections::{BTreeMap, BTreeSet};

use num_rational::Ratio;

use crate::network::{
    AxisOp, Interpolation, Layer, MapId, Network, Op, OpKind, PerAxis, Resize, Stride,
};

use super::error::FootprintError;
use super::sum::Propagate;

/// Layers whose kernels are filled, as in the dense twin: k → (k−1)d + 1, d → 1.
#[derive(Clone, Copy)]
pub enum Filled<'a> {
    /// None.
    No,
    /// All.
    All,
    /// Those of these indices.
    Only(&'a BTreeSet<usize>),
}

impl Filled<'_> {
    /// Whether a layer is filled.
    #[must_use]
    pub fn holds(self, layer: usize) -> bool {
        match self {
            Self::No => false,
            Self::All => true,
            Self::Only(layers) => layers.contains(&layer),
        }
    }
}

/// How far back to go, and how.
#[derive(Clone, Copy)]
pub struct Walk<'a> {
    /// The network.
    pub network: &'a Network,
    /// Clip at the borders of maps of known size; a global pool is followed only then.
    pub clip: bool,
    /// Kernels that are filled.
    pub filled: Filled<'a>,
    /// Maps at which to stop; the input is always one.
    pub stop: &'a dyn Fn(MapId) -> bool,
    /// For a merge that one of its maps fills alone: that map. Only for sets, and only unclipped.
    pub covering: Option<&'a [Option<MapId>]>,
}

impl Walk<'_> {
    /// Carries `start`, given on `map`, back to the maps at which the walk stops.
    ///
    /// # Errors
    /// [`FootprintError`] past a limit.
    pub fn from<P: Propagate>(
        &self,
        map: MapId,
        start: P,
    ) -> Result<BTreeMap<MapId, P>, FootprintError> {
        self.past(map, start, |_, _| ())
    }

    /// The same; `visit` is shown what is read of each map on the way, and of those at which the walk stops.
    pub(super) fn past<P: Propagate>(
        &self,
        map: MapId,
        start: P,
        mut visit: impl FnMut(MapId, &P),
    ) -> Result<BTreeMap<MapId, P>, FootprintError> {
        let mut waiting = BTreeMap::from([(map, start)]);
        let mut reached = BTreeMap::new();
        // A layer writes a later map than it reads: from the last map down, all readers come before what they read.
        while let Some((map, here)) = waiting.pop_last() {
            visit(map, &here);
            let Some(layer) = self.network.writer(map).filter(|_| !(self.stop)(map)) else {
                reached.insert(map, here);
                continue;
            };
            if let Some(covering) = self.covering.and_then(|d| d[map.0]) {
                add(&mut waiting, covering, here)?;
                continue;
            }
            let Some((&last, others)) = layer.inputs.split_last() else {
                continue;
            };
            for &input in others {
                if let Some(read) = self.read(layer, map, input, here.clone())? {
                    add(&mut waiting, input, read)?;
                }
            }
            if let Some(read) = self.read(layer, map, last, here)? {
                add(&mut waiting, last, read)?;
            }
        }
        Ok(reached)
    }

    /// What `here`, on the map that `layer` writes, reads of one of its inputs.
    fn read<P: Propagate>(
        &self,
        layer: &Layer,
        map: MapId,
        input: MapId,
        here: P,
    ) -> Result<Option<P>, FootprintError> {
        let network = self.network;
        let (facts, output) = (network.facts(input), network.facts(map));
        let size = if self.clip { facts.size } else { None };
        if !self.clip && (facts.position.is_none() || output.position.is_none()) {
            return Ok(None);
        }
        let dense = map.layer().is_some_and(|layer| self.filled.holds(layer));
        let op = match (size, output.size) {
            (Some(from), Some(to)) if layer.op.kind.is_merge() && from != to => {
                &broadcast(layer.op.kind, from, to)
            }
            _ if !self.clip && output.is_pooled() => &unpooled(&layer.op, output.pooled),
            _ => &layer.op,
        };
        Ok(Some(here.through(op, size.as_deref(), dense)?))
    }
}

/// A merge that repeats a single position (the result of a global pool) over all of a map.
fn broadcast(kind: OpKind, from: PerAxis<i64>, to: PerAxis<i64>) -> Op {
    let axes = PerAxis::from_fn(from.len(), |axis| {
        AxisOp::Resize(Resize {
            interpolation: Interpolation::Nearest,
            nominal: Ratio::new(from[axis], to[axis]),
            sizes: Some((from[axis], to[axis])),
        })
    });
    Op { kind, axes }
}

/// An operation that leaves alone the axes along which its result has no positions: without borders nothing can be said of them.
fn unpooled(op: &Op, pooled: PerAxis<bool>) -> Op {
    let axes = PerAxis::from_fn(pooled.len(), |axis| {
        if pooled[axis] {
            AxisOp::Same
        } else {
            op.axes[axis]
        }
    });
    Op { axes, ..*op }
}

fn add<P: Propagate>(
    waiting: &mut BTreeMap<MapId, P>,
    map: MapId,
    more: P,
) -> Result<(), FootprintError> {
    if let Some(here) = waiting.get_mut(&map) {
        return here.join(more);
    }
    waiting.insert(map, more);
    Ok(())
}

/// Whether a map is the result of a pool whose ways to `to` are left out: it reads everything along an axis on which `to` has positions, and
/// would hide what those do not read. Where `to` was pooled along the same axes, its reads along the others are followed.
pub(crate) fn is_left_out(network: &Network, to: MapId, map: MapId) -> bool {
    let pooled = network.facts(to).pooled;
    network.writer(map).is_some_and(|layer| {
        let mut axes = layer.op.axes.iter().enumerate();
        axes.any(|(axis, op)| *op == AxisOp::Everything && !pooled[axis])
    })
}

/// Whether a pool whose ways are left out lies on a way from one map to another.
#[cfg(feature = "report")]
pub(crate) fn leaves_pools_out(network: &Network, from: MapId, to: MapId) -> bool {
    let mut maps = network.ancestors([to], |_, input| input > from);
    maps.any(|map| map > from && is_left_out(network, to, map))
}

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
            w.stride == Stride::ONE
                && w.low >= 0
                && w.low % dilation == 0
                && w.low / dilation < i64::from(w.kernel)
        }
        AxisOp::Crop(crop) => crop.drift == 0,
        AxisOp::Pad(pad) => pad.low == 0,
        AxisOp::Transposed(_) | AxisOp::Resize(_) | AxisOp::Bins(_) | AxisOp::Everything => false,
    })
}
