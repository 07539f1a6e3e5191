//! How far a run without gridding can reach: over no more positions than it has taps.
//!
//! Along each axis every path of a run reads from its first to its last position with filled kernels, so that without gridding the run reads
//! all of these. But it reads no more positions of a map than there are ways to it, tap by tap, whatever the dilations are.

use std::collections::{BTreeMap, HashMap};

use crate::footprint::{RunEnd, Runs, phases};
use crate::network::{AxisOp, MapId, Network};

use super::chain::Now;
use super::sieve::RunOf;

/// A sum of dilations that must not pass a number: what a path of a run spans along an axis.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    /// Knobs, each once, in order, with the positions that each unit of them adds.
    pub weights: Vec<(usize, i64)>,
    /// The most that the sum may be.
    pub most: i64,
}

/// Most paths of a run that are looked at.
const MOST_PATHS: usize = 128;

/// Most steps of all of them.
const MOST_STEPS: usize = 1 << 12;

impl Span {
    /// Whether the sum may stay within its bound: the knobs without a value change by `left` in all.
    pub(super) fn may_hold(&self, now: Now<'_>, values: &[Option<i64>], left: i64) -> bool {
        let (sum, heaviest) = now.sum(&self.weights, values, left);
        let each = self.weights.iter();
        let ones: i64 = each
            .map(|&(knob, weight)| weight * values[knob].unwrap_or(1))
            .sum();
        ones.max(sum - heaviest) <= self.most
    }

    /// The most that each of its knobs may be, with all others at 1.
    pub(super) fn limits(&self) -> impl Iterator<Item = (usize, i64)> {
        let ones: i64 = self.weights.iter().map(|(_, weight)| weight).sum();
        let each = self.weights.iter();
        each.map(move |&(knob, weight)| (knob, (self.most - ones).div_euclid(weight) + 1))
    }
}

/// What must hold of the knobs on a run so that it may be without gridding.
pub(super) fn spans(
    network: &Network,
    runs: &Runs<'_>,
    run: RunOf,
    knob_of: &HashMap<(usize, usize), usize>,
    is_steady: bool,
) -> Vec<Span> {
    let axes = 0..network.dims;
    let all = axes.filter_map(|axis| {
        let mut paths = Paths {
            network,
            runs,
            scope: run.1,
            knob_of,
            axis,
            is_steady,
            begins: BTreeMap::new(),
            left: MOST_PATHS,
            steps: MOST_STEPS,
        };
        paths.of(run.0)?;
        Some(paths.spans())
    });
    let mut all: Vec<Span> = all.flatten().collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What a path spans, and the positions that it can read.
#[derive(Clone, Debug)]
struct Path {
    taps: i64,
    fixed: i64,
    weights: BTreeMap<usize, i64>,
}

/// The paths of a run along an axis, by the maps on which it begins.
struct Paths<'a> {
    network: &'a Network,
    runs: &'a Runs<'a>,
    scope: Option<MapId>,
    knob_of: &'a HashMap<(usize, usize), usize>,
    axis: usize,
    /// Whether the merges that one map fills alone stay such.
    is_steady: bool,
    begins: BTreeMap<MapId, Vec<Path>>,
    left: usize,
    steps: usize,
}

impl Paths<'_> {
    /// `None` where there are many, or they pass other operations.
    fn of(&mut self, end: RunEnd) -> Option<()> {
        let path = Path {
            taps: 1,
            fixed: 0,
            weights: BTreeMap::new(),
        };
        match end {
            RunEnd::Map(map) => self.back(map, path),
            RunEnd::Layer(layer) => {
                let [input] = self.network.layers[layer].inputs[..] else {
                    return None;
                };
                if self.runs.goes_on(layer) {
                    return None;
                }
                let op = &self.network.layers[layer].op.axes[self.axis];
                if matches!(op, AxisOp::Window(_)) {
                    return self.back(input, self.through(layer, path, true)?);
                }
                if *op == AxisOp::Everything {
                    return None;
                }
                // Each of its output phases must be without gridding.
                let taps = phases(op).iter().map(|phase| phase.comb.taps).min()?;
                self.back(input, Path { taps, ..path })
            }
        }
    }

    fn back(&mut self, map: MapId, path: Path) -> Option<()> {
        self.steps = self.steps.checked_sub(1)?;
        let facts = self.network.facts(map);
        if facts.position.is_none() || facts.is_pooled() {
            return Some(());
        }
        let inside = map.layer().filter(|&layer| self.runs.goes_on(layer));
        let Some(layer) = inside.filter(|_| Some(map) != self.scope) else {
            self.left = self.left.checked_sub(1)?;
            self.begins.entry(map).or_default().push(path);
            return Some(());
        };
        let path = self.through(layer, path, false)?;
        let covering = self.runs.covering_input(map).filter(|_| self.is_steady);
        if let Some(covering) = covering {
            return self.back(covering, path);
        }
        let network = self.network;
        let mut inputs = network.layers[layer].inputs.iter();
        inputs.try_for_each(|&input| self.back(input, path.clone()))
    }

    /// A path, followed through a layer.
    fn through(&self, layer: usize, mut path: Path, is_first: bool) -> Option<Path> {
        match self.network.layers[layer].op.axes[self.axis] {
            AxisOp::Same | AxisOp::Crop(_) | AxisOp::Pad(_) => {}
            AxisOp::Window(window) => {
                if !is_first && i64::from(window.stride) != 1 {
                    return None;
                }
                path.taps = path.taps.checked_mul(window.kernel.into())?;
                let weight = i64::from(window.kernel) - 1;
                match self.knob_of.get(&(layer, self.axis)) {
                    Some(&knob) if weight > 0 => *path.weights.entry(knob).or_default() += weight,
                    _ => path.fixed += window.extent() - 1,
                }
            }
            _ => return None,
        }
        Some(path)
    }

    /// The sums that paths with knobs come to, but those that others always reach as far as.
    fn spans(self) -> Vec<Span> {
        let mut spans = Vec::new();
        for paths in self.begins.into_values() {
            let mut taps = paths.iter().map(|path| path.taps);
            let Some(taps) = taps.try_fold(0_i64, i64::checked_add) else {
                continue;
            };
            let mut own: BTreeMap<Vec<(usize, i64)>, i64> = BTreeMap::new();
            for path in paths.into_iter().filter(|path| !path.weights.is_empty()) {
                let fixed = own.entry(path.weights.into_iter().collect()).or_insert(0);
                *fixed = path.fixed.max(*fixed);
            }
            spans.extend(own.into_iter().map(|(weights, fixed)| Span {
                weights,
                most: taps - 1 - fixed,
            }));
        }
        spans
    }
}

#[cfg(all(test, feature = "toml"))]
mod tests {
    use super::*;
    use crate::planner::tune::candidate::knob_of;
    use crate::planner::tune::chain::sum;
    use crate::planner::tune::run::stay;
    use crate::planner::tune::sieve::tests::recorded;

    #[test]
    fn no_run_without_gridding_spans_more() {
        let (mut held, mut passed) = (0, 0);
        recorded(|candidates, knobs, values, end, is_free| {
            let network = candidates.network;
            let (runs, knob_of) = (Runs::new(network), knob_of(knobs));
            let layers = knobs.iter().flat_map(|knob| knob.layers.clone());
            let is_steady = stay(network, layers);
            for span in spans(network, &runs, (end, None), &knob_of, is_steady) {
                let sum = sum(&span.weights, values);
                if sum > span.most {
                    assert_ne!(is_free, Some(true), "{span:?} {values:?} {network:?}");
                    passed += 1;
                } else {
                    held += 1;
                }
                for (knob, limit) in span.limits() {
                    assert!(
                        sum > span.most || values[knob] <= limit,
                        "{span:?} {values:?}"
                    );
                }
            }
        });
        assert!(held > 100 && passed > 100, "{held} {passed}");
    }
}
