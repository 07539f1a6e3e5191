//! One entry of a stage to one operation.

mod pointwise;
mod resample;

#[cfg(feature = "schema")]
pub(crate) use resample::MODES;

use crate::network::{
    AxisOp, Builder, Dilation, Factor, Interpolation, Kernel, MapFacts, MapId, Op, OpKind, PerAxis,
    Stride, Transposed, Window,
};

use crate::config::limits::OUTPUT_PADDING;
use crate::config::problem::Problem;
use crate::config::raw::{PaddingEntry, RawDilation, RawLayer, RawPadding};
use crate::config::read::{At, Axes, Int, Reader};
use crate::config::values::{
    has_axes, padding, per_axis, quantities, ranged, strided_same, word_of,
};

/// What a stage or the file says where a layer does not, already checked.
#[derive(Clone, Debug)]
pub(crate) struct Defaults {
    pub kernel: Option<PerAxis<Kernel>>,
    pub stride: Option<PerAxis<Stride>>,
    /// Where the stride stands.
    pub stride_span: Option<std::ops::Range<usize>>,
    pub padding: Option<At<Axes<PaddingEntry>>>,
}

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

/// The operation that a layer names, `conv` where it names none.
pub(crate) fn kind(layer: &RawLayer, reader: &mut Reader) -> Option<OpKind> {
    let Some(op) = &layer.op else {
        return (!layer.has("op")).then_some(OpKind::Conv);
    };
    if let Some(help) = pointwise::help(&op.value) {
        let message = format!("unknown operation \"{}\"", op.value);
        reader.report(
            Problem::new(message, op.span.clone())
                .label("unknown operation")
                .help(help),
        );
        return None;
    }
    word_of("operation", &OPS, op, reader)
}

/// The keys that an operation has.
pub(crate) fn keys(kind: OpKind) -> &'static [&'static str] {
    match kind {
        OpKind::Conv => &[
            "op", "name", "kernel", "stride", "dilation", "padding", "channels", "groups",
        ],
        OpKind::MaxPool | OpKind::AvgPool => &[
            "op",
            "name",
            "kernel",
            "stride",
            "dilation",
            "padding",
            "ceil_mode",
            "channels",
        ],
        OpKind::Transposed => &[
            "op",
            "name",
            "kernel",
            "stride",
            "dilation",
            "padding",
            "output_padding",
            "channels",
            "groups",
        ],
        OpKind::Upsample => &[
            "op",
            "name",
            "factor",
            "size",
            "like",
            "mode",
            "align_corners",
            "channels",
        ],
        OpKind::PixelShuffle => &["op", "name", "factor", "channels"],
        OpKind::Crop => &["op", "name", "like", "size", "channels"],
        OpKind::GlobalPool => &["op", "name", "channels"],
        OpKind::Add | OpKind::Concat => &["name", "branches", "merge"],
    }
}

/// Reports keys that do not belong to an operation.
pub(crate) fn check_keys(layer: &RawLayer, kind: OpKind, reader: &mut Reader) {
    let allowed = keys(kind);
    let called = match kind {
        OpKind::Add | OpKind::Concat => "a layer with branches",
        other => other.name(),
    };
    for key in layer
        .keys
        .iter()
        .filter(|key| !allowed.contains(&key.value))
    {
        reader.report(
            Problem::new(
                format!("`{}` has no meaning for {called}", key.value),
                key.span.clone(),
            )
            .label("not used here")
            .help(format!("keys of {called}: {}", allowed.join(", "))),
        );
    }
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
    /// Dilation to use where the file has `"?"`.
    pub placeholder: Dilation,
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
            Some(value) => dilations(value, self.dims, self.placeholder, self.reader),
            None if raw.has("dilation") => None,
            None => Some(PerAxis::splat(self.dims, Dilation::ONE)),
        }
    }

    /// A convolution or pool whose kernel and stride fall back to the given ones, and whose padding to the stage's, then to `fallback`.
    fn window(
        &mut self,
        layer: &At<RawLayer>,
        kernel: Option<PerAxis<Kernel>>,
        stride: Option<PerAxis<Stride>>,
        fallback: PaddingEntry,
    ) -> Option<PerAxis<AxisOp>> {
        let raw = &layer.value;
        let kernel = match &raw.kernel {
            Some(value) => self.kernel(value),
            None if raw.has("kernel") => None,
            None => kernel,
        };
        let stride = match &raw.stride {
            Some(value) => self.stride(value),
            None if raw.has("stride") => None,
            None => stride,
        };
        let dilation = self.dilation(raw);
        // Where the stride of a stage is at odds with the padding that no one wrote, the stride is the place.
        let fallback_span = match &self.defaults.stride_span {
            Some(span) if !raw.has("stride") => span.clone(),
            _ => layer.span.clone(),
        };
        let own = padding_of(raw.padding.as_ref());
        if raw.has("padding") && own.is_none() {
            return None;
        }
        let inherited = if fallback == PaddingEntry::Same {
            self.defaults.padding.clone()
        } else {
            None
        };
        let is_written = own.is_some() || inherited.is_some();
        let entries = own.or(inherited).unwrap_or_else(|| {
            At::new(
                Axes::One(At::new(fallback, fallback_span.clone())),
                fallback_span,
            )
        });
        let entries_fit = has_axes("padding", &entries, self.dims, self.reader);
        let (kernel, stride, dilation) = (kernel?, stride?, dilation?);
        if !entries_fit {
            return None;
        }
        let ceil = raw.ceil_mode.as_ref().is_some_and(|c| c.value);
        let windows = PerAxis::from_fn(self.dims, |axis| {
            let window = Window {
                kernel: kernel[axis],
                stride: stride[axis],
                dilation: dilation[axis],
                low: 0,
                high: 0,
                ceil,
            };
            let (low, high) = padding(entries.on(axis).0, window.extent());
            Window {
                low,
                high,
                ..window
            }
        });
        let strided = |axis: &usize| {
            entries.on(*axis).0 == PaddingEntry::Same && i64::from(stride[*axis]) != 1
        };
        // One fault, one message: the same fault may show on several axes.
        if let Some(axis) = (0..self.dims).find(strided) {
            let called = match fallback {
                PaddingEntry::Same => "a convolution",
                _ => "a pool",
            };
            let halves = windows.map(|w| (w.extent() - 1) / 2);
            let common = if halves.iter().all(|half| *half == halves[0]) {
                halves[0].to_string()
            } else {
                format!("[{}]", itertools::join(halves.iter(), ", "))
            };
            let stride = i64::from(stride[axis]);
            let at = entries.on(axis).1;
            self.reader
                .report(strided_same(called, stride, &common, is_written, at));
            return None;
        }
        Some(windows.map(AxisOp::Window))
    }

    fn pool(&mut self, layer: &At<RawLayer>) -> Option<PerAxis<AxisOp>> {
        let raw = &layer.value;
        let kernel = match &raw.kernel {
            Some(value) => self.kernel(value)?,
            None => match self.defaults.kernel.filter(|_| !raw.has("kernel")) {
                Some(kernel) => kernel,
                None => return self.missing(layer, "kernel", "a pool"),
            },
        };
        // Kernels and strides have the same limits.
        let stride = kernel.map(|k| Stride::new(i128::from(k.get())).unwrap_or(Stride::ONE));
        let bare = At {
            value: RawLayer {
                kernel: None,
                keys: without(raw, "kernel"),
                ..raw.clone()
            },
            span: layer.span.clone(),
        };
        self.window(&bare, Some(kernel), Some(stride), PaddingEntry::Valid)
    }

    fn transposed(&mut self, layer: &At<RawLayer>) -> Option<PerAxis<AxisOp>> {
        let raw = &layer.value;
        let kernel = match &raw.kernel {
            Some(value) => self.kernel(value),
            None => match self.defaults.kernel.filter(|_| !raw.has("kernel")) {
                Some(kernel) => Some(kernel),
                None => self.missing(layer, "kernel", "a transposed convolution"),
            },
        };
        let stride = match &raw.stride {
            Some(value) => self.stride(value),
            None => (!raw.has("stride")).then_some(PerAxis::splat(self.dims, Stride::ONE)),
        };
        let dilation = self.dilation(raw);
        let added = match &raw.output_padding {
            Some(value) => per_axis(
                "output_padding",
                value,
                self.dims,
                self.reader,
                |int: &Int| ranged(int.0, OUTPUT_PADDING),
            ),
            None => (!raw.has("output_padding")).then_some(PerAxis::splat(self.dims, 0)),
        };
        let sides = self.transposed_padding(raw);
        let (kernel, stride, dilation, added, sides) =
            (kernel?, stride?, dilation?, added?, sides?);
        for axis in 0..self.dims {
            let most = i64::from(stride[axis]).max(i64::from(dilation[axis]));
            if added[axis] >= most
                && let Some(value) = &raw.output_padding
            {
                let (_, span) = value.on(axis);
                self.reader.report(
                    Problem::new(
                        format!("output_padding {} must be smaller than stride or dilation ({most})", added[axis]),
                        span,
                    )
                    .help("PyTorch refuses it too: it only chooses between sizes that one stride apart would merge"),
                );
                return None;
            }
        }
        Some(PerAxis::from_fn(self.dims, |axis| {
            AxisOp::Transposed(Transposed {
                kernel: kernel[axis],
                stride: stride[axis],
                dilation: dilation[axis],
                low: sides[axis].0,
                high: sides[axis].1,
                output_padding: added[axis],
            })
        }))
    }

    fn transposed_padding(&mut self, raw: &RawLayer) -> Option<PerAxis<(i64, i64)>> {
        let Some(entries) = padding_of(raw.padding.as_ref()) else {
            return (!raw.has("padding")).then_some(PerAxis::splat(self.dims, (0, 0)));
        };
        if !has_axes("padding", &entries, self.dims, self.reader) {
            return None;
        }
        let mut sides = Vec::new();
        for (_, at) in entries.value.parts() {
            match at.value {
                PaddingEntry::Valid | PaddingEntry::Same | PaddingEntry::Causal => {
                    self.reader.report(
                        Problem::new("a transposed convolution takes its padding in numbers", at.span.clone())
                            .help("`padding` cuts positions off the output: `padding = 1`, or `[[before, after]]` pairs"),
                    );
                }
                entry => sides.push(padding(entry, 1)),
            }
        }
        if sides.len() != entries.value.parts().len() {
            return None;
        }
        Some(PerAxis::from_fn(self.dims, |axis| {
            if sides.len() == 1 {
                sides[0]
            } else {
                sides[axis]
            }
        }))
    }
}

/// Dilations for each axis, `"?"` replaced by a placeholder.
pub(crate) fn dilations(
    value: &At<Axes<RawDilation>>,
    dims: usize,
    placeholder: Dilation,
    reader: &mut Reader,
) -> Option<PerAxis<Dilation>> {
    per_axis(
        "dilation",
        value,
        dims,
        reader,
        |raw: &RawDilation| match raw {
            RawDilation::Given(int) => Dilation::new(int.0).map_err(|e| e.to_string()),
            RawDilation::Undecided => Ok(placeholder),
        },
    )
}

pub(crate) fn padding_of(raw: Option<&At<RawPadding>>) -> Option<At<Axes<PaddingEntry>>> {
    raw.map(|p| At::new(p.value.0.clone(), p.span.clone()))
}

fn without(raw: &RawLayer, key: &str) -> Vec<At<&'static str>> {
    raw.keys
        .iter()
        .filter(|k| k.value != key)
        .cloned()
        .collect()
}
