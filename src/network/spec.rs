//! A layer as a person describes it in code, before it is checked.

use num_rational::Ratio;

use super::axes::PerAxis;
use super::op::{AxisOp, Crop, Interpolation, OpKind, Pad, PadMode, Resize, Transposed, Window};
use super::quantity::{Dilation, Factor, Kernel, MAX_SIZE, QuantityError, Stride};

/// Largest padding on a side, in positions: what `Same` may need at the limits of kernel size and dilation.
pub const MAX_PADDING: i64 = 1 << 36;

/// A number for all axes, or one for each in the order `[y, x]` or `[z, y, x]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sizes(Vec<i64>);

impl From<i64> for Sizes {
    fn from(one: i64) -> Self {
        Self(vec![one])
    }
}

impl<const N: usize> From<[i64; N]> for Sizes {
    fn from(each: [i64; N]) -> Self {
        Self(each.to_vec())
    }
}

impl From<Vec<i64>> for Sizes {
    fn from(each: Vec<i64>) -> Self {
        Self(each)
    }
}

impl Sizes {
    /// A value for each axis, each made by `new`.
    pub(super) fn per_axis<T: Copy>(
        &self,
        dims: usize,
        new: impl Fn(i64) -> Result<T, SpecError>,
    ) -> Result<PerAxis<T>, SpecError> {
        let values: Vec<T> = self.0.iter().map(|&v| new(v)).collect::<Result<_, _>>()?;
        match values[..] {
            [one] => Ok(PerAxis::splat(dims, one)),
            _ if values.len() == dims => Ok(PerAxis::from_fn(dims, |axis| values[axis])),
            _ => Err(SpecError::Axes {
                given: values.len(),
                dims,
            }),
        }
    }
}

/// Positions added around a map, along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// As many as keep the size at stride 1, the left half rounded down.
    Same,
    /// None.
    Valid,
    /// As many as keep the size at stride 1, all before the first position.
    Causal,
    /// Before the first position and after the last.
    Sides(i64, i64),
}

impl Padding {
    /// Positions before the first and after the last, for a window that spans `extent` positions.
    ///
    /// ```
    /// use degrid::network::Padding;
    /// assert_eq!(Padding::Same.sides(4), (1, 2));
    /// assert_eq!(Padding::Causal.sides(4), (3, 0));
    /// ```
    #[must_use]
    pub fn sides(self, extent: i64) -> (i64, i64) {
        let total = extent - 1;
        match self {
            Self::Same => (total / 2, total - total / 2),
            Self::Valid => (0, 0),
            Self::Causal => (total, 0),
            Self::Sides(low, high) => (low, high),
        }
    }
}

/// Why a layer cannot be made from its description.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SpecError {
    /// A number out of its range, and what it is of.
    #[error("{0} {1}")]
    Quantity(&'static str, QuantityError),
    /// As many numbers as there are axes are needed, or one.
    #[error("{given} numbers for {dims} axes: give one, or one an axis")]
    Axes {
        /// Numbers given.
        given: usize,
        /// Axes of the network.
        dims: usize,
    },
    /// Padding outside of 0 to [`MAX_PADDING`].
    #[error("padding {0} is outside of 0 to {most}", most = MAX_PADDING)]
    Padding(i64),
    /// `Same` where the layer strides: PyTorch refuses it, and TensorFlow's depends on the input size.
    #[error("padding `Same` is not defined with a stride: give the numbers")]
    StridedSame,
    /// An axis to pool over that the network does not have.
    #[error("there is no axis {axis}: the network has {dims}, counted from 0")]
    NoAxis {
        /// The axis.
        axis: usize,
        /// Axes of the network.
        dims: usize,
    },
    /// A layer that is made from the size of the map it reads, where the network has no input size.
    #[error("an adaptive pool needs the size of the map it reads: give the network an input size")]
    NoSize,
    /// A position or size outside of a map.
    #[error("{0} {1} is outside of {2} to {most}", most = MAX_SIZE - 1)]
    Outside(&'static str, i64, i64),
}

/// A layer of a [`NetworkBuilder`](super::NetworkBuilder).
///
/// ```
/// use degrid::network::{Interpolation, LayerSpec, Padding};
/// let strided = LayerSpec::conv(7).stride(2).padding(Padding::Sides(3, 3));
/// let wide = LayerSpec::conv([1, 3]).dilation(2);
/// let branches = LayerSpec::concat([vec![strided], vec![LayerSpec::max_pool(2)]]);
/// let doubled = LayerSpec::upsample(2, Interpolation::Linear);
/// # let _ = (wide, branches, doubled);
/// ```
#[derive(Clone, Debug)]
pub struct LayerSpec {
    pub(super) kind: OpKind,
    kernel: Sizes,
    stride: Option<Sizes>,
    dilation: Sizes,
    padding: Option<Padding>,
    output_padding: Sizes,
    interpolation: Interpolation,
    /// Of adaptive pools and crops, per axis.
    size: Sizes,
    /// Of crops and slices, per axis.
    offset: Sizes,
    /// Positions before and after, of a padding layer.
    sides: (Sizes, Sizes),
    pad_mode: PadMode,
    /// The axes of a global pool; all where there are none.
    over: Vec<usize>,
    pub(super) branches: Vec<Vec<LayerSpec>>,
}

impl LayerSpec {
    fn new(kind: OpKind, kernel: impl Into<Sizes>) -> Self {
        Self {
            kind,
            kernel: kernel.into(),
            stride: None,
            dilation: 1.into(),
            padding: None,
            output_padding: 0.into(),
            interpolation: Interpolation::Nearest,
            size: 1.into(),
            offset: 0.into(),
            sides: (0.into(), 0.into()),
            pad_mode: PadMode::Zeros,
            over: Vec::new(),
            branches: Vec::new(),
        }
    }

    /// A convolution with padding [`Padding::Same`].
    #[must_use]
    pub fn conv(kernel: impl Into<Sizes>) -> Self {
        Self::new(OpKind::Conv, kernel)
    }

    /// Maximum of a window, with its kernel as stride and without padding.
    #[must_use]
    pub fn max_pool(kernel: impl Into<Sizes>) -> Self {
        Self::new(OpKind::MaxPool, kernel)
    }

    /// Mean of a window, with its kernel as stride and without padding.
    #[must_use]
    pub fn avg_pool(kernel: impl Into<Sizes>) -> Self {
        Self::new(OpKind::AvgPool, kernel)
    }

    /// A transposed convolution; its padding cuts positions off.
    #[must_use]
    pub fn transposed(kernel: impl Into<Sizes>) -> Self {
        Self::new(OpKind::Transposed, kernel)
    }

    /// Upsampling by a whole factor.
    #[must_use]
    pub fn upsample(factor: impl Into<Sizes>, interpolation: Interpolation) -> Self {
        Self {
            interpolation,
            ..Self::new(OpKind::Upsample, factor)
        }
    }

    /// Sub-pixel convolution's rearrangement of channels to positions.
    #[must_use]
    pub fn pixel_shuffle(factor: impl Into<Sizes>) -> Self {
        Self::new(OpKind::PixelShuffle, factor)
    }

    /// Everything to one position.
    #[must_use]
    pub fn global_pool() -> Self {
        Self::new(OpKind::GlobalPool, 1)
    }

    /// Everything along some axes, counted from 0, to one position; along the others the map stays as it is.
    #[must_use]
    pub fn global_pool_over(axes: impl IntoIterator<Item = usize>) -> Self {
        Self {
            over: axes.into_iter().collect(),
            ..Self::global_pool()
        }
    }

    /// Mean of each of so many bins; needs the network's input size where that is not 1.
    #[must_use]
    pub fn adaptive_avg_pool(size: impl Into<Sizes>) -> Self {
        Self {
            size: size.into(),
            ..Self::new(OpKind::AdaptiveAvgPool, 1)
        }
    }

    /// Maximum of each of so many bins; needs the network's input size where that is not 1.
    #[must_use]
    pub fn adaptive_max_pool(size: impl Into<Sizes>) -> Self {
        Self {
            kind: OpKind::AdaptiveMaxPool,
            ..Self::adaptive_avg_pool(size)
        }
    }

    /// `size` positions of a map from position `offset` on.
    #[must_use]
    pub fn crop(offset: impl Into<Sizes>, size: impl Into<Sizes>) -> Self {
        Self {
            offset: offset.into(),
            size: size.into(),
            ..Self::new(OpKind::Crop, 1)
        }
    }

    /// Positions before the first and after the last.
    #[must_use]
    pub fn pad(low: impl Into<Sizes>, high: impl Into<Sizes>, mode: PadMode) -> Self {
        Self {
            sides: (low.into(), high.into()),
            pad_mode: mode,
            ..Self::new(OpKind::Pad, 1)
        }
    }

    /// Every `stride`-th position from `offset` on.
    #[must_use]
    pub fn slice(offset: impl Into<Sizes>, stride: impl Into<Sizes>) -> Self {
        Self {
            offset: offset.into(),
            ..Self::new(OpKind::Slice, 1).stride(stride)
        }
    }

    /// Parallel branches as channels side by side; an empty branch is the identity.
    #[must_use]
    pub fn concat(branches: impl IntoIterator<Item = Vec<Self>>) -> Self {
        Self {
            branches: branches.into_iter().collect(),
            ..Self::new(OpKind::Concat, 1)
        }
    }

    /// The sum of parallel branches; an empty branch is the identity.
    #[must_use]
    pub fn add(branches: impl IntoIterator<Item = Vec<Self>>) -> Self {
        Self {
            branches: branches.into_iter().collect(),
            ..Self::new(OpKind::Add, 1)
        }
    }

    /// Positions from one output to the next.
    #[must_use]
    pub fn stride(self, stride: impl Into<Sizes>) -> Self {
        Self {
            stride: Some(stride.into()),
            ..self
        }
    }

    /// Positions from one tap to the next.
    #[must_use]
    pub fn dilation(self, dilation: impl Into<Sizes>) -> Self {
        Self {
            dilation: dilation.into(),
            ..self
        }
    }

    /// Padding, the same along every axis.
    #[must_use]
    pub fn padding(self, padding: Padding) -> Self {
        Self {
            padding: Some(padding),
            ..self
        }
    }

    /// Positions that a transposed convolution adds after the last.
    #[must_use]
    pub fn output_padding(self, added: impl Into<Sizes>) -> Self {
        Self {
            output_padding: added.into(),
            ..self
        }
    }

    /// The arithmetic of the layer on each axis of a map; `size` is that of the map, where known.
    pub(super) fn axes(
        &self,
        dims: usize,
        size: Option<PerAxis<i64>>,
    ) -> Result<PerAxis<AxisOp>, SpecError> {
        let kernel = self
            .kernel
            .per_axis(dims, |k| checked("kernel", k, Kernel::new));
        let dilation = || {
            self.dilation
                .per_axis(dims, |d| checked("dilation", d, Dilation::new))
        };
        let stride = |default: &Sizes| {
            let stride = self.stride.as_ref().unwrap_or(default);
            stride.per_axis(dims, |s| checked("stride", s, Stride::new))
        };
        match self.kind {
            OpKind::Conv => self.windows(kernel?, stride(&1.into())?, dilation()?, Padding::Same),
            OpKind::MaxPool | OpKind::AvgPool => {
                self.windows(kernel?, stride(&self.kernel)?, dilation()?, Padding::Valid)
            }
            OpKind::Transposed => {
                let (kernel, stride, dilation) = (kernel?, stride(&1.into())?, dilation()?);
                let added = self.output_padding.per_axis(dims, padding_in_range)?;
                let mut sides = PerAxis::splat(dims, (0, 0));
                for axis in 0..dims {
                    let extent = (i64::from(kernel[axis]) - 1) * i64::from(dilation[axis]) + 1;
                    sides[axis] = self.sides(Padding::Valid, extent)?;
                }
                Ok(PerAxis::from_fn(dims, |axis| {
                    AxisOp::Transposed(Transposed {
                        kernel: kernel[axis],
                        stride: stride[axis],
                        dilation: dilation[axis],
                        low: sides[axis].0,
                        high: sides[axis].1,
                        output_padding: added[axis],
                    })
                }))
            }
            OpKind::Upsample | OpKind::PixelShuffle => {
                let factor = self
                    .kernel
                    .per_axis(dims, |f| checked("factor", f, Factor::new))?;
                Ok(PerAxis::from_fn(dims, |axis| {
                    let factor = i64::from(factor[axis]);
                    AxisOp::Resize(Resize {
                        interpolation: self.interpolation,
                        nominal: Ratio::new(1, factor),
                        sizes: size.map(|n| (n[axis], n[axis] * factor)),
                    })
                }))
            }
            OpKind::GlobalPool => match self.over.iter().find(|axis| **axis >= dims) {
                Some(&axis) => Err(SpecError::NoAxis { axis, dims }),
                None => Ok(AxisOp::pool_over(dims, &self.over)),
            },
            OpKind::AdaptiveAvgPool | OpKind::AdaptiveMaxPool => {
                let bins = self.size.per_axis(dims, |m| in_map("size", m, 1))?;
                if size.is_none() && bins.iter().any(|&m| m != 1) {
                    return Err(SpecError::NoSize);
                }
                Ok(PerAxis::from_fn(dims, |axis| {
                    AxisOp::adaptive(size.map_or(1, |n| n[axis]), bins[axis])
                }))
            }
            OpKind::Crop => {
                let low = self.offset.per_axis(dims, |o| in_map("offset", o, 0))?;
                let kept = self.size.per_axis(dims, |m| in_map("size", m, 1))?;
                Ok(PerAxis::from_fn(dims, |axis| {
                    AxisOp::Crop(Crop {
                        low: low[axis],
                        drift: low[axis],
                        size: Some(kept[axis]),
                    })
                }))
            }
            OpKind::Pad => {
                let low = self.sides.0.per_axis(dims, padding_in_range)?;
                let high = self.sides.1.per_axis(dims, padding_in_range)?;
                Ok(PerAxis::from_fn(dims, |axis| {
                    AxisOp::Pad(Pad {
                        low: low[axis],
                        high: high[axis],
                        mode: self.pad_mode,
                    })
                }))
            }
            OpKind::Slice => {
                let low = self.offset.per_axis(dims, |o| in_map("offset", o, 0))?;
                let stride = stride(&1.into())?;
                Ok(PerAxis::from_fn(dims, |axis| {
                    AxisOp::slice(low[axis], stride[axis])
                }))
            }
            OpKind::Add | OpKind::Concat => Ok(PerAxis::splat(dims, AxisOp::Same)),
        }
    }

    fn windows(
        &self,
        kernel: PerAxis<Kernel>,
        stride: PerAxis<Stride>,
        dilation: PerAxis<Dilation>,
        default: Padding,
    ) -> Result<PerAxis<AxisOp>, SpecError> {
        let padding = self.padding.unwrap_or(default);
        if padding == Padding::Same && stride.iter().any(|&s| s != Stride::ONE) {
            return Err(SpecError::StridedSame);
        }
        let mut windows = PerAxis::from_fn(kernel.len(), |axis| Window {
            kernel: kernel[axis],
            stride: stride[axis],
            dilation: dilation[axis],
            low: 0,
            high: 0,
            ceil: false,
        });
        for window in windows.iter_mut() {
            (window.low, window.high) = self.sides(default, window.extent())?;
        }
        Ok(windows.map(AxisOp::Window))
    }

    fn sides(&self, default: Padding, extent: i64) -> Result<(i64, i64), SpecError> {
        let (low, high) = self.padding.unwrap_or(default).sides(extent);
        Ok((padding_in_range(low)?, padding_in_range(high)?))
    }
}

fn checked<T>(
    what: &'static str,
    value: i64,
    new: fn(i128) -> Result<T, QuantityError>,
) -> Result<T, SpecError> {
    new(i128::from(value)).map_err(|error| SpecError::Quantity(what, error))
}

fn in_map(what: &'static str, value: i64, least: i64) -> Result<i64, SpecError> {
    let fits = (least..MAX_SIZE).contains(&value);
    let outside = SpecError::Outside(what, value, least);
    fits.then_some(value).ok_or(outside)
}

fn padding_in_range(padding: i64) -> Result<i64, SpecError> {
    let fits = (0..=MAX_PADDING).contains(&padding);
    fits.then_some(padding).ok_or(SpecError::Padding(padding))
}
