//! Path weights of a panel, a row at a time.

use std::cell::RefCell;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use crate::footprint::{FootprintError, PathWeights};

/// Most path weights of a panel that are held together.
const MOST_HELD: i64 = 1 << 23;

/// Path weights of a box over two axes of a map, or one.
#[derive(Clone, Debug)]
pub(super) struct RowWeights {
    /// Least and most paths to a position that is read, whatever the sign; `None` where there is none.
    pub(super) paths: Option<(f64, f64)>,
    /// Whether all are known to be integers; not looked at where they are many.
    pub(super) is_integral: bool,
    /// Positions along each axis, but for the axis of the rows.
    extent: Vec<i64>,
    columns: usize,
    held: Held,
}

#[derive(Clone, Debug)]
enum Held {
    /// All of them, row by row.
    All(Vec<f64>),
    /// So many that a row is made when it is asked for: the last one that was, with its number.
    Rows(Arc<PathWeights>, RefCell<(usize, Rc<[f64]>)>),
    /// The greatest of each cell alone.
    Peaks(Peaks),
}

impl RowWeights {
    /// The weights of the box from `first` on, with rows along the axis `right`.
    pub(super) fn new(
        paths: &Arc<PathWeights>,
        first: &[i64],
        extent: &[i64],
        right: usize,
    ) -> Result<Self, FootprintError> {
        let cells: i64 = extent.iter().product();
        if is_along(right, first)
            && cells > MOST_HELD
            && let Some(peaks) = Peaks::new(paths, first, extent, usize::MAX)?
        {
            let held = Held::Rows(Arc::clone(paths), RefCell::new((usize::MAX, Rc::from([]))));
            return Ok(Self::of(peaks.ends(), false, extent, right, held));
        }
        Self::all(paths, first, extent, right)
    }

    /// The same, of which no more will be asked for than the greatest of each `by` × `by` positions.
    pub(super) fn in_cells(
        paths: &PathWeights,
        first: &[i64],
        extent: &[i64],
        right: usize,
        by: usize,
    ) -> Result<Self, FootprintError> {
        if is_along(right, first)
            && by > 1
            && let Some(peaks) = Peaks::new(paths, first, extent, by)?
        {
            return Ok(Self::of(
                peaks.ends(),
                false,
                extent,
                right,
                Held::Peaks(peaks),
            ));
        }
        Self::all(paths, first, extent, right)
    }

    fn all(
        paths: &PathWeights,
        first: &[i64],
        extent: &[i64],
        right: usize,
    ) -> Result<Self, FootprintError> {
        let mut weights = Vec::new();
        for row in paths.rows_of(first, extent)? {
            weights.extend(row?);
        }
        let is_integral = weights.iter().all(|w| w.fract() == 0.0);
        let paths = ends(&weights);
        Ok(Self::of(
            paths,
            is_integral,
            extent,
            right,
            Held::All(weights),
        ))
    }

    fn of(
        paths: Option<(f64, f64)>,
        is_integral: bool,
        extent: &[i64],
        right: usize,
        held: Held,
    ) -> Self {
        let mut own = vec![1; extent.len()];
        own[right] = extent[right];
        Self {
            paths,
            is_integral,
            extent: own,
            columns: usize::try_from(extent[right]).unwrap_or(0),
            held,
        }
    }

    /// The greatest weights of cells of `by` × `by` positions, cell by cell, where they were found when the weights were there.
    pub(super) fn peaks(&self, by: usize) -> Option<&[f64]> {
        match &self.held {
            Held::Peaks(peaks) if peaks.by == by => Some(&peaks.most),
            _ => None,
        }
    }

    /// A row, which begins at `first`.
    pub(super) fn row(&self, row: usize, first: impl Fn() -> Vec<i64>) -> Option<Weights<'_>> {
        match &self.held {
            Held::All(weights) => {
                // The axis that is cut through has one position.
                let from = row * self.columns;
                weights.get(from..from + self.columns).map(Weights::Held)
            }
            Held::Rows(paths, last) => {
                let mut last = last.borrow_mut();
                if last.0 != row {
                    let first = first();
                    let mut made = paths.rows_of(&first, &self.extent).ok()?;
                    *last = (row, made.next()?.ok()?.into());
                }
                Some(Weights::Made(Rc::clone(&last.1)))
            }
            Held::Peaks(..) => None,
        }
    }
}

/// Path weights of a row.
pub(super) enum Weights<'a> {
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

/// Whether rows of the weights are rows of the panel: cut across, it has one position of each.
fn is_along(right: usize, first: &[i64]) -> bool {
    right + 1 == first.len()
}

/// Greatest weights of cells of `by` × `by` positions.
#[derive(Clone, Debug)]
struct Peaks {
    by: usize,
    /// Least weight above zero.
    least: f64,
    /// The greatest weight of each cell, row by row.
    most: Vec<f64>,
}

impl Peaks {
    /// `None` where some weights are negative: what is noise is known once all were seen.
    fn new(
        paths: &PathWeights,
        first: &[i64],
        extent: &[i64],
        by: usize,
    ) -> Result<Option<Self>, FootprintError> {
        let columns = usize::try_from(extent[extent.len() - 1]).unwrap_or(0);
        // Of the rows that share cells, column by column.
        let (mut least, mut most) = (vec![f64::INFINITY; columns], vec![0.0; columns]);
        let mut cells = Vec::new();
        let mut close = |most: &mut [f64]| {
            for columns in most.chunks_mut(by) {
                cells.push(columns.iter().copied().fold(0.0, f64::max));
                columns.fill(0.0);
            }
        };
        paths.each_row(first, extent, |row, skipped, weights| {
            if row > 0 && row % by == 0 {
                close(&mut most);
            }
            let ends = least[skipped..].iter_mut().zip(&mut most[skipped..]);
            for ((least, most), &weight) in ends.zip(weights) {
                let positive = if weight == 0.0 { f64::INFINITY } else { weight };
                *least = if positive < *least { positive } else { *least };
                *most = if weight > *most { weight } else { *most };
            }
        })?;
        close(&mut most);
        let least = least.into_iter().fold(f64::INFINITY, f64::min);
        Ok((least > 0.0).then_some(Self {
            by,
            least,
            most: cells,
        }))
    }

    /// Least and most paths to a position that is read; `None` where there is none.
    fn ends(&self) -> Option<(f64, f64)> {
        let most = self.most.iter().copied().fold(0.0, f64::max);
        (most > 0.0).then_some((self.least, most))
    }
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
