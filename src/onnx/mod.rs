//! Networks from ONNX models: what a layer reads, not what it computes.
//!
//! The file is read by seeking over weights; data that is kept outside of it is never opened.
//!
//! ```no_run
//! use degrid::onnx::{Options, read};
//! let file = std::fs::File::open("model.onnx").unwrap();
//! let import = read(file, &Options::default()).unwrap();
//! let findings = degrid::check(&import.network, &degrid::Policy::default()).findings;
//! # let _ = findings;
//! ```

mod error;
mod fold;
mod graph;
mod inputs;
mod meaning;
mod model;
mod names;
mod options;
mod parse;
mod shapes;
mod wire;

use std::collections::{BTreeMap, HashMap};
use std::io::{Read, Seek};

use crate::network::{MapId, Network};
use crate::trace::{Fixed, Tracer, Value};

pub use crate::trace::{Note, Place};
pub use error::Error;
pub use options::Options;

use graph::nodes;
use meaning::Call;
use model::Node;
use names::Modules;

/// A model as a network.
#[derive(Debug)]
pub struct Import {
    /// The network. Its stages are modules of the model, or runs of them: guesses, which nobody wrote.
    pub network: Network,
    /// Name of the input.
    pub input: String,
    /// Where each layer of the network comes from.
    pub places: Vec<Place>,
    /// The maps of the network by the names of the model's modules (of which each is known by its last map), nodes and values.
    pub names: BTreeMap<String, MapId>,
    /// What the reader of a report should know.
    pub notes: Vec<Note>,
}

/// Whether a file that begins with these bytes is an ONNX model.
///
/// ```
/// assert!(degrid::onnx::recognises(b"\x08\x0a\x12\x07pytorch"));
/// assert!(!degrid::onnx::recognises(b"[[stage]]\n"));
/// ```
#[must_use]
pub fn recognises(head: &[u8]) -> bool {
    // Writers put the version first, a small number, then one of the model's other fields.
    let known = [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72, 0xa2, 0xca];
    matches!(head, [0x08, 1..=0x7f, next, ..] if known.contains(next))
}

/// Reads a model.
///
/// # Errors
/// [`Error`]: bytes that are no model, at their offset; nodes that cannot be right; options that do not fit.
pub fn read(file: impl Read + Seek, options: &Options) -> Result<Import, Error> {
    let mut model = parse::read(file)?;
    let nodes = nodes(&mut model)?;
    let input = inputs::find(&model.graph, &nodes, options)?;
    let size = crate::network::PerAxis::from_fn(input.positions.len(), |axis| {
        input.shape[input.positions[axis]]
    });
    let mut tracer = Tracer::new(size.len(), size);
    let mut state = State {
        values: HashMap::new(),
        modules: BTreeMap::new(),
        nodes: BTreeMap::new(),
        calls: Modules::default(),
        opset: model.opset,
    };
    for info in &model.graph.inputs {
        let is_weight = model.graph.initializers.iter().any(|t| t.name == info.name);
        if info.name != input.name && !is_weight {
            tracer.enter(Place {
                node: info.name.clone(),
                ..Place::default()
            });
            tracer.note(format!("input \"{}\" is taken for a constant", info.name));
        }
        let shape = info.shape.as_ref().map(|dims| {
            let size = |dim: &model::Dim| match dim {
                model::Dim::Size(n) => Some(*n),
                model::Dim::Name(_) => None,
            };
            dims.iter().map(size).collect::<Option<Vec<i64>>>()
        });
        let fixed = Fixed {
            shape: shape.flatten(),
            ..Fixed::default()
        };
        state.values.insert(info.name.clone(), Value::Fixed(fixed));
    }
    for tensor in std::mem::take(&mut model.graph.initializers) {
        state.values.insert(tensor.name, Value::Fixed(tensor.value));
    }
    let map = tracer.input(&input.shape, &input.positions);
    state.values.insert(input.name.clone(), Value::Map(map));
    for node in &nodes {
        state.step(node, &mut tracer)?;
    }
    let ends: Vec<(String, Value)> = if options.at.is_empty() {
        let outputs = model.graph.outputs.iter();
        let value = |name: &String| Some((name.clone(), state.values.get(name)?.clone()));
        outputs.filter_map(|info| value(&info.name)).collect()
    } else {
        options
            .at
            .iter()
            .map(|name| state.at(name))
            .collect::<Result<_, _>>()?
    };
    for (name, value) in &ends {
        if let (Value::Map(layout), false) = (value, options.at.is_empty()) {
            tracer.note_stand_in(name, layout);
        }
    }
    let values: Vec<Value> = ends.into_iter().map(|(_, value)| value).collect();
    let name = Some(model.graph.name)
        .filter(|name| !name.is_empty() && name != "main_graph" && name != "main");
    let finished = tracer
        .finish(name, &values)
        .map_err(|error| Error::Model(error.to_string()))?;
    if finished.network.outputs.is_empty() || finished.network.layers.is_empty() {
        let why = finished.notes.iter().find(|note| note.ends);
        let why = why.map_or_else(String::new, |note| {
            format!(": {} ({})", note.text, note.first.name())
        });
        return Err(Error::Model(format!(
            "no layer of the model holds positions of its input{why}"
        )));
    }
    let named = |value: &Value| match value {
        Value::Map(layout) => finished.map(layout),
        _ => None,
    };
    let mut names = BTreeMap::new();
    for (name, value) in state
        .values
        .iter()
        .chain(state.nodes.iter())
        .chain(state.modules.iter())
    {
        if let Some(map) = named(value) {
            names.insert(name.clone(), map);
        }
    }
    Ok(Import {
        network: finished.network,
        input: input.name,
        places: finished.places,
        names,
        notes: finished.notes,
    })
}

/// What is known while the nodes are gone through.
struct State {
    values: HashMap<String, Value>,
    /// Modules, by path, with the last tensor of each.
    modules: BTreeMap<String, Value>,
    /// Nodes with their first output.
    nodes: BTreeMap<String, Value>,
    calls: Modules,
    opset: i64,
}

impl State {
    fn step(&mut self, node: &Node, tracer: &mut Tracer) -> Result<(), Error> {
        let mut inputs = Vec::new();
        for name in &node.inputs {
            let value = self.values.get(name);
            if value.is_none() && !name.is_empty() {
                let what = format!(
                    "it reads \"{name}\", which no node before it writes: the graph has a cycle, or is out of order"
                );
                return Err(node.fault(what));
            }
            inputs.push(value.filter(|_| !name.is_empty()));
        }
        let captured = node
            .captured
            .iter()
            .filter_map(|name| self.values.get(name));
        let all: Vec<&Value> = inputs.iter().flatten().copied().chain(captured).collect();
        let reads_map = all.iter().any(|value| matches!(value, Value::Map(_)));
        let has_ended = all.iter().any(|value| matches!(value, Value::Ended));
        let results = if let Some(results) = fold::fold(node, &inputs) {
            results.into_iter().map(Value::Fixed).collect()
        } else if matches!(node.op.as_str(), "Shape" | "Size") {
            vec![Value::Fixed(Fixed::default())]
        } else if has_ended || reads_map {
            let weight = if node.op == "QLinearConv" { 3 } else { 1 };
            let is_weight = inputs
                .get(weight)
                .is_some_and(|v| matches!(v, Some(Value::Fixed(_))));
            let is_weighted = matches!(
                node.op.as_str(),
                "Conv"
                    | "FusedConv"
                    | "ConvInteger"
                    | "QLinearConv"
                    | "ConvTranspose"
                    | "MatMul"
                    | "Gemm"
            );
            let weight = node.inputs.get(weight).filter(|_| is_weight && is_weighted);
            let module = self.calls.module(node, weight.map(String::as_str));
            tracer.enter(Place {
                module: module.clone(),
                operator: node.op.clone(),
                node: node.label().to_owned(),
            });
            let call = Call {
                node,
                inputs: &inputs,
                opset: self.opset,
            };
            let results = if has_ended {
                // What else is read here leads on only through what is not known.
                tracer.end_quietly(all.iter().copied());
                Vec::new()
            } else {
                match call.apply(tracer) {
                    Ok(results) => results,
                    Err(why) => {
                        tracer.end(why, all.iter().copied());
                        Vec::new()
                    }
                }
            };
            let first = results.first().cloned().unwrap_or(Value::Ended);
            self.name(&module, node, &first);
            let rest = std::iter::repeat_n(
                Value::Ended,
                node.outputs.len().saturating_sub(results.len()),
            );
            results.into_iter().chain(rest).collect()
        } else {
            inputs::unread(node, &inputs, self.opset, tracer)
        };
        let rest = std::iter::repeat(Value::Fixed(Fixed::default()));
        for (name, value) in node.outputs.iter().zip(results.into_iter().chain(rest)) {
            if !name.is_empty() {
                self.values.insert(name.clone(), value);
            }
        }
        Ok(())
    }

    /// Keeps the tensor for the node, its module, and the modules around it: the last of each stands.
    fn name(&mut self, module: &str, node: &Node, value: &Value) {
        if !node.name.is_empty() {
            self.nodes.insert(node.name.clone(), value.clone());
        }
        let mut path = module;
        while !path.is_empty() {
            self.modules.insert(path.to_owned(), value.clone());
            // `conv#2` is inside of what `conv` is inside of.
            path = path.rsplit_once('.').map_or("", |(outer, _)| outer);
        }
    }

    /// The tensor that has a name.
    fn at(&self, name: &str) -> Result<(String, Value), Error> {
        let value = self
            .modules
            .get(name)
            .or_else(|| self.values.get(name))
            .or_else(|| self.nodes.get(name));
        match value {
            Some(value @ Value::Map(_)) => Ok((name.to_owned(), value.clone())),
            Some(_) => Err(Error::Option(format!(
                "\"{name}\" holds no positions of the input that can be followed"
            ))),
            None => Err(Error::Option(format!(
                "no module, node or value of the model is called \"{name}\""
            ))),
        }
    }
}
