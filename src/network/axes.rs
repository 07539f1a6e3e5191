//! A value for each axis of a 1-, 2- or 3-dimensional network.

use std::fmt;
use std::ops::{Deref, DerefMut};

use itertools::Itertools;
use num_rational::Ratio;

/// Names of axes as people write them: y and x, or z, y and x.
#[must_use]
pub fn axis_name(dims: usize, axis: usize) -> &'static str {
    match (dims, axis) {
        (1, _) => "the axis",
        (2, 0) | (3, 1) => "y",
        (3, 0) => "z",
        _ => "x",
    }
}

/// An axis of a network, as messages name it: ` along y`, and nothing where there is one axis only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Along {
    /// Axes of the network.
    pub dims: usize,
    /// The axis, from 0.
    pub axis: usize,
}

impl fmt::Display for Along {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.dims {
            1 => Ok(()),
            dims => write!(f, " along {}", axis_name(dims, self.axis)),
        }
    }
}

/// Up to three values, one an axis, in the order of the file (`[y, x]` in 2-D).
///
/// It is a slice with value semantics, so it can be copied, compared and hashed without allocation.
///
/// ```
/// use degrid::network::PerAxis;
/// let kernel = PerAxis::splat(2, 3);
/// assert_eq!(&kernel[..], [3, 3]);
/// assert_eq!(kernel.map(|k| k * 2)[1], 6);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct PerAxis<T> {
    values: [T; 3],
    dims: u8,
}

impl<T: Copy> PerAxis<T> {
    /// The same value on each of `dims` axes.
    ///
    /// # Panics
    /// If `dims` is not 1, 2 or 3.
    #[must_use]
    pub fn splat(dims: usize, value: T) -> Self {
        Self::from_fn(dims, |_| value)
    }

    /// The value of `f` for each axis.
    ///
    /// # Panics
    /// If `dims` is not 1, 2 or 3.
    #[must_use]
    pub fn from_fn(dims: usize, mut f: impl FnMut(usize) -> T) -> Self {
        assert!((1..=3).contains(&dims), "a network has 1, 2 or 3 axes");
        let first = f(0);
        let mut values = [first; 3];
        for (axis, value) in values.iter_mut().enumerate().take(dims).skip(1) {
            *value = f(axis);
        }
        // 1..=3 was just asserted.
        let dims = u8::try_from(dims).unwrap_or(3);
        Self { values, dims }
    }

    /// Each value passed through `f`.
    #[must_use]
    pub fn map<U: Copy>(&self, mut f: impl FnMut(T) -> U) -> PerAxis<U> {
        PerAxis::from_fn(self.len(), |axis| f(self[axis]))
    }
}

impl<T> Deref for PerAxis<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.values[..usize::from(self.dims)]
    }
}

impl<T> DerefMut for PerAxis<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.values[..usize::from(self.dims)]
    }
}

impl<T: PartialEq> PartialEq for PerAxis<T> {
    fn eq(&self, other: &Self) -> bool {
        self[..] == other[..]
    }
}

impl<T: Eq> Eq for PerAxis<T> {}

impl<T: std::hash::Hash> std::hash::Hash for PerAxis<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self[..].hash(state);
    }
}

impl<T: serde::Serialize> serde::Serialize for PerAxis<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self[..].serialize(serializer)
    }
}

/// From where one of two stretches begins to where the other may end: the stretch around both.
pub(crate) fn around_both((a, b): (i64, i64), (c, d): (i64, i64)) -> (i64, i64) {
    (a.min(c), b.max(d))
}

/// A ratio of positions as a whole number; `None` where it is none, or past 64 bits.
pub(crate) fn whole(ratio: Ratio<i128>) -> Option<i64> {
    ratio
        .is_integer()
        .then(|| i64::try_from(ratio.to_integer()).ok())?
}

/// Positions of a box of these extents; `None` past 64 bits.
pub(crate) fn volume(extents: impl IntoIterator<Item = i64>) -> Option<i64> {
    extents.into_iter().try_fold(1, i64::checked_mul)
}

/// Values joined as people write sizes: `513×513`.
#[must_use]
pub fn times<T: std::fmt::Display>(values: &[T]) -> String {
    itertools::join(values, "×")
}

/// A size written once where all axes are equal: `65`, else `12×300`.
#[must_use]
pub fn times_once<T: std::fmt::Display + PartialEq>(values: &[T]) -> String {
    if values.iter().all_equal() {
        times(&values[..values.len().min(1)])
    } else {
        times(values)
    }
}

/// A number of things in words: `1 file`, `2 files`, `2 axes`.
#[must_use]
pub fn counted(n: impl std::fmt::Display, word: &str) -> String {
    match (n.to_string().as_str(), word) {
        ("1", _) => format!("1 {word}"),
        (n, "axis") => format!("{n} axes"),
        (n, _) => format!("{n} {word}s"),
    }
}

/// A value for each axis as a network file has it: `2` where all axes are equal, else `[2, 1]`.
///
/// ```
/// use degrid::network::per_axis;
/// assert_eq!((per_axis(&[2, 2]), per_axis(&[2, 1])), ("2".to_owned(), "[2, 1]".to_owned()));
/// ```
#[must_use]
pub fn per_axis<T: std::fmt::Display + PartialEq>(values: &[T]) -> String {
    if values.iter().all_equal() {
        times_once(values)
    } else {
        format!("[{}]", itertools::join(values, ", "))
    }
}
