//! One output position of a whole network, a stage or a run, and the way back from it.

use std::collections::{BTreeMap, BTreeSet};

use crate::network::{MapId, Network, PerAxis};

use super::error::FootprintError;
use super::region::{PathWeights, Region};
use super::sum::Propagate;
use super::walk::{Filled, Walk, covering_inputs, is_left_out};

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
    /// Whether ways through a global pool are followed, where borders clip: without a size there is no everything. A pool over axes along
    /// which the position's own map was pooled too is followed either way: there is nothing beside it.
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
        let mut found = self.sets(self.covering().as_deref(), dense, &BTreeSet::new())?;
        Ok(found.remove(&self.from).unwrap_or_else(Region::empty))
    }

    /// The weights of all paths to the position, every kernel weight being one (a pool counts like a convolution).
    ///
    /// # Errors
    /// [`FootprintError`] past a limit.
    pub fn paths(&self) -> Result<PathWeights, FootprintError> {
        let start = PathWeights::one(&self.position);
        let mut found = self.walk(start, Filled::No, None, |_, _| ())?;
        Ok(found.remove(&self.from).unwrap_or_else(PathWeights::empty))
    }

    /// Without borders, of a merge that one of its maps fills alone, that map: the others add no position.
    pub(super) fn covering(&self) -> Option<Vec<Option<MapId>>> {
        (!self.clip).then(|| covering_inputs(self.network))
    }

    /// The positions of the map looked at, and of those to be kept on the way.
    pub(super) fn sets(
        &self,
        covering: Option<&[Option<MapId>]>,
        dense: bool,
        kept: &BTreeSet<MapId>,
    ) -> Result<BTreeMap<MapId, Region>, FootprintError> {
        let filled = if dense { Filled::All } else { Filled::No };
        let mut on_the_way = BTreeMap::new();
        let keep = |map, region: &Region| {
            if kept.contains(&map) {
                on_the_way.insert(map, region.clone());
            }
        };
        let mut found = self.walk(Region::one(&self.position), filled, covering, keep)?;
        found.append(&mut on_the_way);
        Ok(found)
    }

    pub(super) fn walk<P: Propagate>(
        &self,
        start: P,
        filled: Filled<'_>,
        covering: Option<&[Option<MapId>]>,
        visit: impl FnMut(MapId, &P),
    ) -> Result<BTreeMap<MapId, P>, FootprintError> {
        let keeps_pools = self.pools && self.clip;
        let is_pooled = |at| !keeps_pools && is_left_out(self.network, self.to, at);
        let walk = Walk {
            network: self.network,
            clip: self.clip,
            filled,
            stop: &|at| at == self.from || self.ends.contains(&at) || is_pooled(at),
            covering,
        };
        walk.past(self.to, start, visit)
    }
}

/// The output position in the middle of a map, per axis: ⌊n/2⌋ where its size is known, else 0.
fn middle(network: &Network, map: MapId) -> PerAxis<i64> {
    match network.facts(map).size {
        Some(size) => size.map(|n| n / 2),
        None => PerAxis::splat(network.dims, 0),
    }
}
