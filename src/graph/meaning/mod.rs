//! What PyTorch's operators mean: from a node and its inputs to operations on tensors that hold maps.

mod names;
mod parts;
mod resize;
mod shapes;
mod windows;

use std::collections::HashMap;

use crate::network::OpKind;
use crate::trace::{Fixed, Layout, Stop, Tracer, Value, index, stop};

use super::file::{Argument, Attribute, Node};
use names::{is_merge, is_pointwise, unfollowed};

/// A node with the values so far.
pub(super) struct Call<'a> {
    node: &'a Node,
    /// Its operator without namespace and overload.
    op: &'a str,
    values: &'a HashMap<u64, Value>,
}

impl<'a> Call<'a> {
    pub(super) fn new(node: &'a Node, values: &'a HashMap<u64, Value>) -> Self {
        let op = node.operator();
        Self { node, op, values }
    }

    // Arguments.

    /// The tensors of an argument.
    fn tensors(&self, name: &str) -> Vec<&'a Value> {
        let argument = self.node.input(name);
        let read = argument.into_iter().flat_map(Argument::values);
        read.filter_map(|id| self.values.get(&id)).collect()
    }

    fn value(&self, name: &str) -> Option<&'a Value> {
        self.tensors(name).into_iter().next()
    }

    fn tensor(&self, name: &str) -> Result<&'a Value, Stop> {
        let missing = || Stop(format!("{} without `{name}`", self.op));
        self.value(name).ok_or_else(missing)
    }

    /// The tensor with positions that the operator is about.
    fn map(&self) -> Result<&'a Layout, Stop> {
        match self.value("self").or_else(|| self.value("input")) {
            Some(Value::Map(layout)) => Ok(layout),
            _ => stop(format!("{} by numbers computed from the input", self.op)),
        }
    }

    fn whole(&self, name: &str) -> Option<i64> {
        match self.node.attributes.get(name)? {
            Attribute::Whole(n) => Some(*n),
            _ => None,
        }
    }

    fn is_set(&self, name: &str) -> bool {
        matches!(self.node.attributes.get(name), Some(Attribute::Flag(true)))
    }

    fn number(&self, name: &str) -> Option<f64> {
        match self.node.attributes.get(name)? {
            Attribute::Number(x) => Some(*x),
            #[expect(clippy::cast_precision_loss, reason = "scales are small")]
            Attribute::Whole(n) => Some(*n as f64),
            _ => None,
        }
    }

    /// Whole numbers, one or several.
    fn wholes(&self, name: &str) -> Option<Vec<i64>> {
        match self.node.attributes.get(name)? {
            Attribute::List(list) => Some(list.clone()),
            Attribute::Whole(n) => Some(vec![*n]),
            _ => None,
        }
    }

    /// Whole numbers for so many axes, one for all of them or one each.
    fn each(&self, name: &str, count: usize, default: i64) -> Result<Vec<i64>, Stop> {
        match self.wholes(name) {
            Some(list) if list.len() == count => Ok(list),
            Some(list) if list.len() == 1 => Ok(vec![list[0]; count]),
            Some(list) if !list.is_empty() => stop(format!(
                "{} with {} numbers in `{name}` for {count}",
                self.op,
                list.len()
            )),
            _ => Ok(vec![default; count]),
        }
    }

    fn axis(&self, name: &str, rank: usize) -> Result<usize, Stop> {
        let axis = self.whole(name).unwrap_or(0);
        index(axis, rank).ok_or_else(|| Stop(format!("{} along axis {axis} of {rank}", self.op)))
    }

    /// The axes that an argument names; all, where it names none.
    fn axes(&self, name: &str, rank: usize) -> Result<Vec<usize>, Stop> {
        let list = self.wholes(name).unwrap_or_default();
        if list.is_empty() {
            return Ok((0..rank).collect());
        }
        let axes: Option<Vec<usize>> = list.iter().map(|&axis| index(axis, rank)).collect();
        axes.ok_or_else(|| Stop(format!("{} along axes that are not there", self.op)))
    }

    /// The shape of a result, as the model had it.
    fn shape(&self, at: usize) -> Result<&'a [i64], Stop> {
        let output = self.node.outputs.get(at).map(|output| &output.shape[..]);
        output.ok_or_else(|| Stop(format!("{} without a result", self.op)))
    }

    /// All tensors that it reads.
    fn all(&self) -> Vec<Value> {
        let read = self.node.read();
        read.filter_map(|id| self.values.get(&id).cloned())
            .collect()
    }

    // Meanings.

    /// What the node makes of its inputs, a value for each of its outputs or fewer; their shapes are those that the model had.
    pub(super) fn checked(&self, tracer: &mut Tracer) -> Result<Vec<Value>, Stop> {
        let values = self.apply(tracer)?;
        for (value, output) in values.iter().zip(&self.node.outputs) {
            if let Value::Map(layout) = value
                && layout.shape() != output.shape
            {
                return stop(format!(
                    "{}, whose result has the shape {:?} where {:?} was followed",
                    self.op,
                    output.shape,
                    layout.shape()
                ));
            }
        }
        Ok(values)
    }

    fn apply(&self, tracer: &mut Tracer) -> Result<Vec<Value>, Stop> {
        let op = self.op;
        if let Some(why) = unfollowed(op) {
            return stop(why);
        }
        if is_pointwise(op) {
            let mut others = self.all().into_iter();
            if others.all(|value| matches!(value, Value::Fixed(_)) || self.is_main(&value)) {
                return Ok(vec![Value::Map(self.map()?.clone())]);
            }
        }
        if is_merge(op) || is_pointwise(op) {
            return Ok(vec![tracer.merged(OpKind::Add, &self.all())?]);
        }
        let value = match op {
            "split"
            | "split_with_sizes"
            | "split_with_sizes_copy"
            | "unsafe_split"
            | "unsafe_split_with_sizes"
            | "chunk" => return self.split(tracer),
            "unbind" => return self.unbind(tracer),
            "max" | "min" | "sum" | "mean" | "prod" | "amax" | "amin" | "aminmax" | "std"
            | "var" | "std_mean" | "var_mean" | "any" | "all" | "argmax" | "argmin" | "median"
            | "logsumexp" | "linalg_vector_norm" | "norm"
                if self.value("other").is_none() =>
            {
                return self.reduce(tracer);
            }
            "max" | "min" => tracer.merged(OpKind::Add, &self.all())?,
            "copy" => self.copy(tracer)?,
            "fill" | "zero" | "bernoulli" => Value::Fixed(Fixed::of_shape(self.shape(0)?.to_vec())),
            "write" => self.write(tracer)?,
            "cat" => {
                let values: Vec<Value> = self.tensors("tensors").into_iter().cloned().collect();
                tracer.concatenated(&values, self.whole("dim").unwrap_or(0))?
            }
            "stack" => self.stack(tracer)?,
            "expand" | "repeat" => self.repeated(tracer)?,
            "roll" => self.roll(tracer)?,
            "index" => self.index(tracer)?,
            "index_select" => {
                let (data, places) = (self.tensor("self")?, self.tensor("index")?);
                tracer.gathered(data, places, self.whole("dim").unwrap_or(0))?
            }
            "embedding" => tracer.gathered(self.tensor("weight")?, self.tensor("indices")?, 0)?,
            "mm" | "bmm" => tracer.matmul(self.tensor("self")?, self.tensor("mat2")?)?,
            "mv" => tracer.matmul(self.tensor("self")?, self.tensor("vec")?)?,
            "addmm" | "_addmm_activation" => self.added(tracer, "mat1", "mat2")?,
            "baddbmm" => self.added(tracer, "batch1", "batch2")?,
            "linear" => self.linear(tracer)?,
            _ if op.starts_with("_scaled_dot_product") => {
                let [q, k, v] = ["query", "key", "value"].map(|name| self.tensor(name));
                tracer.attention(q?, k?, v?)?
            }
            _ => Value::Map(self.layout(tracer)?),
        };
        // Results beside the first are statistics, indices or states that nothing reads for its positions.
        Ok(vec![value])
    }

    fn is_main(&self, value: &Value) -> bool {
        matches!((value, self.map()), (Value::Map(a), Ok(b)) if a == b)
    }

    /// A product of matrices beside a bias.
    fn added(&self, tracer: &mut Tracer, a: &str, b: &str) -> Result<Value, Stop> {
        let product = tracer.matmul(self.tensor(a)?, self.tensor(b)?)?;
        let bias = self.value("self").cloned();
        let both: Vec<Value> = [product].into_iter().chain(bias).collect();
        tracer.merged(OpKind::Add, &both)
    }

    fn linear(&self, tracer: &mut Tracer) -> Result<Value, Stop> {
        let (x, weight) = (self.tensor("input")?, self.tensor("weight")?);
        let rank = x.shape().map_or(0, |shape| shape.len());
        let last = u32::try_from(rank).unwrap_or(u32::MAX);
        if rank == 0 {
            return stop("linear of a tensor without axes");
        }
        let left: Vec<u32> = (1..=last).collect();
        let mut out = left.clone();
        out[rank - 1] = 0;
        let product = tracer.product((x, &left), (weight, &vec![0, last]), &out)?;
        let both: Vec<Value> = [product]
            .into_iter()
            .chain(self.value("bias").cloned())
            .collect();
        tracer.merged(OpKind::Add, &both)
    }

    /// A sum, mean or extreme over some axes or all.
    fn reduce(&self, tracer: &mut Tracer) -> Result<Vec<Value>, Stop> {
        let x = self.map()?;
        let axes = self.axes("dim", x.rank())?;
        let result = Value::Map(tracer.reduced(x, &axes, self.is_set("keepdim"))?);
        Ok(vec![result; self.node.outputs.len()])
    }

    /// Operators of one tensor with positions.
    fn layout(&self, tracer: &mut Tracer) -> Result<Layout, Stop> {
        let (x, op) = (self.map()?, self.op);
        let rank = x.rank();
        match op {
            "convolution" | "_convolution" | "cudnn_convolution" | "mkldnn_convolution"
            | "miopen_convolution" => self.conv(tracer, x),
            "view" | "_unsafe_view" | "reshape" | "_reshape_alias" | "squeeze" | "unsqueeze"
            | "flatten" | "unflatten" => self.reshape(x),
            "permute" | "transpose" | "t" | "numpy_T" | "movedim" => self.permute(x),
            "select" | "slice" | "narrow" | "read" | "glu" => self.part(tracer, x),
            "constant_pad_nd" | "pad" => self.pad(tracer, x),
            _ if op.starts_with("reflection_pad") || op.starts_with("replication_pad") => {
                self.pad(tracer, x)
            }
            _ if op.starts_with("upsample_") || op.starts_with("_upsample_") => {
                self.resize(tracer, x)
            }
            "pixel_shuffle" => {
                Tracer::depth_to_space(x, self.whole("upscale_factor").unwrap_or(0), false)
            }
            "pixel_unshuffle" => self.unshuffle(x),
            "unfold" => self.unfold(tracer, x),
            "im2col" => self.im2col(tracer, x),
            "col2im" => self.col2im(tracer, x),
            _ if op.contains("adaptive") => self.adaptive_pool(tracer, x),
            _ if op.starts_with("max_pool") || op.starts_with("avg_pool") => self.pool(tracer, x),
            "native_batch_norm"
            | "_native_batch_norm_legit"
            | "cudnn_batch_norm"
            | "miopen_batch_norm"
            | "_batch_norm_with_update" => {
                let axes = if self.is_set("training") {
                    2..rank
                } else {
                    0..0
                };
                Ok(tracer.normalised(x, axes))
            }
            "native_group_norm" => Ok(tracer.normalised(x, 2..rank)),
            "native_layer_norm" | "layer_norm" | "rms_norm" | "_fused_rms_norm" => {
                let count = self
                    .wholes("normalized_shape")
                    .map_or(1, |shape| shape.len());
                Ok(tracer.normalised(x, rank.saturating_sub(count)..rank))
            }
            "_softmax" | "_log_softmax" | "_safe_softmax" | "softmax" | "log_softmax" => {
                Ok(tracer.normalised(x, [self.axis("dim", rank)?]))
            }
            "flip" => {
                let axes = self.axes("dims", rank)?;
                if axes.iter().any(|&at| x.has_positions(at)) {
                    return stop("a flip of positions");
                }
                Ok(x.clone())
            }
            "cumsum" | "cumprod" | "logcumsumexp" => {
                if x.has_positions(self.axis("dim", rank)?) {
                    return stop(format!("{op} along positions"));
                }
                Ok(x.clone())
            }
            _ => stop(format!("{op}, which is not known")),
        }
    }
}
