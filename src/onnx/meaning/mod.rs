//! What ONNX operators mean: from a node and its inputs to operations on tensors that hold maps.

mod parts;
mod products;
mod resize;
mod windows;

use crate::network::OpKind;
use crate::trace::{Layout, Stop, Tracer, Value, index, recurrent, stop};

use super::model::Node;
use super::shapes::{new_shape, order, reduced_axes};

/// A node with its inputs, and the version of the operators.
pub(super) struct Call<'a> {
    pub(super) node: &'a Node,
    pub(super) inputs: &'a [Option<&'a Value>],
    pub(super) opset: i64,
}

/// Operators whose entries depend on the entries at the same place alone, or on others of the same position.
pub(super) fn is_pointwise(op: &str) -> bool {
    matches!(
        op,
        "Abs"
            | "Acos"
            | "Acosh"
            | "Asin"
            | "Asinh"
            | "Atan"
            | "Atanh"
            | "BatchNormalization"
            | "Bernoulli"
            | "BiasGelu"
            | "BitwiseNot"
            | "Cast"
            | "CastLike"
            | "Ceil"
            | "Celu"
            | "Clip"
            | "Cos"
            | "Cosh"
            | "DequantizeLinear"
            | "Dropout"
            | "DynamicQuantizeLinear"
            | "Elu"
            | "Erf"
            | "Exp"
            | "FastGelu"
            | "Floor"
            | "Gelu"
            | "HardSigmoid"
            | "HardSwish"
            | "Identity"
            | "IsInf"
            | "IsNaN"
            | "LRN"
            | "LeakyRelu"
            | "Log"
            | "Mish"
            | "Neg"
            | "Not"
            | "QuantizeLinear"
            | "QuickGelu"
            | "Reciprocal"
            | "Relu"
            | "Round"
            | "Selu"
            | "Shrink"
            | "Sigmoid"
            | "Sign"
            | "Sin"
            | "Sinh"
            | "Softplus"
            | "Softsign"
            | "Sqrt"
            | "Swish"
            | "Tan"
            | "Tanh"
            | "ThresholdedRelu"
    )
}

/// Why positions are not followed through an operator that is known.
fn unfollowed(op: &str) -> Option<String> {
    let why = match op {
        "TopK" | "NonMaxSuppression" | "NonZero" | "Unique" | "Compress" => {
            "which picks entries by their values"
        }
        "LSTM" | "RNN" => return Some(recurrent(&format!("an {op}"))),
        "GRU" => return Some(recurrent("a GRU")),
        "Loop" | "If" | "Scan" => "whose steps are not followed",
        "GridSample" | "RoiAlign" | "MaxRoiPool" | "DeformConv" | "GatherElements" | "GatherND"
        | "ScatterND" | "ScatterElements" | "Scatter" | "MaxUnpool" => {
            "whose positions depend on data"
        }
        _ => return None,
    };
    Some(format!("{op}, {why}"))
}

/// Operators entry by entry on several tensors.
fn is_merge(op: &str) -> bool {
    matches!(
        op,
        "Add"
            | "And"
            | "BitwiseAnd"
            | "BitwiseOr"
            | "BitwiseXor"
            | "BitShift"
            | "Div"
            | "Equal"
            | "Greater"
            | "GreaterOrEqual"
            | "Less"
            | "LessOrEqual"
            | "Max"
            | "Mean"
            | "Min"
            | "Mod"
            | "Mul"
            | "Or"
            | "Pow"
            | "PRelu"
            | "Sub"
            | "Sum"
            | "Where"
            | "Xor"
    )
}

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
        if is_pointwise(op)
            && self
                .inputs
                .iter()
                .skip(1)
                .flatten()
                .all(|v| matches!(v, Value::Fixed(_)))
        {
            return Ok(vec![Value::Map(self.map()?.clone())]);
        }
        if is_merge(op) || is_pointwise(op) {
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
            "Slice" => self.slice(tracer)?,
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
                let shape = new_shape(self.node, self.inputs, &x.shape());
                let shape = shape.ok_or_else(|| match self.whole(1) {
                    Some(_) => Stop(format!("{op} to a shape that does not fit")),
                    None => unknown(),
                })?;
                let reshaped = x.reshaped(&shape);
                reshaped.ok_or_else(|| Stop(format!("{op} that mixes positions")))
            }
            "Transpose" => {
                let order = order(self.node, rank).ok_or_else(unknown)?;
                x.transposed(&order).ok_or_else(unknown)
            }
            "Pad" => self.pad(tracer, x),
            "Resize" | "Upsample" => self.resize(tracer, x),
            "DepthToSpace" => {
                let factor = self.node.int("blocksize").unwrap_or(0);
                let is_outer = self.node.text("mode") != Some("CRD");
                Tracer::depth_to_space(x, factor, is_outer)
            }
            "SpaceToDepth" => Tracer::space_to_depth(x, self.node.int("blocksize").unwrap_or(0)),
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
            "InstanceNormalization" | "GroupNormalization" => Ok(tracer.normalised(x, 2..rank)),
            "MeanVarianceNormalization" => {
                let axes = self.node.ints("axes").unwrap_or(&[0, 2, 3]);
                let axes = axes.iter().filter_map(|&a| index(a, rank));
                Ok(tracer.normalised(x, axes))
            }
            "LayerNormalization" | "RMSNormalization" | "SimplifiedLayerNormalization" => {
                let axis = self.axis(rank, -1)?;
                Ok(tracer.normalised(x, axis..rank))
            }
            "Softmax" | "LogSoftmax" | "Hardmax" | "LpNormalization" => {
                let is_old = self.opset < 13 && op != "LpNormalization";
                let axis = self.axis(rank, if is_old { 1 } else { -1 })?;
                let end = if is_old { rank } else { axis + 1 };
                Ok(tracer.normalised(x, axis..end))
            }
            "CumSum" => {
                let axis = self
                    .whole(1)
                    .and_then(|a| index(*a.first()?, rank))
                    .ok_or_else(unknown)?;
                if x.has_positions(axis) {
                    return stop("CumSum along positions");
                }
                Ok(x.clone())
            }
            _ => stop(unfollowed(op).unwrap_or_else(|| format!("{op}, which is not known"))),
        }
    }
}
