//! What the schemas of types are built from.

use std::ops::RangeInclusive;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

/// A table with fixed keys.
pub(crate) struct Table {
    description: String,
    properties: Map<String, Value>,
}

impl Table {
    pub(crate) fn new(doc: &[&str]) -> Self {
        Self {
            description: text(doc),
            properties: Map::new(),
        }
    }

    pub(crate) fn key<T: JsonSchema>(
        &mut self,
        key: &str,
        doc: &[&str],
        narrowed: &[&dyn Fn(&mut Schema)],
        generator: &mut SchemaGenerator,
    ) {
        let mut schema = generator.subschema_for::<T>();
        for narrow in narrowed {
            narrow(&mut schema);
        }
        schema.insert("description".to_owned(), text(doc).into());
        self.properties.insert(key.to_owned(), schema.to_value());
    }

    pub(crate) fn finish(self) -> Schema {
        json_schema!({
            "type": "object",
            "description": self.description,
            "properties": self.properties,
            "additionalProperties": false,
        })
    }
}

/// The text of a comment: lines joined, an empty one between paragraphs.
fn text(doc: &[&str]) -> String {
    let lines: Vec<&str> = doc.iter().map(|line| line.trim()).collect();
    let paragraphs = lines.split(|line| line.is_empty());
    itertools::join(paragraphs.map(|lines| lines.join(" ")), "\n\n")
}

/// One of several schemas; alternatives of alternatives stand beside the others.
pub(crate) fn any_of<const N: usize>(schemas: [Schema; N]) -> Schema {
    let parts = |schema: Schema| match schema.get("anyOf").and_then(Value::as_array) {
        Some(parts) => parts.clone(),
        None => vec![schema.to_value()],
    };
    json_schema!({ "anyOf": schemas.into_iter().flat_map(parts).collect::<Vec<Value>>() })
}

/// A whole number of a range.
pub(crate) fn integer(range: RangeInclusive<i64>) -> Schema {
    let mut schema = json_schema!({ "type": "integer" });
    within(range)(&mut schema);
    schema
}

/// A word of a list.
pub(crate) fn word<T>(words: &[(&str, T)]) -> Schema {
    let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    json_schema!({ "enum": words })
}

/// Narrows every whole number of a schema to a range.
pub(crate) fn within(range: RangeInclusive<i64>) -> impl Fn(&mut Schema) {
    move |schema| {
        each(schema.ensure_object(), &|part| {
            if part.get("type") == Some(&json!("integer")) {
                part.insert("minimum".to_owned(), json!(range.start()));
                part.insert("maximum".to_owned(), json!(range.end()));
            }
        });
    }
}

/// Narrows a list to one with entries; lists in it may be empty.
pub(crate) fn filled(schema: &mut Schema) {
    let schema = schema.ensure_object();
    let is_list = schema.get("type") == Some(&json!("array"));
    let alternatives = schema.get_mut("anyOf").and_then(Value::as_array_mut);
    for part in alternatives.into_iter().flatten() {
        if part["type"] == "array" {
            part["minItems"] = json!(1);
        }
    }
    if is_list {
        schema.insert("minItems".to_owned(), json!(1));
    }
}

/// Narrows a list to as many entries, a number to 1 and as many.
pub(crate) fn at_most(most: usize) -> impl Fn(&mut Schema) {
    move |schema| {
        if schema.get("type") == Some(&json!("array")) {
            schema.insert("maxItems".to_owned(), json!(most));
        } else {
            schema.insert("minimum".to_owned(), json!(1));
            schema.insert("maximum".to_owned(), json!(most));
        }
    }
}

/// Narrows a string to the words of a list.
pub(crate) fn one_of<T>(words: &[(&str, T)]) -> impl Fn(&mut Schema) {
    let words = word(words);
    move |schema| *schema = words.clone()
}

/// Narrows a string, or each of a list, to the words of a list.
pub(crate) fn words_of<T>(words: &[(&str, T)]) -> impl Fn(&mut Schema) {
    let words = word(words);
    move |schema| {
        let list = json_schema!({ "type": "array", "items": words, "minItems": 1 });
        *schema = any_of([words.clone(), list]);
    }
}

/// Narrows a string to any but one.
pub(crate) fn other_than(word: &'static str) -> impl Fn(&mut Schema) {
    move |schema| {
        schema.insert("not".to_owned(), json!({ "const": word }));
    }
}

/// Calls `change` on a schema, its alternatives and the entries of its lists.
fn each(schema: &mut Map<String, Value>, change: &dyn Fn(&mut Map<String, Value>)) {
    change(schema);
    let alternatives = schema.get_mut("anyOf").and_then(Value::as_array_mut);
    for part in alternatives.into_iter().flatten() {
        part.as_object_mut()
            .into_iter()
            .for_each(|part| each(part, change));
    }
    if let Some(Value::Object(items)) = schema.get_mut("items") {
        each(items, change);
    }
}

/// Gives a type a schema that is written out wherever the type is used.
macro_rules! inlined {
    ($type:ty, $name:literal, $schema:expr) => {
        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $schema
            }
        }
    };
}
pub(crate) use inlined;

/// Gives a type of several `T` a schema made from that of one.
macro_rules! generic {
    ($type:ident, $name:literal, |$one:ident| $schema:expr) => {
        impl<T: schemars::JsonSchema> schemars::JsonSchema for $type<T> {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                format!("{} of {}", $name, T::schema_name()).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let $one = generator.subschema_for::<T>();
                $schema
            }
        }
    };
}
pub(crate) use generic;
