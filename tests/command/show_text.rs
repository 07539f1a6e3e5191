//! Whole grids as `degrid show` prints them: in colour and without, cropped, scaled, layer by layer, side by side.

use crate::effort::few_or_all;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The command in a known terminal: 80 columns, 24-bit colour where it is asked for.
fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_degrid"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "LINES", "CI"] {
        command.env_remove(name);
    }
    command
        .env("COLUMNS", "80")
        .env("COLORTERM", "truecolor")
        .env("TERM", "xterm-256color")
        .arg("show");
    command
}

fn text(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn shown(args: &[&str]) -> String {
    text(&command().args(args).output().unwrap())
}

fn file(name: &str, toml: &str) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, toml).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A file on standard input, so that no path stands in the title.
fn shown_file(toml: &str, args: &[&str]) -> String {
    let mut child = command()
        .arg("-")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(toml.as_bytes())
        .unwrap();
    text(&child.wait_with_output().unwrap())
}

const ASPP: &str = "[[stage]]\nname = \"aspp\"\nlayers = [{ branches = [[{ kernel = 1 }], [{ dilation = 6 }], [{ dilation = 12 }], [{ dilation = 18 }]], merge = \"concat\" }]\n";

#[test]
fn gridding_without_colour() {
    insta::assert_snapshot!(shown(&["-d", "2,2,2", "-k", "3"]));
}

#[test]
fn gridding_in_colour() {
    let text = shown(&["-d", "2,2", "-k", "3", "--color", "always"]);
    insta::assert_snapshot!(text.replace('\x1b', "␛"));
}

#[test]
fn gridding_in_256_colours() {
    let output = command()
        .env_remove("COLORTERM")
        .args(["-d", "2,2", "--color", "always"])
        .output()
        .unwrap();
    insta::assert_snapshot!(text(&output).replace('\x1b', "␛"));
}

#[test]
fn gridding_in_ascii() {
    let text = shown(&["-d", "2,2,2", "-k", "3", "--ascii"]);
    assert!(text.is_ascii());
    insta::assert_snapshot!(text);
}

#[test]
fn branches() {
    insta::assert_snapshot!(shown_file(ASPP, &[]));
}

#[test]
fn a_cross_is_no_gridding() {
    let cross = "[[stage]]\nlayers = [{ branches = [[{ kernel = [1, 7] }], [{ kernel = [7, 1] }]], merge = \"add\" }]\n";
    insta::assert_snapshot!(shown_file(cross, &[]));
}

#[test]
fn one_axis_with_its_build_up() {
    insta::assert_snapshot!(shown(&["-d", "1,2,4", "-k", "2", "--dims", "1"]));
}

#[test]
fn one_axis_with_holes_in_colour() {
    let text = shown(&["-d", "2,3", "--dims", "1", "--color", "always"]);
    insta::assert_snapshot!(text.replace('\x1b', "␛"));
}

#[test]
fn layers_beside_each_other() {
    insta::assert_snapshot!(shown(&["-d", "1,2,3", "--layers"]));
}

#[test]
fn two_designs() {
    insta::assert_snapshot!(shown(&["-d", "2,2,2", "--compare", "1,2,3"]));
}

#[test]
fn three_axes_cut_through() {
    let cube = "dims = 3\ninput = [9, 9, 9]\n\n[[stage]]\ndilations = [1, 3]\n";
    insta::assert_snapshot!(shown_file(cube, &["--slice", "y=3"]));
}

#[test]
fn cropped_and_scaled() {
    let wide = "input = [12, 300]\n\n[[stage]]\ndilations = [1, 2, 5, 9]\nrepeat = 9\n";
    insta::assert_snapshot!("cropped", shown_file(wide, &[]));
    insta::assert_snapshot!("scaled", shown_file(wide, &["--fit"]));
}

#[test]
fn numbers_for_programs() {
    insta::assert_snapshot!(shown(&["-d", "2,2,2", "-k", "3", "--format", "json"]));
}

#[test]
fn weights_past_the_range_of_floats() {
    let deep = "input = [9, 9]\n\n[[stage]]\ndilations = [1]\nrepeat = 400\n";
    let text = shown_file(deep, &[]);
    assert!(text.contains("path weights pass the range of 64-bit floating point"));
    assert!(text.contains("reads 81 of 9×9 = 81 positions"));
    let path = file("deep.toml", deep);
    let array = Path::new(env!("CARGO_TARGET_TMPDIR")).join("deep.npy");
    let output = command().arg(path).arg("-o").arg(array).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

/// No line is wider than the terminal, at whatever width.
#[test]
fn nothing_is_wrapped() {
    let path = file(
        "wide.toml",
        "input = [200, 400]\n\n[[stage]]\nname = \"a-rather-long-name-of-a-stage\"\ndilations = [1, 2, 5, 9]\nrepeat = 12\n",
    );
    let widths = [40, 200, 80, 60, 120];
    for columns in widths.into_iter().take(few_or_all(2, 5) as usize) {
        for args in [
            &["-d", "1,2,5,9,17"][..],
            &["-d", "1,2,5,9,17,33,65", "--dims", "1"],
            &["-d", "2,2,2", "--compare", "1,2,3,4,5,6,7,8,9"],
            &["-d", "1,2,5,9", "--layers"],
            &[&path],
            &[&path, "--fit"],
            &[&path, "--ascii", "--layers"],
        ] {
            let output = command()
                .env("COLUMNS", columns.to_string())
                .args(args)
                .output()
                .unwrap();
            for line in text(&output).lines() {
                let width = unicode_width::UnicodeWidthStr::width(line);
                assert!(
                    width <= columns,
                    "{width} > {columns} with {args:?}:\n{line}"
                );
            }
        }
    }
}

#[test]
fn colours_only_where_wanted() {
    let schedule = ["-d", "2,2"];
    let is_coloured = |command: &mut Command| {
        let output = command.args(schedule).output().unwrap();
        text(&output).contains('\x1b')
    };
    assert!(!is_coloured(&mut command()), "into a pipe");
    assert!(is_coloured(command().args(["--color", "always"])));
    assert!(!is_coloured(command().args(["--color", "never"])));
    assert!(!is_coloured(command().env("NO_COLOR", "1")));
    assert!(!is_coloured(command().env("TERM", "dumb")));
    assert!(is_coloured(command().env("CLICOLOR_FORCE", "1")));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = command()
        .args(["-d", "1,2,5,9,17,33,65,127", "--fit"])
        .env("COLUMNS", "4000")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut start = [0; 16];
    let mut pipe = child.stdout.take().unwrap();
    pipe.read_exact(&mut start).unwrap();
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
}

#[test]
fn mistakes_are_told() {
    for (args, message) in [
        (&[][..], "nothing to show: name a network file"),
        (
            &["-d", "2,2", "--unit", "1"],
            "an output position of this network is 2 numbers, 1 given",
        ),
        (
            &["-d", "2,2", "--stage", "x"],
            "no stage `x`; there are `schedule`",
        ),
        (
            &["-d", "2,2", "--slice", "1"],
            "`--slice` is for networks of 3 axes",
        ),
        (
            &["-d", "2,2", "--dims", "3", "--slice", "y=9"],
            "y = 9 is outside of what is seen, y -4 to 4",
        ),
        (&["configs/tcn.toml", "-k", "5"], "--kernel"),
        (&["-k", "5"], "--dilations"),
        (&["-d", "2,2", "-o", "x.gif"], "the ending must be .svg"),
        (&["."], "is a folder"),
    ] {
        let output = command().args(args).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(error.contains(message), "{args:?}: {error}");
    }
}

#[test]
fn tables_of_positions() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("grid.csv");
    let output = command()
        .args(["-d", "2", "-o"])
        .arg(&path)
        .output()
        .unwrap();
    text(&output);
    let table = std::fs::read_to_string(path).unwrap();
    assert_eq!(table.lines().count(), 26);
    assert!(table.starts_with("y,x,state,paths\n-2,-2,covered,1\n-2,-1,gridding,0\n"));
}

#[test]
fn narrow_terminals_cut_one_column() {
    let shown = Command::new(env!("CARGO_BIN_EXE_degrid"))
        .args(["check", "-d", "1,2,5,9,1,2,5,9,1,2,5,9"])
        .env("COLUMNS", "60")
        .output()
        .unwrap();
    let shown = text(&shown);
    let lines: Vec<&str> = shown.lines().collect();
    let head = "  stage     schedule              gcd  teeth   M₂  alone";
    let row = "  schedule  1,2,5,9,1,2,5,9,1,2…    1      3  2≤3  hole-free";
    assert!(lines.windows(2).any(|pair| pair == [head, row]), "{shown}");
}
