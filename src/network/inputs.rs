//! Sizes that are known without the input's, and the inputs for which merged maps agree.
//!
//! Behind a global pool a map has one position whatever the input, and the layers after it change that number as they do any other. A merge
//! repeats a single position. Any other number has to be that of the maps beside it, whose sizes follow the input's: they have it for
//! some inputs, or for none.

use super::axes::{Along, PerAxis};
use super::graph::{Layer, MapFacts, MapId};
use super::op::AxisOp;
use super::quantity::MAX_SIZE;
use super::shape::ShapeError;

/// Sizes of the input along an axis, first and last.
pub(super) type Inputs = (i64, i64);

/// Inputs of any size.
pub(super) const ANY: Inputs = (1, MAX_SIZE - 1);

/// Longest way back to the input on which sizes are followed.
const MOST_LAYERS: usize = 4_096;

/// What a layer makes of `n` positions behind a global pool, or of any map where it is one; `None` where that is not known.
pub(super) fn fixed(op: &AxisOp, axis: Along, n: Option<i64>) -> Result<Option<i64>, ShapeError> {
    match (op, n) {
        (AxisOp::Everything, _) => Ok(Some(1)),
        // As large as another map, whose size follows the input's.
        (AxisOp::Crop(crop), _) if crop.size.is_none() => Ok(None),
        (AxisOp::Resize(resize), Some(n)) if resize.sizes.is_none() => {
            // Behind a pool the ratio to another map's size is 1, too.
            let (numer, denom) = resize.nominal.into_raw();
            Ok((numer != denom).then_some(n * denom / numer))
        }
        (_, Some(n)) => output_size(op, axis, n).map(Some),
        (_, None) => Ok(None),
    }
}

/// Refuses merged maps whose sizes differ for every input. Otherwise what they say of the merged map's sizes, as [`MapFacts::fixed`], and
/// of some inputs those for which they agree.
pub(super) fn fitted(
    layers: &[Layer],
    maps: &[MapFacts],
    merged: &[MapId],
    mut inputs: PerAxis<Inputs>,
) -> Result<(PerAxis<Option<i64>>, PerAxis<Inputs>), ShapeError> {
    let dims = inputs.len();
    let mut fixed = PerAxis::splat(dims, None);
    for axis in 0..dims {
        let sizes = merged.iter().map(|map| maps[map.0].fixed[axis]);
        let mut wide = sizes.clone().flatten().filter(|size| *size > 1);
        let first = wide.next();
        if let Some(size) = first
            && let Some(other) = wide.find(|other| *other != size)
        {
            return Err(ShapeError::SizesDiffer(size.to_string(), other.to_string()));
        }
        match merged.iter().find(|map| !maps[map.0].pooled[axis]) {
            None => fixed[axis] = first.or_else(|| sizes.min().flatten()),
            Some(&beside) => {
                if let Some(size) = first
                    && let Some(ops) = ops_before(layers, maps, beside, axis)
                {
                    let along = Along { dims, axis };
                    inputs[axis] = inputs_of_size(&ops, along, size, inputs[axis])?;
                }
            }
        }
    }
    Ok((fixed, inputs))
}

/// The inputs, of some, for which layers along an axis, the last one first, give `size` positions.
fn inputs_of_size(
    ops: &[AxisOp],
    axis: Along,
    size: i64,
    (first, last): Inputs,
) -> Result<Inputs, ShapeError> {
    // No layer gives fewer positions for more.
    let from = least_passing(first, last + 1, |n| n > last || size_on(ops, n) >= size);
    let to = least_passing(from, last + 1, |n| n > last || size_on(ops, n) > size);
    if from < to {
        return Ok((from, to - 1));
    }
    let near = [from - 1, from].into_iter();
    let near = near.filter(|n| (first..=last).contains(n));
    let closest = near
        .map(|n| size_on(ops, n))
        .filter(|&near| near > 0)
        .min_by_key(|near| (near - size).abs());
    Err(ShapeError::NeverAlike {
        axis,
        size,
        closest: closest.unwrap_or(0),
    })
}

/// What lies between the input and a map along an axis, the last layer first; `None` where sizes cannot be followed.
fn ops_before(
    layers: &[Layer],
    maps: &[MapFacts],
    mut map: MapId,
    axis: usize,
) -> Option<Vec<AxisOp>> {
    let mut ops = Vec::new();
    for _ in 0..MOST_LAYERS {
        let Some(index) = map.layer() else {
            return Some(ops);
        };
        let layer = &layers[index];
        let op = layer.op.axes[axis];
        let follows = match op {
            AxisOp::Resize(resize) => resize.sizes.is_some(),
            AxisOp::Crop(crop) => crop.size.is_some(),
            _ => true,
        };
        if !follows || maps[map.0].unsure_after.is_some() {
            return None;
        }
        if op != AxisOp::Same {
            ops.push(op);
        }
        let mut inputs = layer.inputs.iter().copied();
        map = inputs.find(|input| !maps[input.0].pooled[axis])?;
    }
    None
}

/// The size of a map on an input of `n` positions: 0 where it shrinks below 1, the limit where it passes it.
fn size_on(ops: &[AxisOp], n: i64) -> i64 {
    let mut size = n;
    for op in ops.iter().rev() {
        size = match op.output_size(size) {
            Some(size) if size >= MAX_SIZE => return MAX_SIZE,
            Some(size) if size >= 1 => size,
            _ => return 0,
        };
    }
    size
}

/// The size of what a layer makes of `n` positions along an axis.
pub(super) fn output_size(op: &AxisOp, axis: Along, n: i64) -> Result<i64, ShapeError> {
    match op.output_size(n) {
        Some(size) if size >= MAX_SIZE => Err(ShapeError::TooLarge(size)),
        Some(size) if size >= 1 => Ok(size),
        _ => {
            if let AxisOp::Pad(pad) = op {
                let most = pad.most(n).unwrap_or(0);
                let (mode, padding) = (pad.mode.name(), pad.low.max(pad.high));
                return Err(ShapeError::PadTooWide {
                    axis,
                    mode,
                    padding,
                    most,
                });
            }
            let needs = match op {
                AxisOp::Window(w) => w.extent() - w.low - w.high,
                AxisOp::Crop(crop) => crop.low.max(0) + crop.size.unwrap_or(1),
                _ => n + 1,
            };
            Err(ShapeError::Shrinks {
                axis,
                size: n,
                needs,
            })
        }
    }
}

/// The least number from `low` to `high` that passes, found by halving: what passes stays passing as it grows, and `high` does.
pub(crate) fn least_passing(
    mut low: i64,
    mut high: i64,
    mut passes: impl FnMut(i64) -> bool,
) -> i64 {
    while low < high {
        let middle = i64::midpoint(low, high);
        if passes(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}
