//! How often each position of a map of a network is written from an earlier map, over layers, branches and merges.

use std::collections::HashMap;
use std::ops::Range;

use itertools::Itertools;
use ndarray::ArrayD;
use num_integer::{gcd, lcm};

use crate::network::{MAX_CELLS, MapId, Network, volume};

use super::error::WritesError;
use super::{AxisWrites, product, quotient, sum};
use crate::footprint::bits::shape;
use crate::footprint::product::{joinable, through};

/// Most products of axes that a sum may have.
const MOST_TERMS: usize = 1 << 8;

/// Most cells of a grid that is summed up.
const MOST_CELLS: i64 = 1 << 22;

/// How often the positions of a map are written, over all its axes: an outer product of axes, or a sum of such products where branches
/// that are no product were added.
///
/// Branches behind a global pool, and those that do not come from the map where the count begins, are left out.
#[derive(Clone, Debug)]
pub struct MapWrites {
    terms: Vec<Vec<AxisWrites>>,
}

impl MapWrites {
    /// Counts paths from each position of `from`, once each, to those of `to`, in the interior that no border touches.
    ///
    /// # Errors
    /// [`WritesError`] past a limit, or where no path leads from `from` to `to` but through a global pool.
    pub fn interior(network: &Network, from: MapId, to: MapId) -> Result<Self, WritesError> {
        Self::through(
            network,
            from,
            to,
            vec![AxisWrites::interior(); network.dims],
        )
    }

    /// The same over all of both maps, borders included; `None` where the size of `from` is not known.
    ///
    /// # Errors
    /// As for [`MapWrites::interior`].
    pub fn with_borders(
        network: &Network,
        from: MapId,
        to: MapId,
    ) -> Result<Option<Self>, WritesError> {
        let Some(size) = network.facts(from).size else {
            return Ok(None);
        };
        let start: Result<Vec<_>, _> = size.iter().map(|&n| AxisWrites::map(n)).collect();
        Self::through(network, from, to, start?).map(Some)
    }

    fn through(
        network: &Network,
        from: MapId,
        to: MapId,
        start: Vec<AxisWrites>,
    ) -> Result<Self, WritesError> {
        let mut maps = network.slice(from, to, |_, _| true);
        maps.retain(|&map| map != from);
        let mut last_reader: HashMap<MapId, MapId> = HashMap::new();
        for &map in &maps {
            let inputs = network.writer(map).map(|layer| layer.inputs.iter());
            last_reader.extend(inputs.into_iter().flatten().map(|&input| (input, map)));
        }
        let mut held = HashMap::from([(from, Self { terms: vec![start] })]);
        for map in maps {
            let Some(layer) = network
                .writer(map)
                .filter(|_| !network.facts(map).is_pooled())
            else {
                continue;
            };
            let mut sum: Option<Self> = None;
            for input in layer.inputs.iter().filter_map(|m| held.get(m)) {
                for term in &input.terms {
                    let next = through(term, &layer.op, None, |w, op, _| w.through(op))?;
                    sum.get_or_insert_with(|| Self { terms: Vec::new() })
                        .add(next)?;
                }
            }
            // Whole maps are large: each is let go after the last that reads it.
            for input in &layer.inputs {
                if last_reader.get(input) == Some(&map) {
                    held.remove(input);
                }
            }
            held.extend(sum.map(|sum| (map, sum)));
        }
        held.remove(&to).ok_or(WritesError::NoPosition)
    }

    /// Adds a product; into one that differs on a single axis, where there is one.
    fn add(&mut self, term: Vec<AxisWrites>) -> Result<(), WritesError> {
        if let Some((index, axis)) = joinable(&self.terms, &term) {
            let own = &mut self.terms[index][axis];
            *own = own.add(&term[axis])?;
        } else {
            self.terms.push(term);
        }
        if self.terms.len() > MOST_TERMS {
            return Err(WritesError::TooManyBranches(MOST_TERMS));
        }
        Ok(())
    }

    /// Whether the counts are an outer product of counts per axis.
    #[must_use]
    pub fn is_product(&self) -> bool {
        self.terms.len() == 1
    }

    /// The counts along one axis: of a product its own factor, else the mean over the other axes.
    ///
    /// # Errors
    /// [`WritesError::Overflow`] past 128 bits.
    pub fn axis(&self, axis: usize) -> Result<AxisWrites, WritesError> {
        self.along(axis, |_, writes| {
            let total = writes.counts.iter().try_fold(0, |all, &c| sum(all, c))?;
            let len = u128::try_from(writes.len()).map_err(|_| WritesError::Overflow)?;
            Ok((total, product(writes.unit, len)?))
        })
    }

    /// The counts along the line through a position: of a product the axis' own factor.
    ///
    /// # Errors
    /// [`WritesError::Overflow`] past 128 bits.
    pub fn line(&self, axis: usize, through: &[i64]) -> Result<AxisWrites, WritesError> {
        self.along(axis, |other, writes| {
            Ok((writes.at(through[other]), writes.unit))
        })
    }

    fn along(
        &self,
        axis: usize,
        weight: impl Fn(usize, &AxisWrites) -> Result<(u128, u128), WritesError>,
    ) -> Result<AxisWrites, WritesError> {
        if let [one] = &self.terms[..] {
            return Ok(one[axis].clone());
        }
        let mut all: Option<AxisWrites> = None;
        for term in &self.terms {
            let (mut count, mut unit) = (1_u128, 1_u128);
            for (other, writes) in term.iter().enumerate().filter(|(other, _)| *other != axis) {
                let (c, u) = weight(other, writes)?;
                (count, unit) = (product(count, c)?, product(unit, u)?);
                let common = gcd(count, unit);
                (count, unit) = (count / common, unit / common);
            }
            let scaled = term[axis].times(count, unit)?;
            all = Some(match all {
                Some(all) => all.add(&scaled)?,
                None => scaled,
            });
        }
        all.ok_or(WritesError::NoPosition)
    }

    /// The counts over all axes, one period or the whole map, and how much one path counts (see [`AxisWrites::unit`]).
    ///
    /// # Errors
    /// [`WritesError::TooLarge`] past a limit, [`WritesError::Overflow`] past 128 bits.
    pub fn grid(&self) -> Result<(ArrayD<u128>, u128), WritesError> {
        let most_cells = if self.is_product() {
            MAX_CELLS
        } else {
            MOST_CELLS
        };
        let lens: Vec<i64> = (0..self.terms[0].len())
            .map(|axis| self.terms.iter().fold(1, |len, t| lcm(len, t[axis].len())))
            .collect();
        let cells = volume(lens.iter().copied()).unwrap_or(i64::MAX);
        if cells > most_cells {
            return Err(WritesError::TooLarge(cells));
        }
        let unit_of = |term: &[AxisWrites]| term.iter().try_fold(1, |u, w| product(u, w.unit));
        let mut unit = 1;
        for term in &self.terms {
            let own = unit_of(term)?;
            unit = product(unit / gcd(unit, own), own)?;
        }
        let mut grid = ArrayD::from_elem(shape(&lens), 0_u128);
        for term in &self.terms {
            let scale = unit / unit_of(term)?;
            for (place, cell) in grid.indexed_iter_mut() {
                let mut count = scale;
                for (axis, writes) in term.iter().enumerate() {
                    count = product(count, writes.counts[place[axis] % writes.counts.len()])?;
                }
                *cell = sum(*cell, count)?;
            }
        }
        Ok((grid, unit))
    }

    /// Greatest count over least, over all axes; `None` (infinite) where a position is not written.
    ///
    /// # Errors
    /// Those of [`MapWrites::grid`], where the counts are no product.
    pub fn contrast(&self) -> Result<Option<f64>, WritesError> {
        if let [one] = &self.terms[..] {
            return Ok(one.iter().map(AxisWrites::contrast).product());
        }
        let (grid, _) = self.grid()?;
        let ends = grid.iter().copied().minmax().into_option();
        Ok(ends.and_then(|(least, most)| quotient(most, least)))
    }

    /// Of a whole map, per axis, the positions around the middle that are written as the interior is; along the lines through the middle.
    ///
    /// # Errors
    /// [`WritesError::Overflow`] past 128 bits.
    pub fn even_part(
        &self,
        interior: &Self,
        size: &[i64],
    ) -> Result<Vec<Option<Range<i64>>>, WritesError> {
        let middle: Vec<i64> = size.iter().map(|n| n / 2).collect();
        let part = |axis| {
            let (map, inside) = (self.line(axis, &middle)?, interior.line(axis, &middle)?);
            Ok(map.even_part(&inside))
        };
        (0..size.len()).map(part).collect()
    }
}
