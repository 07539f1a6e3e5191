//! `degrid show --writes` and the resolutions of `degrid show`, through the command.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

/// The command on a file that is given on standard input.
fn show(toml: &str, args: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_degrid"))
        .args(["show", "-"])
        .args(args)
        .env("COLUMNS", "80")
        .env("LC_ALL", "C.UTF-8")
        .env_remove("CLICOLOR_FORCE")
        .env_remove("COLORTERM")
        .env_remove("NO_COLOR")
        .env("TERM", "xterm-256color")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    // A command that refuses its options does not read.
    if let Err(error) = input.write_all(toml.as_bytes()) {
        assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe);
    }
    drop(input);
    child.wait_with_output().unwrap()
}

fn text(toml: &str, args: &[&str]) -> String {
    let output = show(toml, args);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn values(toml: &str, args: &[&str]) -> Value {
    serde_json::from_str(&text(toml, &[args, &["--format", "json"]].concat())).unwrap()
}

fn transposed(k: i64, s: i64, d: i64, dims: i64) -> String {
    format!(
        "dims = {dims}\n[[stage]]\nname = \"up\"\nlayers = [{{ op = \"transposed\", kernel = {k}, stride = {s}, dilation = {d} }}]\n"
    )
}

#[test]
fn writes_per_phase() {
    for (k, s, d, phases, contrast) in [
        (3, 2, 1, json!([2, 1]), json!(2.0)),
        (4, 2, 2, json!([4, 0]), json!(null)),
        (5, 2, 1, json!([3, 2]), json!(1.5)),
        (5, 3, 1, json!([2, 2, 1]), json!(2.0)),
        (2, 3, 1, json!([1, 1, 0]), json!(null)),
        (16, 8, 1, json!([2, 2, 2, 2, 2, 2, 2, 2]), json!(1.0)),
        (6, 4, 2, json!([3, 0, 3, 0]), json!(null)),
        (4, 2, 3, json!([2, 2]), json!(1.0)),
    ] {
        let shown = values(&transposed(k, s, d, 1), &["--writes"]);
        assert_eq!(shown["version"], 2);
        assert_eq!(shown["stages"][0]["name"], "up");
        let writes = &shown["stages"][0]["writes"];
        assert_eq!(writes["phases"], json!([phases]), "k{k}s{s}d{d}");
        assert_eq!(writes["period"], json!([s]));
        assert_eq!(writes["contrast"], json!([contrast]));
        assert_eq!(writes["contrast_of_all"], contrast);
        assert_eq!(writes["borders"], Value::Null);
    }
}

#[test]
fn the_square_over_two_axes() {
    let shown = values(&transposed(3, 2, 1, 2), &["--writes"]);
    let writes = &shown["stages"][0]["writes"];
    assert_eq!(writes["phases"], json!([[2, 1], [2, 1]]));
    assert_eq!(writes["grid"], json!([[4, 2], [2, 1]]));
    assert_eq!(
        (&writes["contrast"], &writes["contrast_of_all"]),
        (&json!([2.0, 2.0]), &json!(4.0))
    );
    assert_eq!(shown["stacked"], Value::Null);
}

#[test]
fn the_product_over_unlike_axes() {
    let file = "[[stage]]\nlayers = [{ op = \"transposed\", kernel = [3, 5], stride = 2 }]\n";
    let writes = &values(file, &["--writes"])["stages"][0]["writes"];
    assert_eq!(writes["contrast"], json!([2.0, 1.5]));
    assert_eq!(writes["contrast_of_all"], json!(3.0));
    assert_eq!(writes["grid"], json!([[6, 4], [3, 2]]));
}

/// Two layers in one stage, and in two: [3,2,3,1] either way. A plain convolution behind an uneven layer spreads its pattern.
#[test]
fn stacked_layers() {
    let layer = "{ op = \"transposed\", kernel = 3, stride = 2 }";
    let one = format!("dims = 1\n[[stage]]\nlayers = [{layer}, {layer}]\n");
    let writes = &values(&one, &["--writes"])["stages"][0]["writes"];
    assert_eq!(writes["phases"], json!([[3, 2, 3, 1]]));

    let two = format!(
        "dims = 1\n[[stage]]\nname = \"a\"\nlayers = [{layer}]\n[[stage]]\nname = \"b\"\nlayers = [{layer}]\n"
    );
    let shown = values(&two, &["--writes"]);
    assert_eq!(shown["stages"].as_array().unwrap().len(), 2);
    assert_eq!(shown["stacked"]["name"], "a … b");
    assert_eq!(shown["stacked"]["writes"]["phases"], json!([[3, 2, 3, 1]]));

    let conv = format!("dims = 1\n[[stage]]\nlayers = [{layer}, {{ kernel = 3 }}]\n");
    let writes = &values(&conv, &["--writes"])["stages"][0]["writes"];
    assert_eq!(writes["phases"], json!([[4, 5]]));
}

/// A branch beside the transposed layer: [2,1]⊗[2,1] and one path more each, which is no product.
#[test]
fn branches() {
    let file = "[[stage]]\nlayers = [{ branches = [[{ op = \"transposed\", kernel = 3, stride = 2 }], [{ op = \"upsample\", factor = 2, mode = \"nearest\" }]], merge = \"add\" }]\n";
    let writes = &values(file, &["--writes"])["stages"][0]["writes"];
    assert_eq!(writes["is_product"], false);
    assert_eq!(writes["grid"], json!([[5, 3], [3, 2]]));
    assert_eq!(writes["contrast_of_all"], json!(2.5));
    assert_eq!(
        (&writes["phases"][0], &writes["unit"][0]),
        (&json!([8, 5]), &json!(2))
    );
}

#[test]
fn interior_against_borders() {
    let file = "input = [4]\ndims = 1\n[[stage]]\nname = \"up\"\nlayers = [{ op = \"transposed\", kernel = 4, stride = 2 }]\n";
    let writes = &values(file, &["--writes"])["stages"][0]["writes"];
    assert_eq!(
        writes["borders"],
        json!([{ "size": 10, "interior": [2, 7], "least": 1, "most": 1, "inside": 2, "unit": 1 }])
    );
    let shown = text(file, &["--writes"]);
    assert!(shown.contains("4 → 10") && shown.contains("2–7"), "{shown}");
}

#[test]
fn without_a_transposed_layer() {
    let file = "[[stage]]\nname = \"body\"\ndilations = [1, 2]\n";
    let shown = text(file, &["--writes"]);
    assert!(shown.contains("no stage has a transposed layer"), "{shown}");
    let shown = text(file, &["--writes", "--stage", "body"]);
    assert!(
        shown.contains("stage body has no transposed layer"),
        "{shown}"
    );
    assert_eq!(values(file, &["--writes"])["stages"], json!([]));
    let output = show(file, &["--writes", "--stage", "x"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no stage `x`; there are `body`"));
    let output = show(file, &["--writes", "--layers"]);
    assert_eq!(output.status.code(), Some(2));
}

/// The decoders of the published networks, at 80 columns and less: no line is wider.
#[test]
fn published_decoders() {
    let config = |name: &str| {
        let path = format!("{}/configs/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    };
    for name in ["unet", "erfnet", "enet", "hifigan-v3"] {
        let shown = text(&config(name), &["--writes"]);
        let widest = shown
            .lines()
            .map(unicode_width::UnicodeWidthStr::width)
            .max();
        assert!(widest <= Some(80), "{shown}");
        assert!(text(&config(name), &["--writes", "--ascii"]).is_ascii());
    }
    let shown = text(&config("unet"), &["--writes"]);
    assert!(shown.contains("no overlap pattern"), "{shown}");
    insta::assert_snapshot!("erfnet", text(&config("erfnet"), &["--writes"]));
    let coloured = text(
        &config("enet"),
        &["--writes", "--stage", "bottleneck4.0", "--color", "always"],
    );
    insta::assert_snapshot!("enet_in_colour", coloured.replace('\x1b', "␛"));
}

#[test]
fn three_axes() {
    let shown = text(&transposed(3, 2, 1, 3), &["--writes"]);
    assert!(
        shown.contains("up, z = 1") && shown.contains("8 4 8 4"),
        "{shown}"
    );
    assert!(shown.contains("in 3-D"), "{shown}");
}

#[test]
fn resolutions() {
    let net = "input = [64, 64]\n[[stage]]\nname = \"down\"\nlayers = [{ op = \"max-pool\", kernel = 2, stride = 2 }, { op = \"max-pool\", kernel = 2, stride = 2 }]\n[[stage]]\nname = \"up\"\nlayers = [{ op = \"upsample\", factor = 4 }]\n";
    let shown = values(net, &[]);
    assert_eq!(
        shown["resolution"],
        json!({ "downsampling": ["4", "4"], "smallest_object": ["4", "4"] })
    );
    assert_eq!(shown["stages"][0]["size"], json!([16, 16]));
    assert_eq!(shown["stages"][1]["size"], json!([64, 64]));
    let lines = text(net, &[]);
    assert!(
        lines.contains("total downsampling 4 (stage down); smallest object that stays separate: 4"),
        "{lines}"
    );
    assert!(lines.contains("16×16"), "{lines}");

    let skip = format!(
        "{net}[[stage]]\nname = \"merged\"\nfrom = [\"up\", \"input\"]\nlayers = [{{ kernel = 3 }}]\n"
    );
    let shown = values(&skip, &[]);
    assert_eq!(shown["resolution"]["smallest_object"], json!(["1", "1"]));
    assert_eq!(shown["resolution"]["downsampling"], json!(["4", "4"]));
    assert_eq!(
        values("[[stage]]\ndilations = [1]\n", &[])["stages"][0]["size"],
        Value::Null
    );
}
