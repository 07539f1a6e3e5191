//! The rules that a file may name.

use serde_json::{Map, Value, json};

use crate::config::settings::PROFILES;
use crate::rules::{Level, RULES, Rule};

/// Names the rules in both tables of levels: the file's, which has a profile too, and a stage's.
pub(super) fn name(schema: &mut Value) {
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
    for (table, keys) in [
        ("/properties/rules", of_file),
        ("/definitions/stage/properties/rules", levels),
    ] {
        if let Some(table) = schema.pointer_mut(table) {
            table["properties"] = Value::Object(keys);
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
