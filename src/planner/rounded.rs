//! Measures that are found to a limited accuracy, as they are compared and listed.

use std::cmp::Ordering;

/// A measure, rounded: well above the accuracy to which it is found, so that equal ones compare equal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rounded(f64);

impl Rounded {
    /// Rounds a measure to so many units for each 1.
    pub(super) fn new(value: f64, units: f64) -> Self {
        // There is one zero.
        Self((value * units).round() / units + 0.0)
    }

    pub(super) fn value(self) -> f64 {
        self.0
    }
}

impl Ord for Rounded {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Rounded {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Rounded {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Rounded {}
