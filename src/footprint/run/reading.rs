//! How much of the input the positions of a map read.

use std::rc::Rc;

use crate::footprint::axis::AxisValue;
use crate::footprint::error::FootprintError;
use crate::footprint::exact::{Comb, exact};
use crate::footprint::extent::{OutputPhases, output_phases, receptive_field_beside_pools};
use crate::footprint::phased::Phased;
use crate::footprint::product::volume;
use crate::footprint::reading::Reading;
use crate::footprint::run_footprint::MOST_POSITIONS;
use crate::footprint::set::AxisSet;
use crate::footprint::walk::{Filled, Walk, is_left_out};
use crate::network::MapId;

use super::Runs;

impl Runs<'_> {
    /// How much of the input each position of a map reads, over all output phases.
    ///
    /// ```
    /// use degrid::footprint::Runs;
    /// use degrid::network::Network;
    /// let network = Network::builder(2).dilations(3, [2, 2, 2]).build().unwrap();
    /// let reading = Runs::new(&network).reading(network.outputs[0]).unwrap();
    /// assert_eq!((reading.skipped, reading.positions), (120, 169));
    /// ```
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] where that takes too long to tell.
    pub fn reading(&self, map: MapId) -> Result<Reading, FootprintError> {
        let dims = self.network.dims;
        let chains: Option<Vec<Vec<Comb>>> = (0..dims)
            .map(|axis| self.combs(MapId::INPUT, map, axis))
            .collect();
        match chains {
            Some(chains) => of_chains(&chains),
            None => self.of_branches(map),
        }
    }

    fn of_branches(&self, map: MapId) -> Result<Reading, FootprintError> {
        let network = self.network;
        let mut phases = output_phases(network, MapId::INPUT, map);
        let facts = network.facts(map);
        if let (Some(size), Some(position)) = (facts.size, facts.position) {
            for (axis, phases) in phases.iter_mut().enumerate() {
                // No pattern repeats on so small a map.
                if position[axis].period >= size[axis] {
                    phases.range = 0..size[axis];
                    phases.are_all = true;
                }
            }
        }
        let Some(field) = receptive_field_beside_pools(network, MapId::INPUT, map) else {
            return Ok(Reading::new(0, 0));
        };
        let axes = phases.iter().zip(field.iter());
        let words = axes
            .map(|(phases, n)| (phases.range.end - phases.range.start).saturating_mul(1 + n / 64));
        let words = words.fold(0_i64, i64::saturating_add);
        if words > self.readings_left.get() {
            return Err(FootprintError::TooLarge { cells: words });
        }
        let walk = Walk {
            network,
            clip: false,
            filled: Filled::No,
            stop: &|at| is_left_out(network, map, at),
            covering: Some(&self.covering),
        };
        // Positions that are looked at where they lie read what the input has, and not what would be beyond it.
        let size = |axis: usize| {
            network
                .input
                .filter(|_| phases[axis].are_all)
                .map(|n| n[axis])
        };
        let sizes: Vec<Option<i64>> = (0..network.dims).map(size).collect();
        let one = |phases: OutputPhases| Rc::new(phases.range.map(AxisSet::one).collect());
        let start = Phased::new(phases.into_iter().map(one).collect(), &self.readings_left);
        let read = walk.from(map, start)?.remove(&MapId::INPUT);
        read.map_or(Ok(Reading::new(0, 0)), |read| {
            read.within(&sizes)?.reading()
        })
    }
}

/// Of chains, one an axis: the product of what each of them reads.
fn of_chains(chains: &[Vec<Comb>]) -> Result<Reading, FootprintError> {
    let found: Vec<_> = chains.iter().map(|chain| exact(chain)).collect();
    let positions = volume(found.iter().map(|found| found.extent))?;
    if found.iter().all(|found| found.fault.is_none()) {
        return Ok(Reading::new(positions, positions));
    }
    let count = |chain: &Vec<Comb>| Some(AxisSet::of_chain(chain, MOST_POSITIONS)?.count());
    let counts: Option<Vec<i64>> = chains.iter().map(count).collect();
    let too_large = FootprintError::TooLarge { cells: positions };
    Ok(Reading::new(positions, volume(counts.ok_or(too_large)?)?))
}
