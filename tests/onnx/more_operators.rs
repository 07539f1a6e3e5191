//! More operators: what they read of maps of one and two axes, and those that end positions.

use std::collections::BTreeSet;

use degrid::footprint::View;
use degrid::network::{MapId, PerAxis};
use degrid::onnx::Import;

use crate::build::{Attr, Message, graph, model, node, numbers, weight};
use crate::operators::import;

/// The input positions that the output at a place reads.
pub fn reads(import: &Import, place: &[i64]) -> BTreeSet<Vec<i64>> {
    let network = &import.network;
    let view = View {
        position: PerAxis::from_fn(network.dims, |axis| place[axis]),
        ..View::middle(network, network.outputs[0], MapId::INPUT)
    };
    let grid = view.seen(false).unwrap().drawn().unwrap();
    let input = network.input.unwrap();
    let rows = input[..].iter().fold(vec![Vec::new()], |outer, &n| {
        let with = |place: &Vec<i64>| (0..n).map(|at| [&place[..], &[at]].concat()).collect();
        outer.iter().flat_map::<Vec<_>, _>(with).collect()
    });
    rows.into_iter().filter(|at| grid.contains(at)).collect()
}

pub fn size(import: &Import) -> Vec<i64> {
    let network = &import.network;
    network.facts(network.outputs[0]).size.unwrap()[..].to_vec()
}

pub fn set<const N: usize>(places: &[[i64; N]]) -> BTreeSet<Vec<i64>> {
    places.iter().map(|place| place.to_vec()).collect()
}

/// Nodes behind a convolution of one tap on 4 channels, which writes `a`.
pub fn after(opset: i64, sizes: &[i64], nodes: &[Message], tensors: &[Message]) -> Import {
    let mut all = vec![node("Conv", "x one", "a", &[])];
    all.extend_from_slice(nodes);
    let kernel = [&[4, 4][..], &vec![1; sizes.len()]].concat();
    let mut given = vec![weight("one", &kernel, 1)];
    given.extend_from_slice(tensors);
    import(&model(
        opset,
        &graph(&[&[1, 4], sizes].concat(), &all, &given),
    ))
    .unwrap()
}

/// Of nodes on 12 positions.
pub fn line(nodes: &[Message], tensors: &[Message]) -> Import {
    after(20, &[12], nodes, tensors)
}

pub fn ends(import: &Import) -> String {
    let ends = import.notes.iter().filter(|note| note.ends);
    itertools::join(ends.map(|note| &note.text), "; ")
}

#[test]
fn blocks_of_channels_and_positions() {
    for mode in ["DCR", "CRD"] {
        let attributes = [("blocksize", Attr::Int(2)), ("mode", Attr::Text(mode))];
        let shuffled = after(
            20,
            &[6, 5],
            &[node("DepthToSpace", "a", "y", &attributes)],
            &[],
        );
        assert_eq!(size(&shuffled), [12, 10], "{mode}");
        for place in [[0, 0], [3, 5], [11, 9], [4, 7]] {
            assert_eq!(
                reads(&shuffled, &place),
                set(&[[place[0] / 2, place[1] / 2]]),
                "{mode}"
            );
        }
    }
    let nodes = [
        node("SpaceToDepth", "a", "b", &[("blocksize", Attr::Int(2))]),
        node("Conv", "b wide", "y", &[]),
    ];
    let unshuffled = after(20, &[6, 8], &nodes, &[weight("wide", &[4, 16, 1, 1], 1)]);
    assert_eq!(size(&unshuffled), [3, 4]);
    assert_eq!(
        reads(&unshuffled, &[1, 3]),
        set(&[[2, 6], [2, 7], [3, 6], [3, 7]])
    );
    for (op, sizes, blocks, said) in [
        (
            "DepthToSpace",
            &[6][..],
            2,
            "DepthToSpace of other than four axes",
        ),
        (
            "DepthToSpace",
            &[6, 6],
            3,
            "DepthToSpace of channels that do not divide",
        ),
        (
            "SpaceToDepth",
            &[6],
            2,
            "SpaceToDepth of other than four axes",
        ),
        (
            "SpaceToDepth",
            &[6, 6],
            4,
            "SpaceToDepth of positions that do not divide",
        ),
    ] {
        let node = node(op, "a", "y", &[("blocksize", Attr::Int(blocks))]);
        assert_eq!(ends(&after(20, sizes, &[node], &[])), said);
    }
}

#[test]
fn operators_on_channels_alone() {
    let axis = [("axis", Attr::Int(1))];
    for node in [
        node("ArgMax", "a", "y", &axis),
        node("ArgMin", "a", "y", &axis),
        node(
            "MeanVarianceNormalization",
            "a",
            "y",
            &[("axes", Attr::Ints(&[0, 2]))],
        ),
        node("CumSum", "a channels", "y", &[]),
        node("Gather", "a few", "y", &axis),
        node("Softmax", "a", "y", &axis),
    ] {
        let import = line(
            &[node],
            &[
                numbers("channels", &[1], &[1]),
                numbers("few", &[2], &[3, 1]),
            ],
        );
        assert_eq!((ends(&import), size(&import)), (String::new(), vec![12]));
        assert_eq!(reads(&import, &[7]), set(&[[7]]));
    }
    let import = line(
        &[node("CumSum", "a positions", "y", &[])],
        &[numbers("positions", &[1], &[2])],
    );
    assert_eq!(ends(&import), "CumSum along positions");
}

#[test]
fn sums_of_quantized_maps() {
    let wide = |dilation: i64, to: &str| {
        let (dilations, pads) = ([dilation], [dilation, dilation]);
        node(
            "Conv",
            "a three",
            to,
            &[
                ("dilations", Attr::Ints(&dilations)),
                ("pads", Attr::Ints(&pads)),
            ],
        )
    };
    let nodes = [
        wide(2, "b"),
        wide(3, "c"),
        node("QLinearAdd", "b s z c s z s z", "y", &[]),
    ];
    let tensors = [
        weight("three", &[4, 4, 3], 1),
        weight("s", &[], 1),
        weight("z", &[], 3),
    ];
    let sum = line(&nodes, &tensors);
    assert_eq!(reads(&sum, &[6]), set(&[[3], [4], [6], [8], [9]]));
}

#[test]
fn attention_reads_everything() {
    // Positions before channels.
    let turn =
        |from: &str, to: &str| node("Transpose", from, to, &[("perm", Attr::Ints(&[0, 2, 1]))]);
    let nodes = [
        turn("a", "t"),
        node("Attention", "t t t", "u", &[]),
        turn("u", "y"),
    ];
    let whole = line(&nodes, &[]);
    assert_eq!((ends(&whole), size(&whole)), (String::new(), vec![12]));
    assert_eq!(reads(&whole, &[3]).len(), 12);
    let two = line(
        &[
            turn("a", "t"),
            node("Attention", "t t", "u", &[]),
            turn("u", "y"),
        ],
        &[],
    );
    assert_eq!(ends(&two), "Attention of two tensors");
}

#[test]
fn entries_around_a_map() {
    for (mode, wanted) in [
        ("edge", [0, 0, 0]),
        ("wrap", [10, 11, 0]),
        ("reflect", [2, 1, 0]),
        ("constant", [-1, -1, 0]),
    ] {
        let pad = node("Pad", "a pads", "y", &[("mode", Attr::Text(mode))]);
        let import = line(&[pad], &[numbers("pads", &[6], &[0, 0, 2, 0, 0, 1])]);
        assert_eq!(size(&import), [15], "{mode}");
        for (o, at) in wanted.into_iter().enumerate() {
            let wanted = if at < 0 { set::<1>(&[]) } else { set(&[[at]]) };
            assert_eq!(reads(&import, &[o as i64]), wanted, "{mode} {o}");
        }
    }
    let other = node("Pad", "a pads", "y", &[("mode", Attr::Text("other"))]);
    let pads = numbers("pads", &[6], &[0, 0, 2, 0, 0, 1]);
    assert_eq!(ends(&line(&[other], &[pads])), "Pad of mode other");
    // Before opset 11 the numbers were an attribute.
    let old = node(
        "Pad",
        "a",
        "b",
        &[("pads", Attr::Ints(&[0, 0, 2, 0, 0, 1]))],
    );
    let conv = node("Conv", "b three", "y", &[]);
    let old = after(2, &[12], &[old, conv], &[weight("three", &[4, 4, 3], 1)]);
    assert_eq!((size(&old), reads(&old, &[0])), (vec![13], set(&[[0]])));
    assert_eq!(
        ends(&line(&[node("Pad", "a", "y", &[])], &[])),
        "Pad by numbers that are not known"
    );
    let few = numbers("pads", &[2], &[1, 1]);
    assert_eq!(
        ends(&line(&[node("Pad", "a pads", "y", &[])], &[few])),
        "Pad by numbers that do not fit its axes"
    );
}

#[test]
fn nodes_that_end_positions() {
    for (nodes, said) in [
        (
            vec![node("Concat", "a a", "y", &[])],
            "Concat without an axis",
        ),
        (
            vec![node("ScatterND", "a a a", "y", &[])],
            "whose positions depend on data",
        ),
        (vec![node("Gather", "a", "y", &[])], "Gather of one tensor"),
        (vec![node("MatMul", "a", "y", &[])], "MatMul of one tensor"),
        (
            vec![node("Gemm", "a a", "y", &[])],
            "Gemm of other than two axes",
        ),
        (
            vec![node(
                "Einsum",
                "a a",
                "y",
                &[("equation", Attr::Text("ab->c->d"))],
            )],
            "Einsum ab->c->d",
        ),
        (
            vec![node("Conv", "a a", "y", &[])],
            "Conv with a weight computed from the input",
        ),
    ] {
        let said_of = ends(&line(&nodes, &[]));
        assert!(said_of.contains(said), "{said}: {said_of:?}");
    }
}

/// Behind pools that are put together, the maps that are looked at are the last ones: none that another is computed from.
#[test]
fn maps_behind_pools_that_are_joined() {
    let conv = |from: &str, to: &str| node("Conv", &format!("{from} three"), to, &[]);
    let pool = |from: &str, to: &str| node("GlobalAveragePool", from, to, &[]);
    let join = node("Concat", "p q", "y", &[("axis", Attr::Int(1))]);
    for (second, sizes) in [("b", vec![8]), ("a", vec![10, 10])] {
        let nodes = [
            conv("a", "b"),
            conv(second, "c"),
            pool("b", "p"),
            pool("c", "q"),
            join.clone(),
        ];
        let import = line(&nodes, &[weight("three", &[4, 4, 3], 1)]);
        let network = &import.network;
        let size = |map: &MapId| network.facts(*map).size.unwrap()[0];
        let found: Vec<i64> = network.outputs.iter().map(size).collect();
        assert_eq!(found, sizes, "from {second}");
    }
}
