//! Ways through the graph: what a map is computed from, what lies between two maps, and where all ways meet.
//!
//! A layer writes a later map than it reads. So the latest map that is still open is never met again, and a walk needs no list of the
//! maps that it has seen.

use std::collections::BTreeSet;

use super::Network;
use super::graph::{Layer, MapId};

/// A walk from maps back to what they are computed from: each map once, the latest first.
pub struct Ancestors<'n, F> {
    network: &'n Network,
    open: BTreeSet<MapId>,
    enters: F,
}

impl<F: FnMut(MapId, MapId) -> bool> Iterator for Ancestors<'_, F> {
    type Item = MapId;

    fn next(&mut self) -> Option<MapId> {
        let map = self.open.pop_last()?;
        if let Some(layer) = self.network.writer(map) {
            let enters = &mut self.enters;
            let inputs = layer.inputs.iter().copied();
            self.open.extend(inputs.filter(|&input| enters(map, input)));
        }
        Some(map)
    }
}

impl Network {
    /// The maps themselves and those from which they are computed, the latest first; `enters` says whether to go on from a map to an
    /// input of the layer that writes it.
    pub fn ancestors<F: FnMut(MapId, MapId) -> bool>(
        &self,
        maps: impl IntoIterator<Item = MapId>,
        enters: F,
    ) -> Ancestors<'_, F> {
        Ancestors {
            network: self,
            open: maps.into_iter().collect(),
            enters,
        }
    }

    /// The maps on the ways from one map to another, both included, the earliest first; of these ways those that `enters` lets pass.
    /// Empty where no way leads from `from` to `to`.
    #[must_use]
    pub fn slice(
        &self,
        from: MapId,
        to: MapId,
        mut enters: impl FnMut(MapId, MapId) -> bool,
    ) -> Vec<MapId> {
        let mut back: Vec<MapId> = self
            .ancestors([to], |map, input| {
                input >= from && map != from && enters(map, input)
            })
            .collect();
        back.reverse();
        let mut slice: Vec<MapId> = Vec::new();
        for map in back {
            let reads = |layer: &Layer| layer.inputs.iter().any(|m| slice.binary_search(m).is_ok());
            if map == from || map > from && self.writer(map).is_some_and(reads) {
                slice.push(map);
            }
        }
        slice
    }

    /// The latest map but itself through which all ways from the input to a map go, those of a global pool left out; the input where there is no
    /// later one.
    #[must_use]
    pub fn dominator(&self, map: MapId) -> MapId {
        let mut ways = self.ancestors([map], |_, input| self.has_position(input));
        while ways.next().is_some() {
            if let (Some(&only), 1) = (ways.open.first(), ways.open.len()) {
                return only;
            }
        }
        MapId::INPUT
    }

    /// The map before one in a chain: what its layer reads, or, of a merge, the map that `covering` gives. `None` for the input, and for a
    /// merge that is no link of a chain.
    pub fn before(
        &self,
        map: MapId,
        covering: impl FnOnce(MapId) -> Option<MapId>,
    ) -> Option<MapId> {
        let layer = self.writer(map)?;
        if layer.op.kind.is_merge() {
            return covering(map);
        }
        layer.inputs.first().copied()
    }

    /// Whether a global pool lies on a way from one map to another.
    #[must_use]
    pub fn passes_global_pool(&self, from: MapId, to: MapId) -> bool {
        let pools = |map: MapId| self.writer(map).is_some_and(|layer| layer.op.pools_axis());
        self.ancestors([to], |_, input| input > from)
            .any(|map| map > from && pools(map))
    }

    /// Whether a map has a resolution, along some axis: none has behind a global pool of all axes.
    #[must_use]
    pub fn has_position(&self, map: MapId) -> bool {
        self.facts(map).position.is_some()
    }

    /// For each map the layers that read it, in order.
    #[must_use]
    pub fn readers(&self) -> Vec<Vec<usize>> {
        let mut readers = vec![Vec::new(); self.maps.len()];
        for (index, layer) in self.layers.iter().enumerate() {
            for map in &layer.inputs {
                readers[map.0].push(index);
            }
        }
        for list in &mut readers {
            list.dedup();
        }
        readers
    }
}
