//! Counts as text.

use crate::draw::number;
use crate::footprint::real_count;

/// Counts above are written as multiples of the least.
pub(super) const PLAIN: f64 = 9999.0;

/// How many paths a count is, of which one counts `unit`.
pub(super) fn in_paths(count: u128, unit: u128) -> f64 {
    real_count(count) / real_count(unit)
}

/// Counts as people read them: large ones as multiples of the least.
pub(super) fn texts(counts: &[u128], unit: u128) -> Vec<String> {
    let values: Vec<f64> = counts.iter().map(|&count| in_paths(count, unit)).collect();
    let most = values.iter().copied().fold(0.0, f64::max);
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let relative = is_relative(least, most);
    let text = |value: &f64| {
        if relative {
            format!("{:.2}", value / least)
        } else {
            number(*value)
        }
    };
    values.iter().map(text).collect()
}

/// Whether counts are written as multiples of the least.
pub(super) fn is_relative(least: f64, most: f64) -> bool {
    most > PLAIN && least > 0.0 && least < most && most / least <= PLAIN
}
