//! What a network is for.

use crate::network::PerAxis;

/// What the network is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// Least receptive field, in input positions per axis.
    pub receptive_field: Option<PerAxis<i64>>,
    /// Smallest object, in input positions per axis.
    pub smallest_object: Option<PerAxis<i64>>,
}
