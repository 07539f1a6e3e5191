//! The schema of network files refuses nothing that the program accepts, and refuses what it can of the rest.

mod faulty;
mod limits;
mod reference;

use std::path::PathBuf;
use std::sync::LazyLock;

use degrid::config::{parse, schema};
use degrid::rules::Level;
use degrid::rules::RULES;
use jsonschema::Validator;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use toml::de::{DeTable, DeValue};

use crate::bad_input::cases;
use crate::effort::few_or_all;
use crate::page::{Kind, blocks, files, root, text};

static VALIDATOR: LazyLock<Validator> =
    LazyLock::new(|| jsonschema::draft7::new(&schema()).unwrap());

/// Where the schema lies for editors.
const COPY: &str = "schema/degrid.schema.json";

/// The faults that the schema sees in a file; `None` where it is no TOML.
fn faults(file: &str) -> Option<Vec<String>> {
    let (table, errors) = DeTable::parse_recoverable(file);
    errors.is_empty().then(|| {
        let file = tree(table.get_ref());
        let reported = VALIDATOR.iter_errors(&file);
        reported
            .map(|e| format!("{}: {e}", e.instance_path()))
            .collect()
    })
}

/// A table as an editor hands it to the schema.
fn tree(table: &DeTable<'_>) -> Value {
    let entries = table.iter();
    entries
        .map(|(key, value)| (key.get_ref().to_string(), node(value.get_ref())))
        .collect()
}

fn node(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => json!(text),
        DeValue::Integer(n) => match i64::from_str_radix(n.as_str(), n.radix()) {
            Ok(n) => json!(n),
            Err(_) => json!(f64::MAX),
        },
        DeValue::Float(n) => json!(n.as_str().parse::<f64>().unwrap()),
        DeValue::Boolean(flag) => json!(flag),
        DeValue::Datetime(date) => json!(date.to_string()),
        DeValue::Array(items) => items.iter().map(|item| node(item.get_ref())).collect(),
        DeValue::Table(table) => tree(table),
    }
}

/// Refuses to go on where the schema refuses a file that the program accepts.
fn accepted(name: &str, file: &str) {
    let problems = parse(file).err();
    assert_eq!(problems, None, "{name} is no network file");
    assert_eq!(faults(file), Some(Vec::new()), "{name}:\n{file}");
}

/// The shipped network files.
fn shipped() -> Vec<PathBuf> {
    let mut paths = files("configs", "toml");
    paths.extend(files("configs/broken", "toml"));
    assert!(paths.len() > 20);
    paths
}

#[test]
fn the_schema_is_a_schema() {
    assert!(jsonschema::draft7::meta::is_valid(&schema()));
}

#[test]
fn the_copy_is_current() {
    let copy = std::fs::read_to_string(root().join(COPY)).unwrap_or_default();
    let now = format!("{:#}\n", schema());
    assert!(
        copy == now,
        "{COPY} is not what the program prints; renew it: cargo run -- schema --out {COPY}"
    );
}

#[test]
fn shipped_files_name_the_schema() {
    for path in shipped() {
        let file = text(&path);
        let named = file
            .lines()
            .next()
            .and_then(|l| l.strip_prefix("#:schema "));
        let named = named
            .unwrap_or_else(|| panic!("{}: the first line is not `#:schema PATH`", path.display()));
        let named = path.parent().unwrap().join(named).canonicalize().unwrap();
        assert_eq!(named, root().join(COPY).canonicalize().unwrap());
    }
}

#[test]
fn shipped_files() {
    for path in shipped() {
        accepted(&path.display().to_string(), &text(&path));
    }
    accepted("init.toml", &text(&root().join("src/cli/init.toml")));
}

#[test]
fn files_on_pages() {
    let mut pages = files("docs/rules", "md");
    pages.extend(files("docs", "md"));
    pages.push(root().join("README.md"));
    for path in pages {
        for block in blocks(&text(&path)).unwrap() {
            if block.kind == Kind::Network {
                accepted(&format!("{}:{}", path.display(), block.line), &block.text);
            }
        }
    }
}

#[test]
fn recorded_networks() {
    for name in ["torch", "more"] {
        for line in text(&root().join(format!("tests/data/{name}.jsonl"))).lines() {
            let case: Value = serde_json::from_str(line).unwrap();
            accepted(name, case["toml"].as_str().unwrap());
        }
    }
}

/// Checks files of a kind made up at random, `few` or `all`; of all at least `least` are networks, so that it means something, and of few
/// their share.
fn random(strategy: impl Strategy<Value = String>, few: u32, all: u32, least: u32) {
    let out_of = few_or_all(few, all);
    let least = least * out_of / all;
    let mut runner = TestRunner::deterministic();
    let mut networks = 0;
    for _ in 0..out_of {
        let file = strategy.new_tree(&mut runner).unwrap().current();
        if parse(&file).is_ok() {
            networks += 1;
            accepted("a file made up at random", &file);
        }
    }
    assert!(networks >= least, "{networks} networks of {out_of} files");
}

#[test]
fn networks_of_the_vocabulary() {
    random(crate::wild::network(), 400, 2_000, 50);
}

#[test]
fn files_with_other_numbers() {
    random(crate::wild::other_numbers(), 100, 500, 100);
}

#[test]
fn files_with_other_characters() {
    random(crate::wild::other_characters(), 250, 1_000, 100);
}

#[test]
fn random_networks() {
    let files = crate::common::net().prop_map(|net| net.toml(Some(99)));
    random(files, 100, 300, 300);
}

#[test]
fn every_key() {
    let head = r#"
name = "all"
dims = 2
input = [64, 0x40]
outputs = ["head", "tail"]

[defaults]
kernel = [3, 3]
stride = 1
padding = ["same", [2, 0]]

[target]
receptive_field = 9
smallest_object = [1, 2]

[[stage]]
name = "stem"
from = "input"
kernel = 3
stride = [1, 1]
padding = "causal"
dilations = [1, [2, 1], "?", ["?", 3]]
repeat = 2
residual = true

[[stage]]
name = "head"
from = ["stem", "input"]
layers = [
  {},
  { op = "conv", name = "c", kernel = 3, stride = 2, dilation = 2, padding = [2, [1, 3]], channels = 8, groups = 2 },
  { op = "max-pool", name = "m", kernel = 2, stride = 2, dilation = 1, padding = 0, ceil_mode = true, channels = 8 },
  { op = "avg-pool", kernel = [3, 3], stride = 1, padding = "same", ceil_mode = false },
  { op = "transposed", name = "t", kernel = 4, stride = 2, dilation = 1, padding = [[1, 1], 1], output_padding = [0, 0], channels = 8, groups = 1 },
  { op = "upsample", name = "u", factor = [2, 2], mode = "linear", align_corners = true, channels = 8 },
  { op = "upsample", like = "stem", mode = "nearest", align_corners = false },
  { op = "crop", name = "k", size = [32, 32], channels = 8 },
  { op = "upsample", size = 64 },
  { op = "pixel-shuffle", name = "p", factor = 1, channels = 8 },
  { op = "crop", like = "stem" },
  { name = "b", branches = [[{ branches = [[], [{}]] }], [{ op = "global-pool", name = "g", channels = 1 }], []], merge = "add" },
]

[[stage]]
name = "tail"
from = "stem"
dilations = ["?"]
"#;
    accepted("every key", head);
}

#[test]
fn every_rule_at_every_level() {
    let file = |key: &str| {
        let stage = "[[stage]]\ndilations = [1]\n";
        [
            format!("[rules]\n{key}\n{stage}"),
            format!("{stage}rules = {{ {key} }}\n"),
        ]
    };
    for rule in RULES {
        let mut values = vec!["{}".to_owned()];
        for level in Level::ALL.map(Level::word) {
            values.push(format!("{level:?}"));
            values.push(format!("{{ level = {level:?} }}"));
        }
        for option in rule.options {
            for number in [option.least, option.most, option.default] {
                values.push(format!(
                    "{{ {} = {number}, level = \"warn\" }}",
                    option.name
                ));
                values.push(format!("{{ {} = {number:?} }}", option.name));
            }
            for number in [option.least - 0.01, option.most + 0.01] {
                for file in file(&format!("{} = {{ {} = {number} }}", rule.id, option.name)) {
                    assert!(parse(&file).is_err(), "{file}");
                    assert_ne!(faults(&file), Some(Vec::new()), "{file}");
                }
            }
        }
        for value in values {
            for file in file(&format!("{} = {value}", rule.id)) {
                accepted(rule.id, &file);
            }
        }
    }
    for word in ["default", "published"] {
        accepted("profile", &file(&format!("profile = {word:?}"))[0]);
    }
}
