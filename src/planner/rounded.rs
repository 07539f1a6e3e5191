//! Measures that are found to a limited accuracy, as they are compared.

use std::cmp::Ordering;

/// Measures are compared in units of 1 / this: well above the accuracy to which lobes and ripples are found, so that equal ones compare equal.
pub(super) const UNITS: f64 = 1e8;

/// A measure, compared in steps of 1e-8.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rounded(pub f64);

impl Rounded {
    pub(super) fn units(self) -> f64 {
        (self.0 * UNITS).round()
    }
}

impl Ord for Rounded {
    fn cmp(&self, other: &Self) -> Ordering {
        self.units().total_cmp(&other.units())
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
