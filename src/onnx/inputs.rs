//! The input that holds the map: which it is, which of its axes hold positions, and how many.

use crate::network::MAX_SIZE;
use crate::trace::{Error, Fixed, Layout, Motion, Options, Step, Tracer, Value, index, positions};

use super::meaning::{Call, is_pointwise};
use super::model::{Dim, Graph, Node, ValueInfo};
use super::shapes::order;

/// The network's input.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) name: String,
    /// All sizes of the tensor.
    pub(super) shape: Vec<i64>,
    /// The axes that hold positions, in order.
    pub(super) positions: Vec<usize>,
}

/// Finds the input.
pub(super) fn find(graph: &Graph, nodes: &[Node], options: &Options) -> Result<Input, Error> {
    let is_weight = |info: &&ValueInfo| graph.initializers.iter().any(|t| t.name == info.name);
    let given: Vec<&ValueInfo> = graph
        .inputs
        .iter()
        .filter(|info| !is_weight(info))
        .collect();
    let names = || {
        let names: Vec<String> = given
            .iter()
            .map(|info| format!("\"{}\"", info.name))
            .collect();
        names.join(", ")
    };
    let rank = |info: &ValueInfo| info.shape.as_ref().map_or(0, Vec::len);
    let info = match &options.input_name {
        Some(name) => given
            .iter()
            .find(|info| info.name == *name)
            .ok_or_else(|| {
                Error::Option(format!(
                    "the model has no input \"{name}\"; it has {}",
                    names()
                ))
            })?,
        None => given
            .iter()
            .find(|info| (3..=5).contains(&rank(info)))
            .or_else(|| given.first())
            .ok_or_else(|| Error::Model("the model has no input".to_owned()))?,
    };
    let Some(dims) = &info.shape else {
        let what = format!("input \"{}\" has no shape", info.name);
        return Err(Error::Model(what));
    };
    let positions = positions(info.name.clone(), dims.len(), nodes);
    if !(1..=3).contains(&positions.len()) {
        return Err(Error::rank(&info.name, dims.len()));
    }
    let sizes = options.inputs.as_deref();
    if let Some(sizes) = sizes
        && sizes.len() != positions.len()
        && sizes.len() != 1
    {
        let what = format!(
            "{} sizes for input \"{}\", which has {} axes of positions",
            sizes.len(),
            info.name,
            positions.len()
        );
        return Err(Error::Option(what));
    }
    let mut shape = Vec::new();
    for (at, dim) in dims.iter().enumerate() {
        let axis = positions.iter().position(|&p| p == at);
        let wanted = axis.and_then(|axis| sizes.map(|s| s.get(axis).unwrap_or(&s[0])));
        let size = match (wanted, dim) {
            (Some(&size), _) | (None, &Dim::Size(size)) => size,
            (None, Dim::Name(name)) if axis.is_some() => {
                let open = if name.is_empty() { "open" } else { name };
                let what = format!(
                    "input \"{}\" has no fixed size along axis {at} ({open}): say which size to take, as `--input 512x512`",
                    info.name
                );
                return Err(Error::Option(what));
            }
            // Batches and channels make no difference.
            (None, Dim::Name(_)) => 1,
        };
        if !(1..MAX_SIZE).contains(&size) {
            let what = format!(
                "input \"{}\" has {size} entries along axis {at}: outside of 1 to {}",
                info.name,
                MAX_SIZE - 1
            );
            return Err(Error::Model(what));
        }
        shape.push(size);
    }
    Ok(Input {
        name: info.name.clone(),
        shape,
        positions,
    })
}

impl Step for Node {
    type Key = String;

    fn read(&self) -> Vec<String> {
        self.inputs.clone()
    }

    fn written(&self) -> Option<String> {
        self.outputs.first().cloned()
    }

    fn motion(&self, rank: usize) -> Motion {
        match self.op.as_str() {
            "Conv" | "ConvInteger" | "QLinearConv" | "FusedConv" | "MaxPool" | "AveragePool"
            | "ConvTranspose" | "LpPool" => Motion::Window,
            "MatMul" | "Gemm" => Motion::Product,
            "Transpose" => order(self, rank).map_or(Motion::Lost, |order| {
                Motion::Axes(order.into_iter().map(Some).collect())
            }),
            "Unsqueeze" => {
                // Axes of one entry that a window needs beside the positions.
                let Some(added) = self.ints("axes") else {
                    return Motion::Lost;
                };
                let total = rank + added.len();
                let added: Vec<usize> = added.iter().filter_map(|&at| index(at, total)).collect();
                let mut old = 0..rank;
                let from = (0..total).map(|at| {
                    if added.contains(&at) {
                        None
                    } else {
                        old.next()
                    }
                });
                Motion::Axes(from.collect())
            }
            "Reshape" | "Flatten" | "Squeeze" | "Shape" | "Gather" | "Slice" => Motion::Lost,
            _ => Motion::Same,
        }
    }
}

/// What a node makes of tensors without positions: their shapes, as those of tensors of channels.
pub(super) fn unread(
    node: &Node,
    inputs: &[Option<&Value>],
    opset: i64,
    tracer: &mut Tracer,
) -> Vec<Value> {
    let has_layout = matches!(
        node.op.as_str(),
        "Transpose"
            | "Reshape"
            | "Flatten"
            | "Squeeze"
            | "Unsqueeze"
            | "Slice"
            | "Split"
            | "Gather"
            | "Concat"
            | "Tile"
            | "GlobalAveragePool"
            | "GlobalMaxPool"
    ) || is_pointwise(&node.op)
        || node.op.starts_with("Reduce");
    let is_window = matches!(
        node.op.as_str(),
        "Conv" | "FusedConv" | "ConvTranspose" | "MaxPool" | "AveragePool" | "LpPool"
    );
    let is_merge = matches!(
        node.op.as_str(),
        "Add" | "Sub" | "Mul" | "Div" | "Pow" | "Where" | "Max" | "Min" | "Expand"
    );
    if !has_layout && !is_merge && !is_window {
        return Vec::new();
    }
    if is_merge {
        let fixed: Vec<Value> = inputs.iter().flatten().map(|&v| v.clone()).collect();
        let fixed = match (node.op.as_str(), &fixed[..]) {
            ("Expand", [x, to]) => match to.fixed().and_then(Fixed::whole) {
                Some(shape) => vec![x.clone(), Value::Fixed(Fixed::of_shape(shape))],
                None => return Vec::new(),
            },
            _ => fixed,
        };
        return tracer
            .merged(crate::network::OpKind::Add, &fixed)
            .map_or_else(|_| Vec::new(), |v| vec![v]);
    }
    // The tensors that are cut and joined; what says how stays as it is.
    let is_data = |at: usize| at == 0 || node.op == "Concat";
    let as_channels = |at: usize, value: &Value| match (value, is_data(at)) {
        (
            Value::Fixed(Fixed {
                shape: Some(shape), ..
            }),
            true,
        ) => Some(Value::Map(channels(tracer, shape))),
        (_, true) => None,
        (other, false) => Some(other.clone()),
    };
    let values: Vec<Option<Value>> = inputs
        .iter()
        .enumerate()
        .map(|(at, value)| value.and_then(|value| as_channels(at, value)))
        .collect();
    if values.first().is_none_or(Option::is_none) {
        return Vec::new();
    }
    let borrowed: Vec<Option<&Value>> = values.iter().map(Option::as_ref).collect();
    let call = Call {
        node,
        inputs: &borrowed,
        opset,
    };
    if is_window {
        let shape = call.window_shape().map(Fixed::of_shape);
        return shape.map(Value::Fixed).into_iter().collect();
    }
    let shaped = |value: Value| match value {
        Value::Map(layout) => Value::Fixed(Fixed::of_shape(layout.shape())),
        other => other,
    };
    let applied = call.apply(tracer);
    applied.map_or_else(
        |_| Vec::new(),
        |values| values.into_iter().map(shaped).collect(),
    )
}

fn channels(tracer: &Tracer, shape: &[i64]) -> Layout {
    tracer.input(shape, &[])
}
