//! Networks and options out of the ordinary: outputs that read nothing, wide holes, many axes, keys that are not in the file yet.

use serde_json::{Value, json};

use crate::command::{Folder, Ran, degrid};

fn run(folder: &Folder, args: &[&str]) -> Ran {
    degrid(folder.path(), args[0], &args[1..], "")
}

fn out(folder: &Folder, args: &[&str]) -> String {
    let ran = run(folder, args);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args:?}");
    ran.out
}

/// A change of a layer that has no place in the file yet: the keys go below its header, or to the end of its entry.
#[test]
fn keys_that_a_fix_adds() {
    let folder = Folder::new("unusual-keys");
    let added = "kernel = 4\npadding = 1\noutput_padding = 1\n";
    let head = "dims = 1\n[[stage]]\nname = \"up\"\n";
    let table =
        |line: &str| format!("{head}[[stage.layers]]\n{line}op = \"transposed\"\nstride = 2\n");
    for (before, after) in [
        (table(""), table(added)),
        (
            table("").replace('\n', "\r\n"),
            table(added).replace('\n', "\r\n"),
        ),
        (
            format!("{head}layers = [{{ op = \"transposed\", stride = 2 }}]\n"),
            format!(
                "{head}layers = [{{ op = \"transposed\", stride = 2, kernel = 4, padding = 1, output_padding = 1 }}]\n"
            ),
        ),
        (
            table("").replace("stride = 2\n", "stride = 2\nkernel = 3\n"),
            table("padding = 1\noutput_padding = 1\n")
                .replace("stride = 2\n", "stride = 2\nkernel = 4\n"),
        ),
    ] {
        let path = folder.file("net.toml", &before);
        assert_eq!(
            folder.check(&["net.toml", "--deny-warnings"]).code,
            1,
            "{before}"
        );
        let ran = run(&folder, &["fix", "--write", "net.toml"]);
        assert_eq!(
            std::fs::read_to_string(path).unwrap(),
            after,
            "{}{}",
            ran.out,
            ran.err
        );
        assert_eq!(
            folder.check(&["net.toml", "--deny-warnings"]).code,
            0,
            "{after}"
        );
    }
}

/// Weights as multiples of C² where no channels are given, else as they are: taps × input channels × output channels / groups.
#[test]
fn weights_by_channels() {
    let folder = Folder::new("unusual-weights");
    let file = |of: &str| {
        format!(
            "dims = 2\n[[stage]]\nname = \"a\"\nlayers = [{{ kernel = 1{} }}]\n[[stage]]\nname = \"b\"\nlayers = [{{ kernel = 3{of} }}, {{ kernel = 3, dilation = 2{of} }}]\n",
            of.replace(", groups = 2", "")
        )
    };
    for (of, weights) in [
        (
            "",
            json!({"layers": 18, "dense": 49, "times_channels": true}),
        ),
        (
            ", channels = 8",
            json!({"layers": 2 * 9 * 8 * 8, "dense": 49 * 8 * 8, "times_channels": false}),
        ),
        (
            ", channels = 8, groups = 2",
            json!({"layers": 2 * 9 * 8 * 8 / 2, "dense": 49 * 8 * 8, "times_channels": false}),
        ),
    ] {
        folder.file("net.toml", &file(of));
        let shown: Value =
            serde_json::from_str(&out(&folder, &["show", "net.toml", "--format", "json"])).unwrap();
        assert_eq!(shown["stages"][1]["weights"], weights, "{of}");
    }
}

#[test]
fn outputs_that_read_nothing() {
    let folder = Folder::new("unusual-nothing");
    folder.file("net.toml", "dims = 2\ninput = [9, 9]\n[[stage]]\nname = \"w\"\nlayers = [{ kernel = 3, padding = [[0, 5], [0, 5]] }]\n");
    let show = |more: &[&str]| {
        out(
            &folder,
            &[&["show", "net.toml", "--unit", "11,11"], more].concat(),
        )
    };
    assert!(show(&[]).contains("  Output 11,11 reads nothing.\n"));
    show(&["-o", "none.csv"]);
    let table = folder.read("none.csv");
    assert!(
        table.lines().skip(1).all(|line| line.ends_with(",0")),
        "{table}"
    );
    let array = {
        show(&["-o", "none.npy"]);
        std::fs::read(folder.path().join("none.npy")).unwrap()
    };
    assert!(array[array.len() - 8 * 81..].iter().all(|byte| *byte == 0));
    for name in ["none.svg", "none.png", "none.pdf"] {
        let drawn = run(
            &folder,
            &["show", "net.toml", "--unit", "11,11", "-o", name],
        );
        assert_eq!(drawn.code, 2);
        let why = "net.toml: output 11,11 reads nothing: there is nothing to draw";
        assert!(drawn.err.contains(why), "{}", drawn.err);
        assert!(!folder.path().join(name).exists());
    }
    let outside = run(&folder, &["show", "net.toml", "--unit", "40,11"]);
    assert_eq!(outside.code, 2);
    assert!(
        outside.err.contains(
            "output position 40,11 is outside of a map of 12×12 positions, counted from 0"
        ),
        "{}",
        outside.err
    );
}

#[test]
fn wide_strips_are_cropped() {
    let folder = Folder::new("unusual-crop");
    folder.file("net.toml", "dims = 1\n[[stage]]\ndilations = [500]\n");
    let cropped = out(&folder, &["show", "net.toml", "--crop"]);
    assert!(
        cropped.contains(" of 1001 positions around the centre"),
        "{cropped}"
    );
    let whole = out(&folder, &["show", "net.toml"]);
    assert!(!whole.contains("around the centre"), "{whole}");
}

#[test]
fn matrices_of_volumes() {
    let folder = Folder::new("unusual-matrix");
    let printed = out(
        &folder,
        &[
            "matrix", "--kernel", "1|2", "--input", "3x1x1", "--apply", "1|2|3",
        ],
    );
    // 1·1 + 2·2 and 1·2 + 2·3.
    assert!(
        printed.ends_with("\n  1 2 0\n  0 1 2\n\nC·x: a map of 2×1×1 positions\n  5\n\n  8\n"),
        "{printed}"
    );
    assert!(printed.contains("4 entries not zero"), "{printed}");
    let single = out(&folder, &["matrix", "--kernel", "2", "--input", "1"]);
    assert!(single.contains("1 entry not zero\n  2\n"), "{single}");
    for (args, message) in [
        (
            &["--kernel", "1", "--input", "9x9x9999"][..],
            "`-o matrix.csv` writes its 809919 entries that are not zero",
        ),
        (
            &["--kernel", "1 1; 1 1", "--input", "99999x99999"],
            "entries that are not zero are too many for a file, too",
        ),
        (
            &[
                "--kernel",
                "1 1; 1 1",
                "--input",
                "9999x9999",
                "-o",
                "m.csv",
            ],
            "entries are too many for a .csv file",
        ),
        (
            &["--kernel", "1 2", "--input", "2x2", "--apply", "1 2 3"],
            "--apply: the map is 1×3, and the matrix is for one of 2×2",
        ),
    ] {
        let ran = run(&folder, &[&["matrix"], args].concat());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}");
        assert!(ran.err.contains(message), "{args:?}: {}", ran.err);
    }
}

/// Kernel 1 with stride 2 leaves every second position unwritten.
#[test]
fn pictures_of_writes_in_volumes() {
    let folder = Folder::new("unusual-writes");
    folder.file("net.toml", "dims = 3\n[[stage]]\nname = \"up\"\nlayers = [{ op = \"transposed\", kernel = [1, 2, 3], stride = 2 }]\n");
    out(
        &folder,
        &["show", "net.toml", "--writes", "-o", "writes.svg"],
    );
    let picture = folder.read("writes.svg");
    for text in [
        "cut at z = 0",
        "cut at z = 1",
        "period 2×2×2",
        "1 to 2 writes",
        "some positions are never written",
        "never written",
    ] {
        assert!(picture.contains(text), "{text}");
    }
    let table = out(&folder, &["show", "net.toml", "--writes"]);
    assert!(table.contains("2 1 2 1     0 0 0 0"), "{table}");
}

/// Why there is no schedule, and the nearest one that there is.
#[test]
fn what_no_schedule_has() {
    let folder = Folder::new("unusual-plan");
    for (options, message) in [
        (
            "--layers 3 --receptive-field 18..18",
            "no schedule has a receptive field of 18: with kernel 3 it is always odd; 17 and 19 exist",
        ),
        (
            "--layers 3 -k 5 --receptive-field 30..30",
            "with kernel 5 it is always 1 plus a multiple of 4; 29 and 33 exist",
        ),
        (
            "--layers 3 -k 5 --jump 8 --receptive-field 100..101",
            "at a jump of 8 it is always 8 × (1 + a multiple of 4); the nearest with 3 layers is 200",
        ),
        (
            "--layers 3 --jump 8 --receptive-field 100..101",
            "at a jump of 8 it is always 8 times an odd number; the nearest with 3 layers is 104",
        ),
        (
            "--layers 3 -k 2 --jump 8 --receptive-field 33..34",
            "it is always a multiple of 8; the nearest with 3 layers is 56",
        ),
        (
            "--layers 3 --max-ripple 1 --max-lobe 0.1",
            "  --max-lobe 0.112             1,2,3 sees 13",
        ),
        (
            "--layers 10 --max-ripple 1 --receptive-field 3000.. --budget 100",
            "no schedule found: the search stopped after ",
        ),
        (
            "--layers 3 --input 16 --min-outer-taps 0.9",
            "a share of 0.625 allows 13: 1,2,3",
        ),
    ] {
        let words: Vec<&str> = options.split(' ').collect();
        let ran = run(&folder, &[&["plan"], &words[..]].concat());
        assert_eq!(ran.code, 1, "{options}");
        assert!(ran.out.contains(message), "{options}: {}", ran.out);
    }
    let ran = run(
        &folder,
        &["plan", "--layers", "3", "--jump", "99999999999999"],
    );
    assert_eq!(ran.code, 2);
    assert!(
        ran.err
            .contains("past the limit of 4294967296 in numerator or denominator"),
        "{}",
        ran.err
    );
}
