//! Receptive fields: how far apart the first and last tap lie.

use std::ops::Range;
use std::rc::Rc;

use crate::network::{AxisOp, MAX_PHASES, MapId, Network, Op, PerAxis, around_both};

use super::error::FootprintError;
use super::sum::Propagate;
use super::taps::span;
use super::walk::{Filled, Walk, is_left_out};

/// Unclipped receptive field of `to` on `from`, in positions of `from` per axis: the largest over output phases.
///
/// `None` where a global pool lies between: it sees everything.
#[must_use]
pub fn receptive_field(network: &Network, from: MapId, to: MapId) -> Option<PerAxis<i64>> {
    if network.passes_global_pool(from, to) {
        return None;
    }
    receptive_field_beside_pools(network, from, to)
}

/// The same of all ways but those through a global pool. `None` where only such ways lead to `to`.
#[must_use]
pub fn receptive_field_beside_pools(
    network: &Network,
    from: MapId,
    to: MapId,
) -> Option<PerAxis<i64>> {
    network.facts(to).position?;
    let stop = |map: MapId| map == from || is_left_out(network, to, map);
    let walk = Walk {
        network,
        clip: false,
        filled: Filled::All,
        stop: &stop,
        covering: None,
    };
    let start = output_phases(network, from, to)
        .into_iter()
        .map(|phases| AxisEnds::new(phases.range.map(|o| Some((o, o))).collect()));
    let start = Ends(start.collect());
    let reached = walk.from(to, start).ok()?;
    let seen = reached.get(&from);
    Some(PerAxis::from_fn(network.dims, |axis| {
        seen.map_or(0, |ends| ends.0[axis].longest())
    }))
}

/// The same along each axis; `None` along one along which everything comes through a global pool.
#[must_use]
pub fn seen_beside_pools(network: &Network, from: MapId, to: MapId) -> PerAxis<Option<i64>> {
    let pooled = network.facts(to).pooled;
    let seen = receptive_field_beside_pools(network, from, to);
    PerAxis::from_fn(network.dims, |axis| {
        seen.map(|seen| seen[axis]).filter(|_| !pooled[axis])
    })
}

/// Output positions along an axis that stand for all of a map.
pub(super) struct OutputPhases {
    pub range: Range<i64>,
    /// Whether they are all that there are, as no pattern repeats: each is looked at where it lies.
    pub are_all: bool,
}

/// Positions of a map, per axis, that stand for all of it where it is looked at from an earlier map.
pub(super) fn output_phases(network: &Network, from: MapId, to: MapId) -> Vec<OutputPhases> {
    let slice = network.slice(from, to, |_, _| true);
    let layers = slice.iter().filter_map(|&map| network.writer(map));
    let layers: Vec<&Op> = layers.map(|layer| &layer.op).collect();
    let axes = 0..network.dims;
    axes.map(|axis| phases(network, to, axis, &layers))
        .collect()
}

/// Output positions that stand for all of a map. Where a resize has another ratio than its resolutions (33 positions made 65), no pattern
/// repeats within few: then all of the map, or as many as there may be phases, from its middle.
fn phases(network: &Network, map: MapId, axis: usize, layers: &[&Op]) -> OutputPhases {
    let facts = network.facts(map);
    let uneven = |op: &&Op| matches!(op.axes[axis], AxisOp::Resize(resize) if resize.is_uneven());
    if let Some(size) = facts.size.filter(|_| layers.iter().any(uneven)) {
        let first = (size[axis] - MAX_PHASES).max(0) / 2;
        return OutputPhases {
            range: first..(first + MAX_PHASES).min(size[axis]),
            are_all: size[axis] <= MAX_PHASES,
        };
    }
    let periods = facts
        .position
        .iter()
        .flat_map(|p| p.iter().map(|p| p.period));
    OutputPhases {
        range: 0..periods.max().unwrap_or(1),
        are_all: false,
    }
}

/// First and last position that each output phase reads, per axis; nothing is held of what lies between.
#[derive(Clone)]
struct Ends(Vec<AxisEnds>);

/// First and last positions along an axis, one pair an output phase. A window moves all pairs alike: that is held beside them, so that
/// a window costs the same for one phase and for thousands.
#[derive(Clone)]
struct AxisEnds {
    /// `None` for a phase that reads nothing.
    pairs: Rc<Vec<Option<(i64, i64)>>>,
    scale: i64,
    low: i64,
    high: i64,
}

impl AxisEnds {
    fn new(pairs: Vec<Option<(i64, i64)>>) -> Self {
        Self {
            pairs: Rc::new(pairs),
            scale: 1,
            low: 0,
            high: 0,
        }
    }

    /// Each pair as it is now.
    fn each(&self) -> impl Iterator<Item = Option<(i64, i64)>> {
        let Self {
            scale, low, high, ..
        } = *self;
        let moved = move |(a, b): (i64, i64)| (a * scale + low, b * scale + high);
        self.pairs.iter().map(move |pair| pair.map(moved))
    }

    /// Positions from first to last, of the phase that reads furthest.
    fn longest(&self) -> i64 {
        let lengths = self.each().flatten().map(|(a, b)| b - a + 1);
        lengths.max().unwrap_or(0).max(0)
    }

    fn through(&self, op: &AxisOp) -> Self {
        match op {
            AxisOp::Window(window) => {
                let stride = i64::from(window.stride);
                Self {
                    pairs: Rc::clone(&self.pairs),
                    scale: self.scale * stride,
                    low: self.low * stride - window.low,
                    high: self.high * stride - window.low + window.extent() - 1,
                }
            }
            AxisOp::Crop(crop) => Self {
                low: self.low + crop.drift,
                high: self.high + crop.drift,
                ..self.clone()
            },
            AxisOp::Pad(pad) => Self {
                low: self.low - pad.low,
                high: self.high - pad.low,
                ..self.clone()
            },
            AxisOp::Same => self.clone(),
            AxisOp::Transposed(_) | AxisOp::Resize(_) | AxisOp::Bins(_) | AxisOp::Everything => {
                let read = |pair: Option<(i64, i64)>| pair.and_then(|(a, b)| resampled(op, a, b));
                Self::new(self.each().map(read).collect())
            }
        }
    }

    fn join(&mut self, other: &Self) {
        // Of pairs that were moved by the same scale, the outermost shifts are those of all.
        if Rc::ptr_eq(&self.pairs, &other.pairs) && self.scale == other.scale {
            self.low = self.low.min(other.low);
            self.high = self.high.max(other.high);
            return;
        }
        let pairs = self.each().zip(other.each());
        *self = Self::new(pairs.map(|(one, other)| hull(one, other)).collect());
    }
}

impl Propagate for Ends {
    fn through(self, op: &Op, _: Option<&[i64]>, _: bool) -> Result<Self, FootprintError> {
        let axes = self.0.iter().zip(op.axes.iter());
        Ok(Self(axes.map(|(ends, op)| ends.through(op)).collect()))
    }

    fn join(&mut self, other: Self) -> Result<(), FootprintError> {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            mine.join(theirs);
        }
        Ok(())
    }
}

/// From the first position of two stretches to the last.
fn hull(one: Option<(i64, i64)>, other: Option<(i64, i64)>) -> Option<(i64, i64)> {
    match (one, other) {
        (Some(one), Some(other)) => Some(around_both(one, other)),
        (one, other) => one.or(other),
    }
}

/// First and last position that the outputs `first..=last` of a layer with phases read.
fn resampled(op: &AxisOp, first: i64, last: i64) -> Option<(i64, i64)> {
    let AxisOp::Transposed(layer) = op else {
        return match op {
            AxisOp::Everything => None,
            _ => Some(span(op, first, last, None)),
        };
    };
    let stride = i64::from(layer.stride);
    if last - first + 1 >= stride {
        // Every phase is among them: the last tap of the first output that has it, the first tap of the last.
        let span = (i64::from(layer.kernel) - 1) * i64::from(layer.dilation);
        let low = -(span - first - layer.low).div_euclid(stride);
        return Some((low, (last + layer.low).div_euclid(stride)));
    }
    let read = |o: i64| {
        let taps = layer.phase(o.rem_euclid(stride));
        let place = o.div_euclid(stride) + taps.first;
        (taps.taps > 0).then_some((place + (taps.taps - 1) * taps.step, place))
    };
    (first..=last).filter_map(read).reduce(around_both)
}
