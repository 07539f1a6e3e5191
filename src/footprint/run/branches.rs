//! A run of branches that is no chain: walked on all axes together, beside its dense twin.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use itertools::Itertools;

use crate::footprint::axis::AxisValue;
use crate::footprint::error::FootprintError;
use crate::footprint::region::Region;
use crate::footprint::run_footprint::{RunEnd, RunFootprint, Skipped};
use crate::footprint::set::AxisSet;
use crate::footprint::taps::{Phase, phases};
use crate::footprint::walk::{Filled, Walk, is_left_out};
use crate::network::MapId;

use super::Runs;

/// What a run reads of each map on which it begins.
type Reads = BTreeMap<MapId, Region>;

/// What one output position of a run's end reads of the map before its last layer: as it is, and with that layer filled.
type Output = (Region, Region);

/// Most layers that are filled, one after the other, to find one to blame.
const MOST_TRIED: usize = 64;

impl Runs<'_> {
    pub(super) fn branches(
        &self,
        end: RunEnd,
        scope: Option<MapId>,
    ) -> Result<RunFootprint, FootprintError> {
        let layers = self.layers_of(end, scope);
        if end.layer().is_some_and(|layer| self.goes_on(layer)) {
            // Branches are judged on all axes together, where the last of them ends.
            return Ok(RunFootprint::Branches {
                layers,
                missed: Vec::new(),
            });
        }
        self.may_walk(&layers, &self.cells_left)?;
        let mut worst: Vec<Skipped> = Vec::new();
        for output in self.outputs(end)? {
            let read = self.reads(end, scope, &output, Filled::No)?;
            let mut missed = Vec::new();
            for (begin, covered, dense) in self.beside(&read, end, scope, &output, Filled::All)? {
                if dense.is_subset(covered)? {
                    continue;
                }
                let rest = dense.minus(covered)?;
                missed.push(Skipped {
                    begin,
                    count: rest.count(),
                    example: rest.iter().next().unwrap_or_default(),
                    dense: dense.count()?,
                });
            }
            if missed.iter().map(|m| m.count).sum::<i64>() > worst.iter().map(|m| m.count).sum() {
                worst = missed;
            }
        }
        Ok(RunFootprint::Branches {
            layers,
            missed: worst,
        })
    }

    /// Whether a run with branches reads all that its dense twin reads between its ends: what [`Runs::run_footprint`] finds, without
    /// counting what is missed.
    pub(super) fn branches_read_all(
        &self,
        end: RunEnd,
        scope: Option<MapId>,
    ) -> Result<bool, FootprintError> {
        if end.layer().is_some_and(|layer| self.goes_on(layer)) {
            return Ok(true);
        }
        self.may_walk(&self.layers_of(end, scope), &self.cells_left)?;
        self.reads_all(end, scope, Filled::No)
    }

    /// Whether a run with branches, of these layers, misses positions also with all of them but some filled; `None` where it takes too long
    /// to tell.
    #[must_use]
    pub fn misses_by(&self, end: RunEnd, layers: &[usize], own: &BTreeSet<usize>) -> Option<bool> {
        self.may_walk(layers, &self.beside_left).ok()?;
        let others = layers.iter().copied().filter(|layer| !own.contains(layer));
        let reads_all = self.reads_all(end, None, Filled::Only(&others.collect()));
        reads_all.ok().map(|reads_all| !reads_all)
    }

    /// Whether a run with some of its layers filled reads all that its dense twin reads between its ends.
    fn reads_all(
        &self,
        end: RunEnd,
        scope: Option<MapId>,
        filled: Filled<'_>,
    ) -> Result<bool, FootprintError> {
        for output in self.outputs(end)? {
            let read = self.reads(end, scope, &output, filled)?;
            for (_, covered, dense) in self.beside(&read, end, scope, &output, Filled::All)? {
                if !dense.is_subset(covered)? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// What one output of a run's end reads of each map on which the run begins, and beside it what it would read with some kernels filled,
    /// in the same box: a transposed layer's filled kernel may reach further than its taps, which is no hole.
    fn beside<'r>(
        &self,
        read: &'r Reads,
        end: RunEnd,
        scope: Option<MapId>,
        output: &Output,
        filled: Filled<'_>,
    ) -> Result<Vec<(MapId, &'r Region, Region)>, FootprintError> {
        let mut both = Vec::new();
        for (begin, more) in self.reads(end, scope, output, filled)? {
            if let Some(covered) = read.get(&begin)
                && let Some((first, extent)) = covered.bounds()
            {
                both.push((begin, covered, more.clipped(&first, &extent)?));
            }
        }
        Ok(both)
    }

    /// What one output of a run's end reads, back to where the run begins.
    fn reads(
        &self,
        end: RunEnd,
        scope: Option<MapId>,
        (actual, dense): &Output,
        filled: Filled<'_>,
    ) -> Result<Reads, FootprintError> {
        let start = end.maps(self.network)[0];
        let walk = Walk {
            network: self.network,
            clip: false,
            filled,
            stop: &|map| {
                Some(map) == scope || !self.is_inside(map) || is_left_out(self.network, start, map)
            },
            covering: Some(&self.covering),
        };
        let is_filled = end.layer().is_some_and(|layer| filled.holds(layer));
        let start_from = if is_filled { dense } else { actual };
        walk.from(start, start_from.clone())
    }

    /// The layer to blame for what a run with branches misses of a map on which it begins: of those on the way to it, the one of the
    /// largest dilation whose filled kernel reads some of these positions. `None` where none is dilated.
    #[must_use]
    pub fn to_blame(&self, end: RunEnd, begin: MapId) -> Option<usize> {
        let layers = self.layers_of(end, None);
        let on_the_way = self.on_the_way(end, begin);
        let mut suspects: Vec<usize> = (layers.iter().copied())
            .filter(|&layer| on_the_way.contains(&layer))
            .collect();
        let dilation = |layer: usize| self.network.layers[layer].op.largest_dilation();
        suspects.sort_unstable_by_key(|&layer| std::cmp::Reverse((dilation(layer), layer)));
        let read = self.read_at(end).unwrap_or_default();
        let is_one = |&&layer: &&usize| {
            let filled = BTreeSet::from([layer]);
            self.fills(end, &read, &layers, &filled, Some(begin))
                .unwrap_or(false)
        };
        let found = suspects.iter().take(MOST_TRIED).find(is_one);
        found.or_else(|| suspects.first()).copied()
    }

    /// Whether any of some layers skips positions that a run with branches misses; `None` where it takes too long to tell.
    #[must_use]
    pub fn are_to_blame(&self, end: RunEnd, layers: &BTreeSet<usize>) -> Option<bool> {
        let read = self.read_at(end).ok()?;
        let passed = self.layers_of(end, None);
        self.fills(end, &read, &passed, layers, None).ok()
    }

    /// What each output of a run's end reads.
    fn read_at(&self, end: RunEnd) -> Result<Vec<(Output, Reads)>, FootprintError> {
        let outputs = self.outputs(end)?.into_iter();
        let read = outputs.map(|output| {
            let read = self.reads(end, None, &output, Filled::No)?;
            Ok((output, read))
        });
        read.collect()
    }

    /// Whether a run that reads `read` would read positions that it misses with some of its layers filled, on the map `begin` or on any.
    fn fills(
        &self,
        end: RunEnd,
        read: &[(Output, Reads)],
        layers: &[usize],
        filled: &BTreeSet<usize>,
        begin: Option<MapId>,
    ) -> Result<bool, FootprintError> {
        self.may_walk(layers, &self.tries_left)?;
        for (output, read) in read {
            for (map, covered, more) in
                self.beside(read, end, None, output, Filled::Only(filled))?
            {
                if begin.is_none_or(|b| b == map) && !more.is_subset(covered)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The layers between a run's end and a map on which it begins, that of the end included.
    #[must_use]
    pub fn on_the_way(&self, end: RunEnd, begin: MapId) -> BTreeSet<usize> {
        let inside = |map: MapId, _| self.is_inside(map);
        let maps = (end.maps(self.network).into_iter())
            .flat_map(|start| self.network.slice(begin, start, inside));
        let layers = maps.filter(|&map| map != begin).filter_map(MapId::layer);
        layers.chain(end.layer()).collect()
    }

    /// Refuses runs whose sets would be too long to carry through each of their layers, and takes what others cost off what is left.
    fn may_walk(&self, layers: &[usize], left: &Cell<i64>) -> Result<(), FootprintError> {
        let rounds = i64::try_from(layers.len()).unwrap_or(i64::MAX);
        let mut cells = 0_i64;
        for axis in 0..self.network.dims {
            let extents = layers
                .iter()
                .map(|&l| self.network.layers[l].op.axes[axis].extent());
            cells = cells.saturating_add(extents.sum::<i64>().saturating_mul(rounds));
        }
        if cells > left.get() {
            return Err(FootprintError::TooLarge { cells });
        }
        left.set(left.get() - cells);
        Ok(())
    }

    /// One output position of a run's end, on the map that its last layer reads: as it is and filled, for each pattern of output phases.
    fn outputs(&self, end: RunEnd) -> Result<Vec<Output>, FootprintError> {
        let dims = self.network.dims;
        let RunEnd::Layer(layer) = end else {
            let output = Region::one(&vec![0; dims]);
            return Ok(vec![(output.clone(), output)]);
        };
        let mut axes = Vec::new();
        for op in self.network.layers[layer].op.axes.iter() {
            let read = |phase: Phase| {
                let output = AxisSet::interval(phase.phase, 1);
                Ok((
                    output.through(op, None, false)?,
                    output.through(op, None, true)?,
                ))
            };
            let read: Result<Vec<_>, _> = phases(op).into_iter().map(read).collect();
            axes.push(read?);
        }
        // The phases of the first axis change first.
        let patterns = axes.into_iter().rev().multi_cartesian_product();
        let outputs = patterns.map(|axes| {
            let (actual, dense) = axes.into_iter().rev().unzip();
            (Region::product(actual), Region::product(dense))
        });
        Ok(outputs.collect())
    }
}
