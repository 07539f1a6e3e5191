//! A run with gridding, and what its outputs skip.

use std::rc::Rc;

use crate::footprint::{AxisChain, RunEnd, RunFootprint};
use crate::network::{MapId, Network};

/// A run with gridding.
#[derive(Clone, Debug)]
pub struct BrokenRun {
    /// Where it ends.
    pub end: RunEnd,
    /// What it sees.
    pub footprint: Rc<RunFootprint>,
}

/// What each output of a run with gridding skips of a map on which the run begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedOn {
    /// The map.
    pub map: MapId,
    /// The axes along which is counted: all of the map, unless the run begins on different maps along different axes.
    pub axes: Vec<usize>,
    /// Positions that the dense twin reads, and of them those that the run skips; `None` where they are too many to count.
    pub counts: Option<(i64, i64)>,
}

impl BrokenRun {
    /// The map of which its outputs skip positions, of several that of which they skip most.
    #[must_use]
    pub fn skipped(&self, network: &Network) -> Option<SkippedOn> {
        let chains = match &*self.footprint {
            RunFootprint::Chain(chains) => chains,
            RunFootprint::Branches { missed, .. } => {
                let missed = missed.iter().max_by_key(|missed| missed.count)?;
                return Some(SkippedOn {
                    map: missed.begin,
                    axes: (0..network.dims).collect(),
                    counts: Some((missed.dense, missed.count)),
                });
            }
            RunFootprint::TooLarge(_) => return None,
        };
        let broken = |&axis: &usize| chains[axis].exact.fault.is_some();
        let map = chains[(0..network.dims).find(broken)?].begin?;
        let axes: Vec<usize> = (0..network.dims)
            .filter(|&axis| chains[axis].begin == Some(map))
            .collect();
        let mut counts = Some((1_i64, 1_i64));
        let mut known: Option<(&AxisChain, Option<i64>)> = None;
        for &axis in &axes {
            let chain = &chains[axis];
            let count = match known {
                Some((same, count)) if same == chain => count,
                _ => chain.set().map(|set| set.count()),
            };
            known = Some((chain, count));
            counts = counts.zip(count).and_then(|(all, covered)| {
                let dense = all.0.checked_mul(chain.exact.extent)?;
                Some((dense, all.1.checked_mul(covered)?))
            });
        }
        Some(SkippedOn {
            map,
            axes,
            counts: counts.map(|(dense, covered)| (dense, dense - covered)),
        })
    }

    /// The map at which it ends, where the network was cut off there: layers behind it may fill the holes.
    #[must_use]
    pub fn cut(&self, network: &Network) -> Option<MapId> {
        match self.end {
            RunEnd::Map(map) => Some(map).filter(|map| network.cut.contains(map)),
            RunEnd::Layer(_) => None,
        }
    }

    /// The map whose positions are its outputs: the one at which it ends, or that its last layer writes.
    #[must_use]
    pub fn output(&self) -> MapId {
        match self.end {
            RunEnd::Map(map) => map,
            RunEnd::Layer(layer) => MapId(layer + 1),
        }
    }
}
