//! Sets of positions, and path weights, of a map of several axes.

use std::ops::Range;

use ndarray::ArrayD;

use super::axis::AxisValue;
use super::bits::{shape, to_index};
use super::error::FootprintError;
use super::product::{cells, places, volume};
use super::rows::Rows;
use super::set::AxisSet;
use super::sum::Sum;
use super::weights::AxisWeights;

/// A set of positions of a map: a union of products of sets along the axes, or rows where that would be too many.
pub type Region = Sum<AxisSet>;

/// Positions of a map, row by row.
pub type Grid = Rows<AxisSet>;

/// What is held of each row along the last axis of the box from `first` on, within the range that it has there, row-major.
fn rows_of<V: AxisValue, R>(
    sum: &Sum<V>,
    first: &[i64],
    extent: &[i64],
    held: impl Fn(&V, Range<i64>) -> R,
) -> Result<impl Iterator<Item = Result<R, FootprintError>>, FootprintError> {
    cells(extent.iter().copied())?;
    let last = first.len() - 1;
    let own = first[last]..first[last] + extent[last];
    let places = places(&first[..last], &extent[..last]);
    Ok(places.map(move |place| Ok(held(&*sum.row(&place)?, own.clone()))))
}

impl Sum<AxisSet> {
    /// Number of positions.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] if a union has to be drawn and is too large.
    pub fn count(&self) -> Result<i64, FootprintError> {
        match self {
            Self::Products(products) => match &products[..] {
                [] => Ok(0),
                [one] => volume(one.iter().map(AxisSet::count)),
                _ => Ok(self.drawn()?.count()),
            },
            Self::Rows(rows) => Ok(rows.count()),
            Self::Later(later) => Ok(later.all()?.count()),
        }
    }

    /// Whether each position of `self` is in `other`.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] if they have to be drawn to tell, and are too large.
    pub fn is_subset(&self, other: &Self) -> Result<bool, FootprintError> {
        if let (Self::Products(mine), Self::Products(theirs)) = (self, other) {
            let within =
                |p: &[AxisSet], q: &[AxisSet]| p.iter().zip(q).all(|(p, q)| p.is_subset(q));
            if mine.iter().all(|p| theirs.iter().any(|q| within(p, q))) {
                return Ok(true);
            }
            // One product holds another only if each axis does.
            if theirs.len() <= 1 {
                return Ok(false);
            }
        }
        let Some((first, extent)) = self.bounds() else {
            return Ok(true);
        };
        cells(extent.iter().copied())?;
        let last = first.len().saturating_sub(1);
        for place in places(&first[..last], &extent[..last]) {
            if !self.row(&place)?.is_subset(&*other.row(&place)?) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Positions in `self` and not in `other`.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn minus(&self, other: &Self) -> Result<Grid, FootprintError> {
        let Some((first, extent)) = self.bounds() else {
            return Ok(Grid::empty());
        };
        Grid::of_box(&first, &extent, |place| {
            self.row(&place)?.minus(&*other.row(&place)?)
        })
    }

    /// Whether each position of the box from `first` on is in it, a row along the last axis at a time.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn rows_of(
        &self,
        first: &[i64],
        extent: &[i64],
    ) -> Result<impl Iterator<Item = Result<Vec<bool>, FootprintError>>, FootprintError> {
        rows_of(self, first, extent, |row, own| {
            own.map(|position| row.contains(position)).collect()
        })
    }
}

/// Path weights over a map: a sum of products of weights along the axes, or rows where that would be too many.
pub type PathWeights = Sum<AxisWeights>;

impl Sum<AxisWeights> {
    /// The path weights along one axis, the others added up, times some number: of a product its own axis, which stays in range where the
    /// product does not.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn marginal(&self, axis: usize) -> Result<AxisWeights, FootprintError> {
        match self {
            Self::Products(terms) if terms.len() == 1 => Ok(terms[0][axis].clone()),
            _ => self.projection(axis),
        }
    }

    /// The weights of the box from `first` on, a row along the last axis at a time.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn rows_of(
        &self,
        first: &[i64],
        extent: &[i64],
    ) -> Result<impl Iterator<Item = Result<Vec<f64>, FootprintError>>, FootprintError> {
        rows_of(self, first, extent, |row, own| {
            let (skip, part) = row.part(own.start, own.end);
            let mut values = Vec::with_capacity(to_index(own.end - own.start));
            values.resize(skip, 0.0);
            values.extend_from_slice(part);
            values.resize(to_index(own.end - own.start), 0.0);
            values
        })
    }

    /// Shows `visit` the weights of the box from `first` on, a row along the last axis at a time: the number of the row, how
    /// many of its first positions have no weight, and the weights of those that follow. Behind them no position has one.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn each_row(
        &self,
        first: &[i64],
        extent: &[i64],
        mut visit: impl FnMut(usize, usize, &[f64]),
    ) -> Result<(), FootprintError> {
        cells(extent.iter().copied())?;
        let last = first.len() - 1;
        for (number, place) in places(&first[..last], &extent[..last]).enumerate() {
            let row = self.row(&place)?;
            let (skipped, part) = row.part(first[last], first[last] + extent[last]);
            visit(number, skipped, part);
        }
        Ok(())
    }

    /// The weights of the box from `first` on, row-major.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells, [`FootprintError::Overflow`] where a weight is past the range of f64.
    pub fn array(&self, first: &[i64], extent: &[i64]) -> Result<ArrayD<f64>, FootprintError> {
        let mut values = Vec::with_capacity(to_index(cells(extent.iter().copied())?));
        for row in self.rows_of(first, extent)? {
            values.extend(row?);
        }
        if self.may_overflow() && values.iter().any(|w| !w.is_finite()) {
            return Err(FootprintError::Overflow);
        }
        ArrayD::from_shape_vec(shape(extent), values)
            .map_err(|_| FootprintError::TooLarge { cells: i64::MAX })
    }

    /// Whether no weight is past the range of f64.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        let finite = |row: &AxisWeights| row.values.iter().all(|w| w.is_finite());
        match self {
            Self::Rows(rows) => rows.rows().all(|(_, row)| finite(row)),
            Self::Later(later) => {
                let mut places = later.places();
                places.all(|place| later.row(&place).is_ok_and(|row| finite(&row)))
            }
            Self::Products(_) if !self.may_overflow() => true,
            Self::Products(products) => {
                products.iter().all(|product| {
                    // Largest weights of the axes meet in one cell; weights below one may bring the product back into range.
                    let most = product.iter().map(AxisWeights::most);
                    most.product::<f64>().is_finite()
                }) && (self.drawn()).is_ok_and(|rows| rows.rows().all(|(_, row)| finite(row)))
            }
        }
    }

    /// Whether some weight may be past the range of f64: a bound that costs no more than the axes do.
    fn may_overflow(&self) -> bool {
        match self {
            Self::Rows(_) | Self::Later(_) => true,
            Self::Products(products) => {
                // Multiplied in whatever order: no product of some of the axes is above that of those above one.
                let bound = |product: &Vec<AxisWeights>| {
                    let most = product.iter().map(|w| w.most().max(1.0));
                    most.product::<f64>()
                };
                !products.iter().map(bound).sum::<f64>().is_finite()
            }
        }
    }
}
