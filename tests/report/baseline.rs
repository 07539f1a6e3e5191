//! Fingerprints, and baselines made of them.

use crate::command::{CLEAN, DENY, FORMATS, Folder, INVALID, LETTERS, WARN};
use degrid::config::parse;
use degrid::report::{FileReport, fingerprints};
use serde_json::{Value, json};

fn prints(path: &str, source: &str) -> Vec<String> {
    let config = parse(source).unwrap();
    let file = FileReport::checked(path.to_owned(), Some(source.to_owned()), &config).merged();
    assert_eq!(file.findings.len(), fingerprints(&file).len());
    fingerprints(&file)
}

/// These must never change: baselines and services keep them from one version to the next.
#[test]
fn fingerprints_are_pinned() {
    let config = parse(WARN).unwrap();
    let schedule = FileReport::checked("1,2 (k = 3)".to_owned(), None, &config).merged();
    let problems = parse(INVALID).unwrap_err();
    let invalid = FileReport::unreadable("a.toml".to_owned(), Some(INVALID.to_owned()), &problems);
    let all = [
        prints("nets/a.toml", DENY),
        prints("größe.toml", LETTERS),
        fingerprints(&schedule),
        fingerprints(&invalid),
    ];
    insta::assert_snapshot!(all.concat().join("\n"), @"
    43302c2387b4d81beb70a393f1e068d1
    a9d4464fa6aff5a5d5eab0b9f5a53904
    e7a7719a1734a897762c8c2397b7cf77
    fd8abd75c174aa3b8a2a727e50361e74
    66961e827ff0c3c16195ef58fa420114
    ");
}

#[test]
fn fingerprints_depend_on_what_a_finding_is_about() {
    let own = prints("a.toml", DENY);
    let moved = format!(
        "# more\n\n{}",
        DENY.replace("dilations = ", "dilations   =   ")
    );
    assert_eq!(prints("a.toml", &moved), own, "lines and columns");
    assert_eq!(
        prints("a.toml", &DENY.replace('\n', "\r\n")),
        own,
        "line ends"
    );
    let worse = DENY.replace("1, 2", "1, 1");
    assert_ne!(prints("a.toml", &worse), own, "another schedule");
    let level = format!("rules = {{ gridding = \"warn\" }}\n{DENY}");
    assert_eq!(prints("a.toml", &level), own, "the level");

    assert_ne!(prints("b.toml", DENY), own, "the path");
    assert_ne!(
        prints("a.toml", &DENY.replace("body", "head")),
        own,
        "the stage"
    );
    assert_ne!(
        prints("a.toml", &DENY.replace('9', "10")),
        own,
        "the number"
    );
    assert_ne!(
        prints("a.toml", &DENY.replace("2, 9", "9, 2")),
        own,
        "the index"
    );
}

#[test]
fn known_findings_are_left_out_in_every_format() {
    let folder = Folder::new("known");
    folder.file("nets/deny.toml", DENY);
    folder.file("nets/warn.toml", WARN);
    let known = ["nets", "--baseline", "known.json"];
    let ran = folder.check(&[&known[..], &["--update-baseline", "-q"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.err, "known.json: 2 known findings recorded\n");
    assert_eq!(
        ran.out,
        "2 files and 2 stages checked: no new findings; 2 known findings not shown\n"
    );
    insta::assert_snapshot!(folder.read("known.json"), @r#"
    {
      "version": 1,
      "findings": [
        {"path":"nets/deny.toml","rule":"gridding","stage":"body","layer":2,"fingerprint":"948a9feddbfa36e4fcbdf13c1c55075b"},
        {"path":"nets/warn.toml","rule":"idle-dilation","stage":"body","layer":0,"fingerprint":"35429b5d1590193e107b74258d0e6347"}
      ]
    }
    "#);

    folder.file(
        "nets/new.toml",
        "[[stage]]\nname = \"new\"\ndilations = [3, 3]\n",
    );
    for format in FORMATS {
        let as_format = ["--format", format];
        let old = folder.check(
            &[
                &known[..],
                &["nets/deny.toml", "nets/warn.toml"],
                &as_format,
            ]
            .concat()[1..],
        );
        assert_eq!((old.code, old.err.as_str()), (0, ""), "{format}");
        assert!(
            !old.out.contains("cover only 7 positions"),
            "{format}: {}",
            old.out
        );
        let all = folder.check(&[&known[..], &as_format].concat());
        assert_eq!(all.code, 1, "{format}");
        assert!(
            all.out.contains("cover only 1 position in a row"),
            "{format}: {}",
            all.out
        );
        assert!(
            !all.out.contains("cover only 7 positions"),
            "{format}: {}",
            all.out
        );
    }
    let ran = folder.check(&[&known[..], &["--deny-warnings"]].concat());
    assert_eq!(ran.code, 1);
    let told = ran.out.lines().last().unwrap();
    assert_eq!(
        told,
        "3 files and 3 stages checked: 1 error; 2 known findings not shown"
    );
    let json = folder.check(&[&known[..], &["--format", "json"]].concat());
    let json: Value = serde_json::from_str(&json.out).unwrap();
    let summary =
        json!({"errors": 0, "deny": 1, "warn": 0, "note": 0, "baseline": {"known": 2, "gone": 0}});
    assert_eq!(json["summary"], summary);
}

#[test]
fn what_is_gone_is_told_of_files_that_were_checked() {
    let folder = Folder::new("gone");
    folder.file("deny.toml", DENY);
    folder.file("warn.toml", WARN);
    let update = ["--baseline", "known.json", "--update-baseline"];
    assert_eq!(folder.check(&update).code, 0);
    folder.file("deny.toml", CLEAN);
    folder.file("warn.toml", CLEAN);
    let gone = "1 known finding is gone (deny.toml: gridding in \"body\"); the same check with `--update-baseline` drops what is gone\n";
    for format in FORMATS {
        let ran = folder.check(&["deny.toml", "--baseline", "known.json", "--format", format]);
        assert_eq!(ran.code, 0, "{format}");
        match format {
            "human" | "concise" | "github" => {
                assert!(ran.out.ends_with(gone), "{format}: {}", ran.out);
            }
            "json" | "json-lines" => assert!(
                ran.out.replace(": ", ":").contains("\"gone\":1"),
                "{}",
                ran.out
            ),
            _ => assert_eq!(ran.err, gone, "{format}"),
        }
    }
    // Only what was checked is dropped.
    let ran = folder.check(&[&["deny.toml"], &update[..]].concat());
    assert_eq!(ran.err, "known.json: 1 known finding recorded\n");
    assert!(folder.read("known.json").contains("warn.toml"));
    let ran = folder.check(&["deny.toml", "--baseline", "known.json"]);
    assert!(!ran.out.contains("gone"), "{}", ran.out);
}

#[test]
fn files_that_are_gone_are_told_and_dropped() {
    let folder = Folder::new("moved");
    folder.file("old.toml", DENY);
    let update = ["--baseline", "known.json", "--update-baseline"];
    assert_eq!(folder.check(&update).code, 0);
    std::fs::rename(
        folder.path().join("old.toml"),
        folder.path().join("new.toml"),
    )
    .unwrap();
    let ran = folder.check(&["--baseline", "known.json"]);
    assert_eq!(ran.code, 1, "under another name it is new");
    let gone = "1 known finding is gone (old.toml: gridding in \"body\")";
    assert!(ran.out.contains(gone), "{}", ran.out);
    assert_eq!(folder.check(&update).code, 0);
    assert!(!folder.read("known.json").contains("old.toml"));
}

#[test]
fn another_schedule_is_another_finding() {
    let folder = Folder::new("schedule");
    folder.file(
        "net.toml",
        "[[stage]]\nname = \"s\"\ndilations = [2, 2, 2]\n",
    );
    let update = ["--baseline", "known.json", "--update-baseline"];
    assert_eq!(folder.check(&update).code, 0);
    assert_eq!(folder.check(&update[..2]).code, 0);
    folder.file(
        "net.toml",
        "[[stage]]\nname = \"s\"\ndilations = [8, 4, 2]\n",
    );
    assert_eq!(folder.check(&update[..2]).code, 1);
}

#[test]
fn invalid_files_are_never_known() {
    let folder = Folder::new("invalid");
    folder.file("net.toml", DENY);
    let update = ["--baseline", "known.json", "--update-baseline"];
    assert_eq!(folder.check(&update).code, 0);
    let known = folder.read("known.json");
    folder.file("net.toml", INVALID);
    for args in [&update[..], &update[..2]] {
        let ran = folder.check(args);
        assert_eq!(ran.code, 2);
        assert!(
            ran.out.contains("dilation must be at least 1"),
            "{}",
            ran.out
        );
        assert!(!ran.out.contains("gone"), "{}", ran.out);
        assert_eq!(folder.read("known.json"), known);
    }
}

#[test]
fn one_of_two_alike_is_still_known() {
    let folder = Folder::new("alike");
    let two = "[[stage]]\nname = \"s\"\nlayers = [{ branches = [[{ kernel = 1, dilation = 2 }], [{ kernel = 1, dilation = 2 }]] }]\n";
    folder.file("net.toml", two);
    let update = ["net.toml", "--baseline", "known.json", "--update-baseline"];
    assert_eq!(
        folder.check(&update).err,
        "known.json: 2 known findings recorded\n"
    );
    folder.file("net.toml", &two.replacen(", dilation = 2", "", 1));
    let ran = folder.check(&update[..3]);
    assert!(
        ran.out
            .contains("no new findings; 1 known finding not shown\n1 known finding is gone"),
        "{}",
        ran.out
    );
}

#[test]
fn a_baseline_that_cannot_be_used_is_told() {
    let folder = Folder::new("broken");
    folder.file("net.toml", DENY);
    folder.file("text.json", "no JSON");
    folder.file(
        "other.json",
        "{\"version\": 1, \"findings\": [{\"path\": \"x\"}]}",
    );
    folder.file("later.json", "{\"version\": 2, \"known\": []}");
    for (file, fault, help) in [
        (
            "missing.json",
            "there is no such file",
            "add `--update-baseline`",
        ),
        ("text.json", "it is no baseline file: expected", "delete it"),
        (
            "other.json",
            "it is no baseline file: missing field",
            "delete it",
        ),
        (
            "later.json",
            "its version is 2, and this degrid reads version 1",
            "delete it",
        ),
        ("net.toml", "it is no baseline file", "delete it"),
    ] {
        let ran = folder.check(&["net.toml", "--baseline", file]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{file}");
        let start = format!("error: cannot use {file} as a baseline: {fault}");
        assert!(
            ran.err.starts_with(&start) && ran.err.contains(help),
            "{}",
            ran.err
        );
        // A file that is no baseline is not written over.
        if file != "missing.json" {
            let before = folder.read(file);
            let ran = folder.check(&["net.toml", "--baseline", file, "--update-baseline"]);
            assert_eq!((ran.code, folder.read(file)), (2, before), "{file}");
        }
    }
    let ran = folder.check(&["net.toml", "--baseline", "text.json", "-o", "./text.json"]);
    assert!(
        ran.err.contains("the report must go elsewhere"),
        "{}",
        ran.err
    );
    assert_eq!(folder.read("text.json"), "no JSON");
    let ran = folder.check(&["net.toml", "--update-baseline"]);
    assert!(
        ran.code == 2 && ran.err.contains("`--baseline FILE`"),
        "{}",
        ran.err
    );
}
