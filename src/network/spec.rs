//! A layer as a person describes it in code, before it is checked.

use num_rational::Ratio;

use super::axes::PerAxis;
use super::op::{AxisOp, Interpolation, OpKind, Resize, Transposed, Window};
use super::quantity::{Dilation, Factor, Kernel, QuantityError, Stride};

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
    /// What the repetitions of the stage take in turn.
    pub(super) dilations: Vec<Sizes>,
    padding: Option<Padding>,
    output_padding: Sizes,
    interpolation: Interpolation,
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
            dilations: vec![dilation.into()],
            ..self
        }
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
    pub fn dilation_cycle<D: Into<Sizes>>(self, dilations: impl IntoIterator<Item = D>) -> Self {
        let dilations: Vec<Sizes> = dilations.into_iter().map(Into::into).collect();
        if dilations.is_empty() {
            return self;
        }
        Self { dilations, ..self }
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
            OpKind::GlobalPool => Ok(PerAxis::splat(dims, AxisOp::Everything)),
            OpKind::Crop | OpKind::Add | OpKind::Concat => Ok(PerAxis::splat(dims, AxisOp::Same)),
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

fn padding_in_range(padding: i64) -> Result<i64, SpecError> {
    let fits = (0..=MAX_PADDING).contains(&padding);
    fits.then_some(padding).ok_or(SpecError::Padding(padding))
}
