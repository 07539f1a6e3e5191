//! The exact test at every map of a network in one pass, without holding a layer of any run.
//!
//! Of a chain, layers are kept as sums by the power of two below their step. If the finest layer of such a bucket is within reach of all
//! finer buckets, it alone reaches past the bucket's other steps: so a hole can only begin at a bucket's finest layer.

use crate::network::{AxisOp, MapId, Network, PerAxis};

use super::exact::Comb;
use super::phase::phases;
use super::run_footprint::RunEnd;

/// Buckets for steps up to the largest dilation.
const BUCKETS: usize = 25;

/// What the exact test finds at the end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No hole on any axis.
    Clean,
    /// A hole along an axis on which the run is a chain; the layer to blame, on the first of them.
    Fault {
        /// Index of the layer.
        layer: usize,
        /// For each axis with a hole what the layers finer than the one to blame cover there: every layer with a larger step skips positions.
        reach: PerAxis<Option<i64>>,
    },
    /// Branches that are no chain: the run has to be walked.
    NoChain,
}

/// Layers of a chain whose steps lie between two powers of two.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    finest: i64,
    /// The last layer with the finest step.
    last: usize,
    /// How far its layers reach together.
    reach: i64,
}

/// The layers of a run along one axis.
#[derive(Clone, Copy, Debug)]
struct Line {
    buckets: [Bucket; BUCKETS],
    /// Whether it passes a merge that none of its maps fills alone.
    branched: bool,
}

impl Line {
    const EMPTY: Self = Self {
        buckets: [Bucket {
            finest: i64::MAX,
            last: 0,
            reach: 0,
        }; BUCKETS],
        branched: false,
    };

    fn push(&mut self, layer: usize, comb: Comb) {
        if comb.taps < 2 {
            return;
        }
        let index = usize::try_from(comb.step.ilog2()).unwrap_or(BUCKETS);
        let bucket = &mut self.buckets[index.min(BUCKETS - 1)];
        if comb.step <= bucket.finest {
            bucket.finest = comb.step;
            bucket.last = layer;
        }
        bucket.reach = bucket
            .reach
            .saturating_add((comb.taps - 1).saturating_mul(comb.step));
    }

    /// The layer to blame, and what the finer ones cover.
    fn fault(&self) -> Option<(usize, i64)> {
        if self.branched {
            return None;
        }
        let mut reach = 1_i64;
        for bucket in self.buckets.iter().filter(|b| b.reach > 0) {
            if bucket.finest > reach {
                return Some((bucket.last, reach));
            }
            reach = reach.saturating_add(bucket.reach);
        }
        None
    }
}

/// Verdicts of all ends of runs.
#[derive(Debug)]
pub struct Scan {
    maps: Vec<Verdict>,
    layers: Vec<Verdict>,
}

impl Scan {
    /// Passes over a network once. `covering` is, for a merge that one of its maps fills alone, that map.
    #[must_use]
    pub(crate) fn new(network: &Network, covering: &[Option<MapId>]) -> Self {
        let parent = |map: MapId| network.before(map, |merge| covering[merge.0]);
        // How many maps still go on from each: its lines are let go after the last.
        let mut waiting = vec![0_usize; network.maps.len()];
        for map in 1..network.maps.len() {
            if let Some(parent) = parent(MapId(map)) {
                waiting[parent.0] += 1;
            }
        }
        let start = PerAxis::splat(network.dims, Line::EMPTY);
        let mut lines = std::collections::HashMap::from([(0, start)]);
        let mut scan = Self {
            maps: vec![Verdict::Clean],
            layers: Vec::new(),
        };
        for (index, layer) in network.layers.iter().enumerate() {
            let map = MapId(index + 1);
            let parent = parent(map);
            let before = parent.and_then(|p| lines.get(&p.0)).copied();
            if let Some(parent) = parent {
                waiting[parent.0] -= 1;
                if waiting[parent.0] == 0 {
                    lines.remove(&parent.0);
                }
            }
            let mut here = before.unwrap_or(start);
            let is_merge = layer.op.kind.is_merge();
            if is_merge && before.is_none() {
                here.iter_mut().for_each(|line| line.branched = true);
            }
            scan.layers.push(if is_merge {
                Verdict::Clean
            } else {
                ended(&here, index, &layer.op.axes, network.facts(map).pooled)
            });
            let pooled = &network.facts(map).pooled;
            for (axis, line) in here.iter_mut().enumerate() {
                let op = &layer.op.axes[axis];
                if pooled[axis] || !op.keeps_jump() {
                    *line = Line::EMPTY;
                } else {
                    for phase in phases(op) {
                        line.push(index, phase.comb);
                    }
                }
            }
            scan.maps.push(verdict(&here, |axis| here[axis].fault()));
            if waiting[map.0] > 0 {
                lines.insert(map.0, here);
            }
        }
        scan
    }

    /// What the exact test finds at an end.
    #[must_use]
    pub fn at(&self, end: RunEnd) -> Verdict {
        match end {
            RunEnd::Map(map) => self.maps[map.0],
            RunEnd::Layer(layer) => self.layers[layer],
        }
    }
}

/// The verdict on lines of which each axis blames what `fault` says. Branches are left open only where no axis has a hole without them.
fn verdict(lines: &PerAxis<Line>, fault: impl FnMut(usize) -> Option<(usize, i64)>) -> Verdict {
    let blamed = PerAxis::from_fn(lines.len(), fault);
    match blamed.iter().find_map(|fault| *fault) {
        Some((layer, _)) => Verdict::Fault {
            layer,
            reach: blamed.map(|fault| fault.map(|(_, reach)| reach)),
        },
        None if lines.iter().any(|line| line.branched) => Verdict::NoChain,
        None => Verdict::Clean,
    }
}

/// The verdict at a layer that ends the run it reads: with the taps of each of its output phases.
fn ended(
    before: &PerAxis<Line>,
    layer: usize,
    axes: &PerAxis<AxisOp>,
    pooled: PerAxis<bool>,
) -> Verdict {
    verdict(before, |axis| {
        let op = &axes[axis];
        // On an axis that keeps its resolution the run goes on; one that is pooled has no run.
        if pooled[axis] || op.keeps_jump() {
            return None;
        }
        phases(op).into_iter().find_map(|phase| {
            let mut line = before[axis];
            line.push(layer, phase.comb);
            line.fault()
        })
    })
}
