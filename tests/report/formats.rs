//! What holds for every format of `degrid check`: exit codes, places, paths, files that are written.

use crate::command::{CLEAN, DENY, FORMATS, Folder, INVALID, LETTERS, WARN, check};
use crate::effort::few_or_all;
use serde_json::Value;

#[test]
fn exit_codes_are_the_same_for_every_format() {
    let folder = Folder::new("codes");
    for (name, text) in [
        ("clean", CLEAN),
        ("warn", WARN),
        ("deny", DENY),
        ("invalid", INVALID),
    ] {
        folder.file(&format!("{name}.toml"), text);
    }
    let cases: [(&[&str], i32); 10] = [
        (&["clean.toml"], 0),
        (&["clean.toml", "--deny-warnings"], 0),
        (&["warn.toml"], 0),
        (&["warn.toml", "--deny-warnings"], 1),
        (&["deny.toml"], 1),
        (&["deny.toml", "clean.toml"], 1),
        (&["invalid.toml"], 2),
        (&["."], 2),
        (&["missing.toml"], 2),
        (&["-d", "2,2,2"], 1),
    ];
    for (args, code) in cases {
        for format in FORMATS {
            let ran = folder.check(&[args, &["--format", format]].concat());
            assert_eq!(ran.code, code, "{args:?} as {format}: {}", ran.out);
            let to_file = [args, &["--format", format, "-o", "report"]].concat();
            let filed = folder.check(&to_file);
            assert_eq!(filed.code, code, "{to_file:?}");
            assert_eq!(filed.out, "", "{to_file:?}");
            assert_eq!(folder.read("report"), ran.out, "{to_file:?}");
        }
    }
}

#[test]
fn each_format() {
    let folder = Folder::new("snapshots");
    folder.file("netze/größe.toml", LETTERS);
    for format in FORMATS {
        let told = folder.check(&["netze", "--format", format]).out;
        let told = if format == "sarif" {
            // The rules are the pages.
            let mut log: Value = serde_json::from_str(&told).unwrap();
            log["runs"][0]["tool"]["driver"]["rules"].take();
            serde_json::to_string_pretty(&log).unwrap()
        } else {
            told
        };
        let told = told.replace(env!("CARGO_PKG_VERSION"), "VERSION");
        insta::assert_snapshot!(format!("format_{format}"), told);
    }
}

#[test]
fn what_is_far_is_drawn_on_its_own() {
    let folder = Folder::new("far");
    let trunk = "[[stage]]\nname = \"trunk\"\ndilations = [1, 2]\n";
    let far = "# ä\n".repeat(1_000);
    let head = "[[stage]]\nname = \"head\"\ndilations = [20]\n";
    folder.file("net.toml", &format!("{trunk}{far}{head}"));
    let drawn = folder.check(&["net.toml", "--quiet"]).out;
    let drawn: Vec<&str> = drawn.lines().take(11).collect();
    insta::assert_snapshot!("drawn_far", drawn.join("\n"));
}

#[test]
fn places_are_right_after_letters_of_any_width() {
    let folder = Folder::new("places");
    let line = |before: &str| {
        format!("{before}[[stage]]\nlayers = [{{ name = \"WORD\", kernel = 1, dilation = 3 }}]\n")
    };
    let cases = [
        ("plain", line(""), 2),
        ("wide", line("").replace("WORD", "äöü€漢字"), 2),
        ("pictures", line("").replace("WORD", "👩‍🚀"), 2),
        ("tab", line("").replace(", kernel", ",\tkernel"), 2),
        ("mark", line("\u{feff}# ä\n"), 3),
        ("crlf", line("# ä\n\n").replace('\n', "\r\n"), 4),
        (
            "mark on the line",
            "\u{feff}stage = [{ kernel = 1, dilations = [3] }]\n".to_owned(),
            1,
        ),
    ];
    for (name, text, line) in cases {
        folder.file("net.toml", &text);
        let own = text.split('\n').nth(line - 1).unwrap();
        let own = own.trim_start_matches('\u{feff}');
        let column = own.chars().position(|c| c == '3').unwrap() + 1;
        let end = column + 1;

        let json: Value =
            serde_json::from_str(&folder.check(&["net.toml", "--format", "json"]).out).unwrap();
        let span = &json["files"][0]["findings"][0]["span"];
        assert_eq!(span["line"], line, "{name}: {json}");
        assert_eq!(span["column"], column, "{name}");
        assert_eq!(span["end_line"], line, "{name}");
        assert_eq!(span["end_column"], end, "{name}");

        let sarif: Value =
            serde_json::from_str(&folder.check(&["net.toml", "--format", "sarif"]).out).unwrap();
        let run = &sarif["runs"][0];
        assert_eq!(run["columnKind"], "unicodeCodePoints");
        let region = &run["results"][0]["locations"][0]["physicalLocation"]["region"];
        assert_eq!(region["startLine"], line, "{name}");
        assert_eq!(region["startColumn"], column, "{name}");
        assert_eq!(region["endLine"], line, "{name}");
        assert_eq!(region["endColumn"], end, "{name}");

        let github = folder.check(&["net.toml", "--format", "github"]).out;
        let place = format!(",line={line},col={column},endLine={line},endColumn={end}::");
        assert!(github.contains(&place), "{name}: {github}");

        let concise = folder.check(&["net.toml", "--format", "concise"]).out;
        let place = format!("\nnet.toml:{line}:{column}: warning[idle-dilation]");
        assert!(concise.contains(&place), "{name}: {concise}");
    }
}

#[test]
fn paths_are_relative_below_the_current_folder() {
    let folder = Folder::new("paths");
    let full = folder.file("here/nets/net.toml", WARN);
    let beside = folder.file("beside/net.toml", WARN);
    let here = folder.path().join("here");
    let (full, beside) = (full.to_str().unwrap(), beside.to_str().unwrap());
    let told = |path: &str| {
        let ran = check(&here, &[path, "--format", "json"], "");
        let json: Value = serde_json::from_str(&ran.out).unwrap();
        json["files"][0]["path"].as_str().unwrap().to_owned()
    };
    let own = "nets/net.toml".to_owned();
    for path in [
        "nets/net.toml",
        "./nets/./net.toml",
        "nets/../nets/net.toml",
        "../here/nets/net.toml",
        "nets",
        ".",
        full,
    ] {
        assert_eq!(told(path), own, "{path}");
    }
    assert_eq!(told(beside), beside.replace('\\', "/"));
    assert_eq!(told("../beside/net.toml"), "../beside/net.toml");
    assert_eq!(told("nets/../../beside"), "../beside/net.toml");
    #[cfg(unix)]
    {
        // What is above a link is not what is written before it.
        std::os::unix::fs::symlink(folder.path().join("beside"), here.join("link")).unwrap();
        assert_eq!(told("link/../beside/net.toml"), "link/../beside/net.toml");
        assert_eq!(told("link/net.toml"), "link/net.toml");
        // The current folder by another name.
        std::os::unix::fs::symlink(&here, folder.path().join("again")).unwrap();
        let again = folder.path().join("again/nets/net.toml");
        assert_eq!(told(again.to_str().unwrap()), own);
    }
}

#[test]
fn a_file_is_checked_once() {
    let folder = Folder::new("once");
    folder.file("net.toml", WARN);
    folder.file("other.toml", "[tool]\n");
    let ran = folder.check(&["net.toml", ".", "./net.toml", "--format", "concise"]);
    let lines = ran.out.lines().count();
    assert_eq!((ran.code, lines), (0, 3), "{}", ran.out);
    // Named, a file must be a network, though it was found in a folder before.
    let ran = folder.check(&[".", "other.toml", "--format", "concise"]);
    assert_eq!(ran.code, 2, "{}", ran.out);
}

#[test]
fn a_report_replaces_a_file_as_a_whole_and_no_network() {
    let folder = Folder::new("output");
    folder.file("net.toml", WARN);
    let old = "old".repeat(10_000);
    folder.file("report.txt", &old);
    let ran = folder.check(&["net.toml", "-o", "report.txt", "--color", "always"]);
    let summary = "report.txt: 1 file and 1 stage checked: 1 warning\n";
    assert_eq!(
        (ran.code, ran.out.as_str(), ran.err.as_str()),
        (0, "", summary)
    );
    let told = folder.read("report.txt");
    assert!(told.starts_with("net.toml: no gridding"), "{told}");
    assert!(!told.contains('\u{1b}'), "{told}");
    assert!(told.ends_with("1 warning\n"), "{told}");

    let ran = folder.check(&[".", "--output-file", "./net.toml"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("is one of the network files"),
        "{}",
        ran.err
    );
    assert_eq!(folder.read("net.toml"), WARN);

    let ran = folder.check(&["net.toml", "-o", "no/such/folder.txt"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("cannot write no/such/folder.txt"),
        "{}",
        ran.err
    );
    let files = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(files, 2, "no stray file");
}

#[test]
fn ten_thousand_findings_are_all_told() {
    let folder = Folder::new("many");
    let count = few_or_all(1_500, 10_000) as usize;
    // Equal ones would be told as one.
    let layers = (2..count + 2).map(|d| format!("  {{ kernel = 1, dilation = {d} }},\n"));
    let text = format!(
        "[[stage]]\nname = \"s\"\nlayers = [\n{}]\n",
        layers.collect::<String>()
    );
    folder.file("net.toml", &text);
    for (format, each) in [
        ("human", "warning[idle-dilation]"),
        ("concise", "warning[idle-dilation]"),
        ("json", "\"rule\": \"idle-dilation\""),
        ("json-lines", "\"rule\":\"idle-dilation\""),
        ("sarif", "\"ruleId\": \"idle-dilation\""),
        ("github", "::warning title=degrid (idle-dilation),"),
        ("gitlab", "\"check_name\": \"idle-dilation\""),
        ("junit", ": dilation "),
    ] {
        let ran = folder.check(&["net.toml", "--format", format]);
        assert_eq!(ran.code, 0);
        assert_eq!(ran.out.matches(each).count(), count, "{format}");
        let summary = match format {
            "human" | "concise" | "github" => {
                format!("1 file and 1 stage checked: {count} warnings\n")
            }
            "json" => format!("\"warn\": {count},\n    \"note\": 0\n  }}\n}}\n"),
            "json-lines" => format!("\"warn\":{count},\"note\":0}}\n"),
            _ => continue,
        };
        assert!(ran.out.ends_with(&summary), "{format}");
    }
}

/// Three equal layers in two stages, one of them allowed by a comment, and a fourth with another number.
const ALIKE: &str = "\
[[stage]]
name = \"a\"
layers = [
  { kernel = 1, dilation = 2 },
  { kernel = 1, dilation = 2 },  # degrid: allow(idle-dilation) kept
]
[[stage]]
name = \"b\"
layers = [
  { kernel = 1, dilation = 2 },
  { kernel = 1, dilation = 3 },
]
";

#[test]
fn equal_faults_are_one_finding_with_a_count() {
    let folder = Folder::new("alike");
    folder.file("net.toml", ALIKE);
    let ran = folder.check(&["net.toml", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let findings = told["files"][0]["findings"].as_array().unwrap();
    let messages: Vec<&str> = findings
        .iter()
        .map(|f| f["message"].as_str().unwrap())
        .collect();
    // The comment holds for its layer alone, and is used.
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(messages[0].ends_with("(2 layers)"), "{messages:?}");
    assert!(messages[1].starts_with("dilation 3 "), "{messages:?}");
    let first = &findings[0];
    assert_eq!((&first["stage"], &first["layer"]), (&"a".into(), &0.into()));
    assert_eq!(first["others"].as_array().unwrap().len(), 1);
    assert_eq!(first["others"][0]["stage"], "b");
    assert_eq!(first["others"][0]["span"]["line"], 10);
    let note = first["notes"].as_array().unwrap().last().unwrap();
    assert_eq!(note, "1 more layer like it: \"b\" on line 10");
    assert_eq!(told["summary"]["warn"], 2);
    let ran = folder.check(&["net.toml", "--format", "sarif"]);
    let log: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let result = &log["runs"][0]["results"][0];
    let last = result["relatedLocations"]
        .as_array()
        .unwrap()
        .last()
        .unwrap();
    assert_eq!(last["message"]["text"], "the same in \"b\", line 10");
    assert_eq!(last["physicalLocation"]["region"]["startLine"], 10);

    // A comment that allows nothing is told for each line.
    let unused = ALIKE.replace(
        "dilation = 3 },",
        "dilation = 1 }, # degrid: allow(idle-dilation)\n  {}, # degrid: allow(idle-dilation)",
    );
    folder.file("net.toml", &unused);
    let ran = folder.check(&["net.toml", "--format", "concise"]);
    assert_eq!(
        ran.out.matches("warning[unused-allow]").count(),
        2,
        "{}",
        ran.out
    );
}

#[test]
fn a_new_fault_is_seen_among_known_ones_like_it() {
    let folder = Folder::new("alike-known");
    let layer = "  { kernel = 1, dilation = 2 },\n";
    let text = |count: usize| {
        format!(
            "[[stage]]\nname = \"a\"\nlayers = [\n{}]\n",
            layer.repeat(count)
        )
    };
    folder.file("net.toml", &text(3));
    let known = ["net.toml", "--baseline", "known.json"];
    folder.check(&[&known[..], &["--update-baseline"]].concat());
    let ran = folder.check(&[&known[..], &["--format", "concise"]].concat());
    assert!(!ran.out.contains("warning["), "{}", ran.out);
    folder.file("net.toml", &text(4));
    let ran = folder.check(&[&known[..], &["--format", "concise"]].concat());
    assert_eq!(
        ran.out.matches("warning[idle-dilation]").count(),
        1,
        "{}",
        ran.out
    );
}

#[test]
fn what_several_rules_say_of_a_schedule_is_one_finding() {
    let folder = Folder::new("one-cause");
    let text = |repaired: &str| {
        format!(
            "[[stage]]\nname = \"a\"\ndilations = [1, 1, 1]\n[[stage]]\nname = \"b\"\ndilations = [2, 2, 2] {repaired}\n"
        )
    };
    let told = |args: &[&str]| -> Vec<(String, String, String)> {
        let ran = folder.check(&[&["net.toml", "--format", "json"], args].concat());
        let told: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        let stage = &told["files"][0]["stages"][1]["verdicts"];
        for rule in ["common-factor", "not-sawtooth", "borrowed-coverage"] {
            assert_eq!(stage[rule], "fail");
        }
        let findings = told["files"][0]["findings"].as_array().unwrap();
        let words = |f: &serde_json::Value| {
            let word = |key: &str| f[key].as_str().unwrap().to_owned();
            (word("rule"), word("level"), f["notes"].to_string())
        };
        findings.iter().map(words).collect()
    };
    folder.file("net.toml", &text(""));
    let notes = told(&[]);
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert_eq!(
        (notes[0].0.as_str(), notes[0].1.as_str()),
        ("borrowed-coverage", "note")
    );
    let errors = told(&["--published"]);
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(
        (errors[0].0.as_str(), errors[0].1.as_str()),
        ("common-factor", "deny")
    );
    assert!(
        errors[0].2.contains("also not-sawtooth: "),
        "{}",
        errors[0].2
    );
    assert!(errors[0].2.contains("also borrowed-coverage: "));
    // What a comment allows is not told among the notes either, and a comment on what would only have been a note is used.
    folder.file("net.toml", &text("# degrid: allow(common-factor) meant"));
    let left = told(&["--published"]);
    assert_eq!(left[0].0, "not-sawtooth", "{left:?}");
    assert!(!left[0].2.contains("common-factor:"), "{left:?}");
    assert_eq!(told(&[]).len(), 1);
}

#[test]
fn a_change_is_made_at_a_place_that_the_finding_shows() {
    let broken = concat!(env!("CARGO_MANIFEST_DIR"), "/configs/broken");
    let folder = Folder::new("carets");
    let ran = folder.check(&[broken, "--published", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let mut changes = 0;
    for file in told["files"].as_array().unwrap() {
        for finding in file["findings"].as_array().unwrap() {
            let Some(edits) = finding["fix"]["edits"].as_array() else {
                continue;
            };
            let place = |span: &serde_json::Value| {
                let number = |key: &str| span[key].as_u64().unwrap();
                (
                    (number("line"), number("column")),
                    (number("end_line"), number("end_column")),
                )
            };
            let related = finding["related"].as_array().unwrap().iter();
            let mut shown: Vec<_> = related.map(|note| place(&note["span"])).collect();
            shown.push(place(&finding["span"]));
            let is_shown = edits.iter().any(|edit| {
                let (start, end) = place(&edit["span"]);
                shown.iter().any(|(from, to)| *from <= start && end <= *to)
            });
            assert!(is_shown, "{finding:#}");
            changes += 1;
        }
    }
    assert!(changes >= 4, "{changes}");
}

#[test]
fn the_change_of_a_counted_finding_is_that_of_all_its_places() {
    let folder = Folder::new("alike-fixed");
    let up =
        "  { op = \"transposed\", kernel = 3, stride = 2, padding = 1, output_padding = 1 },\n";
    folder.file(
        "net.toml",
        &format!(
            "[[stage]]\nname = \"a\"\nlayers = [\n{}]\n[[stage]]\nname = \"b\"\nlayers = [\n{up}]\n",
            up.repeat(2)
        ),
    );
    let ran = folder.check(&["net.toml", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let findings = told["files"][0]["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{findings:#?}");
    let note = findings[0]["notes"].as_array().unwrap().last().unwrap();
    assert_eq!(
        note,
        "2 more layers like it: \"a\" on line 5; \"b\" on line 10"
    );
    let edits = findings[0]["fix"]["edits"].as_array().unwrap();
    let mut lines: Vec<u64> = (edits.iter())
        .map(|edit| edit["span"]["line"].as_u64().unwrap())
        .collect();
    assert!(lines.is_sorted());
    lines.dedup();
    assert_eq!(lines, [4, 5, 10]);
}

#[test]
fn a_stage_whose_run_has_gridding_gets_no_second_finding() {
    let folder = Folder::new("one-run");
    let text = |level: &str| {
        format!(
            "[rules]\ngridding = \"{level}\"\n[[stage]]\nname = \"a\"\ndilations = [2]\nrepeat = 3\n[[stage]]\nname = \"b\"\ndilations = [2, 4, 8]\n"
        )
    };
    let rules = |level: &str, args: &[&str]| {
        folder.file("net.toml", &text(level));
        let ran = folder.check(&[&["net.toml", "--format", "json"], args].concat());
        let told: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        let findings = told["files"][0]["findings"].as_array().unwrap().clone();
        let words =
            |f: &serde_json::Value| format!("{} {}", f["level"], f["rule"]).replace('"', "");
        let stages = findings.iter().map(words).collect::<Vec<String>>();
        (ran.code, stages)
    };
    assert_eq!(rules("deny", &[]), (1, vec!["deny gridding".to_owned()]));
    let published = rules("deny", &["--published"]);
    assert_eq!(published, (1, vec!["deny gridding".to_owned()]));
    // What is denied is not hidden behind a warning.
    let (code, found) = rules("warn", &["--published"]);
    assert_eq!(code, 1);
    assert!(
        found.contains(&"deny common-factor".to_owned()),
        "{found:?}"
    );
}

/// Of a stage that leaves holes at one resolution and at the next, each layer to blame is told.
#[test]
fn each_layer_to_blame_is_told() {
    let folder = Folder::new("blamed");
    folder.file(
        "net.toml",
        "[[stage]]\nname = \"a\"\nlayers = [{ dilation = 3 }, { op = \"transposed\", kernel = 4, stride = 2, dilation = 3, padding = 1 }, { dilation = 2 }]\n",
    );
    let ran = folder.check(&["net.toml", "--format", "json"]);
    let json: Value = serde_json::from_str(&ran.out).unwrap();
    let findings = json["files"][0]["findings"].as_array().unwrap();
    let of_holes = findings.iter().filter(|f| f["rule"] == "gridding");
    let layers: Vec<&Value> = of_holes.map(|f| &f["layer"]).collect();
    assert_eq!(layers.len(), 2, "{findings:#?}");
    assert_ne!(layers[0], layers[1]);
}
