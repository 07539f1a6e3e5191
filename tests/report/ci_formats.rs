//! The formats of CI services: GitHub's commands, GitLab's list, and JSON lines.

use std::collections::HashSet;

use crate::command::{CLEAN, DENY, Folder, INVALID, WARN, check, hostile};
use serde_json::{Value, json};

#[test]
fn users_text_begins_no_workflow_command() {
    let folder = Folder::new("github");
    folder.file("net.toml", &hostile());
    folder.file(
        "bad.toml",
        "[[stage]]\nname = \"x\\n::error::y\"\nfrom = [\"\\n::warning::z\"]\n",
    );
    let mut names = vec!["net.toml", "bad.toml"];
    // Other systems have no such names.
    if cfg!(unix) {
        let name = "a\n::error::b,c:d%.toml";
        folder.file(name, WARN);
        names.push(name);
    }
    let ran = folder.check(&[&names[..], &["--format", "github"]].concat());
    let lines: Vec<&str> = ran.out.split(['\n', '\r']).collect();
    let (summary, commands) = lines
        .split_last()
        .and_then(|(_, l)| l.split_last())
        .unwrap();
    assert!(summary.contains(" checked: "), "{summary}");
    assert!(!summary.contains("::"), "{summary}");
    for line in commands {
        let command = line.strip_prefix("::").unwrap_or_else(|| panic!("{line}"));
        let (head, message) = command.split_once("::").unwrap();
        let (name, properties) = head.split_once(' ').unwrap();
        assert!(["error", "warning", "notice"].contains(&name), "{line}");
        let keys: Vec<&str> = properties
            .split(',')
            .map(|property| property.split_once('=').unwrap().0)
            .collect();
        let all = ["title", "file", "line", "col", "endLine", "endColumn"];
        assert!(
            all.starts_with(&keys) || keys == ["title", "file", "line", "endLine"],
            "{line}"
        );
        assert!(!message.is_empty());
    }
    // A line for each, and none more.
    let findings = folder.check(&[&names[..], &["--format", "json-lines"]].concat());
    assert_eq!(commands.len(), findings.out.lines().count() - 1);
    if cfg!(unix) {
        assert!(
            ran.out
                .contains("file=a%0A%3A%3Aerror%3A%3Ab%2Cc%3Ad%25.toml,"),
            "{}",
            ran.out
        );
    }
}

#[test]
fn places_of_github() {
    let folder = Folder::new("github-places");
    folder.file(
        "lines.toml",
        "[[stage]]\ndilations = [\n  2,\n  4,\n]\n[[stage]]\ndilations = [1]\n",
    );
    let ran = folder.check(&["lines.toml", "--format", "github"]);
    assert!(
        ran.out.contains(
            "::notice title=degrid (borrowed-coverage),file=lines.toml,line=2,endLine=5::"
        ),
        "{}",
        ran.out
    );
    let ran = folder.check(&["-d", "2,4", "--format", "github"]);
    assert!(
        ran.out
            .starts_with("::error title=degrid (gridding)::2,4 (k = 3): dilation 2"),
        "{}",
        ran.out
    );
    let ran = check(folder.path(), &["-", "--format", "github"], DENY);
    assert!(
        ran.out
            .starts_with("::error title=degrid (gridding)::<stdin>:3:20: "),
        "{}",
        ran.out
    );
    let ran = folder.check(&["no.toml", "--format", "github"]);
    assert!(
        ran.out.starts_with(
            "::error title=degrid (invalid-network),file=no.toml::no.toml: cannot read"
        ),
        "{}",
        ran.out
    );
}

#[test]
fn fingerprints_of_gitlab_differ() {
    let folder = Folder::new("gitlab");
    // The same number on one axis and on both: what is underlined agrees, and so does the place in the list.
    let (both, one) = (
        "{ kernel = 1, dilation = 2 }",
        "{ kernel = [1, 3], dilation = [2, 1] }",
    );
    let same = format!(
        "[[stage]]\nname = \"s\"\nlayers = [{{ branches = [[{both}, {both}], [{one}], [{one}]] }}]\n"
    );
    folder.file("a.toml", &same);
    folder.file("b.toml", &same);
    folder.file("c.toml", "[[stage]]\ndilations = [0, 0]\n");
    let ran = folder.check(&[
        "a.toml", "b.toml", "c.toml", "no.toml", "--format", "gitlab",
    ]);
    let list: Vec<Value> = serde_json::from_str(&ran.out).unwrap();
    let prints: HashSet<&str> = list
        .iter()
        .map(|entry| entry["fingerprint"].as_str().unwrap())
        .collect();
    assert!(list.len() >= 7, "{}", ran.out);
    assert_eq!(prints.len(), list.len(), "{}", ran.out);
    assert!(
        list.iter()
            .all(|e| e["location"]["lines"]["begin"].as_u64() >= Some(1))
    );
    let severities: HashSet<&str> = list
        .iter()
        .map(|e| e["severity"].as_str().unwrap())
        .collect();
    assert_eq!(severities, HashSet::from(["critical", "minor"]));
}

#[test]
fn json_lines_end_with_the_totals() {
    let folder = Folder::new("lines");
    folder.file("a.toml", DENY);
    folder.file("b.toml", INVALID);
    folder.file("c.toml", CLEAN);
    let ran = folder.check(&["--format", "json-lines"]);
    let lines: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let told: Vec<(&Value, &Value, &Value)> = lines
        .iter()
        .map(|line| (&line["type"], &line["path"], &line["span"]["line"]))
        .collect();
    assert_eq!(
        json!(told),
        json!([
            ["finding", "a.toml", 3],
            ["problem", "b.toml", 3],
            ["summary", null, null]
        ])
    );
    let totals = json!({"type": "summary", "version": 2, "files": 3, "stages": 2, "errors": 1, "deny": 1, "warn": 0, "note": 0});
    assert_eq!(lines[2], totals);
    // A line holds what the one JSON object holds.
    let whole: Value = serde_json::from_str(&folder.check(&["--format", "json"]).out).unwrap();
    let mut finding = lines[0].clone();
    let finding = finding.as_object_mut().unwrap();
    finding.remove("type");
    finding.remove("path");
    assert_eq!(json!(finding), whole["files"][0]["findings"][0]);
}
