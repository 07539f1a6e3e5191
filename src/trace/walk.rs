//! A model gone through operator by operator, whatever its file format, and the network that comes of it.

use std::collections::{BTreeMap, HashMap};

use crate::network::{MapId, Network};

use super::outputs::Finished;
use super::{Error, Note, Options, Place, Stop, Tracer, Value};

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

/// What is known while a model is gone through.
pub(crate) struct Walk {
    pub(crate) tracer: Tracer,
    /// Modules, by path, with the last tensor of each.
    modules: BTreeMap<String, Value>,
    /// Nodes with their first output.
    nodes: BTreeMap<String, Value>,
}

impl Walk {
    pub(crate) fn new(tracer: Tracer) -> Self {
        Self {
            tracer,
            modules: BTreeMap::new(),
            nodes: BTreeMap::new(),
        }
    }

    /// What an operator makes of the values that it reads, of which some depend on the network's input: a value for each of its outputs, or
    /// fewer where positions end.
    pub(crate) fn step(
        &mut self,
        place: &Place,
        read: &[&Value],
        apply: impl FnOnce(&mut Tracer) -> Result<Vec<Value>, Stop>,
    ) -> Vec<Value> {
        self.tracer.enter(place.clone());
        let results = if read.iter().any(|value| matches!(value, Value::Ended)) {
            // What else is read here leads on only through what is not known.
            self.tracer.end_quietly(read.iter().copied());
            Vec::new()
        } else {
            apply(&mut self.tracer).unwrap_or_else(|why| {
                self.tracer.end(why, read.iter().copied());
                Vec::new()
            })
        };
        let first = results.first().cloned().unwrap_or(Value::Ended);
        if !place.node.is_empty() {
            self.nodes.insert(place.node.clone(), first.clone());
        }
        // The modules around it: the last tensor of each stands.
        let mut path = place.module.as_str();
        while !path.is_empty() {
            self.name(path, first.clone());
            // `conv#2` is inside of what `conv` is inside of.
            path = path.rsplit_once('.').map_or("", |(outer, _)| outer);
        }
        results
    }

    /// What a name of the model stands for, or one that reports give a map: a stage, or the map after one of its layers.
    fn at(
        &self,
        name: &str,
        outputs: &[Value],
        values: &HashMap<String, Value>,
    ) -> Result<Value, Error> {
        let own = self
            .modules
            .get(name)
            .or_else(|| values.get(name))
            .or_else(|| self.nodes.get(name));
        if let Some(value @ Value::Map(_)) = own {
            return Ok(value.clone());
        }
        let whole = self.tracer.clone().finish(None, outputs).ok();
        let map = |whole: &Finished| whole.traced(whole.network.map_named(name)?);
        if let Some(map) = whole.as_ref().and_then(map) {
            return Ok(Value::Map(self.tracer.held(map)));
        }
        if own.is_some() {
            return Err(Error::Option(format!(
                "\"{name}\" holds no positions of the input that can be followed"
            )));
        }
        let named = values.iter().chain(&self.nodes).chain(&self.modules);
        let maps = named.filter(|(_, value)| matches!(value, Value::Map(_)));
        let stages = whole.iter().flat_map(|whole| &whole.network.stages);
        let known = maps.map(|(name, _)| name.clone());
        Err(Error::Name {
            name: name.to_owned(),
            known: known
                .chain(stages.map(|stage| stage.name.clone()))
                .collect(),
        })
    }

    /// Says which tensor a module is known by.
    pub(crate) fn name(&mut self, module: &str, value: Value) {
        self.modules.insert(module.to_owned(), value);
    }

    /// The network that ends at what the options name, else at the outputs of the model; `values` are further tensors by their names.
    ///
    /// # Errors
    /// [`Error::Option`] where nothing that can be followed has such a name, [`Error::Model`] where no layer holds positions.
    pub(crate) fn finish(
        mut self,
        name: Option<String>,
        input: String,
        options: &Options,
        outputs: &[Value],
        values: &HashMap<String, Value>,
    ) -> Result<Import, Error> {
        let at = |name: &String| self.at(name, outputs, values);
        let chosen: Vec<Value> = options.at.iter().map(at).collect::<Result<_, _>>()?;
        for (name, value) in options.at.iter().zip(&chosen) {
            if let Value::Map(layout) = value {
                self.tracer.note_stand_in(name, layout);
            }
        }
        let ends = if options.at.is_empty() {
            outputs
        } else {
            &chosen
        };
        let finished = self
            .tracer
            .finish(name, ends)
            .map_err(|error| Error::Model(error.to_string()))?;
        if finished.network.outputs.is_empty() || finished.network.layers.is_empty() {
            let why = finished.notes.iter().find(|note| note.ends);
            let why = why.map_or_else(
                || {
                    "; give a model, or a part of one, that reads an image, a signal or a volume"
                        .to_owned()
                },
                |note| format!(": {} ({})", note.text, note.first.name()),
            );
            return Err(Error::Model(format!(
                "no layer of the model holds positions of its input{why}"
            )));
        }
        let mut names = BTreeMap::new();
        for (name, value) in values.iter().chain(&self.nodes).chain(&self.modules) {
            if let Value::Map(layout) = value
                && let Some(map) = finished.map(layout)
            {
                names.insert(name.clone(), map);
            }
        }
        Ok(Import {
            network: finished.network,
            input,
            places: finished.places,
            names,
            notes: finished.notes,
        })
    }
}
