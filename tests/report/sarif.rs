//! SARIF against its published schema, and what the schema cannot say.

use std::collections::HashSet;
use std::path::Path;

use crate::command::{CLEAN, DENY, Folder, INVALID, LETTERS, WARN, check};
use degrid::config::parse;
use degrid::report::{EditReport, FileReport, FixReport, LineIndex, Report, sarif};
use degrid::rules::RULES;
use jsonschema::Validator;
use serde_json::{Value, json};

fn validator() -> Validator {
    let schema = include_str!("../data/sarif-schema-2.1.0.json");
    let mut schema: Value = serde_json::from_str(schema).unwrap();
    // As published, this pattern has a bracket too many, which engines refuse; no log here names its language.
    let languages: Vec<&mut Value> = schema["definitions"]
        .as_object_mut()
        .unwrap()
        .values_mut()
        .filter_map(|definition| definition.pointer_mut("/properties/language/pattern"))
        .collect();
    for pattern in languages {
        *pattern = json!("^[a-zA-Z]{2}(-[a-zA-Z]{2})?$");
    }
    // `format` says what a URI is, and is looked at only where asked for.
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap()
}

/// The run of a log that the schema finds nothing wrong with.
fn run(validator: &Validator, log: &str) -> Value {
    let log: Value = serde_json::from_str(log).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(&log)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let run = log["runs"][0].clone();
    refers_to_what_is_there(&run);
    run
}

/// Indexes, ids and links of a run, which a schema cannot follow.
fn refers_to_what_is_there(run: &Value) {
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let mut seen = HashSet::new();
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let fingerprint = result["partialFingerprints"]["degrid/v1"].as_str().unwrap();
        assert!(seen.insert(fingerprint.to_owned()), "twice {fingerprint}");
        let text = result["message"]["text"].as_str().unwrap();
        let related = result["relatedLocations"].as_array();
        for place in related.into_iter().flatten() {
            let link = format!("]({})", place["id"]);
            assert!(text.contains(&link), "{text} has no link to {place}");
        }
    }
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let log = json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x", "no": 1}}}]});
    assert!(!validator().is_valid(&log));
}

#[test]
fn every_network_file_here() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let validator = validator();
    let ran = check(
        root,
        &["configs", "configs/broken", "--format", "sarif"],
        "",
    );
    assert_eq!(ran.code, 1, "{}", ran.err);
    let run = run(&validator, &ran.out);
    let results = run["results"].as_array().unwrap();
    let found: HashSet<&str> = results
        .iter()
        .map(|result| result["ruleId"].as_str().unwrap())
        .collect();
    assert_eq!(found.len(), RULES.len(), "each rule is broken in configs");
    assert_eq!(run["invocations"], json!([{"executionSuccessful": true}]));
}

#[test]
fn what_is_no_file_and_no_network() {
    let folder = Folder::new("sarif");
    folder.file("a b/#größe%.toml", LETTERS);
    folder.file("clean.toml", CLEAN);
    folder.file("deny.toml", DENY);
    folder.file("bad.toml", INVALID);
    folder.file("empty.toml", "");
    folder.file("no.toml", "x = = 1\n");
    std::fs::write(folder.path().join("bytes.toml"), b"[[stage]]\n\xff").unwrap();
    let validator = validator();
    let at = |args: &[&str], input: &str, code: i32| {
        let ran = check(
            folder.path(),
            &[args, &["--format", "sarif"]].concat(),
            input,
        );
        assert_eq!(ran.code, code, "{args:?}");
        run(&validator, &ran.out)
    };

    let all = at(&[".", "empty.toml", "no.toml", "missing.toml"], "", 2);
    assert_eq!(all["invocations"][0]["executionSuccessful"], false);
    let results = all["results"].as_array().unwrap();
    let invalid = results.iter().filter(|r| r["ruleId"] == "invalid-network");
    let told = &all["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(invalid.clone().count(), told.as_array().unwrap().len());
    let files: HashSet<&str> = invalid
        .map(|r| &r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        .map(|uri| uri.as_str().unwrap())
        .collect();
    assert_eq!(
        files,
        HashSet::from([
            "bad.toml",
            "bytes.toml",
            "empty.toml",
            "missing.toml",
            "no.toml"
        ])
    );
    let location = &results[0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(
        *location,
        json!({"uri": "a%20b/%23gr%C3%B6%C3%9Fe%25.toml", "uriBaseId": "%SRCROOT%"})
    );

    let stdin = at(&["-"], WARN, 0);
    let place = &stdin["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"], json!({"uri": "%3Cstdin%3E"}));
    assert_eq!(place["region"]["startLine"], 4);

    let schedule = at(&["-d", "2,2,2"], "", 1);
    let location = &schedule["results"][0]["locations"][0];
    assert!(location.get("physicalLocation").is_none());
    assert!(!location["logicalLocations"][0]["name"].is_null());

    let clean = at(&["clean.toml"], "", 0);
    assert_eq!(clean["results"], json!([]));
}

#[test]
fn rules_are_told_in_full() {
    let folder = Folder::new("sarif-rules");
    folder.file("clean.toml", CLEAN);
    let ran = folder.check(&["clean.toml", "--format", "sarif"]);
    let run = run(&validator(), &ran.out);
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: Vec<&str> = rules.iter().map(|r| r["id"].as_str().unwrap()).collect();
    let own = RULES.iter().map(|rule| rule.id).chain([
        "invalid-network",
        "doubtful-file",
        "not-followed",
    ]);
    assert_eq!(ids, own.collect::<Vec<_>>());
    for (rule, own) in rules.iter().zip(RULES) {
        assert_eq!(rule["shortDescription"]["text"], own.summary);
        assert_eq!(rule["help"]["markdown"], own.page);
        // Code scanning shows no more.
        let full = rule["fullDescription"]["text"].as_str().unwrap();
        assert!(full.len() <= 1_024 && full.ends_with('.'), "{full}");
        assert!(
            rule["name"]
                .as_str()
                .unwrap()
                .chars()
                .all(char::is_alphanumeric)
        );
    }
    let levels: HashSet<&str> = rules
        .iter()
        .map(|r| r["defaultConfiguration"]["level"].as_str().unwrap())
        .collect();
    assert_eq!(levels, HashSet::from(["error", "warning", "note"]));
}

#[test]
fn a_fix_is_written_as_replacements() {
    let source = "[[stage]]\nname = \"körper\"\ndilations = [2, 4]\n";
    let config = parse(source).unwrap();
    let mut file = FileReport::checked("a b.toml".into(), Some(source.into()), &config);
    let index = LineIndex::new(source);
    let edit = |text: &str, new: &str| {
        let at = source.find(text).unwrap();
        EditReport {
            span: index.span(at..at + text.len()),
            text: new.to_owned(),
        }
    };
    for finding in &mut file.findings {
        finding.fix = None;
    }
    file.findings[0].fix = Some(FixReport {
        message: "dilations 1, 3".to_owned(),
        edits: vec![edit("2", "1"), edit("4", "3")],
    });
    let mut log = Vec::new();
    sarif(&mut log, &Report::new(vec![file])).unwrap();
    let run = run(&validator(), &String::from_utf8(log).unwrap());
    let place = json!({"uri": "a%20b.toml", "uriBaseId": "%SRCROOT%"});
    let replacement = |column: u64, text: &str| {
        json!({
            "deletedRegion": {"startLine": 3, "startColumn": column, "endLine": 3, "endColumn": column + 1},
            "insertedContent": {"text": text},
        })
    };
    assert_eq!(
        run["results"][0]["fixes"],
        json!([{
            "description": {"text": "dilations 1, 3"},
            "artifactChanges": [{
                "artifactLocation": place,
                "replacements": [replacement(14, "1"), replacement(17, "3")],
            }],
        }])
    );
    for result in &run["results"].as_array().unwrap()[1..] {
        assert!(result.get("fixes").is_none());
    }
}

#[test]
fn paths_are_uri_references() {
    for (path, uri, is_below) in [
        ("nets/a b.toml", "nets/a%20b.toml", true),
        ("a:b#c?d%.toml", "a%3Ab%23c%3Fd%25.toml", true),
        ("netze/größe.toml", "netze/gr%C3%B6%C3%9Fe.toml", true),
        ("../up.toml", "../up.toml", false),
        ("/abs/x.toml", "file:///abs/x.toml", false),
        ("C:/abs/x.toml", "file:///C:/abs/x.toml", false),
        ("<stdin>", "%3Cstdin%3E", false),
    ] {
        let problems = parse("").unwrap_err();
        let file = FileReport::unreadable(path.to_owned(), None, &problems);
        let mut out = Vec::new();
        sarif(&mut out, &Report::new(vec![file])).unwrap();
        let log: Value = serde_json::from_slice(&out).unwrap();
        let place = "/runs/0/results/0/locations/0/physicalLocation/artifactLocation";
        let place = log.pointer(place).unwrap();
        let base = is_below.then_some("%SRCROOT%");
        assert_eq!(
            (&place["uri"], &place["uriBaseId"]),
            (&json!(uri), &json!(base))
        );
    }
}
