//! Runs: the layers at one resolution that together read a map, judged against their dense twin.
//!
//! A run goes back from its end through stride-1 layers, across stages and branches, to the maps where the jump last changed (or the
//! input). A strided, transposed or upsampling layer ends the run it reads. Runs without holes compose to a network without gridding,
//! so verdicts are per run and never depend on the input size or on how a run is cut into stages. A layer that strides on some axes only
//! ends the run on those; on the others it goes on (of branches, which have no axes apart, on all).

use std::cell::Cell;
use std::collections::BTreeSet;

use itertools::Itertools;

use crate::network::{MapId, Network, Op, OpKind, PerAxis};

use super::error::FootprintError;
use super::exact::Comb;
use super::phase::{Phase, phases};
use super::region::Region;
use super::scan::{Scan, Verdict};
use super::set::AxisSet;
use super::sight::{AxisChain, ChainLayer, Missed, RunEnd, Sight};
use super::walk::Walk;

/// All runs of a network.
#[derive(Debug)]
pub struct Runs<'a> {
    network: &'a Network,
    readers: Vec<Vec<usize>>,
    dominant: Vec<Option<MapId>>,
    scan: Scan,
    /// Cells that sets of branches may still be carried through, over all runs together.
    cells_left: Cell<i64>,
}

/// Cells that sets of branches may be carried through, extents times layers: some seconds of work at the very most.
/// Published networks need a few millions.
const MOST_CARRIED: i64 = 1 << 30;

impl<'a> Runs<'a> {
    /// Looks at a network's resolutions and merges.
    #[must_use]
    pub fn new(network: &'a Network) -> Self {
        let dominant = super::dominant::dominants(network);
        Self {
            network,
            readers: network.readers(),
            scan: Scan::new(network, &dominant),
            cells_left: Cell::new(MOST_CARRIED),
            dominant,
        }
    }

    /// What the exact test finds where a run is a chain, without its layers.
    #[must_use]
    pub fn verdict(&self, end: RunEnd) -> Verdict {
        self.scan.at(end)
    }

    /// For each map, and each axis, one of the given ends to which a run leads through it along that axis, where there is one. The ends
    /// come with the axes that matter.
    #[must_use]
    pub fn leading(&self, ends: &[(RunEnd, PerAxis<bool>)]) -> Vec<PerAxis<Option<RunEnd>>> {
        let dims = self.network.dims;
        let mut leads = vec![PerAxis::splat(dims, None); self.network.maps.len()];
        for (axis, &(end, axes)) in (0..dims).cartesian_product(ends) {
            if !axes[axis] {
                continue;
            }
            let mut open = match end {
                RunEnd::Map(map) => vec![map],
                RunEnd::Layer(layer) => self.network.layers[layer].inputs.clone(),
            };
            while let Some(map) = open.pop() {
                if leads[map.0][axis].is_some() {
                    continue;
                }
                leads[map.0][axis] = Some(end);
                if let Some(layer) = map.layer().filter(|&l| self.keeps(l, axis)) {
                    open.extend(&self.network.layers[layer].inputs);
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

    /// Whether a layer keeps the resolution on an axis.
    fn keeps(&self, layer: usize, axis: usize) -> bool {
        let op = &self.network.layers[layer].op;
        op.kind != OpKind::GlobalPool
            && *op.axes[axis].jump().numer() == 1
            && *op.axes[axis].jump().denom() == 1
    }

    /// For a merge that one of its maps fills alone, that map: around a residual block, the block.
    #[must_use]
    pub fn dominant(&self, map: MapId) -> Option<MapId> {
        self.dominant[map.0]
    }

    /// The layers that end runs on a map: its readers that change the resolution. A global pool is left out.
    pub fn enders(&self, map: MapId) -> impl Iterator<Item = usize> {
        self.readers[map.0]
            .iter()
            .copied()
            .filter(|&l| self.is_ender(l))
    }

    /// Whether a layer ends the run that it reads.
    #[must_use]
    pub fn is_ender(&self, layer: usize) -> bool {
        let op = self.network.layers[layer].op.kind;
        op != OpKind::GlobalPool && self.has_position(layer) && !self.continues(layer)
    }

    fn has_position(&self, layer: usize) -> bool {
        self.network.layers[layer]
            .inputs
            .iter()
            .any(|&m| self.network.facts(m).position.is_some())
    }

    /// All ends of runs that matter: outputs, maps that nothing reads, and layers that change the resolution.
    #[must_use]
    pub fn ends(&self) -> Vec<RunEnd> {
        let maps = (1..self.network.maps.len()).map(MapId).filter(|&map| {
            self.network.facts(map).position.is_some()
                && (self.readers[map.0].is_empty() || self.network.outputs.contains(&map))
        });
        let layers = (0..self.network.layers.len()).filter(|&l| self.is_ender(l));
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
                if self.is_ender(reader) {
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
    pub fn sight(&self, end: RunEnd, scope: Option<MapId>) -> Sight {
        match self.chain(end, scope) {
            Some(axes) => Sight::Chain(axes),
            None => self.joint(end, scope).unwrap_or_else(Sight::Undecided),
        }
    }

    /// The run as a chain, if it is one, or if the axes on which it is one have holes already; where it ends with a transposed layer, its
    /// worst output phase.
    fn chain(&self, end: RunEnd, scope: Option<MapId>) -> Option<Vec<AxisChain>> {
        let dims = self.network.dims;
        let mut axes: Vec<Vec<ChainLayer>> = vec![Vec::new(); dims];
        // An axis whose resolution changed is done; the others go on.
        let mut open = vec![true; dims];
        let mut branched = false;
        let mut last = vec![vec![Comb { taps: 1, step: 1 }]; dims];
        let mut map = match end {
            RunEnd::Map(map) => map,
            RunEnd::Layer(layer) => {
                // Where the layer keeps the resolution, the run does not end with it.
                for axis in (0..dims).filter(|&axis| self.keeps(layer, axis)) {
                    open[axis] = false;
                }
                let axes = self.network.layers[layer].op.axes;
                let ending = axes.iter().zip(&open).zip(&mut last);
                for ((op, _), last) in ending.filter(|((_, open), _)| **open) {
                    *last = phases(op).iter().map(|p| p.comb).collect();
                }
                *self.network.layers[layer].inputs.first()?
            }
        };
        while Some(map) != scope
            && let Some(index) = map.layer()
        {
            let layer = &self.network.layers[index];
            if matches!(layer.op.kind, OpKind::Add | OpKind::Concat) {
                let Some(dominant) = self.dominant[map.0] else {
                    // On an axis whose run began behind the branches, its holes are known without them.
                    branched = true;
                    break;
                };
                map = dominant;
                continue;
            }
            for axis in 0..dims {
                open[axis] &= self.keeps(index, axis);
                if !open[axis] {
                    continue;
                }
                for Phase { comb, .. } in phases(&layer.op.axes[axis]) {
                    if comb.taps > 1 {
                        axes[axis].push(ChainLayer { layer: index, comb });
                    }
                }
            }
            if open.iter().all(|open| !open) {
                break;
            }
            map = *layer.inputs.first()?;
        }
        let chains: Vec<AxisChain> = (axes.into_iter().zip(last).zip(&open))
            .map(|((mut layers, last), open)| {
                if branched && *open {
                    return AxisChain::new(Vec::new());
                }
                layers.reverse();
                worst_phase(&layers, &last, end)
            })
            .collect();
        let has_hole = chains.iter().any(|chain| chain.exact.fault.is_some());
        (!branched || has_hole).then_some(chains)
    }

    fn joint(&self, end: RunEnd, scope: Option<MapId>) -> Result<Sight, FootprintError> {
        let stop =
            |map: MapId| Some(map) == scope || map.layer().is_none_or(|layer| !self.goes_on(layer));
        let walk = Walk {
            network: self.network,
            clip: false,
            dense: false,
            stop: &stop,
            dominant: Some(&self.dominant),
        };
        let start = match end {
            RunEnd::Map(map) => map,
            RunEnd::Layer(layer) => self.network.layers[layer].inputs[0],
        };
        let layers = self.layers_of(end, scope);
        if let RunEnd::Layer(layer) = end
            && self.goes_on(layer)
        {
            // Branches are judged on all axes together, where the last of them ends.
            return Ok(Sight::Joint {
                layers,
                missed: Vec::new(),
            });
        }
        self.may_walk(&layers)?;
        let mut worst: Vec<Missed> = Vec::new();
        for (actual, dense) in self.units(end)? {
            let read = walk.from(start, actual)?;
            let twin = Walk {
                dense: true,
                ..walk
            }
            .from(start, dense)?;
            let mut missed = Vec::new();
            for (begin, dense) in twin {
                let covered = read.get(&begin).cloned().unwrap_or_else(Region::empty);
                // A transposed layer's filled kernel may reach further than its taps do: that is no hole.
                let Some((first, extent)) = covered.bounds() else {
                    continue;
                };
                let dense = dense.clipped(&first, &extent)?;
                if dense.is_subset(&covered)? {
                    continue;
                }
                let rest = dense.minus(&covered)?;
                let example = rest.first_set().unwrap_or_default();
                missed.push(Missed {
                    begin,
                    count: rest.count(),
                    example,
                    dense: dense.count()?,
                });
            }
            if missed.iter().map(|m| m.count).sum::<i64>() > worst.iter().map(|m| m.count).sum() {
                worst = missed;
            }
        }
        Ok(Sight::Joint {
            layers,
            missed: worst,
        })
    }

    /// Refuses runs whose sets would be too long to carry through each of their layers, and takes what others cost off what is left.
    fn may_walk(&self, layers: &[usize]) -> Result<(), FootprintError> {
        let rounds = i64::try_from(layers.len()).unwrap_or(i64::MAX);
        let mut cells = 0_i64;
        for axis in 0..self.network.dims {
            let extents = layers
                .iter()
                .map(|&l| self.network.layers[l].op.axes[axis].extent());
            cells = cells.saturating_add(extents.sum::<i64>().saturating_mul(rounds));
        }
        let left = self.cells_left.get();
        if cells > left {
            return Err(FootprintError::TooLarge { cells });
        }
        self.cells_left.set(left - cells);
        Ok(())
    }

    /// One output unit of a run's end, on the map that its last layer reads: as it is and filled, for each pattern of output phases.
    fn units(&self, end: RunEnd) -> Result<Vec<(Region, Region)>, FootprintError> {
        let dims = self.network.dims;
        let RunEnd::Layer(layer) = end else {
            let unit = Region::unit(&vec![0; dims]);
            return Ok(vec![(unit.clone(), unit)]);
        };
        let op: &Op = &self.network.layers[layer].op;
        let mut units: Vec<(Vec<AxisSet>, Vec<AxisSet>)> = vec![(Vec::new(), Vec::new())];
        for axis in op.axes.iter() {
            let mut next = Vec::new();
            for Phase { phase, .. } in phases(axis) {
                let unit = AxisSet::interval(phase, 1);
                let (actual, dense) = (
                    unit.through(axis, None, false)?,
                    unit.through(axis, None, true)?,
                );
                for (a, d) in &units {
                    let (mut a, mut d) = (a.clone(), d.clone());
                    a.push(actual.clone());
                    d.push(dense.clone());
                    next.push((a, d));
                }
            }
            units = next;
        }
        Ok(units
            .into_iter()
            .map(|(a, d)| (Region::product(a), Region::product(d)))
            .collect())
    }

    /// Layers with more than one tap that a run passes, input side first.
    #[must_use]
    pub fn layers_of(&self, end: RunEnd, scope: Option<MapId>) -> Vec<usize> {
        let mut layers = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = match end {
            RunEnd::Map(map) => vec![map],
            RunEnd::Layer(layer) => {
                layers.insert(layer);
                self.network.layers[layer].inputs.clone()
            }
        };
        while let Some(map) = open.pop() {
            if Some(map) == scope || !seen.insert(map) {
                continue;
            }
            let Some(layer) = map.layer().filter(|&l| self.goes_on(l)) else {
                continue;
            };
            layers.insert(layer);
            match self.dominant[map.0] {
                Some(dominant) => open.push(dominant),
                None => open.extend(&self.network.layers[layer].inputs),
            }
        }
        let taps = |layer: &usize| {
            self.network.layers[*layer]
                .op
                .axes
                .iter()
                .any(|a| phases(a).iter().any(|p| p.comb.taps > 1))
        };
        layers.into_iter().filter(taps).collect()
    }
}

/// The last layer's phase with which a chain has a hole, if there is one; of several the first.
fn worst_phase(layers: &[ChainLayer], last: &[Comb], end: RunEnd) -> AxisChain {
    let mut clean = None;
    for &comb in last {
        let mut layers = layers.to_vec();
        if let RunEnd::Layer(layer) = end
            && comb.taps > 1
        {
            layers.push(ChainLayer { layer, comb });
        }
        let chain = AxisChain::new(layers);
        if chain.exact.fault.is_some() {
            return chain;
        }
        clean.get_or_insert(chain);
    }
    clean.unwrap_or_else(|| AxisChain::new(layers.to_vec()))
}
