//! Models written by hand, in the wire format of protobuf.

/// A message, field by field.
#[derive(Clone, Default)]
pub struct Message(pub Vec<u8>);

impl Message {
    pub fn bytes(mut self, field: u64, bytes: &[u8]) -> Self {
        self.number(field << 3 | 2);
        self.number(bytes.len() as u64);
        self.0.extend(bytes);
        self
    }

    pub fn text(self, field: u64, text: &str) -> Self {
        self.bytes(field, text.as_bytes())
    }

    pub fn message(self, field: u64, message: &Self) -> Self {
        self.bytes(field, &message.0)
    }

    pub fn varint(mut self, field: u64, value: i64) -> Self {
        self.number(field << 3);
        self.number(value.cast_unsigned());
        self
    }

    pub fn number(&mut self, mut value: u64) {
        while value > 0x7f {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

/// An attribute.
#[derive(Clone)]
pub enum Attr<'a> {
    Int(i64),
    Ints(&'a [i64]),
    Text(&'a str),
    /// The attribute of the function around it.
    Of(&'a str),
    Graph(Message),
}

/// A node of the default domain: operator, inputs and outputs apart by spaces (`_` for none), attributes.
pub fn node(op: &str, inputs: &str, outputs: &str, attributes: &[(&str, Attr)]) -> Message {
    let mut node = Message::default();
    for name in inputs.split_whitespace() {
        node = node.text(1, if name == "_" { "" } else { name });
    }
    for name in outputs.split_whitespace() {
        node = node.text(2, name);
    }
    node = node.text(4, op);
    for (name, value) in attributes {
        let attribute = Message::default().text(1, name);
        let attribute = match value {
            Attr::Int(value) => attribute.varint(3, *value).varint(20, 2),
            Attr::Ints(values) => values
                .iter()
                .fold(attribute, |a, &v| a.varint(8, v))
                .varint(20, 7),
            Attr::Text(text) => attribute.text(4, text).varint(20, 3),
            Attr::Of(name) => attribute.text(21, name),
            Attr::Graph(graph) => attribute.message(6, graph).varint(20, 5),
        };
        node = node.message(5, &attribute);
    }
    node
}

/// A node that puts axes in another order.
pub fn transpose(input: &str, output: &str, perm: &[i64]) -> Message {
    node("Transpose", input, output, &[("perm", Attr::Ints(perm))])
}

/// A tensor of whole numbers.
pub fn numbers(name: &str, shape: &[i64], values: &[i64]) -> Message {
    let raw: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    weight(name, shape, 7).bytes(9, &raw)
}

/// A tensor without data; floats are of type 1, bytes of type 3.
pub fn weight(name: &str, shape: &[i64], kind: i64) -> Message {
    let tensor = shape
        .iter()
        .fold(Message::default(), |t, &n| t.varint(1, n));
    tensor.varint(2, kind).text(8, name)
}

/// An input or output; sizes below 0 have a name in place of a number.
pub fn info(name: &str, shape: &[i64]) -> Message {
    let dims = shape.iter().fold(Message::default(), |dims, &n| {
        let dim = Message::default();
        dims.message(
            1,
            &if n < 0 {
                dim.text(2, "n")
            } else {
                dim.varint(1, n)
            },
        )
    });
    let tensor = Message::default().varint(1, 1).message(2, &dims);
    Message::default()
        .text(1, name)
        .message(2, &Message::default().message(1, &tensor))
}

/// A graph of one input `x` and one output `y`.
pub fn graph(shape: &[i64], nodes: &[Message], tensors: &[Message]) -> Message {
    let graph = nodes
        .iter()
        .fold(Message::default(), |g, n| g.message(1, n));
    let graph = tensors.iter().fold(graph, |g, t| g.message(5, t));
    graph
        .message(11, &info("x", shape))
        .message(12, &info("y", &[]))
}

/// A file.
pub fn model(opset: i64, graph: &Message) -> Message {
    let version = Message::default().text(1, "").varint(2, opset);
    Message::default()
        .varint(1, 8)
        .message(7, graph)
        .message(8, &version)
}
