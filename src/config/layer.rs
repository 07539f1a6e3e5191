//! One entry of a stage to one operation.

use num_rational::Ratio;

use crate::network::{
    AxisOp, Builder, Crop, Dilation, Factor, Interpolation, Kernel, MAX_SIZE, MapFacts, MapId, Op,
    OpKind, PerAxis, Resize, Stride, Transposed, Window,
};

use super::problem::Problem;
use super::raw::{PaddingEntry, RawDilation, RawLayer, RawPadding, unknown_word};
use super::read::{At, Axes, Int, Reader};
use super::values::{has_axes, padding, per_axis, quantities, ranged};

/// What a stage or the file says where a layer does not, already checked.
#[derive(Clone, Debug)]
pub(crate) struct Defaults {
    pub kernel: Option<PerAxis<Kernel>>,
    pub stride: Option<PerAxis<Stride>>,
    /// Where the stride stands.
    pub stride_span: Option<std::ops::Range<usize>>,
    pub padding: Option<At<Axes<PaddingEntry>>>,
}

const OPS: [(&str, OpKind); 8] = [
    ("conv", OpKind::Conv),
    ("max-pool", OpKind::MaxPool),
    ("avg-pool", OpKind::AvgPool),
    ("transposed", OpKind::Transposed),
    ("upsample", OpKind::Upsample),
    ("pixel-shuffle", OpKind::PixelShuffle),
    ("global-pool", OpKind::GlobalPool),
    ("crop", OpKind::Crop),
];

/// The operation that a layer names, `conv` where it names none.
pub(crate) fn kind(layer: &RawLayer, reader: &mut Reader) -> Option<OpKind> {
    let Some(op) = &layer.op else {
        return (!layer.has("op")).then_some(OpKind::Conv);
    };
    let found = OPS.iter().find(|(name, _)| *name == op.value);
    if found.is_none() {
        let names: Vec<&str> = OPS.iter().map(|(name, _)| *name).collect();
        reader.report(unknown_word(
            "operation",
            &op.value,
            &names,
            op.span.clone(),
        ));
    }
    found.map(|(_, kind)| *kind)
}

/// The keys that an operation has.
fn keys(kind: OpKind) -> &'static [&'static str] {
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
        let mut windows = Vec::new();
        let mut reported = false;
        for axis in 0..self.dims {
            let (entry, span) = entries.on(axis);
            let (kernel, stride, dilation) = (kernel[axis], stride[axis], dilation[axis]);
            let window = Window {
                kernel,
                stride,
                dilation,
                low: 0,
                high: 0,
                ceil,
            };
            let before = self.reader.problems.len();
            let sides = padding(
                entry,
                window.extent(),
                i64::from(stride),
                &span,
                self.reader,
            );
            // One fault, one message: the same fault may show on several axes.
            if reported {
                self.reader.problems.truncate(before);
            }
            reported |= sides.is_none();
            if let Some((low, high)) = sides {
                windows.push(AxisOp::Window(Window {
                    low,
                    high,
                    ..window
                }));
            }
        }
        (windows.len() == self.dims).then(|| PerAxis::from_fn(self.dims, |axis| windows[axis]))
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
                |int: &Int| ranged(int.0, 0, i64::from(Dilation::LIMIT)),
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
                entry => sides.extend(padding(entry, 1, 1, &at.span, self.reader)),
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

    fn upsample(&mut self, layer: &At<RawLayer>) -> Option<PerAxis<AxisOp>> {
        let raw = &layer.value;
        let mode = match raw
            .mode
            .as_ref()
            .map(|m| (m.value.as_str(), m.span.clone()))
        {
            None if raw.has("mode") => return None,
            None | Some(("nearest", _)) => Interpolation::Nearest,
            Some(("linear", _)) => Interpolation::Linear,
            Some((other, span)) => {
                self.reader
                    .report(unknown_word("mode", other, &["nearest", "linear"], span));
                return None;
            }
        };
        let aligned = raw.align_corners.as_ref().filter(|a| a.value);
        let mode = match (mode, aligned) {
            (Interpolation::Linear, Some(_)) => Interpolation::LinearAligned,
            (mode, None) => mode,
            (_, Some(at)) => {
                self.reader.report(
                    Problem::new(
                        "`align_corners` needs linear interpolation",
                        at.span.clone(),
                    )
                    .help("add `mode = \"linear\"`"),
                );
                return None;
            }
        };
        let given = [raw.has("factor"), raw.has("size"), raw.has("like")];
        if given.iter().filter(|g| **g).count() != 1 {
            self.reader.report(
                Problem::new(
                    "upsample needs one of `factor`, `size` and `like`",
                    layer.span.clone(),
                )
                .help("for example `factor = 2`"),
            );
            return None;
        }
        if let Some(factor) = &raw.factor {
            let factor = quantities("factor", factor, self.dims, self.reader, Factor::new)?;
            return Some(self.by_factor(factor, mode));
        }
        if let Some(size) = &raw.size {
            return self.sized(size, mode);
        }
        self.sized_like(layer, mode)
    }

    fn by_factor(&self, factor: PerAxis<Factor>, interpolation: Interpolation) -> PerAxis<AxisOp> {
        let size = self.facts().size;
        PerAxis::from_fn(self.dims, |axis| {
            let factor = i64::from(factor[axis]);
            AxisOp::Resize(Resize {
                interpolation,
                nominal: Ratio::new(1, factor),
                sizes: size.map(|n| (n[axis], n[axis] * factor)),
            })
        })
    }

    fn sized(
        &mut self,
        size: &At<Axes<Int>>,
        interpolation: Interpolation,
    ) -> Option<PerAxis<AxisOp>> {
        let target = per_axis("size", size, self.dims, self.reader, |int: &Int| {
            ranged(int.0, 1, MAX_SIZE - 1)
        })?;
        let Some(from) = self.facts().size else {
            if self.facts().doubt.is_none() {
                self.size_unknown(size.span.clone());
            }
            return None;
        };
        self.grown(from, target, size.span.clone())?;
        Some(PerAxis::from_fn(self.dims, |axis| {
            AxisOp::Resize(Resize {
                interpolation,
                nominal: nominal_ratio(from[axis], target[axis]),
                sizes: Some((from[axis], target[axis])),
            })
        }))
    }

    fn sized_like(
        &mut self,
        layer: &At<RawLayer>,
        interpolation: Interpolation,
    ) -> Option<PerAxis<AxisOp>> {
        let span = layer.value.like.as_ref()?.span.clone();
        let (here, there) = (*self.facts(), *self.builder.facts(self.like?));
        if here.doubt != there.doubt {
            return None;
        }
        if let (Some(from), Some(to)) = (here.size, there.size) {
            self.grown(from, to, span.clone())?;
        }
        let mut nominal = PerAxis::splat(self.dims, Ratio::from_integer(1));
        if let (Some(from), Some(to)) = (here.position, there.position) {
            for axis in 0..self.dims {
                let ratio = to[axis].jump / from[axis].jump;
                if ratio > Ratio::from_integer(1) {
                    self.reader.report(
                        Problem::new("upsample cannot make a map coarser", span)
                            .help("use a convolution or a pool with a stride"),
                    );
                    return None;
                }
                // Jumps are limited to 2^32 each way.
                let part = |value: &i128| i64::try_from(*value).unwrap_or(i64::MAX);
                nominal[axis] = Ratio::new(part(ratio.numer()), part(ratio.denom()));
            }
        }
        Some(PerAxis::from_fn(self.dims, |axis| {
            AxisOp::Resize(Resize {
                interpolation,
                nominal: nominal[axis],
                sizes: here
                    .size
                    .zip(there.size)
                    .map(|(from, to)| (from[axis], to[axis])),
            })
        }))
    }

    fn size_unknown(&mut self, span: std::ops::Range<usize>) {
        if !self.input_missing {
            return;
        }
        self.reader.report(
            Problem::new("`size` needs the input size to be known", span)
                .help("give `input = […]` at the top of the file, or use `factor` or `like`"),
        );
    }

    /// Reports a resize to fewer positions.
    fn grown(
        &mut self,
        from: PerAxis<i64>,
        to: PerAxis<i64>,
        span: std::ops::Range<usize>,
    ) -> Option<()> {
        if from.iter().zip(&to[..]).all(|(a, b)| a <= b) {
            return Some(());
        }
        let (from, to) = (crate::network::times(&from), crate::network::times(&to));
        self.reader.report(
            Problem::new(
                format!("upsample cannot shrink a map of {from} positions to {to}"),
                span,
            )
            .help("use a convolution or a pool with a stride, or `op = \"crop\"`"),
        );
        None
    }

    fn crop(&mut self, layer: &At<RawLayer>) -> Option<PerAxis<AxisOp>> {
        let raw = &layer.value;
        let here = *self.facts();
        let (target, there) = match (&raw.like, &raw.size) {
            (Some(_), None) => {
                let there = *self.builder.facts(self.like?);
                (there.size, Some(there))
            }
            (None, Some(size)) => {
                let target = per_axis("size", size, self.dims, self.reader, |int: &Int| {
                    ranged(int.0, 1, MAX_SIZE - 1)
                })?;
                if here.size.is_none() && here.doubt.is_none() {
                    self.size_unknown(size.span.clone());
                    return None;
                }
                (Some(target), None)
            }
            _ if (raw.has("like") && raw.like.is_none())
                || (raw.has("size") && raw.size.is_none()) =>
            {
                return None;
            }
            _ => {
                self.reader.report(
                    Problem::new("crop needs one of `like` and `size`", layer.span.clone())
                        .help("for example `like = \"decoder\"`, a stage whose map is smaller"),
                );
                return None;
            }
        };
        if there.is_some_and(|t| t.doubt != here.doubt) {
            return None;
        }
        Some(PerAxis::from_fn(self.dims, |axis| {
            let sizes = here.size.zip(target).map(|(n, m)| (n[axis], m[axis]));
            let low = sizes.map_or(0, |(n, m)| (n - m).div_euclid(2));
            let drift = match (here.position, there.and_then(|t| t.position)) {
                (Some(a), Some(b)) => {
                    let apart = ((b[axis].centre - a[axis].centre) / a[axis].jump).floor();
                    i64::try_from(apart.to_integer()).unwrap_or(low)
                }
                _ => low,
            };
            AxisOp::Crop(Crop {
                low,
                drift,
                size: sizes.map(|(_, m)| m),
            })
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

/// How resolutions relate when a map of `from` positions is resized to `to`: the whole factor whose rounding explains the sizes
/// (`⌈to/f⌉ = from`, or aligned corners `(to−1) = f·(from−1)`), else their exact ratio.
fn nominal_ratio(from: i64, to: i64) -> Ratio<i64> {
    let by_cells = (to + from / 2) / from;
    let by_corners = if from > 1 {
        (to - 1) / (from - 1)
    } else {
        by_cells
    };
    let explained =
        |f: i64| f >= 1 && ((to + f - 1) / f == from || (from > 1 && to - 1 == f * (from - 1)));
    [by_cells, by_corners]
        .into_iter()
        .find(|f| explained(*f))
        .map_or_else(|| Ratio::new(from, to), |f| Ratio::new(1, f))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_factors_behind_sizes() {
        assert_eq!(nominal_ratio(65, 513), Ratio::new(1, 8));
        assert_eq!(nominal_ratio(33, 65), Ratio::new(1, 2));
        assert_eq!(nominal_ratio(10, 15), Ratio::new(2, 3));
        assert_eq!(nominal_ratio(7, 7), Ratio::new(1, 1));
        assert_eq!(nominal_ratio(1, 9), Ratio::new(1, 9));
    }
}
