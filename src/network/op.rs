//! The operations of a network, as what one output position reads along one axis.

use num_rational::Ratio;

use super::axes::PerAxis;
use super::quantity::{Dilation, Kernel, Stride};

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
    /// Everything to one position.
    GlobalPool,
    /// A centred part of the map.
    Crop,
    /// Sum of maps.
    Add,
    /// Maps side by side as channels.
    Concat,
}

impl OpKind {
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
            Self::GlobalPool => "global-pool",
            Self::Crop => "crop",
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

/// What output position `o` of a layer reads of its input along one axis (design table of the crate guide).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AxisOp {
    /// Convolution or pooling: `o·s − low + d·t` for each tap t.
    Window(Window),
    /// Transposed convolution: `(o + low − d·t) / s` where s divides.
    Transposed(Transposed),
    /// Upsampling: one or two neighbours of `o / f`.
    Resize(Resize),
    /// A shifted copy.
    Crop(Crop),
    /// A merge: position `o` itself.
    Same,
    /// A global pool: every position.
    Everything,
}

/// A convolution or pooling along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// Number of taps.
    pub kernel: Kernel,
    /// Input positions from one output to the next.
    pub stride: Stride,
    /// Positions from one tap to the next.
    pub dilation: Dilation,
    /// Padding before the first position.
    pub low: i64,
    /// Padding after the last position.
    pub high: i64,
    /// Whether a last window that is cut off counts (`ceil_mode`).
    pub ceil: bool,
}

/// A transposed convolution along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Transposed {
    /// Number of taps.
    pub kernel: Kernel,
    /// Output positions from one input to the next.
    pub stride: Stride,
    /// Output positions from one tap to the next.
    pub dilation: Dilation,
    /// Output positions cut off before the first.
    pub low: i64,
    /// Output positions cut off after the last.
    pub high: i64,
    /// Output positions added after the last.
    pub output_padding: i64,
}

/// How an upsampling layer finds a value between positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Interpolation {
    /// The position at or before: `⌊o / f⌋`.
    Nearest,
    /// Two neighbours, positions taken as the middles of their cells.
    Linear,
    /// Two neighbours, the first and last positions of both maps laid on each other.
    LinearAligned,
}

/// An upsampling along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Resize {
    /// How values between positions are found.
    pub interpolation: Interpolation,
    /// Positions of the input map per position of the output map, as resolutions relate.
    pub nominal: Ratio<i64>,
    /// Size of the input and the output map, where known.
    pub sizes: Option<(i64, i64)>,
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

impl Window {
    /// Positions from the first tap to the last, both counted: `(k−1)·d + 1`.
    #[must_use]
    pub fn extent(&self) -> i64 {
        (i64::from(self.kernel) - 1) * i64::from(self.dilation) + 1
    }

    /// Whether all its padding stands before the first position and makes up for its extent, so that it only looks back.
    #[must_use]
    pub fn is_causal(&self) -> bool {
        self.high == 0 && self.low == self.extent() - 1
    }

    /// Output size on `n` positions; `None` where no window fits.
    #[must_use]
    pub fn output_size(&self, n: i64) -> Option<i64> {
        let stride = i64::from(self.stride);
        let free = n + self.low + self.high - self.extent();
        // PyTorch: a cut-off last window counts only if it starts inside the map or the padding before it.
        let rounded = if self.ceil { free + stride - 1 } else { free };
        if rounded < 0 {
            return None;
        }
        let mut windows = rounded / stride + 1;
        if self.ceil && windows > 1 && (windows - 1) * stride >= n + self.low {
            windows -= 1;
        }
        Some(windows)
    }
}

impl Transposed {
    /// Output size on `n` positions; `None` where nothing is left.
    #[must_use]
    pub fn output_size(&self, n: i64) -> Option<i64> {
        let extent = (i64::from(self.kernel) - 1) * i64::from(self.dilation) + 1;
        let size =
            (n - 1) * i64::from(self.stride) - self.low - self.high + extent + self.output_padding;
        (size >= 1).then_some(size)
    }

    /// The taps that write output phase `phase` (0 ≤ phase < s), as what they read; of the dense twin where `dense`.
    ///
    /// Position `o = q·s + phase` reads `q + first + j·step` for `0 ≤ j < taps`; the taps of one phase stand d/gcd(d,s) apart
    /// (`k=4, s=2, d=3` reads 0, −3 and −1, −4).
    #[must_use]
    pub fn phase(&self, phase: i64, dense: bool) -> PhaseTaps {
        let stride = i64::from(self.stride);
        let (kernel, dilation) = taps(self.kernel, self.dilation, dense);
        let common = num_integer::gcd(stride, dilation);
        let period = stride / common;
        let target = phase + self.low;
        // d·t ≡ target (mod s) has one solution below the period where gcd(d, s) divides the target, none elsewhere.
        let first = (target % common == 0)
            .then(|| {
                let inverse = num_integer::Integer::extended_gcd(&(dilation / common), &period).x;
                (target / common % period * inverse.rem_euclid(period)).rem_euclid(period)
            })
            .filter(|first| *first < kernel);
        let step = -(dilation / common);
        let Some(first) = first else {
            return PhaseTaps {
                first: 0,
                step,
                taps: 0,
            };
        };
        PhaseTaps {
            first: (target - dilation * first) / stride,
            step,
            taps: (kernel - 1 - first) / period + 1,
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

/// The taps of a transposed layer that reach one of its output phases; see [`Transposed::phase`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhaseTaps {
    /// Offset of the first tap, in input positions.
    pub first: i64,
    /// From one tap to the next; negative.
    pub step: i64,
    /// How many; 0 where the phase is never written.
    pub taps: i64,
}

impl Resize {
    /// Exact place between input positions that output position `o` reads: numerator and (positive) denominator, before clamping to the map.
    #[must_use]
    pub fn place(&self, o: i64) -> (i128, i128) {
        let o = i128::from(o);
        let ratio = match self.sizes {
            Some((from, to)) => Ratio::new(i128::from(from), i128::from(to)),
            None => Ratio::new(
                i128::from(*self.nominal.numer()),
                i128::from(*self.nominal.denom()),
            ),
        };
        let (p, q) = (*ratio.numer(), *ratio.denom());
        match (self.interpolation, self.sizes) {
            (Interpolation::Nearest, _) | (Interpolation::LinearAligned, None) => (o * p, q),
            (Interpolation::Linear, _) => ((2 * o + 1) * p - q, 2 * q),
            (Interpolation::LinearAligned, Some((from, to))) if to > 1 => {
                (o * i128::from(from - 1), i128::from(to - 1))
            }
            (Interpolation::LinearAligned, Some(_)) => (0, 1),
        }
    }
}

impl AxisOp {
    /// Output size on `n` positions; `None` where the map would shrink below 1.
    #[must_use]
    pub fn output_size(&self, n: i64) -> Option<i64> {
        match self {
            Self::Window(window) => window.output_size(n),
            Self::Transposed(transposed) => transposed.output_size(n),
            Self::Resize(resize) => resize.sizes.map(|(_, to)| to),
            Self::Crop(crop) if crop.low < 0 => None,
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
            Self::Crop(_) | Self::Same | Self::Everything => Ratio::from_integer(1),
        }
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
                Interpolation::LinearAligned => Ratio::from_integer(0),
                Interpolation::Nearest | Interpolation::Linear => {
                    (self.jump() - Ratio::from_integer(1)) / Ratio::from_integer(2)
                }
            },
            Self::Crop(crop) => {
                let low = if crop.size.is_some() {
                    crop.low
                } else {
                    crop.drift
                };
                Ratio::from_integer(i128::from(low))
            }
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
            },
            Self::Crop(_) | Self::Same | Self::Everything => 1,
        }
    }

    /// The dense twin: the same taps' bounding box with every position read (k → (k−1)d + 1, d → 1).
    #[must_use]
    pub fn is_dense(&self) -> bool {
        match self {
            Self::Window(w) => w.kernel == Kernel::ONE || w.dilation == Dilation::ONE,
            Self::Transposed(t) => t.kernel == Kernel::ONE || t.dilation == Dilation::ONE,
            Self::Resize(_) | Self::Crop(_) | Self::Same | Self::Everything => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(kernel: i128, stride: i128, low: i64, high: i64, ceil: bool) -> Window {
        Window {
            kernel: Kernel::new(kernel).unwrap(),
            stride: Stride::new(stride).unwrap(),
            dilation: Dilation::ONE,
            low,
            high,
            ceil,
        }
    }

    #[test]
    fn ceil_mode_as_pytorch() {
        // torch.nn.MaxPool1d(3, 2, ceil_mode=True) on 6 → 3; (2, 2, padding=1) on 3 → 2 either way: the third window would start in the far padding.
        assert_eq!(window(3, 2, 0, 0, true).output_size(6), Some(3));
        assert_eq!(window(3, 2, 0, 0, false).output_size(6), Some(2));
        assert_eq!(window(2, 2, 1, 1, true).output_size(3), Some(2));
        assert_eq!(window(7, 1, 0, 0, false).output_size(6), None);
    }

    #[test]
    fn phases_of_a_transposed_layer() {
        let layer = Transposed {
            kernel: Kernel::new(4).unwrap(),
            stride: Stride::new(2).unwrap(),
            dilation: Dilation::new(3).unwrap(),
            low: 0,
            high: 0,
            output_padding: 0,
        };
        assert_eq!(
            layer.phase(0, false),
            PhaseTaps {
                first: 0,
                step: -3,
                taps: 2
            }
        );
        assert_eq!(
            layer.phase(1, false),
            PhaseTaps {
                first: -1,
                step: -3,
                taps: 2
            }
        );
    }
}
