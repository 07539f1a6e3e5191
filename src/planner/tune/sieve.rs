//! A quick look at a run with branches: whether dilations leave a hole in what it reads, without a look at the network.
//!
//! Stride-1 windows and merges are all that most runs pass. What such a run reads of a map on which it begins is drawn as bits, beside what
//! filled kernels read. Merges that one map fills alone need no care: the others add nothing.

use std::collections::{BTreeMap, HashMap};

use itertools::Itertools;

use crate::footprint::{Comb, RunEnd, Runs, phases};
use crate::network::{AxisOp, Dilation, MapId, Network, PerAxis, Window, taps};

use super::candidate::dilated;
use super::frame::{Ends, Frame, ONE, Taps, hull};

/// A run, and the map to which it is followed back: its beginning, or the input of a stage.
pub(super) type RunOf = (RunEnd, Option<MapId>);

/// Most maps of a run.
const MOST_MAPS: usize = 256;

/// Most patterns of output phases that are looked at.
const MOST_ENDS: usize = 8;

/// A run, made ready to be drawn with other dilations.
#[derive(Debug)]
pub(super) struct Sieve {
    dims: usize,
    /// What its last layer reads, for patterns of output phases; empty where it is one of the maps.
    ends: Vec<Vec<Comb>>,
    /// Its maps from the end back, each before those that it is computed from.
    maps: Vec<Map>,
}

/// How a map is read.
#[derive(Debug)]
struct Map {
    /// What its layer does along each axis; empty where the run begins.
    axes: Vec<Along>,
    /// The maps that it is computed from, by their places.
    inputs: Vec<usize>,
}

/// What a layer does along an axis.
#[derive(Clone, Copy, Debug)]
enum Along {
    /// Every position is read from one that lies so far away.
    Shift(i64),
    /// A window, and the knob that sets its dilation.
    Window(Window, Option<usize>),
}

impl Sieve {
    /// `None` for a run that passes other operations, or very many maps.
    pub(super) fn new(
        network: &Network,
        runs: &Runs<'_>,
        (end, scope): RunOf,
        knob_of: &HashMap<(usize, usize), usize>,
    ) -> Option<Self> {
        let along = |layer: usize, axis: usize| {
            Some(match network.layers[layer].op.axes[axis] {
                AxisOp::Same => Along::Shift(0),
                AxisOp::Crop(crop) => Along::Shift(crop.drift),
                AxisOp::Pad(pad) => Along::Shift(-pad.low),
                AxisOp::Window(window) => {
                    Along::Window(window, knob_of.get(&(layer, axis)).copied())
                }
                _ => return None,
            })
        };
        let map_of = |layer: usize, inputs: Vec<usize>| {
            let axes = (0..network.dims).map(|axis| along(layer, axis));
            let axes = axes.collect::<Option<Vec<Along>>>()?;
            Some(Map { axes, inputs })
        };
        let mut maps: Vec<Map> = Vec::new();
        let mut ends: Vec<Vec<Comb>> = Vec::new();
        // Maps that are read, with the places of those that read them.
        let mut waiting: BTreeMap<MapId, Vec<usize>> = BTreeMap::new();
        match end {
            RunEnd::Map(map) => {
                waiting.insert(map, Vec::new());
            }
            RunEnd::Layer(layer) => {
                // Where it ends on some axes only, branches are judged behind it.
                let [input] = network.layers[layer].inputs[..] else {
                    return None;
                };
                let axes = network.layers[layer].op.axes;
                if runs.goes_on(layer) || axes.contains(&AxisOp::Everything) {
                    return None;
                }
                if axes.iter().all(|op| matches!(op, AxisOp::Window(_))) {
                    maps.push(map_of(layer, Vec::new())?);
                } else {
                    let combs = axes.iter().map(|op| phases(op).into_iter().map(|p| p.comb));
                    ends.extend(combs.multi_cartesian_product().take(MOST_ENDS));
                    let (axes, inputs) = (vec![Along::Shift(0); network.dims], Vec::new());
                    maps.push(Map { axes, inputs });
                }
                waiting.insert(input, vec![0]);
            }
        }
        // A layer writes a later map than it reads.
        while let Some((map, readers)) = waiting.pop_last() {
            let place = maps.len();
            let facts = network.facts(map);
            if facts.position.is_none() || facts.is_pooled() {
                // Ways to pools are left out, but for maps that were pooled themselves.
                if readers.is_empty() || readers == [0] && matches!(end, RunEnd::Layer(_)) {
                    return None;
                }
                continue;
            }
            if place == MOST_MAPS {
                return None;
            }
            for reader in readers {
                maps[reader].inputs.push(place);
            }
            let inside = map.layer().filter(|&layer| runs.goes_on(layer));
            let Some(layer) = inside.filter(|_| Some(map) != scope) else {
                let (axes, inputs) = (Vec::new(), Vec::new());
                maps.push(Map { axes, inputs });
                continue;
            };
            if !runs.continues(layer) {
                return None;
            }
            maps.push(map_of(layer, Vec::new())?);
            for &input in &network.layers[layer].inputs {
                waiting.entry(input).or_default().push(place);
            }
        }
        let dims = network.dims;
        Some(Self { dims, ends, maps })
    }

    /// Whether the run reads less than its dense twin of a map on which it begins, with the knobs at some values: if so, it has gridding. If
    /// not, it has none where it ends at a map or a window and passes no pool. `None` where it is too large to draw.
    pub(super) fn has_hole(&self, values: &[i64]) -> Option<bool> {
        let taps = self.maps.iter().map(|map| map.taps(self.dims, values));
        let mut taps: Vec<PerAxis<Taps>> = taps.collect();
        if self.ends.is_empty() {
            return self.misses(&taps, None);
        }
        for end in &self.ends {
            taps[0] = PerAxis::from_fn(self.dims, |axis| Taps {
                first: 0,
                count: end[axis].taps,
                step: end[axis].step,
            });
            // Its dense twin reads no less than with this layer as it is.
            if self.misses(&taps, Some(0))? {
                return Some(true);
            }
        }
        Some(false)
    }

    /// Whether less is read than with filled kernels, but for the layer before the map `kept`: seen along one axis, which is short, or drawn.
    fn misses(&self, taps: &[PerAxis<Taps>], kept: Option<usize>) -> Option<bool> {
        for axis in (0..self.dims).filter(|_| self.dims > 1) {
            let along = |taps: &PerAxis<Taps>| {
                let of = |own| if own == axis { taps[own] } else { ONE };
                PerAxis::from_fn(self.dims, of)
            };
            let along: Vec<PerAxis<Taps>> = taps.iter().map(along).collect();
            if self.draws_hole(&along, kept) == Some(true) {
                return Some(true);
            }
        }
        self.draws_hole(taps, kept)
    }

    fn draws_hole(&self, taps: &[PerAxis<Taps>], kept: Option<usize>) -> Option<bool> {
        let frame = Frame::new(self.dims, &self.boxes(taps))?;
        let of = |place: usize| place * frame.words..(place + 1) * frame.words;
        let mut scratch = vec![0; frame.words];
        // What is read of each map, and what its dense twin reads.
        let mut read = [false, true].map(|is_filled| {
            let mut bits = vec![0; self.maps.len() * frame.words];
            frame.set_origin(&mut bits);
            (is_filled, bits)
        });
        for (place, map) in self.maps.iter().enumerate() {
            if map.axes.is_empty() {
                let [(_, actual), (_, dense)] = &read;
                if actual[of(place)] != dense[of(place)] {
                    return Some(true);
                }
                continue;
            }
            for (is_filled, bits) in &mut read {
                let is_filled = *is_filled && Some(place) != kept;
                frame.spread(&bits[of(place)], &mut scratch, &taps[place], is_filled);
                for &input in &map.inputs {
                    for (own, more) in bits[of(input)].iter_mut().zip(&scratch) {
                        *own |= more;
                    }
                }
            }
        }
        Some(false)
    }

    /// The bounding box of what is read of each map.
    fn boxes(&self, taps: &[PerAxis<Taps>]) -> Vec<Ends> {
        let mut boxes: Vec<Option<Ends>> = vec![None; self.maps.len()];
        boxes[0] = Some(PerAxis::splat(self.dims, (0, 1)));
        for (place, map) in self.maps.iter().enumerate() {
            let Some(own) = boxes[place] else { continue };
            let read = PerAxis::from_fn(self.dims, |axis| {
                let ((first, end), taps) = (own[axis], taps[place][axis]);
                let last = taps.first + (taps.count - 1) * taps.step;
                (first + taps.first, end + last)
            });
            for &input in &map.inputs {
                boxes[input] = Some(boxes[input].map_or(read, |other| hull(&other, &read)));
            }
        }
        boxes.into_iter().flatten().collect()
    }
}

impl Map {
    fn taps(&self, dims: usize, values: &[i64]) -> PerAxis<Taps> {
        PerAxis::from_fn(dims, |axis| {
            let shifted = |first| Taps { first, ..ONE };
            match self.axes.get(axis) {
                None => shifted(0),
                Some(Along::Shift(by)) => shifted(*by),
                Some(&Along::Window(window, knob)) => {
                    let value = knob.map(|knob| Dilation::new(values[knob].into()));
                    let window = match value {
                        Some(Ok(dilation)) if dilation != window.dilation => {
                            dilated(window, dilation)
                        }
                        _ => window,
                    };
                    let (count, step) = taps(window.kernel, window.dilation, false);
                    Taps {
                        first: -window.low,
                        count,
                        step,
                    }
                }
            }
        })
    }
}

#[cfg(all(test, feature = "toml"))]
pub(super) mod tests {
    use super::*;
    use crate::config::parse;
    use crate::network::{Knob, MapFacts};
    use crate::planner::tune::candidate::{Candidates, knob_of};

    /// The runs of every network that PyTorch recorded, with its dilations as they are and with others: the knobs, their values, the end of a
    /// run, and whether the walk through the network finds it without gridding.
    pub(in crate::planner::tune) fn recorded(
        mut look: impl FnMut(&Candidates<'_>, &[&Knob], &[i64], RunEnd, Option<bool>),
    ) {
        for recorded in [
            include_str!("../../../tests/data/torch.jsonl"),
            include_str!("../../../tests/data/further.jsonl"),
        ] {
            for line in recorded.lines() {
                let case: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
                let text = case["toml"].as_str().expect("a network file");
                let network = parse(text).expect("a network").network;
                let knobs = network.knobs();
                let is_set = |knob: &&Knob| knob.is_dilation(&network) && knob.value.is_some();
                let knobs: Vec<&Knob> = knobs.iter().filter(is_set).collect();
                let now: Vec<i64> = knobs.iter().filter_map(|knob| knob.value).collect();
                let candidates = Candidates::new(&network);
                for turn in 0..3_i64 {
                    let moved = |(at, now): (i64, &i64)| match turn {
                        0 => *now,
                        _ => 1 + (now + turn * (at + 2)) % (turn + 3),
                    };
                    let values: Vec<i64> = (0..).zip(&now).map(moved).collect();
                    candidates.with(&knobs, &values, |network| {
                        let runs = Runs::new(network);
                        for end in runs.ends() {
                            let is_free = runs.is_free_of_gridding(end, None);
                            look(&candidates, &knobs, &values, end, is_free);
                        }
                    });
                }
            }
        }
    }

    #[test]
    fn a_hole_is_seen_where_the_walk_finds_one() {
        let (mut free, mut holed) = (0, 0);
        recorded(|candidates, knobs, values, end, is_free| {
            let network = candidates.network;
            let runs = Runs::new(network);
            let Some(sieve) = Sieve::new(network, &runs, (end, None), &knob_of(knobs)) else {
                return;
            };
            let has_pool = network.maps.iter().any(MapFacts::is_pooled);
            match sieve.has_hole(values) {
                Some(true) => {
                    assert_eq!(is_free, Some(false), "{values:?} {end:?} {network:?}");
                    holed += 1;
                }
                Some(false) if sieve.ends.is_empty() && !has_pool => {
                    assert_eq!(is_free, Some(true), "{values:?} {end:?} {network:?}");
                    free += 1;
                }
                _ => {}
            }
        });
        assert!(free > 100 && holed > 100, "{free} {holed}");
    }
}
