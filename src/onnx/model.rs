//! The messages of an ONNX file, trimmed to what positions need: no documentation, no weights.

use crate::trace::Fixed;

/// Most elements of a tensor whose data is kept: shapes, paddings, scales and index grids, not weights.
pub(super) const MAX_ELEMENTS: usize = 4_096;

/// A file.
#[derive(Debug, Default)]
pub(super) struct Model {
    /// Version of the operators of the default domain.
    pub(super) opset: i64,
    pub(super) graph: Graph,
    pub(super) functions: Vec<Function>,
}

#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) name: String,
    pub(super) nodes: Vec<Node>,
    pub(super) initializers: Vec<Tensor>,
    pub(super) inputs: Vec<ValueInfo>,
    pub(super) outputs: Vec<ValueInfo>,
}

/// A function that the file brings along; its nodes stand for those that call it.
#[derive(Debug, Default)]
pub(super) struct Function {
    pub(super) domain: String,
    pub(super) name: String,
    pub(super) overload: String,
    pub(super) inputs: Vec<String>,
    pub(super) outputs: Vec<String>,
    /// Attributes with a default.
    pub(super) attributes: Vec<Attribute>,
    pub(super) nodes: Vec<Node>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) op: String,
    pub(super) domain: String,
    pub(super) overload: String,
    pub(super) inputs: Vec<String>,
    pub(super) outputs: Vec<String>,
    pub(super) attributes: Vec<Attribute>,
    /// The modules around it, outermost first, where the exporter says so.
    pub(super) scopes: Option<String>,
    /// Values that graphs in its attributes read.
    pub(super) captured: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Attribute {
    pub(super) name: String,
    /// The attribute of the function around it whose value it takes.
    pub(super) reference: Option<String>,
    pub(super) value: Option<Value>,
}

#[derive(Clone, Debug)]
pub(super) enum Value {
    Int(i64),
    Float(f64),
    Text(String),
    Ints(Vec<i64>),
    Floats(Vec<f64>),
    Tensor(Fixed),
}

#[derive(Debug, Default)]
pub(super) struct Tensor {
    pub(super) name: String,
    pub(super) value: Fixed,
}

#[derive(Debug, Default)]
pub(super) struct ValueInfo {
    pub(super) name: String,
    /// Sizes, where given; a dimension is a number, a name, or unknown (empty name).
    pub(super) shape: Option<Vec<Dim>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Dim {
    Size(i64),
    Name(String),
}

#[expect(
    clippy::cast_precision_loss,
    reason = "sizes and offsets are exact to 2^53; what is beyond them means no end"
)]
pub(super) fn as_float(value: i64) -> f64 {
    value as f64
}
