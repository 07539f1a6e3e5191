//! JSON values whose keys keep their order: formats are written as their specifications print them.

use serde::{Serialize, Serializer};
use serde_json::Value;

/// A value to be written.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Json {
    Plain(Value),
    List(Vec<Json>),
    #[serde(serialize_with = "in_order")]
    Object(Vec<(&'static str, Json)>),
}

/// What an object leaves out.
pub(super) const NOTHING: Json = Json::Plain(Value::Null);

impl<T: Into<Value>> From<T> for Json {
    fn from(value: T) -> Self {
        Self::Plain(value.into())
    }
}

/// An object, without the entries that are null.
pub(super) fn object<const N: usize>(entries: [(&'static str, Json); N]) -> Json {
    let is_there = |(_, value): &(_, Json)| !matches!(value, Json::Plain(Value::Null));
    Json::Object(entries.into_iter().filter(is_there).collect())
}

/// An object that holds a text alone.
pub(super) fn text(text: &str) -> Json {
    object([("text", text.into())])
}

/// A list.
pub(super) fn list(items: impl IntoIterator<Item = Json>) -> Json {
    Json::List(items.into_iter().collect())
}

/// A list, or nothing where it is empty.
pub(super) fn list_of_some(items: impl IntoIterator<Item = Json>) -> Json {
    let mut items = items.into_iter().peekable();
    if items.peek().is_some() {
        list(items)
    } else {
        NOTHING
    }
}

fn in_order<S: Serializer>(entries: &[(&str, Json)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(entries.iter().map(|(key, value)| (key, value)))
}
