//! Whole numbers and words that a file may hold: the checks and the schema both take them from here.

use std::ops::RangeInclusive;

use crate::network::{Dilation, Interpolation, MAX_FIELD, MAX_SIZE, OpKind, PadMode};

/// Axes of a network.
pub(crate) const DIMS: RangeInclusive<i64> = 1..=3;
/// Positions of a map along an axis.
pub(crate) const SIZE: RangeInclusive<i64> = 1..=MAX_SIZE - 1;
/// First position that is kept of a map along an axis.
pub(crate) const OFFSET: RangeInclusive<i64> = 0..=MAX_SIZE - 1;
/// Input positions of a target along an axis.
pub(crate) const RECEPTIVE_FIELD: RangeInclusive<i64> = 1..=MAX_FIELD;
/// Padding on a side: at most what `same` may need at the limits of kernel size and dilation.
pub(crate) const PADDING: RangeInclusive<i64> = 0..=1 << 36;
/// Positions added after the last of a transposed convolution: fewer than the largest stride or dilation.
pub(crate) const OUTPUT_PADDING: RangeInclusive<i64> = 0..=*Dilation::RANGE.end() - 1;
/// Channels and groups.
pub(crate) const CHANNELS: RangeInclusive<i64> = 1..=(1 << 32) - 1;

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
