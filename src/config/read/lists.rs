//! Values that are one or several.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use super::{At, FromToml, Reader, in_order};
#[cfg(feature = "schema")]
use crate::config::limits::DIMS;
#[cfg(feature = "schema")]
use crate::config::schema::types::{self, any_of};
#[cfg(feature = "schema")]
use schemars::json_schema;

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

impl<T> Axes<T> {
    /// Each value with the axis it holds for (`None`: all).
    pub(crate) fn parts(&self) -> Vec<(Option<usize>, &At<T>)> {
        match self {
            Self::One(one) => vec![(None, one)],
            Self::Each(each) => each
                .iter()
                .enumerate()
                .map(|(axis, at)| (Some(axis), at))
                .collect(),
        }
    }

    /// The value for an axis; `None` where a list has none for it.
    pub(crate) fn axis(&self, axis: usize) -> Option<&At<T>> {
        match self {
            Self::One(one) => Some(one),
            Self::Each(each) => each.get(axis),
        }
    }
}

impl<T: Copy> At<Axes<T>> {
    /// The value for an axis and where it stands.
    pub(crate) fn on(&self, axis: usize) -> (T, Range<usize>) {
        let at = self.value.axis(axis).expect("one value, or one an axis");
        (at.value, at.span.clone())
    }
}

#[cfg(feature = "schema")]
types::generic!(Axes, "axes", |one| {
    let (least, most) = DIMS.into_inner();
    let each = json_schema!({ "type": "array", "items": one, "minItems": least, "maxItems": most });
    any_of([one, each])
});

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

#[cfg(feature = "schema")]
types::generic!(OneOrMany, "list", |one| {
    let many = json_schema!({ "type": "array", "items": one });
    any_of([one, many])
});

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

#[cfg(feature = "schema")]
types::generic!(Entries, "entries", |entry| {
    json_schema!({ "type": "object", "additionalProperties": entry })
});
