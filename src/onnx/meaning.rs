//! What ONNX operators mean: from a node and its inputs to operations on tensors that hold maps.

use crate::network::{OpKind, PadMode};
use crate::trace::{
    Atom, Fixed, Labels, Layout, Mode, Sides, Stop, Tracer, Value, WindowSpec, index,
};

use super::fold::{new_shape, order, reduced_axes, slice_ranges, split_sizes};
use super::model::Node;

/// A node with its inputs, and the version of the operators.
pub(super) struct Call<'a> {
    pub(super) node: &'a Node,
    pub(super) inputs: &'a [Option<&'a Value>],
    pub(super) opset: i64,
}

fn stop<T>(why: impl Into<String>) -> Result<T, Stop> {
    Err(Stop(why.into()))
}

/// Operators whose entries depend on the entries at the same place alone, or on others of the same position.
const POINTWISE: &[&str] = &[
    "Abs",
    "Acos",
    "Acosh",
    "Asin",
    "Asinh",
    "Atan",
    "Atanh",
    "BatchNormalization",
    "Bernoulli",
    "BiasGelu",
    "BitwiseNot",
    "Cast",
    "CastLike",
    "Ceil",
    "Celu",
    "Clip",
    "Cos",
    "Cosh",
    "DequantizeLinear",
    "Dropout",
    "DynamicQuantizeLinear",
    "Elu",
    "Erf",
    "Exp",
    "FastGelu",
    "Floor",
    "Gelu",
    "HardSigmoid",
    "HardSwish",
    "Identity",
    "IsInf",
    "IsNaN",
    "LRN",
    "LeakyRelu",
    "Log",
    "Mish",
    "Neg",
    "Not",
    "QuantizeLinear",
    "QuickGelu",
    "Reciprocal",
    "Relu",
    "Round",
    "Selu",
    "Shrink",
    "Sigmoid",
    "Sign",
    "Sin",
    "Sinh",
    "Softplus",
    "Softsign",
    "Sqrt",
    "Swish",
    "Tan",
    "Tanh",
    "ThresholdedRelu",
];

/// Why positions are not followed through an operator that is known.
fn unfollowed(op: &str) -> Option<String> {
    let why = match op {
        "TopK" | "NonMaxSuppression" | "NonZero" | "Unique" | "Compress" => {
            "which picks entries by their values"
        }
        "LSTM" | "GRU" | "RNN" | "Loop" | "If" | "Scan" => "whose steps are not followed",
        "GridSample" | "RoiAlign" | "MaxRoiPool" | "DeformConv" | "GatherElements" | "GatherND"
        | "ScatterND" | "ScatterElements" | "Scatter" | "MaxUnpool" => {
            "whose positions depend on data"
        }
        _ => return None,
    };
    Some(format!("{op}, {why}"))
}

/// Operators entry by entry on several tensors.
const MERGES: &[&str] = &[
    "Add",
    "And",
    "BitwiseAnd",
    "BitwiseOr",
    "BitwiseXor",
    "BitShift",
    "Div",
    "Equal",
    "Greater",
    "GreaterOrEqual",
    "Less",
    "LessOrEqual",
    "Max",
    "Mean",
    "Min",
    "Mod",
    "Mul",
    "Or",
    "Pow",
    "PRelu",
    "Sub",
    "Sum",
    "Where",
    "Xor",
];

impl Call<'_> {
    fn value(&self, at: usize) -> Option<&Value> {
        self.inputs.get(at).copied().flatten()
    }

    /// The tensor with positions that the operator is about.
    fn map(&self) -> Result<&Layout, Stop> {
        let op = &self.node.op;
        match self.value(0) {
            Some(Value::Map(layout)) => Ok(layout),
            _ => stop(
                unfollowed(op)
                    .unwrap_or_else(|| format!("{op} by numbers computed from the input")),
            ),
        }
    }

    /// The elements of a small tensor, as whole numbers.
    fn whole(&self, at: usize) -> Option<Vec<i64>> {
        self.value(at)?.fixed()?.whole()
    }

    fn axis(&self, rank: usize, default: i64) -> Result<usize, Stop> {
        let axis = self.node.int("axis").unwrap_or(default);
        index(axis, rank)
            .ok_or_else(|| Stop(format!("{} along axis {axis} of {rank}", self.node.op)))
    }

    /// What the node makes of its inputs, a value for each of its outputs or fewer.
    pub(super) fn apply(&self, tracer: &mut Tracer) -> Result<Vec<Value>, Stop> {
        let op = self.node.op.as_str();
        if POINTWISE.contains(&op)
            && self
                .inputs
                .iter()
                .skip(1)
                .flatten()
                .all(|v| matches!(v, Value::Fixed(_)))
        {
            return Ok(vec![Value::Map(self.map()?.clone())]);
        }
        if MERGES.contains(&op) || POINTWISE.contains(&op) {
            let values: Vec<Value> = self.inputs.iter().flatten().map(|&v| v.clone()).collect();
            return Ok(vec![tracer.merged(OpKind::Add, &values)?]);
        }
        if op == "Split" {
            return self.split(tracer);
        }
        let value = match op {
            "Conv" | "FusedConv" | "ConvInteger" | "QLinearConv" => self.conv(tracer)?,
            "ConvTranspose" => self.conv_transposed(tracer)?,
            "MaxPool" | "AveragePool" | "LpPool" => self.pool(tracer)?,
            "MatMul" | "MatMulInteger" | "QLinearMatMul" | "Gemm" | "Einsum" | "Attention" => {
                self.products(tracer)?
            }
            "Concat" => {
                let values: Vec<Value> = self.inputs.iter().flatten().map(|&v| v.clone()).collect();
                let Some(axis) = self.node.int("axis") else {
                    return stop("Concat without an axis");
                };
                tracer.concatenated(&values, axis)?
            }
            "QLinearAdd" | "QLinearMul" => {
                let values: Vec<Value> = [0, 3]
                    .iter()
                    .filter_map(|&at| self.value(at))
                    .cloned()
                    .collect();
                tracer.merged(OpKind::Add, &values)?
            }
            "Gather" => self.gather(tracer)?,
            "Expand" | "Tile" => self.repeated(tracer)?,
            _ => Value::Map(self.layout(tracer)?),
        };
        Ok(vec![value])
    }

    /// Operators of one tensor with positions.
    fn layout(&self, tracer: &mut Tracer) -> Result<Layout, Stop> {
        let (x, op) = (self.map()?, self.node.op.as_str());
        let rank = x.rank();
        let unknown = || Stop(format!("{op} by numbers that are not known"));
        match op {
            "Reshape" | "Flatten" | "Squeeze" | "Unsqueeze" => {
                let shape = new_shape(self.node, self.inputs, &x.shape()).ok_or_else(unknown)?;
                let reshaped = x.reshaped(&shape);
                reshaped.ok_or_else(|| Stop(format!("{op} that mixes positions")))
            }
            "Transpose" => {
                let order = order(self.node, rank).ok_or_else(unknown)?;
                x.transposed(&order).ok_or_else(unknown)
            }
            "Slice" => {
                let ranges =
                    slice_ranges(self.node, self.inputs, &x.shape()).ok_or_else(unknown)?;
                let mut x = x.clone();
                for (at, (start, step, n)) in ranges.into_iter().enumerate() {
                    self.note_channels(tracer, &x, at, n);
                    x = tracer.sliced(&x, at, start, step, n)?;
                }
                Ok(x)
            }
            "Pad" => self.pad(tracer, x),
            "Resize" | "Upsample" => self.resize(tracer, x),
            "DepthToSpace" => {
                let factor = self.node.int("blocksize").unwrap_or(0);
                let is_outer = self.node.text("mode") != Some("CRD");
                tracer.depth_to_space(x, factor, is_outer)
            }
            "SpaceToDepth" => tracer.space_to_depth(x, self.node.int("blocksize").unwrap_or(0)),
            "GlobalAveragePool" | "GlobalMaxPool" | "GlobalLpPool" => {
                tracer.reduced(x, &(2..rank).collect::<Vec<_>>(), true)
            }
            "ArgMax" | "ArgMin" => {
                let axis = self.axis(rank, 0)?;
                tracer.reduced(x, &[axis], self.node.int("keepdims") != Some(0))
            }
            _ if op.starts_with("Reduce") => {
                let axes = reduced_axes(self.node, self.inputs, rank).ok_or_else(unknown)?;
                tracer.reduced(x, &axes, self.node.int("keepdims") != Some(0))
            }
            "InstanceNormalization" | "GroupNormalization" => {
                tracer.normalised(x, &(2..rank).collect::<Vec<_>>());
                Ok(x.clone())
            }
            "MeanVarianceNormalization" => {
                let axes = self.node.ints("axes").unwrap_or(&[0, 2, 3]);
                let axes: Vec<usize> = axes.iter().filter_map(|&a| index(a, rank)).collect();
                tracer.normalised(x, &axes);
                Ok(x.clone())
            }
            "LayerNormalization" | "RMSNormalization" | "SimplifiedLayerNormalization" => {
                let axis = self.axis(rank, -1)?;
                tracer.normalised(x, &(axis..rank).collect::<Vec<_>>());
                Ok(x.clone())
            }
            "Softmax" | "LogSoftmax" | "Hardmax" | "LpNormalization" => {
                let is_old = self.opset < 13 && op != "LpNormalization";
                let axis = self.axis(rank, if is_old { 1 } else { -1 })?;
                let axes: Vec<usize> = if is_old {
                    (axis..rank).collect()
                } else {
                    vec![axis]
                };
                tracer.normalised(x, &axes);
                Ok(x.clone())
            }
            "CumSum" => {
                let axis = self
                    .whole(1)
                    .and_then(|a| index(*a.first()?, rank))
                    .ok_or_else(unknown)?;
                let is_channel = !x.axes[axis]
                    .iter()
                    .any(|atom| matches!(atom, Atom::Space { .. }));
                if is_channel {
                    Ok(x.clone())
                } else {
                    stop("CumSum along positions")
                }
            }
            _ => stop(unfollowed(op).unwrap_or_else(|| format!("{op}, which is not known"))),
        }
    }

    fn ints(&self, name: &str, count: usize, default: i64) -> Result<Vec<i64>, Stop> {
        match self.node.ints(name) {
            Some(values) if values.len() == count => Ok(values.to_vec()),
            Some(values) if !values.is_empty() => {
                let given = values.len();
                stop(format!(
                    "{} with {given} numbers in `{name}` for {count}",
                    self.node.op
                ))
            }
            _ => Ok(vec![default; count]),
        }
    }

    fn window(&self, x: &Layout, kind: OpKind, kernel: Vec<i64>) -> Result<WindowSpec, Stop> {
        let spatial = x.rank().saturating_sub(2);
        if kernel.len() != spatial {
            let (given, op) = (kernel.len(), &self.node.op);
            return stop(format!(
                "{op} with a kernel of {given} axes on a tensor of {spatial}"
            ));
        }
        let pads = self.ints("pads", 2 * spatial, 0)?;
        let sides = match self.node.text("auto_pad") {
            Some("SAME_UPPER") => Sides::Same { odd_after: true },
            Some("SAME_LOWER") => Sides::Same { odd_after: false },
            Some("VALID") => Sides::Given(vec![(0, 0); spatial]),
            _ => Sides::Given(
                (0..spatial)
                    .map(|at| (pads[at], pads[at + spatial]))
                    .collect(),
            ),
        };
        Ok(WindowSpec {
            kind,
            kernel,
            stride: self.ints("strides", spatial, 1)?,
            dilation: self.ints("dilations", spatial, 1)?,
            sides,
            output_padding: self.ints("output_padding", spatial, 0)?,
            ceil: self.node.int("ceil_mode") == Some(1),
            channels: None,
        })
    }

    /// Kernel of a convolution: as given, else from the sizes of its weight.
    fn kernel(&self, weight: Option<&[i64]>) -> Result<Vec<i64>, Stop> {
        let given = self.node.ints("kernel_shape").filter(|k| !k.is_empty());
        match given.or_else(|| weight?.get(2..)) {
            Some(kernel) => Ok(kernel.to_vec()),
            None => stop(format!("{} with a weight of unknown size", self.node.op)),
        }
    }

    fn weight(&self) -> Option<&Value> {
        self.value(if self.node.op == "QLinearConv" { 3 } else { 1 })
    }

    fn conv(&self, tracer: &mut Tracer) -> Result<Value, Stop> {
        let x = self.map()?;
        if !matches!(self.weight(), Some(Value::Fixed(_))) {
            return stop(format!(
                "{} with a weight computed from the input",
                self.node.op
            ));
        }
        let weight = self.weight().and_then(Value::shape);
        let mut spec = self.window(x, OpKind::Conv, self.kernel(weight.as_deref())?)?;
        spec.channels = weight.as_ref().and_then(|w| w.first().copied());
        let groups = self.node.int("group").unwrap_or(1);
        if groups > 1
            && weight
                .as_ref()
                .and_then(|w| w.get(1))
                .is_some_and(|&each| each > 1)
        {
            tracer.note(CHANNELS);
        }
        Ok(Value::Map(tracer.window(x, &spec)?))
    }

    fn conv_transposed(&self, tracer: &mut Tracer) -> Result<Value, Stop> {
        let x = self.map()?;
        if !matches!(self.weight(), Some(Value::Fixed(_))) {
            return stop(format!(
                "{} with a weight computed from the input",
                self.node.op
            ));
        }
        let weight = self.weight().and_then(Value::shape);
        let mut spec = self.window(x, OpKind::Transposed, self.kernel(weight.as_deref())?)?;
        let spatial = spec.kernel.len();
        if let Some(to) = self.node.ints("output_shape").filter(|to| !to.is_empty()) {
            // Batch and channels may stand before the sizes.
            let to = &to[to.len().saturating_sub(spatial)..];
            let odd_after = self.node.text("auto_pad") == Some("SAME_UPPER");
            spec.sides = Sides::Sized {
                to: to.to_vec(),
                odd_after,
            };
        }
        let each = weight.as_ref().and_then(|w| w.get(1).copied());
        let groups = self.node.int("group").unwrap_or(1);
        spec.channels = each.map(|each| each.saturating_mul(groups));
        if groups > 1 && each.is_some_and(|each| each > 1) {
            tracer.note(CHANNELS);
        }
        Ok(Value::Map(tracer.transposed(x, &spec)?))
    }

    fn pool(&self, tracer: &mut Tracer) -> Result<Value, Stop> {
        let x = self.map()?;
        let Some(kernel) = self.node.ints("kernel_shape") else {
            return stop(format!("{} without a kernel", self.node.op));
        };
        let kind = match self.node.op.as_str() {
            "MaxPool" => OpKind::MaxPool,
            _ => OpKind::AvgPool,
        };
        let spec = self.window(x, kind, kernel.to_vec())?;
        Ok(Value::Map(tracer.window(x, &spec)?))
    }

    fn pad(&self, tracer: &mut Tracer, x: &Layout) -> Result<Layout, Stop> {
        let given = match self.value(1) {
            Some(_) => self.whole(1),
            None => self
                .node
                .ints("pads")
                .or_else(|| self.node.ints("paddings"))
                .map(<[i64]>::to_vec),
        };
        let Some(pads) = given else {
            return stop("Pad by numbers that are not known");
        };
        let rank = x.rank();
        let axes = match self.value(3) {
            Some(_) => self
                .whole(3)
                .and_then(|axes| axes.iter().map(|&a| index(a, rank)).collect()),
            None => Some((0..rank).collect::<Vec<_>>()),
        };
        let Some(axes) = axes.filter(|axes| axes.len() * 2 == pads.len()) else {
            return stop("Pad by numbers that do not fit its axes");
        };
        let mut sides = vec![(0, 0); rank];
        for (at, &axis) in axes.iter().enumerate() {
            sides[axis] = (pads[at], pads[at + axes.len()]);
        }
        let mode = match self.node.text("mode") {
            None | Some("constant") => PadMode::Zeros,
            Some("reflect") => PadMode::Reflect,
            Some("edge") => PadMode::Replicate,
            Some("wrap") => PadMode::Circular,
            Some(other) => return stop(format!("Pad of mode {other}")),
        };
        tracer.surrounded(x, &sides, mode)
    }

    fn resize(&self, tracer: &mut Tracer, x: &Layout) -> Result<Layout, Stop> {
        let (old, rank) = (x.shape(), x.rank());
        let is_upsample = self.node.op == "Upsample";
        let axes = match self.node.ints("axes") {
            Some(axes) => axes.iter().map(|&a| index(a, rank)).collect(),
            None => Some((0..rank).collect::<Vec<_>>()),
        };
        let axes = axes.ok_or_else(|| Stop("Resize of axes that are not there".to_owned()))?;
        let scales = if is_upsample && self.opset < 9 {
            match self.node.attribute("scales") {
                Some(super::model::Value::Floats(scales)) => Some(scales.clone()),
                _ => None,
            }
        } else {
            let at = if self.opset >= 11 && !is_upsample {
                2
            } else {
                1
            };
            let scales = self
                .value(at)
                .and_then(Value::fixed)
                .and_then(|f| f.data.clone());
            scales.filter(|scales| !scales.is_empty())
        };
        let mut shape = old.clone();
        let sizes = self.whole(3).filter(|sizes| !sizes.is_empty());
        match (sizes, scales) {
            (Some(sizes), _) if sizes.len() == axes.len() => {
                if !matches!(
                    self.node.text("keep_aspect_ratio_policy"),
                    None | Some("stretch")
                ) {
                    return stop("Resize that keeps the ratio of sides");
                }
                for (&axis, size) in axes.iter().zip(sizes) {
                    shape[axis] = size;
                }
            }
            (None, Some(scales)) if scales.len() == axes.len() => {
                for (&axis, scale) in axes.iter().zip(scales) {
                    let size = super::model::as_float(old[axis]) * scale;
                    // A scale is rounded to 32 bits; one that cuts off a part of a position places it otherwise.
                    if (size - size.round()).abs() > 1e-3 || size.abs() > 1e10 {
                        return stop("Resize by a scale that gives no whole size");
                    }
                    #[expect(
                        clippy::cast_possible_truncation,
                        reason = "a whole number below 10^10"
                    )]
                    let size = size.round() as i64;
                    shape[axis] = size;
                }
            }
            _ => return stop(format!("{} to a size that is not known", self.node.op)),
        }
        let mode = self.resize_mode(&old, &shape)?;
        tracer.resized(x, &shape, mode)
    }

    fn resize_mode(&self, old: &[i64], new: &[i64]) -> Result<Mode, Stop> {
        let is_old = self.opset < 11 || self.node.op == "Upsample";
        let default = if is_old { "asymmetric" } else { "half_pixel" };
        let place = self
            .node
            .text("coordinate_transformation_mode")
            .unwrap_or(default);
        let mode = self.node.text("mode").unwrap_or("nearest");
        let rounding = self.node.text("nearest_mode").unwrap_or(if is_old {
            "floor"
        } else {
            "round_prefer_floor"
        });
        let changed: Vec<(i64, i64)> = old
            .iter()
            .copied()
            .zip(new.iter().copied())
            .filter(|(a, b)| a != b)
            .collect();
        // From one position everything is that position.
        let is_trivial = changed.iter().all(|&(from, _)| from == 1);
        let is_half = matches!(
            place,
            "half_pixel" | "pytorch_half_pixel" | "half_pixel_symmetric"
        );
        let by = |factor: fn(i64) -> bool| {
            changed
                .iter()
                .all(|&(from, to)| from > 0 && to % from == 0 && factor(to / from))
        };
        let shrinks = changed.iter().any(|(from, to)| from > to);
        if self.node.int("antialias") == Some(1) && shrinks {
            return stop("Resize with antialias");
        }
        let found = match (mode, place, rounding) {
            _ if is_trivial => Some(Mode::Nearest),
            ("nearest", "asymmetric", "floor") => Some(Mode::Nearest),
            ("nearest", "asymmetric", "round_prefer_floor") if by(|f| f <= 2) => {
                Some(Mode::Nearest)
            }
            ("nearest", _, "round_prefer_floor" | "round_prefer_ceil")
                if is_half && by(|_| true) =>
            {
                Some(Mode::Nearest)
            }
            ("linear" | "bilinear" | "trilinear", "align_corners", _) => Some(Mode::LinearAligned),
            ("linear" | "bilinear" | "trilinear", ..) if is_half => Some(Mode::Linear),
            ("cubic", _, _) if self.node.int("exclude_outside") == Some(1) => None,
            ("cubic", "align_corners", _) => Some(Mode::CubicAligned),
            ("cubic", ..) if is_half => Some(Mode::Cubic),
            _ => None,
        };
        let rounded = if mode == "nearest" {
            format!(", {rounding}")
        } else {
            String::new()
        };
        found.ok_or_else(|| Stop(format!("Resize of mode {mode}, {place}{rounded}")))
    }

    fn products(&self, tracer: &mut Tracer) -> Result<Value, Stop> {
        let op = self.node.op.as_str();
        let (a, b) = (
            self.value(0),
            self.value(if op == "QLinearMatMul" { 3 } else { 1 }),
        );
        let (Some(a), Some(b)) = (a, b) else {
            return stop(format!("{op} of one tensor"));
        };
        let rank = |value: &Value| {
            value
                .shape()
                .map(|s| s.len())
                .ok_or_else(|| Stop(format!("{op} with a tensor of unknown size")))
        };
        let (rank_a, rank_b) = (rank(a)?, rank(b)?);
        match op {
            "Gemm" => {
                let side = |name: &str, plain: [u32; 2]| {
                    let [i, j] = plain;
                    if self.node.int(name) == Some(1) {
                        vec![j, i]
                    } else {
                        vec![i, j]
                    }
                };
                if (rank_a, rank_b) != (2, 2) {
                    return stop("Gemm of other than two axes");
                }
                let (left, right) = (side("transA", [0, 1]), side("transB", [1, 2]));
                let product = tracer.product((a, &left), (b, &right), &vec![0, 2])?;
                match self.value(2) {
                    Some(bias) => tracer.merged(OpKind::Add, &[product, bias.clone()]),
                    None => Ok(product),
                }
            }
            "Einsum" => {
                let equation = self.node.text("equation").unwrap_or_default();
                let Some((left, right, out)) = einsum(equation, rank_a, rank_b) else {
                    return stop(format!("Einsum {equation}"));
                };
                if self.inputs.len() != 2 {
                    return stop("Einsum of other than two tensors");
                }
                tracer.product((a, &left), (b, &right), &out)
            }
            "Attention" => {
                let Some(v) = self.value(2).filter(|_| (rank_a, rank_b) == (4, 4)) else {
                    return stop("Attention of other than four axes");
                };
                let scores = tracer.product(
                    (a, &vec![0, 1, 2, 9]),
                    (b, &vec![0, 1, 3, 9]),
                    &vec![0, 1, 2, 3],
                )?;
                tracer.product(
                    (&scores, &vec![0, 1, 2, 3]),
                    (v, &vec![0, 1, 3, 4]),
                    &vec![0, 1, 2, 4],
                )
            }
            _ => {
                let Some((left, right, out)) = matmul(rank_a, rank_b) else {
                    return stop(format!("{op} of a tensor without axes"));
                };
                tracer.product((a, &left), (b, &right), &out)
            }
        }
    }

    fn split(&self, tracer: &mut Tracer) -> Result<Vec<Value>, Stop> {
        let x = self.map()?;
        let at = self.axis(x.rank(), 0)?;
        let length = usize::try_from(x.shape()[at]).unwrap_or(0);
        let Some(sizes) = split_sizes(self.node, self.inputs, length) else {
            return stop("Split into parts of unknown size");
        };
        let mut start = 0_i64;
        let mut parts = Vec::new();
        for size in sizes {
            let size = i64::try_from(size).unwrap_or(i64::MAX);
            self.note_channels(tracer, x, at, size);
            parts.push(Value::Map(tracer.sliced(x, at, start, 1, size)?));
            start = start.saturating_add(size);
        }
        Ok(parts)
    }

    /// Says that channels are not told apart, where a part of them is taken.
    fn note_channels(&self, tracer: &mut Tracer, x: &Layout, at: usize, n: i64) {
        if let [Atom::Channel(all)] = x.axes[at][..]
            && n < all
        {
            tracer.note(CHANNELS);
        }
    }

    fn gather(&self, tracer: &mut Tracer) -> Result<Value, Stop> {
        let (Some(data), Some(indices)) = (self.value(0), self.value(1)) else {
            return stop("Gather of one tensor");
        };
        let by_data = || Stop("Gather by numbers that depend on data".to_owned());
        match (data, indices) {
            (Value::Fixed(table), Value::Map(places)) => {
                // A table of embeddings: each position has a row of its own.
                let shape = table.shape.as_ref().ok_or_else(by_data)?;
                let at = self.axis(shape.len(), 0)?;
                let channels = |n: &i64| {
                    if *n == 1 {
                        Vec::new()
                    } else {
                        vec![Atom::Channel(*n)]
                    }
                };
                let mut axes: Vec<Vec<Atom>> = shape[..at].iter().map(channels).collect();
                axes.extend(places.axes.iter().cloned());
                axes.extend(shape[at + 1..].iter().map(channels));
                Ok(Value::Map(Layout {
                    axes,
                    ..places.clone()
                }))
            }
            (Value::Map(x), Value::Fixed(places)) => {
                let at = self.axis(x.rank(), 0)?;
                let n = x.shape()[at];
                let shape = places.shape.as_ref().ok_or_else(by_data)?;
                if !x.axes[at]
                    .iter()
                    .any(|atom| matches!(atom, Atom::Space { .. }))
                {
                    let mut next = x.clone();
                    let count: i64 = shape.iter().product();
                    self.note_channels(tracer, x, at, count);
                    let channels = |n: &i64| {
                        if *n == 1 {
                            Vec::new()
                        } else {
                            vec![Atom::Channel(*n)]
                        }
                    };
                    next.axes.splice(at..=at, shape.iter().map(channels));
                    return Ok(Value::Map(next));
                }
                let list = places.whole().ok_or_else(by_data)?;
                let list: Vec<i64> = list
                    .iter()
                    .map(|&i| if i < 0 { i + n } else { i })
                    .collect();
                let (&start, step) = (
                    list.first().ok_or_else(by_data)?,
                    list.get(1).map_or(1, |b| b - list[0]),
                );
                if list.windows(2).any(|pair| pair[1] - pair[0] != step) || shape.len() > 1 {
                    return stop("Gather of positions in another order");
                }
                let mut next = tracer.sliced(
                    x,
                    at,
                    start,
                    step,
                    i64::try_from(list.len()).unwrap_or(i64::MAX),
                )?;
                if shape.is_empty() {
                    next.axes.remove(at);
                }
                Ok(Value::Map(next))
            }
            (Value::Ended, _) | (_, Value::Ended) => Ok(Value::Ended),
            _ => Err(by_data()),
        }
    }

    fn repeated(&self, tracer: &mut Tracer) -> Result<Value, Stop> {
        let x = self.map()?;
        let Some(numbers) = self.whole(1) else {
            return stop(format!("{} to a size that is not known", self.node.op));
        };
        if self.node.op == "Expand" {
            let like = Value::Fixed(Fixed::of_shape(numbers));
            return tracer.merged(OpKind::Add, &[Value::Map(x.clone()), like]);
        }
        if numbers.len() != x.rank() || numbers.iter().any(|&times| times < 1) {
            return stop("Tile by numbers that do not fit its axes");
        }
        let mut next = x.clone();
        for (at, &times) in numbers.iter().enumerate().filter(|(_, times)| **times > 1) {
            next.axes[at] = match x.axes[at][..] {
                [] => vec![Atom::Channel(times)],
                [Atom::Channel(n)] => vec![Atom::Channel(n.saturating_mul(times))],
                _ => return stop("Tile along positions"),
            };
        }
        Ok(Value::Map(next))
    }
}

const CHANNELS: &str = "channels are not told apart: where groups or parts of channels are read, positions may be counted that are not read";

/// Labels of the axes of a matrix product and of its result.
fn matmul(a: usize, b: usize) -> Option<(Labels, Labels, Labels)> {
    if a == 0 || b == 0 {
        return None;
    }
    let (row, inner, column) = (1_000, 1_001, 1_002);
    let batch = |rank: usize| {
        let count = u32::try_from(rank.saturating_sub(2)).unwrap_or(0);
        (0..count).rev().collect::<Labels>()
    };
    let mut left = batch(a);
    let mut right = batch(b);
    let mut out = if a >= b { left.clone() } else { right.clone() };
    if a > 1 {
        left.push(row);
        out.push(row);
    }
    left.push(inner);
    right.push(inner);
    if b > 1 {
        right.push(column);
        out.push(column);
    }
    Some((left, right, out))
}

/// Labels of an `Einsum` of two tensors; `None` where the equation has other terms.
fn einsum(equation: &str, rank_a: usize, rank_b: usize) -> Option<(Labels, Labels, Labels)> {
    let equation: String = equation.chars().filter(|c| !c.is_whitespace()).collect();
    let (terms, out) = equation.split_once("->")?;
    let (a, b) = terms.split_once(',')?;
    let labels = |term: &str, rank: Option<usize>| -> Option<Labels> {
        let letters = term.chars().filter(|c| c.is_alphabetic()).count();
        let Some((before, after)) = term.split_once("...") else {
            return term
                .chars()
                .all(char::is_alphabetic)
                .then(|| term.chars().map(u32::from).collect());
        };
        // The axes that the dots stand for, counted from the last.
        let dots = u32::try_from(rank?.checked_sub(letters)?).ok()?;
        let mut all: Labels = before.chars().map(u32::from).collect();
        all.extend((0..dots).rev().map(|n| 0x11_0000 + n));
        all.extend(after.chars().map(u32::from));
        Some(all)
    };
    let (left, right) = (labels(a, Some(rank_a))?, labels(b, Some(rank_b))?);
    let dots = rank_a.saturating_sub(a.chars().filter(|c| c.is_alphabetic()).count());
    let dots = dots.max(rank_b.saturating_sub(b.chars().filter(|c| c.is_alphabetic()).count()));
    let out_letters = out.chars().filter(|c| c.is_alphabetic()).count();
    let out = labels(out, Some(out_letters + dots))?;
    (left.len() == rank_a && right.len() == rank_b).then_some((left, right, out))
}
