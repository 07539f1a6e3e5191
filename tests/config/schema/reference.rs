//! `docs/file.md` has every key of the schema.

use std::fmt::Write;

use degrid::config::raw::{RawCycle, RawDefaults, RawFile, RawLayer, RawStage, RawTarget};
use degrid::config::{RawOverride, RawProject, project_schema, schema};
use serde_json::Value;

use crate::page::{root, text};

/// Line of a page after which all is made from the schema.
const MADE: &str = "<!-- What follows is made from the schema: DEGRID_RENEW=1 cargo test --test config reference -->\n";

#[test]
fn the_reference_is_current() {
    is_current("docs/file.md", &made(&schema()));
}

#[test]
fn the_reference_of_projects_is_current() {
    let schema = project_schema();
    let mut out = String::new();
    table(&mut out, "The project file", &schema, RawProject::KEYS);
    let of_override = &schema["definitions"]["override"];
    table(&mut out, "An override", of_override, RawOverride::KEYS);
    // The other tables are those of network files.
    let out = ["rules", "target"].iter().fold(out, |out, name| {
        out.replace(&format!("(#{name})"), &format!("(file.md#{name})"))
    });
    is_current("docs/project.md", &out);
}

/// Holds the end of a page against what the schema says, or renews it.
fn is_current(page: &str, made: &str) {
    let path = root().join(page);
    let old = text(&path);
    let (by_hand, _) = old.split_once(MADE).unwrap();
    let now = format!("{by_hand}{MADE}{made}");
    if std::env::var_os("DEGRID_RENEW").is_some() {
        std::fs::write(&path, &now).unwrap();
        return;
    }
    assert!(
        old == now,
        "{page} is not what the schema says; renew it: DEGRID_RENEW=1 cargo test --test config reference"
    );
}

/// The part of the page that follows from the schema.
fn made(schema: &Value) -> String {
    let mut out = String::new();
    let of = |name: &str| &schema["definitions"][name];
    table(&mut out, "The file", schema, RawFile::KEYS);
    table(&mut out, "Defaults", of("defaults"), RawDefaults::KEYS);
    table(&mut out, "Target", of("target"), RawTarget::KEYS);
    table(&mut out, "A stage", of("stage"), RawStage::KEYS);
    table(&mut out, "A layer", of("layer"), RawLayer::KEYS);
    table(&mut out, "A cycle", of("cycle"), RawCycle::KEYS);
    operations(&mut out, &of("layer")["allOf"]);
    rules(&mut out, schema);
    out
}

/// The keys of a table.
fn table(out: &mut String, title: &str, table: &Value, keys: &[&str]) {
    let description = table["description"].as_str().unwrap();
    writeln!(
        out,
        "\n## {title}\n\n{description}\n\n| key | value | meaning |\n|---|---|---|"
    )
    .unwrap();
    let listed = table["properties"].as_object().unwrap();
    assert_eq!(listed.len(), keys.len(), "{title}");
    for key in keys {
        let value = &listed[*key];
        row(
            out,
            &[
                format!("`{key}`"),
                words(value),
                value["description"].as_str().unwrap().to_owned(),
            ],
        );
    }
}

fn row(out: &mut String, cells: &[String]) {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    writeln!(out, "| {} |", cells.join(" | ")).unwrap();
}

/// What a value may be.
fn words(value: &Value) -> String {
    if let Some(parts) = value["anyOf"].as_array() {
        return one_or_each(parts);
    }
    if let Some(name) = value["allOf"][0]["$ref"]
        .as_str()
        .or(value["$ref"].as_str())
    {
        return format!("a {}", of(name));
    }
    if let Some(words) = value["enum"].as_array() {
        let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        return words.join(", ");
    }
    if !value["const"].is_null() {
        return format!("`{}`", value["const"]);
    }
    match value["type"].as_str().unwrap() {
        "integer" => format!(
            "a whole number, {} to {}",
            value["minimum"], value["maximum"]
        ),
        "boolean" => "`true` or `false`".to_owned(),
        "string" if value["not"].is_object() => format!("a text, not `{}`", value["not"]["const"]),
        "string" => "a text".to_owned(),
        "object" => "a table with the names of [rules](#rules)".to_owned(),
        "array" => format!("a list of {}{}", several(&value["items"]), most(value)),
        other => panic!("no words for {other}"),
    }
}

fn most(list: &Value) -> String {
    match &list["maxItems"] {
        Value::Null => String::new(),
        most => format!(", at most {most}"),
    }
}

/// The table that a reference names.
fn of(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap();
    let title = match name {
        "stage" | "layer" | "cycle" => format!("a-{name}"),
        "override" => "an-override".to_owned(),
        name => name.to_owned(),
    };
    match name {
        "stage" | "layer" | "cycle" | "override" => format!("[{name}](#{title})"),
        name => format!("table, [`[{name}]`](#{title})"),
    }
}

/// What a list holds.
fn several(items: &Value) -> String {
    if let Some(path) = items["$ref"].as_str() {
        return of(path).replace(']', "s]");
    }
    match items["type"].as_str() {
        Some("string") => "texts".to_owned(),
        Some("array") => format!("lists of {}", several(&items["items"])),
        _ => format!("dilations, each {}", words(items)),
    }
}

fn is_list(value: &Value) -> bool {
    value["type"] == "array"
}

/// A pair of paddings.
fn is_pair(value: &Value) -> bool {
    is_list(value) && value["minItems"] == 2 && value["maxItems"] == 2
}

/// One value or a list with one for each axis, or one text or several.
fn one_or_each(parts: &[Value]) -> String {
    let plain: Vec<String> = parts.iter().filter(|p| !is_list(p)).map(words).collect();
    let list = parts.iter().find(|part| is_list(part) && !is_pair(part));
    let list = match list {
        None => String::new(),
        Some(list) if list["items"]["type"] == "string" => ", or a list of them".to_owned(),
        Some(list) => {
            let inner = list["items"]["anyOf"].as_array();
            if inner.is_some_and(|parts| parts.iter().any(is_pair)) {
                ", or a list with one of these or `[before, after]` for each axis".to_owned()
            } else {
                ", or a list with one for each axis".to_owned()
            }
        }
    };
    format!("{}{list}", plain.join("; "))
}

/// The keys of each operation.
fn operations(out: &mut String, cases: &Value) {
    out.push_str(
        "\n## Operations\n\nThe keys that a layer may have, by its `op`.\n\n| layer | keys | needs |\n|---|---|---|\n",
    );
    for case in cases.as_array().unwrap() {
        let called = match case["if"]["properties"]["op"]["const"].as_str() {
            Some("conv") => "`conv`, or no `op`".to_owned(),
            Some(op) => format!("`{op}`"),
            None => "with `branches`".to_owned(),
        };
        let then = &case["then"];
        let listed = |keys: &Value| -> Vec<String> {
            let keys = keys.as_array().into_iter().flatten();
            keys.map(|key| format!("`{}`", key.as_str().unwrap()))
                .collect()
        };
        let needs = match then["oneOf"].as_array() {
            Some(forms) => {
                let forms: Vec<String> =
                    forms.iter().flat_map(|f| listed(&f["required"])).collect();
                format!("one of {}", forms.join(", "))
            }
            None => listed(&then["required"]).join(", "),
        };
        row(
            out,
            &[
                called,
                listed(&then["propertyNames"]["enum"]).join(", "),
                needs,
            ],
        );
    }
}

/// The rules that `rules` may name.
fn rules(out: &mut String, schema: &Value) {
    let listed = schema["properties"]["rules"]["properties"]
        .as_object()
        .unwrap();
    writeln!(
        out,
        "\n## Rules\n\nA rule has a level, `\"allow\"`, `\"note\"`, `\"warn\"` or `\"deny\"`, or a table with a level and its numbers. The file's `rules` may also have a\n`profile`: {}\n\n| rule | meaning | numbers |\n|---|---|---|",
        listed["profile"]["description"].as_str().unwrap()
    )
    .unwrap();
    for name in listed.keys().filter(|name| *name != "profile") {
        let rule = &schema["definitions"][format!("rule-{name}")];
        let numbers = rule["anyOf"][1]["properties"].as_object().unwrap();
        let numbers: Vec<String> = numbers
            .iter()
            .filter(|(key, _)| *key != "level")
            .map(|(key, number)| format!("`{key}`: {}", number["description"].as_str().unwrap()))
            .collect();
        row(
            out,
            &[
                format!("[{name}](rules/{name}.md)"),
                rule["description"].as_str().unwrap().to_owned(),
                numbers.join(" "),
            ],
        );
    }
}
