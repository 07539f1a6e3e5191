//! Sums of products of axes: what stays a product costs no more than its axes, whatever is held of each.

use std::borrow::Cow;
use std::sync::Arc;

use crate::network::{AxisOp, Op};

use super::axis::AxisValue;
use super::error::FootprintError;
use super::later::Later;
use super::product::{Bounds, bounds, joinable, through, volume};
use super::rows::Rows;

/// Something known of the positions of a map that can be carried backward through layers and added up where a map has several readers.
pub trait Propagate: Sized + Clone {
    /// What these output positions of a layer read.
    ///
    /// # Errors
    /// [`FootprintError`] past a limit.
    fn through(self, op: &Op, size: Option<&[i64]>, dense: bool) -> Result<Self, FootprintError>;

    /// Adds what another reader of the same map reads.
    ///
    /// # Errors
    /// [`FootprintError`] past a limit.
    fn join(&mut self, other: Self) -> Result<(), FootprintError>;
}

/// Something known of the positions of a map of several axes: see [`Region`](super::Region) and [`PathWeights`](super::PathWeights).
///
/// Full kernels are products over axes, so what a chain reads is one product and costs no more than its axes.
/// A merge is a sum; products inside others are dropped, and two that differ on one axis are joined there.
#[derive(Clone, Debug)]
pub enum Sum<V> {
    /// A sum of products of axes; empty for nothing.
    Products(Vec<Vec<V>>),
    /// Row by row, where that would be too many products; shared, as several layers may read them.
    Rows(Arc<Rows<V>>),
    /// The same, where only those rows are made that are asked for.
    Later(Later<V>),
}

impl<V: AxisValue> Sum<V> {
    /// The single position `at`.
    #[must_use]
    pub fn one(at: &[i64]) -> Self {
        Self::Products(vec![at.iter().map(|&p| V::one(p)).collect()])
    }

    /// Nothing.
    #[must_use]
    pub fn empty() -> Self {
        Self::Products(Vec::new())
    }

    /// All combinations of what is held along each axis.
    #[must_use]
    pub fn product(axes: Vec<V>) -> Self {
        if axes.iter().any(V::is_empty) {
            Self::empty()
        } else {
            Self::Products(vec![axes])
        }
    }

    /// First position and extent of the bounding box, per axis; `None` where nothing is held.
    #[must_use]
    pub fn bounds(&self) -> Option<Bounds> {
        match self {
            Self::Products(products) => bounds(products, V::ends),
            Self::Rows(rows) => rows.bounds(),
            Self::Later(later) => later.all().ok()?.bounds(),
        }
    }

    /// What is held along the last axis, at a place on the axes before it.
    pub(crate) fn row(&self, outer: &[i64]) -> Result<Cow<'_, V>, FootprintError> {
        let products = match self {
            Self::Rows(rows) => {
                let empty = || Cow::Owned(V::empty());
                return Ok(rows.row(outer).map_or_else(empty, Cow::Borrowed));
            }
            Self::Later(later) => return Ok(Cow::Owned(later.row(outer)?)),
            Self::Products(products) => products,
        };
        let mut row = V::empty();
        for product in products {
            let weights = outer.iter().zip(product).map(|(&p, axis)| axis.at(p));
            let weight: f64 = weights.product();
            // Zero times an overflown weight would be no number.
            if weight != 0.0 {
                row.add(&product[outer.len()], weight)?;
            }
        }
        Ok(Cow::Owned(row))
    }

    /// Row by row, over its bounding box.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn drawn(&self) -> Result<Arc<Rows<V>>, FootprintError> {
        let bounds = match self {
            Self::Products(products) => bounds(products, V::ends),
            _ => None,
        };
        match (self, bounds) {
            (Self::Rows(rows), _) => Ok(Arc::clone(rows)),
            (Self::Later(later), _) => later.all(),
            (_, None) => Ok(Arc::new(Rows::empty())),
            (_, Some((first, extent))) => {
                let row = |place: Vec<i64>| Ok(self.row(&place)?.into_owned());
                Ok(Arc::new(Rows::of_box(&first, &extent, row)?))
            }
        }
    }

    fn into_drawn(self) -> Result<Arc<Rows<V>>, FootprintError> {
        match self {
            Self::Rows(rows) => Ok(rows),
            _ => self.drawn(),
        }
    }

    /// What lies in the box from `first` on.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn clipped(&self, first: &[i64], extent: &[i64]) -> Result<Self, FootprintError> {
        let within = |axis: usize, v: &V| v.clipped(first[axis], first[axis] + extent[axis]);
        let Self::Products(products) = self else {
            let last = first.len() - 1;
            let row = |place: Vec<i64>| Ok(within(last, &*self.row(&place)?));
            return Ok(Self::Rows(Arc::new(Rows::of_box(first, extent, row)?)));
        };
        let mut part = Self::empty();
        for product in products {
            let axes = product.iter().enumerate();
            part.join_product(axes.map(|(axis, v)| within(axis, v)).collect())?;
        }
        Ok(part)
    }

    /// What is held along one axis, the others added up: of a set its positions there, of weights the marginal.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn projection(&self, axis: usize) -> Result<V, FootprintError> {
        let mut sum = V::empty();
        match self {
            Self::Products(products) => {
                for product in products {
                    let others = product.iter().enumerate().filter(|(a, _)| *a != axis);
                    sum.add(&product[axis], others.map(|(_, v)| v.total()).product())?;
                }
            }
            Self::Rows(rows) => {
                for (place, row) in rows.rows() {
                    add_along(&mut sum, axis, &place, row)?;
                }
            }
            Self::Later(later) => {
                for place in later.places() {
                    add_along(&mut sum, axis, &place, &later.row(&place)?)?;
                }
            }
        }
        Ok(sum)
    }

    fn join_product(&mut self, mut product: Vec<V>) -> Result<(), FootprintError> {
        if product.iter().any(V::is_empty) {
            return Ok(());
        }
        let Self::Products(products) = self else {
            return self.join(Self::Products(vec![product]));
        };
        // Joining two may make room to join a third.
        loop {
            if products.iter().any(|p| inside(&product, p)) {
                return Ok(());
            }
            products.retain(|p| !inside(p, &product));
            let Some((index, axis)) = joinable(products, &product) else {
                break;
            };
            let old = products.swap_remove(index);
            product[axis].add(&old[axis], 1.0)?;
        }
        products.push(product);
        if products.len() > V::MOST_PRODUCTS && are_too_many(products) {
            *self = Self::Rows(self.drawn()?);
        }
        Ok(())
    }
}

impl<V: AxisValue> Propagate for Sum<V> {
    fn through(self, op: &Op, size: Option<&[i64]>, dense: bool) -> Result<Self, FootprintError> {
        if op.axes.iter().all(AxisOp::keeps_positions) {
            return Ok(self);
        }
        match self {
            Self::Products(products) => {
                let mut read = Self::empty();
                for product in &products {
                    let along = |v: &V, op: &AxisOp, n| v.through(op, n, dense);
                    read.join_product(through(product, op, size, along)?)?;
                }
                Ok(read)
            }
            Self::Rows(rows) if V::WAITS && Later::is_worth(&rows, op) => {
                Self::Later(Later::new(rows)).through(op, size, dense)
            }
            Self::Rows(rows) => Ok(Self::Rows(rows.through(op, size, dense)?)),
            Self::Later(later) => match later.through(op, size, dense)? {
                Some(later) => Ok(Self::Later(later)),
                None => Ok(Self::Rows(later.all()?.through(op, size, dense)?)),
            },
        }
    }

    fn join(&mut self, other: Self) -> Result<(), FootprintError> {
        match (&mut *self, other) {
            (Self::Products(_), Self::Products(more)) => {
                more.into_iter().try_for_each(|p| self.join_product(p))
            }
            (_, other) => {
                let mine = std::mem::replace(self, Self::empty()).into_drawn()?;
                *self = Self::Rows(mine.joined(other.into_drawn()?)?);
                Ok(())
            }
        }
    }
}

/// Adds a row to what is held along one axis, the others added up.
fn add_along<V: AxisValue>(
    sum: &mut V,
    axis: usize,
    place: &[i64],
    row: &V,
) -> Result<(), FootprintError> {
    match place.get(axis) {
        Some(_) if row.is_empty() => Ok(()),
        Some(&position) => sum.add(&V::one(position), row.total()),
        None => sum.add(row, 1.0),
    }
}

/// Whether more products than [`AxisValue::MOST_PRODUCTS`] are better held row by row: all but few in a large volume, of which a cut is drawn.
fn are_too_many<V: AxisValue>(products: &[Vec<V>]) -> bool {
    let Some((_, extent)) = bounds(products, V::ends).filter(|(_, extent)| extent.len() == 3)
    else {
        return true;
    };
    let cells = volume(extent.iter().copied()).unwrap_or(i64::MAX);
    let count = i64::try_from(products.len()).unwrap_or(i64::MAX);
    let held = count.saturating_mul(extent.iter().sum());
    products.len() > V::MOST_IN_VOLUMES || held > cells
}

/// Whether adding a product to another changes nothing.
fn inside<V: AxisValue>(a: &[V], b: &[V]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.is_within(b))
}
