//! Names that a report prints and that a user gives back: stages, outputs, and what was probably meant.

use std::fs::File;

use degrid::onnx::{Error, Import, Options, read};

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
