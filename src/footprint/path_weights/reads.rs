//! What positions read through a layer, weights along.

use ndarray::{ArrayD, IxDyn};

use crate::footprint::bits::to_index;
use crate::footprint::error::FootprintError;
use crate::footprint::product::{cells, through};
use crate::footprint::spread::{plain_windows, spread};
use crate::footprint::taps::each_tap;
use crate::footprint::weights::AxisWeights;
use crate::network::{AxisOp, Op};

use super::{PathWeights, add_term};

impl PathWeights {
    /// Weights of what these output positions of a layer read, on a map of size `size` where that is known.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn through(&self, op: &Op, size: Option<&[i64]>) -> Result<Self, FootprintError> {
        match self {
            Self::Terms(terms) => {
                let mut read = Vec::new();
                for term in terms {
                    let axes = through(term, op, size, AxisWeights::through)?;
                    add_term(&mut read, axes)?;
                }
                Ok(Self::Terms(read))
            }
            Self::Array { first, values } => {
                let array = Self::Array {
                    first: first.clone(),
                    values: values.clone(),
                };
                array.into_through(op, size)
            }
        }
    }

    /// The same, of weights that are not needed any more: at most two arrays are held at a time.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn into_through(self, op: &Op, size: Option<&[i64]>) -> Result<Self, FootprintError> {
        match self {
            Self::Terms(_) => self.through(op, size),
            Self::Array {
                mut first,
                mut values,
            } => {
                if !values.is_empty()
                    && values.is_standard_layout()
                    && let Some(windows) = plain_windows(op)
                {
                    let values = spread(&mut first, values, &windows, size)?;
                    return Ok(Self::Array { first, values });
                }
                for axis in 0..first.len() {
                    if op.axes[axis] != AxisOp::Same {
                        (first[axis], values) = along(
                            &values,
                            axis,
                            first[axis],
                            &op.axes[axis],
                            size.map(|n| n[axis]),
                        )?;
                    }
                }
                Ok(Self::Array { first, values })
            }
        }
    }
}

/// One axis of an array through one axis of an operation.
fn along(
    values: &ArrayD<f64>,
    axis: usize,
    first: i64,
    op: &AxisOp,
    n: Option<i64>,
) -> Result<(i64, ArrayD<f64>), FootprintError> {
    let count = i64::try_from(values.shape()[axis]).unwrap_or(0);
    let mut ends: Option<(i64, i64)> = None;
    for position in first..first + count {
        each_tap(op, position, n, |tap, _| {
            ends = Some(ends.map_or((tap, tap), |(a, b)| (a.min(tap), b.max(tap))));
        });
    }
    let mut shape = values.shape().to_vec();
    let Some((low, high)) = ends else {
        shape[axis] = 0;
        return Ok((0, ArrayD::zeros(IxDyn(&shape))));
    };
    cells(shape.iter().enumerate().map(|(a, &n)| {
        if a == axis {
            high - low + 1
        } else {
            i64::try_from(n).unwrap_or(i64::MAX)
        }
    }))?;
    let (from, to) = (shape[axis], to_index(high - low + 1));
    shape[axis] = to;
    let inner: usize = shape[axis + 1..].iter().product();
    let mut read = vec![0.0; shape.iter().product()];
    let values = values.as_standard_layout();
    let flat = values.as_slice().unwrap_or_default();
    if !read.is_empty() && from > 0 {
        // Where which tap goes is the same for all blocks.
        let mut moves: Vec<(usize, usize, f64)> = Vec::new();
        for (index, position) in (first..first + count).enumerate() {
            each_tap(op, position, n, |tap, weight| {
                moves.push((to_index(tap - low), index, weight));
            });
        }
        // Runs of taps side by side, so that rows are added as slices.
        moves.sort_unstable_by_key(|&(to, from, _)| (to.wrapping_sub(from), to));
        let runs = side_by_side(&moves);
        for (target, source) in read
            .chunks_exact_mut(to * inner)
            .zip(flat.chunks_exact(from * inner))
        {
            for &(to, from, len, weight) in &runs {
                let target = &mut target[to * inner..(to + len) * inner];
                let source = &source[from * inner..(from + len) * inner];
                for (cell, value) in target.iter_mut().zip(source) {
                    *cell += weight * value;
                }
            }
        }
    }
    let read = ArrayD::from_shape_vec(IxDyn(&shape), read)
        .map_err(|_| FootprintError::TooLarge { cells: i64::MAX })?;
    Ok((low, read))
}

/// Joins moves whose source and target both go on by one, and whose weights are equal: target, source, length, weight.
fn side_by_side(moves: &[(usize, usize, f64)]) -> Vec<(usize, usize, usize, f64)> {
    let mut runs: Vec<(usize, usize, usize, f64)> = Vec::new();
    for &(to, from, weight) in moves {
        match runs.last_mut() {
            Some((t, f, len, w))
                if *t + *len == to && *f + *len == from && w.total_cmp(&weight).is_eq() =>
            {
                *len += 1;
            }
            _ => runs.push((to, from, 1, weight)),
        }
    }
    runs
}
