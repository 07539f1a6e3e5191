//! Ticks: round numbers along an axis.

/// The least round step, 1, 2 or 5 times a power of ten, with at most `most` ticks over `span`.
#[must_use]
pub fn round_step(span: f64, most: f64) -> f64 {
    let rough = (span / most.max(1.0)).max(f64::MIN_POSITIVE);
    let power = 10_f64.powf(rough.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
    // What is rough by rounding alone is round.
    let enough = steps.into_iter().find(|step| *step >= rough * (1.0 - 1e-9));
    enough.unwrap_or(10.0 * power)
}

/// The least round whole step that has at most `most` multiples among `extent` positions.
pub(super) fn whole_step(extent: i64, most: usize) -> i64 {
    let most = i64::try_from(most.max(1)).unwrap_or(i64::MAX);
    let mut step = 1_i64;
    for factor in [2, 5, 10].iter().cycle() {
        if extent.div_euclid(step) < most || extent <= 1 {
            break;
        }
        let power = 10_i64.saturating_pow(step.ilog10());
        step = power.saturating_mul(*factor);
    }
    step
}

/// Multiples of a step among `extent` positions from `first` on; the first position where there is none.
pub(super) fn positions(first: i64, extent: i64, step: i64) -> Vec<i64> {
    let start = first.div_euclid(step) * step;
    let ticks: Vec<i64> = (start..first + extent)
        .step_by(usize::try_from(step).unwrap_or(1))
        .filter(|tick| *tick >= first)
        .collect();
    if ticks.is_empty() { vec![first] } else { ticks }
}
