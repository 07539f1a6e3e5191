//! The footprint of one output position of a whole network, a stage or a run.

use crate::network::{MapId, Network, OpKind, PerAxis};

use super::error::FootprintError;
use super::path_weights::PathWeights;
use super::region::Region;
use super::walk::{Filled, Propagate, Walk};

/// One position of a map, and the map before it on which to look for what it reads.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// The network.
    pub network: &'a Network,
    /// The map of the position.
    pub to: MapId,
    /// The position, in positions of that map per axis.
    pub position: PerAxis<i64>,
    /// The map that is looked at.
    pub from: MapId,
    /// Further maps at which ways back end, so that a run is not left by another of its beginnings.
    pub ends: Vec<MapId>,
    /// Whether borders clip; needs the input's size.
    pub clip: bool,
    /// Whether ways through a global pool are followed, where borders clip: without a size there is no everything.
    pub pools: bool,
}

impl<'a> View<'a> {
    /// The middle position of a map on an earlier map, clipped where the input's size is known.
    #[must_use]
    pub fn middle(network: &'a Network, to: MapId, from: MapId) -> Self {
        Self {
            network,
            to,
            position: middle(network, to),
            from,
            ends: Vec::new(),
            clip: network.input.is_some(),
            pools: true,
        }
    }

    /// Position 0 of a map on an earlier map, without borders.
    #[must_use]
    pub fn unclipped(network: &'a Network, to: MapId, from: MapId) -> Self {
        Self {
            position: PerAxis::splat(network.dims, 0),
            clip: false,
            ..Self::middle(network, to, from)
        }
    }

    /// The same position, looked at on another map.
    #[must_use]
    pub fn on(&self, from: MapId) -> Self {
        Self {
            from,
            ..self.clone()
        }
    }

    /// The positions that the position is computed from; those of the dense twin where `dense`.
    ///
    /// # Errors
    /// [`FootprintError`] past a limit.
    pub fn seen(&self, dense: bool) -> Result<Region, FootprintError> {
        let found = self.walk(Region::one(&self.position), dense)?;
        Ok(found.unwrap_or_else(Region::empty))
    }

    /// The weights of all paths to the position, every kernel weight being one (a pool counts like a convolution).
    ///
    /// # Errors
    /// [`FootprintError`] past a limit.
    pub fn paths(&self) -> Result<PathWeights, FootprintError> {
        let found = self.walk(PathWeights::one(&self.position), false)?;
        Ok(found.unwrap_or_else(PathWeights::empty))
    }

    fn walk<P: Propagate>(&self, start: P, dense: bool) -> Result<Option<P>, FootprintError> {
        let is_pooled = |at: MapId| {
            let mut writer = self.network.writer(at).into_iter();
            !self.pools && writer.any(|layer| layer.op.kind == OpKind::GlobalPool)
        };
        let walk = Walk {
            network: self.network,
            clip: self.clip,
            filled: if dense { Filled::All } else { Filled::No },
            stop: &|at| at == self.from || self.ends.contains(&at) || is_pooled(at),
            covering: None,
        };
        Ok(walk.from(self.to, start)?.remove(&self.from))
    }
}

/// The output position in the middle of a map, per axis: ⌊n/2⌋ where its size is known, else 0.
fn middle(network: &Network, map: MapId) -> PerAxis<i64> {
    match network.facts(map).size {
        Some(size) => size.map(|n| n / 2),
        None => PerAxis::splat(network.dims, 0),
    }
}
