//! The JSON Schema (draft-07) of network files, for editors: made from the types that read a file.
//!
//! Each type's part stands beside its `FromToml`. Here is what they are built from, and what no single type says: keys that go
//! together and the rules that a file may name. The schema refuses nothing that [`parse`](super::parse)
//! accepts; what depends on other places of the file it leaves to the program.

pub(crate) mod types;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::layer::keys;
use super::limits::{DIMS, MERGES, MODES, OPS, PAD_MODES};
use super::project::RawProject;
use super::raw::RawFile;
use super::settings::PROFILES;
use crate::network::OpKind;
use crate::rules::{Level, RULES, Rule};

/// The schema of network files.
///
/// ```
/// let schema = degrid::config::schema();
/// assert_eq!(schema["properties"]["dims"]["maximum"], 3);
/// ```
#[must_use]
pub fn schema() -> Value {
    let generator = SchemaSettings::draft07().into_generator();
    let mut schema = generator.into_root_schema_for::<RawFile>().to_value();
    schema["title"] = json!("degrid network file");
    file(&mut schema);
    stage(&mut schema["definitions"]["stage"]);
    layer(&mut schema["definitions"]["layer"]);
    schema["definitions"]["cycle"]["required"] = json!(["cycle"]);
    let (file, stage) = ("/properties/rules", "/definitions/stage/properties/rules");
    rules(&mut schema, &[file], &[stage]);
    schema
}

/// The schema of project files, `degrid.toml`; that of `[tool.degrid]` is the same.
///
/// ```
/// let schema = degrid::config::project_schema();
/// assert_eq!(schema["properties"]["exclude"]["type"], "array");
/// ```
#[must_use]
pub fn project_schema() -> Value {
    let generator = SchemaSettings::draft07().into_generator();
    let mut schema = generator.into_root_schema_for::<RawProject>().to_value();
    schema["title"] = json!("degrid project file");
    schema["definitions"]["override"]["required"] = json!(["include"]);
    let tables = [
        "/properties/rules",
        "/definitions/override/properties/rules",
    ];
    rules(&mut schema, &tables, &[]);
    schema
}

/// The file: a stage at least, and a size that fits the number of axes.
fn file(schema: &mut Value) {
    schema["required"] = json!(["stage"]);
    let fits = |dims: i64| {
        json!({
            "if": { "properties": { "dims": { "const": dims } }, "required": ["dims"] },
            "then": { "properties": { "input": { "minItems": dims, "maxItems": dims } } },
        })
    };
    schema["allOf"] = DIMS.map(fits).collect();
}

/// A stage: one of the two forms.
fn stage(schema: &mut Value) {
    schema["oneOf"] = json!([{ "required": ["dilations"] }, { "required": ["layers"] }]);
}

/// A layer: the keys that its operation has, and those that it needs.
fn layer(schema: &mut Value) {
    let mut cases = vec![json!({
        "if": { "required": ["branches"] },
        "then": { "propertyNames": { "enum": keys(MERGES[0].1) } },
    })];
    cases.extend(OPS.iter().map(|(word, kind)| {
        let mut named = json!({
            "properties": { "op": { "const": word } },
            "not": { "required": ["branches"] },
        });
        // A layer that names no operation is a convolution.
        if *kind != OpKind::Conv {
            named["required"] = json!(["op"]);
        }
        let mut then = needed(*kind);
        then["propertyNames"] = json!({ "enum": keys(*kind) });
        json!({ "if": named, "then": then })
    }));
    schema["allOf"] = Value::Array(cases);
}

/// What an operation needs beyond keys that it has.
fn needed(kind: OpKind) -> Value {
    match kind {
        OpKind::Transposed => json!({
            "properties": {
                "padding": { "not": { "type": "string" }, "items": { "not": { "type": "string" } } },
                "dilation": { "not": { "type": "object" }, "items": { "not": { "type": "object" } } },
            },
        }),
        OpKind::Upsample => json!({
            "oneOf": [{ "required": ["factor"] }, { "required": ["size"] }, { "required": ["like"] }],
            "if": { "properties": { "align_corners": { "const": true } }, "required": ["align_corners"] },
            "then": { "properties": { "mode": { "enum": ["linear", "cubic"] } }, "required": ["mode"] },
            "properties": { "mode": { "enum": MODES.map(|(word, _)| word) } },
        }),
        OpKind::PixelShuffle => json!({ "required": ["factor"] }),
        OpKind::AdaptiveAvgPool | OpKind::AdaptiveMaxPool => json!({ "required": ["size"] }),
        OpKind::Crop => json!({
            "oneOf": [{ "required": ["like"] }, { "required": ["size"] }],
            "dependencies": { "offset": ["size"] },
        }),
        OpKind::Pad => json!({
            "required": ["padding"],
            "properties": {
                "padding": { "not": { "type": "string" }, "items": { "not": { "type": "string" } } },
                "mode": { "enum": PAD_MODES.map(|(word, _)| word) },
            },
        }),
        OpKind::Slice => json!({ "required": ["stride"] }),
        OpKind::Conv
        | OpKind::MaxPool
        | OpKind::AvgPool
        | OpKind::GlobalPool
        | OpKind::Add
        | OpKind::Concat => json!({}),
    }
}

/// Names the rules in tables of levels: those with a profile too, and those of levels alone.
fn rules(schema: &mut Value, with_profile: &[&str], alone: &[&str]) {
    let key = |rule: &Rule| format!("rule-{}", rule.id);
    for rule in RULES {
        schema["definitions"][key(rule)] = definition(rule);
    }
    let levels: Map<String, Value> = RULES
        .iter()
        .map(|rule| {
            let path = format!("#/definitions/{}", key(rule));
            (rule.id.to_owned(), json!({ "$ref": path }))
        })
        .collect();
    let mut of_file = levels.clone();
    let profile = json!({
        "description": "`\"published\"`: the three rules of the paper (`common-factor`, `max-distance`, `not-sawtooth`) fail the check. `\"default\"`: each rule has its own level.",
        "enum": PROFILES.map(|(word, _)| word),
    });
    of_file.insert("profile".to_owned(), profile);
    let tables = with_profile.iter().map(|table| (table, &of_file));
    for (table, keys) in tables.chain(alone.iter().map(|table| (table, &levels))) {
        if let Some(table) = schema.pointer_mut(table) {
            table["properties"] = Value::Object(keys.clone());
            table["additionalProperties"] = json!(false);
        }
    }
}

/// A level, alone or with the rule's numbers.
fn definition(rule: &Rule) -> Value {
    let level = json!({ "enum": Level::ALL.map(Level::word) });
    let mut keys = json!({ "level": level });
    for option in rule.options {
        keys[option.name] = json!({
            "description": format!(
                "A number from {} to {}; {} where none is given.",
                option.least, option.most, option.default
            ),
            "type": "number",
            "minimum": option.least,
            "maximum": option.most,
        });
    }
    let table = json!({ "type": "object", "properties": keys, "additionalProperties": false });
    json!({
        "description": format!("Fault: {}. Level where none is given: {}.", rule.summary, rule.level.word()),
        "anyOf": [level, table],
    })
}
