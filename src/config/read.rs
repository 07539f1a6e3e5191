//! Typed reading of a TOML document that goes on after a fault, so that a file's problems are all found in one run.
//!
//! `toml`'s own deserializer stops at the first fault and loses places inside untagged values;
//! here every value keeps its bytes, and a value that cannot be read is reported and left out.

use std::collections::HashSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::suggestion;
use super::problem::{Problem, cropped, printable};
#[cfg(feature = "schema")]
use super::schema::types;

mod lists;
mod table;

pub use lists::{Axes, Entries, OneOrMany};
pub(crate) use table::table;

/// A value and the bytes of the file it was read from.
#[derive(Clone, Debug)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Range<usize>,
}

impl<T> At<T> {
    pub(crate) fn new(value: T, span: Range<usize>) -> Self {
        Self { value, span }
    }

    /// A problem at this place.
    pub(crate) fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::new(message, self.span.clone())
    }
}

/// Keys of other tools that need no counterpart here, though they look like one.
const LEFT_OUT: [&str; 3] = ["in_channels", "input_channels", "in_features"];

/// A place of the file, and keys that belong there.
pub(crate) type Elsewhere = (&'static str, &'static [&'static str]);

/// Collects the problems found on the way.
#[derive(Debug, Default)]
pub struct Reader {
    pub(crate) problems: Vec<Problem>,
    /// Where an input stands that may be written with its channels: where lists do not fit its axes, that is why.
    pub(crate) doubtful_input: Option<Range<usize>>,
    /// Where padding begins that is written for each side.
    pub(crate) padding_pairs: HashSet<usize>,
}

impl Reader {
    pub(crate) fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Whether to look for the word that was meant: nobody reads that many problems, and each search takes time.
    pub(crate) fn may_suggest(&self) -> bool {
        const MOST: usize = 100;
        self.problems.len() < MOST
    }

    /// Reports a key that a table does not have.
    pub(crate) fn unknown_key(
        &mut self,
        key: &str,
        span: Range<usize>,
        table: &str,
        known: &[&str],
        elsewhere: &[Elsewhere],
    ) {
        let problem = Problem::new(format!("unknown key `{}` in {table}", cropped(key)), span);
        let misplaced = |fits: &dyn Fn(&[&'static str]) -> Option<&'static str>| {
            let mut places = elsewhere.iter();
            places.find_map(|(place, keys)| Some((fits(keys)?, place)))
        };
        let same = |keys: &[&'static str]| keys.iter().copied().find(|own| *own == key);
        let alike = |keys: &[&'static str]| suggestion(key, keys.iter().copied());
        let help = if LEFT_OUT.contains(&key) {
            format!(
                "leave out `{key}`: the layer before tells how many channels there are, and only weights depend on them"
            )
        } else if let Some((word, place)) = misplaced(&same) {
            format!("`{word}` belongs {place}")
        } else if let Some(word) = suggestion(key, known.iter().copied()) {
            format!("did you mean `{word}`?")
        } else if let Some((word, place)) = misplaced(&alike) {
            format!("did you mean `{word}`? it belongs {place}")
        } else {
            format!("known keys: {}", known.join(", "))
        };
        self.report(problem.label("unknown key").help(help));
    }

    /// Reports a value of the wrong type.
    pub(crate) fn wrong_type(&mut self, expected: &str, found: &Spanned<DeValue<'_>>) {
        let kind = kind(found.get_ref());
        let mut problem = Problem::new(format!("expected {expected}, found {kind}"), found.span())
            .label(format!("expected {expected}"));
        if let DeValue::String(text) = found.get_ref()
            && text.parse::<i64>().is_ok()
        {
            problem = problem.help("write the number without quotes");
        }
        self.report(problem);
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a fractional number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// What can be read from a TOML value. On a fault it is reported, and `None` returned.
pub trait FromToml: Sized {
    /// Reads one value.
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self>;
}

impl<T: FromToml> FromToml for At<T> {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self> {
        Some(Self::new(T::from_toml(value, reader)?, value.span()))
    }
}

#[cfg(feature = "schema")]
types::generic!(At, "place", |value| value);

impl FromToml for String {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self> {
        if let DeValue::String(text) = value.get_ref() {
            return Some(printable(text));
        }
        reader.wrong_type("a string", value);
        None
    }
}

impl FromToml for bool {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self> {
        if let DeValue::Boolean(flag) = value.get_ref() {
            return Some(*flag);
        }
        reader.wrong_type("true or false", value);
        None
    }
}

/// A whole number of any sign; its range is checked where its meaning is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Int(pub i128);

impl FromToml for Int {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self> {
        let DeValue::Integer(number) = value.get_ref() else {
            reader.wrong_type("a whole number", value);
            return None;
        };
        let parsed = i128::from_str_radix(number.as_str(), number.radix());
        match parsed {
            Ok(parsed) if i64::try_from(parsed).is_ok() => Some(Self(parsed)),
            _ => {
                reader.report(
                    Problem::new("the number does not fit in 64 bits", value.span())
                        .label("too large"),
                );
                None
            }
        }
    }
}

#[cfg(feature = "schema")]
types::inlined!(
    Int,
    "whole number",
    schemars::json_schema!({ "type": "integer" })
);

impl<T: FromToml> FromToml for Vec<T> {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self> {
        let DeValue::Array(items) = value.get_ref() else {
            reader.wrong_type("a list", value);
            return None;
        };
        // Without its faulty entry a list would have the wrong length.
        let read: Vec<Option<T>> = items
            .iter()
            .map(|item| T::from_toml(item, reader))
            .collect();
        read.into_iter().collect()
    }
}

/// The entries of a table in the order of the file.
pub(crate) fn in_order<'t, 'd>(
    table: &'t DeTable<'d>,
) -> Vec<(
    &'t Spanned<toml::de::DeString<'d>>,
    &'t Spanned<DeValue<'d>>,
)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}
