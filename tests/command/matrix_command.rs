//! `degrid matrix`, through the command.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

const KERNEL: &str = "1 4 1; 1 4 3; 3 3 1";
const MAP: &str = "4 5 8 7; 1 8 8 8; 3 6 6 4; 6 5 7 8";

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_degrid"))
        .arg("matrix")
        .args(args)
        .output()
        .unwrap()
}

fn values(args: &[&str]) -> Value {
    let output = run(&[args, &["--format", "json"]].concat());
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_worked_example() {
    let shown = values(&["--kernel", KERNEL, "--input", "4x4", "--apply", MAP]);
    assert_eq!(
        (&shown["version"], &shown["transposed"]),
        (&json!(2), &json!(false))
    );
    assert_eq!(
        (&shown["input"], &shown["output"]),
        (&json!([4, 4]), &json!([2, 2]))
    );
    assert_eq!(
        (&shown["rows"], &shown["columns"], &shown["entries"]),
        (&json!(4), &json!(16), &json!(36))
    );
    assert_eq!(
        shown["matrix"][3],
        json!([
            0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 4.0, 1.0, 0.0, 1.0, 4.0, 3.0, 0.0, 3.0, 3.0, 1.0
        ])
    );
    assert_eq!(shown["product"], json!([[122.0, 148.0], [126.0, 134.0]]));

    let turned = |map| {
        values(&[
            "--kernel",
            KERNEL,
            "--input",
            "4x4",
            "--transpose",
            "--apply",
            map,
        ])
    };
    let up = turned("2 1; 4 4");
    assert_eq!((&up["rows"], &up["columns"]), (&json!(16), &json!(4)));
    assert_eq!(up["matrix"][0], json!([1.0, 0.0, 0.0, 0.0]));
    assert_eq!(
        up["product"],
        json!([
            [2.0, 9.0, 6.0, 1.0],
            [6.0, 29.0, 30.0, 7.0],
            [10.0, 29.0, 33.0, 13.0],
            [12.0, 24.0, 16.0, 4.0]
        ])
    );
    assert_eq!(
        turned("122 148; 126 134")["product"],
        json!([
            [122.0, 636.0, 714.0, 148.0],
            [248.0, 1274.0, 1620.0, 578.0],
            [492.0, 1448.0, 1480.0, 550.0],
            [378.0, 780.0, 528.0, 134.0]
        ])
    );
}

#[test]
fn one_of_anything_is_singular() {
    let output = run(&["--kernel", "2", "--input", "1x1"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let first = text.lines().next().unwrap();
    let size = "1×1 = 1 row, 1×1 = 1 column, 1 entry not zero";
    assert!(first.ends_with(size), "{text}");
}

#[test]
fn settings_and_sizes() {
    let shown = values(&[
        "--kernel",
        "1 2 1",
        "--input",
        "9",
        "--stride",
        "2",
        "--padding",
        "1",
    ]);
    assert_eq!(
        (&shown["input"], &shown["output"]),
        (&json!([9]), &json!([5]))
    );
    let shown = values(&[
        "--kernel",
        "1 2; 3 4",
        "--input",
        "6x7",
        "--stride",
        "2,1",
        "--dilation",
        "1,3",
    ]);
    assert_eq!(shown["output"], json!([3, 4]));
    // The size of the map that it is applied to.
    let shown = values(&["--kernel", KERNEL, "--apply", MAP]);
    assert_eq!(shown["input"], json!([4, 4]));
    assert_eq!(shown["product"][0], json!([122.0, 148.0]));
    let shown = values(&["--kernel=-1 0.5", "--input", "3"]);
    assert_eq!(shown["matrix"], json!([[-1.0, 0.5, 0.0], [0.0, -1.0, 0.5]]));
    assert_eq!(shown["product"], Value::Null);
}

#[test]
fn files() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (csv, npy) = (folder.join("matrix.csv"), folder.join("matrix.npy"));
    let output = run(&[
        "--kernel",
        "1 2",
        "--input",
        "3",
        "--transpose",
        "-o",
        csv.to_str().unwrap(),
    ]);
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("wrote "));
    let table = std::fs::read_to_string(&csv).unwrap();
    assert_eq!(table, "row,column,weight\n0,0,1\n1,0,2\n1,1,1\n2,1,2\n");

    let output = run(&[
        "--kernel",
        "1 2",
        "--input",
        "3",
        "--transpose",
        "-o",
        npy.to_str().unwrap(),
    ]);
    assert!(output.status.success());
    let bytes = std::fs::read(&npy).unwrap();
    assert!(String::from_utf8_lossy(&bytes[..128]).contains("(3, 2)"));
    let values: Vec<f64> = bytes[128..]
        .chunks_exact(8)
        .map(|b| f64::from_le_bytes(b.try_into().unwrap()))
        .collect();
    assert_eq!(values, [1.0, 0.0, 2.0, 1.0, 0.0, 2.0]);
    // Too large to be printed, and still written sparse.
    let output = run(&[
        "--kernel",
        KERNEL,
        "--input",
        "64x64",
        "-o",
        csv.to_str().unwrap(),
    ]);
    assert!(output.status.success());
    let table = std::fs::read_to_string(&csv).unwrap();
    assert_eq!(table.lines().count(), 1 + 62 * 62 * 9);
}

#[test]
fn mistakes_are_told() {
    for (args, message) in [
        (
            &["--kernel", KERNEL][..],
            "Add its size, such as `--input 4x4`",
        ),
        (
            &["--kernel", "1 x; 2 3", "--input", "4x4"],
            "--kernel: row 1, entry 2: `x` is not a finite number",
        ),
        (
            &["--kernel", "1 2; 3", "--input", "4x4"],
            "--kernel: row 2 has 1 numbers, row 1 has 2",
        ),
        (
            &["--kernel", "1 2; 3 4", "--input", "4"],
            "--kernel: the text has 2 axes",
        ),
        (
            &["--kernel", "1", "--input", "4x0"],
            "--input: axis 1: `0` is not a number of positions",
        ),
        (
            &["--kernel", KERNEL, "--input", "2x2"],
            "the map shrinks below 1",
        ),
        (
            &["--kernel", KERNEL, "--input", "4x4", "--apply", "1 2; 3 4"],
            "--apply: the map is 2×2, and the matrix is for one of 4×4",
        ),
        (
            &["--kernel", KERNEL, "--input", "4x4", "--stride", "0"],
            "--stride: ",
        ),
        (
            &["--kernel", KERNEL, "--input", "4x4", "--stride", "1,2,3"],
            "--stride has 3 numbers, and the map 2 axes",
        ),
        (
            &["--kernel", KERNEL, "--input", "4x4", "--padding", "-1"],
            "padding on axis 0 is -1",
        ),
        (
            &["--kernel", KERNEL, "--input", "4x4", "-o", "x.txt"],
            "the ending must be .npy or .csv",
        ),
        (
            &["--kernel", KERNEL, "--input", "4096x4096"],
            "a matrix of 16760836×16777216 = 281200165912576 cells is too large to print",
        ),
        (
            &[
                "--kernel",
                KERNEL,
                "--input",
                "4096x4096",
                "-o",
                "never-written.npy",
            ],
            "16760836×16777216",
        ),
    ] {
        let output = run(args);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(error.contains(message), "{args:?}: {error}");
        assert!(output.stdout.is_empty());
    }
}
