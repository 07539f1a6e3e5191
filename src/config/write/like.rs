//! Maps whose size a layer takes, where numbers do not say it.

use crate::config::layer::{apart, nominal};
use crate::network::{AxisOp, Bins, Crop, Factor, Kernel, MapId, Network, OpKind, Resize, Stride};

/// Whether each position reads itself and the map keeps its size.
pub(super) fn is_identity(op: &AxisOp) -> bool {
    match op {
        AxisOp::Same => true,
        AxisOp::Window(w) => {
            w.kernel == Kernel::ONE && w.stride == Stride::ONE && (w.low, w.high) == (0, 0)
        }
        AxisOp::Pad(pad) => (pad.low, pad.high) == (0, 0),
        AxisOp::Crop(crop) => (crop.low, crop.drift) == (0, 0),
        AxisOp::Resize(r) => {
            *r.nominal.numer() == *r.nominal.denom() && r.sizes.is_none_or(|(a, b)| a == b)
        }
        AxisOp::Bins(Bins { from, to }) => from == to,
        AxisOp::Transposed(_) | AxisOp::Everything => false,
    }
}

/// The whole factor by which a resize grows a map.
pub(super) fn factor(resize: &Resize) -> Option<i64> {
    let (numer, factor) = (*resize.nominal.numer(), *resize.nominal.denom());
    let is_sized = resize
        .sizes
        .is_none_or(|(from, to)| from.checked_mul(factor) == Some(to));
    let fits = numer == 1 && is_sized && Factor::new(i128::from(factor)).is_ok();
    fits.then_some(factor)
}

/// The map whose size a layer must be said to take, where numbers do not say it; among those that the layers before it write.
pub(super) fn like(network: &Network, layer: usize) -> Option<MapId> {
    let own = &network.layers[layer];
    let here = network.facts(*own.inputs.first()?);
    let to = network.facts(MapId(layer + 1));
    let is_needed = match own.op.kind {
        OpKind::Upsample => own.op.axes.iter().enumerate().any(|(axis, op)| match op {
            AxisOp::Resize(r) if factor(r).is_none() => match (r.sizes, here.along(axis)) {
                (Some((from, to)), Some(position)) => {
                    to >= from && nominal(Some(position), from, to) != r.nominal
                }
                (Some(_), None) => false,
                (None, _) => true,
            },
            _ => false,
        }),
        OpKind::Crop => own.op.axes.iter().any(|op| match op {
            AxisOp::Crop(crop) => crop.size.is_none() || crop.drift != crop.low,
            _ => false,
        }),
        _ => false,
    };
    if !is_needed {
        return None;
    }
    let fits = |map: &MapId| {
        let there = network.facts(*map);
        let along = |axis: usize| match own.op.axes[axis] {
            AxisOp::Resize(r) => match (here.along(axis), there.along(axis)) {
                (Some(a), Some(b)) => {
                    let nominal = num_rational::Ratio::new(
                        i128::from(*r.nominal.numer()),
                        i128::from(*r.nominal.denom()),
                    );
                    b.jump == a.jump * nominal
                }
                _ => here.along(axis).is_none(),
            },
            AxisOp::Crop(Crop { low, drift, size }) => {
                let cut = here.size.map(|n| n[axis]).zip(size);
                let centre = cut.map_or(0, |(n, m)| (n - m).div_euclid(2));
                (low, drift) == (centre, apart(here.along(axis), there.along(axis), low))
            }
            _ => here.along(axis).map(|p| p.jump) == there.along(axis).map(|p| p.jump),
        };
        there.size == to.size && (0..network.dims).all(along)
    };
    let is_end = |map: &MapId| network.stages.iter().any(|stage| stage.output == *map);
    let maps = || (0..=layer).rev().map(MapId).filter(&fits);
    maps().find(is_end).or_else(|| maps().next())
}
