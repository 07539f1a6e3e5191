//! Numbers of paths as text.

use crate::report::counted;

/// A number of paths in few characters.
#[must_use]
pub fn number(weight: f64) -> String {
    if weight >= 1e6 {
        return format!("{weight:.1e}");
    }
    if weight.fract() == 0.0 {
        return format!("{weight:.0}");
    }
    let text = format!("{weight:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A number of paths in words.
#[must_use]
pub fn paths(weight: f64) -> String {
    counted(number(weight), "path")
}
