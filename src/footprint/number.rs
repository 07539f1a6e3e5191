//! Integers as floats, and found by halving.

pub(crate) use crate::network::least_passing;

/// The nearest whole number; of two the even one. Floats near 1.5·2^52 have no other digits, which is faster than a call of `round`.
pub(crate) fn nearest(value: f64) -> f64 {
    const WHOLE: f64 = 6_755_399_441_055_744.0;
    let is_small = value.abs() < WHOLE / 3.0;
    if is_small {
        (value + WHOLE) - WHOLE
    } else {
        value.round()
    }
}

/// An integer as a float; above 2^53 the nearest one.
pub(crate) fn real(value: i64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "frequencies and shares are approximate in their nature"
    )]
    let value = value as f64;
    value
}
