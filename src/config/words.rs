//! The words of `op`, `merge` and `mode`.

use crate::network::{Interpolation, OpKind};

/// The words of `op`.
pub(crate) const OPS: [(&str, OpKind); 8] = [
    ("conv", OpKind::Conv),
    ("max-pool", OpKind::MaxPool),
    ("avg-pool", OpKind::AvgPool),
    ("transposed", OpKind::Transposed),
    ("upsample", OpKind::Upsample),
    ("pixel-shuffle", OpKind::PixelShuffle),
    ("global-pool", OpKind::GlobalPool),
    ("crop", OpKind::Crop),
];

/// The words of `merge`.
pub(crate) const MERGES: [(&str, OpKind); 2] = [("concat", OpKind::Concat), ("add", OpKind::Add)];

/// The words of `mode`.
pub(crate) const MODES: [(&str, Interpolation); 2] = [
    ("nearest", Interpolation::Nearest),
    ("linear", Interpolation::Linear),
];
