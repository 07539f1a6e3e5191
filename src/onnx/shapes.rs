//! The numbers of operators that cut, join and turn tensors, whether they are attributes or inputs.

use num_integer::Integer;

use crate::network::volume;
use crate::trace::{Value, index};

use super::model::Node;

fn list(node: &Node, inputs: &[Option<&Value>], name: &str, at: usize) -> Option<Vec<i64>> {
    match inputs.get(at).copied().flatten() {
        Some(value) => value.fixed()?.whole(),
        None => node.ints(name).map(<[i64]>::to_vec),
    }
}

/// Whether an input was given whose elements are not known.
fn is_unknown(inputs: &[Option<&Value>], at: usize) -> bool {
    let value = inputs.get(at).copied().flatten();
    value.is_some_and(|value| value.fixed().and_then(|f| f.data.as_ref()).is_none())
}

/// Of each axis the first entry, the step, and the number of entries that a `Slice` takes.
pub(super) fn slice_ranges(
    node: &Node,
    inputs: &[Option<&Value>],
    shape: &[i64],
) -> Option<Vec<(i64, i64, i64)>> {
    let mut ranges: Vec<(i64, i64, i64)> = shape.iter().map(|&n| (0, 1, n)).collect();
    let (starts, ends) = (
        list(node, inputs, "starts", 1)?,
        list(node, inputs, "ends", 2)?,
    );
    if is_unknown(inputs, 3) || is_unknown(inputs, 4) || starts.len() != ends.len() {
        return None;
    }
    let axes = list(node, inputs, "axes", 3);
    let steps = list(node, inputs, "steps", 4);
    for (at, (&start, &end)) in starts.iter().zip(&ends).enumerate() {
        let axis = match &axes {
            Some(axes) => index(*axes.get(at)?, shape.len())?,
            None => at,
        };
        let size = *shape.get(axis)?;
        let step = steps.as_ref().map_or(Some(1), |s| s.get(at).copied())?;
        let from_end = |x: i64| if x < 0 { x.saturating_add(size) } else { x };
        if step == 0 || step == i64::MIN {
            return None;
        }
        let (low, high) = if step > 0 { (0, size) } else { (-1, size - 1) };
        let [start, end] = [start, end].map(|x| from_end(x).clamp(low, high));
        let span = ((end - start) * step.signum()).max(0);
        ranges[axis] = (start, step, Integer::div_ceil(&span, &step.abs()));
    }
    Some(ranges)
}

/// The shape that a `Reshape`, `Flatten`, `Squeeze` or `Unsqueeze` gives.
pub(super) fn new_shape(node: &Node, inputs: &[Option<&Value>], shape: &[i64]) -> Option<Vec<i64>> {
    let product = |sizes: &[i64]| volume(sizes.iter().copied());
    match node.op.as_str() {
        "Flatten" => {
            let axis = clamped(node.int("axis").unwrap_or(1), shape.len());
            Some(vec![product(&shape[..axis])?, product(&shape[axis..])?])
        }
        "Reshape" => {
            let mut wanted = list(node, inputs, "shape", 1)?;
            let keeps_zero = node.int("allowzero") == Some(1);
            for (at, size) in wanted.iter_mut().enumerate() {
                if *size == 0 && !keeps_zero {
                    *size = *shape.get(at)?;
                }
            }
            let all = product(shape)?;
            if let Some(open) = wanted.iter().position(|&size| size == -1) {
                wanted[open] = 1;
                let others = product(&wanted)?;
                if others < 1 || all % others != 0 {
                    return None;
                }
                wanted[open] = all / others;
            }
            let fits = wanted.iter().all(|&size| size >= 0) && product(&wanted) == Some(all);
            fits.then_some(wanted)
        }
        "Squeeze" => {
            if is_unknown(inputs, 1) {
                return None;
            }
            let axes = match list(node, inputs, "axes", 1) {
                Some(axes) => axes
                    .iter()
                    .map(|&a| index(a, shape.len()))
                    .collect::<Option<Vec<_>>>()?,
                None => (0..shape.len()).filter(|&at| shape[at] == 1).collect(),
            };
            if axes.iter().any(|&at| shape[at] != 1) {
                return None;
            }
            let kept = (0..shape.len()).filter(|at| !axes.contains(at));
            Some(kept.map(|at| shape[at]).collect())
        }
        "Unsqueeze" => {
            let axes = list(node, inputs, "axes", 1)?;
            let rank = shape.len() + axes.len();
            let axes = axes
                .iter()
                .map(|&a| index(a, rank))
                .collect::<Option<Vec<_>>>()?;
            let mut old = shape.iter();
            let sizes = (0..rank).map(|at| {
                if axes.contains(&at) {
                    Some(1)
                } else {
                    old.next().copied()
                }
            });
            sizes.collect()
        }
        _ => None,
    }
}

pub(super) fn order(node: &Node, rank: usize) -> Option<Vec<usize>> {
    let Some(order) = node.ints("perm") else {
        return Some((0..rank).rev().collect());
    };
    let order: Vec<usize> = order
        .iter()
        .map(|&a| index(a, rank))
        .collect::<Option<_>>()?;
    let is_whole = order.len() == rank && (0..rank).all(|axis| order.contains(&axis));
    is_whole.then_some(order)
}

/// How many entries each output of a `Split` has.
pub(super) fn split_sizes(
    node: &Node,
    inputs: &[Option<&Value>],
    length: usize,
) -> Option<Vec<usize>> {
    if is_unknown(inputs, 1) {
        return None;
    }
    if let Some(sizes) = list(node, inputs, "split", 1) {
        return sizes.iter().map(|&n| usize::try_from(n).ok()).collect();
    }
    let parts = node.outputs.len().max(1);
    let each = length.div_ceil(parts);
    let sizes = (0..parts).map(|part| length.saturating_sub(part * each).min(each));
    Some(sizes.collect())
}

/// The axes that a reduction removes, in rising order.
pub(super) fn reduced_axes(
    node: &Node,
    inputs: &[Option<&Value>],
    rank: usize,
) -> Option<Vec<usize>> {
    if is_unknown(inputs, 1) {
        return None;
    }
    let axes = list(node, inputs, "axes", 1).unwrap_or_default();
    if axes.is_empty() {
        let none = node.int("noop_with_empty_axes") == Some(1);
        return Some(if none {
            Vec::new()
        } else {
            (0..rank).collect()
        });
    }
    let mut axes: Vec<usize> = axes
        .iter()
        .map(|&a| index(a, rank))
        .collect::<Option<_>>()?;
    axes.sort_unstable();
    axes.dedup();
    Some(axes)
}

/// An index that may be counted from the end, held inside of a list.
pub(super) fn clamped(at: i64, length: usize) -> usize {
    let rank = i64::try_from(length).unwrap_or(i64::MAX);
    let at = if at < 0 { at.saturating_add(rank) } else { at };
    usize::try_from(at.clamp(0, rank)).unwrap_or(0)
}
