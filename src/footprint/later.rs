//! Rows of a map, and layers behind it that are gone through when a row is asked for.
//!
//! Back through a layer that strides, rows become several times as many and as long. Where nothing is merged with them any more, only those
//! are made that are asked for, one by one.

use std::sync::Arc;

use crate::network::{AxisOp, Op, around_both};

use super::axis::AxisValue;
use super::error::FootprintError;
use super::product::places;
use super::rows::Rows;

/// Rows, and the layers that they have still to go through.
#[derive(Clone, Debug)]
pub struct Later<V> {
    rows: Arc<Rows<V>>,
    /// The layers, output side first, each with the size of the map that it reads and whether its kernel is filled.
    layers: Vec<(Op, Option<Vec<i64>>, bool)>,
    /// For each axis before the last: the places of the rows there, each with what it reads through all of the layers.
    outer: Vec<Vec<(i64, V)>>,
}

/// Most positions that a place may read along an axis: adding up more rows costs more than going through the layers one by one.
const MOST_READ: i64 = 64;

/// Up to so many numbers are all made at once.
const FEW_CELLS: i64 = 1 << 22;

impl<V: AxisValue> Later<V> {
    /// Rows that have to go through no layer yet.
    pub fn new(rows: Arc<Rows<V>>) -> Self {
        let (first, extent) = rows.outer();
        let ends = first.iter().zip(extent).map(|(a, n)| *a..a + n);
        let outer = ends.map(|places| places.map(|p| (p, V::one(p))).collect());
        Self {
            outer: outer.collect(),
            rows,
            layers: Vec::new(),
        }
    }

    /// Whether a layer makes so many more of some rows that they had better wait.
    pub fn is_worth(rows: &Rows<V>, op: &Op) -> bool {
        let stride = |op: &AxisOp| match op {
            AxisOp::Window(window) => i64::from(window.stride),
            _ => 1,
        };
        let (last, outer) = (op.axes.len() - 1, op.axes.iter());
        let more: i64 = op.axes.iter().map(stride).product();
        let rows = rows.rows().map(|(_, row)| row.ends());
        let cells: i64 = rows.map(|(first, end)| end - first).sum();
        outer.take(last).any(|op| stride(op) > 1) && cells.saturating_mul(more) > FEW_CELLS
    }

    /// With one more layer to go through; `None` where that would cost more than to go through it now.
    pub fn through(
        &self,
        op: &Op,
        size: Option<&[i64]>,
        dense: bool,
    ) -> Result<Option<Self>, FootprintError> {
        let mut outer = Vec::new();
        for (axis, places) in self.outer.iter().enumerate() {
            let mut read = Vec::with_capacity(places.len());
            for (place, value) in places {
                let value = value.through(&op.axes[axis], size.map(|n| n[axis]), dense)?;
                let (first, end) = value.ends();
                if end - first > MOST_READ {
                    return Ok(None);
                }
                read.push((*place, value));
            }
            outer.push(read);
        }
        let mut layers = self.layers.clone();
        layers.push((*op, size.map(<[i64]>::to_vec), dense));
        Ok(Some(Self {
            rows: Arc::clone(&self.rows),
            layers,
            outer,
        }))
    }

    /// All rows, gone through all layers.
    pub fn all(&self) -> Result<Arc<Rows<V>>, FootprintError> {
        let mut rows = Arc::clone(&self.rows);
        for (op, size, dense) in &self.layers {
            rows = rows.through(op, size.as_deref(), *dense)?;
        }
        Ok(rows)
    }

    /// The places on the axes before the last at which rows may hold something.
    pub fn places(&self) -> impl Iterator<Item = Vec<i64>> + use<V> {
        let ends = self.outer.iter().map(|places| {
            let ends = places.iter().filter(|(_, value)| !value.is_empty());
            let ends = ends.map(|(_, value)| value.ends());
            ends.reduce(around_both)
        });
        let ends: Option<Vec<(i64, i64)>> = ends.collect();
        let (first, extent): (Vec<i64>, Vec<i64>) = match ends {
            Some(ends) => ends.into_iter().map(|(a, b)| (a, b - a)).unzip(),
            None => self.outer.iter().map(|_| (0, 0)).unzip(),
        };
        places(&first, &extent)
    }

    /// The row at a place on the axes before the last.
    pub fn row(&self, outer: &[i64]) -> Result<V, FootprintError> {
        let mut read: Vec<(Vec<i64>, f64)> = vec![(Vec::new(), 1.0)];
        for (places, &at) in self.outer.iter().zip(outer) {
            let near = places.iter().map(|(place, value)| (*place, value.at(at)));
            let near: Vec<(i64, f64)> = near.filter(|(_, weight)| *weight != 0.0).collect();
            let longer = read.iter().flat_map(|(before, so_far)| {
                let longer = move |&(place, weight): &(i64, f64)| {
                    let place = before.iter().copied().chain([place]).collect();
                    (place, so_far * weight)
                };
                near.iter().map(longer)
            });
            read = longer.collect();
        }
        let mut row = V::empty();
        for (place, weight) in read {
            if let Some(own) = self.rows.row(&place) {
                row.add(own, weight)?;
            }
        }
        for (op, size, dense) in &self.layers {
            let last = op.axes.len() - 1;
            let n = size.as_ref().map(|size| size[last]);
            row = row.through(&op.axes[last], n, *dense)?;
        }
        Ok(row)
    }
}
