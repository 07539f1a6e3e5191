//! Levels of rules as written.

use toml::Spanned;
use toml::de::DeValue;

use crate::config::read::{At, Entries, FromToml, Reader};

#[cfg(feature = "schema")]
use crate::config::schema::types::{self, any_of};
#[cfg(feature = "schema")]
use crate::rules::Level;
#[cfg(feature = "schema")]
use schemars::json_schema;

/// A level of a rule, alone or with numbers of that rule.
#[derive(Clone, Debug)]
pub enum RawLevel {
    /// `"warn"`, or another word.
    Word(String),
    /// `{ level = "warn", max = 0.3 }`.
    Table(Vec<(At<String>, At<RawOption>)>),
}

/// A value in a rule's table.
#[derive(Clone, Debug)]
pub enum RawOption {
    /// A word.
    Word(String),
    /// A number.
    Number(f64),
}

impl FromToml for RawOption {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self> {
        match value.get_ref() {
            DeValue::String(word) => Some(Self::Word(word.to_string())),
            DeValue::Float(number) => number.as_str().parse().ok().map(Self::Number),
            DeValue::Integer(number) if number.radix() == 10 => {
                number.as_str().parse().ok().map(Self::Number)
            }
            _ => {
                reader.wrong_type("a number", value);
                None
            }
        }
    }
}

impl FromToml for RawLevel {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self> {
        match value.get_ref() {
            DeValue::String(word) => Some(Self::Word(word.to_string())),
            DeValue::Table(_) => Entries::from_toml(value, reader).map(|e| Self::Table(e.0)),
            _ => {
                reader.wrong_type("a level (\"allow\", \"note\", \"warn\" or \"deny\")", value);
                None
            }
        }
    }
}

#[cfg(feature = "schema")]
types::inlined!(RawLevel, "level", {
    let level = json_schema!({ "enum": Level::ALL.map(Level::word) });
    let table = json_schema!({
        "type": "object",
        "properties": { "level": level },
        "additionalProperties": { "type": ["string", "number"] },
    });
    any_of([level, table])
});
