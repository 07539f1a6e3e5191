//! `degrid fix` as a user runs it: files, exit codes, what is written and what is left.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A folder of its own for a test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("degrid-fix-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        String::from_utf8(fs::read(self.0.join(name)).unwrap()).unwrap()
    }

    /// Exit code, standard output and standard error.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        told(&self.command(arguments).output().unwrap())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_degrid"));
        command.current_dir(&self.0).args(arguments);
        command
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn told(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

const BROKEN: &str =
    "\u{feff}# größer\r\n[[stage]]\r\nname = \"a\"\r\ndilations = [2,\t2 , 2]   # why\r\n";
const WHOLE: &str =
    "\u{feff}# größer\r\n[[stage]]\r\nname = \"a\"\r\ndilations = [1,\t2 , 2]   # why\r\n";

#[test]
fn nothing_is_written_unless_asked() {
    let folder = Folder::new("dry");
    folder.write("net.toml", BROKEN);
    let (code, out, _) = folder.run(&["fix", "net.toml"]);
    assert_eq!(code, 1);
    assert!(
        out.contains("    4 - dilations = [2,\t2 , 2]   # why"),
        "{out}"
    );
    assert!(
        out.contains("    4 + dilations = [1,\t2 , 2]   # why"),
        "{out}"
    );
    for told in [
        "receptive field 13 → 11",
        "lobe 1.000 → 0.333",
        "ripple 3.86 → 1.80",
        "weights do not carry over",
        "--write",
    ] {
        assert!(out.contains(told), "{told}\n{out}");
    }
    assert_eq!(folder.read("net.toml"), BROKEN);
}

#[test]
fn written_files_pass_and_stay() {
    let folder = Folder::new("write");
    folder.write("net.toml", BROKEN);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder.0.join("net.toml"), fs::Permissions::from_mode(0o600)).unwrap();
    }
    let (code, out, _) = folder.run(&["fix", "net.toml", "--write"]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("Mended 1 file"), "{out}");
    assert_eq!(folder.read("net.toml"), WHOLE);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder.0.join("net.toml"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(folder.run(&["check", "net.toml"]).0, 0);
    let (code, out, _) = folder.run(&["fix", "net.toml", "--write"]);
    assert_eq!(code, 0);
    assert!(out.contains("nothing to mend"), "{out}");
    assert_eq!(folder.read("net.toml"), WHOLE);
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1, "no stray file");
}

#[test]
fn folders_are_searched_for_networks() {
    let folder = Folder::new("folder");
    fs::create_dir(folder.0.join("nets")).unwrap();
    folder.write("nets/a.toml", BROKEN);
    folder.write("nets/b.toml", BROKEN);
    folder.write("nets/Cargo.toml", "[package]\nname = \"x\"\n");
    let (code, out, err) = folder.run(&["fix", "nets", "--write"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("Mended 2 files"), "{out}");
    assert_eq!(folder.read("nets/b.toml"), WHOLE);
}

#[test]
fn standard_input_is_shown_and_not_written() {
    let folder = Folder::new("stdin");
    let mut child = folder
        .command(&["fix", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(BROKEN.as_bytes())
        .unwrap();
    let (code, out, _) = told(&child.wait_with_output().unwrap());
    assert_eq!(code, 1);
    assert!(out.contains("+ dilations = [1,"), "{out}");
    assert_eq!(folder.run(&["fix", "-", "--write"]).0, 2);
}

#[test]
fn a_file_that_is_no_network_outranks_the_others() {
    let folder = Folder::new("invalid");
    folder.write("a.toml", BROKEN);
    folder.write("b.toml", "[[stage]]\ndilations = [0]\n");
    folder.write("c.toml", "[[stage]]\ndilations = [1, \"?\"]\n");
    let (code, out, err) = folder.run(&["fix", "a.toml", "b.toml", "c.toml", "d.toml", "--write"]);
    assert_eq!(code, 2, "{out}");
    for place in ["b.toml:2", "c.toml:2", "d.toml"] {
        assert!(err.contains(place), "{place}\n{err}");
    }
    assert_eq!(folder.read("a.toml"), WHOLE, "the others are mended");
}

#[test]
fn what_stays_is_named_with_the_reason() {
    let folder = Folder::new("left");
    // The taps that write one output stand 3 apart, and no convolution of the file could fill what is between.
    folder.write(
        "net.toml",
        "[[stage]]\nname = \"up\"\nlayers = [{ op = \"transposed\", kernel = 2, stride = 1, dilation = 3 }]\n",
    );
    let (code, out, _) = folder.run(&["fix", "net.toml", "--write"]);
    assert_eq!(code, 1, "{out}");
    assert!(
        out.contains("net.toml:3") && out.contains("stays[gridding]"),
        "{out}"
    );
    assert!(
        out.contains("no dilation that could change is written"),
        "{out}"
    );
}

#[test]
fn json_tells_the_same() {
    let folder = Folder::new("json");
    folder.write("net.toml", BROKEN);
    let (code, out, _) = folder.run(&["fix", "net.toml", "--format", "json"]);
    assert_eq!(code, 1);
    let told: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(told["version"], 1);
    let file = &told["files"][0];
    assert_eq!(file["written"], false);
    assert_eq!(file["fixes"][0]["nearest"], true);
    assert_eq!(file["fixes"][0]["change"], 1);
    assert_eq!(
        file["stages"][0]["before"]["dilations"],
        serde_json::json!([2, 2, 2])
    );
    assert_eq!(
        file["stages"][0]["after"]["dilations"],
        serde_json::json!([1, 2, 2])
    );
    assert_eq!(file["left"], serde_json::json!([]));
}
