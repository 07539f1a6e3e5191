//! What is drawn of a network, and which part of it. A panel is a grid to be drawn: which positions are covered, which are holes, and how heavy each is.

use std::cell::RefCell;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use num_rational::Ratio;

use crate::footprint::{AxisSet, Footprint, FootprintError, Grid, PathWeights};
use crate::network::MAX_CELLS;
use crate::report::show::{ShowReport, Step};

use super::theme::Look;

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
    /// Whether all path weights are integers.
    pub is_integral: bool,
    /// Whether it shows an intermediate map, not the footprint itself.
    pub is_intermediate: bool,
    covered: Grid,
    twin: Grid,
    weights: Option<Held>,
}

/// Path weights of a panel.
#[derive(Clone, Debug)]
enum Held {
    /// All of them, row by row.
    All(Vec<f64>),
    /// So many that a row is made when it is asked for: the last one that was, with its number.
    Rows(Arc<PathWeights>, RefCell<(usize, Rc<[f64]>)>),
}

/// Most path weights of a panel that are held together.
const MOST_HELD: i64 = 1 << 23;

/// Where a map of three axes is cut through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// The axis.
    pub axis: usize,
    /// The position along it.
    pub position: i64,
}

/// What a figure shows of its designs.
#[derive(Clone, Copy, Debug, Default)]
pub struct FigureOptions {
    /// Of three axes, where to cut through.
    pub slice: Option<Slice>,
    /// Of three axes, how many cuts are drawn, spread evenly; 0 for the one of `slice`.
    pub slices: usize,
    /// Whether the build-up is drawn, not the footprint alone.
    pub layers: bool,
    /// Whether every stage is drawn on its own input.
    pub gallery: bool,
    /// Whether what designs read differently is drawn too.
    pub difference: bool,
    /// Colours.
    pub look: Look,
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
        (first, extent): Window,
        cut: Option<usize>,
    ) -> Result<Self, FootprintError> {
        let cells = extent.iter().try_fold(1_i64, |v, &n| v.checked_mul(n));
        if cells.is_none_or(|cells| cells > MAX_CELLS) {
            return Err(FootprintError::TooLarge {
                cells: cells.unwrap_or(i64::MAX),
            });
        }
        let axes: Vec<usize> = (0..extent.len())
            .filter(|axis| Some(*axis) != cut)
            .collect();
        let mut panel = Self {
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
        };
        if let Ok(paths) = seen.shared_paths() {
            panel.weigh(paths, cells > Some(MOST_HELD))?;
        }
        Ok(panel)
    }

    /// Takes in path weights: all, or where they are `many` row by row.
    fn weigh(&mut self, paths: &Arc<PathWeights>, many: bool) -> Result<(), FootprintError> {
        let rows = paths.rows_of(&self.first, &self.extent)?;
        // Where some are negative, what is noise is known once all were seen; cut across the rows, a panel has one position of each.
        if many && self.right + 1 == self.first.len() {
            let (mut least, mut most) = (f64::INFINITY, 0.0_f64);
            let (mut is_integral, mut is_negative) = (true, false);
            for row in rows {
                let row = row?;
                for weight in row.iter().filter(|weight| **weight != 0.0) {
                    least = least.min(*weight);
                    most = most.max(*weight);
                }
                is_negative |= least < 0.0;
                is_integral = is_integral && row.iter().all(|w| w.fract() == 0.0);
            }
            if !is_negative {
                self.paths = (most > 0.0).then_some((least, most));
                self.is_integral = is_integral;
                let last = RefCell::new((usize::MAX, Rc::from([])));
                self.weights = Some(Held::Rows(Arc::clone(paths), last));
                return Ok(());
            }
        }
        let mut weights = Vec::new();
        for row in paths.rows_of(&self.first, &self.extent)? {
            weights.extend(row?);
        }
        self.paths = ends(&weights);
        self.is_integral = weights.iter().all(|w| w.fract() == 0.0);
        self.weights = Some(Held::All(weights));
        Ok(())
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

    /// What is at a row and column. Coverage is exact and comes from the positions; weights may be approximate.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> Cell {
        let place = self.at(row, column);
        let place = &place[..self.first.len()];
        if self.covered.contains(place) {
            Cell::Covered(self.level(self.weight(row, column)))
        } else if self.twin.contains(place) {
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
        let mut all = Vec::with_capacity(self.rows().div_ceil(by) * across);
        for first in (0..self.rows()).step_by(by) {
            let mut line = vec![Tally::default(); across];
            let mut most = vec![0.0_f64; across];
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

    /// Whether there are holes by dilation, and positions that the dense twin does not read either.
    #[must_use]
    pub fn kinds(&self) -> (bool, bool) {
        let (covered, twin) = (self.covered.count(), self.twin.count());
        let all: i64 = self.extent.iter().product();
        (
            twin > covered && !self.is_intermediate,
            twin < all && !self.is_intermediate,
        )
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

    /// Path weights of a row, where they are known.
    fn weights_of(&self, row: usize) -> Option<Weights<'_>> {
        match self.weights.as_ref()? {
            Held::All(weights) => {
                // The axis that is cut through has one position.
                let from = row * self.columns();
                weights.get(from..from + self.columns()).map(Weights::Held)
            }
            Held::Rows(paths, last) => {
                let mut last = last.borrow_mut();
                if last.0 != row {
                    let mut extent = vec![1; self.first.len()];
                    extent[self.right] = self.extent[self.right];
                    let first = self.place(row, 0);
                    let mut made = paths.rows_of(&first, &extent).ok()?;
                    *last = (row, made.next()?.ok()?.into());
                }
                Some(Weights::Made(Rc::clone(&last.1)))
            }
        }
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

/// Path weights of a row.
enum Weights<'a> {
    Held(&'a [f64]),
    Made(Rc<[f64]>),
}

impl Deref for Weights<'_> {
    type Target = [f64];
    fn deref(&self) -> &[f64] {
        match self {
            Self::Held(weights) => weights,
            Self::Made(weights) => weights,
        }
    }
}

fn count(from: usize, to: usize) -> i64 {
    i64::try_from(to - from).unwrap_or(0)
}

/// Least and most paths to a position that is read, whatever the sign; `None` where there is none.
fn ends(weights: &[f64]) -> Option<(f64, f64)> {
    let most = weights.iter().fold(0.0_f64, |most, w| most.max(w.abs()));
    // Where some are negative, what paths that cancel leave in floating point is no weight.
    let noise = if weights.iter().any(|w| *w < 0.0) {
        most * 1e-12
    } else {
        0.0
    };
    let weights = weights.iter().map(|w| w.abs()).filter(|w| *w > noise);
    let least = weights.fold(f64::INFINITY, f64::min);
    (most > 0.0).then_some((least, most))
}

/// A network and what one of its output positions reads.
#[derive(Clone, Debug)]
pub struct Design<'a> {
    /// The report.
    pub report: ShowReport,
    /// What the output position reads.
    pub seen: Footprint<'a>,
    /// The build-up from the output position back, output side first, the footprint itself last; empty where it is not asked for.
    pub steps: Vec<Step<'a>>,
    /// How many steps next to the output were left out.
    pub left_out: usize,
    /// Stages on their own input, by their place in the report; empty where they are not asked for.
    pub gallery: Vec<(usize, Footprint<'a>)>,
}

impl Design<'_> {
    /// Whether a step shows an intermediate map, not the footprint itself.
    #[must_use]
    pub fn is_intermediate(&self, step: &Step<'_>) -> bool {
        self.steps.last().is_some_and(|last| last.map != step.map)
    }
}

/// The part of a step's map that lies under the footprint's, so that steps are drawn to one scale; its own box at another resolution.
#[must_use]
pub fn step_window(
    step: &Step<'_>,
    seen: &Footprint<'_>,
    (first, extent): &Window,
    slice: Option<Slice>,
) -> Option<Window> {
    let one = Ratio::from_integer(1);
    let aligned = step.scale.iter().all(|(_, jump)| *jump == one);
    if aligned && seen.size == step.seen.size {
        let shifted = |(axis, first): (usize, &i64)| {
            let origin = i64::try_from(step.scale[axis].0.floor().to_integer()).ok()?;
            Some(first - origin)
        };
        let first = first.iter().enumerate().map(shifted);
        return Some((first.collect::<Option<_>>()?, extent.clone()));
    }
    let slice = slice.map(|Slice { axis, .. }| Slice {
        axis,
        position: step.seen.centre[axis],
    });
    frame(&step.seen, slice)
}
