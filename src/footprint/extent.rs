//! Receptive fields: how far apart the first and last tap lie.

use crate::network::{AxisOp, MapId, Network, Op, OpKind, PerAxis};

use super::error::FootprintError;
use super::taps::ends;
use super::walk::{Propagate, Walk};

/// Unclipped receptive field of `to` on `from`, in positions of `from` per axis: the largest over output phases.
///
/// `None` where a global pool lies between: it sees everything.
#[must_use]
pub fn receptive_field(network: &Network, from: MapId, to: MapId) -> Option<PerAxis<i64>> {
    if network.facts(to).position.is_none() || passes_global_pool(network, from, to) {
        return None;
    }
    let stop = |map: MapId| map == from;
    let walk = Walk {
        network,
        clip: false,
        dense: true,
        stop: &stop,
        dominant: None,
    };
    let phases = network
        .facts(to)
        .position
        .map_or(1, |p| p.iter().map(|p| p.period).max().unwrap_or(1));
    let mut field = PerAxis::splat(network.dims, 0);
    for phase in 0..phases {
        let start = Box(PerAxis::splat(network.dims, Some((phase, phase))));
        let reached = walk.from(to, start).ok()?;
        let Some(seen) = reached.get(&from) else {
            continue;
        };
        for axis in 0..network.dims {
            let extent = seen.0[axis].map_or(0, |(a, b)| b - a + 1);
            field[axis] = field[axis].max(extent);
        }
    }
    Some(field)
}

/// Whether a global pool lies on a way from `to` back to `from`.
#[must_use]
pub fn passes_global_pool(network: &Network, from: MapId, to: MapId) -> bool {
    let mut seen = vec![false; to.0 + 1];
    let mut open = vec![to];
    while let Some(map) = open.pop() {
        if map <= from || std::mem::replace(&mut seen[map.0], true) {
            continue;
        }
        if let Some(layer) = network.writer(map) {
            if layer.op.kind == OpKind::GlobalPool {
                return true;
            }
            open.extend(&layer.inputs);
        }
    }
    false
}

/// First and last position read, per axis; nothing is held of what lies between.
#[derive(Clone, Copy)]
struct Box(PerAxis<Option<(i64, i64)>>);

impl Propagate for Box {
    fn through(&self, op: &Op, _: Option<&[i64]>, _: bool) -> Result<Self, FootprintError> {
        Ok(Self(PerAxis::from_fn(self.0.len(), |axis| {
            let (first, last) = self.0[axis]?;
            through(&op.axes[axis], first, last)
        })))
    }

    fn join(&mut self, other: Self) -> Result<(), FootprintError> {
        for (mine, theirs) in self.0.iter_mut().zip(other.0.iter()) {
            *mine = match (*mine, *theirs) {
                (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
                (one, other) => one.or(other),
            };
        }
        Ok(())
    }
}

fn through(op: &AxisOp, first: i64, last: i64) -> Option<(i64, i64)> {
    match op {
        AxisOp::Window(w) => {
            let stride = i64::from(w.stride);
            Some((
                first * stride - w.low,
                last * stride - w.low + w.extent() - 1,
            ))
        }
        AxisOp::Transposed(layer) => {
            // The first and last positions that any output between reads: within a period of each end.
            let period = i64::from(layer.stride);
            let read = |o: i64| {
                let taps = layer.phase(o.rem_euclid(period), false);
                let place = o.div_euclid(period) + taps.first;
                (taps.taps > 0).then_some((place + (taps.taps - 1) * taps.step, place))
            };
            let low = (first..=last.min(first + period))
                .filter_map(read)
                .map(|r| r.0)
                .min()?;
            let high = (first.max(last - period)..=last)
                .filter_map(read)
                .map(|r| r.1)
                .max()?;
            Some((low, high))
        }
        AxisOp::Resize(_) | AxisOp::Crop(_) => {
            Some((ends(op, first, None).0, ends(op, last, None).1))
        }
        AxisOp::Same => Some((first, last)),
        AxisOp::Everything => None,
    }
}
