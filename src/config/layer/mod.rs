//! One entry of a stage to one operation.

mod elsewhere;
mod keys;
mod pool;
mod resample;
mod shift;
mod transposed;
mod window;

#[cfg(feature = "schema")]
pub(crate) use keys::keys;
pub(crate) use keys::{check_keys, kind};
pub(crate) use resample::{apart, nominal};

use std::ops::Range;

use crate::config::limits::SIZE;
use crate::config::raw::{RawDilation, RawLayer};
use crate::config::read::{At, Axes, Int, Reader};
use crate::config::values::{numbers, per_axis, quantities};
use crate::network::{
    AxisOp, Builder, Dilation, Kernel, MapFacts, MapId, Op, OpKind, Padding, PerAxis,
    QuantityError, Stride,
};

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

/// What a stage or the file says where a layer does not, already checked.
#[derive(Clone, Debug)]
pub(crate) struct Defaults {
    pub kernel: Option<PerAxis<Kernel>>,
    pub stride: Option<PerAxis<Stride>>,
    /// Where the stride stands.
    pub stride_span: Option<Range<usize>>,
    pub padding: Option<At<Axes<Padding>>>,
}

/// Everything that an operation is made from, and where problems go.
pub(crate) struct OpReader<'a> {
    pub dims: usize,
    pub builder: &'a Builder,
    pub input: MapId,
    pub defaults: &'a Defaults,
    pub reader: &'a mut Reader,
    /// The map that `like` names.
    pub like: Option<MapId>,
    /// Whether the file gives no input size, as opposed to a faulty one.
    pub input_missing: bool,
}

/// Whether a layer's dilation along an axis is not decided yet.
pub(crate) fn is_undecided(raw: &RawLayer, axis: usize) -> bool {
    // A list of another length is reported where the dilation is read, if the operation has one.
    let dilation = raw.dilation.as_ref().and_then(|d| d.value.axis(axis));
    dilation.is_some_and(|dilation| matches!(dilation.value, RawDilation::Undecided))
}

impl OpReader<'_> {
    pub(super) fn facts(&self) -> &MapFacts {
        self.builder.facts(self.input)
    }

    /// A quantity of the layer, such as its kernel, or `default` where it has none; `None` where it is at fault.
    pub(super) fn quantity<U: Copy>(
        &mut self,
        raw: &RawLayer,
        key: &str,
        value: Option<&At<Axes<Int>>>,
        default: Option<PerAxis<U>>,
        new: fn(i128) -> Result<U, QuantityError>,
    ) -> Option<PerAxis<U>> {
        match value {
            Some(value) => quantities(key, value, self.dims, self.reader, new),
            None => default.filter(|_| !raw.has(key)),
        }
    }

    /// Reports that a layer lacks a key without which its operation is none.
    pub(super) fn missing(&mut self, layer: &At<RawLayer>, called: &str, key: &str, help: &str) {
        if !layer.value.has(key) && !layer.value.has_unknown {
            let problem = layer.problem(format!("{called} needs `{key}`"));
            self.reader.report(problem.help(help));
        }
    }

    /// The layer's kernel, or that of its stage.
    pub(super) fn kernel(&mut self, raw: &RawLayer) -> Option<PerAxis<Kernel>> {
        let default = self.defaults.kernel;
        self.quantity(raw, "kernel", raw.kernel.as_ref(), default, Kernel::new)
    }

    /// The layer's stride, or `default`.
    pub(super) fn stride(
        &mut self,
        raw: &RawLayer,
        default: Option<PerAxis<Stride>>,
    ) -> Option<PerAxis<Stride>> {
        self.quantity(raw, "stride", raw.stride.as_ref(), default, Stride::new)
    }

    /// The layer's dilation; 1 where it names none, and in place of `"?"`.
    pub(super) fn dilation(&mut self, raw: &RawLayer) -> Option<PerAxis<Dilation>> {
        let Some(value) = &raw.dilation else {
            let one = PerAxis::splat(self.dims, Dilation::ONE);
            return (!raw.has("dilation")).then_some(one);
        };
        let given = |raw: &RawDilation| match raw {
            RawDilation::Given(dilation) => Ok(*dilation),
            RawDilation::Undecided => Ok(Dilation::ONE),
            RawDilation::Cycle(_) => Err("is a cycle, outside of a stage".to_owned()),
        };
        per_axis("dilation", value, self.dims, self.reader, given)
    }

    /// A size along each axis.
    pub(super) fn size(&mut self, value: &At<Axes<Int>>) -> Option<PerAxis<i64>> {
        numbers("size", value, self.dims, self.reader, SIZE)
    }
}
