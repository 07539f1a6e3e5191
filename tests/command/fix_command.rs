//! `degrid fix` as a user runs it: files, exit codes, what is written and what is left.

use std::fs;

use crate::command::{Folder, Ran, degrid};
use serde_json::Value;

/// `degrid fix` in a folder.
fn fix(folder: &Folder, args: &[&str]) -> Ran {
    degrid(folder.path(), "fix", args, "")
}

const BROKEN: &str =
    "\u{feff}# größer\r\n[[stage]]\r\nname = \"a\"\r\ndilations = [2,\t2 , 2]   # why\r\n";
const WHOLE: &str =
    "\u{feff}# größer\r\n[[stage]]\r\nname = \"a\"\r\ndilations = [1,\t2 , 3]   # why\r\n";

#[test]
fn nothing_is_written_unless_asked() {
    let folder = Folder::new("fix-dry");
    folder.file("net.toml", BROKEN);
    let Ran { code, out, .. } = fix(&folder, &["net.toml"]);
    assert_eq!(code, 1);
    assert!(
        out.contains("    4 - dilations = [2,\t2 , 2]   # why"),
        "{out}"
    );
    assert!(
        out.contains("    4 + dilations = [1,\t2 , 3]   # why"),
        "{out}"
    );
    for told in [
        "that keeps the receptive field",
        "lobe 1.000 → 0.111",
        "ripple 3.86 → 1.00",
        "Trained weights still load, but were learned with the old dilations: fine-tune.",
        "--write",
    ] {
        assert!(out.contains(told), "{told}\n{out}");
    }
    assert_eq!(folder.read("net.toml"), BROKEN);
}

#[test]
fn written_files_pass_and_stay() {
    let folder = Folder::new("fix-write");
    folder.file("net.toml", BROKEN);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(
            folder.path().join("net.toml"),
            fs::Permissions::from_mode(0o600),
        )
        .unwrap();
    }
    let Ran { code, out, .. } = fix(&folder, &["net.toml", "--write"]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("Fixed 1 file"), "{out}");
    assert_eq!(folder.read("net.toml"), WHOLE);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder.path().join("net.toml"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(folder.check(&["net.toml"]).code, 0);
    let Ran { code, out, .. } = fix(&folder, &["net.toml", "--write"]);
    assert_eq!(code, 0);
    assert!(out.contains("nothing to fix"), "{out}");
    assert_eq!(folder.read("net.toml"), WHOLE);
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "no stray file"
    );
}

#[test]
fn folders_are_searched_for_networks() {
    let folder = Folder::new("fix-folder");
    folder.file("nets/a.toml", BROKEN);
    folder.file("nets/b.toml", BROKEN);
    folder.file("nets/Cargo.toml", "[package]\nname = \"x\"\n");
    let Ran { code, out, err } = fix(&folder, &["nets", "--write"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("Fixed 2 files"), "{out}");
    assert_eq!(folder.read("nets/b.toml"), WHOLE);
}

#[test]
fn standard_input_is_shown_and_not_written() {
    let folder = Folder::new("fix-stdin");
    let Ran { code, out, .. } = degrid(folder.path(), "fix", &["-"], BROKEN);
    assert_eq!(code, 1);
    assert!(out.contains("+ dilations = [1,"), "{out}");
    assert_eq!(fix(&folder, &["-", "--write"]).code, 2);
}

#[test]
fn a_file_that_is_no_network_outranks_the_others() {
    let folder = Folder::new("fix-invalid");
    folder.file("a.toml", BROKEN);
    folder.file("b.toml", "[[stage]]\ndilations = [0]\n");
    folder.file("c.toml", "[[stage]]\ndilations = [1, \"?\"]\n");
    let Ran { code, out, err } = fix(
        &folder,
        &["a.toml", "b.toml", "c.toml", "d.toml", "--write"],
    );
    assert_eq!(code, 2, "{out}");
    for place in ["b.toml:2", "c.toml:2", "d.toml"] {
        assert!(err.contains(place), "{place}\n{err}");
    }
    assert_eq!(folder.read("a.toml"), WHOLE, "the others are fixed");
}

#[test]
fn what_stays_is_named_with_the_reason() {
    let folder = Folder::new("fix-left");
    // The taps that write one output stand 3 apart, and no convolution of the file could fill what is between.
    folder.file(
        "net.toml",
        "[[stage]]\nname = \"up\"\nlayers = [{ op = \"transposed\", kernel = 2, stride = 1, dilation = 3 }]\n",
    );
    let Ran { code, out, .. } = fix(&folder, &["net.toml", "--write"]);
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
fn what_other_rules_deny_is_not_called_whole() {
    let folder = Folder::new("fix-others");
    folder.file(
        "net.toml",
        "[target]\nreceptive_field = 99\n[[stage]]\ndilations = [1]\n",
    );
    let Ran { code, out, .. } = fix(&folder, &["net.toml"]);
    assert_eq!(code, 0);
    assert!(
        out.contains("nothing to fix; `degrid check` finds 1 error of other rules"),
        "{out}"
    );
    let Ran { code, out, .. } = fix(&folder, &["none.toml"]);
    assert_eq!((code, out.as_str()), (2, ""));
}

#[test]
fn json_tells_the_same() {
    let folder = Folder::new("fix-json");
    folder.file("net.toml", BROKEN);
    let Ran { code, out, .. } = fix(&folder, &["net.toml", "--format", "json"]);
    assert_eq!(code, 1);
    let told: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(told["version"], 2);
    let file = &told["files"][0];
    assert_eq!(file["written"], false);
    assert_eq!(file["fixes"][0]["nearest"], true);
    assert_eq!(file["fixes"][0]["change"], 2);
    assert_eq!(
        file["stages"][0]["before"]["dilations"],
        serde_json::json!([2, 2, 2])
    );
    assert_eq!(
        file["stages"][0]["after"]["dilations"],
        serde_json::json!([1, 2, 3])
    );
    assert_eq!(file["left"], serde_json::json!([]));
    assert_eq!(file["offered"], serde_json::json!([]));
}

/// Three layers of three taps see 27 positions at the most, these 29.
const WIDE: &str = "[[stage]]\ndilations = [2, 4, 8] # wide\n";

#[test]
fn the_receptive_field_shrinks_only_on_request() {
    let folder = Folder::new("fix-shrink");
    folder.file("net.toml", WIDE);
    let told = "shrinks the receptive field from 29 to 25: change dilations to 1, 3, 8: smallest change without gridding; no change keeps the receptive field";
    let Ran { code, out, .. } = fix(&folder, &["net.toml", "--write"]);
    assert_eq!(code, 1);
    assert_eq!(folder.read("net.toml"), WIDE);
    for line in [
        told,
        "1 change is not made, as it shrinks the receptive field: --shrink makes it.",
        "nothing that can be fixed; 1 finding stays",
    ] {
        assert!(out.contains(line), "{line}\n{out}");
    }
    let Ran { out, .. } = fix(&folder, &["net.toml", "--format", "json"]);
    let json: Value = serde_json::from_str(&out).unwrap();
    let file = &json["files"][0];
    assert_eq!(file["fixes"], serde_json::json!([]));
    assert_eq!(file["offered"][0]["change"], 2);
    assert_eq!(file["left"][0]["why"], told);
    // A check says it, and gives editors nothing to apply.
    let json: Value = serde_json::from_str(&folder.check(&["--format", "json"]).out).unwrap();
    let finding = &json["files"][0]["findings"][0];
    let (help, note) = told.split_once("; ").unwrap();
    assert_eq!(finding["help"], help);
    let notes = finding["notes"].as_array().unwrap();
    for note in [note, "`degrid fix --shrink` makes this change"] {
        assert!(notes.iter().any(|own| own == note), "{finding}");
    }
    assert_eq!(finding["fix"], Value::Null);
    let Ran { code, out, .. } = fix(&folder, &["net.toml", "--write", "--shrink"]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains(told), "{out}");
    assert_eq!(folder.read("net.toml"), WIDE.replace("2, 4, 8", "1, 3, 8"));
}

#[test]
fn a_check_offers_the_same_changes() {
    let folder = Folder::new("fix-sarif");
    folder.file("net.toml", BROKEN);
    let log: Value = serde_json::from_str(&folder.check(&["--format", "sarif"]).out).unwrap();
    let mut lines: Vec<String> = BROKEN.split_inclusive('\n').map(str::to_owned).collect();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let fix_of = |result: &Value| result["fixes"][0].clone();
    let replacements = fix_of(&results[0])["artifactChanges"][0]["replacements"].clone();
    for replacement in replacements.as_array().unwrap().iter().rev() {
        let region = &replacement["deletedRegion"];
        let number = |key: &str| usize::try_from(region[key].as_u64().unwrap()).unwrap();
        let line = number("startLine");
        assert!(region.get("endLine").is_none_or(|end| *end == line));
        // A byte order mark is no character of the first line; this is another line.
        let old: Vec<char> = lines[line - 1].chars().collect();
        let new = replacement["insertedContent"]["text"].as_str().unwrap();
        let (start, end) = (number("startColumn") - 1, number("endColumn") - 1);
        let (head, tail) = (old[..start].iter(), old[end..].iter());
        lines[line - 1] = head
            .copied()
            .chain(new.chars())
            .chain(tail.copied())
            .collect();
    }
    assert_eq!(lines.concat(), WHOLE);
    let human = folder.check(&["net.toml"]).out;
    assert!(
        human.contains("4 - dilations = [2,") && human.contains("4 + dilations = [1,"),
        "{human}"
    );
}
