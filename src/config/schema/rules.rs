//! The rules that a file may name.

use serde_json::{Map, Value, json};

use crate::config::settings::PROFILES;
use crate::rules::{Level, RULES, Rule};

/// Names the rules in tables of levels: those with a profile too, and those of levels alone.
pub(super) fn name(schema: &mut Value, with_profile: &[&str], alone: &[&str]) {
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
