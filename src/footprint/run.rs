//! Runs: the layers at one resolution that together read a map, judged against their dense twin.
//!
//! A run goes back from its end through stride-1 layers, across stages and branches, to the maps where the jump last changed (or the
//! input). A strided, transposed or upsampling layer ends the run it reads. Runs without holes compose to a network without gridding,
//! so verdicts are per run and never depend on the input size or on how a run is cut into stages. A layer that strides on some axes only
//! ends the run on those; on the others it goes on (of branches, which have no axes apart, on all).

mod branches;
mod chain;
mod reading;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use itertools::Itertools;

use crate::network::{MapId, Network, PerAxis};

use super::run_footprint::{RunEnd, RunFootprint};
use super::scan::{Scan, Verdict};
use super::taps::phases;

/// All runs of a network.
#[derive(Debug)]
pub struct Runs<'a> {
    network: &'a Network,
    readers: Vec<Vec<usize>>,
    covering: Vec<Option<MapId>>,
    scan: Scan,
    /// Cells that sets of branches may still be carried through, over all runs together.
    cells_left: Cell<i64>,
    /// The same for finding the layers to blame.
    tries_left: Cell<i64>,
    /// The same for finding stages that would leave holes beside dense ones.
    beside_left: Cell<i64>,
    /// Work that looking at what outputs read of the input may still do.
    readings_left: Rc<Cell<i64>>,
}

/// Cells that sets of branches may be carried through, extents times layers: some seconds of work at the very most.
/// Published networks need a few millions.
const MOST_CARRIED: i64 = 1 << 30;

/// Most work of looking at what outputs read of the input, in words of sets, over all of them: well below a second.
const MOST_READ: i64 = 1 << 22;

impl<'a> Runs<'a> {
    /// Looks at a network's resolutions and merges.
    #[must_use]
    pub fn new(network: &'a Network) -> Self {
        let covering = super::walk::covering_inputs(network);
        Self {
            network,
            readers: network.readers(),
            scan: Scan::new(network, &covering),
            cells_left: Cell::new(MOST_CARRIED),
            tries_left: Cell::new(MOST_CARRIED),
            beside_left: Cell::new(MOST_CARRIED >> 4),
            readings_left: Rc::new(Cell::new(MOST_READ)),
            covering,
        }
    }

    /// What the exact test finds where a run is a chain, without its layers.
    #[must_use]
    pub fn verdict(&self, end: RunEnd) -> Verdict {
        self.scan.at(end)
    }

    /// For each map, and each axis, what was given for an end to which a run leads through it along that axis; of several the least.
    #[must_use]
    pub fn leading<T: Copy + Ord>(
        &self,
        ends: &[(RunEnd, PerAxis<Option<T>>)],
    ) -> Vec<PerAxis<Option<T>>> {
        let dims = self.network.dims;
        let mut leads = vec![PerAxis::splat(dims, None); self.network.maps.len()];
        for axis in 0..dims {
            let given = ends
                .iter()
                .filter_map(|&(end, given)| Some((given[axis]?, end)));
            for (given, end) in given.sorted_unstable() {
                let leads = RefCell::new(&mut leads);
                let starts = end
                    .maps(self.network)
                    .into_iter()
                    .filter(|m| leads.borrow()[m.0][axis].is_none());
                let starts: Vec<MapId> = starts.collect();
                let enters = |map: MapId, input: MapId| {
                    map.layer().is_some_and(|layer| self.keeps(layer, axis))
                        && leads.borrow()[input.0][axis].is_none()
                };
                for map in self.network.ancestors(starts, enters) {
                    leads.borrow_mut()[map.0][axis] = Some(given);
                }
            }
        }
        leads
    }

    /// Whether a layer keeps the resolution on every axis, so that a run goes on through it.
    #[must_use]
    pub fn continues(&self, layer: usize) -> bool {
        (0..self.network.dims).all(|axis| self.keeps(layer, axis))
    }

    /// Whether a layer keeps the resolution on some axis: there the run goes on, though it ends on the others.
    #[must_use]
    pub fn goes_on(&self, layer: usize) -> bool {
        (0..self.network.dims).any(|axis| self.keeps(layer, axis))
    }

    /// Whether a layer keeps the resolution on an axis. A map that was pooled along it has none.
    pub(crate) fn keeps(&self, layer: usize, axis: usize) -> bool {
        let op = &self.network.layers[layer].op;
        !self.network.maps[layer + 1].pooled[axis] && op.axes[axis].keeps_jump()
    }

    /// Whether a layer changes the resolution on an axis, so that it ends the run that it reads there. A pool over the axis does not: it
    /// reads everything.
    pub(crate) fn changes(&self, layer: usize, axis: usize) -> bool {
        let op = &self.network.layers[layer].op;
        !self.network.maps[layer + 1].pooled[axis] && !op.axes[axis].keeps_jump()
    }

    /// For a merge that one of its maps fills alone, that map: around a residual block, the block.
    #[must_use]
    pub fn covering_input(&self, map: MapId) -> Option<MapId> {
        self.covering[map.0]
    }

    /// The map before one in a chain; `None` for the input, and for a merge that several maps fill together.
    pub(crate) fn before(&self, map: MapId) -> Option<MapId> {
        self.network.before(map, |merge| self.covering[merge.0])
    }

    /// Whether a layer ends the run that it reads.
    #[must_use]
    pub fn ends_run(&self, layer: usize) -> bool {
        (0..self.network.dims).any(|axis| self.changes(layer, axis))
    }

    /// All ends of runs that matter: outputs, maps that nothing reads, and layers that change the resolution.
    #[must_use]
    pub fn ends(&self) -> Vec<RunEnd> {
        let maps = (1..self.network.maps.len()).map(MapId).filter(|&map| {
            self.network.has_position(map)
                && (self.readers[map.0].is_empty() || self.network.outputs.contains(&map))
        });
        let layers = (0..self.network.layers.len()).filter(|&l| self.ends_run(l));
        maps.map(RunEnd::Map)
            .chain(layers.map(RunEnd::Layer))
            .collect()
    }

    /// The ends of runs that pass through any of some maps.
    #[must_use]
    pub fn ends_after(&self, maps: impl IntoIterator<Item = MapId>) -> Vec<RunEnd> {
        let mut ends = BTreeSet::new();
        let mut seen: BTreeSet<MapId> = maps.into_iter().collect();
        let mut open: Vec<MapId> = seen.iter().copied().collect();
        while let Some(map) = open.pop() {
            let readers = &self.readers[map.0];
            if readers.is_empty() || self.network.outputs.contains(&map) {
                ends.insert(RunEnd::Map(map));
            }
            for &reader in readers {
                if self.ends_run(reader) {
                    ends.insert(RunEnd::Layer(reader));
                }
                if self.goes_on(reader) {
                    let next = MapId(reader + 1);
                    if seen.insert(next) {
                        open.push(next);
                    }
                }
            }
        }
        ends.into_iter().collect()
    }

    /// What a run sees, back to where it begins, or to `scope` (a stage's own input).
    #[must_use]
    pub fn run_footprint(&self, end: RunEnd, scope: Option<MapId>) -> RunFootprint {
        match self.chain(end, scope) {
            Some(axes) => RunFootprint::Chain(axes),
            None => self
                .branches(end, scope)
                .unwrap_or_else(RunFootprint::TooLarge),
        }
    }

    /// Whether a run is without gridding, back to where it begins, or to `scope`: the answer of [`Runs::run_footprint`], sooner.
    /// `None` where it is too large to tell.
    #[must_use]
    pub fn is_free_of_gridding(&self, end: RunEnd, scope: Option<MapId>) -> Option<bool> {
        match (scope, self.scan.at(end)) {
            (None, Verdict::Clean) => Some(true),
            (None, Verdict::Fault { .. }) => Some(false),
            _ => match self.chain(end, scope) {
                Some(axes) => Some(!RunFootprint::Chain(axes).has_gridding()),
                None => self.branches_read_all(end, scope).ok(),
            },
        }
    }

    /// Whether a run goes on behind a map.
    fn is_inside(&self, map: MapId) -> bool {
        map.layer().is_some_and(|layer| self.goes_on(layer))
    }

    /// The maps on which the run that ends at a map begins, in order.
    #[must_use]
    pub fn beginnings(&self, end: MapId) -> Vec<MapId> {
        let continues = |map: MapId| map.layer().is_some_and(|layer| self.continues(layer));
        let maps = self.network.ancestors([end], |map, _| continues(map));
        let mut begins: Vec<MapId> = maps.filter(|&map| !continues(map)).collect();
        begins.reverse();
        begins
    }

    /// Layers with more than one tap that a run passes, input side first.
    #[must_use]
    pub fn layers_of(&self, end: RunEnd, scope: Option<MapId>) -> Vec<usize> {
        let layers: BTreeSet<usize> = self.layers_before(&[end], scope).collect();
        layers.into_iter().collect()
    }

    /// Layers with more than one tap that any of some runs passes, found one by one from their ends back; those of the ends come first.
    pub fn layers_before(
        &self,
        ends: &[RunEnd],
        scope: Option<MapId>,
    ) -> impl Iterator<Item = usize> {
        let enters = move |map: MapId, input: MapId| {
            let is_link = self.covering[map.0].is_none_or(|covering| covering == input);
            is_link && Some(map) != scope && self.is_inside(map)
        };
        let starts = ends.iter().flat_map(|end| end.maps(self.network));
        let maps = self.network.ancestors(starts, enters);
        let passed = maps.filter(move |&map| Some(map) != scope && self.is_inside(map));
        let last: Vec<usize> = ends.iter().filter_map(|end| end.layer()).collect();
        let taps = |layer: &usize| {
            let mut axes = self.network.layers[*layer].op.axes.iter();
            axes.any(|op| phases(op).iter().any(|phase| phase.comb.taps > 1))
        };
        let layers = last.into_iter().chain(passed.filter_map(MapId::layer));
        layers.filter(taps)
    }
}
