//! Files that are not there, are no networks or too large, and options with faulty values.

use std::process::Command;

/// Runs in a folder of its own, with files in it.
fn in_folder(name: &str, files: &[(&str, &[u8])], args: &[&str]) -> (Option<i32>, String, String) {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    for (path, bytes) in files {
        std::fs::write(folder.join(path), bytes).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_degrid"))
        .args(args)
        .current_dir(&folder)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn files_and_arguments() {
    let network = b"[[stage]]\ndilations = [1, 2, 5]\n";
    let other = b"[package]\nname = \"other\"\n";
    let run = |name, files: &[(&str, &[u8])], args: &[&str]| in_folder(name, files, args);

    let (code, out, _) = run("missing", &[], &["check", "none.toml"]);
    assert_eq!(code, Some(2));
    assert!(out.contains("cannot read the file"), "{out}");

    let (code, _, err) = run("bare", &[("Cargo.toml", other)], &["check", "."]);
    assert_eq!(code, Some(2));
    assert!(
        err.contains("no network file (*.toml with a `[[stage]]`) below ."),
        "{err}"
    );

    let files: &[(&str, &[u8])] = &[("Cargo.toml", other), ("net.toml", network)];
    let (code, out, _) = run("walked", files, &["check", ".", "--format", "json"]);
    assert_eq!(code, Some(0));
    assert!(!out.contains("Cargo.toml"), "{out}");
    let (code, out, _) = run("named", files, &["check", "Cargo.toml", "net.toml"]);
    assert_eq!(code, Some(2));
    assert!(out.contains("Cargo.toml"), "{out}");

    let (code, _, err) = run("both", files, &["check", "net.toml", "-d", "1,2"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("cannot be used with"), "{err}");
    for wrong in ["0", "-1", "1.5", "x", "16777217", "99999999999999999999"] {
        let (code, _, err) = run("schedule", &[], &["check", &format!("-d={wrong}")]);
        assert_eq!(code, Some(2), "{wrong}");
        assert!(err.contains("a dilation"), "{err}");
    }
    let (_, _, err) = run("spaced", &[], &["check", "-d", "1 2 5"]);
    assert!(err.contains("with commas: 1,2,5"), "{err}");
    let (_, _, err) = run("unit", &[], &["show", "-d", "1", "--unit", "a,0"]);
    assert!(err.contains("`a` is no whole number"), "{err}");
    for wrong in ["abc", "1.5", "1/x"] {
        let (code, _, err) = run("jump", &[], &["plan", "--layers", "3", "--jump", wrong]);
        assert_eq!(code, Some(2), "{wrong}");
        assert!(err.contains("or a fraction such as 1/2"), "{err}");
    }
    let (code, _, _) = run("kernel", &[], &["check", "-d", "1", "-k", "0"]);
    assert_eq!(code, Some(2));

    let large = vec![b'\n'; (16 << 20) + 1];
    let (code, out, _) = run("large", &[("large.toml", &large)], &["check", "large.toml"]);
    assert_eq!(code, Some(2));
    assert!(out.contains("larger than 16777216 bytes"), "{out}");
}
