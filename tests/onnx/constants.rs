//! Numbers that a model computes from constants: where a slice of it begins tells their value.

use crate::build::{Attr, Message, graph, model, node, numbers, weight};
use crate::operators::import;

/// How many of 12 positions a slice from `s` on leaves, where `s` is the last thing that the nodes compute.
fn left(nodes: &[Message], tensors: &[Message]) -> i64 {
    let mut all = nodes.to_vec();
    all.push(node("Conv", "x kernel", "z", &[]));
    all.push(node("Reshape", "s one", "start", &[]));
    all.push(node("Slice", "z start end axis", "y", &[]));
    let mut given = tensors.to_vec();
    given.push(weight("kernel", &[4, 4, 1], 1));
    given.push(numbers("one", &[1], &[1]));
    given.push(numbers("end", &[1], &[100]));
    given.push(numbers("axis", &[1], &[2]));
    let import = import(&model(20, &graph(&[1, 4, 12], &all, &given))).unwrap();
    if let Some(end) = import.notes.iter().find(|note| note.ends) {
        panic!("{}: {:?}", end.text, nodes.first().map(|node| &node.0));
    }
    let network = &import.network;
    network.facts(network.outputs[0]).size.unwrap()[0]
}

fn list(name: &str, values: &[i64]) -> Message {
    numbers(name, &[values.len() as i64], values)
}

/// What two lists of numbers give.
fn of(op: &str, a: &[i64], b: &[i64], attributes: &[(&str, Attr)]) -> i64 {
    let nodes = [
        node(op, "a b", "c", attributes),
        node("Cast", "c", "s", &[("to", Attr::Int(7))]),
    ];
    12 - left(&nodes, &[list("a", a), list("b", b)])
}

#[test]
fn arithmetic_and_comparisons() {
    for (op, a, b, value) in [
        ("Add", 3, 4, 7),
        ("Sub", 9, 4, 5),
        ("Mul", 2, 3, 6),
        ("Div", 7, 2, 3),
        ("Mod", 11, 4, 3),
        // The sign of the divisor: -7 = -2·4 + 1.
        ("Mod", -7, 4, 1),
        ("Equal", 3, 3, 1),
        ("Equal", 3, 4, 0),
        ("Less", 3, 4, 1),
        ("Less", 4, 4, 0),
        ("LessOrEqual", 4, 4, 1),
        ("LessOrEqual", 5, 4, 0),
        ("Greater", 5, 4, 1),
        ("Greater", 4, 4, 0),
        ("GreaterOrEqual", 4, 4, 1),
        ("GreaterOrEqual", 3, 4, 0),
        ("And", 1, 1, 1),
        ("And", 1, 0, 0),
        ("Or", 0, 1, 1),
        ("Or", 0, 0, 0),
    ] {
        assert_eq!(of(op, &[a], &[b], &[]), value, "{op} {a} {b}");
    }
    assert_eq!(of("Mod", &[11], &[4], &[("fmod", Attr::Int(1))]), 3);
    // Real numbers: 7 / 2 is 3.5, and twice that is 7.
    let cast = |from, to| node("Cast", from, to, &[("to", Attr::Int(1))]);
    let nodes = [
        cast("a", "fa"),
        cast("b", "fb"),
        node("Div", "fa fb", "q", &[]),
        node("Mul", "q fb", "p", &[]),
        node("Cast", "p", "s", &[("to", Attr::Int(7))]),
    ];
    assert_eq!(left(&nodes, &[list("a", &[7]), list("b", &[2])]), 12 - 7);
    // As a truth value, and cut off after the point.
    let truth = [
        node("Cast", "a", "b", &[("to", Attr::Int(9))]),
        node("Cast", "b", "s", &[("to", Attr::Int(7))]),
    ];
    assert_eq!(left(&truth, &[list("a", &[7])]), 12 - 1);
    let cut = [
        cast("a", "fa"),
        cast("b", "fb"),
        node("Div", "fa fb", "q", &[]),
        node("Cast", "q", "s", &[("to", Attr::Int(6))]),
    ];
    assert_eq!(left(&cut, &[list("a", &[7]), list("b", &[2])]), 12 - 3);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn lists_of_numbers() {
    let at = |from: &str| [node("Gather", &format!("{from} at"), "s", &[])];
    let table: Vec<(&str, Vec<Message>, Vec<Message>, i64)> = vec![
        (
            "Size",
            vec![node("Size", "w", "s", &[])],
            vec![weight("w", &[2, 3], 1)],
            6,
        ),
        (
            "Where",
            [
                &[
                    node("Cast", "t", "b", &[("to", Attr::Int(9))]),
                    node("Where", "b p q", "n", &[]),
                ][..],
                &at("n"),
            ]
            .concat(),
            vec![
                list("t", &[1, 0]),
                list("p", &[3, 4]),
                list("q", &[5, 6]),
                list("at", &[1]),
            ],
            6,
        ),
        (
            "Range",
            [&[node("Range", "a b c", "n", &[])][..], &at("n")].concat(),
            vec![
                numbers("a", &[], &[2]),
                numbers("b", &[], &[9]),
                numbers("c", &[], &[3]),
                list("at", &[-1]),
            ],
            8,
        ),
        (
            "ReduceProd",
            vec![node("ReduceProd", "n", "s", &[])],
            vec![list("n", &[2, 3])],
            6,
        ),
        (
            "ReduceSum",
            vec![node("ReduceSum", "n", "s", &[("keepdims", Attr::Int(0))])],
            vec![list("n", &[2, 3])],
            5,
        ),
        (
            "ReduceMax",
            vec![node("ReduceMax", "n", "s", &[])],
            vec![list("n", &[2, 7, 3])],
            7,
        ),
        (
            "ReduceMin",
            vec![node("ReduceMin", "n", "s", &[])],
            vec![list("n", &[4, 2, 3])],
            2,
        ),
        (
            "ReduceSum of an axis",
            [
                &[node(
                    "ReduceSum",
                    "n axes",
                    "m",
                    &[("keepdims", Attr::Int(0))],
                )][..],
                &at("m"),
            ]
            .concat(),
            vec![
                numbers("n", &[2, 2], &[1, 2, 3, 4]),
                list("axes", &[0]),
                list("at", &[1]),
            ],
            6,
        ),
        (
            "Split",
            [&[node("Split", "n parts", "p q", &[])][..], &at("q")].concat(),
            vec![
                list("n", &[1, 5, 3]),
                list("parts", &[1, 2]),
                list("at", &[1]),
            ],
            3,
        ),
        (
            "Split in equal parts",
            [
                &[node("Split", "n", "p q", &[("num_outputs", Attr::Int(2))])][..],
                &at("q"),
            ]
            .concat(),
            vec![list("n", &[1, 5, 3, 9]), list("at", &[0])],
            3,
        ),
        (
            "Transpose",
            [
                &[
                    node("Transpose", "n", "m", &[]),
                    node("Flatten", "m", "f", &[("axis", Attr::Int(0))]),
                    node("Squeeze", "f", "r", &[]),
                ][..],
                &at("r"),
            ]
            .concat(),
            vec![numbers("n", &[2, 2], &[1, 2, 3, 4]), list("at", &[1])],
            3,
        ),
    ];
    for (name, nodes, tensors, value) in table {
        assert_eq!(left(&nodes, &tensors), 12 - value, "{name}");
    }
}

/// A field of a message that holds four or eight bytes.
fn fixed(message: &mut Message, field: u64, bytes: &[u8]) {
    message.number(field << 3 | if bytes.len() == 4 { 5 } else { 1 });
    message.0.extend(bytes);
}

/// The ways of the format to write the number 5 into a tensor.
#[test]
fn encodings_of_tensors() {
    let tensor = |kind: i64| weight("s", &[1], kind);
    let packed = |kind: i64, field: u64, bytes: &[u8]| tensor(kind).bytes(field, bytes);
    let single = |kind: i64, field: u64, bytes: &[u8]| {
        let mut tensor = tensor(kind);
        fixed(&mut tensor, field, bytes);
        tensor
    };
    for (name, tensor) in [
        ("raw float", packed(1, 9, &5.0_f32.to_le_bytes())),
        ("raw byte", packed(2, 9, &[5])),
        ("raw signed byte", packed(3, 9, &[5])),
        ("raw int", packed(6, 9, &5_i32.to_le_bytes())),
        ("raw long", packed(7, 9, &5_i64.to_le_bytes())),
        ("raw double", packed(11, 9, &5.0_f64.to_le_bytes())),
        ("raw unsigned", packed(12, 9, &5_u32.to_le_bytes())),
        ("floats", packed(1, 4, &5.0_f32.to_le_bytes())),
        ("a float", single(1, 4, &5.0_f32.to_le_bytes())),
        ("ints", packed(6, 5, &[5])),
        ("an int", tensor(6).varint(5, 5)),
        ("longs", packed(7, 7, &[5])),
        ("a long", tensor(7).varint(7, 5)),
        ("doubles", packed(11, 10, &5.0_f64.to_le_bytes())),
        ("a double", single(11, 10, &5.0_f64.to_le_bytes())),
    ] {
        assert_eq!(left(&[], &[tensor]), 12 - 5, "{name}");
    }
    // A negative start is counted from the end.
    for (name, tensor) in [
        ("raw signed byte", packed(3, 9, &[251])),
        ("raw int", packed(6, 9, &(-5_i32).to_le_bytes())),
        ("a long", tensor(7).varint(7, -5)),
    ] {
        assert_eq!(left(&[], &[tensor]), 5, "{name}");
    }
}

/// A constant node of 5, in each of its attributes.
#[test]
fn constants_in_attributes() {
    let constant = |attribute: Message| {
        Message::default()
            .text(2, "s")
            .text(4, "Constant")
            .message(5, &attribute)
    };
    let named = |name: &str| Message::default().text(1, name);
    let float = |name: &str, field: u64| {
        let mut attribute = named(name);
        fixed(&mut attribute, field, &5.0_f32.to_le_bytes());
        attribute
    };
    for (name, attribute) in [
        ("int", named("value_int").varint(3, 5).varint(20, 2)),
        ("ints", named("value_ints").varint(8, 5).varint(20, 7)),
        (
            "packed ints",
            named("value_ints").bytes(8, &[5]).varint(20, 7),
        ),
        ("float", float("value_float", 2).varint(20, 1)),
        ("floats", float("value_floats", 7).varint(20, 6)),
        (
            "packed floats",
            named("value_floats")
                .bytes(7, &5.0_f32.to_le_bytes())
                .varint(20, 6),
        ),
        (
            "tensor",
            named("value").message(5, &list("", &[5])).varint(20, 4),
        ),
    ] {
        assert_eq!(left(&[constant(attribute)], &[]), 12 - 5, "{name}");
    }
}
