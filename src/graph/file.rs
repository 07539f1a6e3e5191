//! The file: JSON, checked before anything is made of it.

use std::collections::{BTreeMap, HashSet};
use std::io::Read;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::network::volume;
use crate::trace::Error;

/// The version that is read.
const VERSION: u64 = 1;
/// Most bytes of a file.
const MAX_FILE: u64 = 64 << 20;
/// Most nodes of a graph.
const MAX_NODES: usize = 250_000;
/// Most axes of a tensor.
const MAX_RANK: usize = 32;
/// Most entries of a tensor along an axis.
const MAX_ENTRIES: i64 = 1 << 40;

/// What all versions have.
#[derive(Deserialize)]
struct Head {
    format: Option<String>,
    version: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Graph {
    #[serde(rename = "format")]
    _format: String,
    #[serde(rename = "version")]
    _version: u64,
    /// What wrote it.
    #[serde(default, rename = "producer")]
    _producer: String,
    #[serde(default)]
    pub(super) name: String,
    /// Why the model was traced on real tensors, if it was.
    #[serde(default)]
    pub(super) real: Option<String>,
    pub(super) inputs: Vec<Tensor>,
    #[serde(default)]
    pub(super) parameters: Vec<Tensor>,
    #[serde(default)]
    pub(super) constants: Vec<Tensor>,
    pub(super) nodes: Vec<Node>,
    #[serde(default)]
    pub(super) calls: Vec<ModuleCall>,
    pub(super) outputs: Vec<Output>,
}

/// A tensor that no node writes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tensor {
    #[serde(default)]
    pub(super) name: String,
    pub(super) value: u64,
    pub(super) shape: Vec<i64>,
    /// The numbers of a small constant.
    #[serde(default)]
    pub(super) data: Option<Vec<i64>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Node {
    pub(super) op: String,
    #[serde(default)]
    pub(super) module: String,
    /// Arguments that are tensors, in the order of the operator.
    #[serde(default, deserialize_with = "in_order")]
    pub(super) inputs: Vec<(String, Argument)>,
    #[serde(default)]
    pub(super) attributes: BTreeMap<String, Attribute>,
    pub(super) outputs: Vec<Written>,
}

/// An object as its entries in order.
fn in_order<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<(String, Argument)>, D::Error> {
    struct Entries;
    impl<'de> Visitor<'de> for Entries {
        type Value = Vec<(String, Argument)>;

        fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
            f.write_str("an object of values by the names of arguments")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut entries: Self::Value = Vec::new();
            while let Some((name, argument)) = map.next_entry::<String, Argument>()? {
                if entries.iter().any(|(other, _)| *other == name) {
                    return Err(A::Error::custom(format!(
                        "argument `{name}` is given twice"
                    )));
                }
                entries.push((name, argument));
            }
            Ok(entries)
        }
    }
    from.deserialize_map(Entries)
}

/// The tensors of an argument.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Argument {
    One(Option<u64>),
    Many(Vec<Option<u64>>),
}

/// An argument that is no tensor.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Attribute {
    Flag(bool),
    Whole(i64),
    Number(f64),
    List(Vec<i64>),
    /// What no operator is asked for: texts, lists of others.
    Other(serde::de::IgnoredAny),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) value: u64,
    pub(super) shape: Vec<i64>,
}

/// A call of a module, with the tensors that it returned.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ModuleCall {
    pub(super) module: String,
    pub(super) outputs: Vec<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Output {
    pub(super) name: String,
    pub(super) value: u64,
}

impl Node {
    /// The tensors that it reads, in order.
    pub(super) fn read(&self) -> impl Iterator<Item = u64> {
        self.inputs
            .iter()
            .flat_map(|(_, argument)| argument.values())
    }

    /// An argument that is a tensor or several.
    pub(super) fn input(&self, name: &str) -> Option<&Argument> {
        let mut named = self.inputs.iter().filter(|(own, _)| own == name);
        named.next().map(|(_, argument)| argument)
    }

    /// Its operator as reports call it: `max_pool2d` of `aten::max_pool2d_with_indices`.
    pub(super) fn label(&self) -> &str {
        let name = self.operator().trim_start_matches('_');
        let name = name.strip_prefix("native_").unwrap_or(name);
        name.strip_suffix("_with_indices").unwrap_or(name)
    }

    /// Its operator without namespace and overload: `add` of `aten::add.Tensor`.
    pub(super) fn operator(&self) -> &str {
        let name = self
            .op
            .split_once("::")
            .map_or(&self.op[..], |(_, name)| name);
        name.split_once('.').map_or(name, |(name, _)| name)
    }

    fn fault(&self, index: usize, what: String) -> Error {
        let module = if self.module.is_empty() {
            String::new()
        } else {
            format!(" in {}", self.module)
        };
        Error::Node {
            node: format!("{index}{module}"),
            op: self.op.clone(),
            what,
        }
    }
}

impl Argument {
    pub(super) fn values(&self) -> impl Iterator<Item = u64> {
        let list = match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        };
        list.iter().flatten().copied()
    }
}

/// Reads a file.
pub(super) fn read(source: impl Read) -> Result<Graph, Error> {
    let mut bytes = Vec::new();
    let limited = source.take(MAX_FILE + 1).read_to_end(&mut bytes);
    limited.map_err(|error| Error::Read(0, error.to_string()))?;
    if u64::try_from(bytes.len()).map_or(true, |n| n > MAX_FILE) {
        return Err(Error::Model(format!("larger than {MAX_FILE} bytes")));
    }
    let head: Head = parsed(&bytes)?;
    if head.format.as_deref() != Some("degrid-graph") {
        return Err(Error::Model(
            "this JSON is no graph of a model: its `format` is not \"degrid-graph\"".to_owned(),
        ));
    }
    if head.version != Some(VERSION) {
        let given = head.version.map_or("none".to_owned(), |v| v.to_string());
        return Err(Error::Model(format!(
            "the graph has version {given}, and this degrid reads version {VERSION}: write it with the degrid that reads it"
        )));
    }
    let graph: Graph = parsed(&bytes)?;
    validate(&graph)?;
    Ok(graph)
}

fn parsed<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Error> {
    serde_json::from_slice(bytes).map_err(|error| {
        let lines = bytes.split_inclusive(|&b| b == b'\n');
        let before: usize = lines
            .take(error.line().saturating_sub(1))
            .map(<[u8]>::len)
            .sum();
        let at = before + error.column().saturating_sub(1);
        let text = error.to_string();
        let what = text
            .rsplit_once(" at line ")
            .map_or(&text[..], |(what, _)| what);
        let what: String = what.chars().flat_map(shown).collect();
        Error::Malformed(u64::try_from(at).unwrap_or(u64::MAX), what)
    })
}

/// A character of a file as messages show it.
fn shown(c: char) -> Vec<char> {
    if c.is_control() {
        c.escape_default().collect()
    } else {
        vec![c]
    }
}

fn printable(text: &str) -> bool {
    text.len() <= 4096 && !text.chars().any(char::is_control)
}

/// Checks that values are written once and before they are read, and that sizes are sizes.
fn validate(graph: &Graph) -> Result<(), Error> {
    let model = |what: String| Err(Error::Model(what));
    if graph.nodes.len() > MAX_NODES {
        return model(format!("more than {MAX_NODES} nodes"));
    }
    if !printable(&graph.name) || graph.real.as_ref().is_some_and(|text| !printable(text)) {
        return model("a name with control characters".to_owned());
    }
    let mut known: HashSet<u64> = HashSet::new();
    let groups = [
        ("input", &graph.inputs),
        ("parameter", &graph.parameters),
        ("constant", &graph.constants),
    ];
    for (kind, tensors) in groups {
        for tensor in tensors {
            let label = if tensor.name.is_empty() {
                format!("{kind} of value {}", tensor.value)
            } else {
                format!("{kind} \"{}\"", tensor.name)
            };
            if !printable(&tensor.name) {
                return model(format!(
                    "{kind} {} has a name with control characters",
                    tensor.value
                ));
            }
            if !known.insert(tensor.value) {
                return model(format!("{label}: value {} has two writers", tensor.value));
            }
            if let Some(why) = bad_shape(&tensor.shape) {
                return model(format!("{label}: {why}"));
            }
            let entries = volume(tensor.shape.iter().copied());
            if let Some(data) = &tensor.data
                && entries != i64::try_from(data.len()).ok()
            {
                let given = data.len();
                return model(format!("{label}: {given} numbers do not fill its shape"));
            }
        }
    }
    for (index, node) in graph.nodes.iter().enumerate() {
        if !printable(&node.op) || !printable(&node.module) {
            return model(format!("node {index} has a name with control characters"));
        }
        for value in node.read() {
            if !known.contains(&value) {
                let what = format!(
                    "it reads value {value}, which no node before it writes: the graph has a cycle, or is out of order"
                );
                return Err(node.fault(index, what));
            }
        }
        for output in &node.outputs {
            if !known.insert(output.value) {
                let what = format!(
                    "it writes value {}, which has a writer already",
                    output.value
                );
                return Err(node.fault(index, what));
            }
            if let Some(why) = bad_shape(&output.shape) {
                return Err(node.fault(index, why));
            }
        }
    }
    let called = graph.calls.iter().flat_map(|call| &call.outputs);
    let ends = graph.outputs.iter().map(|output| &output.value);
    if let Some(value) = called.chain(ends).find(|value| !known.contains(value)) {
        return model(format!("value {value} is returned, and no node writes it"));
    }
    if graph.calls.iter().any(|call| !printable(&call.module))
        || graph.outputs.iter().any(|output| !printable(&output.name))
    {
        return model("a name with control characters".to_owned());
    }
    Ok(())
}

fn bad_shape(shape: &[i64]) -> Option<String> {
    if shape.len() > MAX_RANK {
        return Some(format!(
            "a tensor of {} axes, of at most {MAX_RANK}",
            shape.len()
        ));
    }
    let size = shape.iter().find(|&&n| !(0..=MAX_ENTRIES).contains(&n))?;
    Some(format!("a size of {size}, outside of 0 to {MAX_ENTRIES}"))
}
