//! The positions of a map that its readers' strides skip.

use ndarray::{ArrayD, IxDyn};
use num_integer::Integer;

use crate::network::{AxisOp, MAX_PHASES, Op, Resize};

use super::bits::{shape, to_index};
use super::error::FootprintError;
use super::product::cells;
use super::taps::each_tap;

/// The residues that a layer reads along one axis, modulo its period: its stride, or 1 where it reads every position (as transposed
/// layers, merges, global pools and upsampling do).
fn residues(reader: &AxisOp) -> Result<Vec<bool>, FootprintError> {
    let op = match reader {
        // Steps of at most one position leave none out, whatever the fraction.
        AxisOp::Resize(resize) if *resize.nominal.numer() <= *resize.nominal.denom() => {
            &AxisOp::Same
        }
        // Bins leave none out either.
        AxisOp::Everything | AxisOp::Bins(_) => &AxisOp::Same,
        AxisOp::Resize(resize) => &AxisOp::Resize(Resize {
            sizes: None,
            ..*resize
        }),
        op => op,
    };
    let jump = op.jump();
    let period = limited(i64::try_from(*jump.numer()).unwrap_or(i64::MAX))?;
    let mut read = vec![false; to_index(period)];
    for o in (0..).take_while(|o| i128::from(*o) < *jump.denom()) {
        each_tap(op, o, None, |tap, _| {
            read[to_index(tap.rem_euclid(period))] = true;
        });
    }
    if read.iter().all(|read| *read) {
        read.truncate(1);
    }
    Ok(read)
}

/// Which positions of a map at least one of its readers reads, over all axes: entry (y, x) stands for the positions that are y and x
/// modulo the shape. Borders are left aside.
///
/// Two readers may skip positions together that neither axis shows: one that reads even rows, and one that reads even columns, leave the
/// positions odd on both. A single entry `true` is a map that is read everywhere.
///
/// # Errors
/// [`FootprintError::TooLarge`] past the limit of phases on an axis, or of cells.
///
/// # Panics
/// If readers differ in their number of axes.
pub fn read_grid(readers: &[Op]) -> Result<ArrayD<bool>, FootprintError> {
    let dims = readers.first().map_or(1, |op| op.axes.len());
    let mut periods = vec![1; dims];
    let mut all = Vec::new();
    for op in readers {
        assert_eq!(
            op.axes.len(),
            dims,
            "the readers of one map have the same axes"
        );
        let axes = op.axes.iter().map(residues);
        let axes: Vec<Vec<bool>> = axes.collect::<Result<_, _>>()?;
        if axes.iter().flatten().all(|read| *read) {
            return Ok(ArrayD::from_elem(IxDyn(&vec![1; dims]), true));
        }
        for (period, axis) in periods.iter_mut().zip(&axes) {
            *period = limited(period.lcm(&i64::try_from(axis.len()).unwrap_or(i64::MAX)))?;
        }
        all.push(axes);
    }
    cells(periods.iter().copied())?;
    Ok(ArrayD::from_shape_fn(shape(&periods), |place| {
        all.iter()
            .any(|axes| (0..dims).all(|a| axes[a][place[a] % axes[a].len()]))
    }))
}

fn limited(period: i64) -> Result<i64, FootprintError> {
    if period > MAX_PHASES {
        return Err(FootprintError::TooLarge { cells: period });
    }
    Ok(period)
}
