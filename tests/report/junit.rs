//! JUnit reports, read again.

use std::collections::{BTreeMap, BTreeSet};

use crate::command::{CLEAN, DENY, Folder, INVALID, LETTERS, WARN, hostile};
use degrid::rules::RULES;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// A test case of a JUnit report: its attributes, and elements inside with their attributes and text.
#[derive(Debug, Default)]
struct Case {
    attributes: BTreeMap<String, String>,
    inside: Vec<(String, BTreeMap<String, String>, String)>,
}

fn attributes(start: &BytesStart<'_>) -> BTreeMap<String, String> {
    start
        .attributes()
        .map(|attribute| {
            let attribute = attribute.unwrap();
            let key = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
            let raw = String::from_utf8(attribute.value.to_vec()).unwrap();
            (key, quick_xml::escape::unescape(&raw).unwrap().into_owned())
        })
        .collect()
}

/// The suites of a JUnit report by name, in order.
fn suites(xml: &str) -> Vec<(BTreeMap<String, String>, Vec<Case>)> {
    let legal = |c: char| matches!(c, '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(xml.chars().all(legal), "{xml:?}");
    let mut reader = Reader::from_str(xml);
    let mut suites: Vec<(BTreeMap<String, String>, Vec<Case>)> = Vec::new();
    loop {
        let event = reader.read_event().unwrap();
        match &event {
            Event::Eof => return suites,
            Event::Start(start) | Event::Empty(start) => {
                let name = String::from_utf8(start.name().as_ref().to_vec()).unwrap();
                match name.as_str() {
                    "testsuites" => {}
                    "testsuite" => suites.push((attributes(start), Vec::new())),
                    "testcase" => suites.last_mut().unwrap().1.push(Case {
                        attributes: attributes(start),
                        inside: Vec::new(),
                    }),
                    _ => {
                        let text = reader.read_text(start.name()).unwrap();
                        let text = quick_xml::escape::unescape(std::str::from_utf8(&text).unwrap())
                            .unwrap()
                            .into_owned();
                        let case = suites.last_mut().unwrap().1.last_mut().unwrap();
                        case.inside.push((name, attributes(start), text));
                    }
                }
            }
            _ => {}
        }
    }
}

#[test]
fn junit_fails_where_the_check_does() {
    let folder = Folder::new("junit");
    for (name, text) in [
        ("clean", CLEAN),
        ("warn", WARN),
        ("deny", DENY),
        ("invalid", INVALID),
        ("letters", LETTERS),
    ] {
        folder.file(&format!("{name}.toml"), text);
    }
    let cases: [(&[&str], usize, usize); 6] = [
        (&["clean.toml"], 0, 0),
        (&["warn.toml"], 0, 0),
        (&["warn.toml", "--deny-warnings"], 1, 0),
        (&["deny.toml"], 1, 0),
        (&["letters.toml", "--deny-warnings"], 1, 0),
        (&["invalid.toml"], 0, 1),
    ];
    for (args, failures, errors) in cases {
        let ran = folder.check(&[args, &["--format", "junit"]].concat());
        let suites = suites(&ran.out);
        let [(suite, cases)] = &suites[..] else {
            panic!("a suite for each file: {suites:?}");
        };
        assert_eq!(suite["name"], args[0]);
        assert_eq!(suite["failures"], failures.to_string(), "{args:?}");
        assert_eq!(suite["errors"], errors.to_string(), "{args:?}");
        assert_eq!(suite["tests"], cases.len().to_string());
        let expected = if errors > 0 { 1 } else { RULES.len() };
        assert_eq!(cases.len(), expected, "{args:?}");
        let names: BTreeSet<&str> = cases.iter().map(|c| &*c.attributes["name"]).collect();
        assert_eq!(
            names.len(),
            cases.len(),
            "viewers tell cases by their names"
        );
        let of_suite = |case: &Case| case.attributes["classname"] == suite["name"];
        assert!(cases.iter().all(of_suite));
        let inside = |kind: &str| {
            let of = |case: &&Case| case.inside.iter().any(|(name, ..)| name == kind);
            cases.iter().filter(of).count()
        };
        assert_eq!((inside("failure"), inside("error")), (failures, errors));
        assert_eq!(ran.code == 0, failures + errors == 0, "{args:?}");
        assert!(!ran.out.contains("timestamp") && !ran.out.contains("time="));
    }
    let ran = folder.check(&["warn.toml", "--format", "junit"]);
    let told = &suites(&ran.out)[0].1;
    let (name, _, text) = told.iter().find_map(|case| case.inside.first()).unwrap();
    assert_eq!(name, "system-out");
    assert!(
        text.starts_with("warn.toml:4:14: dilation 2 does nothing"),
        "{text}"
    );
}

#[test]
fn junit_holds_any_text() {
    let folder = Folder::new("junit-text");
    folder.file("net.toml", &hostile());
    let ran = folder.check(&["net.toml", "--format", "junit"]);
    let suites = suites(&ran.out);
    let failed = suites[0].1.iter().find_map(|case| {
        let (name, attributes, text) = case.inside.first()?;
        (name == "failure").then_some((attributes, text))
    });
    let (attributes, text) = failed.unwrap();
    assert_eq!(
        attributes["message"],
        "dilation 4 skips positions of the input: the finer layers of its run cover only 3 positions in a row"
    );
    assert!(text.contains("]]> & <d>"), "{text}");
    if cfg!(unix) {
        let name = "a\u{7}\u{1b}[31m\n<b>&\".toml";
        folder.file(name, WARN);
        let ran = folder.check(&[name, "--format", "junit"]);
        let suite = &self::suites(&ran.out)[0].0;
        assert_eq!(suite["name"], "a\u{fffd}\u{fffd}[31m\n<b>&\".toml");
    }
}
