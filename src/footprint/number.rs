//! Integers as floats, and found by halving.

/// An integer as a float; above 2^53 the nearest one.
pub(crate) fn real(value: i64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "frequencies and shares are approximate in their nature"
    )]
    let value = value as f64;
    value
}

/// The least number from `low` to `high` that passes, found by halving: what passes stays passing as it grows, and `high` does.
pub(crate) fn least_passing(
    mut low: i64,
    mut high: i64,
    mut passes: impl FnMut(i64) -> bool,
) -> i64 {
    while low < high {
        let middle = i64::midpoint(low, high);
        if passes(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}
