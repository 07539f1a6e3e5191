//! The operations of a network, as what one output position reads along one axis.

mod bins;
mod kinds;
mod pad;

use num_rational::Ratio;

use super::axes::PerAxis;
use super::quantity::{Dilation, Kernel, Stride};

pub use bins::Bins;
pub use kinds::{Interpolation, PhaseTaps, Resize, Transposed, Window};
pub use pad::{Pad, PadMode};

/// What a layer is called; its arithmetic stands in [`Op::axes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OpKind {
    /// Convolution.
    Conv,
    /// Maximum of a window.
    MaxPool,
    /// Mean of a window.
    AvgPool,
    /// Transposed ("fractionally strided") convolution.
    Transposed,
    /// Upsampling that repeats the nearest position, or interpolates between two.
    Upsample,
    /// Sub-pixel convolution's rearrangement of channels to positions.
    PixelShuffle,
    /// Mean of each of a given number of bins.
    AdaptiveAvgPool,
    /// Maximum of each of a given number of bins.
    AdaptiveMaxPool,
    /// Everything to one position, along some axes or all.
    GlobalPool,
    /// A part of the map.
    Crop,
    /// Positions around the map.
    Pad,
    /// Every s-th position.
    Slice,
    /// Sum of maps.
    Add,
    /// Maps side by side as channels.
    Concat,
}

impl OpKind {
    /// Whether it puts several maps together.
    #[must_use]
    pub fn is_merge(self) -> bool {
        matches!(self, Self::Add | Self::Concat)
    }

    /// The name of the operation in a network file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Conv => "conv",
            Self::MaxPool => "max-pool",
            Self::AvgPool => "avg-pool",
            Self::Transposed => "transposed",
            Self::Upsample => "upsample",
            Self::PixelShuffle => "pixel-shuffle",
            Self::AdaptiveAvgPool => "adaptive-avg-pool",
            Self::AdaptiveMaxPool => "adaptive-max-pool",
            Self::GlobalPool => "global-pool",
            Self::Crop => "crop",
            Self::Pad => "pad",
            Self::Slice => "slice",
            Self::Add => "add",
            Self::Concat => "concat",
        }
    }
}

/// A layer's operation: its name, and its arithmetic on each axis (every operation is a product of axes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Op {
    /// What it is called.
    pub kind: OpKind,
    /// What one output position reads, per axis.
    pub axes: PerAxis<AxisOp>,
}

impl Op {
    /// A merge, or what stands for a layer that cannot be read: each position reads itself.
    pub(crate) fn same(kind: OpKind, dims: usize) -> Self {
        let axes = PerAxis::splat(dims, AxisOp::Same);
        Self { kind, axes }
    }

    /// Whether a convolution or pooling has more than one tap along some axis: else its dilation does nothing.
    #[must_use]
    pub fn has_taps(&self) -> bool {
        let mut axes = self.axes.iter();
        axes.any(|op| matches!(op, AxisOp::Window(w) if w.kernel > Kernel::ONE))
    }

    /// The largest dilation of an axis with several taps; 1 where there is none.
    #[must_use]
    pub fn largest_dilation(&self) -> i64 {
        let dilations = self.axes.iter().map(|op| match op {
            AxisOp::Window(w) if w.kernel > Kernel::ONE => i64::from(w.dilation),
            _ => 1,
        });
        dilations.max().unwrap_or(1)
    }

    /// Whether it reads everything along some axis, so that its result has no position there.
    #[must_use]
    pub fn pools_axis(&self) -> bool {
        self.axes.contains(&AxisOp::Everything)
    }

    /// Whether it is its own dense twin: see [`AxisOp::is_dense`].
    #[must_use]
    pub fn is_dense(&self) -> bool {
        self.axes.iter().all(AxisOp::is_dense)
    }

    /// Positions from one tap to the next along each axis; 1 where an operation has no dilation.
    #[must_use]
    pub fn dilations(&self) -> PerAxis<i64> {
        self.axes.map(|op| match op {
            AxisOp::Window(window) => i64::from(window.dilation),
            _ => 1,
        })
    }
}

/// What output position `o` of a layer reads of its input along one axis (design table of the crate guide).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AxisOp {
    /// Convolution or pooling: `o·s − low + d·t` for each tap t.
    Window(Window),
    /// Transposed convolution: `(o + low − d·t) / s` where s divides.
    Transposed(Transposed),
    /// Upsampling: one, two or four neighbours of `o / f`.
    Resize(Resize),
    /// Adaptive pooling: `⌊o·n/m⌋` to `⌈(o+1)·n/m⌉ − 1`.
    Bins(Bins),
    /// Padding by itself: `o − low`, or what stands for it beyond the border.
    Pad(Pad),
    /// A shifted copy.
    Crop(Crop),
    /// A merge: position `o` itself.
    Same,
    /// A global pool: every position.
    Everything,
}

/// A crop along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Crop {
    /// Positions cut off before the first, on maps of known size.
    pub low: i64,
    /// The same as far as resolutions and centres tell without sizes; verdicts use this one, since they do not depend on the input size.
    pub drift: i64,
    /// Size of the result, where known.
    pub size: Option<i64>,
}

impl Crop {
    /// Positions cut off before the first: on maps of known size, else as far as resolutions and centres tell.
    #[must_use]
    pub fn cut(&self) -> i64 {
        if self.size.is_some() {
            self.low
        } else {
            self.drift
        }
    }
}

/// Number of taps and their distance, of a kernel as it is or of its dense twin (k → (k−1)d + 1, d → 1).
#[must_use]
pub fn taps(kernel: Kernel, dilation: Dilation, dense: bool) -> (i64, i64) {
    let (kernel, dilation) = (i64::from(kernel), i64::from(dilation));
    if dense {
        ((kernel - 1) * dilation + 1, 1)
    } else {
        (kernel, dilation)
    }
}

impl AxisOp {
    /// Whether each output position reads the input position of the same number and no other, on a map of the same size.
    #[must_use]
    pub fn keeps_positions(&self) -> bool {
        match self {
            Self::Same => true,
            Self::Window(w) => {
                w.kernel == Kernel::ONE && w.stride == Stride::ONE && (w.low, w.high) == (0, 0)
            }
            _ => false,
        }
    }

    /// A global pool over some of `dims` axes, over all where none is named.
    #[must_use]
    pub fn pool_over(dims: usize, axes: &[usize]) -> PerAxis<Self> {
        PerAxis::from_fn(dims, |axis| {
            if axes.is_empty() || axes.contains(&axis) {
                Self::Everything
            } else {
                Self::Same
            }
        })
    }

    /// Adaptive pooling of `from` positions to `to`: a global pool to one position, a plain window where the bins are equal.
    #[must_use]
    pub fn adaptive(from: i64, to: i64) -> Self {
        if to == 1 {
            return Self::Everything;
        }
        let each = i128::from(from / to);
        let equal = (from % to == 0)
            .then(|| Some((Kernel::new(each).ok()?, Stride::new(each).ok()?)))
            .flatten();
        match equal {
            Some((kernel, stride)) => Self::Window(Window::plain(kernel, stride)),
            None => Self::Bins(Bins { from, to }),
        }
    }

    /// Every `stride`-th position from `offset` on.
    #[must_use]
    pub fn slice(offset: i64, stride: Stride) -> Self {
        Self::Window(Window {
            low: -offset,
            ..Window::plain(Kernel::ONE, stride)
        })
    }

    /// Output size on `n` positions; `None` where the map would shrink below 1.
    #[must_use]
    pub fn output_size(&self, n: i64) -> Option<i64> {
        match self {
            Self::Window(window) => window.output_size(n),
            Self::Transposed(transposed) => transposed.output_size(n),
            Self::Resize(resize) => resize.sizes.map(|(_, to)| to),
            Self::Bins(bins) => Some(bins.to),
            Self::Pad(pad) => pad.output_size(n),
            Self::Crop(crop) if crop.low < 0 || crop.size.is_some_and(|m| crop.low + m > n) => None,
            Self::Crop(crop) => crop.size.or(Some(n)),
            Self::Same => Some(n),
            Self::Everything => Some(1),
        }
    }

    /// Jump of the output over jump of the input.
    #[must_use]
    pub fn jump(&self) -> Ratio<i128> {
        match self {
            Self::Window(window) => Ratio::from_integer(i128::from(window.stride.get())),
            Self::Transposed(transposed) => Ratio::new(1, i128::from(transposed.stride.get())),
            Self::Resize(resize) => Ratio::new(
                i128::from(*resize.nominal.numer()),
                i128::from(*resize.nominal.denom()),
            ),
            Self::Bins(bins) => Ratio::new(i128::from(bins.from), i128::from(bins.to)),
            Self::Crop(_) | Self::Pad(_) | Self::Same | Self::Everything => Ratio::from_integer(1),
        }
    }

    /// Padding before and after, of a layer with a kernel; what is cut off by a transposed one.
    #[must_use]
    pub fn padding(&self) -> Option<(i64, i64)> {
        match self {
            Self::Window(w) => Some((w.low, w.high)),
            Self::Transposed(t) => Some((t.low, t.high)),
            _ => None,
        }
    }

    /// Whether the output has the resolution of the input.
    #[must_use]
    pub fn keeps_jump(&self) -> bool {
        let jump = self.jump();
        jump.numer() == jump.denom()
    }

    /// Where the centre of what output position 0 reads lies, in input positions of the layer.
    ///
    /// A causal layer looks back on purpose: it stands where its last tap is.
    #[must_use]
    pub fn centre(&self) -> Ratio<i128> {
        match self {
            Self::Window(w) if w.is_causal() && w.stride == Stride::ONE => Ratio::from_integer(0),
            Self::Window(w) => Ratio::new(i128::from(w.extent() - 1 - 2 * w.low), 2),
            Self::Transposed(t) => {
                let extent = (i128::from(t.kernel.get()) - 1) * i128::from(t.dilation.get());
                Ratio::new(
                    2 * i128::from(t.low) - extent,
                    2 * i128::from(t.stride.get()),
                )
            }
            Self::Resize(resize) => match resize.interpolation {
                Interpolation::LinearAligned | Interpolation::CubicAligned => {
                    Ratio::from_integer(0)
                }
                Interpolation::Nearest | Interpolation::Linear | Interpolation::Cubic => {
                    (self.jump() - Ratio::from_integer(1)) / Ratio::from_integer(2)
                }
            },
            Self::Bins(_) => (self.jump() - Ratio::from_integer(1)) / Ratio::from_integer(2),
            Self::Pad(pad) => Ratio::from_integer(-i128::from(pad.low)),
            Self::Crop(crop) => Ratio::from_integer(i128::from(crop.cut())),
            Self::Same | Self::Everything => Ratio::from_integer(0),
        }
    }

    /// Positions from the first to the last that one output position can read (an upper bound for resampling layers).
    #[must_use]
    pub fn extent(&self) -> i64 {
        match self {
            Self::Window(window) => window.extent(),
            Self::Transposed(t) => {
                (i64::from(t.kernel) - 1) * i64::from(t.dilation) / i64::from(t.stride) + 1
            }
            Self::Resize(resize) => match resize.interpolation {
                Interpolation::Nearest => 1,
                Interpolation::Linear | Interpolation::LinearAligned => 2,
                Interpolation::Cubic | Interpolation::CubicAligned => 4,
            },
            Self::Bins(bins) => bins.from / bins.to + 2,
            Self::Crop(_) | Self::Pad(_) | Self::Same | Self::Everything => 1,
        }
    }

    /// Whether it is its own dense twin (k → (k−1)d + 1, d → 1): no dilation spreads its taps.
    #[must_use]
    pub fn is_dense(&self) -> bool {
        match self {
            Self::Window(w) => w.kernel == Kernel::ONE || w.dilation == Dilation::ONE,
            Self::Transposed(t) => t.kernel == Kernel::ONE || t.dilation == Dilation::ONE,
            Self::Resize(_)
            | Self::Bins(_)
            | Self::Crop(_)
            | Self::Pad(_)
            | Self::Same
            | Self::Everything => true,
        }
    }
}
