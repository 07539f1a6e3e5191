//! What the description of a layer is made of: numbers for the axes, padding, and what can be wrong with them.

use crate::network::axes::PerAxis;
use crate::network::quantity::{MAX_SIZE, QuantityError};

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
    pub(in crate::network) fn per_axis<T: Copy>(
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

pub(super) fn checked<T>(
    what: &'static str,
    value: i64,
    new: fn(i128) -> Result<T, QuantityError>,
) -> Result<T, SpecError> {
    new(i128::from(value)).map_err(|error| SpecError::Quantity(what, error))
}

pub(super) fn in_map(what: &'static str, value: i64, least: i64) -> Result<i64, SpecError> {
    let fits = (least..MAX_SIZE).contains(&value);
    let outside = SpecError::Outside(what, value, least);
    fits.then_some(value).ok_or(outside)
}

pub(super) fn padding_in_range(padding: i64) -> Result<i64, SpecError> {
    let fits = (0..=MAX_PADDING).contains(&padding);
    fits.then_some(padding).ok_or(SpecError::Padding(padding))
}
