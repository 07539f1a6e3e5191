//! A panel is a grid to be drawn: which positions are covered, which are holes, and how heavy each is.

use std::ops::Deref;
use std::sync::Arc;

use crate::footprint::{AxisSet, Footprint, FootprintError, Grid, PathWeights, cells};

use super::weights::RowWeights;

/// One position of a panel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell {
    /// Read, with its level on the ramp: 0 (fewest paths) to 1 (most).
    Covered(f64),
    /// A hole that dilation caused.
    Gridding,
    /// Such a hole of an intermediate map, which layers nearer to the input may fill.
    Between,
    /// Not read by the dense twin either.
    Outside,
}

/// What positions that share a cell are, put together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// Positions that are read.
    pub covered: i64,
    /// Positions that only the dense twin reads.
    pub missed: i64,
    /// The greatest level of those that are read, as in [`Cell::Covered`]; 0 where none is.
    pub level: f64,
}

/// A box of positions of a map, over two of its axes (or one).
#[derive(Clone, Debug)]
pub struct Panel {
    /// Words above it.
    pub title: String,
    /// First position, per axis of the map.
    pub first: Vec<i64>,
    /// Positions per axis of the map; one on an axis that is cut through.
    pub extent: Vec<i64>,
    /// The axis that goes down; none for a single row.
    pub down: Option<usize>,
    /// The axis that goes right.
    pub right: usize,
    /// Least and most paths to a covered position; none where path weights are not known, or nothing is covered.
    pub paths: Option<(f64, f64)>,
    /// Whether all path weights are known to be integers; not looked at where several share a cell.
    pub is_integral: bool,
    /// Whether it shows an intermediate map, not the footprint itself.
    pub is_intermediate: bool,
    covered: Arc<Grid>,
    twin: Arc<Grid>,
    weights: Option<RowWeights>,
}

/// Where a map of three axes is cut through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// The axis.
    pub axis: usize,
    /// The position along it.
    pub position: i64,
}

/// The part of a map that is drawn: first position and extent per axis.
pub type Window = (Vec<i64>, Vec<i64>);

/// All that there is to see: the bounding box of the dense twin, cut through at `slice` where there are three axes.
#[must_use]
pub fn frame(seen: &Footprint<'_>, slice: Option<Slice>) -> Option<Window> {
    let (mut first, mut extent) = seen.twin.bounds()?;
    if let Some(Slice { axis, position }) = slice {
        first[axis] = position;
        extent[axis] = 1;
    }
    Some((first, extent))
}

/// Names of a map's axes, of one, two or three.
#[must_use]
pub fn axes(dims: usize) -> &'static [&'static str] {
    let names = &["z", "y", "x"];
    &names[names.len() - dims.clamp(1, 3)..]
}

impl Panel {
    /// Draws a part of a footprint.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn new(
        title: String,
        seen: &Footprint<'_>,
        window: Window,
        cut: Option<usize>,
    ) -> Result<Self, FootprintError> {
        let mut panel = Self::unweighed(title, seen, window, cut)?;
        if let Ok(paths) = seen.shared_paths() {
            let weights = RowWeights::new(paths, &panel.first, &panel.extent, panel.right)?;
            panel.set(weights);
        }
        Ok(panel)
    }

    /// The same without path weights, which follow: see [`weigh`](Self::weigh).
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn unweighed(
        title: String,
        seen: &Footprint<'_>,
        (first, extent): Window,
        cut: Option<usize>,
    ) -> Result<Self, FootprintError> {
        cells(extent.iter().copied())?;
        let axes: Vec<usize> = (0..extent.len())
            .filter(|axis| Some(*axis) != cut)
            .collect();
        Ok(Self {
            title,
            covered: seen.region.clipped(&first, &extent)?.drawn()?,
            twin: seen.twin.clipped(&first, &extent)?.drawn()?,
            down: (axes.len() > 1).then(|| axes[0]),
            right: axes.last().copied().unwrap_or(0),
            first,
            extent,
            paths: None,
            is_intermediate: false,
            is_integral: false,
            weights: None,
        })
    }

    /// Gives it the path weights of its map, to be drawn in cells of `by` × `by` positions: of several, the greatest is kept.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn weigh(&mut self, paths: &PathWeights, by: usize) -> Result<(), FootprintError> {
        let weights = RowWeights::in_cells(paths, &self.first, &self.extent, self.right, by)?;
        self.set(weights);
        Ok(())
    }

    fn set(&mut self, weights: RowWeights) {
        self.paths = weights.paths;
        self.is_integral = weights.is_integral;
        self.weights = Some(weights);
    }

    /// Positions downward.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.down
            .map_or(1, |axis| usize::try_from(self.extent[axis]).unwrap_or(0))
    }

    /// Positions to the right.
    #[must_use]
    pub fn columns(&self) -> usize {
        usize::try_from(self.extent[self.right]).unwrap_or(0)
    }

    /// The position of the map at a row and column.
    #[must_use]
    pub fn place(&self, row: usize, column: usize) -> Vec<i64> {
        self.at(row, column)[..self.first.len()].to_vec()
    }

    /// The same, with zeros for the axes that the map has not.
    fn at(&self, row: usize, column: usize) -> [i64; 3] {
        let mut place = [0; 3];
        place[..self.first.len()].copy_from_slice(&self.first);
        if let Some(axis) = self.down {
            place[axis] += i64::try_from(row).unwrap_or(0);
        }
        place[self.right] += i64::try_from(column).unwrap_or(0);
        place
    }

    /// Whether the position at a row and column is read.
    pub(super) fn is_covered(&self, row: usize, column: usize) -> bool {
        let place = self.at(row, column);
        self.covered.contains(&place[..self.first.len()])
    }

    /// What is at a row and column. Coverage is exact and comes from the positions; weights may be approximate.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> Cell {
        let place = self.at(row, column);
        if self.is_covered(row, column) {
            Cell::Covered(self.level(self.weight(row, column)))
        } else if self.twin.contains(&place[..self.first.len()]) {
            if self.is_intermediate {
                Cell::Between
            } else {
                Cell::Gridding
            }
        } else {
            Cell::Outside
        }
    }

    /// The panel in cells of `by` × `by` positions, row by row.
    #[must_use]
    pub fn tallies(&self, by: usize) -> Vec<Tally> {
        let across = self.columns().div_ceil(by);
        let known = self.weights.as_ref().and_then(|weights| weights.peaks(by));
        let mut all = Vec::with_capacity(self.rows().div_ceil(by) * across);
        for first in (0..self.rows()).step_by(by) {
            let mut line = vec![Tally::default(); across];
            let known = known.map(|peaks| peaks[all.len()..][..across].to_vec());
            let mut most = known.unwrap_or_else(|| vec![0.0; across]);
            for row in first..(first + by).min(self.rows()) {
                let weights = self.weights_of(row);
                for (cell, from, to) in self.pieces(&self.twin, row, by) {
                    line[cell].missed += count(from, to);
                }
                for (cell, from, to) in self.pieces(&self.covered, row, by) {
                    line[cell].covered += count(from, to);
                    line[cell].missed -= count(from, to);
                    if let Some(weights) = &weights {
                        let weights = weights[from..to].iter();
                        most[cell] = weights.fold(most[cell], |a, w| a.max(w.abs()));
                    }
                }
            }
            // The scale rises with the weight: the greatest weight has the greatest level.
            for (tally, most) in line.iter_mut().zip(most) {
                if tally.covered > 0 {
                    tally.level = self.level(self.weights.as_ref().map(|_| most)).max(0.0);
                }
            }
            all.extend(line);
        }
        all
    }

    /// The columns of a row that a set has, in pieces that each lie in one cell of `by` columns: the cell, the first column and the end.
    fn pieces(&self, set: &Grid, row: usize, by: usize) -> Vec<(usize, usize, usize)> {
        let place = self.at(row, 0);
        let (outer, last) = place[..self.first.len()].split_at(self.first.len() - 1);
        let runs: Vec<(usize, usize)> = if self.right == outer.len() {
            let column = |position: i64| usize::try_from(position - last[0]).unwrap_or(0);
            let runs = set.row(outer).into_iter().flat_map(AxisSet::runs);
            runs.map(|(a, b)| (column(a), column(b) + 1)).collect()
        } else {
            // Cut through the axis along which sets have their rows.
            let has = |column: &usize| set.contains(&self.at(row, *column)[..self.first.len()]);
            let columns = (0..self.columns()).filter(has);
            columns.map(|column| (column, column + 1)).collect()
        };
        let split = |(from, to): (usize, usize)| {
            (from / by..=(to - 1) / by)
                .map(move |cell| (cell, from.max(cell * by), to.min((cell + 1) * by)))
        };
        runs.into_iter().flat_map(split).collect()
    }

    /// Whether there are positions of an intermediate map that only the dense twin reads.
    #[must_use]
    pub fn has_between(&self) -> bool {
        self.is_intermediate && self.twin.count() > self.covered.count()
    }

    /// How many positions are covered, are holes by dilation, and are neither.
    #[must_use]
    pub fn counts(&self) -> (i64, i64, i64) {
        let (covered, twin) = (self.covered.count(), self.twin.count());
        let all: i64 = self.extent.iter().product();
        let gridding = if self.is_intermediate {
            0
        } else {
            twin - covered
        };
        (covered, gridding, all - covered - gridding)
    }

    /// Paths to a position, where they are known.
    #[must_use]
    pub fn weight(&self, row: usize, column: usize) -> Option<f64> {
        self.weights_of(row)?.get(column).copied()
    }

    /// Paths to each position of a row, where they are known.
    pub(super) fn weights_of(&self, row: usize) -> Option<impl Deref<Target = [f64]>> {
        self.weights.as_ref()?.row(row, || self.place(row, 0))
    }

    /// The place of a weight on the ramp, whatever its sign, on a logarithmic scale: paths multiply from layer to layer.
    fn level(&self, weight: Option<f64>) -> f64 {
        let (Some(weight), Some((least, most))) = (weight, self.paths) else {
            return 0.75;
        };
        if most <= least {
            return 1.0;
        }
        ((weight.abs().ln() - least.ln()) / (most.ln() - least.ln())).clamp(0.0, 1.0)
    }
}

/// The one scale of panels that are compared, be they of several designs, of the build-up of one, or cuts: from the fewest paths of all to
/// the most.
#[must_use]
pub fn shared_scale<'a>(panels: impl IntoIterator<Item = &'a Panel>) -> Option<(f64, f64)> {
    let ends = panels.into_iter().filter_map(|panel| panel.paths);
    ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

fn count(from: usize, to: usize) -> i64 {
    i64::try_from(to - from).unwrap_or(0)
}
