//! Typed reading of a TOML document that goes on after a fault, so that a file's problems are all found in one run.
//!
//! `toml`'s own deserializer stops at the first fault and loses places inside untagged values;
//! here every value keeps its bytes, and a value that cannot be read is reported and left out.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Problem, cropped, suggestion};

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
}

/// Collects the problems found on the way.
#[derive(Debug, Default)]
pub struct Reader {
    pub(crate) problems: Vec<Problem>,
}

impl Reader {
    pub(crate) fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Whether to look for a word that was meant: with many faults no one reads so far, and each search takes its time.
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
    ) {
        let problem = Problem::new(format!("unknown key `{}` in {table}", cropped(key)), span);
        let help = match suggestion(key, known.iter().copied()) {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("known keys: {}", known.join(", ")),
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
        DeValue::Array(_) => "an array",
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

impl FromToml for String {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self> {
        if let DeValue::String(text) = value.get_ref() {
            return Some(text.to_string());
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
                reader
                    .report(Problem::new("a number past 64 bits", value.span()).label("too large"));
                None
            }
        }
    }
}

/// A number, whole or fractional.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number(pub f64);

impl FromToml for Number {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self> {
        let text = match value.get_ref() {
            DeValue::Float(number) => number.as_str(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            _ => {
                reader.wrong_type("a number", value);
                return None;
            }
        };
        text.parse().ok().map(Self)
    }
}

impl<T: FromToml> FromToml for Vec<T> {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self> {
        let DeValue::Array(items) = value.get_ref() else {
            reader.wrong_type("an array", value);
            return None;
        };
        // A list with a faulty entry is faulty as a whole: its length would be wrong.
        let read: Vec<Option<T>> = items
            .iter()
            .map(|item| T::from_toml(item, reader))
            .collect();
        read.into_iter().collect()
    }
}

/// One value for all axes, or a list with one for each.
#[derive(Clone, Debug)]
pub enum Axes<T> {
    /// For all axes.
    One(At<T>),
    /// One an axis.
    Each(Vec<At<T>>),
}

impl<T: FromToml> FromToml for Axes<T> {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self> {
        match value.get_ref() {
            DeValue::Array(_) => Vec::from_toml(value, reader).map(Self::Each),
            _ => At::from_toml(value, reader).map(Self::One),
        }
    }
}

/// One value, or a list of values.
#[derive(Clone, Debug)]
pub struct OneOrMany<T>(pub Vec<At<T>>);

impl<T: FromToml> FromToml for OneOrMany<T> {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self> {
        match value.get_ref() {
            DeValue::Array(_) => Vec::from_toml(value, reader).map(Self),
            _ => At::from_toml(value, reader).map(|one| Self(vec![one])),
        }
    }
}

/// A table of entries whose keys are not fixed.
#[derive(Clone, Debug)]
pub struct Entries<T>(pub Vec<(At<String>, At<T>)>);

impl<T: FromToml> FromToml for Entries<T> {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self> {
        let DeValue::Table(table) = value.get_ref() else {
            reader.wrong_type("a table", value);
            return None;
        };
        let mut entries = Vec::new();
        for (key, value) in in_order(table) {
            let key = At::new(key.get_ref().to_string(), key.span());
            entries.push((key, At::from_toml(value, reader)?));
        }
        Some(Self(entries))
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

/// Declares a table of the file: a struct of optional fields that reads itself, knows its keys, and reports unknown ones.
macro_rules! table {
    ($(#[$doc:meta])* $name:ident, $called:literal, { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: Option<$crate::config::read::At<$type>>,)*
            /// The keys that stand in the file, with their places.
            pub keys: Vec<$crate::config::read::At<&'static str>>,
            /// Whether keys stand there that the table does not have, so that what seems missing may only be misspelt.
            pub has_unknown: bool,
        }

        impl $name {
            /// The keys of this table.
            pub const KEYS: &'static [&'static str] = &[$(stringify!($field)),*];

            /// Reads the entries of a table.
            pub fn read(table: &toml::de::DeTable<'_>, reader: &mut $crate::config::read::Reader) -> Self {
                let mut this = Self::default();
                for (key, value) in $crate::config::read::in_order(table) {
                    match key.get_ref().as_ref() {
                        $(stringify!($field) => {
                            this.keys.push($crate::config::read::At::new(stringify!($field), key.span()));
                            this.$field = $crate::config::read::FromToml::from_toml(value, reader);
                        })*
                        other => {
                            this.has_unknown = true;
                            reader.unknown_key(other, key.span(), $called, Self::KEYS);
                        }
                    }
                }
                this
            }

            /// Whether a key stands in the file, though its value may be faulty.
            #[must_use]
            pub fn has(&self, key: &str) -> bool {
                self.keys.iter().any(|k| k.value == key)
            }
        }

        impl $crate::config::read::FromToml for $name {
            fn from_toml(value: &toml::Spanned<toml::de::DeValue<'_>>, reader: &mut $crate::config::read::Reader) -> Option<Self> {
                if let toml::de::DeValue::Table(table) = value.get_ref() {
                    return Some(Self::read(table, reader));
                }
                reader.wrong_type(concat!("a table (", $called, ")"), value);
                None
            }
        }
    };
}
pub(crate) use table;
