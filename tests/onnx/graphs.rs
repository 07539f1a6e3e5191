//! Traced PyTorch models: the layers that ONNX gives, the positions that PyTorch recorded, and files at fault.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;

use degrid::graph::{Error, Import, Options, read, recognises};

use crate::exporters::described;
use crate::hostile::Numbers;
use crate::truth::{cases, check, data};

fn recorded(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/graphs")
        .join(format!("{name}.json"))
}

fn names() -> Vec<String> {
    let files = std::fs::read_dir(recorded("x").parent().unwrap()).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let stem = |path: PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let is_json = |path: &PathBuf| path.extension().is_some_and(|e| e == "json");
    paths.filter(is_json).map(stem).collect()
}

fn import(name: &str, at: &str) -> Result<Import, Error> {
    let at = match at {
        "output" => Vec::new(),
        at => vec![at.to_owned()],
    };
    let options = Options {
        at,
        ..Options::default()
    };
    read(File::open(recorded(name)).unwrap(), &options)
}

#[test]
fn layers_are_those_of_onnx() {
    let mut compared = 0;
    for name in names() {
        let onnx = data(&format!("{name}.dynamo.onnx"));
        if !onnx.exists() {
            continue;
        }
        let onnx = degrid::onnx::read(File::open(onnx).unwrap(), &Options::default()).unwrap();
        let graph = import(&name, "output").unwrap();
        // What no module does is called by the operator's name.
        let graph = described(&graph.network)
            .replace("max_pool2d", "MaxPool")
            .replace("slice, cat", "Slice, Concat");
        assert_eq!(graph, described(&onnx.network), "{name}");
        compared += 1;
    }
    assert_eq!(compared, 7);
}

#[test]
fn every_recorded_position() {
    let mut imports = BTreeMap::new();
    let names = names();
    let mut checked = 0;
    for case in cases().iter().filter(|case| names.contains(&case.model)) {
        let key = (case.model.clone(), case.at.clone());
        let import = imports
            .entry(key)
            .or_insert_with(|| import(&case.model, &case.at).unwrap());
        check(import, case)
            .unwrap_or_else(|fault| panic!("{} at {}: {fault}", case.model, case.at));
        checked += 1;
    }
    assert!(checked >= 60, "only {checked}");
}

#[test]
fn modules_are_known_by_what_they_return() {
    let shared = import("shared", "output").unwrap();
    let size = |name: &str| {
        let map = shared.names.get(name).unwrap_or_else(|| panic!("{name}"));
        shared.network.facts(*map).size.unwrap()[0]
    };
    // The module is called on 40 positions, and on 20.
    assert_eq!(
        ["conv", "pool", "conv#2", "pool#2"].map(size),
        [40, 20, 20, 10]
    );
    assert_eq!(["once", "twice"].map(size), [20, 10]);
    assert_eq!(shared.network.outputs.len(), 2);
    let resnet = import("tv_resnet18", "output").unwrap();
    assert_eq!(
        resnet.names.get("layer4"),
        resnet.names.get("layer4.1.relu#2")
    );
    assert_ne!(resnet.names.get("layer4.0"), resnet.names.get("layer4.1"));
}

/// A graph of one convolution and a sum.
const SMALL: &str = r#"{"format": "degrid-graph", "version": 1, "name": "Net",
"inputs": [{"name": "x", "value": 0, "shape": [1, 3, 16, 16]}],
"parameters": [{"name": "conv.weight", "value": 1, "shape": [4, 3, 3, 3]}],
"constants": [{"value": 2, "shape": [2], "data": [0, 1]}],
"nodes": [
{"op": "aten::convolution", "module": "conv", "inputs": {"input": 0, "weight": 1, "bias": null}, "attributes": {"stride": [1, 1], "padding": [2, 2], "dilation": [2, 2], "transposed": false, "output_padding": [0, 0], "groups": 1}, "outputs": [{"value": 3, "shape": [1, 4, 16, 16]}]},
{"op": "aten::add.Tensor", "inputs": {"self": 3, "other": 3}, "attributes": {"alpha": 1}, "outputs": [{"value": 4, "shape": [1, 4, 16, 16]}]}],
"calls": [{"module": "conv", "outputs": [3]}],
"outputs": [{"name": "output", "value": 4}]}"#;

fn said(text: &str) -> Result<Import, Error> {
    read(text.as_bytes(), &Options::default())
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn what_is_at_fault_is_said() {
    assert!(recognises(SMALL.as_bytes()));
    assert_eq!(said(SMALL).unwrap().network.layers.len(), 1);
    let wide = format!("[{}4]", "1, ".repeat(40));
    let table: &[(&str, &str, &str)] = &[
        (
            "\"version\": 1",
            "\"version\": 2",
            "the graph has version 2, and this degrid reads version 1",
        ),
        (", \"version\": 1", "", "the graph has version none"),
        (
            "degrid-graph",
            "graph",
            "its `format` is not \"degrid-graph\"",
        ),
        (
            "\"input\": 0",
            "\"input\": 9",
            "node \"0 in conv\" (aten::convolution): it reads value 9, which no node before it writes",
        ),
        (
            "\"input\": 0",
            "\"input\": 4",
            "(aten::convolution): it reads value 4, which no node before it writes: the graph has a cycle",
        ),
        (
            "\"value\": 4, \"shape\"",
            "\"value\": 3, \"shape\"",
            "node \"1\" (aten::add.Tensor): it writes value 3, which has a writer already",
        ),
        (
            "\"conv.weight\", \"value\": 1",
            "\"conv.weight\", \"value\": 0",
            "parameter \"conv.weight\": value 0 has two writers",
        ),
        (
            "\"output\", \"value\": 4",
            "\"output\", \"value\": 7",
            "value 7 is returned, and no node writes it",
        ),
        (
            "\"outputs\": [3]",
            "\"outputs\": [30]",
            "value 30 is returned, and no node writes it",
        ),
        (
            "\"shape\": [1, 4, 16, 16]}]},",
            "\"shape\": [1, 4, -16, 16]}]},",
            "node \"0 in conv\" (aten::convolution): a size of -16, outside of 0",
        ),
        (
            "[1, 3, 16, 16]",
            "[1, 3, 0, 16]",
            "input \"x\" has 0 entries along axis 2",
        ),
        (
            "[1, 3, 16, 16]",
            "[1, 3, 16, 99999999999]",
            "input \"x\" has 99999999999 entries along axis 3",
        ),
        (
            "[1, 3, 16, 16]",
            "[16]",
            "input \"x\" has 1 axis: it needs batch, channels and 1 to 3 axes",
        ),
        (
            "[1, 3, 16, 16]",
            &wide,
            "input \"x\": a tensor of 41 axes, of at most 32",
        ),
        (
            "\"data\": [0, 1]",
            "\"data\": [0]",
            "constant of value 2: 1 numbers do not fill its shape",
        ),
        ("\"value\": 0", "\"value\": -1", "invalid value"),
        ("\"op\"", "\"operator\"", "unknown field `operator`"),
        (
            "\"bias\": null",
            "\"input\": null",
            "argument `input` is given twice",
        ),
        (
            "\"name\": \"Net\"",
            "\"name\": \"N\\u0007\"",
            "a name with control characters",
        ),
        (
            "\"conv.weight\"",
            "\"conv\\u0007\"",
            "parameter 1 has a name with control characters",
        ),
        (
            "aten::add.Tensor",
            "aten::add\\u0007",
            "node 1 has a name with control characters",
        ),
        (
            "\"name\": \"output\"",
            "\"name\": \"output\\u0007\"",
            "a name with control characters",
        ),
        (
            "{\"self\": 3, \"other\": 3}",
            "3",
            "an object of values by the names of arguments",
        ),
        (
            "\"outputs\": [{\"name\": \"output\", \"value\": 4}]}",
            "\"outputs\"",
            "EOF while parsing",
        ),
        (
            "\"shape\": [1, 4, 16, 16]}]},",
            "\"shape\": [1, 4, 17, 16]}]},",
            "no layer of the model holds positions of its input",
        ),
    ];
    for (from, to, message) in table {
        assert!(SMALL.contains(from), "{from}");
        let text = SMALL.replacen(from, to, 1);
        let error = said(&text).expect_err(to).to_string();
        assert!(error.contains(message), "{to}: {error}");
        assert!(!error.contains(|c: char| c.is_control()), "{error:?}");
    }
}

#[test]
fn numbers_that_no_layer_has_end_positions() {
    for (from, to, message) in [
        (
            "\"dilation\": [2, 2]",
            "\"dilation\": [0, 2]",
            "a dilation that must be at least 1",
        ),
        (
            "\"stride\": [1, 1]",
            "\"stride\": [1, 1, 1]",
            "3 numbers in `stride` for 2",
        ),
        (
            "\"padding\": [2, 2]",
            "\"padding\": [9223372036854775807, 2]",
            "padding past the limit",
        ),
        (
            "\"shape\": [4, 3, 3, 3]",
            "\"shape\": [4]",
            "a weight of unknown size",
        ),
        (
            "aten::convolution",
            "other::conv",
            "conv, which is not known",
        ),
        (
            "aten::convolution",
            "aten::grid_sampler_2d",
            "whose positions depend on data",
        ),
    ] {
        let error = said(&SMALL.replacen(from, to, 1))
            .expect_err(to)
            .to_string();
        assert!(error.contains(message), "{to}: {error}");
    }
}

#[test]
fn options_that_do_not_fit() {
    let said = |options: Options| read(SMALL.as_bytes(), &options).unwrap_err().to_string();
    let sizes = |sizes: &[i64]| Options {
        inputs: Some(sizes.to_vec()),
        ..Options::default()
    };
    assert_eq!(
        said(sizes(&[32, 32])),
        "the model was traced on an input of 16x16: trace it again for another size"
    );
    assert!(read(SMALL.as_bytes(), &sizes(&[16])).is_ok());
    let named = Options {
        input_name: Some("y".to_owned()),
        ..Options::default()
    };
    assert_eq!(said(named), "the model has no input \"y\"; it has \"x\"");
}

#[test]
fn deep_files_are_refused() {
    let deep = format!("{{\"format\": {}", "[".repeat(100_000));
    assert!(matches!(said(&deep), Err(Error::Malformed(..))));
    let deep = SMALL.replacen("[1, 1]", &"[".repeat(100_000), 1);
    assert!(matches!(said(&deep), Err(Error::Malformed(..))));
}

#[test]
fn mutations() {
    let mut numbers = Numbers(11);
    let count = crate::effort::few_or_all(150, 3_000);
    for name in [
        "dcgan_gen",
        "interleaved",
        "shared",
        "unet_valid_crop",
        "windows",
    ] {
        let text = std::fs::read_to_string(recorded(name)).unwrap();
        let digits: Vec<usize> = text
            .bytes()
            .enumerate()
            .filter_map(|(at, byte)| byte.is_ascii_digit().then_some(at))
            .collect();
        for _ in 0..count {
            let mut bytes = text.clone().into_bytes();
            for _ in 0..=numbers.below(3) {
                // Mostly other numbers, which are still a graph.
                let at = if numbers.below(4) > 0 {
                    digits[numbers.below(digits.len())]
                } else {
                    numbers.below(bytes.len())
                };
                let byte = b"0123456789-[]{}\",e"[numbers.below(18)];
                bytes[at] = if bytes[at].is_ascii_digit() && numbers.below(3) > 0 {
                    b'0' + u8::try_from(numbers.below(10)).unwrap()
                } else {
                    byte
                };
            }
            if let Err(error) = read(&bytes[..], &Options::default()) {
                let text = error.to_string();
                assert!(!text.contains(|c: char| c.is_control()), "{text:?}");
            }
        }
    }
}

#[test]
fn the_example_of_the_page() {
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/graph.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once("```json\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let import = said(example).unwrap();
    assert_eq!(import.network.layers.len(), 1);
    assert_eq!(import.names.get("act"), import.names.get("conv"));
    assert_eq!(import.names.get("output"), import.names.get("conv"));
}
