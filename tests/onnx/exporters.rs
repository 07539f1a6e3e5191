//! Both of PyTorch's exporters say the same of a model; so do other ways to write it down.

use std::fs::File;
use std::io::Cursor;

use degrid::network::Network;
use degrid::onnx::{Options, read};

use crate::truth::data;

/// Layers, stages and outputs as text: all that a network is but its name.
pub fn described(network: &Network) -> String {
    let layers = network
        .layers
        .iter()
        .map(|layer| format!("{:?} {:?} {:?}\n", layer.stage, layer.op, layer.inputs));
    let stages = network
        .stages
        .iter()
        .map(|stage| format!("{} {:?}\n", stage.name, stage.layers));
    let outputs = format!("{:?} {:?}\n", network.input, network.outputs);
    layers.chain(stages).chain([outputs]).collect()
}

fn stem(file: &str) -> Option<&str> {
    file.strip_suffix(".dynamo.onnx")
}

#[test]
fn both_exporters_give_the_same_layers() {
    let mut compared = 0;
    for entry in std::fs::read_dir(data("")).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let Some(legacy) = stem(&file).map(|stem| data(&format!("{stem}.legacy.onnx"))) else {
            continue;
        };
        if !legacy.exists() {
            continue;
        }
        let [one, other] = [data(&file), legacy].map(|path| {
            let import = read(File::open(path).unwrap(), &Options::default()).unwrap();
            described(&import.network)
        });
        assert!(one == other, "{file} differs:\n{one}\nlegacy:\n{other}");
        compared += 1;
    }
    assert!(compared >= 14, "only {compared}");
}

/// An export without fixed sizes, given one, is the export at that size: sizes that are computed come out as those that were written down.
#[test]
fn open_sizes_give_the_same_layers() {
    let mut compared = 0;
    for entry in std::fs::read_dir(data("sizes")).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let Some((name, exporter)) = file.split_once(".static.") else {
            continue;
        };
        let fixed = |inputs: Option<Vec<i64>>, kind: &str| {
            let path = data(&format!("sizes/{name}.{kind}.{exporter}"));
            let options = Options {
                inputs,
                ..Options::default()
            };
            read(File::open(path).unwrap(), &options)
        };
        let one = fixed(None, "static").unwrap();
        let error = fixed(None, "dynamic").unwrap_err().to_string();
        assert!(
            error.contains("has no fixed size along axis 2"),
            "{file}: {error}"
        );
        let size = one.network.input.unwrap().to_vec();
        let other = fixed(Some(size), "dynamic").unwrap();
        let (one_said, other_said) = (described(&one.network), described(&other.network));
        assert!(
            one_said == other_said,
            "{file}:\n{one_said}\nwithout sizes:\n{other_said}"
        );
        let ends = |import: &degrid::onnx::Import| import.notes.iter().filter(|n| n.ends).count();
        assert_eq!((ends(&one), ends(&other)), (0, 0), "{file}");
        compared += 1;
    }
    assert_eq!(compared, 12);
}

/// The causal convolutions of a temporal network are padded on both sides and cut: no branch of it is out of place.
#[test]
fn padding_that_is_cut_off_again() {
    let import = read(
        File::open(data("tcn_locuslab.legacy.onnx")).unwrap(),
        &Options::default(),
    )
    .unwrap();
    let policy = degrid::Policy::default();
    let findings = degrid::check(&import.network, &policy).findings;
    let ids: Vec<&str> = findings.iter().map(|finding| finding.rule.id).collect();
    assert!(!ids.contains(&"misaligned-branches"), "{ids:?}");
}

#[test]
fn another_size_of_the_input() {
    let options = Options {
        inputs: Some(vec![96, 64]),
        ..Options::default()
    };
    let import = read(
        File::open(data("tv_resnet18.dynamo.onnx")).unwrap(),
        &options,
    )
    .unwrap();
    let output = import.network.facts(import.network.outputs[0]);
    assert_eq!(&output.size.unwrap()[..], [3, 2]);
    let names = |name: &str| import.names.get(name).copied();
    assert_eq!(names("layer4"), Some(import.network.outputs[0]));
    assert_eq!(names("layer4.1"), names("layer4"));
    assert_eq!(import.places.len(), import.network.layers.len());
}

#[test]
fn what_is_recognised() {
    for entry in std::fs::read_dir(data("")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let is_model = path.extension().is_some_and(|e| e == "onnx");
        assert_eq!(degrid::onnx::recognises(&bytes[..64]), is_model, "{path:?}");
    }
}

#[test]
fn options_that_do_not_fit() {
    let bytes = std::fs::read(data("tv_resnet18.legacy.onnx")).unwrap();
    let said = |options: Options| read(Cursor::new(&bytes), &options).unwrap_err().to_string();
    let at = |name: &str| Options {
        at: vec![name.to_owned()],
        ..Options::default()
    };
    assert_eq!(
        said(at("layer9")),
        "no module, node, value or stage of the model is called \"layer9\""
    );
    let input = Options {
        input_name: Some("image".to_owned()),
        ..Options::default()
    };
    assert_eq!(
        said(input),
        "the model has no input \"image\"; it has \"input.1\""
    );
    let size = Options {
        inputs: Some(vec![1, 2, 3]),
        ..Options::default()
    };
    assert_eq!(
        said(size),
        "3 sizes for input \"input.1\", which has 2 axes of positions"
    );
}

#[test]
fn stages_are_modules() {
    let stages = |file: &str| -> Vec<String> {
        let import = read(File::open(data(file)).unwrap(), &Options::default()).unwrap();
        import
            .network
            .stages
            .iter()
            .map(|stage| stage.name.clone())
            .collect()
    };
    assert_eq!(
        stages("seg_deeplabv3_resnet50.dynamo.onnx"),
        [
            "m.backbone.conv1",
            "m.backbone.maxpool",
            "m.backbone.layer1",
            "m.backbone.layer2",
            "m.backbone.layer3",
            "m.backbone.layer4",
            "m.classifier",
            "m",
        ]
    );
    // Filters, gates, residuals and skips in turns are one stage.
    assert_eq!(stages("wavenet.legacy.onnx"), ["inp", "f, g, k, r", "o"]);
    // What the model does itself is called by its operators.
    assert_eq!(
        stages("unet_valid_crop.legacy.onnx")[..3],
        ["d1", "MaxPool", "d2"]
    );
    assert_eq!(
        stages("hifigan_v3.legacy.onnx")[..3],
        ["pre", "ups, rb", "ups, rb (2)"]
    );
    assert!(stages("timm_hrnet_w18_feat.legacy.onnx").len() < 50);
}
