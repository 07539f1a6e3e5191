#![no_main]
//! A network file, checked in every format: all say the same.

use degrid_fuzz::{parsed, run};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fn check(format: &str, text: &[u8]) -> (u8, Vec<u8>) {
    let answer = run(&["check", "--no-config", "--format", format, "-"], text);
    (answer.code, answer.out)
}

/// A span lies in the text.
fn inside(span: &Value, text: &str) {
    let place = |line: &str, column: &str| {
        let number = |key| span[key].as_u64().and_then(|n| usize::try_from(n).ok());
        let (line, column) = (number(line)?, number(column)?);
        // After the last line break there is a line, if an empty one.
        let mut lines = text.split('\n');
        let found = lines.nth(line.checked_sub(1)?)?;
        (1..=found.chars().count() + 1)
            .contains(&column)
            .then_some((line, column))
    };
    if !span.is_null() {
        let ends = place("line", "column").zip(place("end_line", "end_column"));
        assert!(
            ends.is_some_and(|(from, to)| from <= to),
            "{span} in {text:?}"
        );
    }
}

fuzz_target!(|text: &[u8]| {
    let (code, json) = check("json", text);
    // Nothing is written where there is no network to speak of.
    if json.is_empty() {
        return;
    }
    let report = parsed(&json);
    let summary = &report["summary"];
    let expected = match (summary["errors"] != 0, summary["deny"] != 0) {
        (true, _) => 2,
        (false, true) => 1,
        (false, false) => 0,
    };
    let is_empty = report["files"]
        .as_array()
        .is_none_or(|files| files.iter().all(|f| f["network"].is_null()));
    assert!(
        code == expected || (code == 2 && is_empty),
        "{summary}, exit code {code}"
    );
    let file = &report["files"][0];
    let entries = |key: &str| file[key].as_array().into_iter().flatten();
    for level in ["deny", "warn", "note"] {
        let findings = entries("findings").filter(|finding| finding["level"] == level);
        let others = match level {
            "warn" => entries("warnings").count(),
            "note" => entries("notes")
                .filter(|note| note["ends_positions"] == true)
                .count(),
            _ => 0,
        };
        assert_eq!(summary[level], findings.count() + others, "{report}");
    }
    if let Ok(text) = std::str::from_utf8(text) {
        for key in ["errors", "warnings", "findings"] {
            for one in file[key].as_array().into_iter().flatten() {
                inside(&one["span"], text);
            }
        }
    }
    for format in [
        "human",
        "concise",
        "json-lines",
        "sarif",
        "github",
        "gitlab",
        "junit",
    ] {
        let (other, out) = check(format, text);
        assert_eq!(other, code, "{format}");
        match format {
            "sarif" | "gitlab" => drop(parsed(&out)),
            "json-lines" => {
                let lines: Vec<Value> = out
                    .split(|b| *b == b'\n')
                    .filter(|l| !l.is_empty())
                    .map(parsed)
                    .collect();
                let is_finding = |line: &&Value| line["type"] == "finding";
                let findings = file["findings"].as_array().map_or(0, Vec::len);
                assert_eq!(lines.iter().filter(is_finding).count(), findings);
            }
            "junit" => {
                let mut reader = quick_xml::Reader::from_reader(out.as_slice());
                while reader.read_event().expect("XML") != quick_xml::events::Event::Eof {}
            }
            _ => {}
        }
    }
});
