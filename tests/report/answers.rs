//! What `degrid check` answers for published networks: the first sentence, the exit code, the findings and what mends them.
//!
//! Each answer is reasoned out here, and its words are in the snapshots.

use std::fmt::Write as _;
use std::path::Path;

use crate::command::{Folder, check};
use serde_json::Value;

/// The answer, the exit code, each finding with its help, and the edits of `degrid fix`, a line each.
fn told(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ran = check(root, &[path, "--format", "json"], "");
    let json: Value = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}", ran.err));
    let file = &json["files"][0];
    let mut told = format!(
        "{}\nexit {}\n",
        file["answer"]["text"].as_str().unwrap(),
        ran.code
    );
    for finding in file["findings"].as_array().unwrap() {
        let word = |key: &str| finding[key].as_str().unwrap_or("").to_owned();
        writeln!(
            told,
            "{}[{}]: {}",
            word("level"),
            word("rule"),
            word("message")
        )
        .unwrap();
        if finding["help"].is_string() {
            writeln!(told, "  help: {}", word("help")).unwrap();
        }
        for edit in finding["fix"]["edits"].as_array().into_iter().flatten() {
            writeln!(told, "  fix: {}", edit["text"].as_str().unwrap()).unwrap();
        }
    }
    told
}

/// Name of the snapshot, and the file.
const NETWORKS: [(&str, &str); 15] = [
    // 2 after the plain 3x3 of layer2 and layer3.0 at the same stride, 4 after 2: the reach is past each step. Exits 0, and the facts of
    // the paper are notes.
    ("resnet50_os8", "tests/data/answers/resnet50-os8.toml"),
    ("resnet101_os8", "tests/data/answers/resnet101-os8.toml"),
    // The same without the first blocks of the port: every block of res4 has 2, of res5 4. The four plain ones of res3 fill both.
    ("resnet101_uniform", "configs/resnet101-uniform.toml"),
    // 2, 4, 8 and 6, 12, 18 after 23 plain blocks at stride 16, whose reach is 47. The pool of the head is left out, and said to be.
    ("deeplabv3", "configs/deeplabv3.toml"),
    // The same encoder; the decoder reads an upsampled map, whose positions all differ (33 made 129), so each is looked at.
    ("deeplabv3plus", "tests/data/answers/deeplabv3plus.toml"),
    // The bins of the pyramid overlap in boxes of which none holds the others, but on 473 positions they leave nothing out.
    ("pspnet", "tests/data/answers/pspnet.toml"),
    // The paper shows artifacts of DRN-A and lays them to its max-pooling and to the lack of plain layers at the end; positions are not
    // skipped, as the plain layers of group3 stand at the same stride.
    ("drn_a_18", "tests/data/answers/drn-a-18.toml"),
    // C and D add layers that step the dilation down again; nothing is skipped before them either.
    ("drn_c_26", "tests/data/answers/drn-c-26.toml"),
    ("drn_d_22", "configs/drn-d.toml"),
    // 5, 9, 17 leaves 36 holes alone and none after 1, 2, 5, 9 at the same stride.
    ("tusimple_hdc", "configs/tusimple-hdc.toml"),
    // Rates 1, 2, 4, 8, 16 side by side after a stride: nine taps each of a box of 33x33. The next stage strides again, so the holes stay.
    ("espnet_c", "configs/espnet-c.toml"),
    // The branches after each of the first two upsamplings skip positions of it; interpolated from the map before, all of the input is read.
    ("hifigan_v3", "configs/hifigan-v3.toml"),
    // No dilation, many resolutions: the streams that are fused read boxes, the widest of which holds the others.
    ("hrnet", "tests/data/answers/hrnet.toml"),
    // Two taps and doubling: 1, 2, 4, ... is exactly within reach.
    ("wavenet", "configs/wavenet.toml"),
    // Cropped skips have the centre of the decoder's map, so that their boxes lie within its boxes.
    ("unet_valid", "configs/unet.toml"),
];

#[test]
fn published_networks() {
    for (name, path) in NETWORKS {
        insta::assert_snapshot!(format!("answer_{name}"), told(path), path);
    }
}

/// The answers that no published network gives.
#[test]
fn other_answers() {
    let folder = Folder::new("answers");
    let stem = "[[stage]]\nname = \"stem\"\nlayers = [{ kernel = 3, stride = 2, padding = 1 }]\n";
    let body = |dilations: &str| format!("[[stage]]\nname = \"body\"\ndilations = {dilations}\n");
    let pooled = "[[stage]]\nname = \"head\"\nlayers = [{ branches = [[{ kernel = 3 }], [{ op = \"global-pool\" }]], merge = \"concat\" }]\n";
    let texts = [
        // Behind a 3x3 of stride 2, each position of the map covers three of the input: 7 of them, 4 apart, leave a gap of one.
        ("the input has holes too", format!("{stem}{}", body("[2, 2, 2]"))),
        // Of 11 positions 1 and 9 are missed; the stem reads five for each position, so that the neighbours read theirs.
        (
            "the input is fully read",
            format!("{}{}", stem.replace("kernel = 3, stride = 2, padding = 1", "kernel = 5, stride = 2, padding = 2"), body("[2, 3]")),
        ),
        // Two outputs: the first has holes, which both are told of.
        (
            "several outputs",
            format!(
                "outputs = [\"one\", \"two\"]\n{}[[stage]]\nname = \"two\"\ndilations = [1]\n",
                body("[3]").replace("body", "one")
            ),
        ),
        (
            "several outputs without holes",
            format!(
                "outputs = [\"one\", \"two\"]\n{}[[stage]]\nname = \"two\"\ndilations = [2]\n",
                body("[1]").replace("body", "one")
            ),
        ),
        // 1x7 beside 7x1: 13 of 49.
        (
            "a cross",
            "[[stage]]\nlayers = [{ branches = [[{ kernel = [1, 7] }], [{ kernel = [7, 1] }]], merge = \"add\" }]\n".to_owned(),
        ),
        // A 1x1 of stride 2 reads every second position; the 3x3 after it reads three of five.
        (
            "a stride that skips",
            "[[stage]]\nlayers = [{ kernel = 1, stride = 2, padding = 0 }, { kernel = 3 }]\n".to_owned(),
        ),
        // 25 positions made 97: one output stands on position 12 alone, all others between two.
        (
            "a resize that meets a position",
            format!("input = [97]\n[[stage]]\nlayers = [{{ kernel = 7, stride = 4, padding = 3 }}]\n{}\
                     [[stage]]\nlayers = [{{ op = \"upsample\", like = \"input\", mode = \"linear\" }}]\n", body("[2, 2, 4]")),
        ),
        ("a global pool beside", format!("{}{pooled}", body("[1, 2]"))),
        (
            "all through a global pool",
            format!("{}[[stage]]\nlayers = [{{ op = \"global-pool\" }}, {{ kernel = 1 }}]\n", body("[1, 2]")),
        ),
        // What is left along x is judged; along y there is one position.
        (
            "a global pool along one axis",
            "[[stage]]\nlayers = [{ kernel = 3 }, { op = \"global-pool\", axes = [\"y\"] }, { kernel = [1, 3], dilation = 3 }]\n".to_owned(),
        ),
        // A stride of 3 with one tap writes every third position.
        (
            "outputs that read nothing",
            "[[stage]]\nlayers = [{ op = \"transposed\", kernel = 1, stride = 3 }]\n".to_owned(),
        ),
        ("one axis", format!("{}rules = {{ gridding = \"allow\" }}\n", body("[[1, 1], [1, 4]]"))),
        // 2^24 apart, beside a branch: a set that large is not drawn.
        (
            "too large",
            "dims = 3\n[[stage]]\nname = \"far\"\nlayers = [{ branches = [[{ dilation = 9000000 }], [{ dilation = 9000001 }, { dilation = 9000003 }]], merge = \"add\" }]\n".to_owned(),
        ),
        // Too long to be counted, and told all the same.
        ("long", body("[1, 16000000, 16000000]")),
    ];
    let mut all = String::new();
    for (name, text) in texts {
        folder.file("net.toml", &text);
        let ran = folder.check(&["net.toml", "--format", "json"]);
        let json: Value = serde_json::from_str(&ran.out).unwrap();
        let answer = &json["files"][0]["answer"];
        assert!(answer["text"].is_string(), "{name}: {}", ran.out);
        writeln!(all, "{name}\n  {}", answer["text"].as_str().unwrap()).unwrap();
    }
    insta::assert_snapshot!("other_answers", all);
}

/// The command that a check names draws what it counted, and `show` says the same.
#[test]
fn show_draws_what_the_answer_counts() {
    let folder = Folder::new("drawn");
    let strided = "{ kernel = 3, stride = 2, padding = 1 }";
    let nets = [
        format!(
            "[[stage]]\nname = \"stem\"\nlayers = [{strided}]\n[[stage]]\nname = \"body\"\ndilations = [2, 2]\n"
        ),
        // The run begins and ends inside of stages.
        format!(
            "[[stage]]\nname = \"a b\"\nlayers = [{strided}, {{ dilation = 4 }}]\n[[stage]]\nname = \"c\"\nlayers = [{strided}, {{ kernel = 3 }}]\n"
        ),
        // A run that begins on two maps.
        format!(
            "[[stage]]\nname = \"one\"\nlayers = [{strided}]\n[[stage]]\nname = \"two\"\nfrom = [\"input\"]\nlayers = [{{ op = \"max-pool\", kernel = 2, stride = 2 }}, {{ dilation = 3 }}]\n[[stage]]\nname = \"both\"\nfrom = [\"one\", \"two\"]\ndilations = [4]\n"
        ),
        "[[stage]]\nname = \"body\"\ndilations = [1, 2, 9]\n".to_owned(),
    ];
    for text in nets {
        folder.file("net.toml", &text);
        let ran = folder.check(&["net.toml", "--format", "json"]);
        let json: Value = serde_json::from_str(&ran.out).unwrap();
        let answer = &json["files"][0]["answer"];
        let (map, at) = (
            answer["map"].as_str().unwrap(),
            answer["at"].as_str().unwrap(),
        );
        let human = folder.check(&["net.toml"]).out;
        let drawn = human
            .lines()
            .find_map(|line| line.trim().strip_prefix("to draw it: degrid show "));
        let drawn = drawn.unwrap_or_else(|| panic!("{human}"));
        if map != "input" {
            assert!(drawn.contains("--on"), "{drawn}");
        }
        let args = ["net.toml", "--at", at, "--on", map, "--format", "json"];
        let shown = crate::command::degrid(folder.path(), "show", &args, "");
        let shown: Value =
            serde_json::from_str(&shown.out).unwrap_or_else(|e| panic!("{e} {}", shown.err));
        assert_eq!(
            shown["footprint"]["gridding"], answer["skipped"],
            "{text}{shown:#}"
        );
        assert_eq!(shown["answer"], *answer, "{text}");
    }
}
