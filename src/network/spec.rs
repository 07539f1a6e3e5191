//! A layer as a person describes it in code, before it is checked.

mod values;

use num_rational::Ratio;

use super::axes::PerAxis;
use super::op::{AxisOp, Crop, Interpolation, OpKind, Pad, PadMode, Resize, Transposed, Window};
use super::quantity::{Dilation, Factor, Kernel, Stride};

pub use values::{MAX_PADDING, Padding, Sizes, SpecError};
use values::{checked, in_map, padding_in_range};

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
    /// What the repetitions of the stage take in turn.
    pub(super) dilations: Vec<Sizes>,
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
            dilations: vec![1.into()],
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
    pub fn stride(mut self, stride: impl Into<Sizes>) -> Self {
        self.stride = Some(stride.into());
        self
    }

    /// Positions from one tap to the next.
    #[must_use]
    pub fn dilation(mut self, dilation: impl Into<Sizes>) -> Self {
        self.dilations = vec![dilation.into()];
        self
    }

    /// Dilations that the repetitions of the stage take in turn; after the last, the first again.
    ///
    /// ```
    /// use degrid::network::{LayerSpec, Network};
    /// let conv = LayerSpec::conv(3).dilation_cycle([1, 2, 5]);
    /// let network = Network::builder(1).stage("body").layer(conv).repeat(4).build().unwrap();
    /// let dilations: Vec<i64> = network.layers.iter().map(|layer| layer.op.dilations()[0]).collect();
    /// assert_eq!(dilations, [1, 2, 5, 1]);
    /// ```
    #[must_use]
    pub fn dilation_cycle<D: Into<Sizes>>(
        mut self,
        dilations: impl IntoIterator<Item = D>,
    ) -> Self {
        let dilations: Vec<Sizes> = dilations.into_iter().map(Into::into).collect();
        if !dilations.is_empty() {
            self.dilations = dilations;
        }
        self
    }

    /// Padding, the same along every axis.
    #[must_use]
    pub fn padding(mut self, padding: Padding) -> Self {
        self.padding = Some(padding);
        self
    }

    /// Positions that a transposed convolution adds after the last.
    #[must_use]
    pub fn output_padding(mut self, added: impl Into<Sizes>) -> Self {
        self.output_padding = added.into();
        self
    }

    /// The arithmetic of the layer on each axis of a map; `size` is that of the map, where known. `repetition` counts from 0.
    pub(super) fn axes(
        &self,
        dims: usize,
        size: Option<PerAxis<i64>>,
        repetition: usize,
    ) -> Result<PerAxis<AxisOp>, SpecError> {
        let kernel = self
            .kernel
            .per_axis(dims, |k| checked("kernel", k, Kernel::new));
        let dilation = || {
            self.dilations[repetition % self.dilations.len()]
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
            dilation: dilation[axis],
            ..Window::plain(kernel[axis], stride[axis])
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
