//! Backward propagation: from one output position, layer by layer, to the maps it is read from.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};

use num_rational::Ratio;

use crate::network::{AxisOp, Interpolation, Layer, MapId, Network, Op, OpKind, PerAxis, Resize};

use super::axis::AxisValue;
use super::error::FootprintError;
use super::sum::Sum;

/// Something known of the positions of a map that can be carried backward through layers and added up where a map has several readers.
pub trait Propagate: Sized + Clone {
    /// What these output positions of a layer read.
    ///
    /// # Errors
    /// [`FootprintError`] past a limit.
    fn through(self, op: &Op, size: Option<&[i64]>, dense: bool) -> Result<Self, FootprintError>;

    /// Adds what another reader of the same map reads.
    ///
    /// # Errors
    /// [`FootprintError`] past a limit.
    fn join(&mut self, other: Self) -> Result<(), FootprintError>;
}

impl<V: AxisValue> Propagate for Sum<V> {
    fn through(self, op: &Op, size: Option<&[i64]>, dense: bool) -> Result<Self, FootprintError> {
        Self::through(self, op, size, dense)
    }

    fn join(&mut self, other: Self) -> Result<(), FootprintError> {
        Self::join(self, other)
    }
}

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
        let mut waiting = BTreeMap::from([(map, start)]);
        let mut reached = BTreeMap::new();
        // A layer writes a later map than it reads: from the last map down, all readers come before what they read.
        while let Some((map, here)) = waiting.pop_last() {
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
    match waiting.entry(map) {
        Entry::Vacant(slot) => {
            slot.insert(more);
        }
        Entry::Occupied(mut slot) => slot.get_mut().join(more)?,
    }
    Ok(())
}
