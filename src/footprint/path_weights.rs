//! Path weights over a map of several axes.

use ndarray::ArrayD;

use super::axis::AxisValue;
use super::bits::{shape, to_index};
use super::error::FootprintError;
use super::product::{cells, places};
use super::sum::Sum;
use super::weights::AxisWeights;

/// Path weights over a map: a sum of products of weights along the axes, or rows where that would be too many.
pub type PathWeights = Sum<AxisWeights>;

impl Sum<AxisWeights> {
    /// The weights of the box from `first` on, row-major.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells, [`FootprintError::Overflow`] where a weight is past the range of f64.
    pub fn array(&self, first: &[i64], extent: &[i64]) -> Result<ArrayD<f64>, FootprintError> {
        let mut values = Vec::with_capacity(to_index(cells(extent.iter().copied())?));
        let last = first.len() - 1;
        let (low, high) = (first[last], first[last] + extent[last]);
        for place in places(&first[..last], &extent[..last]) {
            let start = values.len();
            let row = self.row(&place)?;
            let (skip, part) = row.part(low, high);
            values.resize(start + skip, 0.0);
            values.extend_from_slice(part);
            values.resize(start + to_index(extent[last]), 0.0);
        }
        let array = ArrayD::from_shape_vec(shape(extent), values)
            .map_err(|_| FootprintError::TooLarge { cells: i64::MAX })?;
        if self.may_overflow() && array.iter().any(|w| !w.is_finite()) {
            return Err(FootprintError::Overflow);
        }
        Ok(array)
    }

    /// Whether no weight is past the range of f64.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        let finite = |row: &AxisWeights| row.values.iter().all(|w| w.is_finite());
        match self {
            Self::Rows(rows) => rows.rows().all(|(_, row)| finite(row)),
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
            Self::Rows(_) => true,
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

    /// Sum of all weights.
    #[must_use]
    pub fn sum(&self) -> f64 {
        match self {
            Self::Products(products) => products
                .iter()
                .map(|t| t.iter().map(AxisWeights::total).product::<f64>())
                .sum(),
            Self::Rows(rows) => rows.rows().map(|(_, row)| row.total()).sum(),
        }
    }
}
