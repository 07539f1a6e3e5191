//! Path weights along one axis, the others added up, without holding them over all axes.
//!
//! Away from borders a layer moves path weights by a matrix A_a along each axis a, and weights W by all of them at once. Added up over
//! axis b, what A_b makes of one position is the sum c_b of its column: the number of taps of a kernel, 1 for interpolation. Where every
//! position has the same sum, the marginal m_a of W becomes Π_{b≠a} c_b · A_a m_a: it needs no other axis. A merge adds weights, and so
//! marginals. So the marginals of a whole graph cost one pass along each axis, however far its weights are from a product of axes.

use crate::network::{AxisOp, Op};

use super::axis::AxisValue;
use super::error::FootprintError;
use super::sum::Propagate;
use super::weights::AxisWeights;
use super::writes::writes_evenly;

/// What a layer reads for each of its positions, in paths along an axis: the same everywhere, or `None`. Borders are left aside.
pub(super) fn paths_through(op: &AxisOp) -> Option<f64> {
    match op {
        AxisOp::Same | AxisOp::Crop(_) | AxisOp::Pad(_) => Some(1.0),
        AxisOp::Window(window) => Some(f64::from(window.kernel.get())),
        AxisOp::Transposed(layer) => {
            let (kernel, stride) = (layer.kernel, layer.stride);
            writes_evenly(kernel, stride, layer.dilation)
                .then(|| f64::from(kernel.get() / stride.get()))
        }
        // Cubic interpolation has negative weights, whose sums say nothing of the largest one.
        AxisOp::Resize(resize) => (!resize.is_cubic()).then_some(1.0),
        AxisOp::Bins(_) | AxisOp::Everything => None,
    }
}

/// A number as a float times a power of two: products of kernel sizes pass every float.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scaled {
    pub value: f64,
    pub power: i32,
}

/// Weights past this are scaled down: squares of it are within range, and so is what one layer makes of it.
const HIGH: i32 = 256;

impl Scaled {
    fn settled(mut self) -> Self {
        while self.value > 2.0_f64.powi(HIGH) {
            self.value *= 2.0_f64.powi(-HIGH);
            self.power += HIGH;
        }
        self
    }

    /// The binary logarithm.
    pub fn log2(self) -> f64 {
        self.value.log2() + f64::from(self.power)
    }
}

/// All paths together, wherever they lead; `None` where they depend on the position.
#[derive(Clone, Debug)]
pub(super) struct Total(pub Option<Scaled>);

impl Total {
    pub const ONE: Self = Self(Some(Scaled {
        value: 1.0,
        power: 0,
    }));
}

impl Propagate for Total {
    fn through(self, op: &Op, _: Option<&[i64]>, _: bool) -> Result<Self, FootprintError> {
        let paths = op.axes.iter().map(paths_through).product::<Option<f64>>();
        Ok(Self(self.0.zip(paths).map(|(total, paths)| {
            let value = total.value * paths;
            Scaled { value, ..total }.settled()
        })))
    }

    fn join(&mut self, other: Self) -> Result<(), FootprintError> {
        self.0 = self.0.zip(other.0).map(|(a, b)| {
            let power = a.power.max(b.power);
            let at = |part: Scaled| part.value * 2.0_f64.powi(part.power - power);
            let value = at(a) + at(b);
            Scaled { value, power }.settled()
        });
        Ok(())
    }
}

/// Path weights along one axis, times a power of two.
#[derive(Clone, Debug)]
pub(super) struct Marginal {
    axis: usize,
    pub weights: AxisWeights,
    power: i32,
}

impl Marginal {
    /// One path to a position.
    pub fn one(axis: usize, position: i64) -> Self {
        Self {
            axis,
            weights: AxisWeights::one(position),
            power: 0,
        }
    }

    fn times(&mut self, power: i32) {
        if power != 0 {
            let by = 2.0_f64.powi(power);
            self.weights.values.iter_mut().for_each(|w| *w *= by);
            self.power -= power;
        }
    }
}

impl Propagate for Marginal {
    /// The caller has seen by [`Total`] that no layer's paths depend on the position.
    fn through(self, op: &Op, _: Option<&[i64]>, dense: bool) -> Result<Self, FootprintError> {
        let others = op.axes.iter().enumerate().filter(|(a, _)| *a != self.axis);
        let others = others.map(|(_, op)| paths_through(op).unwrap_or(1.0));
        let others: f64 = others.product();
        let mut read = self.weights.through(&op.axes[self.axis], None, dense)?;
        if others > 1.0 {
            read.values.iter_mut().for_each(|w| *w *= others);
        }
        let is_high = read.most() > 2.0_f64.powi(HIGH);
        let mut read = Self {
            weights: read,
            ..self
        };
        if is_high {
            read.times(-HIGH);
        }
        Ok(read)
    }

    fn join(&mut self, mut other: Self) -> Result<(), FootprintError> {
        let power = self.power.max(other.power);
        self.times(self.power - power);
        other.times(other.power - power);
        self.weights.add(&other.weights, 1.0)
    }
}
