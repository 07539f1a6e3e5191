//! The positions of a map that its readers' strides skip.

use ndarray::{ArrayD, IxDyn};
use num_integer::lcm;

use crate::network::{AxisOp, MAX_CELLS, MAX_PHASES, Op, Resize};

use super::bits::to_index;
use super::error::FootprintError;
use super::taps::each_tap;

/// Which positions of a map are read along one axis, as residues modulo a period; borders left aside.
///
/// ```
/// use degrid::footprint::Residues;
/// use degrid::network::{AxisOp, Dilation, Kernel, Stride, Window};
/// let reader = |kernel, low| -> Result<_, degrid::network::QuantityError> {
///     let (kernel, stride) = (Kernel::new(kernel)?, Stride::new(2)?);
///     Ok(AxisOp::Window(Window { kernel, stride, dilation: Dilation::ONE, low, high: low, ceil: false }))
/// };
/// let (shortcut, main) = (reader(1, 0)?, reader(3, 1)?);
/// assert_eq!(Residues::of(&[shortcut])?.skipped().collect::<Vec<_>>(), [1]);
/// assert!(Residues::of(&[shortcut, main])?.is_complete());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Residues {
    read: Vec<bool>,
}

impl Residues {
    /// The positions that at least one of these layers reads.
    ///
    /// One layer's period is its stride, or 1 where it reads every position (as transposed layers, merges, global pools and
    /// upsampling do); the union's is the least common multiple. No layer reads nothing.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] where the periods' least common multiple passes the limit of phases.
    pub fn of(readers: &[AxisOp]) -> Result<Self, FootprintError> {
        let mut union = Self { read: vec![false] };
        for reader in readers {
            union = union.joined(&Self::of_one(reader)?)?;
        }
        Ok(union)
    }

    fn of_one(reader: &AxisOp) -> Result<Self, FootprintError> {
        let op = match reader {
            // Steps of at most one position leave none out, whatever the fraction.
            AxisOp::Resize(resize) if *resize.nominal.numer() <= *resize.nominal.denom() => {
                &AxisOp::Same
            }
            AxisOp::Everything => &AxisOp::Same,
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
        Ok(Self { read }.reduced())
    }

    fn joined(&self, other: &Self) -> Result<Self, FootprintError> {
        let period = limited(lcm(self.period(), other.period()))?;
        let read = (0..period)
            .map(|p| self.contains(p) || other.contains(p))
            .collect();
        Ok(Self { read }.reduced())
    }

    /// One residue where all are read, or none: nothing depends on the period then.
    fn reduced(mut self) -> Self {
        if self.read.iter().all(|read| *read == self.read[0]) {
            self.read.truncate(1);
        }
        self
    }

    /// Positions after which the pattern repeats.
    #[must_use]
    pub fn period(&self) -> i64 {
        i64::try_from(self.read.len()).unwrap_or(i64::MAX)
    }

    /// Whether a position is read.
    #[must_use]
    pub fn contains(&self, position: i64) -> bool {
        self.read[to_index(position.rem_euclid(self.period()))]
    }

    /// Whether every position is read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.read.iter().all(|read| *read)
    }

    /// The residues that are not read, from 0 up to the period: positions p with p mod period among them are skipped.
    pub fn skipped(&self) -> impl Iterator<Item = i64> {
        (0..)
            .zip(&self.read)
            .filter(|(_, read)| !**read)
            .map(|(residue, _)| residue)
    }
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
        let axes: Vec<Residues> = op
            .axes
            .iter()
            .map(Residues::of_one)
            .collect::<Result<_, _>>()?;
        if axes.iter().all(Residues::is_complete) {
            return Ok(ArrayD::from_elem(IxDyn(&vec![1; dims]), true));
        }
        for (period, axis) in periods.iter_mut().zip(&axes) {
            *period = limited(lcm(*period, axis.period()))?;
        }
        all.push(axes);
    }
    // Three periods of at most 2^12 each fit an i64.
    let cells = periods.iter().product();
    if cells > MAX_CELLS {
        return Err(FootprintError::TooLarge { cells });
    }
    let shape: Vec<usize> = periods.iter().map(|&period| to_index(period)).collect();
    Ok(ArrayD::from_shape_fn(IxDyn(&shape), |place| {
        all.iter()
            .any(|axes| (0..dims).all(|a| axes[a].read[place[a] % axes[a].read.len()]))
    }))
}

fn limited(period: i64) -> Result<i64, FootprintError> {
    if period > MAX_PHASES {
        return Err(FootprintError::TooLarge { cells: period });
    }
    Ok(period)
}
