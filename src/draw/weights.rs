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
}

impl RowWeights {
    /// The weights of the box from `first` on, with rows along the axis `right`.
    pub(super) fn new(
        paths: &Arc<PathWeights>,
        first: &[i64],
        extent: &[i64],
        right: usize,
    ) -> Result<Self, FootprintError> {
        let mut own = vec![1; extent.len()];
        own[right] = extent[right];
        let columns = usize::try_from(extent[right]).unwrap_or(0);
        // Cut across the rows of the weights, a panel has one position of each.
        let is_along = right + 1 == first.len();
        let cells: i64 = extent.iter().product();
        if is_along
            && cells > MOST_HELD
            && let Some((least, most, is_integral)) = positive(paths, first, extent)?
        {
            return Ok(Self {
                paths: (most > 0.0).then_some((least, most)),
                is_integral,
                extent: own,
                columns,
                held: Held::Rows(Arc::clone(paths), RefCell::new((usize::MAX, Rc::from([])))),
            });
        }
        let mut weights = Vec::new();
        for row in paths.rows_of(first, extent)? {
            weights.extend(row?);
        }
        Ok(Self {
            paths: ends(&weights),
            is_integral: weights.iter().all(|w| w.fract() == 0.0),
            extent: own,
            columns,
            held: Held::All(weights),
        })
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

/// Least and greatest weight, and whether all are integers; `None` where some are negative: what is noise is known once all were seen.
fn positive(
    paths: &PathWeights,
    first: &[i64],
    extent: &[i64],
) -> Result<Option<(f64, f64, bool)>, FootprintError> {
    let (mut least, mut most) = (f64::INFINITY, 0.0_f64);
    let mut is_integral = true;
    for row in paths.rows_of(first, extent)? {
        let row = row?;
        for weight in row.iter().filter(|weight| **weight != 0.0) {
            least = least.min(*weight);
            most = most.max(*weight);
        }
        if least < 0.0 {
            return Ok(None);
        }
        is_integral = is_integral && row.iter().all(|w| w.fract() == 0.0);
    }
    Ok(Some((least, most, is_integral)))
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
