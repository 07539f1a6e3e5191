//! Path weights over a map of several axes: a sum of products of axes, or a dense array where that would be too many.

mod canvas;
mod reads;

use ndarray::{ArrayD, Axis, IxDyn};

use super::bits::to_index;
use super::error::FootprintError;
use super::product::{add_product, bounds, cells};
use super::weights::AxisWeights;

use canvas::{add_box, outer_products, sum};

/// More products than this are added up in an array: drawing so many costs about as much as a few layers over an array do.
const MOST_TERMS: usize = 256;

/// Weights of each axis; all combinations multiplied.
pub type Term = Vec<AxisWeights>;

/// Path weights over a map.
#[derive(Clone, Debug)]
pub enum PathWeights {
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

impl PathWeights {
    /// One path to the position `at`.
    #[must_use]
    pub fn one(at: &[i64]) -> Self {
        Self::Terms(vec![at.iter().map(|&p| AxisWeights::one(p)).collect()])
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
            Self::Terms(terms) => bounds(terms, |w| (w.first, w.end())),
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
}

/// Adds a term, joined with one that differs on at most one axis.
fn add_term(terms: &mut Vec<Term>, term: Term) -> Result<(), FootprintError> {
    if term.iter().any(|w| w.values.is_empty()) {
        return Ok(());
    }
    add_product(terms, term, AxisWeights::add)
}
