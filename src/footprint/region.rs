//! A set of positions of a map of several axes: a union of products, and a bit grid where that would be too many.

use crate::network::{AxisOp, Op};

use super::error::FootprintError;
use super::grid::Grid;
use super::product::{bounds, through, volume};
use super::set::{AxisSet, Product};

/// More products than this are drawn into a bit grid. Heads with branches need a handful; nets of nested branches would double each time.
const MOST_PRODUCTS: usize = 48;

/// A set of positions of a map.
///
/// Full kernels are products over axes, so a chain's footprint is one product and costs no more than its axes.
/// A merge is a union; products inside others are dropped, and two that differ on one axis are joined there.
#[derive(Clone, Debug)]
pub enum Region {
    /// A union of products; empty for no position.
    Products(Vec<Product>),
    /// One bit a position.
    Grid(Grid),
}

impl Region {
    /// The single position `at`.
    #[must_use]
    pub fn one(at: &[i64]) -> Self {
        Self::Products(vec![at.iter().map(|&p| AxisSet::interval(p, 1)).collect()])
    }

    /// No position.
    #[must_use]
    pub fn empty() -> Self {
        Self::Products(Vec::new())
    }

    /// All combinations of positions of each axis.
    #[must_use]
    pub fn product(axes: Product) -> Self {
        if axes.iter().any(AxisSet::is_empty) {
            Self::empty()
        } else {
            Self::Products(vec![axes])
        }
    }

    /// Whether it has no position.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Products(products) => products.is_empty(),
            Self::Grid(grid) => grid.count() == 0,
        }
    }

    /// First position and extent of its bounding box, per axis; `None` where it is empty.
    #[must_use]
    pub fn bounds(&self) -> Option<(Vec<i64>, Vec<i64>)> {
        match self {
            Self::Products(products) => bounds(products, |s| (s.first(), s.first() + s.extent())),
            Self::Grid(grid) => grid.bounds(),
        }
    }

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
            Self::Grid(grid) => Ok(grid.count()),
        }
    }

    /// What lies in the box from `first` on.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn clipped(&self, first: &[i64], extent: &[i64]) -> Result<Self, FootprintError> {
        let within =
            |axis: usize, set: &AxisSet| set.clipped(first[axis], first[axis] + extent[axis]);
        match self {
            Self::Products(products) => {
                let mut part = Self::empty();
                for product in products {
                    let axes = product
                        .iter()
                        .enumerate()
                        .map(|(axis, set)| within(axis, set))
                        .collect();
                    part.join(Self::product(axes))?;
                }
                Ok(part)
            }
            Self::Grid(grid) => {
                let part = Grid::blank(first.to_vec(), extent)?;
                Ok(Self::Grid(part.filled_from(grid)))
            }
        }
    }

    /// Positions along one axis, whatever those of the others.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] if the result has holes and spans more than the limit of cells.
    pub fn projection(&self, axis: usize) -> Result<AxisSet, FootprintError> {
        match self {
            Self::Products(products) => products
                .iter()
                .try_fold(AxisSet::EMPTY, |all, product| all.union(&product[axis])),
            Self::Grid(grid) => grid.projection(axis),
        }
    }

    /// Adds the positions of `other`.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn join(&mut self, other: Self) -> Result<(), FootprintError> {
        match (&mut *self, other) {
            (Self::Products(_), Self::Products(more)) => {
                for product in more {
                    self.join_product(product)?;
                }
            }
            (Self::Grid(_), other) | (Self::Products(_), other @ Self::Grid(_)) => {
                let union = self.drawn()?.union(&other.drawn()?)?;
                *self = Self::Grid(union);
            }
        }
        Ok(())
    }

    fn join_product(&mut self, mut product: Product) -> Result<(), FootprintError> {
        let Self::Products(products) = self else {
            return self.join(Self::Products(vec![product]));
        };
        // Joining two may make room to join a third.
        loop {
            if products.iter().any(|p| inside(&product, p)) {
                return Ok(());
            }
            products.retain(|p| !inside(p, &product));
            let partner = products
                .iter()
                .enumerate()
                .find_map(|(index, p)| only_difference(p, &product).map(|axis| (index, axis)));
            let Some((partner, axis)) = partner else {
                break;
            };
            let old = products.swap_remove(partner);
            product[axis] = product[axis].union(&old[axis])?;
        }
        products.push(product);
        if products.len() > MOST_PRODUCTS {
            *self = Self::Grid(self.drawn()?);
        }
        Ok(())
    }

    /// Whether each position of `self` is in `other`.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] if they have to be drawn to tell, and are too large.
    pub fn is_subset(&self, other: &Self) -> Result<bool, FootprintError> {
        if let (Self::Products(mine), Self::Products(theirs)) = (self, other) {
            if mine.iter().all(|p| theirs.iter().any(|q| inside(p, q))) {
                return Ok(true);
            }
            // One product holds another only if each axis does.
            if theirs.len() <= 1 {
                return Ok(false);
            }
        }
        let (mine, theirs) = (self.drawn()?, other.drawn()?);
        Ok(mine.minus(&theirs)?.count() == 0)
    }

    /// Positions in `self` and not in `other`.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn minus(&self, other: &Self) -> Result<Grid, FootprintError> {
        self.drawn()?.minus(&other.drawn()?)
    }

    /// As a bit grid over its bounding box.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn drawn(&self) -> Result<Grid, FootprintError> {
        match self {
            Self::Grid(grid) => Ok(grid.clone()),
            Self::Products(products) => {
                let Some((first, extent)) = self.bounds() else {
                    return Ok(Grid::empty(0));
                };
                let mut grid = Grid::blank(first, &extent)?;
                for product in products {
                    grid.mark(product);
                }
                Ok(grid)
            }
        }
    }

    /// What these output positions of a layer read, on a map of size `size` where that is known; of its dense twin where `dense`.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn through(
        &self,
        op: &Op,
        size: Option<&[i64]>,
        dense: bool,
    ) -> Result<Self, FootprintError> {
        if op.axes.iter().all(|axis| matches!(axis, AxisOp::Same)) {
            return Ok(self.clone());
        }
        match self {
            Self::Products(products) => {
                let mut read = Self::empty();
                for product in products {
                    let axes = through(product, op, size, |set, op, n| set.through(op, n, dense))?;
                    read.join(Self::product(axes))?;
                }
                Ok(read)
            }
            Self::Grid(grid) => Ok(Self::Grid(grid.through(op, size, dense)?)),
        }
    }
}

fn inside(a: &Product, b: &Product) -> bool {
    a.iter().zip(b).all(|(a, b)| a.is_subset(b))
}

/// The axis on which two products differ, if it is the only one.
fn only_difference(a: &Product, b: &Product) -> Option<usize> {
    let mut differing = (0..a.len()).filter(|&axis| a[axis] != b[axis]);
    let first = differing.next()?;
    differing.next().is_none().then_some(first)
}
