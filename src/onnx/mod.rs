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

mod fold;
mod graph;
mod inputs;
mod meaning;
mod model;
mod names;
mod parse;
mod shapes;
mod wire;

use std::collections::HashMap;
use std::io::{Read, Seek};

use crate::network::times;
use crate::trace::{Fixed, Tracer, Value, Walk};

pub use crate::trace::{Error, Import, Note, Options, Place};

use graph::nodes;
use inputs::Input;
use meaning::Call;
use model::Node;
use names::Modules;

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
    let import = follow(&model, &nodes, &input, options);
    let is_whole = import
        .as_ref()
        .is_ok_and(|i| i.notes.iter().all(|note| !note.ends));
    if options.inputs.is_none() || is_whole {
        return import;
    }
    let as_exported = Options {
        inputs: None,
        ..options.clone()
    };
    match inputs::find(&model.graph, &nodes, &as_exported) {
        Ok(own) if own.shape != input.shape => match follow(&model, &nodes, &own, &as_exported) {
            Ok(whole) => fitting(import, &whole, &input, &own),
            Err(_) => import,
        },
        _ => import,
    }
}

/// A model on an input of another size than that of its export, refused where positions end that do not on the latter: shapes are written down.
fn fitting(
    import: Result<Import, Error>,
    whole: &Import,
    input: &Input,
    own: &Input,
) -> Result<Import, Error> {
    let is_known = |note: &Note| {
        let mut known = whole.notes.iter().filter(|other| other.ends);
        known.any(|other| other.text == note.text && other.count >= note.count)
    };
    let why = match &import {
        Ok(import) => {
            let mut ends = import.notes.iter().filter(|note| note.ends);
            let more = ends.find(|note| !is_known(note));
            more.map(|note| {
                let (text, first) = (&note.text, note.first.name());
                format!("positions are not followed past {text} ({first})")
            })
        }
        Err(Error::Model(why)) => Some(why.clone()),
        Err(_) => None,
    };
    let Some(why) = why else { return import };
    let size = |input: &Input| {
        let sizes = input.positions.iter().map(|&at| input.shape[at]);
        times(&sizes.collect::<Vec<i64>>())
    };
    let (here, there) = (size(own), size(input));
    Err(Error::Option(format!(
        "this export is made for {here} only: at {there} {why}; export it at {there}"
    )))
}

/// The network of a model on an input.
fn follow(
    model: &model::Model,
    nodes: &[Node],
    input: &Input,
    options: &Options,
) -> Result<Import, Error> {
    let size = crate::network::PerAxis::from_fn(input.positions.len(), |axis| {
        input.shape[input.positions[axis]]
    });
    let mut tracer = Tracer::new(size.len(), size);
    let mut state = State {
        values: HashMap::new(),
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
    for tensor in &model.graph.initializers {
        let value = Value::Fixed(tensor.value.clone());
        state.values.insert(tensor.name.clone(), value);
    }
    let map = tracer.input(&input.shape, &input.positions);
    state.values.insert(input.name.clone(), Value::Map(map));
    let mut walk = Walk::new(tracer);
    for node in nodes {
        state.step(node, &mut walk)?;
    }
    let outputs = model.graph.outputs.iter();
    let outputs = outputs.filter_map(|info| state.values.get(&info.name).cloned());
    let outputs: Vec<Value> = outputs.collect();
    let name = Some(model.graph.name.clone())
        .filter(|name| !name.is_empty() && name != "main_graph" && name != "main");
    let finished = walk.finish(name, input.name.clone(), options, &outputs, &state.values);
    finished.map_err(|error| error.of_input(&input.name, input.shape.len()))
}

/// What is known while the nodes are gone through.
struct State {
    values: HashMap<String, Value>,
    calls: Modules,
    opset: i64,
}

impl State {
    fn step(&mut self, node: &Node, walk: &mut Walk) -> Result<(), Error> {
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
            let place = Place {
                module: self.calls.module(node, weight.map(String::as_str)),
                operator: node.op.clone(),
                node: node.label().to_owned(),
            };
            let call = Call {
                node,
                inputs: &inputs,
                opset: self.opset,
            };
            let results = walk.step(&place, &all, |tracer| call.apply(tracer));
            let rest = std::iter::repeat_n(
                Value::Ended,
                node.outputs.len().saturating_sub(results.len()),
            );
            results.into_iter().chain(rest).collect()
        } else {
            inputs::unread(node, &inputs, self.opset, &mut walk.tracer)
        };
        let rest = std::iter::repeat(Value::Fixed(Fixed::default()));
        for (name, value) in node.outputs.iter().zip(results.into_iter().chain(rest)) {
            if !name.is_empty() {
                self.values.insert(name.clone(), value);
            }
        }
        Ok(())
    }
}
