//! The nodes of a model in one list: functions written out, and only what leads to an output.

use std::collections::{HashMap, HashSet};

use super::model::{Attribute, Function, Model, Node, Value};
use crate::trace::Error;

/// Most nodes after functions are written out.
const MAX_NODES: usize = 250_000;
/// Deepest calls of functions by functions.
const MAX_DEPTH: usize = 32;

impl Node {
    pub(super) fn attribute(&self, name: &str) -> Option<&Value> {
        let attribute = self.attributes.iter().find(|a| a.name == name)?;
        attribute.value.as_ref()
    }

    pub(super) fn int(&self, name: &str) -> Option<i64> {
        match self.attribute(name)? {
            Value::Int(value) => Some(*value),
            _ => None,
        }
    }

    pub(super) fn ints(&self, name: &str) -> Option<&[i64]> {
        match self.attribute(name)? {
            Value::Ints(values) => Some(values),
            _ => None,
        }
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.attribute(name)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What it is called in messages.
    pub(super) fn label(&self) -> &str {
        let output = self.outputs.iter().find(|name| !name.is_empty());
        if self.name.is_empty() {
            output.map_or("", String::as_str)
        } else {
            &self.name
        }
    }

    pub(super) fn fault(&self, what: impl Into<String>) -> Error {
        Error::Node {
            node: self.label().to_owned(),
            op: self.op.clone(),
            what: what.into(),
        }
    }
}

/// The nodes that lead to the outputs, in their order, with those of functions in place of their calls.
pub(super) fn nodes(model: &mut Model) -> Result<Vec<Node>, Error> {
    let key = |f: &Function| (f.domain.clone(), f.name.clone(), f.overload.clone());
    let functions = model.functions.iter().map(|f| (key(f), f)).collect();
    let mut inliner = Inliner {
        functions,
        nodes: Vec::new(),
        calls: 0,
    };
    for node in std::mem::take(&mut model.graph.nodes) {
        inliner.add(node, 0)?;
    }
    let outputs = model.graph.outputs.iter().map(|info| info.name.as_str());
    Ok(reachable(inliner.nodes, outputs))
}

struct Inliner<'m> {
    functions: HashMap<(String, String, String), &'m Function>,
    nodes: Vec<Node>,
    calls: usize,
}

impl Inliner<'_> {
    fn add(&mut self, node: Node, depth: usize) -> Result<(), Error> {
        let key = (node.domain.clone(), node.op.clone(), node.overload.clone());
        let Some(&function) = self.functions.get(&key) else {
            self.nodes.push(node);
            return self.check(0);
        };
        if depth >= MAX_DEPTH {
            return Err(node.fault(format!("functions call each other deeper than {MAX_DEPTH}")));
        }
        self.calls += 1;
        self.check(function.nodes.len())?;
        let prefix = format!("{}/{}", node.label(), self.calls);
        let mut names: HashMap<&str, String> = HashMap::new();
        let ends = function.inputs.iter().zip(&node.inputs);
        for (inner, outer) in ends.chain(function.outputs.iter().zip(&node.outputs)) {
            names.insert(inner, outer.clone());
        }
        // An input that the call leaves out is left out inside.
        for inner in function.inputs.iter().skip(node.inputs.len()) {
            names.insert(inner, String::new());
        }
        let outside = |name: &String| match names.get(name.as_str()) {
            Some(outer) => outer.clone(),
            None if name.is_empty() => String::new(),
            None => format!("{prefix}/{name}"),
        };
        for inner in &function.nodes {
            let attributes = inner.attributes.iter().filter_map(|attribute| {
                let Some(reference) = &attribute.reference else {
                    return Some(attribute.clone());
                };
                let mut given = node.attributes.iter().chain(&function.attributes);
                let value = given.find(|a| a.name == *reference)?.value.clone();
                let name = attribute.name.clone();
                Some(Attribute {
                    name,
                    reference: None,
                    value,
                })
            });
            let written_out = Node {
                name: format!("{}/{}", node.label(), inner.label()),
                op: inner.op.clone(),
                domain: inner.domain.clone(),
                overload: inner.overload.clone(),
                inputs: inner.inputs.iter().map(outside).collect(),
                outputs: inner.outputs.iter().map(outside).collect(),
                attributes: attributes.collect(),
                scopes: inner.scopes.clone().or_else(|| node.scopes.clone()),
                captured: inner.captured.iter().map(outside).collect(),
            };
            self.add(written_out, depth + 1)?;
        }
        Ok(())
    }

    fn check(&self, more: usize) -> Result<(), Error> {
        if self.nodes.len() + more > MAX_NODES || self.calls > MAX_NODES {
            let what = format!("more than {MAX_NODES} nodes after functions are written out");
            return Err(Error::Model(what));
        }
        Ok(())
    }
}

fn reachable<'a>(nodes: Vec<Node>, outputs: impl Iterator<Item = &'a str>) -> Vec<Node> {
    let mut needed = vec![false; nodes.len()];
    {
        let mut writers: HashMap<&str, usize> = HashMap::new();
        for (index, node) in nodes.iter().enumerate() {
            for output in node.outputs.iter().filter(|name| !name.is_empty()) {
                writers.insert(output, index);
            }
        }
        let mut open: Vec<&str> = outputs.collect();
        let mut seen: HashSet<&str> = open.iter().copied().collect();
        while let Some(name) = open.pop() {
            let Some(&index) = writers.get(name) else {
                continue;
            };
            if std::mem::replace(&mut needed[index], true) {
                continue;
            }
            let node = &nodes[index];
            let read = node.inputs.iter().chain(&node.captured).map(String::as_str);
            open.extend(read.filter(|name| seen.insert(name)));
        }
    }
    let kept = nodes.into_iter().zip(needed);
    kept.filter(|(_, needed)| *needed)
        .map(|(node, _)| node)
        .collect()
}
