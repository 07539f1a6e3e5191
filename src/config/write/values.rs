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

/// Padding in numbers.
pub(super) fn padding(sides: &[(i64, i64)]) -> String {
    let one = |&(low, high): &(i64, i64)| {
        if low == high {
            low.to_string()
        } else {
            format!("[{low}, {high}]")
        }
    };
    match sides.iter().all_equal_value() {
        Ok((low, high)) if low == high => low.to_string(),
        _ => list(&sides.iter().map(one).collect::<Vec<_>>()),
    }
}
