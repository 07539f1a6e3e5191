//! The words of `op`, `merge`, `mode` and `axes`.

use crate::network::{Interpolation, OpKind, PadMode};

/// The words of `op`.
pub(crate) const OPS: [(&str, OpKind); 12] = [
    ("conv", OpKind::Conv),
    ("max-pool", OpKind::MaxPool),
    ("avg-pool", OpKind::AvgPool),
    ("transposed", OpKind::Transposed),
    ("upsample", OpKind::Upsample),
    ("pixel-shuffle", OpKind::PixelShuffle),
    ("adaptive-avg-pool", OpKind::AdaptiveAvgPool),
    ("adaptive-max-pool", OpKind::AdaptiveMaxPool),
    ("global-pool", OpKind::GlobalPool),
    ("crop", OpKind::Crop),
    ("pad", OpKind::Pad),
    ("slice", OpKind::Slice),
];

/// The words of `merge`.
pub(crate) const MERGES: [(&str, OpKind); 2] = [("concat", OpKind::Concat), ("add", OpKind::Add)];

/// The words of `mode` of an upsampling.
pub(crate) const MODES: [(&str, Interpolation); 3] = [
    ("nearest", Interpolation::Nearest),
    ("linear", Interpolation::Linear),
    ("cubic", Interpolation::Cubic),
];

/// The words of `mode` of a padding.
pub(crate) const PAD_MODES: [(&str, PadMode); 4] = [
    ("zeros", PadMode::Zeros),
    ("reflect", PadMode::Reflect),
    ("replicate", PadMode::Replicate),
    ("circular", PadMode::Circular),
];

/// The words of `axes`, counted from the last axis.
pub(crate) const AXES: [(&str, usize); 3] = [("x", 0), ("y", 1), ("z", 2)];

/// The words of `mode`, of whatever layer.
#[cfg(feature = "schema")]
pub(crate) fn modes() -> Vec<(&'static str, ())> {
    let upsampling = MODES.iter().map(|(word, _)| (*word, ()));
    let padding = PAD_MODES.iter().map(|(word, _)| (*word, ()));
    upsampling.chain(padding).collect()
}
