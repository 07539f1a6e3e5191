//! Path weights over a map of several axes: a sum of products of axes, or a dense array where that would be too many.

use ndarray::{ArrayD, Axis, IxDyn};

use crate::network::{AxisOp, Op};

use super::bits::to_index;
use super::error::FootprintError;
use super::region::cells;
use super::spread::{plain_windows, spread};
use super::taps::each_tap;
use super::weights::{AxisWeights, length};

/// More products than this are added up in an array: drawing so many costs about as much as a few layers over an array do.
const MOST_TERMS: usize = 256;

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
                let mine = std::mem::replace(self, Self::Terms(Vec::new()));
                *self = sum(mine, other)?;
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

    fn into_drawn(self) -> Result<Self, FootprintError> {
        match self {
            Self::Terms(_) => self.drawn(),
            drawn @ Self::Array { .. } => Ok(drawn),
        }
    }

    /// The weights of the box from `first` on, row-major.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells, [`FootprintError::Overflow`] where a weight is past the range of f64.
    pub fn array(&self, first: &[i64], extent: &[i64]) -> Result<ArrayD<f64>, FootprintError> {
        cells(extent.iter().copied())?;
        let shape: Vec<usize> = extent.iter().map(|&n| to_index(n)).collect();
        let count = shape.iter().product();
        let values = match self {
            Self::Terms(terms) => outer_products(terms, first, extent, count),
            Self::Array {
                first: start,
                values,
            } => {
                let mut target = vec![0.0; count];
                add_box(&mut target, first, &shape, values, start);
                target
            }
        };
        let array = ArrayD::from_shape_vec(IxDyn(&shape), values)
            .map_err(|_| FootprintError::TooLarge { cells: i64::MAX })?;
        if self.may_overflow() && array.iter().any(|w| !w.is_finite()) {
            return Err(FootprintError::Overflow);
        }
        if array.iter().any(|w| !w.is_finite()) {
            return Err(FootprintError::Overflow);
        }
        Ok(array)
    }

    /// Whether no weight is past the range of f64.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        if !self.may_overflow() {
            return true;
        }
        match self {
            Self::Array { values, .. } => values.iter().all(|w| w.is_finite()),
            Self::Terms(terms) => {
                terms.iter().all(|term| {
                    let most = |axis: &AxisWeights| axis.values.iter().copied().fold(0.0, f64::max);
                    // Largest weights of the axes meet in one cell; weights below one may bring the product back into range.
                    term.iter().map(most).product::<f64>().is_finite()
                }) && self.drawn().is_ok()
            }
        }
    }

    /// Whether some weight may be past the range of f64: a bound that costs no more than the axes do.
    fn may_overflow(&self) -> bool {
        match self {
            Self::Array { .. } => true,
            Self::Terms(terms) => {
                let most = |axis: &AxisWeights| axis.values.iter().copied().fold(0.0, f64::max);
                // Multiplied in whatever order: no product of some of the axes is above that of those above one.
                let bound = |term: &Term| term.iter().map(|w| most(w).max(1.0)).product::<f64>();
                !terms.iter().map(bound).sum::<f64>().is_finite()
            }
        }
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

/// The sum of outer products over a box, row by row: each cell is written once, while its row is near.
fn outer_products(terms: &[Term], first: &[i64], extent: &[i64], count: usize) -> Vec<f64> {
    let last = first.len() - 1;
    let row = to_index(extent[last]);
    let mut values = Vec::with_capacity(count);
    if count == 0 {
        return values;
    }
    let lines: Vec<Vec<f64>> = terms
        .iter()
        .map(|term| {
            let line = first[last]..first[last] + extent[last];
            line.map(|p| term[last].at(p)).collect()
        })
        .collect();
    let mut place = first[..last].to_vec();
    while values.len() < count {
        let start = values.len();
        for (term, line) in terms.iter().zip(&lines) {
            let weight: f64 = (0..last).map(|axis| term[axis].at(place[axis])).product();
            // Zero times an overflown weight would be no number.
            if weight == 0.0 {
                continue;
            }
            if values.len() == start {
                values.extend(line.iter().map(|value| weight * value));
            } else {
                for (cell, value) in values[start..].iter_mut().zip(line) {
                    *cell += weight * value;
                }
            }
        }
        values.resize(start + row, 0.0);
        step(&mut place, first, extent);
    }
    values
}

/// The next place of the outer axes, row-major.
fn step(place: &mut [i64], first: &[i64], extent: &[i64]) {
    for axis in (0..place.len()).rev() {
        place[axis] += 1;
        if place[axis] < first[axis] + extent[axis] {
            return;
        }
        place[axis] = first[axis];
    }
}

/// Adds an array that begins at `start` to a row-major box that begins at `first`; what lies outside of the box is left out.
fn add_box(
    target: &mut [f64],
    first: &[i64],
    shape: &[usize],
    values: &ArrayD<f64>,
    start: &[i64],
) {
    let last = first.len() - 1;
    let row = shape[last];
    let len = values.shape()[last];
    let values = values.as_standard_layout();
    let Some(flat) = values.as_slice().filter(|_| len > 0 && row > 0) else {
        return;
    };
    // The part of a row that lies inside.
    let low = start[last].max(first[last]);
    let high = (start[last] + length(&flat[..len])).min(first[last] + length(&target[..row]));
    if low >= high {
        return;
    }
    let (from, to) = (to_index(low - start[last]), to_index(low - first[last]));
    let width = to_index(high - low);
    let extent: Vec<i64> = values
        .shape()
        .iter()
        .map(|&n| i64::try_from(n).unwrap_or(0))
        .collect();
    let mut place = start[..last].to_vec();
    for line in flat.chunks_exact(len) {
        let inside = (0..last).try_fold(0, |index, axis| {
            let offset = usize::try_from(place[axis] - first[axis]).ok()?;
            (offset < shape[axis]).then_some(index * shape[axis] + offset)
        });
        if let Some(index) = inside {
            let cells = &mut target[index * row + to..][..width];
            for (cell, value) in cells.iter_mut().zip(&line[from..from + width]) {
                *cell += value;
            }
        }
        step(&mut place, start, &extent);
    }
}

/// The sum of two fields as an array; the larger one's cells are used again where it holds the other.
fn sum(a: Field, b: Field) -> Result<Field, FootprintError> {
    let (Some((fa, ea)), Some((fb, eb))) = (a.bounds(), b.bounds()) else {
        return if a.bounds().is_some() { a } else { b }.into_drawn();
    };
    let first: Vec<i64> = fa.iter().zip(&fb).map(|(x, y)| *x.min(y)).collect();
    let extent: Vec<i64> = (0..first.len())
        .map(|i| (fa[i] + ea[i]).max(fb[i] + eb[i]) - first[i])
        .collect();
    let (whole, part) = if (&fb, &eb) == (&first, &extent) {
        (b, a)
    } else {
        (a, b)
    };
    let mut values = match whole {
        Field::Array {
            first: start,
            values,
        } if start == first
            && values
                .shape()
                .iter()
                .zip(&extent)
                .all(|(n, e)| length_is(*n, *e)) =>
        {
            values
        }
        whole => whole.array(&first, &extent)?,
    };
    let part = part.into_drawn()?;
    if let Field::Array {
        first: start,
        values: part,
    } = &part
    {
        let shape = values.shape().to_vec();
        if let Some(flat) = values.as_slice_mut() {
            add_box(flat, &first, &shape, part, start);
        }
    }
    Ok(Field::Array { first, values })
}

fn length_is(len: usize, extent: i64) -> bool {
    i64::try_from(len).is_ok_and(|len| len == extent)
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
