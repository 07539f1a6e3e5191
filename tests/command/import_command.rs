//! `degrid import`: the file that it writes of a model says what the model says.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::build::{Attr, graph, model, node, numbers, weight};
use crate::command::{Folder, Ran, degrid};

fn data() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/onnx")
}

fn json(folder: &Path, command: &str, file: &str) -> (i32, Value) {
    let Ran { code, out, err } = degrid(folder, command, &[file, "--format", "json"], "");
    let read = serde_json::from_str(&out);
    (
        code,
        read.unwrap_or_else(|error| panic!("{command} {file}: {error}: {err}")),
    )
}

/// Findings of each rule, but of those that look at the schedule of a stage: a stage of a model may be several of its file, and such rules are
/// silent on models, or tell equal stages once.
fn findings(checked: &Value) -> BTreeMap<String, usize> {
    const OF_STAGES: [&str; 4] = [
        "borrowed-coverage",
        "common-factor",
        "max-distance",
        "not-sawtooth",
    ];
    let mut counts = BTreeMap::new();
    for finding in checked["files"][0]["findings"].as_array().unwrap() {
        let rule = finding["rule"].as_str().unwrap();
        if !OF_STAGES.contains(&rule) {
            *counts.entry(rule.to_owned()).or_default() += 1;
        }
    }
    counts
}

#[test]
fn files_of_models_say_what_the_models_say() {
    let folder = Folder::new("import");
    let mut models: Vec<String> = std::fs::read_dir(data())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| Path::new(name).extension().is_some_and(|e| e == "onnx"))
        .collect();
    models.sort();
    assert!(models.len() >= 30, "{}", models.len());
    for model in &models {
        let file = folder.path().join(format!("{model}.toml"));
        let file = file.to_str().unwrap();
        let Ran { code, err, .. } = degrid(&data(), "import", &[model, "-o", file], "");
        assert_eq!(code, 0, "{model}: {err}");
        // What both exporters write is one network: looked at once.
        let other = model.replace(".dynamo.", ".legacy.");
        if other != *model && models.contains(&other) {
            continue;
        }
        let ((code, of_model), (again, of_file)) =
            (json(&data(), "check", model), json(&data(), "check", file));
        assert_eq!(code, again, "{model}");
        assert_eq!(findings(&of_model), findings(&of_file), "{model}");
        let (of_model, of_file) = (
            json(&data(), "show", model).1,
            json(&data(), "show", file).1,
        );
        assert_eq!(of_model["footprint"], of_file["footprint"], "{model}");
        for key in ["dims", "input", "output", "jump", "receptive_field"] {
            let (a, b) = (&of_model["network"][key], &of_file["network"][key]);
            assert_eq!(a, b, "{model}: {key}");
        }
    }
}

#[test]
fn an_imported_file_is_fixed() {
    let folder = Folder::new("import-fix");
    let file = folder.path().join("net.toml");
    let file = file.to_str().unwrap();
    let model = "hifigan_v3.dynamo.onnx";
    let Ran { code, err, .. } = degrid(&data(), "fix", &[model], "");
    assert_eq!(code, 2);
    assert!(
        err.contains("fix the network file that `degrid import` writes of it"),
        "{err}"
    );
    let Ran { code, out, .. } = degrid(&data(), "import", &[model, "-o", file], "");
    assert_eq!((code, out), (0, format!("wrote {file}\n")));
    let Ran { code, err, .. } = degrid(&data(), "fix", &[file, "--shrink", "--write"], "");
    assert_eq!(code, 0, "{err}");
    assert_eq!(degrid(&data(), "check", &[file], "").code, 0);
}

/// A layer that the format has no words for is named, and no file is written; the part before it is.
#[test]
fn what_a_file_cannot_say() {
    let folder = Folder::new("import-unsayable");
    let attributes = [
        ("mode", Attr::Text("linear")),
        ("coordinate_transformation_mode", Attr::Text("half_pixel")),
    ];
    let nodes = [
        node("Conv", "x body.conv.weight", "c", &[]),
        node("Resize", "c _ _ sizes", "small", &attributes),
        node("Conv", "small head.conv.weight", "y", &[]),
    ];
    let tensors = [
        weight("body.conv.weight", &[4, 4, 3], 1),
        weight("head.conv.weight", &[4, 4, 3], 1),
        numbers("sizes", &[3], &[1, 4, 6]),
    ];
    let bytes = model(20, &graph(&[1, 4, 14], &nodes, &tensors)).0;
    std::fs::write(folder.path().join("net.onnx"), bytes).unwrap();
    let run = |args: &[&str]| degrid(folder.path(), "import", args, "");
    let Ran { code, out, err } = run(&["net.onnx", "-o", "net.toml"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(
        err,
        "error: net.onnx: Resize in small: it makes a map smaller by interpolation, which a network file cannot say\n"
    );
    assert!(!folder.path().join("net.toml").exists());
    let Ran { code, out, err } = run(&["net.onnx", "--at", "body.conv"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let said =
        "input = [14]\n\n[[stage]]\nname = \"body.conv\"\nlayers = [{ kernel = 3, padding = 0 }]\n";
    assert_eq!(out, said);
}

#[test]
fn options_and_faults() {
    let model = "tv_resnet18.dynamo.onnx";
    let args = [model, "--input", "64x96", "--at", "layer2.0.conv1"];
    let Ran { code, out, err } = degrid(&data(), "import", &args, "");
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("input = [64, 96]\n"), "{out}");
    assert!(
        out.ends_with("layers = [{ kernel = 3, stride = 2, padding = 1 }]\n"),
        "{out}"
    );
    let checked = degrid(&data(), "check", &["-"], &out);
    assert_eq!(checked.code, 0, "{}", checked.out);
    let folder = Folder::new("import-faults");
    folder.file("net.toml", "[[stage]]\ndilations = [1, 2]\n");
    for (file, message) in [
        (
            "net.toml",
            "error: net.toml: this is no model: neither ONNX nor a traced graph\n",
        ),
        ("none.onnx", "error: none.onnx: cannot read the file: "),
    ] {
        let Ran { code, err, .. } = degrid(folder.path(), "import", &[file], "");
        assert_eq!(code, 2);
        assert!(err.starts_with(message), "{err}");
    }
    let Ran { code, err, .. } = degrid(&data(), "import", &[model, "-o", "none/net.toml"], "");
    assert_eq!(code, 2);
    assert!(
        err.starts_with("error: cannot write none/net.toml: "),
        "{err}"
    );
}
