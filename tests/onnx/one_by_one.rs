//! Operators of ONNX models and of traced graphs one by one: what an output reads, and where positions end.

use std::fmt::Write;

use degrid::footprint::View;
use degrid::graph;
use degrid::network::{MapId, PerAxis};
use degrid::onnx::{Error, Import, Options};

use crate::build::{Attr, Message, graph as onnx_graph, model, node, numbers, weight};
use crate::operators::import;

/// All input positions that an output's one reads.
fn reads(import: &Import, at: &[i64]) -> Vec<Vec<i64>> {
    let network = &import.network;
    let view = View {
        position: PerAxis::from_fn(network.dims, |axis| at[axis]),
        ..View::middle(network, network.outputs[0], MapId::INPUT)
    };
    view.seen(false).unwrap().drawn().unwrap().iter().collect()
}

fn size(import: &Import) -> Vec<i64> {
    let network = &import.network;
    network.facts(network.outputs[0]).size.unwrap().to_vec()
}

/// Why positions end; nothing where they are followed to the output.
fn ends(import: &Import) -> Vec<&str> {
    let ends = import.notes.iter().filter(|note| note.ends);
    ends.map(|note| &note.text[..]).collect()
}

/// ONNX nodes on a map of 8 channels.
fn nodes(positions: &[i64], nodes: &[Message], tensors: &[Message]) -> Import {
    let shape = [&[1, 8], positions].concat();
    import(&model(20, &onnx_graph(&shape, nodes, tensors))).unwrap()
}

#[test]
fn padding_below_none_takes_away() {
    for (low, high) in [(-2, 0), (0, -3), (-2, -3), (2, -3), (-2, 3), (1, 3)] {
        let pads = numbers("p", &[6], &[0, 0, low, 0, 0, high]);
        let import = nodes(&[12], &[node("Pad", "x p", "y", &[])], &[pads]);
        let out = 12 + low + high;
        assert_eq!((size(&import), ends(&import)), (vec![out], vec![]));
        for o in 0..out {
            let from = o - low;
            let expected = (0..12).contains(&from).then(|| vec![from]);
            let expected: Vec<Vec<i64>> = expected.into_iter().collect();
            assert_eq!(reads(&import, &[o]), expected, "{low}, {high}: {o}");
        }
    }
}

#[test]
fn blocks_of_channels_become_positions() {
    for (mode, size_of_block) in [("DCR", 2), ("CRD", 2)] {
        let attributes = [
            ("blocksize", Attr::Int(size_of_block)),
            ("mode", Attr::Text(mode)),
        ];
        let import = nodes(&[5, 7], &[node("DepthToSpace", "x", "y", &attributes)], &[]);
        assert_eq!((size(&import), ends(&import)), (vec![10, 14], vec![]));
        for (y, x) in itertools::iproduct!(0..10, 0..14) {
            // Each block of 2 by 2 holds what stood at one position.
            assert_eq!(reads(&import, &[y, x]), [[y / 2, x / 2]], "{mode}");
        }
    }
}

/// Shapes and axes may be of any whole type: here unsigned, of four bytes each.
#[test]
fn unsigned_numbers_are_read() {
    let raw: Vec<u8> = [0_u32, 0, 3, 0, 0, 1]
        .iter()
        .flat_map(|n| n.to_le_bytes())
        .collect();
    let import = nodes(
        &[12],
        &[
            node("Cast", "u", "p", &[("to", Attr::Int(7))]),
            node("Pad", "x p", "y", &[]),
        ],
        &[weight("u", &[6], 12).bytes(9, &raw)],
    );
    assert_eq!((size(&import), ends(&import)), (vec![16], vec![]));
    assert_eq!(reads(&import, &[3]), [[0]]);
    assert!(reads(&import, &[2]).is_empty());
}

#[test]
fn running_sums_of_channels_are_followed() {
    let along = |axis: i64| {
        let sum = [
            node("Conv", "x w", "c", &[]),
            node("CumSum", "c a", "s", &[]),
            node("Conv", "s w", "y", &[]),
        ];
        let tensors = [weight("w", &[8, 8, 3], 1), numbers("a", &[1], &[axis])];
        nodes(&[12], &sum, &tensors)
    };
    let channels = along(1);
    assert_eq!((size(&channels), ends(&channels)), (vec![8], vec![]));
    assert_eq!(
        reads(&channels, &[2]),
        (2..7).map(|p| vec![p]).collect::<Vec<_>>()
    );
    assert_eq!(ends(&along(2)), ["CumSum along positions"]);
    assert_eq!(ends(&along(-1)), ["CumSum along positions"]);
}

/// An operator, its attributes, the shape of its result, and another tensor that it reads beside the one before.
type Step<'a> = (&'a str, &'a str, &'a [i64], Option<(&'a str, &'a [i64])>);

/// A traced graph of operators, one after the other.
fn traced(shape: &[i64], steps: &[Step<'_>]) -> Result<Import, Error> {
    let (mut parameters, mut nodes) = (Vec::new(), Vec::new());
    for (index, (op, attributes, to, other)) in steps.iter().enumerate() {
        let mut inputs = format!("\"self\": {index}");
        if let Some((name, shape)) = other {
            let value = 100 + index;
            let _ = write!(inputs, ", \"{name}\": {value}");
            parameters.push(format!(
                "{{\"name\": \"p{index}\", \"value\": {value}, \"shape\": {shape:?}}}"
            ));
        }
        nodes.push(format!(
            "{{\"op\": \"aten::{op}\", \"inputs\": {{{inputs}}}, \"attributes\": {{{attributes}}}, \"outputs\": [{{\"value\": {}, \"shape\": {to:?}}}]}}",
            index + 1
        ));
    }
    let text = format!(
        "{{\"format\": \"degrid-graph\", \"version\": 1, \"name\": \"Net\", \"inputs\": [{{\"name\": \"x\", \"value\": 0, \"shape\": {shape:?}}}], \"parameters\": [{}], \"constants\": [], \"nodes\": [{}], \"calls\": [], \"outputs\": [{{\"name\": \"output\", \"value\": {}}}]}}",
        parameters.join(", "),
        nodes.join(", "),
        steps.len()
    );
    graph::read(text.as_bytes(), &Options::default())
}

#[test]
fn resizes_of_graphs() {
    let resized = |op: &str, attributes: &str, to: [i64; 2]| {
        let to = [1, 4, to[0], to[1]];
        traced(&[1, 4, 5, 6], &[(op, attributes, &to, None)])
    };
    // By a whole factor along one axis, the other as it was.
    for op in ["upsample_nearest2d", "_upsample_nearest_exact2d"] {
        let import = resized(op, "", [10, 6]).unwrap();
        for (y, x) in itertools::iproduct!(0..10, 0..6) {
            assert_eq!(reads(&import, &[y, x]), [[y / 2, x]], "{op}");
        }
    }
    let why = |found: Result<Import, Error>| found.unwrap_err().to_string();
    // The exact one takes the position that the middle of an output lies in, which is another where the factor is not whole.
    let exact = why(resized("_upsample_nearest_exact2d", "", [5, 9]));
    assert!(exact.contains("by a factor that is not whole"), "{exact}");
    let exact = why(resized("_upsample_nearest_exact2d", "", [7, 6]));
    assert!(exact.contains("by a factor that is not whole"), "{exact}");
    // With corners aligned, every other position of 9 lies on one of 5.
    let aligned = resized("upsample_bilinear2d", "\"align_corners\": true", [9, 6]).unwrap();
    assert_eq!(reads(&aligned, &[2, 3]), [[1, 3]]);
    assert_eq!(reads(&aligned, &[3, 3]), [[1, 3], [2, 3]]);
    // Without, positions lie at (o + ½)·5/9 − ½: the third at 0.89.
    let halves = resized("upsample_bilinear2d", "\"align_corners\": false", [9, 6]).unwrap();
    assert_eq!(reads(&halves, &[2, 3]), [[0, 3], [1, 3]]);
}

#[test]
fn adaptive_pools_of_graphs() {
    let pooled = traced(
        &[1, 4, 7, 8],
        &[(
            "_adaptive_avg_pool2d",
            "\"output_size\": [3, 4]",
            &[1, 4, 3, 4],
            None,
        )],
    );
    let pooled = pooled.unwrap();
    assert_eq!(size(&pooled), [3, 4]);
    for (y, x) in itertools::iproduct!(0..3_i64, 0..4_i64) {
        // PyTorch: from ⌊o·n/m⌋ to ⌈(o+1)·n/m⌉.
        let rows = (y * 7 / 3)..((y + 1) * 7 + 2) / 3;
        let columns = (2 * x)..(2 * x + 2);
        let expected: Vec<Vec<i64>> = itertools::iproduct!(rows, columns)
            .map(|(y, x)| vec![y, x])
            .collect();
        assert_eq!(reads(&pooled, &[y, x]), expected);
    }
}

#[test]
fn products_of_matrices_keep_rows() {
    // Positions as rows: each is multiplied by itself alone.
    let turned = "\"dim0\": 1, \"dim1\": 2";
    let import = traced(
        &[1, 4, 12],
        &[
            (
                "max_pool1d",
                "\"kernel_size\": [1], \"stride\": [1]",
                &[1, 4, 12],
                None,
            ),
            ("transpose", turned, &[1, 12, 4], None),
            ("bmm", "", &[1, 12, 6], Some(("mat2", &[1, 4, 6]))),
            ("transpose", turned, &[1, 6, 12], None),
            (
                "max_pool1d",
                "\"kernel_size\": [2], \"stride\": [2]",
                &[1, 6, 6],
                None,
            ),
        ],
    )
    .unwrap();
    assert_eq!((ends(&import), size(&import)), (vec![], vec![6]));
    assert_eq!(reads(&import, &[2]), [[4], [5]]);
}

#[test]
fn parts_of_channels_and_positions_in_one_list() {
    let part = |start: i64, n: i64, step: i64| {
        let attributes = format!(
            "\"dim\": 1, \"start\": {start}, \"end\": {}, \"step\": {step}",
            start + n * step
        );
        traced(
            &[1, 4, 12],
            &[
                ("view", "", &[1, 48], None),
                ("slice", &attributes, &[1, n], None),
                ("view", "", &[1, n / 12, 12], None),
                (
                    "max_pool1d",
                    "\"kernel_size\": [2], \"stride\": [2]",
                    &[1, n / 12, 6],
                    None,
                ),
            ],
        )
    };
    // The second and third of four channels.
    let whole = part(12, 24, 1).unwrap();
    assert_eq!((size(&whole), ends(&whole)), (vec![6], vec![]));
    assert_eq!(reads(&whole, &[2]), [[4], [5]]);
    // From the middle of a channel, and every other position.
    for (start, n, step) in [(6, 24, 1), (0, 24, 2)] {
        let followed = part(start, n, step).is_ok_and(|import| ends(&import).is_empty());
        assert!(!followed, "{start}, {n}, {step}");
    }
}

/// A value without positions is one of all of them only where it is written at all.
#[test]
fn one_entry_among_positions_is_not_followed() {
    let written = |n: i64, start: i64| {
        let region =
            format!("\"start\": [0, 0, {start}], \"step\": [1, 1, 1], \"axes\": [0, 1, 2]");
        let nodes = format!(
            "{{\"op\": \"aten::mean\", \"inputs\": {{\"self\": 0}}, \"attributes\": {{\"dim\": [2], \"keepdim\": true}}, \"outputs\": [{{\"value\": 2, \"shape\": [1, 4, 1]}}]}},
            {{\"op\": \"degrid::write\", \"inputs\": {{\"self\": 1, \"src\": 2}}, \"attributes\": {{{region}}}, \"outputs\": [{{\"value\": 3, \"shape\": [1, 4, {n}]}}]}},
            {{\"op\": \"aten::add\", \"inputs\": {{\"self\": 0, \"other\": 3}}, \"attributes\": {{}}, \"outputs\": [{{\"value\": 4, \"shape\": [1, 4, 12]}}]}}"
        );
        let text = format!(
            "{{\"format\": \"degrid-graph\", \"version\": 1, \"name\": \"Net\", \"inputs\": [{{\"name\": \"x\", \"value\": 0, \"shape\": [1, 4, 12]}}], \"parameters\": [], \"constants\": [{{\"value\": 1, \"shape\": [1, 4, {n}]}}], \"nodes\": [{nodes}], \"calls\": [], \"outputs\": [{{\"name\": \"output\", \"value\": 4}}]}}"
        );
        let found = graph::read(text.as_bytes(), &Options::default());
        found.map_or_else(|error| error.to_string(), |import| ends(&import).join(", "))
    };
    let why = written(12, 3);
    assert!(why.contains("one entry written among positions"), "{why}");
    let why = written(1, 0);
    assert!(!why.contains("one entry written among positions"), "{why}");
}
