//! Dilations, paddings and levels of rules as written.

use std::sync::Arc;

use toml::Spanned;
use toml::de::DeValue;

use crate::config::limits::PADDING;
use crate::config::problem::Problem;
use crate::config::read::{At, Entries, FromToml, Int, Reader, table};
#[cfg(feature = "schema")]
use crate::config::schema::types::{self, any_of, filled, integer};
use crate::config::values::{ranged, word_of};
use crate::network::{Dilation, Padding};
#[cfg(feature = "schema")]
use crate::rules::Level;
#[cfg(feature = "schema")]
use schemars::json_schema;

/// A dilation, `"?"` for one that is not decided yet, or a cycle of them.
#[derive(Clone, Debug)]
pub enum RawDilation {
    /// A number.
    Given(Dilation),
    /// `"?"`.
    Undecided,
    /// `{ cycle = [1, 2, 5] }`: each repetition of the stage takes the next. Numbers and `"?"` alone.
    Cycle(Arc<[At<RawDilation>]>),
}

impl FromToml for RawDilation {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self> {
        let DeValue::Table(table) = value.get_ref() else {
            return RawStep::from_toml(value, reader).map(|step| step.0);
        };
        let raw = RawCycle::read(table, reader);
        let Some(cycle) = &raw.cycle else {
            if !raw.has("cycle") && !raw.has_unknown {
                let problem = Problem::new("a table of dilations needs `cycle`", value.span());
                reader.report(problem.help(CYCLE));
            }
            return None;
        };
        if cycle.value.is_empty() {
            reader.report(
                cycle
                    .problem("a cycle needs at least one dilation")
                    .help(CYCLE),
            );
            return None;
        }
        let steps = cycle.value.iter();
        let steps = steps.map(|step| At::new(step.value.0.clone(), step.span.clone()));
        Some(Self::Cycle(steps.collect()))
    }
}

/// How a cycle is written.
const CYCLE: &str =
    "for example `{ cycle = [1, 2, 5] }`: each repetition of the stage takes the next";

table! {
    /// Dilations that the repetitions of the stage take in turn.
    RawCycle, "a cycle of dilations", {
        /// A dilation for the first repetition, one for the next, and so on; after the last, the first again. At most as many as the stage has repetitions.
        cycle: Vec<At<RawStep>> where filled,
    }
}

/// A dilation of a cycle.
#[derive(Clone, Debug)]
pub struct RawStep(RawDilation);

impl FromToml for RawStep {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self> {
        if let DeValue::String(text) = value.get_ref()
            && text == "?"
        {
            return Some(Self(RawDilation::Undecided));
        }
        let check = |number| Dilation::new(number).map_err(|error| error.to_string());
        let given = checked("dilation", value, reader, check);
        given.map(|dilation| Self(RawDilation::Given(dilation)))
    }
}

/// A number that passes a check: made at once, so that one entry of the wrong type does not hide another out of range.
fn checked<T>(
    what: &str,
    value: &Spanned<DeValue<'_>>,
    reader: &mut Reader,
    check: impl Fn(i128) -> Result<T, String>,
) -> Option<T> {
    let number = Int::from_toml(value, reader)?;
    let checked = check(number.0).map_err(|message| format!("{what} {message}"));
    checked
        .map_err(|message| reader.report(Problem::new(message, value.span())))
        .ok()
}

#[cfg(feature = "schema")]
types::inlined!(
    RawStep,
    "dilation",
    any_of([integer(Dilation::RANGE), json_schema!({ "const": "?" })])
);

#[cfg(feature = "schema")]
impl schemars::JsonSchema for RawDilation {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "dilation".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let step = generator.subschema_for::<RawStep>();
        any_of([step, generator.subschema_for::<RawCycle>()])
    }
}

/// The words for a padding.
const WORDS: [(&str, Padding); 3] = [
    ("valid", Padding::Valid),
    ("same", Padding::Same),
    ("causal", Padding::Causal),
];

/// Positions of padding on a side, checked.
#[derive(Clone, Copy)]
struct Width(i64);

impl FromToml for Width {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self> {
        checked("padding", value, reader, |number| ranged(number, PADDING)).map(Self)
    }
}

impl FromToml for Padding {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self> {
        match value.get_ref() {
            DeValue::String(word) => word_of("padding", &WORDS, word, &value.span(), reader),
            DeValue::Array(_) => {
                let pair: Vec<Width> = Vec::from_toml(value, reader)?;
                if let [low, high] = pair[..] {
                    reader.padding_pairs.insert(value.span().start);
                    return Some(Self::Sides(low.0, high.0));
                }
                reader.report(
                    Problem::new(
                        format!("a padding pair has 2 numbers, not {}", pair.len()),
                        value.span(),
                    )
                    .help("write `[before, after]` for each axis"),
                );
                None
            }
            _ => Width::from_toml(value, reader).map(|w| Self::Sides(w.0, w.0)),
        }
    }
}

#[cfg(feature = "schema")]
types::inlined!(
    Padding,
    "padding",
    any_of([
        integer(PADDING),
        types::word(&WORDS),
        json_schema!({ "type": "array", "items": integer(PADDING), "minItems": 2, "maxItems": 2 }),
    ])
);

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
