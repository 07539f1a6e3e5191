//! What is not read of a model: layers behind an operator that is not followed, inputs that are taken for constants, sizes that an export
//! does not have.

use std::io::Cursor;

use degrid::Policy;
use degrid::onnx::{Error, Import, Options, read};
use degrid::rules::Level;

use crate::build::{Attr, Message, graph, info, model, node, numbers, weight};
use crate::operators::import;

/// The level of each finding of gridding, with its last note.
fn gridding(import: &Import) -> Vec<(Level, String)> {
    let findings = degrid::check(&import.network, &Policy::default()).findings;
    let findings = findings.iter().filter(|f| f.rule.id == "gridding");
    let last = |notes: &[String]| notes.last().cloned().unwrap_or_default();
    findings.map(|f| (f.level, last(&f.draft.notes))).collect()
}

const DILATED: [(&str, Attr); 2] = [
    ("dilations", Attr::Ints(&[2, 2])),
    ("pads", Attr::Ints(&[2, 2, 2, 2])),
];

/// The branch that is not followed has a size of its own: what it is put beside goes on.
#[test]
fn two_images_side_by_side() {
    let around = [("pads", Attr::Ints(&[1, 1, 1, 1]))];
    let pool = [
        ("kernel_shape", Attr::Ints(&[2, 2])),
        ("strides", Attr::Ints(&[2, 2])),
    ];
    let twice = [("strides", Attr::Ints(&[2, 2]))];
    let nodes = [
        node("Conv", "x w", "a", &DILATED),
        node("Conv", "other w", "b", &DILATED),
        node("MaxPool", "b", "c", &pool),
        node("ConvTranspose", "c u", "d", &twice),
        node("Concat", "a d", "e", &[("axis", Attr::Int(1))]),
        node("Conv", "e v", "y", &around),
    ];
    let tensors = [
        weight("w", &[4, 4, 3, 3], 1),
        weight("u", &[4, 6, 2, 2], 1),
        weight("v", &[4, 10, 3, 3], 1),
    ];
    let graph = graph(&[1, 4, 12, 12], &nodes, &tensors);
    let graph = graph.message(11, &info("other", &[1, 4, 12, 12]));
    let import = import(&model(20, &graph)).unwrap();
    assert!(
        import.notes.iter().all(|note| !note.ends),
        "{:?}",
        import.notes
    );
    assert!(import.network.cut.is_empty());
    assert_eq!(import.network.layers.len(), 2);
    assert_eq!(gridding(&import), []);
}

/// What is behind may read what a map skips that was followed no further.
#[test]
fn holes_that_layers_behind_may_fill() {
    let tensors = [weight("w", &[4, 4, 3, 3], 1), numbers("two", &[1], &[2])];
    let cumsum = node("CumSum", "a two", "b", &[]);
    let conv = node("Conv", "b w", "y", &[]);
    let of = |nodes: &[Message]| import(&model(20, &graph(&[1, 4, 16, 16], nodes, &tensors)));
    let cut = of(&[node("Conv", "x w", "a", &DILATED), cumsum, conv]).unwrap();
    assert_eq!(cut.network.cut, cut.network.outputs);
    let note =
        "layers behind the map after \"Conv\" are not followed, and may read these positions";
    assert_eq!(gridding(&cut), [(Level::Warn, note.to_owned())]);
    let whole = of(&[node("Conv", "x w", "y", &DILATED)]).unwrap();
    assert!(whole.network.cut.is_empty());
    assert_eq!(gridding(&whole)[0].0, Level::Deny);
}

/// The same holes in an output of the model are sure, whatever ends beside it.
#[test]
fn holes_in_an_output_beside_one_that_ends() {
    let tensors = [weight("w", &[4, 4, 3, 3], 1), numbers("two", &[1], &[2])];
    let nodes = [
        node("Conv", "x w", "a", &DILATED),
        node("CumSum", "a two", "b", &[]),
        node("Relu", "a", "c", &[]),
        node("Conv", "c v", "y", &[]),
    ];
    let tensors = [&tensors[..], &[weight("v", &[4, 4, 1, 1], 1)]].concat();
    let graph = graph(&[1, 4, 16, 16], &nodes, &tensors);
    let import = import(&model(20, &graph.message(12, &info("b", &[])))).unwrap();
    assert_eq!(import.network.cut.len(), 1);
    assert_eq!(gridding(&import)[0].0, Level::Deny);
}

fn sized(model: &Message, sizes: &[i64]) -> Result<Import, Error> {
    let options = Options {
        inputs: Some(sizes.to_vec()),
        ..Options::default()
    };
    read(Cursor::new(&model.0), &options)
}

/// Shapes that an export wrote down hold for its size alone.
#[test]
fn another_size_than_that_of_the_export() {
    let turned = [("perm", Attr::Ints(&[0, 2, 1, 3, 4]))];
    let shuffle = |batch: i64, height: i64| {
        let nodes = [
            node("Conv", "x w", "a", &DILATED),
            node("Reshape", "a split", "b", &[]),
            node("Transpose", "b", "c", &turned),
            node("Reshape", "c whole", "d", &[]),
            node("Conv", "d w", "y", &DILATED),
        ];
        let tensors = [
            weight("w", &[4, 4, 3, 3], 1),
            numbers("split", &[5], &[batch, 2, 2, height, 8]),
            numbers("whole", &[4], &[batch, 4, height, 8]),
        ];
        model(20, &graph(&[1, 4, 8, 8], &nodes, &tensors))
    };
    let fixed = shuffle(1, 8);
    assert_eq!(import(&fixed).unwrap().network.layers.len(), 2);
    assert_eq!(sized(&fixed, &[8]).unwrap().network.layers.len(), 2);
    assert_eq!(
        sized(&fixed, &[8, 16]).unwrap_err().to_string(),
        "this export is made for 8×8 only: at 8×16 positions are not followed past Reshape to a shape that does not fit (b); export it at 8×16"
    );
    // Only the width is written down, and stays.
    let open = shuffle(1, -1);
    assert_eq!(sized(&open, &[16, 8]).unwrap().network.layers.len(), 2);
    // Where nothing at all is left.
    let nodes = [
        node("Reshape", "x whole", "a", &[]),
        node("Conv", "a w", "y", &DILATED),
    ];
    let tensors = [
        weight("w", &[4, 4, 3, 3], 1),
        numbers("whole", &[4], &[1, 4, 8, 8]),
    ];
    let first = model(20, &graph(&[1, 4, 8, 8], &nodes, &tensors));
    let error = sized(&first, &[32]).unwrap_err().to_string();
    assert!(
        error.starts_with("this export is made for 8×8 only: at 32×32 "),
        "{error}"
    );
}

/// Why positions are not followed is said in words.
#[test]
fn reasons_in_words() {
    let tensors = [
        weight("w", &[4, 4, 3], 1),
        numbers("last", &[1], &[-1]),
        numbers("back", &[1], &[-1]),
        numbers("all", &[1], &[i64::MIN + 1]),
        numbers("axis", &[1], &[2]),
    ];
    let conv = node("Conv", "x w", "a", &[]);
    let said = |nodes: &[Message]| {
        let nodes = [std::slice::from_ref(&conv), nodes].concat();
        let import = import(&model(20, &graph(&[1, 4, 16], &nodes, &tensors))).unwrap();
        let ends = import.notes.iter().filter(|note| note.ends);
        itertools::join(ends.map(|note| note.text.clone()), "; ")
    };
    let flip = node("Slice", "a last all axis back", "y", &[]);
    assert_eq!(said(&[flip]), "a flip of positions");
    let lstm = node("LSTM", "a w w", "y", &[]);
    assert_eq!(said(&[lstm]), "an LSTM: each step reads all earlier ones");
    let unfit = [
        node("Conv", "a w", "b", &[]),
        node("Concat", "a b", "y", &[("axis", Attr::Int(1))]),
    ];
    assert_eq!(
        said(&unfit),
        "an addition or concatenation of maps whose sizes do not fit"
    );
}

/// A generator begins with a vector.
#[test]
fn a_vector_has_no_positions() {
    let nodes = [
        node("Gemm", "x w", "a", &[]),
        node("Reshape", "a map", "b", &[]),
        node("Conv", "b v", "y", &[]),
    ];
    let tensors = [
        weight("w", &[16, 64], 1),
        numbers("map", &[4], &[1, 4, 4, 4]),
        weight("v", &[4, 4, 3, 3], 1),
    ];
    let error = import(&model(20, &graph(&[1, 16], &nodes, &tensors))).unwrap_err();
    let error = error.to_string();
    assert!(
        error.ends_with("; if input \"x\" is a vector, it has no positions: export the part of the model behind the reshape to a map"),
        "{error}"
    );
}
