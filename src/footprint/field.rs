//! Path weights over a map of several axes: a sum of products of axes, or a dense array where that would be too many.

use ndarray::{ArrayD, Axis, IxDyn};

use crate::network::{AxisOp, Op};

use super::error::FootprintError;
use super::region::cells;
use super::set::to_index;
use super::taps::each_tap;
use super::weights::AxisWeights;

/// More products than this are added up in an array.
const MOST_TERMS: usize = 32;

/// Weights of each axis; all combinations multiplied.
pub type Term = Vec<AxisWeights>;

/// Path weights over a map.
#[derive(Clone, Debug)]
pub enum Field {
    /// A sum of products of axes; empty for no path.
    Terms(Vec<Term>),
    /// One weight a position, from `first` on.
    Array {
        /// Position of the first cell, per axis.
        first: Vec<i64>,
        /// The weights, row-major.
        values: ArrayD<f64>,
    },
}

impl Field {
    /// One path to the position `at`.
    #[must_use]
    pub fn unit(at: &[i64]) -> Self {
        Self::Terms(vec![at.iter().map(|&p| AxisWeights::unit(p)).collect()])
    }

    /// Adds other paths.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn join(&mut self, other: Self) -> Result<(), FootprintError> {
        match (&mut *self, other) {
            (Self::Terms(terms), Self::Terms(more)) => {
                for term in more {
                    add_term(terms, term)?;
                }
                if terms.len() > MOST_TERMS {
                    *self = self.drawn()?;
                }
            }
            (_, other) => {
                let (a, b) = (self.drawn()?, other.drawn()?);
                *self = sum(&a, &b)?;
            }
        }
        Ok(())
    }

    /// First position and extent of the box that holds all weights, per axis; `None` without a path.
    #[must_use]
    pub fn bounds(&self) -> Option<(Vec<i64>, Vec<i64>)> {
        match self {
            Self::Array { first, values } => {
                let extent: Vec<i64> = values
                    .shape()
                    .iter()
                    .map(|&n| i64::try_from(n).unwrap_or(0))
                    .collect();
                extent
                    .iter()
                    .all(|&n| n > 0)
                    .then(|| (first.clone(), extent))
            }
            Self::Terms(terms) => {
                let (head, rest) = terms.split_first()?;
                let mut first: Vec<i64> = head.iter().map(|w| w.first).collect();
                let mut end: Vec<i64> = head.iter().map(AxisWeights::end).collect();
                for term in rest {
                    for (axis, weights) in term.iter().enumerate() {
                        first[axis] = first[axis].min(weights.first);
                        end[axis] = end[axis].max(weights.end());
                    }
                }
                let extent = end.iter().zip(&first).map(|(e, f)| e - f).collect();
                Some((first, extent))
            }
        }
    }

    /// As an array over its bounding box.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn drawn(&self) -> Result<Self, FootprintError> {
        let Self::Terms(_) = self else {
            return Ok(self.clone());
        };
        let Some((first, extent)) = self.bounds() else {
            return Ok(Self::Array {
                first: Vec::new(),
                values: ArrayD::zeros(IxDyn(&[0])),
            });
        };
        let values = self.array(&first, &extent)?;
        Ok(Self::Array { first, values })
    }

    /// The weights of the box from `first` on, row-major.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells, [`FootprintError::Overflow`] where a weight is past the range of f64.
    pub fn array(&self, first: &[i64], extent: &[i64]) -> Result<ArrayD<f64>, FootprintError> {
        cells(extent.iter().copied())?;
        let shape: Vec<usize> = extent.iter().map(|&n| to_index(n)).collect();
        let mut array = ArrayD::zeros(IxDyn(&shape));
        if array.is_empty() {
            return Ok(array);
        }
        match self {
            Self::Terms(terms) => {
                let row = shape.last().copied().unwrap_or(1);
                let flat = array.as_slice_mut().unwrap_or_default();
                for term in terms {
                    let Some((inner, outer)) = term.split_last() else {
                        continue;
                    };
                    let last = first.len() - 1;
                    let line: Vec<f64> = (first[last]..first[last] + extent[last])
                        .map(|p| inner.at(p))
                        .collect();
                    for (index, cells) in flat.chunks_mut(row).enumerate() {
                        let weight = outer_weight(outer, index, first, &shape);
                        if weight > 0.0 {
                            for (cell, value) in cells.iter_mut().zip(&line) {
                                *cell += weight * value;
                            }
                        }
                    }
                }
            }
            Self::Array {
                first: start,
                values,
            } => {
                for (index, value) in values.indexed_iter() {
                    let place: Option<Vec<usize>> = (0..first.len())
                        .map(|a| {
                            let offset = start[a] + i64::try_from(index[a]).ok()? - first[a];
                            usize::try_from(offset).ok().filter(|&o| o < shape[a])
                        })
                        .collect();
                    if let Some(place) = place {
                        array[IxDyn(&place)] += value;
                    }
                }
            }
        }
        if array.iter().any(|w| !w.is_finite()) {
            return Err(FootprintError::Overflow);
        }
        Ok(array)
    }

    /// Sum of all weights.
    #[must_use]
    pub fn sum(&self) -> f64 {
        match self {
            Self::Terms(terms) => terms
                .iter()
                .map(|t| t.iter().map(AxisWeights::sum).product::<f64>())
                .sum(),
            Self::Array { values, .. } => values.sum(),
        }
    }

    /// Weights along one axis, the others summed.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn marginal(&self, axis: usize) -> Result<AxisWeights, FootprintError> {
        let mut total = AxisWeights {
            first: 0,
            values: Vec::new(),
        };
        match self {
            Self::Terms(terms) => {
                for term in terms {
                    let others: f64 = term
                        .iter()
                        .enumerate()
                        .filter(|(a, _)| *a != axis)
                        .map(|(_, w)| w.sum())
                        .product();
                    let mut part = term[axis].clone();
                    part.values.iter_mut().for_each(|v| *v *= others);
                    total.add(&part)?;
                }
            }
            Self::Array { first, values } => {
                if !values.is_empty() {
                    let sums =
                        (0..values.shape()[axis]).map(|i| values.index_axis(Axis(axis), i).sum());
                    total = AxisWeights {
                        first: first[axis],
                        values: sums.collect(),
                    };
                }
            }
        }
        Ok(total)
    }

    /// Weights of what these output positions of a layer read, on a map of size `size` where that is known.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn through(&self, op: &Op, size: Option<&[i64]>) -> Result<Self, FootprintError> {
        match self {
            Self::Terms(terms) => {
                let mut read = Vec::new();
                for term in terms {
                    let axes = term
                        .iter()
                        .zip(op.axes.iter())
                        .enumerate()
                        .map(|(axis, (weights, op))| weights.through(op, size.map(|n| n[axis])))
                        .collect::<Result<Term, _>>()?;
                    add_term(&mut read, axes)?;
                }
                Ok(Self::Terms(read))
            }
            Self::Array { first, values } => {
                let (mut first, mut values) = (first.clone(), values.clone());
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

/// Adds a term, joined with one that differs on at most one axis.
fn add_term(terms: &mut Vec<Term>, term: Term) -> Result<(), FootprintError> {
    if term.iter().any(|w| w.values.is_empty()) {
        return Ok(());
    }
    for old in terms.iter_mut() {
        let differing: Vec<usize> = (0..term.len()).filter(|&a| old[a] != term[a]).collect();
        if let [] | [_] = differing[..] {
            let axis = differing.first().copied().unwrap_or(0);
            return old[axis].add(&term[axis]);
        }
    }
    terms.push(term);
    Ok(())
}

/// Product of the outer axes' weights at a row of an array.
fn outer_weight(outer: &[AxisWeights], mut row: usize, first: &[i64], shape: &[usize]) -> f64 {
    let mut weight = 1.0;
    for axis in (0..outer.len()).rev() {
        let offset = i64::try_from(row % shape[axis]).unwrap_or(0);
        weight *= outer[axis].at(first[axis] + offset);
        row /= shape[axis];
    }
    weight
}

fn sum(a: &Field, b: &Field) -> Result<Field, FootprintError> {
    let (Some((fa, ea)), Some((fb, eb))) = (a.bounds(), b.bounds()) else {
        return Ok(if a.bounds().is_some() {
            a.clone()
        } else {
            b.clone()
        });
    };
    let first: Vec<i64> = fa.iter().zip(&fb).map(|(x, y)| *x.min(y)).collect();
    let extent: Vec<i64> = (0..first.len())
        .map(|i| (fa[i] + ea[i]).max(fb[i] + eb[i]) - first[i])
        .collect();
    let values = a.array(&first, &extent)? + b.array(&first, &extent)?;
    Ok(Field::Array { first, values })
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
    shape[axis] = to_index(high - low + 1);
    let mut read = ArrayD::zeros(IxDyn(&shape));
    for (index, position) in (first..first + count).enumerate() {
        let slab = values.index_axis(Axis(axis), index);
        each_tap(op, position, n, |tap, weight| {
            read.index_axis_mut(Axis(axis), to_index(tap - low))
                .scaled_add(weight, &slab);
        });
    }
    Ok((low, read))
}
