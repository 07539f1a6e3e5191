//! Stride-1 windows over a dense array of path weights, in its own memory: large arrays cost more to fetch from the system than to add up.

use ndarray::{ArrayD, IxDyn};

use crate::network::{AxisOp, Op, Stride, Window, taps};

use super::bits::to_index;
use super::error::FootprintError;
use super::product::cells;

/// The windows of an operation, where all its axes are windows of stride 1.
pub(crate) fn plain_windows(op: &Op) -> Option<Vec<Window>> {
    let window = |axis: &AxisOp| match axis {
        AxisOp::Window(window) if window.stride == Stride::ONE => Some(*window),
        _ => None,
    };
    op.axes.iter().map(window).collect()
}

/// Weights of what an array's positions read through windows, from `first` on, on a map of size `size` where that is known.
pub(crate) fn spread(
    first: &mut [i64],
    values: ArrayD<f64>,
    windows: &[Window],
    size: Option<&[i64]>,
) -> Result<ArrayD<f64>, FootprintError> {
    let old = values.shape().to_vec();
    let mut shape = old.clone();
    for (axis, window) in windows.iter().enumerate() {
        shape[axis] += to_index(window.extent() - 1);
        first[axis] -= window.low;
    }
    let count = cells(shape.iter().map(|&n| i64::try_from(n).unwrap_or(i64::MAX)))?;
    let (mut flat, offset) = values.into_raw_vec_and_offset();
    if offset.unwrap_or(0) != 0 || flat.len() != old.iter().product::<usize>() {
        return Err(FootprintError::TooLarge { cells: count });
    }
    flat.resize(to_index(count), 0.0);
    let zero = vec![0; shape.len()];
    move_rows(&mut flat, &old, &shape, &zero, true);
    for (axis, window) in windows.iter().enumerate() {
        let (count, step) = taps(window.kernel, window.dilation, false);
        if count > 1 {
            along(&mut flat, &shape, axis, to_index(count), to_index(step));
        }
    }
    if let Some(size) = size {
        shape = clip(&mut flat, &shape, first, size);
    }
    ArrayD::from_shape_vec(IxDyn(&shape), flat)
        .map_err(|_| FootprintError::TooLarge { cells: count })
}

/// Moves rows within one memory: from a box to a larger one that begins at the same place (`grow`), or from a box to a part of it that
/// begins at `skip`. What a larger box has more is set to zero.
fn move_rows(flat: &mut [f64], from: &[usize], to: &[usize], skip: &[usize], grow: bool) {
    let last = from.len() - 1;
    let small = if grow { from } else { to };
    let rows: usize = small[..last].iter().product();
    let place = |row: usize, shape: &[usize], skip: &[usize]| {
        let (mut rest, mut index, mut stride) = (row, 0, 1);
        for axis in (0..last).rev() {
            index += (rest % small[axis] + skip[axis]) * stride;
            rest /= small[axis];
            stride *= shape[axis];
        }
        index * shape[last] + skip[last]
    };
    let none = vec![0; from.len()];
    let width = small[last];
    let mut one = |row: usize, end: &mut usize| {
        let source = place(row, from, skip);
        let target = place(row, to, &none);
        flat.copy_within(source..source + width, target);
        if grow {
            // Upward from the end: nothing that is still to be moved lies behind the row.
            flat[target + width..*end].fill(0.0);
            *end = target;
        }
    };
    let mut end = to.iter().product();
    if grow {
        (0..rows).rev().for_each(|row| one(row, &mut end));
    } else {
        (0..rows).for_each(|row| one(row, &mut end));
    }
}

/// Every position plus every one of `0, step, …` along an axis, weights added; room for them is there.
fn along(flat: &mut [f64], shape: &[usize], axis: usize, taps: usize, step: usize) {
    let inner: usize = shape[axis + 1..].iter().product();
    let n = shape[axis];
    if inner == 1 {
        let mut line = vec![0.0; n];
        for row in flat.chunks_exact_mut(n) {
            line.copy_from_slice(row);
            for tap in 1..taps {
                let shift = tap * step;
                for (cell, value) in row[shift..].iter_mut().zip(&line) {
                    *cell += value;
                }
            }
        }
        return;
    }
    for block in flat.chunks_exact_mut(n * inner) {
        // From the end: what is added was not changed yet.
        for index in (1..n).rev() {
            let (before, here) = block.split_at_mut(index * inner);
            for tap in 1..taps {
                let Some(source) = index.checked_sub(tap * step) else {
                    break;
                };
                let source = &before[source * inner..(source + 1) * inner];
                for (cell, value) in here[..inner].iter_mut().zip(source) {
                    *cell += value;
                }
            }
        }
    }
}

/// Cuts an array to a map; the shape that is left.
fn clip(flat: &mut Vec<f64>, shape: &[usize], first: &mut [i64], size: &[i64]) -> Vec<usize> {
    let mut skip = vec![0; shape.len()];
    let mut left = shape.to_vec();
    for axis in 0..shape.len() {
        let end = first[axis] + i64::try_from(shape[axis]).unwrap_or(i64::MAX);
        let (low, high) = (first[axis].max(0), end.min(size[axis]));
        skip[axis] = to_index((low - first[axis]).max(0));
        left[axis] = to_index((high - low).max(0));
        first[axis] = low;
    }
    if left != shape {
        if left.iter().all(|&n| n > 0) {
            move_rows(flat, shape, &left, &skip, false);
        }
        flat.truncate(left.iter().product());
    }
    left
}

#[cfg(test)]
mod tests {
    use crate::footprint::PathWeights;
    use crate::network::{AxisOp, Dilation, Kernel, Op, OpKind, PerAxis, Stride, Window};

    /// Against products of axes, which do not use it.
    #[test]
    fn as_products_do() {
        let window = |kernel, dilation, low| {
            AxisOp::Window(Window {
                kernel: Kernel::new(kernel).unwrap(),
                stride: Stride::ONE,
                dilation: Dilation::new(dilation).unwrap(),
                low,
                high: low,
                ceil: false,
            })
        };
        for dims in 1..=3 {
            let kinds = [window(3, 2, 1), window(2, 3, 0), window(1, 1, 0)];
            let op = Op {
                kind: OpKind::Conv,
                axes: PerAxis::from_fn(dims, |axis| kinds[axis]),
            };
            for size in [None, Some(vec![5; dims])] {
                let size = size.as_deref();
                let mut terms = PathWeights::one(&vec![2; dims]);
                let mut array = terms.drawn().unwrap();
                for _ in 0..3 {
                    terms = terms.through(&op, size).unwrap();
                    array = array.into_through(&op, size).unwrap();
                    let (first, extent) = (vec![-9; dims], vec![30; dims]);
                    assert_eq!(
                        terms.array(&first, &extent).unwrap(),
                        array.array(&first, &extent).unwrap()
                    );
                }
            }
        }
    }
}
