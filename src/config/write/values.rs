//! Values of TOML.

use itertools::Itertools;

use crate::config::problem::printable;

/// A list of values.
pub(super) fn list(values: &[String]) -> String {
    format!("[{}]", values.iter().format(", "))
}

/// The one value, or a list of several.
pub(super) fn one_or_list(values: &[String]) -> String {
    match values {
        [one] => one.clone(),
        several => list(several),
    }
}

/// A text in quotes.
pub(super) fn quoted(text: &str) -> String {
    let text = printable(text).replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{text}\"")
}
