//! A run of branches that is no chain: walked on all axes together, beside its dense twin.

use crate::footprint::error::FootprintError;
use crate::footprint::phase::{Phase, phases};
use crate::footprint::region::Region;
use crate::footprint::set::AxisSet;
use crate::footprint::sight::{Missed, RunEnd, Sight};
use crate::footprint::walk::Walk;
use crate::network::{MapId, Op};

use super::Runs;

impl Runs<'_> {
    pub(super) fn joint(&self, end: RunEnd, scope: Option<MapId>) -> Result<Sight, FootprintError> {
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
}
