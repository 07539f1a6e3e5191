//! How even and how whole a footprint is along one axis: ripple, overlap and core.

use super::set::AxisSet;

/// Ups and downs of path weights: `Σ|c[i+1] − c[i]| / (2·max c)`, c = 0 outside. 1 if and only if they rise once and fall once.
///
/// `None` where there is no weight, or their sum is past what a float holds.
///
/// ```
/// assert_eq!(degrid::footprint::ripple(&[1., 2., 3., 2., 1.]), Some(1.0));
/// assert_eq!(degrid::footprint::ripple(&[1., 0., 1.]), Some(2.0));
/// ```
#[must_use]
pub fn ripple(weights: &[f64]) -> Option<f64> {
    let most = weights.iter().copied().fold(0.0, f64::max);
    let mut before = 0.0;
    let mut turns = 0.0;
    for &weight in weights.iter().chain(&[0.0]) {
        turns += (weight - before).abs();
        before = weight;
    }
    let ripple = turns / (2.0 * most);
    (most > 0.0 && ripple.is_finite()).then_some(ripple)
}

/// What neighbouring outputs share of what they see: |S ∩ (S+s)| / |S ∪ (S+s)|, with s the stage's stride in positions of the set.
///
/// 0 for the empty set.
///
/// ```
/// use degrid::footprint::{AxisSet, overlap};
/// assert!(overlap(&AxisSet::from_positions([0, 2, 4]).unwrap(), 1) < f64::EPSILON);
/// assert!((overlap(&AxisSet::interval(0, 9), 1) - 0.8).abs() < 1e-12);
/// ```
#[must_use]
pub fn overlap(set: &AxisSet, stride: i64) -> f64 {
    let mut shared = 0;
    let mut others = set.runs().map(|(first, last)| (first + stride, last + stride)).peekable();
    for (first, last) in set.runs() {
        while let Some(&(other_first, other_last)) = others.peek() {
            shared += (last.min(other_last) - first.max(other_first) + 1).max(0);
            if other_last > last {
                break;
            }
            others.next();
        }
    }
    let either = 2 * set.count() - shared;
    if either == 0 { 0.0 } else { super::lobe::real(shared) / super::lobe::real(either) }
}

/// Width of the largest hole-free interval about the middle of the bounding box; `None` where the middle is a hole (or, of an even extent,
/// one of the two positions in the middle).
///
/// ```
/// use degrid::footprint::{AxisSet, core};
/// // Dilations 2, 3 with three taps: 1 and 9 are missed.
/// let set = AxisSet::from_positions([0, 2, 3, 4, 5, 6, 7, 8, 10]).unwrap();
/// assert_eq!(core(&set), Some(7));
/// ```
#[must_use]
pub fn core(set: &AxisSet) -> Option<i64> {
    if set.is_empty() {
        return None;
    }
    let low = set.first() + (set.extent() - 1) / 2;
    let high = set.first() + set.extent() / 2;
    let (first, last) = set.runs().find(|&(first, last)| first <= low && high <= last)?;
    let around = (low - first).min(last - high);
    Some(high - low + 1 + 2 * around)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Path counts by their definition: every choice of a tap in every layer.
    fn counts(taps: usize, steps: &[usize]) -> Vec<f64> {
        let extent = 1 + (taps - 1) * steps.iter().sum::<usize>();
        let mut counts = vec![0.0; extent];
        counts[0] = 1.0;
        for &step in steps {
            let before = counts.clone();
            counts = (0..extent)
                .map(|at| (0..taps).filter_map(|t| before.get(at.checked_sub(t * step)?)).sum())
                .collect();
        }
        counts
    }

    #[test]
    fn known_ripples() {
        for (taps, steps, value) in [
            (3, &[1, 2, 3][..], 1.0),
            (3, &[1, 3, 9, 27], 1.0),
            (3, &[1, 2, 5], 2.5),
            (3, &[1, 2, 4], 3.0),
            (3, &[2, 2, 2], 3.857),
            (3, &[1, 2, 4, 8], 5.4),
            (3, &[1, 2, 5, 1, 2, 5], 1.0),
        ] {
            let ripple = ripple(&counts(taps, steps)).unwrap();
            assert!((ripple - value).abs() < 5e-4, "{steps:?}: {ripple} is not {value}");
        }
        assert_eq!(ripple(&[]), None);
        assert_eq!(ripple(&[f64::INFINITY, 1.0]), None);
    }

    #[test]
    fn overlaps() {
        let set = |steps: &[i64]| steps.iter().fold(AxisSet::interval(0, 1), |set, &step| set.spread(3, step).unwrap());
        assert!(overlap(&set(&[2, 2, 2]), 1).abs() < f64::EPSILON);
        assert!((overlap(&set(&[2, 2, 2]), 2) - 0.75).abs() < 1e-12);
        assert!((overlap(&set(&[1, 2, 5]), 1) - 16.0 / 18.0).abs() < 1e-12);
        // 0 2 3 4 5 6 7 8 10 beside 1 3 4 5 6 7 8 9 11.
        assert!((overlap(&set(&[2, 3]), 1) - 6.0 / 12.0).abs() < 1e-12);
        assert!(overlap(&AxisSet::EMPTY, 1).abs() < f64::EPSILON);
    }

    #[test]
    fn cores() {
        let of = |positions: &[i64]| core(&AxisSet::from_positions(positions.iter().copied()).unwrap());
        assert_eq!(of(&[0, 2]), None);
        assert_eq!(of(&[0, 1, 3, 4]), None);
        assert_eq!(of(&[0, 2, 3, 5]), Some(2));
        assert_eq!(of(&[0, 1, 3]), None);
        assert_eq!(core(&AxisSet::interval(5, 8)), Some(8));
        assert_eq!(core(&AxisSet::EMPTY), None);
    }
}
