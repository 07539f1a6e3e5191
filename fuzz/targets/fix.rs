#![no_main]
//! What `fix` makes of a network file: a network that passes what it says, with the receptive field kept, and every other byte.

use std::collections::BTreeSet;

use degrid_fuzz::{check, json, numbers};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use toml::Table;

const FIXABLE: [&str; 4] = [
    "common-factor",
    "gridding",
    "uneven-overlap",
    "unwritten-output",
];
/// Keys whose values follow when numbers change.
const CHANGED: [&str; 5] = [
    "dilations",
    "dilation",
    "kernel",
    "padding",
    "output_padding",
];

fn fix(text: &str, more: &[&str]) -> Option<Value> {
    let args = [&["fix", "--no-config", "--format", "json", "-"], more].concat();
    let answer = json(&args, text.as_bytes())?;
    Some(answer["files"][0].clone())
}

/// Everything that a fix leaves as it is: values, and comments of lines without a string.
fn kept(text: &str) -> (Option<toml::Value>, Vec<&str>) {
    fn strip(value: &mut toml::Value) {
        match value {
            toml::Value::Table(table) => {
                table.retain(|key, _| !CHANGED.contains(&key));
                table.iter_mut().for_each(|(_, value)| strip(value));
            }
            toml::Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let values = text.parse::<Table>().ok().map(|table| {
        let mut value = toml::Value::Table(table);
        strip(&mut value);
        value
    });
    let comments = text.lines().filter_map(|line| {
        let at = line.find('#')?;
        (!line[..at].contains(['"', '\''])).then(|| &line[at..])
    });
    (values, comments.collect())
}

/// Rules and stages of the findings that a fix is for.
fn open(report: &Value) -> BTreeSet<(String, String)> {
    let file = &report["files"][0];
    let mut open = BTreeSet::new();
    for finding in file["findings"].as_array().into_iter().flatten() {
        let rule = finding["rule"].as_str().expect("an id");
        if FIXABLE.contains(&rule) && finding["level"] != "note" {
            let others = finding["others"].as_array().into_iter().flatten();
            for place in std::iter::once(finding).chain(others) {
                open.insert((rule.to_owned(), place["stage"].to_string()));
            }
        }
    }
    open
}

fn receptive_field(report: &Value) -> Option<Vec<i64>> {
    numbers(&report["files"][0]["network"]["receptive_field"])
}

fn holds(text: &str, more: &[&str]) -> Option<()> {
    let fixed = fix(text, more)?;
    let new = fixed["text"].as_str().expect("a text");
    let before = check(text.as_bytes()).expect("what fix takes");
    let after = check(new.as_bytes())
        .unwrap_or_else(|| panic!("{text:?} became {new:?}, which is refused"));
    let left = fixed["left"].as_array().expect("a list").iter();
    let left: BTreeSet<(String, String)> = left
        .map(|one| {
            (
                one["rule"].as_str().expect("an id").to_owned(),
                one["stage"].to_string(),
            )
        })
        .collect();
    let open = open(&after);
    assert!(
        open.is_subset(&left),
        "{text:?} became {new:?} with {open:?}, of which only {left:?} are said"
    );
    assert_eq!(kept(text), kept(new), "{text:?} became {new:?}");
    assert_eq!(
        text == new,
        fixed["fixes"] == Value::Array(Vec::new()),
        "{fixed}"
    );
    if more.is_empty() && !text.contains("target") {
        let shrinks = receptive_field(&before).zip(receptive_field(&after));
        let is_kept = shrinks.is_none_or(|(before, after)| {
            before
                .iter()
                .zip(after)
                .all(|(before, after)| *before <= after)
        });
        assert!(is_kept, "{text:?} became {new:?}, which sees less");
    }
    let again = fix(new, more).expect("a network");
    assert_eq!(again["text"], fixed["text"], "fixed twice: {text:?}");
    Some(())
}

fuzz_target!(|text: &str| {
    // Where dilations are open, a plan of the file.
    if holds(text, &[]).is_some() {
        holds(text, &["--shrink"]);
    } else if text.contains("\"?\"") {
        json(
            &[
                "plan",
                "--no-config",
                "--format",
                "json",
                "--budget",
                "200",
                "-",
            ],
            text.as_bytes(),
        );
    }
});
