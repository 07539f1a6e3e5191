//! A quick look at a run with branches: whether dilations leave a hole in what it reads, without a look at the network.
//!
//! Stride-1 windows and merges are all that most runs pass. What such a run reads of a map on which it begins is drawn as bits, a row of the
//! last axis after the other, beside what filled kernels read. Merges that one map fills alone need no care: the others add nothing.

use std::collections::{BTreeMap, HashMap};

use crate::footprint::{RunEnd, Runs};
use crate::network::{AxisOp, Dilation, MapId, Network, PerAxis, Window, taps};

use super::candidate::dilated;
use super::judge::RunOf;

/// Most maps of a run.
const MOST_MAPS: usize = 256;

/// Most words of a map's bits: what is longer is walked sooner, as products of axes.
const MOST_WORDS: i64 = 1 << 6;

/// A run, made ready to be drawn with other dilations.
#[derive(Debug)]
pub(super) struct Sieve {
    dims: usize,
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
#[derive(Debug)]
enum Along {
    /// Every position is read from one that lies so far away.
    Shift(i64),
    /// A window, and the knob that sets its dilation.
    Window(Window, Option<usize>),
}

/// The taps of a layer along an axis, the position of the first, and from one to the next.
#[derive(Clone, Copy)]
struct Taps {
    first: i64,
    count: i64,
    step: i64,
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
                if runs.goes_on(layer) {
                    return None;
                }
                maps.push(map_of(layer, Vec::new())?);
                waiting.insert(input, vec![0]);
            }
        }
        // A layer writes a later map than it reads.
        while let Some((map, readers)) = waiting.pop_last() {
            let place = maps.len();
            let facts = network.facts(map);
            if place == MOST_MAPS || facts.position.is_none() || facts.is_pooled() {
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
        Some(Self { dims, maps })
    }

    /// Whether the run reads less than its dense twin of a map on which it begins, with the knobs at some values. `None` where it is too large to draw.
    pub(super) fn has_hole(&self, values: &[i64]) -> Option<bool> {
        let taps: Vec<PerAxis<Taps>> = self
            .maps
            .iter()
            .map(|map| map.taps(self.dims, values))
            .collect();
        let mut boxes: Vec<Option<Bits>> = vec![None; self.maps.len()];
        boxes[0] = Some(Bits::new(PerAxis::splat(self.dims, (0, 1)))?);
        for (place, map) in self.maps.iter().enumerate() {
            let Some(own) = &boxes[place] else { continue };
            let read = PerAxis::from_fn(self.dims, |axis| {
                let (first, end) = own.ends[axis];
                let taps = taps[place][axis];
                let first = first + taps.first;
                (first, end + taps.first + (taps.count - 1) * taps.step)
            });
            for &input in &map.inputs {
                let both = boxes[input].as_ref().map_or(read, |other| {
                    PerAxis::from_fn(self.dims, |axis| {
                        let ((a, b), (c, d)) = (other.ends[axis], read[axis]);
                        (a.min(c), b.max(d))
                    })
                });
                boxes[input] = Some(Bits::new(both)?);
            }
        }
        let (mut actual, mut dense) = (boxes.clone(), boxes);
        for maps in [&mut actual, &mut dense] {
            if let Some(Some(one)) = maps.first_mut() {
                one.bits[0] = 1;
            }
        }
        for (place, map) in self.maps.iter().enumerate() {
            let own = (actual[place].take(), dense[place].take());
            let (Some(read), Some(filled)) = own else {
                continue;
            };
            let [first, others @ ..] = &map.inputs[..] else {
                // What was read at all is within the same bounds.
                if read.bits != filled.bits {
                    return Some(true);
                }
                continue;
            };
            let spread = read.spread(&taps[place], false)?;
            let filled = filled.spread(&taps[place], true)?;
            for &input in others.iter().chain([first]) {
                for (maps, more) in [(&mut actual, &spread), (&mut dense, &filled)] {
                    if let Some(input) = &mut maps[input] {
                        input.add(more);
                    }
                }
            }
        }
        Some(false)
    }
}

impl Map {
    fn taps(&self, dims: usize, values: &[i64]) -> PerAxis<Taps> {
        PerAxis::from_fn(dims, |axis| {
            let shifted = |first| Taps {
                first,
                count: 1,
                step: 1,
            };
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

/// Positions in a box: rows along the last axis, one after the other, each in words of its own.
#[derive(Clone)]
struct Bits {
    /// First position and the one after the last, per axis.
    ends: PerAxis<(i64, i64)>,
    /// Words of a row.
    words: usize,
    bits: Vec<u64>,
}

impl Bits {
    /// None of them; `None` where the box is too large.
    fn new(ends: PerAxis<(i64, i64)>) -> Option<Self> {
        let dims = ends.len();
        let extent = |axis: usize| ends[axis].1 - ends[axis].0;
        let words = (extent(dims - 1) + 63) / 64;
        let rows = (0..dims - 1).map(extent).fold(1, i64::saturating_mul);
        let all = Some(rows.saturating_mul(words)).filter(|&all| all <= MOST_WORDS)?;
        Some(Self {
            ends,
            words: usize::try_from(words).ok()?,
            bits: vec![0; usize::try_from(all).ok()?],
        })
    }

    /// Adds what another box, which lies within this one, holds.
    fn add(&mut self, other: &Self) {
        let last = self.ends.len() - 1;
        // The rows of up to two axes before the last.
        let outer = |axis: usize| {
            if axis < last {
                (other.ends[axis], self.ends[axis])
            } else {
                ((0, 1), (0, 1))
            }
        };
        let ((own_0, all_0), (own_1, all_1)) = (outer(0), outer(1));
        let by = index(other.ends[last].0 - self.ends[last].0);
        let mut from = other.bits.chunks_exact(other.words);
        for place_0 in own_0.0..own_0.1 {
            for place_1 in own_1.0..own_1.1 {
                let row = (place_0 - all_0.0) * (all_1.1 - all_1.0) + place_1 - all_1.0;
                let start = index(row) * self.words;
                if let Some(row) = from.next() {
                    or_shifted(&mut self.bits[start..start + self.words], row, by);
                }
            }
        }
    }

    /// What windows with these positions as outputs read, with filled kernels or with their own taps.
    fn spread(mut self, taps: &PerAxis<Taps>, is_filled: bool) -> Option<Self> {
        for axis in 0..taps.len() {
            let Taps { first, count, step } = taps[axis];
            self.ends = self.moved(axis, first);
            let (count, step) = if is_filled {
                ((count - 1) * step + 1, 1)
            } else {
                (count, step)
            };
            // Doubling: after each round there are `done` copies.
            let mut done = 1;
            while done < count {
                let more = done.min(count - done);
                let mut ends = self.ends;
                ends[axis].1 += more * step;
                let mut both = Self::new(ends)?;
                both.add(&self);
                self.ends = self.moved(axis, more * step);
                both.add(&self);
                self = both;
                done += more;
            }
        }
        Some(self)
    }

    fn moved(&self, axis: usize, by: i64) -> PerAxis<(i64, i64)> {
        let mut ends = self.ends;
        ends[axis] = (ends[axis].0 + by, ends[axis].1 + by);
        ends
    }
}

/// Adds the bits of a row to another, so many further up; all have room there.
fn or_shifted(row: &mut [u64], more: &[u64], by: usize) {
    let (words, bits) = (by / 64, by % 64);
    for (at, &word) in more.iter().enumerate().filter(|(_, word)| **word != 0) {
        row[at + words] |= word << bits;
        let over = word.checked_shr(64 - u32::try_from(bits).unwrap_or(0));
        if let Some(over) = over.filter(|over| *over != 0) {
            row[at + words + 1] |= over;
        }
    }
}

fn index(place: i64) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

#[cfg(all(test, feature = "toml"))]
mod tests {
    use super::*;
    use crate::config::parse;
    use crate::network::Knob;
    use crate::planner::tune::candidate::{Candidates, knob_of};

    /// Of every network that PyTorch recorded, with its dilations as they are and with others: the answer of the walk through the network.
    #[test]
    fn a_hole_is_seen_where_the_walk_finds_one() {
        let (mut free, mut holed) = (0, 0);
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
                            let before = Runs::new(candidates.network);
                            let sieve = Sieve::new(
                                candidates.network,
                                &before,
                                (end, None),
                                &knob_of(&knobs),
                            );
                            let seen = sieve.and_then(|sieve| sieve.has_hole(&values));
                            if let Some(has_hole) = seen {
                                let is_free = runs.is_free_of_gridding(end, None);
                                assert_eq!(is_free, Some(!has_hole), "{values:?} {end:?} {text}");
                                *(if has_hole { &mut holed } else { &mut free }) += 1;
                            }
                        }
                    });
                }
            }
        }
        assert!(free > 100 && holed > 100, "{free} {holed}");
    }
}
