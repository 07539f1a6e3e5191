//! One entry of a stage to one operation.

mod keys;
mod pointwise;
mod resample;
mod transposed;
mod window;

pub(crate) use keys::{MERGES, check_keys, kind};
#[cfg(feature = "schema")]
pub(crate) use keys::{OPS, keys};
#[cfg(feature = "schema")]
pub(crate) use resample::MODES;

use crate::network::{
    AxisOp, Builder, Dilation, Factor, Interpolation, Kernel, MapFacts, MapId, Op, OpKind, PerAxis,
    Stride,
};

use crate::config::problem::Problem;
use crate::config::raw::{PaddingEntry, RawDilation, RawLayer, RawPadding};
use crate::config::read::{At, Axes, Int, Reader};
use crate::config::values::{per_axis, quantities};

/// What a stage or the file says where a layer does not, already checked.
#[derive(Clone, Debug)]
pub(crate) struct Defaults {
    pub kernel: Option<PerAxis<Kernel>>,
    pub stride: Option<PerAxis<Stride>>,
    /// Where the stride stands.
    pub stride_span: Option<std::ops::Range<usize>>,
    pub padding: Option<At<Axes<PaddingEntry>>>,
}

/// Everything an operation is made from, with where problems go.
pub(crate) struct OpReader<'a> {
    pub dims: usize,
    pub builder: &'a Builder,
    pub input: MapId,
    pub defaults: &'a Defaults,
    pub reader: &'a mut Reader,
    /// Finds a stage's map by name, reporting an unknown one.
    pub like: Option<MapId>,
    /// Whether the file gives no input size, as opposed to a faulty one.
    pub input_missing: bool,
}

impl OpReader<'_> {
    /// The operation of a layer; `None` where it is at fault, and reported.
    pub(crate) fn op(&mut self, layer: &At<RawLayer>, kind: OpKind) -> Option<Op> {
        let raw = &layer.value;
        let axes = match kind {
            OpKind::Conv => self.window(
                layer,
                self.defaults.kernel,
                self.defaults.stride,
                PaddingEntry::Same,
            ),
            OpKind::MaxPool | OpKind::AvgPool => self.pool(layer),
            OpKind::Transposed => self.transposed(layer),
            OpKind::Upsample => self.upsample(layer),
            OpKind::PixelShuffle => {
                let Some(factor) = &raw.factor else {
                    return self.missing(layer, "factor", "pixel-shuffle");
                };
                let factor = quantities("factor", factor, self.dims, self.reader, Factor::new)?;
                Some(self.by_factor(factor, Interpolation::Nearest))
            }
            OpKind::GlobalPool => Some(PerAxis::splat(self.dims, AxisOp::Everything)),
            OpKind::Crop => self.crop(layer),
            OpKind::Add | OpKind::Concat => Some(PerAxis::splat(self.dims, AxisOp::Same)),
        }?;
        Some(Op { kind, axes })
    }

    fn missing<T>(&mut self, layer: &At<RawLayer>, key: &str, called: &str) -> Option<T> {
        if !layer.value.has(key) && !layer.value.has_unknown {
            let problem = Problem::new(format!("{called} needs `{key}`"), layer.span.clone());
            self.reader
                .report(problem.help(format!("for example `{key} = 2`")));
        }
        None
    }

    fn facts(&self) -> &MapFacts {
        self.builder.facts(self.input)
    }

    fn kernel(&mut self, value: &At<Axes<Int>>) -> Option<PerAxis<Kernel>> {
        quantities("kernel", value, self.dims, self.reader, Kernel::new)
    }

    fn stride(&mut self, value: &At<Axes<Int>>) -> Option<PerAxis<Stride>> {
        quantities("stride", value, self.dims, self.reader, Stride::new)
    }

    fn dilation(&mut self, raw: &RawLayer) -> Option<PerAxis<Dilation>> {
        match &raw.dilation {
            Some(value) => dilations(value, self.dims, self.reader),
            None if raw.has("dilation") => None,
            None => Some(PerAxis::splat(self.dims, Dilation::ONE)),
        }
    }
}

/// Whether a layer's dilation along an axis is not decided yet.
pub(crate) fn is_undecided(raw: &RawLayer, axis: usize) -> bool {
    let dilation = raw.dilation.as_ref();
    dilation.is_some_and(|value| value.on(axis).0 == RawDilation::Undecided)
}

/// Dilations for each axis, 1 for `"?"`.
pub(crate) fn dilations(
    value: &At<Axes<RawDilation>>,
    dims: usize,
    reader: &mut Reader,
) -> Option<PerAxis<Dilation>> {
    per_axis(
        "dilation",
        value,
        dims,
        reader,
        |raw: &RawDilation| match raw {
            RawDilation::Given(int) => Dilation::new(int.0).map_err(|e| e.to_string()),
            RawDilation::Undecided => Ok(Dilation::ONE),
        },
    )
}

pub(crate) fn padding_of(raw: Option<&At<RawPadding>>) -> Option<At<Axes<PaddingEntry>>> {
    raw.map(|p| At::new(p.value.0.clone(), p.span.clone()))
}
