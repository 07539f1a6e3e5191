//! A set of positions of a map of several axes.

use super::error::FootprintError;
use super::product::{cells, places, volume};
use super::rows::Rows;
use super::set::AxisSet;
use super::sum::Sum;

/// A set of positions of a map: a union of products of sets along the axes, or rows where that would be too many.
pub type Region = Sum<AxisSet>;

/// Positions of a map, row by row.
pub type Grid = Rows<AxisSet>;

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
}
