//! How bad a footprint is: ripple, overlap and core, each along one axis.

use super::axis::AxisValue;
use super::exact::{Comb, exact};
use super::number::real;
use super::set::AxisSet;
use super::weights::AxisWeights;

/// How restlessly path weights rise and fall: `Σ|c[i+1] − c[i]| / (2 max c)`, with zero outside.
///
/// 1 if they rise once and fall once; `None` without a weight.
///
/// ```
/// use degrid::footprint::ripple;
/// assert_eq!(ripple(&[1.0, 2.0, 3.0, 2.0, 1.0]), Some(1.0));
/// assert_eq!(ripple(&[1.0, 0.0, 1.0]), Some(2.0));
/// assert_eq!(ripple(&[]), None);
/// ```
#[must_use]
pub fn ripple(weights: &[f64]) -> Option<f64> {
    let most = weights.iter().copied().fold(0.0, f64::max);
    if most <= 0.0 || !most.is_finite() {
        return None;
    }
    // Weights near the end of the range are scaled first, so that no sum passes it; others are not, so that integer counts stay exact.
    let scale = if most > f64::MAX / 1e9 { most } else { 1.0 };
    let ends = [0.0];
    let padded = || ends.iter().chain(weights).chain(&ends).map(|w| w / scale);
    let turns: f64 = padded()
        .zip(padded().skip(1))
        .map(|(a, b)| (b - a).abs())
        .sum();
    Some(turns / (2.0 * (most / scale)))
}

/// Most additions that a chain's ripple may take.
const MOST_WORK: i64 = 1 << 27;

/// The [`ripple`] of a chain along one axis; `None` for wide chains, where it would take long.
///
/// ```
/// use degrid::footprint::{Comb, chain_ripple};
/// let chain = [1, 2, 4].map(|step| Comb { taps: 3, step });
/// assert_eq!(chain_ripple(&chain), Some(3.0));
/// ```
#[must_use]
pub fn chain_ripple(chain: &[Comb]) -> Option<f64> {
    let layers = i64::try_from(chain.len()).ok()?;
    if exact(chain).extent.checked_mul(layers)? > MOST_WORK {
        return None;
    }
    let mut weights = AxisWeights::one(0);
    for comb in chain {
        weights = weights.spread(comb.taps, comb.step).ok()?;
        // A power of two changes no digit and keeps counts of deep stages finite.
        if weights.values.iter().any(|&count| count > 1e150) {
            let scaled = weights.values.iter_mut();
            scaled.for_each(|count| *count *= 0.5_f64.powi(490));
        }
    }
    ripple(&weights.values)
}

/// Share of positions that neighbouring outputs both see, of those that either sees: |S ∩ (S+s)| / |S ∪ (S+s)|, 0 to 1.
///
/// `shift` is the stride between the outputs, in positions of the footprint. `None` for an empty footprint.
#[must_use]
pub fn overlap(set: &AxisSet, shift: i64) -> Option<f64> {
    if set.is_empty() {
        return None;
    }
    // Both lists of runs are in order: one pass over them together.
    let mut both = 0;
    let mut moved = set
        .runs()
        .map(|(first, last)| (first + shift, last + shift))
        .peekable();
    for (first, last) in set.runs() {
        while let Some(&(moved_first, moved_last)) = moved.peek() {
            both += (last.min(moved_last) - first.max(moved_first) + 1).max(0);
            if moved_last > last {
                break;
            }
            moved.next();
        }
    }
    let count = set.count();
    Some(real(both) / real(2 * count - both))
}

/// Width of the largest hole-free interval centred on the middle of the bounding box; `None` if the middle is a hole.
///
/// The middle of an even extent is two positions: both must be covered.
///
/// ```
/// use degrid::footprint::{AxisSet, AxisValue, core};
/// let set = AxisSet::interval(0, 1).spread(3, 2).unwrap().spread(3, 3).unwrap();
/// assert_eq!((set.extent(), core(&set)), (11, Some(7)));
/// ```
#[must_use]
pub fn core(set: &AxisSet) -> Option<i64> {
    if set.is_empty() {
        return None;
    }
    let (left, right) = (
        set.first() + (set.extent() - 1) / 2,
        set.first() + set.extent() / 2,
    );
    let run = set.runs().find(|&(a, b)| a <= left && right <= b)?;
    let each_side = (left - run.0).min(run.1 - right);
    Some(right - left + 1 + 2 * each_side)
}

/// Width of the hole-free interval that ends at the last tap, for chains that only look back; `None` for an empty footprint.
#[must_use]
pub fn causal_core(set: &AxisSet) -> Option<i64> {
    set.runs().last().map(|(first, last)| last - first + 1)
}
