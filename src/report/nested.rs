//! Arrays as nested lists.

use ndarray::{ArrayD, ArrayViewD, Axis};
use serde::{Serialize, Serializer};

/// An array that is serialised as nested lists, outermost axis first.
#[derive(Clone, Debug, PartialEq)]
pub struct Nested<T>(pub ArrayD<T>);

impl<T: Serialize> Serialize for Nested<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        View(self.0.view()).serialize(serializer)
    }
}

struct View<'a, T>(ArrayViewD<'a, T>);

impl<T: Serialize> Serialize for View<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let (0, Some(value)) = (self.0.ndim(), self.0.first()) {
            return value.serialize(serializer);
        }
        serializer.collect_seq(self.0.axis_iter(Axis(0)).map(View))
    }
}
