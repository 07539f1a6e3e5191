//! Settings of a project, levels of the command line, and files that are skipped, as a user meets them.

use serde_json::Value;

use crate::command::{CLEAN, DENY, Folder, Ran, WARN, check, degrid};

/// The findings of a run, as `path rule level`.
pub fn findings(ran: &Ran) -> Vec<String> {
    let lines = ran.out.lines().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        line
    });
    let found = lines.filter(|line| line["type"] == "finding");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let of = |line: Value| {
        let level = text(&line["level"]);
        (level != "note")
            .then(|| format!("{} {} {level}", text(&line["path"]), text(&line["rule"])))
    };
    found.filter_map(of).collect()
}

/// `check` in a folder below that of the test, as lines of JSON.
pub fn lines(folder: &Folder, below: &str, args: &[&str]) -> Ran {
    let args = [&["--format", "json-lines"], args].concat();
    check(&folder.path().join(below), &args, "")
}

#[test]
fn settings_of_the_nearest_project_hold() {
    let folder = Folder::new("project-nearest");
    folder.file("net.toml", DENY);
    folder.file("a/net.toml", DENY);
    folder.file("a/b/net.toml", DENY);
    folder.file("c/net.toml", DENY);
    folder.file("degrid.toml", "[rules]\ngridding = \"warn\"\n");
    // Without settings of degrid it does not count; beside a `degrid.toml` it does not either.
    folder.file(
        "pyproject.toml",
        "[tool.degrid.rules]\ngridding = \"allow\"\n",
    );
    folder.file("a/pyproject.toml", "[tool.ruff]\n");
    folder.file(
        "a/b/pyproject.toml",
        "[tool.degrid.rules]\ngridding = \"allow\"\n",
    );
    folder.file("c/degrid.toml", "");
    let expected = [
        "a/net.toml gridding warn",
        "c/net.toml gridding deny",
        "net.toml gridding warn",
    ];
    let ran = lines(&folder, "", &[]);
    assert_eq!(
        (findings(&ran), ran.code),
        (expected.map(str::to_owned).to_vec(), 1)
    );
    // From within a folder, and of named files: the same.
    let ran = lines(&folder, "a", &["net.toml", "b", "../c/net.toml"]);
    assert_eq!(
        findings(&ran),
        ["net.toml gridding warn", "../c/net.toml gridding deny"]
    );
    let ran = lines(&folder, "", &["--no-config", "a"]);
    assert_eq!(
        findings(&ran),
        ["a/b/net.toml gridding deny", "a/net.toml gridding deny"]
    );
    let ran = lines(&folder, "", &["--config", "degrid.toml", "c", "a/b"]);
    assert_eq!(
        findings(&ran),
        ["c/net.toml gridding warn", "a/b/net.toml gridding warn"]
    );
    let ran = lines(&folder, "", &["--config", "none.toml"]);
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (2, "error: --config: there is no file none.toml\n")
    );
    let ran = lines(&folder, "", &["--config", "a/pyproject.toml"]);
    assert_eq!(
        ran.err,
        "error: --config: a/pyproject.toml has no `[tool.degrid]`\n"
    );
}

#[test]
fn paths_and_exclusions() {
    let folder = Folder::new("project-paths");
    folder.file("nets/a.toml", CLEAN);
    folder.file("nets/old/b.toml", DENY);
    folder.file("nets/x.draft.toml", DENY);
    folder.file("other/c.toml", DENY);
    folder.file("sub/d.toml", WARN);
    let project = "paths = [\"nets\", \"sub/d.toml\"]\nexclude = [\"old\", \"./nets/*.draft.toml\", \"d.toml\"]\n";
    folder.file("degrid.toml", project);
    // The paths of the project, wherever the command runs; a file that is named there is not excluded.
    for (below, path) in [
        ("", "sub/d.toml"),
        ("sub", "d.toml"),
        ("nets/old", "../../sub/d.toml"),
    ] {
        let ran = lines(&folder, below, &["--deny-warnings"]);
        assert_eq!(
            findings(&ran),
            [format!("{path} idle-dilation warn")],
            "{below}: {}",
            ran.err
        );
        assert!(ran.out.contains("\"files\":2"), "{}", ran.out);
        assert_eq!(ran.code, 1);
    }
    // Named files are checked, unless a hook names them.
    let ran = lines(&folder, "", &["nets/old/b.toml"]);
    assert_eq!(findings(&ran), ["nets/old/b.toml gridding deny"]);
    let hook = ["--only-networks", "nets/old/b.toml", "degrid.toml"];
    assert_eq!(lines(&folder, "", &hook).code, 2);
    assert_eq!(
        lines(&folder, "", &[&hook[..], &["--allow-empty"]].concat()).code,
        0
    );
    let ran = lines(
        &folder,
        "",
        &[&hook[..], &["nets/a.toml", "other/c.toml"]].concat(),
    );
    assert_eq!(findings(&ran), ["other/c.toml gridding deny"]);
    // The command's own exclusions hold for all.
    let ran = lines(&folder, "", &["other", "nets/a.toml", "--exclude", "other"]);
    assert_eq!((ran.code, findings(&ran).len()), (0, 0));
    let ran = lines(
        &folder,
        "",
        &["-v", "nets/a.toml", "nets", "--exclude", "a.toml"],
    );
    assert_eq!(ran.code, 2);
    let told = "nets/a.toml: skipped (--exclude)\n\
        nets/old/b.toml: skipped (`exclude` of degrid.toml)\n\
        nets/x.draft.toml: skipped (`exclude` of degrid.toml)\n\
        error: no network file (*.toml with a `[[stage]]`) below nets/a.toml, nets; -v lists what was skipped\n";
    assert_eq!(ran.err, told);
    let ran = lines(&folder, "", &["--exclude", "{a"]);
    assert!(
        ran.code == 2
            && ran
                .err
                .starts_with("error: --exclude: `{a` is not a valid pattern: "),
        "{}",
        ran.err
    );
    assert_eq!(ran.err.matches("{a").count(), 1, "{}", ran.err);
    // `fix` reads the same.
    let ran = degrid(folder.path(), "fix", &["nets"], "");
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "1 file: nothing to fix.\n")
    );
}

#[test]
fn levels_of_the_command_go_before_all() {
    let folder = Folder::new("project-levels");
    folder.file(
        "net.toml",
        &format!("{DENY}rules = {{ gridding = \"allow\" }}\n"),
    );
    folder.file(
        "degrid.toml",
        "[[overrides]]\ninclude = [\"/net.toml\"]\nrules = { gridding = \"deny\" }\n",
    );
    assert_eq!(findings(&lines(&folder, "", &[])), Vec::<String>::new());
    for (option, code) in [("--note", 0), ("--warn", 0), ("--deny", 1)] {
        let ran = lines(&folder, "", &[option, "gridding"]);
        assert_eq!(ran.code, code, "{option}");
        assert!(ran.out.contains("\"rule\":\"gridding\""), "{}", ran.out);
    }
    let args = [
        "--allow",
        "gridding",
        "--deny",
        "max-distance,common-factor",
    ];
    let ran = lines(&folder, "", &args);
    assert_eq!(findings(&ran), ["net.toml max-distance deny"]);
    let ran = lines(&folder, "", &["--deny", "gridding", "--allow", "gridding"]);
    assert_eq!(
        ran.err,
        "error: `--allow gridding` and `--deny gridding`: a rule has only one level\n"
    );
    let ran = lines(&folder, "", &["--deny", "griding"]);
    assert!(
        ran.code == 2 && ran.err.contains("'gridding'"),
        "{}",
        ran.err
    );
    // A schedule belongs to no project, and takes levels too.
    assert_eq!(lines(&folder, "", &["-d", "1,2,9"]).code, 1);
    assert_eq!(
        lines(&folder, "", &["-d", "1,2,9", "--note", "gridding"]).code,
        0
    );
    for (option, value) in [
        ("--exclude", "a"),
        ("--config", "degrid.toml"),
        ("--stdin-filename", "a.toml"),
    ] {
        let ran = lines(&folder, "", &["-d", "1,2", option, value]);
        assert_eq!(
            (ran.code, ran.err),
            (
                2,
                format!("error: `{option}` is for files: leave it out beside `-d`\n")
            )
        );
    }
    // What is allowed is not fixed; what is denied is.
    let fix = |args: &[&str]| degrid(folder.path(), "fix", args, "");
    assert_eq!(fix(&["net.toml"]).code, 0);
    assert_eq!(fix(&["net.toml", "--deny", "gridding"]).code, 1);
    assert_eq!(fix(&["net.toml", "--deny", "gridding", "--write"]).code, 0);
    assert!(folder.read("net.toml").contains("[1, 3, 9]"));
}

#[test]
fn standard_input_has_a_name() {
    let folder = Folder::new("project-stdin");
    folder.file(
        "degrid.toml",
        "[[overrides]]\ninclude = [\"research\"]\nrules = { gridding = \"warn\" }\n",
    );
    let run = |args: &[&str]| {
        check(
            folder.path(),
            &[args, &["--format", "json-lines", "-"]].concat(),
            DENY,
        )
    };
    let ran = run(&["--stdin-filename", "./research/new.toml"]);
    assert_eq!(
        (ran.code, findings(&ran)),
        (0, vec!["research/new.toml gridding warn".to_owned()])
    );
    let ran = run(&["--stdin-filename", "new.toml"]);
    assert_eq!(
        (ran.code, findings(&ran)),
        (1, vec!["new.toml gridding deny".to_owned()])
    );
    assert_eq!(findings(&run(&[])), ["<stdin> gridding deny"]);
    let ran = folder.check(&["--stdin-filename", "a.toml", "."]);
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (
            2,
            "error: `--stdin-filename` is for standard input: give `-` as the path\n"
        )
    );
}

#[test]
fn a_baseline_of_the_project() {
    let folder = Folder::new("project-baseline");
    folder.file("a/degrid.toml", "baseline = \"known.json\"\n");
    folder.file("a/nets/net.toml", DENY);
    folder.file("b/degrid.toml", "baseline = \"known.json\"\n");
    folder.file("b/net.toml", DENY);
    folder.file("c.toml", DENY);
    let ran = folder.check(&["a"]);
    assert!(
        ran.code == 2
            && ran
                .err
                .starts_with("error: cannot use a/known.json as a baseline: there is no such file"),
        "{}",
        ran.err
    );
    // Each project has its own; what has none is reported.
    let ran = lines(&folder, "", &["--update-baseline"]);
    assert_eq!(
        (ran.code, findings(&ran)),
        (1, vec!["c.toml gridding deny".to_owned()])
    );
    assert_eq!(
        ran.err,
        "a/known.json: 1 known finding recorded\nb/known.json: 1 known finding recorded\n"
    );
    assert!(
        ran.out.contains("\"baseline\":{\"known\":2,\"gone\":0}"),
        "{}",
        ran.out
    );
    assert!(
        folder
            .read("a/known.json")
            .contains("\"path\":\"nets/net.toml\"")
    );
    // The folder in which the command runs does not matter.
    for (below, args) in [("", "a"), ("a", "."), ("a/nets", "net.toml"), ("b", "../a")] {
        let ran = lines(&folder, below, &[args]);
        assert_eq!((ran.code, findings(&ran).len()), (0, 0), "{below}");
    }
    // A file that is gone is told; that of the command goes before.
    std::fs::remove_file(folder.path().join("a/nets/net.toml")).unwrap();
    folder.file("a/nets/new.toml", CLEAN);
    let ran = folder.check(&["-q", "a"]);
    assert!(
        ran.out
            .contains("1 known finding is gone (nets/net.toml: gridding in \"body\")"),
        "{}",
        ran.out
    );
    let ran = folder.check(&["-q", "b", "--baseline", "own.json", "--update-baseline"]);
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (0, "own.json: 1 known finding recorded\n")
    );
    let ran = lines(&folder, "", &["b", "--no-config"]);
    assert_eq!(findings(&ran), ["b/net.toml gridding deny"]);
    let ran = folder.check(&["b", "-o", "b/known.json"]);
    assert!(
        ran.code == 2 && ran.err.contains("b/known.json is the baseline"),
        "{}",
        ran.err
    );
}

#[test]
fn faults_of_a_project_file_are_reported_once() {
    let folder = Folder::new("project-faults");
    folder.file("a.toml", CLEAN);
    folder.file("b.toml", DENY);
    folder.file("other/degrid.toml", "");
    folder.file("other/c.toml", DENY);
    let project =
        "paths = [\"nets\"]\nexclude = [\"{a\"]\n[[overrides]]\ninclude = [\"b\", \" \"]\n";
    folder.file("degrid.toml", project);
    let ran = folder.check(&[".", "--format", "concise"]);
    assert_eq!(ran.code, 2);
    let told: Vec<&str> = ran.out.lines().collect();
    assert_eq!(told.len(), 6, "{}", ran.out);
    assert_eq!(
        told[0],
        "degrid.toml:1:10: error: there is no file or folder `nets`"
    );
    assert!(
        told[1].starts_with("degrid.toml:2:12: error: `{a` is not a valid pattern: "),
        "{}",
        told[1]
    );
    assert_eq!(
        told[2],
        "degrid.toml:4:17: error: ` ` is not a valid pattern: it is empty"
    );
    // Another project's networks are checked all the same.
    assert!(
        told[4].starts_with("other/c.toml:3:20: error[gridding]"),
        "{}",
        told[4]
    );
    for args in [&[][..], &["--config", "degrid.toml", "other"]] {
        let ran = folder.check(&[args, &["--format", "concise"]].concat());
        assert_eq!((ran.code, ran.out.lines().count()), (2, 4), "{}", ran.out);
    }
    for (command, args) in [("fix", "a.toml"), ("plan", "a.toml")] {
        let ran = degrid(folder.path(), command, &[args], "");
        assert!(
            ran.code == 2 && ran.err.contains("no file or folder `nets`"),
            "{command}: {}",
            ran.err
        );
    }
    assert_eq!(
        degrid(folder.path(), "fix", &["a.toml", "--no-config"], "").code,
        0
    );
    // What only draws needs no settings.
    assert_eq!(degrid(folder.path(), "show", &["a.toml"], "").code, 0);
    let ran = folder.check(&["degrid.toml", "--no-config"]);
    assert!(
        ran.code == 2 && ran.out.contains("this is a project file, not a network"),
        "{}",
        ran.out
    );
    // Bytes that are no text.
    std::fs::write(folder.path().join("degrid.toml"), b"\xff").unwrap();
    let ran = folder.check(&["a.toml", "--format", "concise"]);
    assert!(
        ran.out
            .starts_with("degrid.toml:1:1: error: the file is not valid UTF-8"),
        "{}",
        ran.out
    );
}

#[test]
fn a_plan_keeps_to_the_project() {
    let folder = Folder::new("project-plan");
    folder.file("net.toml", "dims = 1\n[[stage]]\ndilations = [1, \"?\"]\n");
    folder.file("degrid.toml", "[target]\nreceptive_field = 9\n");
    let planned = |args: &[&str]| {
        let ran = degrid(folder.path(), "plan", &[&["net.toml"], args].concat(), "");
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.out
    };
    assert!(
        planned(&[]).contains("dilations = [1, 3]"),
        "{}",
        planned(&[])
    );
    assert_eq!(
        degrid(folder.path(), "plan", &["--layers", "2", "--no-config"], "").code,
        0
    );
    folder.file("degrid.toml", "[target]\nreceptive_field = 65\n");
    assert_eq!(degrid(folder.path(), "plan", &["net.toml"], "").code, 1);
    planned(&["--no-config"]);
}
