//! Networks from graphs that degrid's tracer of PyTorch models writes: JSON, described in `docs/graph.md`.
//!
//! ```
//! use degrid::graph::{Options, read};
//! let graph = r#"{
//!     "format": "degrid-graph", "version": 1, "name": "Net",
//!     "inputs": [{"name": "x", "value": 0, "shape": [1, 3, 64, 64]}],
//!     "parameters": [{"name": "conv.weight", "value": 1, "shape": [8, 3, 3, 3]}],
//!     "nodes": [{
//!         "op": "aten::convolution", "module": "conv", "inputs": {"input": 0, "weight": 1, "bias": null},
//!         "attributes": {"stride": [2, 2], "padding": [1, 1], "dilation": [1, 1], "groups": 1},
//!         "outputs": [{"value": 2, "shape": [1, 8, 32, 32]}]
//!     }],
//!     "outputs": [{"name": "output", "value": 2}]
//! }"#;
//! let import = read(graph.as_bytes(), &Options::default()).unwrap();
//! assert_eq!(import.network.stages[0].name, "conv");
//! assert!(import.names.contains_key("conv"));
//! ```

mod file;
mod meaning;
mod positions;

use std::collections::HashMap;
use std::io::Read;

use crate::network::{MAX_SIZE, PerAxis};
use crate::trace::{self, Fixed, Tracer, Value, Walk};

pub use crate::trace::{Error, Import, Note, Options, Place};

use file::{Graph, Tensor};
use meaning::Call;

/// Whether a file that begins with these bytes is a graph: JSON, as no network file is.
///
/// ```
/// assert!(degrid::graph::recognises(b"{\"format\": \"degrid-graph\", "));
/// assert!(!degrid::graph::recognises(b"[[stage]]\n"));
/// ```
#[must_use]
pub fn recognises(head: &[u8]) -> bool {
    head.trim_ascii_start().starts_with(b"{")
}

/// Reads a graph.
///
/// # Errors
/// [`Error`]: text that is no graph, or one of another version; nodes that cannot be right; options that do not fit.
pub fn read(source: impl Read, options: &Options) -> Result<Import, Error> {
    let graph = file::read(source)?;
    let input = input(&graph, options)?;
    let places = trace::positions(input.value, input.shape.len(), &positions::moves(&graph));
    if !(1..=3).contains(&places.len()) {
        return Err(Error::rank(&input.name, input.shape.len()));
    }
    for (axis, &size) in input.shape.iter().enumerate() {
        if !(1..MAX_SIZE).contains(&size) {
            return Err(Error::Model(format!(
                "input \"{}\" has {size} entries along axis {axis}: outside of 1 to {}",
                input.name,
                MAX_SIZE - 1
            )));
        }
    }
    let size = PerAxis::from_fn(places.len(), |axis| input.shape[places[axis]]);
    if let Some(wanted) = &options.inputs
        && wanted[..] != size[..]
        && !matches!(wanted[..], [one] if size.iter().all(|&n| n == one))
    {
        return Err(Error::Option(format!(
            "the model was traced on an input of {}: trace it again for another size",
            itertools::join(size.iter(), "x")
        )));
    }
    let mut tracer = Tracer::new(size.len(), size);
    let map = tracer.input(&input.shape, &places);
    let mut values: HashMap<u64, Value> = HashMap::new();
    for other in &graph.inputs {
        if other.value != input.value {
            tracer.enter(Place {
                node: other.name.clone(),
                ..Place::default()
            });
            tracer.note(format!("input \"{}\" is taken for a constant", other.name));
        }
    }
    if let Some(reason) = &graph.real {
        tracer.enter(Place {
            node: graph.name.clone(),
            operator: "the model".to_owned(),
            ..Place::default()
        });
        tracer.note(format!(
            "the model was traced on real tensors: where values decide what runs, it holds for these alone ({reason})"
        ));
    }
    let tensors = graph.inputs.iter().chain(&graph.parameters);
    for tensor in tensors.chain(&graph.constants) {
        values.insert(tensor.value, Value::Fixed(fixed(tensor)));
    }
    values.insert(input.value, Value::Map(map));
    let (input, rank) = (input.name.clone(), input.shape.len());
    let mut walk = Walk::new(tracer);
    for node in &graph.nodes {
        let read: Vec<&Value> = node.read().filter_map(|id| values.get(&id)).collect();
        let results = if read.iter().all(|value| matches!(value, Value::Fixed(_))) {
            let shapes = node.outputs.iter().map(|output| output.shape.clone());
            let fixed = shapes.map(|shape| Value::Fixed(Fixed::of_shape(shape)));
            fixed.collect()
        } else {
            let call = Call::new(node, &values);
            let place = Place {
                module: node.module.clone(),
                operator: node.label().to_owned(),
                node: String::new(),
            };
            walk.step(&place, &read, |tracer| call.checked(tracer))
        };
        let rest = std::iter::repeat(Value::Ended);
        for (output, value) in node.outputs.iter().zip(results.into_iter().chain(rest)) {
            values.insert(output.value, value);
        }
    }
    for call in &graph.calls {
        let returned = || call.outputs.iter().filter_map(|id| values.get(id));
        let last = returned().rfind(|value| matches!(value, Value::Map(_)));
        let one = returned().next().filter(|_| call.outputs.len() == 1);
        if let Some(value) = last.or(one) {
            walk.name(&call.module, value.clone());
        }
    }
    let ends = graph.outputs.iter();
    let ends: HashMap<String, Value> = ends
        .filter_map(|output| Some((output.name.clone(), values.get(&output.value)?.clone())))
        .collect();
    let outputs = graph.outputs.iter();
    let outputs: Vec<Value> = outputs
        .filter_map(|output| values.get(&output.value).cloned())
        .collect();
    let name = Some(graph.name).filter(|name| !name.is_empty());
    let finished = walk.finish(name, input.clone(), options, &outputs, &ends);
    finished.map_err(|error| error.of_input(&input, rank))
}

/// The input that holds the map.
fn input<'g>(graph: &'g Graph, options: &Options) -> Result<&'g Tensor, Error> {
    let inputs = &graph.inputs;
    let names = inputs.iter().map(|input| format!("\"{}\"", input.name));
    let Some(name) = &options.input_name else {
        let fits = |input: &&Tensor| (3..=5).contains(&input.shape.len());
        let first = inputs.iter().find(fits).or_else(|| inputs.first());
        return first.ok_or_else(|| Error::Model("the model has no input".to_owned()));
    };
    let found = inputs.iter().find(|input| input.name == *name);
    found.ok_or_else(|| {
        let names = itertools::join(names, ", ");
        Error::Option(format!("the model has no input \"{name}\"; it has {names}"))
    })
}

fn fixed(tensor: &Tensor) -> Fixed {
    #[expect(
        clippy::cast_precision_loss,
        reason = "indices of entries, far below 2^53"
    )]
    let float = |&n: &i64| n as f64;
    Fixed {
        shape: Some(tensor.shape.clone()),
        data: tensor
            .data
            .as_ref()
            .map(|data| data.iter().map(float).collect()),
        is_whole: true,
    }
}
