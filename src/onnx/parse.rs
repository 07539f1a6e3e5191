//! An ONNX file read into its messages, field by field.

use std::io::{Read, Seek};

use super::model::{Attribute, Dim, Function, Graph, Model, Node, Tensor, Value, ValueInfo};
use super::wire::{Reader, Wire};
use crate::trace::Error;

/// Most nodes of a file, functions and subgraphs counted.
const MAX_NODES: usize = 250_000;
/// Deepest nesting of graphs in attributes.
const MAX_DEPTH: usize = 32;

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

// Below the macro, which it uses.
mod tensor;

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
}
