//! Operators one by one: what they read, in models of a few nodes.

use std::io::Cursor;

use degrid::footprint::View;
use degrid::network::{MapId, PerAxis};
use degrid::onnx::{Error, Import, Options, read};

use crate::build::{Attr, Message, graph, info, model, node, numbers, transpose, weight};

pub fn import(model: &Message) -> Result<Import, Error> {
    read(Cursor::new(&model.0), &Options::default())
}

/// The input positions that one of the first output's reads, along a network's only axis.
fn reads(import: &Import, unit: i64) -> Vec<i64> {
    let network = &import.network;
    let view = View {
        position: PerAxis::splat(1, unit),
        ..View::middle(network, network.outputs[0], MapId::INPUT)
    };
    let grid = view.seen(false).unwrap().drawn().unwrap();
    (0..network.input.unwrap()[0])
        .filter(|&at| grid.contains(&[at]))
        .collect()
}

fn size(import: &Import) -> Vec<i64> {
    let network = &import.network;
    network.facts(network.outputs[0]).size.unwrap().to_vec()
}

/// Nodes on 12 positions of 4 channels, at the present opset.
fn line(nodes: &[Message], tensors: &[Message]) -> Import {
    import(&model(20, &graph(&[1, 4, 12], nodes, tensors))).unwrap()
}

fn ends(import: &Import) -> Vec<String> {
    let ends = import.notes.iter().filter(|note| note.ends);
    ends.map(|note| note.text.clone()).collect()
}

#[test]
fn convolutions_and_their_padding() {
    let same = |pad: &str| {
        let attributes = [("auto_pad", Attr::Text(pad)), ("strides", Attr::Ints(&[3]))];
        line(
            &[node("Conv", "x w", "y", &attributes)],
            &[weight("w", &[8, 4, 6], 1)],
        )
    };
    // 4 outputs need 15 positions: three are added, the odd one after or before.
    assert_eq!(reads(&same("SAME_UPPER"), 1), [2, 3, 4, 5, 6, 7]);
    assert_eq!(reads(&same("SAME_LOWER"), 1), [1, 2, 3, 4, 5, 6]);
    assert_eq!(size(&same("SAME_LOWER")), [4]);
    assert_eq!(size(&same("VALID")), [3]);
}

#[test]
fn transposed_convolutions_of_a_given_size() {
    let shaped = |pad: &'static str| {
        let attributes = [
            ("strides", Attr::Ints(&[2])),
            ("output_shape", Attr::Ints(&[1, 4, 22])),
            ("auto_pad", Attr::Text(pad)),
        ];
        line(
            &[node("ConvTranspose", "x w", "y", &attributes)],
            &[weight("w", &[4, 4, 3], 1)],
        )
    };
    // 25 positions, 3 too many: two of them after the last with SAME_UPPER, else before the first.
    assert_eq!(
        (size(&shaped("SAME_UPPER")), size(&shaped("NOTSET"))),
        (vec![22], vec![22])
    );
    assert_eq!(reads(&shaped("SAME_UPPER"), 0), [0]);
    assert_eq!(reads(&shaped("NOTSET"), 0), [0, 1]);
    assert_eq!(reads(&shaped("SAME_UPPER"), 1), [0, 1]);
    assert_eq!(reads(&shaped("NOTSET"), 1), [1]);
}

#[test]
fn padding_goes_to_every_reader() {
    let nodes = [
        node("Pad", "x p", "a", &[]),
        node("Relu", "a", "b", &[]),
        node("Conv", "b w", "c", &[("dilations", Attr::Ints(&[2]))]),
        node("Conv", "b w", "d", &[("dilations", Attr::Ints(&[2]))]),
        node("Add", "c d", "y", &[]),
    ];
    let tensors = [
        numbers("p", &[6], &[0, 0, 4, 0, 0, 0]),
        weight("w", &[4, 4, 3], 1),
    ];
    let causal = line(&nodes, &tensors);
    assert_eq!(causal.network.layers.len(), 3);
    assert_eq!(
        (size(&causal), reads(&causal, 6)),
        (vec![12], vec![2, 4, 6])
    );
    // Mirrored positions lie inside of the map.
    let nodes = [
        node("Pad", "x p", "a", &[("mode", Attr::Text("reflect"))]),
        node("Conv", "a w", "y", &[]),
    ];
    let mirrored = line(
        &nodes,
        &[
            numbers("p", &[6], &[0, 0, 2, 0, 0, 0]),
            weight("w", &[4, 4, 3], 1),
        ],
    );
    assert_eq!(reads(&mirrored, 0), [0, 1, 2]);
}

#[test]
fn parts_of_a_map() {
    let slice = |starts, ends, steps| {
        let tensors = [
            numbers("s", &[1], &[starts]),
            numbers("e", &[1], &[ends]),
            numbers("a", &[1], &[-1]),
            numbers("t", &[1], &[steps]),
        ];
        line(&[node("Slice", "x s e a t", "y", &[])], &tensors)
    };
    assert_eq!(
        (size(&slice(2, -3, 1)), reads(&slice(2, -3, 1), 1)),
        (vec![7], vec![3])
    );
    assert_eq!(
        (
            size(&slice(1, i64::MAX, 5)),
            reads(&slice(1, i64::MAX, 5), 2)
        ),
        (vec![3], vec![11])
    );
    assert_eq!(reads(&slice(1, 4, 2), 1), [3]);
    let nodes = [
        node("Split", "x", "a b", &[("axis", Attr::Int(2))]),
        node("Concat", "b a", "y", &[("axis", Attr::Int(2))]),
    ];
    // Halves in the other order: a roll.
    let rolled = line(&nodes, &[]);
    assert_eq!((reads(&rolled, 2), reads(&rolled, 7)), (vec![8], vec![1]));
    // A roll by nothing.
    let nodes = [
        node("Conv", "x w", "c", &[]),
        node("Slice", "c none all last", "a", &[]),
        node("Slice", "c none none last", "b", &[]),
        node("Concat", "a b", "y", &[("axis", Attr::Int(2))]),
    ];
    let tensors = [
        numbers("none", &[1], &[0]),
        numbers("all", &[1], &[12]),
        numbers("last", &[1], &[2]),
        weight("w", &[4, 4, 3], 1),
    ];
    let whole = line(&nodes, &tensors);
    assert_eq!((ends(&whole), whole.network.layers.len()), (Vec::new(), 1));
    let nodes = [
        node("Split", "x", "a b", &[("axis", Attr::Int(2))]),
        node("Conv", "a w", "c", &[]),
        node("Concat", "c b", "y", &[("axis", Attr::Int(2))]),
    ];
    let ended = line(&nodes, &[weight("w", &[4, 4, 3], 1)]);
    assert_eq!(ends(&ended), ["Concat along positions"]);
    assert_eq!(ended.network.outputs.len(), 2);
}

#[test]
fn resizes_by_name() {
    let resize = |mode: &'static str, place: &'static str| {
        let attributes = [
            ("mode", Attr::Text(mode)),
            ("coordinate_transformation_mode", Attr::Text(place)),
            ("nearest_mode", Attr::Text("floor")),
        ];
        let nodes = [
            node("Conv", "x w", "c", &[]),
            node("Resize", "c _ _ n", "y", &attributes),
        ];
        line(
            &nodes,
            &[weight("w", &[4, 4, 1], 1), numbers("n", &[3], &[1, 4, 24])],
        )
    };
    assert_eq!(reads(&resize("nearest", "asymmetric"), 5), [2]);
    assert_eq!(reads(&resize("linear", "half_pixel"), 5), [2, 3]);
    assert_eq!(reads(&resize("cubic", "half_pixel"), 5), [1, 2, 3, 4]);
    assert_eq!(
        ends(&resize("linear", "asymmetric")),
        ["Resize of mode linear, asymmetric"]
    );
    assert_eq!(
        ends(&resize("nearest", "tf_crop_and_resize")),
        ["Resize of mode nearest, tf_crop_and_resize, floor"]
    );
    // Before opset 10 it was called otherwise.
    let scales = Message::default().varint(1, 3).varint(2, 1).text(8, "s");
    let raw: Vec<u8> = [1.0_f32, 1.0, 2.0]
        .iter()
        .flat_map(|v| v.to_le_bytes())
        .collect();
    let nodes = [node(
        "Upsample",
        "x s",
        "y",
        &[("mode", Attr::Text("nearest"))],
    )];
    let old = import(&model(
        9,
        &graph(&[1, 4, 12], &nodes, &[scales.bytes(9, &raw)]),
    ))
    .unwrap();
    assert_eq!((size(&old), reads(&old, 5)), (vec![24], vec![2]));
}

#[test]
fn attention_reads_everything() {
    let tensors = [weight("q", &[4, 4], 1), numbers("all", &[3], &[1, 12, 4])];
    let nodes = [
        node("Conv", "x w", "c", &[]),
        transpose("c", "t", &[0, 2, 1]),
        node("MatMul", "t q", "query", &[]),
        node("MatMul", "t q", "key", &[]),
        transpose("key", "keys", &[0, 2, 1]),
        node("MatMul", "query keys", "scores", &[]),
        node("Softmax", "scores", "shares", &[]),
        node("MatMul", "shares t", "mixed", &[]),
        transpose("mixed", "y", &[0, 2, 1]),
    ];
    let mut tensors = tensors.to_vec();
    tensors.push(weight("w", &[4, 4, 1], 1));
    let attention = line(&nodes, &tensors);
    assert_eq!(ends(&attention), Vec::<String>::new());
    assert_eq!(
        (size(&attention), reads(&attention, 3)),
        (vec![12], (0..12).collect())
    );
    // The same inside of windows of three.
    let windows = [
        node("Conv", "x w", "c", &[]),
        transpose("c", "t", &[0, 2, 1]),
        node("Reshape", "t cut", "r", &[]),
        transpose("r", "keys", &[0, 2, 1]),
        node("MatMul", "r keys", "scores", &[]),
        node("MatMul", "scores r", "mixed", &[]),
        node("Reshape", "mixed all", "back", &[]),
        transpose("back", "y", &[0, 2, 1]),
    ];
    tensors.push(numbers("cut", &[3], &[4, 3, 4]));
    let windows = line(&windows, &tensors);
    assert_eq!(
        (size(&windows), reads(&windows, 4)),
        (vec![12], vec![3, 4, 5])
    );
}

#[test]
fn matrices_and_shuffles() {
    // A linear layer over patches of positions reads them all.
    let nodes = [
        node("Reshape", "x cut", "r", &[]),
        transpose("r", "t", &[0, 2, 1, 3]),
        node("Reshape", "t flat", "f", &[]),
        node("MatMul", "f w", "y", &[]),
    ];
    let tensors = [
        numbers("cut", &[4], &[1, 4, 4, 3]),
        numbers("flat", &[3], &[1, 4, 12]),
        weight("w", &[12, 5], 1),
    ];
    let patches = line(&nodes, &tensors);
    assert_eq!(
        (size(&patches), reads(&patches, 2)),
        (vec![4], vec![6, 7, 8])
    );
    // Channels between positions: a pixel shuffle by reshapes.
    let nodes = [
        node("Reshape", "x cut", "r", &[]),
        transpose("r", "t", &[0, 1, 3, 2]),
        node("Reshape", "t flat", "f", &[]),
        node("Conv", "f v", "y", &[]),
    ];
    let tensors = [
        numbers("cut", &[4], &[1, 2, 2, 12]),
        numbers("flat", &[3], &[1, 2, 24]),
        weight("v", &[2, 2, 3], 1),
    ];
    let shuffled = line(&nodes, &tensors);
    assert_eq!(
        (size(&shuffled), reads(&shuffled, 3)),
        (vec![22], vec![1, 2])
    );
    let squeezed = line(
        &[
            node("Conv", "x v", "c", &[]),
            node(
                "Einsum",
                "c w",
                "y",
                &[("equation", Attr::Text("bcl, cd -> bdl"))],
            ),
        ],
        &[weight("v", &[4, 4, 3], 1), weight("w", &[4, 9], 1)],
    );
    assert_eq!(
        (size(&squeezed), reads(&squeezed, 3)),
        (vec![10], vec![3, 4, 5])
    );
}

#[test]
fn quantised_models() {
    let nodes = [
        node("QuantizeLinear", "x s z", "a", &[]),
        node(
            "QLinearConv",
            "a s z w s z s z",
            "b",
            &[("pads", Attr::Ints(&[1, 1]))],
        ),
        node("DequantizeLinear", "b s z", "c", &[]),
        node("DequantizeLinear", "v s z", "weight", &[]),
        node("Conv", "c weight", "y", &[]),
    ];
    let tensors = [
        weight("s", &[], 1),
        weight("z", &[], 3),
        weight("w", &[4, 4, 3], 3),
        weight("v", &[4, 4, 5], 3),
    ];
    let import = line(&nodes, &tensors);
    assert_eq!(
        (size(&import), reads(&import, 4)),
        (vec![8], (3..10).collect())
    );
}

#[test]
fn weights_that_are_computed() {
    let nodes = [
        node("Mul", "g v", "m", &[]),
        transpose("m", "w", &[1, 0, 2]),
        node("Conv", "x w", "y", &[]),
    ];
    let import = line(
        &nodes,
        &[weight("g", &[1, 6, 1], 1), weight("v", &[4, 6, 3], 1)],
    );
    assert_eq!(
        (size(&import), reads(&import, 4)),
        (vec![10], vec![4, 5, 6])
    );
}

#[test]
fn weights_that_are_normalised() {
    // Weights of zero mean and unit variance, as in nets without normalisation of maps.
    let nodes = [
        node("Reshape", "v row", "r", &[]),
        node("BatchNormalization", "r s s s s", "n", &[]),
        node("Reshape", "n whole", "w", &[]),
        node("Conv", "x w", "c", &[]),
        node("GlobalAveragePool", "c", "p", &[]),
        node("Conv", "p e", "g", &[]),
        node("Mul", "c g", "y", &[]),
    ];
    let tensors = [
        weight("v", &[6, 4, 3], 1),
        weight("s", &[6], 1),
        numbers("row", &[3], &[1, 6, -1]),
        numbers("whole", &[3], &[6, 4, 3]),
        weight("e", &[6, 6, 1], 1),
    ];
    let import = line(&nodes, &tensors);
    assert_eq!((ends(&import), size(&import)), (Vec::new(), vec![10]));
}

#[test]
fn behind_a_global_pool_no_positions_are_left() {
    let nodes = [
        node("Conv", "x w", "c", &[]),
        node("GlobalAveragePool", "c", "p", &[]),
        node("Conv", "p v", "y", &[]),
    ];
    let tensors = [weight("w", &[6, 4, 3], 1), weight("v", &[6, 6, 1], 1)];
    let bytes = model(20, &graph(&[1, 4, 12], &nodes, &tensors)).0;
    let notes = |at: &str| -> Vec<String> {
        let options = Options {
            at: vec![at.to_owned()],
            ..Options::default()
        };
        let import = read(Cursor::new(&bytes), &options).unwrap();
        assert_eq!(size(&import), [10]);
        let said = import.notes.iter();
        said.map(|note| format!("{} ({})", note.text, note.first.name()))
            .collect()
    };
    let said = "no positions are left here: the last map before it that has some stands for it (p)";
    assert_eq!(notes("c"), Vec::<String>::new());
    assert_eq!(notes("p"), [said]);
    // What is asked for by its absence is the last map with positions.
    let whole = import(&model(20, &graph(&[1, 4, 12], &nodes, &tensors))).unwrap();
    assert_eq!((size(&whole), whole.notes.len()), (vec![10], 0));
}

#[test]
fn padding_that_is_computed() {
    // As much as a stride of 5 needs on 12 positions, 3 as (⌈12/5⌉ − 1)·5 + 5 − 12, but never less than none.
    let nodes = [
        node("Shape", "x", "shape", &[("start", Attr::Int(2))]),
        node("Sub", "fifteen shape", "more", &[]),
        node("Clip", "more none", "high", &[]),
        node("Clip", "high _ two", "most", &[]),
        node("Concat", "none4 high", "sides", &[("axis", Attr::Int(0))]),
        node("Concat", "none4 most", "fewer", &[("axis", Attr::Int(0))]),
        node("Pad", "x sides", "p", &[]),
        node("Pad", "p fewer", "q", &[]),
        node("Conv", "q w", "y", &[("strides", Attr::Ints(&[1]))]),
    ];
    let tensors = [
        numbers("fifteen", &[1], &[15]),
        numbers("none", &[], &[0]),
        numbers("none4", &[5], &[0; 5]),
        numbers("two", &[], &[2]),
        weight("w", &[4, 4, 1], 1),
    ];
    let import = line(&nodes, &tensors);
    assert_eq!((ends(&import), size(&import)), (Vec::new(), vec![17]));
}

#[test]
fn windows_weighed_by_what_all_windows_hold() {
    // Positions within windows by windows; a sum over the windows weighs each of the positions, as in separable attention.
    let nodes = [
        node("Conv", "x w", "c", &[]),
        node("Reshape", "c cut", "r", &[]),
        transpose("r", "t", &[0, 1, 3, 5, 2, 4]),
        node("Reshape", "t unfolded", "u", &[]),
        node("ReduceSum", "u last", "s", &[("keepdims", Attr::Int(1))]),
        node("Expand", "s unfolded", "e", &[]),
        node("Mul", "u e", "m", &[]),
        node("Reshape", "m inside", "i", &[]),
        transpose("i", "j", &[0, 1, 4, 2, 5, 3]),
        node("Reshape", "j whole", "y", &[]),
    ];
    let tensors = [
        weight("w", &[4, 4, 1, 1], 1),
        numbers("cut", &[6], &[1, 4, 1, 2, 2, 2]),
        numbers("unfolded", &[4], &[1, 4, 4, 2]),
        numbers("inside", &[6], &[1, 4, 2, 2, 1, 2]),
        numbers("whole", &[4], &[1, 4, 2, 4]),
        numbers("last", &[1], &[3]),
    ];
    let import = import(&model(20, &graph(&[1, 4, 2, 4], &nodes, &tensors))).unwrap();
    assert_eq!((ends(&import), size(&import)), (Vec::new(), vec![2, 4]));
}

#[test]
fn functions_are_written_out() {
    let function = |name: &str, nodes: &[Message]| {
        let function = Message::default()
            .text(1, name)
            .text(4, "a")
            .text(4, "b")
            .text(5, "c")
            .text(10, "own");
        nodes.iter().fold(function, |f, n| f.message(7, n))
    };
    let call = |op: &str, inputs: &str, output: &str, attributes: &[(&str, Attr)]| {
        node(op, inputs, output, attributes).text(7, "own")
    };
    let inner = function(
        "inner",
        &[node("Conv", "a b", "c", &[("dilations", Attr::Of("d"))])],
    );
    let outer = function(
        "outer",
        &[
            call("inner", "a b", "t", &[("d", Attr::Ints(&[3]))]),
            call("inner", "t b", "c", &[("d", Attr::Ints(&[1]))]),
        ],
    );
    let plain = model(
        20,
        &graph(
            &[1, 4, 12],
            &[call("outer", "x w", "y", &[])],
            &[weight("w", &[4, 4, 2], 1)],
        ),
    );
    let import = import(&plain.message(25, &inner).message(25, &outer)).unwrap();
    assert_eq!(reads(&import, 0), [0, 1, 3, 4]);
    // A function that calls itself.
    let endless = function("endless", &[call("endless", "a b", "c", &[])]);
    let call = call("endless", "x w", "y", &[]);
    let endless =
        model(20, &graph(&[1, 4, 12], &[call], &[weight("w", &[4], 1)])).message(25, &endless);
    let error = self::import(&endless).unwrap_err().to_string();
    assert!(
        error.contains("functions call each other deeper than 32"),
        "{error}"
    );
}

#[test]
fn channels_last() {
    // As exported from TensorFlow: positions before channels, turned for each convolution.
    let nodes = [
        transpose("x", "t", &[0, 2, 1]),
        node("Conv", "t w", "c", &[]),
        transpose("c", "y", &[0, 2, 1]),
    ];
    let import = import(&model(
        13,
        &graph(&[-1, 12, 4], &nodes, &[weight("w", &[4, 4, 3], 1)]),
    ))
    .unwrap();
    assert_eq!(
        (&import.network.input.unwrap()[..], size(&import)),
        (&[12][..], vec![10])
    );
}

#[test]
fn what_depends_on_data_ends_positions() {
    let nodes = [
        node("Conv", "x w", "c", &[]),
        node("TopK", "c k", "v i", &[]),
        node("Conv", "x w", "d", &[]),
        node("Foo", "d", "f", &[]),
        node("Add", "v f", "y", &[]),
    ];
    let import = line(
        &nodes,
        &[weight("w", &[4, 4, 3], 1), numbers("k", &[1], &[3])],
    );
    assert_eq!(
        ends(&import),
        [
            "TopK, which picks entries by their values",
            "Foo, which is not known"
        ]
    );
    assert_eq!(import.network.outputs.len(), 2);
    // A graph inside of a node reads a map that is none of its inputs.
    let body = Message::default().message(1, &node("Relu", "c", "r", &[]));
    let nodes = [
        node("Conv", "x w", "c", &[]),
        node("Loop", "n n", "y", &[("body", Attr::Graph(body))]),
    ];
    let import = line(
        &nodes,
        &[weight("w", &[4, 4, 3], 1), numbers("n", &[], &[3])],
    );
    assert_eq!(ends(&import), ["Loop, whose steps are not followed"]);
}

#[test]
fn open_sizes() {
    let nodes = [node("Conv", "x w", "y", &[])];
    let open = model(
        20,
        &graph(&[-1, 4, -1], &nodes, &[weight("w", &[4, 4, 3], 1)]),
    );
    let error = import(&open).unwrap_err().to_string();
    assert!(
        error.starts_with("input \"x\" has no fixed size along axis 2 (n)"),
        "{error}"
    );
    let options = Options {
        inputs: Some(vec![12]),
        ..Options::default()
    };
    let import = read(Cursor::new(&open.0), &options).unwrap();
    assert_eq!(size(&import), [10]);
    let more =
        graph(&[1, 4, 12], &nodes, &[weight("w", &[4, 4, 3], 1)]).message(11, &info("mask", &[1]));
    assert_eq!(size(&self::import(&model(20, &more)).unwrap()), [10]);
}

#[test]
fn positions_in_the_batch() {
    // Every third position a row of the batch of its own: a convolution over rows is one of dilation 3.
    let nodes = [
        node("Reshape", "x cut", "r", &[]),
        transpose("r", "t", &[3, 0, 1, 2]),
        node("Reshape", "t rows", "b", &[]),
        node("Conv", "b w", "c", &[("pads", Attr::Ints(&[1, 0]))]),
        node("Reshape", "c wide", "d", &[]),
        transpose("d", "e", &[1, 2, 3, 0]),
        node("Reshape", "e line", "y", &[]),
    ];
    let tensors = [
        numbers("cut", &[4], &[1, 4, 4, 3]),
        numbers("rows", &[3], &[3, 4, 4]),
        numbers("wide", &[4], &[3, 1, 4, -1]),
        numbers("line", &[3], &[1, 4, -1]),
        weight("w", &[4, 4, 2], 1),
    ];
    let import = line(&nodes, &tensors);
    assert_eq!(ends(&import), Vec::<String>::new());
    assert_eq!(
        (size(&import), reads(&import, 7), reads(&import, 1)),
        (vec![12], vec![4, 7], vec![1])
    );
    assert_eq!(import.network.layers.len(), 1);
}

#[test]
fn rows_and_columns_in_one_list() {
    // Coordinate attention: rows and columns are pooled, joined, read by one layer, and cut apart again.
    let mean =
        |from: &str, to: &str, axis: i64| node("ReduceMean", &format!("{from} a{axis}"), to, &[]);
    let nodes = [
        node("Conv", "x w", "c", &[]),
        mean("c", "rows", 3),
        mean("c", "columns", 2),
        transpose("columns", "turned", &[0, 1, 3, 2]),
        node("Concat", "rows turned", "all", &[("axis", Attr::Int(2))]),
        node("Conv", "all v", "mixed", &[]),
        node("Split", "mixed parts", "p q", &[("axis", Attr::Int(2))]),
        transpose("q", "r", &[0, 1, 3, 2]),
        node("Mul", "c p", "d", &[]),
        node("Mul", "d r", "y", &[]),
    ];
    let tensors = [
        weight("w", &[4, 4, 3, 3], 1),
        weight("v", &[4, 4, 1, 1], 1),
        numbers("a2", &[1], &[2]),
        numbers("a3", &[1], &[3]),
        numbers("parts", &[2], &[6, 8]),
    ];
    let import = import(&model(20, &graph(&[1, 4, 8, 10], &nodes, &tensors))).unwrap();
    assert_eq!((ends(&import), size(&import)), (Vec::new(), vec![6, 8]));
}
