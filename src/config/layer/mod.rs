//! One entry of a stage to one operation.

mod context;
mod elsewhere;
mod keys;
mod pool;
mod resample;
mod shift;
mod transposed;
mod window;

pub(crate) use context::{Defaults, OpReader, is_undecided};
#[cfg(feature = "schema")]
pub(crate) use keys::keys;
pub(crate) use keys::{check_keys, kind};

use crate::config::raw::RawLayer;
use crate::config::read::At;
use crate::network::{AxisOp, Op, OpKind, PerAxis};

impl OpReader<'_> {
    /// The operation of a layer; `None` where it is at fault, and reported.
    pub(crate) fn op(&mut self, layer: &At<RawLayer>, kind: OpKind) -> Option<Op> {
        let raw = &layer.value;
        let axes = match kind {
            OpKind::Conv => self.conv(layer),
            OpKind::MaxPool | OpKind::AvgPool => self.pool(layer),
            OpKind::Transposed => self.transposed(raw),
            OpKind::Upsample => self.upsample(layer),
            OpKind::PixelShuffle => self.pixel_shuffle(layer),
            OpKind::AdaptiveAvgPool | OpKind::AdaptiveMaxPool => self.adaptive_pool(layer, kind),
            OpKind::GlobalPool => self.global_pool(raw),
            OpKind::Crop => self.crop(layer),
            OpKind::Pad => self.pad(layer),
            OpKind::Slice => self.slice(layer),
            OpKind::Add | OpKind::Concat => Some(PerAxis::splat(self.dims, AxisOp::Same)),
        }?;
        Some(Op { kind, axes })
    }
}
