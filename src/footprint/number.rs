//! Integers as floats, and found by halving.

pub(crate) use crate::network::least_passing;

/// An integer as a float; above 2^53 the nearest one.
pub(crate) fn real(value: i64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "frequencies and shares are approximate in their nature"
    )]
    let value = value as f64;
    value
}
