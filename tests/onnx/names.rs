//! Names that a report prints and that a user gives back: stages, outputs, and what was probably meant.

use std::fs::File;

use degrid::footprint::receptive_field;
use degrid::onnx::{Error, Import, Options, read};

use crate::build::{Attr, graph, model, node, weight};
use crate::operators::import;
use crate::truth::data;

fn ended_at(file: &str, name: &str) -> Result<Import, Error> {
    let options = Options {
        at: vec![name.to_owned()],
        ..Options::default()
    };
    read(File::open(data(file)).unwrap(), &options)
}

#[test]
fn every_map_that_a_report_names() {
    let files = [
        "tcn_locuslab.legacy.onnx",
        "erfnet.dynamo.onnx",
        "yolo_yolov8n.legacy.onnx",
        "unet_valid_crop.dynamo.onnx",
        "wavenet.legacy.onnx",
    ];
    let mut checked = 0;
    for file in files {
        let import = read(File::open(data(file)).unwrap(), &Options::default()).unwrap();
        let network = &import.network;
        let stages = network.stages.iter().map(|stage| stage.output);
        for map in stages.chain(network.outputs.iter().copied()) {
            let name = network.map_name(map);
            if !network.has_position(map) {
                continue;
            }
            let part = ended_at(file, &name)
                .unwrap_or_else(|e| panic!("{file}: {e}"))
                .network;
            assert_eq!(part.outputs.len(), 1, "{file} at {name}");
            assert!(part.cut.is_empty(), "{file} at {name}");
            let (is, was) = (part.facts(part.outputs[0]), network.facts(map));
            assert_eq!(is.size, was.size, "{file} at {name}");
            assert_eq!(is.receptive_field, was.receptive_field, "{file} at {name}");
            checked += 1;
        }
    }
    assert!(checked > 40, "{checked}");
}

#[test]
fn the_map_after_a_layer_of_a_stage() {
    let file = "tcn_locuslab.legacy.onnx";
    let import = read(File::open(data(file)).unwrap(), &Options::default()).unwrap();
    let stage = &import.network.stages[0];
    let first = ended_at(file, &format!("{}/1", stage.name))
        .unwrap()
        .network;
    assert_eq!(first.layers.len(), 1);
}

#[test]
fn a_name_that_nothing_has() {
    let error = ended_at("tcn_locuslab.legacy.onnx", "netwrk.9").unwrap_err();
    let said = "no module, node, value or stage of the model is called \"netwrk.9\"";
    assert_eq!(error.to_string(), said);
    let Error::Name { known, .. } = error else {
        panic!("{error:?}")
    };
    assert!(known.iter().any(|name| name == "0"), "{known:?}");
}

/// The parts of a module that read different maps are one stage: its input is one that its output is computed from.
#[test]
fn a_stage_of_parallel_parts_has_a_field() {
    let around = [("pads", Attr::Ints(&[1, 1]))];
    let pool = [
        ("kernel_shape", Attr::Ints(&[5])),
        ("pads", Attr::Ints(&[2, 2])),
    ];
    let nodes = [
        node("MaxPool", "x", "p", &pool),
        node("Conv", "p lv.0.weight", "a", &around),
        node("Conv", "x lv.1.weight", "b", &around),
        node("Add", "a b", "y", &[]),
    ];
    let tensors = [
        weight("lv.0.weight", &[4, 4, 3], 1),
        weight("lv.1.weight", &[4, 4, 3], 1),
    ];
    let network = import(&model(20, &graph(&[1, 4, 12], &nodes, &tensors)))
        .unwrap()
        .network;
    let stage = network.stages.iter().find(|stage| stage.name == "lv");
    let stage = stage.unwrap();
    let field = receptive_field(&network, stage.input, stage.output);
    assert_eq!(field.unwrap()[..], [3]);
    // A pool beside a map is no input of a stage that both go through.
    let nodes = [
        node("GlobalAveragePool", "x", "p", &[]),
        node("Conv", "x s.0.weight", "a", &around),
        node("Add", "p a", "b", &[]),
        node("Add", "b x", "c", &[]),
        node("Conv", "c t.0.weight", "y", &around),
    ];
    let tensors = [
        weight("s.0.weight", &[4, 4, 3], 1),
        weight("t.0.weight", &[4, 4, 3], 1),
    ];
    let network = import(&model(20, &graph(&[1, 4, 12], &nodes, &tensors)))
        .unwrap()
        .network;
    for stage in &network.stages {
        let field = receptive_field(&network, stage.input, stage.output);
        let is_zero = field.is_some_and(|field| field.contains(&0));
        assert!(!is_zero, "{}: {field:?}", stage.name);
    }
}
