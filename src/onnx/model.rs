//! The messages of an ONNX file, trimmed to what positions need: no documentation, no weights.

use std::io::{Read, Seek};

use crate::trace::Fixed;

use super::wire::{Reader, Wire};
use crate::trace::Error;

/// Most elements of a tensor whose data is kept: shapes, paddings, scales and index grids, not weights.
pub(super) const MAX_ELEMENTS: usize = 4_096;
/// Most nodes of a file, functions and subgraphs counted.
const MAX_NODES: usize = 250_000;
/// Deepest nesting of graphs in attributes.
const MAX_DEPTH: usize = 32;

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

/// Reads a file.
pub(super) fn read(source: impl Read + Seek) -> Result<Model, Error> {
    let mut parser = Parser {
        reader: Reader::new(source)?,
        nodes: 0,
    };
    parser.model()
}

struct Parser<R> {
    reader: Reader<R>,
    nodes: usize,
}

/// Reads the fields of a message: an arm for each that is wanted, all others are passed over.
macro_rules! message {
    ($parser:ident, $end:expr, { $($field:literal $pattern:pat => $body:expr,)* }) => {{
        let end = $end;
        while let Some((field, wire)) = $parser.reader.field(end)? {
            match (field, wire) {
                $(($field, $pattern) => $body,)*
                (_, Wire::Bytes(end)) => $parser.reader.skip(end)?,
                _ => {}
            }
        }
    }};
}

impl<R: Read + Seek> Parser<R> {
    fn model(&mut self) -> Result<Model, Error> {
        let mut model = Model::default();
        let mut has_graph = false;
        message!(self, self.reader.end(), {
            7 Wire::Bytes(end) => {
                has_graph = true;
                self.graph(end, &mut model.graph)?;
            },
            8 Wire::Bytes(end) => {
                let (mut domain, mut version) = (String::new(), 0);
                message!(self, end, {
                    1 Wire::Bytes(end) => domain = self.reader.text(end)?,
                    2 Wire::Varint(value) => version = value.cast_signed(),
                });
                if domain.is_empty() || domain == "ai.onnx" {
                    model.opset = version;
                }
            },
            25 Wire::Bytes(end) => {
                let function = self.function(end)?;
                model.functions.push(function);
            },
        });
        if !has_graph {
            let what = "no graph: this is no ONNX model".to_owned();
            return Err(Error::Malformed(self.reader.end(), what));
        }
        Ok(model)
    }

    fn graph(&mut self, end: u64, graph: &mut Graph) -> Result<(), Error> {
        message!(self, end, {
            1 Wire::Bytes(end) => {
                let node = self.node(end, 0)?;
                graph.nodes.push(node);
            },
            2 Wire::Bytes(end) => graph.name = self.reader.text(end)?,
            5 Wire::Bytes(end) => {
                let tensor = self.tensor(end)?;
                graph.initializers.push(tensor);
            },
            11 Wire::Bytes(end) => {
                let info = self.value_info(end)?;
                graph.inputs.push(info);
            },
            12 Wire::Bytes(end) => {
                let info = self.value_info(end)?;
                graph.outputs.push(info);
            },
            15 Wire::Bytes(end) => {
                // A sparse tensor: its values carry its name, its shape is no concern of positions but for kernels.
                let mut tensor = Tensor::default();
                message!(self, end, {
                    1 Wire::Bytes(end) => tensor.name = self.tensor(end)?.name,
                });
                graph.initializers.push(tensor);
            },
        });
        Ok(())
    }

    fn function(&mut self, end: u64) -> Result<Function, Error> {
        let mut function = Function::default();
        message!(self, end, {
            1 Wire::Bytes(end) => function.name = self.reader.text(end)?,
            4 Wire::Bytes(end) => function.inputs.push(self.reader.text(end)?),
            5 Wire::Bytes(end) => function.outputs.push(self.reader.text(end)?),
            7 Wire::Bytes(end) => {
                let node = self.node(end, 0)?;
                function.nodes.push(node);
            },
            10 Wire::Bytes(end) => function.domain = self.reader.text(end)?,
            11 Wire::Bytes(end) => {
                let attribute = self.attribute(end, 0, &mut Vec::new())?;
                function.attributes.push(attribute);
            },
            13 Wire::Bytes(end) => function.overload = self.reader.text(end)?,
        });
        Ok(function)
    }

    fn node(&mut self, end: u64, depth: usize) -> Result<Node, Error> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            let what = format!("more than {MAX_NODES} nodes");
            return Err(Error::Malformed(self.reader.at(), what));
        }
        let mut node = Node::default();
        let mut captured = Vec::new();
        message!(self, end, {
            1 Wire::Bytes(end) => node.inputs.push(self.reader.text(end)?),
            2 Wire::Bytes(end) => node.outputs.push(self.reader.text(end)?),
            3 Wire::Bytes(end) => node.name = self.reader.text(end)?,
            4 Wire::Bytes(end) => node.op = self.reader.text(end)?,
            5 Wire::Bytes(end) => {
                let attribute = self.attribute(end, depth, &mut captured)?;
                node.attributes.push(attribute);
            },
            7 Wire::Bytes(end) => node.domain = self.reader.text(end)?,
            8 Wire::Bytes(end) => node.overload = self.reader.text(end)?,
            9 Wire::Bytes(end) => {
                // Stack traces stand beside the scopes and may be long: they hold people's paths, and are not read.
                let mut is_scopes = false;
                message!(self, end, {
                    1 Wire::Bytes(end) => is_scopes = self.reader.text(end)? == "pkg.torch.onnx.name_scopes",
                    2 Wire::Bytes(end) => {
                        if is_scopes {
                            node.scopes = Some(self.reader.text(end)?);
                        } else {
                            self.reader.skip(end)?;
                        }
                    },
                });
            },
        });
        if node.domain == "ai.onnx" {
            node.domain.clear();
        }
        node.captured = captured;
        Ok(node)
    }

    fn attribute(
        &mut self,
        end: u64,
        depth: usize,
        captured: &mut Vec<String>,
    ) -> Result<Attribute, Error> {
        let mut attribute = Attribute::default();
        let (mut ints, mut floats) = (Vec::new(), Vec::new());
        let mut kind = 0;
        message!(self, end, {
            1 Wire::Bytes(end) => attribute.name = self.reader.text(end)?,
            2 Wire::Fixed32(bits) => attribute.value = Some(Value::Float(f64::from(f32::from_bits(bits)))),
            3 Wire::Varint(value) => attribute.value = Some(Value::Int(value.cast_signed())),
            4 Wire::Bytes(end) => {
                // Bodies of operators that other tools hide in a text are no text.
                if end - self.reader.at() > 1 << 16 {
                    self.reader.skip(end)?;
                } else {
                    attribute.value = Some(Value::Text(self.reader.text(end)?));
                }
            },
            5 Wire::Bytes(end) => attribute.value = Some(Value::Tensor(self.tensor(end)?.value)),
            6 Wire::Bytes(end) => self.subgraph(end, depth + 1, captured)?,
            7 Wire::Fixed32(bits) => floats.push(f64::from(f32::from_bits(bits))),
            7 Wire::Bytes(end) => floats.extend(self.floats(end)?.unwrap_or_default()),
            8 Wire::Varint(value) => ints.push(value.cast_signed()),
            8 Wire::Bytes(end) => ints.extend(self.varints(end)?.unwrap_or_default()),
            11 Wire::Bytes(end) => self.subgraph(end, depth + 1, captured)?,
            20 Wire::Varint(value) => kind = value,
            21 Wire::Bytes(end) => {
                let name = self.reader.text(end)?;
                attribute.reference = (!name.is_empty()).then_some(name);
            },
        });
        if !ints.is_empty() || kind == 7 {
            attribute.value = Some(Value::Ints(ints));
        } else if !floats.is_empty() || kind == 6 {
            attribute.value = Some(Value::Floats(floats));
        } else if attribute.value.is_none() {
            // Proto3 writers leave out zeros.
            attribute.value = match kind {
                1 => Some(Value::Float(0.0)),
                2 => Some(Value::Int(0)),
                3 => Some(Value::Text(String::new())),
                _ => None,
            };
        }
        Ok(attribute)
    }

    /// What a graph in an attribute reads; which of it comes from outside is known by who writes it.
    fn subgraph(
        &mut self,
        end: u64,
        depth: usize,
        captured: &mut Vec<String>,
    ) -> Result<(), Error> {
        if depth > MAX_DEPTH {
            let what = format!("graphs nested deeper than {MAX_DEPTH}");
            return Err(Error::Malformed(self.reader.at(), what));
        }
        message!(self, end, {
            1 Wire::Bytes(end) => {
                let node = self.node(end, depth)?;
                captured.extend(node.inputs);
                captured.extend(node.captured);
            },
            12 Wire::Bytes(end) => captured.push(self.value_info(end)?.name),
        });
        Ok(())
    }

    fn value_info(&mut self, end: u64) -> Result<ValueInfo, Error> {
        let mut info = ValueInfo::default();
        message!(self, end, {
            1 Wire::Bytes(end) => info.name = self.reader.text(end)?,
            2 Wire::Bytes(end) => message!(self, end, {
                1 Wire::Bytes(end) => message!(self, end, {
                    2 Wire::Bytes(end) => {
                        let mut dims = Vec::new();
                        message!(self, end, {
                            1 Wire::Bytes(end) => {
                                let mut dim = Dim::Name(String::new());
                                message!(self, end, {
                                    1 Wire::Varint(size) => dim = Dim::Size(size.cast_signed()),
                                    2 Wire::Bytes(end) => dim = Dim::Name(self.reader.text(end)?),
                                });
                                dims.push(dim);
                            },
                        });
                        info.shape = Some(dims);
                    },
                }),
            }),
        });
        Ok(info)
    }

    fn tensor(&mut self, end: u64) -> Result<Tensor, Error> {
        let mut name = String::new();
        let (mut dims, mut data, mut raw) = (Vec::new(), None, None);
        let (mut kind, mut is_external) = (0, false);
        let start = self.reader.at();
        message!(self, end, {
            1 Wire::Varint(size) => dims.push(size.cast_signed()),
            1 Wire::Bytes(end) => {
                match self.varints(end)? {
                    Some(sizes) => dims.extend(sizes),
                    None => return Err(Error::Malformed(start, "a tensor of too many axes".to_owned())),
                }
            },
            2 Wire::Varint(value) => kind = value,
            4 Wire::Bytes(end) => data = self.floats(end)?,
            4 Wire::Fixed32(bits) => push(&mut data, f64::from(f32::from_bits(bits))),
            5 Wire::Bytes(end) => data = self.varints(end)?.map(as_floats),
            5 Wire::Varint(value) => push(&mut data, as_float(value.cast_signed())),
            7 Wire::Bytes(end) => data = self.varints(end)?.map(as_floats),
            7 Wire::Varint(value) => push(&mut data, as_float(value.cast_signed())),
            8 Wire::Bytes(end) => name = self.reader.text(end)?,
            9 Wire::Bytes(end) => {
                if end - self.reader.at() <= 8 * MAX_ELEMENTS as u64 {
                    raw = Some(self.reader.bytes(end)?);
                } else {
                    self.reader.skip(end)?;
                }
            },
            10 Wire::Bytes(end) => {
                if end - self.reader.at() <= 8 * MAX_ELEMENTS as u64 {
                    data = elements(11, &self.reader.bytes(end)?);
                } else {
                    self.reader.skip(end)?;
                }
            },
            10 Wire::Fixed64(bits) => push(&mut data, f64::from_bits(bits)),
            14 Wire::Varint(value) => is_external = value == 1,
        });
        if dims.len() > 32 {
            return Err(Error::Malformed(
                start,
                "a tensor of too many axes".to_owned(),
            ));
        }
        if let Some(size) = dims.iter().find(|size| **size < 0) {
            let what = format!("tensor \"{name}\" has an axis of {size} elements");
            return Err(Error::Malformed(start, what));
        }
        if let Some(raw) = raw {
            data = elements(kind, &raw);
        }
        let count = dims.iter().try_fold(1_i64, |n, size| n.checked_mul(*size));
        let fits = |data: &Vec<f64>| i64::try_from(data.len()).ok() == count && !is_external;
        let value = Fixed {
            data: data.filter(fits),
            is_whole: !matches!(kind, 1 | 10 | 11 | 16),
            shape: Some(dims),
        };
        Ok(Tensor { name, value })
    }

    /// Packed varints; `None` where there are too many to be kept.
    fn varints(&mut self, end: u64) -> Result<Option<Vec<i64>>, Error> {
        let mut values = Vec::new();
        while self.reader.at() < end {
            if values.len() >= MAX_ELEMENTS {
                self.reader.skip(end)?;
                return Ok(None);
            }
            values.push(self.reader.varint(end)?.cast_signed());
        }
        Ok(Some(values))
    }

    /// Packed floats; `None` where there are too many to be kept.
    fn floats(&mut self, end: u64) -> Result<Option<Vec<f64>>, Error> {
        if end - self.reader.at() > 4 * MAX_ELEMENTS as u64 {
            self.reader.skip(end)?;
            return Ok(None);
        }
        Ok(elements(1, &self.reader.bytes(end)?))
    }
}

fn push(data: &mut Option<Vec<f64>>, value: f64) {
    let data = data.get_or_insert_default();
    if data.len() < MAX_ELEMENTS {
        data.push(value);
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "sizes and offsets are exact to 2^53; what is beyond them means no end"
)]
pub(super) fn as_float(value: i64) -> f64 {
    value as f64
}

fn as_floats(values: Vec<i64>) -> Vec<f64> {
    values.into_iter().map(as_float).collect()
}

/// The elements of a tensor's raw bytes, for the types that shapes, scales and masks have.
fn elements(kind: u64, raw: &[u8]) -> Option<Vec<f64>> {
    let of = |size: usize, one: &dyn Fn(&[u8]) -> f64| {
        let whole = raw.len().is_multiple_of(size);
        whole.then(|| raw.chunks_exact(size).map(one).collect())
    };
    let eight = |b: &[u8]| b.try_into().unwrap_or([0; 8]);
    let four = |b: &[u8]| b.try_into().unwrap_or([0; 4]);
    match kind {
        1 => of(4, &|b| f64::from(f32::from_le_bytes(four(b)))),
        2 | 9 => of(1, &|b| f64::from(b[0])),
        3 => of(1, &|b| f64::from(b[0].cast_signed())),
        6 => of(4, &|b| f64::from(i32::from_le_bytes(four(b)))),
        7 => of(8, &|b| as_float(i64::from_le_bytes(eight(b)))),
        11 => of(8, &|b| f64::from_le_bytes(eight(b))),
        12 => of(4, &|b| f64::from(u32::from_le_bytes(four(b)))),
        _ => None,
    }
}
