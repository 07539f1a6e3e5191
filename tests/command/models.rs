//! Models in place of network files.

use std::path::PathBuf;

use serde_json::Value;

use crate::build::{graph, model, node, numbers};
use crate::command::{Folder, Ran, degrid};

fn data() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/onnx")
}

fn run(command: &str, args: &[&str]) -> Ran {
    degrid(&data(), command, args, "")
}

#[test]
fn a_model_is_checked() {
    let Ran { code, out, .. } = run("check", &["seg_deeplabv3_resnet50.legacy.onnx"]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("m.backbone.layer4   2,4,4"), "{out}");
    // Schedules of guessed stages are not judged.
    assert!(!out.contains("[common-factor]"), "{out}");
    assert!(out.lines().count() < 40, "{out}");
    let Ran { code, out, .. } = run("check", &["hifigan_v3.dynamo.onnx"]);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("skip 18 of 92 positions"), "{out}");
    assert!(out.contains("= note: Conv in rb.0.2.c.1"), "{out}");
}

#[test]
fn what_is_not_followed_is_said() {
    let model = "yolo_yolov8n.legacy.onnx";
    let Ran { code, out, err } = run("check", &[model]);
    assert_eq!(code, 0, "{err}");
    let said = "note[not-followed]: positions are not followed past Concat along positions\n";
    assert!(out.contains(said), "{out}");
    assert!(
        out.contains(" = note: 2 times, first in model.22\n"),
        "{out}"
    );
    assert!(!err.contains("are not followed"), "{err}");
    let check = |format: &str| run("check", &[model, "--format", format]).out;
    let json: Value = serde_json::from_str(&check("json")).unwrap();
    let note = &json["files"][0]["notes"][1];
    assert_eq!(
        note["message"],
        "positions are not followed past Concat along positions"
    );
    assert_eq!(
        (&note["count"], &note["first"]),
        (&2.into(), &"model.22".into())
    );
    assert_eq!(note["ends_positions"], true);
    for format in [
        "concise",
        "github",
        "gitlab",
        "sarif",
        "junit",
        "json-lines",
    ] {
        let out = check(format);
        assert!(
            out.contains("positions are not followed past Concat"),
            "{format}: {out}"
        );
    }
    let Ran { err, .. } = run("show", &[model]);
    let said =
        "note: positions are not followed past Concat along positions (2 times, first in model.22)";
    assert!(err.contains(said), "{err}");
}

/// Nothing is called clean of which nothing was judged.
#[test]
fn a_model_without_layers_is_an_error() {
    let folder = Folder::new("models-unjudged");
    let tensors = [numbers("k", &[1], &[3])];
    for (operator, inputs, why) in [
        ("Relu", "x", ""),
        (
            "NonZero",
            "x",
            ": NonZero, which picks entries by their values (",
        ),
        (
            "TopK",
            "x k",
            ": TopK, which picks entries by their values (",
        ),
    ] {
        let nodes = [node(operator, inputs, "y", &[])];
        let bytes = model(20, &graph(&[1, 4, 12], &nodes, &tensors)).0;
        std::fs::write(folder.path().join("net.onnx"), bytes).unwrap();
        for format in ["human", "json", "sarif", "junit"] {
            let Ran { code, out, .. } = folder.check(&["net.onnx", "--format", format]);
            let said = format!("no layer of the model holds positions of its input{why}");
            assert_eq!(code, 2, "{operator}: {out}");
            assert!(out.contains(&said), "{operator}: {out}");
        }
    }
}

/// A practitioner reads the table of a model of many stages in a plain terminal.
#[test]
fn tables_of_models_fit_a_terminal() {
    let Ran { out, .. } = run("check", &["timm_hrnet_w18_feat.legacy.onnx"]);
    let table: Vec<&str> = out
        .lines()
        .skip_while(|line| !line.starts_with("  stage "))
        .take_while(|line| !line.is_empty())
        .collect();
    let headings: Vec<&str> = table[0]
        .split("  ")
        .filter(|word| !word.is_empty())
        .collect();
    let headings: Vec<&str> = headings.iter().map(|word| word.trim()).collect();
    assert_eq!(
        headings,
        ["stage", "schedule", "in context", "field", "lobe"]
    );
    assert_eq!(
        table
            .iter()
            .filter(|line| line.starts_with("  m.stage2 "))
            .count(),
        1
    );
    assert!(table.iter().all(|line| line.chars().count() <= 80), "{out}");
    let branch = table
        .iter()
        .find(|line| line.contains("m.stage3.0.branches.0"))
        .unwrap();
    assert!(branch.contains("  1 ×8  "), "{branch}");
}

#[test]
fn a_map_of_a_model_is_shown() {
    let args = [
        "tv_resnet18.dynamo.onnx",
        "--at",
        "layer2.0.conv1",
        "--unit",
        "14,14",
        "--format",
        "json",
    ];
    let Ran { code, out, err } = run("show", &args);
    assert_eq!(code, 0, "{err}");
    let shown: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(shown["network"]["output"], serde_json::json!([28, 28]));
    // As autograd says of this position: 87 to 137 along both axes.
    assert_eq!(shown["footprint"]["first"], serde_json::json!([87, 87]));
    assert_eq!(shown["footprint"]["extent"], serde_json::json!([51, 51]));
    let sized = run(
        "show",
        &[
            "tv_resnet18.dynamo.onnx",
            "--input",
            "64x96",
            "--format",
            "json",
        ],
    );
    let shown: Value = serde_json::from_str(&sized.out).unwrap();
    assert_eq!(shown["network"]["output"], serde_json::json!([2, 3]));
}

#[test]
fn faults_of_models_and_options() {
    let folder = Folder::new("models");
    let bytes = std::fs::read(data().join("tv_resnet18.legacy.onnx")).unwrap();
    std::fs::write(folder.path().join("cut.onnx"), &bytes[..5_000]).unwrap();
    folder.file("net.toml", "[[stage]]\ndilations = [1, 2]\n");
    let Ran { code, out, .. } = folder.check(&["cut.onnx"]);
    assert_eq!(code, 2, "{out}");
    assert!(
        out.contains("error: byte 19: a field of 11846 bytes where 4978 are left"),
        "{out}"
    );
    let Ran { code, err, .. } = folder.check(&["net.toml", "--at", "conv1"]);
    assert_eq!(
        (code, err.as_str()),
        (2, "error: `--at` is for models; none is given\n")
    );
    let Ran { code, err, .. } = run("show", &["tv_resnet18.dynamo.onnx", "--input", "0x5"]);
    assert_eq!(code, 2, "{err}");
    assert!(
        err.contains("has 0 entries along axis 2: outside of 1 to 2147483647"),
        "{err}"
    );
}

#[test]
fn models_of_folders_are_asked_for() {
    let folder = Folder::new("models-below");
    let model = data().join("dcgan_gen.legacy.onnx");
    std::fs::copy(model, folder.path().join("generator.ONNX")).unwrap();
    folder.file("net.toml", "[[stage]]\ndilations = [1, 2]\n");
    folder.file(
        "degrid.toml",
        "[rules]\nunwritten-output = \"deny\"\n[target]\nreceptive_field = 999\n",
    );
    let Ran { out, .. } = folder.check(&["."]);
    assert!(out.contains("1 file and 1 stage checked"), "{out}");
    let Ran { code, out, .. } = folder.check(&[".", "--onnx", "--format", "concise"]);
    assert_eq!(code, 1, "{out}");
    // The project's target holds for models too.
    assert!(
        out.contains("generator.ONNX: error[receptive-field-short]"),
        "{out}"
    );
    folder.file("broken.onnx", "no model");
    let Ran { code, out, .. } = folder.check(&[".", "--onnx", "--no-config"]);
    assert_eq!(code, 2, "{out}");
}

#[test]
fn findings_of_a_model_point_at_its_file() {
    let model = "hifigan_v3.legacy.onnx";
    let Ran { out, .. } = run("check", &[model, "--format", "sarif"]);
    let sarif: Value = serde_json::from_str(&out).unwrap();
    let place = &sarif["runs"][0]["results"][0]["locations"][0];
    let physical = &place["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], model);
    assert!(physical.get("region").is_none(), "{place}");
    assert_eq!(place["logicalLocations"][0]["name"], "ups, rb");
    let Ran { out, .. } = run("check", &[model, "--format", "github"]);
    assert!(out.contains(",file=hifigan_v3.legacy.onnx::"), "{out}");
}

#[test]
fn graphs_of_folders_are_found_by_their_ending() {
    let folder = Folder::new("graphs-below");
    let graphs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/graphs");
    std::fs::create_dir(folder.path().join("nets")).unwrap();
    let graph = folder.path().join("nets/erfnet.degrid.json");
    std::fs::copy(graphs.join("erfnet.json"), graph).unwrap();
    // No network, and none of its business.
    folder.file("package.json", "{\"format\": \"degrid-graph\"}");
    let Ran { code, out, err } = folder.check(&[".", "--format", "json"]);
    assert_eq!(code, 0, "{out}{err}");
    let report: Value = serde_json::from_str(&out).unwrap();
    let paths: Vec<_> = report["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| &file["path"])
        .collect();
    assert_eq!(paths, ["nets/erfnet.degrid.json"]);
    // A graph holds nothing that could be mended.
    let fixed = degrid(folder.path(), "fix", &["."], "");
    assert_eq!(fixed.code, 2, "{}", fixed.out);
    folder.file("cut.DEGRID.JSON", "");
    let Ran { code, out, .. } = folder.check(&["."]);
    assert_eq!(code, 2, "{out}");
    assert!(
        out.contains("--> cut.DEGRID.JSON") && !out.contains("ONNX"),
        "{out}"
    );
}

/// The graph of a PyTorch model is read as its ONNX export is.
#[test]
fn traced_models_are_models() {
    let folder = Folder::new("models-traced");
    let graphs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/graphs");
    for name in ["erfnet", "unet_valid_crop"] {
        let file = format!("{name}.json");
        std::fs::copy(graphs.join(&file), folder.path().join(&file)).unwrap();
        let traced = degrid(folder.path(), "show", &[&file, "--format", "json"], "");
        let exported = run(
            "show",
            &[&format!("{name}.dynamo.onnx"), "--format", "json"],
        );
        let [traced, exported] = [traced, exported].map(|ran| {
            let shown: Value = serde_json::from_str(&ran.out).unwrap();
            [
                shown["footprint"].clone(),
                shown["answer"]["gridding"].clone(),
            ]
        });
        assert_eq!(traced, exported);
    }
    let Ran { code, out, .. } = folder.check(&["unet_valid_crop.json", "--at", "d2"]);
    assert_eq!(code, 0, "{out}");
    folder.file("other.json", "{\"a\": 1}");
    let Ran { code, out, .. } = folder.check(&["other.json"]);
    assert_eq!(code, 2, "{out}");
    assert!(out.contains("this JSON is no graph of a model"), "{out}");
    let Ran { code, err, .. } = degrid(
        folder.path(),
        "show",
        &["unet_valid_crop.json", "--input", "99"],
        "",
    );
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("was traced on an input of 252x252"), "{err}");
}

/// A model on standard input is what it is as a file.
#[test]
fn models_on_standard_input() {
    let folder = data().join("../graphs");
    let text = std::fs::read_to_string(folder.join("wavenet.json")).unwrap();
    for (command, format) in [("check", "--format=json"), ("show", "--format=json")] {
        let file = degrid(&folder, command, &[format, "wavenet.json"], "");
        let named = [format, "--stdin-filename=wavenet.json", "-"];
        let stdin = degrid(&folder, command, &named, &text);
        assert_eq!(
            (stdin.code, stdin.out),
            (file.code, file.out),
            "{}",
            stdin.err
        );
    }
    let file = degrid(&folder, "import", &["wavenet.json"], "");
    let stdin = degrid(&folder, "import", &["-"], &text);
    assert_eq!((stdin.code, stdin.out), (file.code, file.out));
    for command in ["show", "import"] {
        let named = degrid(
            &folder,
            command,
            &["wavenet.json", "--stdin-filename=x"],
            "",
        );
        assert_eq!(named.code, 2);
        assert!(named.err.contains("give `-` as the path"), "{}", named.err);
    }
}
