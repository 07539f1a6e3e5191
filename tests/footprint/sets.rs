//! Sets of positions along one axis, against hash sets: every operation on them, and what they read through every kind of layer.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use degrid::footprint::{AxisSet, AxisValue, FootprintError, core, each_tap, overlap};
use degrid::network::MAX_CELLS;
use proptest::prelude::*;

use super::common::cases;
use super::ops::{reads, sized_op};

type Plain = BTreeSet<i64>;

fn of(plain: &Plain) -> AxisSet {
    AxisSet::from_positions(plain.iter().copied()).unwrap()
}

fn plain(set: &AxisSet) -> Plain {
    set.iter().collect()
}

/// Scattered positions, intervals, combs: what footprints are made of, over borders of machine words.
pub fn positions() -> BoxedStrategy<Plain> {
    let scattered = prop::collection::btree_set(-150..150_i64, 0..40);
    let interval = (-150..150_i64, 0..140_i64).prop_map(|(a, n)| (a..a + n).collect());
    let comb = (-150..150_i64, 1..7_i64, 1..30_i64)
        .prop_map(|(a, step, n)| (0..n).map(|i| a + i * step).collect());
    let pierced =
        (-150..150_i64, 3..200_i64, any::<prop::sample::Index>()).prop_map(|(a, n, hole)| {
            let hole = a + 1 + hole.index(n as usize - 2) as i64;
            (a..a + n).filter(|&p| p != hole).collect()
        });
    prop_oneof![scattered, interval, comb, pierced].boxed()
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn one_set(a in positions(), low in -170..170_i64, len in 0..200_i64, by in -99..99_i64) {
        let set = of(&a);
        prop_assert_eq!(plain(&set), a.clone());
        prop_assert_eq!(set.count(), a.len() as i64);
        prop_assert_eq!(set.is_empty(), a.is_empty());
        if let (Some(&first), Some(&last)) = (a.first(), a.last()) {
            prop_assert_eq!((set.first(), set.extent()), (first, last - first + 1));
            prop_assert_eq!(set.is_interval(), a.len() as i64 == last - first + 1);
            let holes: Vec<i64> = (first..=last).filter(|p| !a.contains(p)).collect();
            prop_assert_eq!(set.gaps().flat_map(|(a, b)| a..=b).collect::<Vec<_>>(), holes);
            prop_assert!(set.gaps().all(|(x, y)| a.contains(&(x - 1)) && a.contains(&(y + 1))));
        }
        for position in -170..170 {
            prop_assert_eq!(set.contains(position), a.contains(&position));
        }
        let part: Plain = a.range(low..low + len).copied().collect();
        prop_assert_eq!(plain(&set.clipped(low, low + len)), part.clone());
        prop_assert_eq!(set.clipped(low, low + len), of(&part));
        prop_assert_eq!(plain(&set.clone().shifted(by)), a.iter().map(|p| p + by).collect::<Plain>());
    }

    #[test]
    fn two_sets(a in positions(), b in positions(), picks in prop::collection::vec(any::<bool>(), 200)) {
        let union: Plain = a.union(&b).copied().collect();
        prop_assert_eq!(of(&a).union(&of(&b)).unwrap(), of(&union));
        prop_assert_eq!(of(&a).is_subset(&of(&b)), a.is_subset(&b));
        prop_assert!(of(&a).is_subset(&of(&union)));
        let some: Plain = a.iter().zip(picks.iter().cycle()).filter(|(_, k)| **k).map(|(p, _)| *p).collect();
        prop_assert!(of(&some).is_subset(&of(&a)));
        prop_assert_eq!(of(&a).is_subset(&of(&some)), some.len() == a.len());
    }

    #[test]
    fn spread(a in positions(), taps in 1..9_i64, step in 1..90_i64) {
        let expected: Plain = a.iter().flat_map(|p| (0..taps).map(move |t| p + t * step)).collect();
        prop_assert_eq!(of(&a).spread(taps, step).unwrap(), of(&expected));
    }

    #[test]
    fn through_every_operation(a in positions(), (op, n) in sized_op(), dense in any::<bool>()) {
        // On a map of known size, outputs beyond it do not exist.
        let outputs: Plain = match n {
            Some(n) => a.into_iter().filter(|&o| o >= 0 && o < op.output_size(n).unwrap_or(0)).collect(),
            None => a,
        };
        let expected: Plain = outputs.iter().flat_map(|&o| reads(&op, o, n, dense)).map(|r| r.0).collect();
        let found = of(&outputs).through(&op, n, dense).unwrap();
        prop_assert_eq!(found, of(&expected), "{:?} on {:?}", op, n);
    }

    #[test]
    fn one_output((op, n) in sized_op(), pick in any::<prop::sample::Index>()) {
        let outputs = n.map_or(200, |n| op.output_size(n).unwrap_or(0));
        prop_assume!(outputs > 0);
        let o = pick.index(outputs as usize) as i64;
        let mut found = BTreeMap::new();
        each_tap(&op, o, n, |tap, weight| *found.entry(tap).or_insert(0.0) += weight);
        let mut expected = BTreeMap::new();
        for (tap, weight) in reads(&op, o, n, false) {
            *expected.entry(tap).or_insert(0.0) += weight;
        }
        let weights = |taps: &BTreeMap<i64, f64>| taps.values().copied().collect::<Vec<f64>>();
        prop_assert!(found.keys().eq(expected.keys()), "{:?} at {}: {:?}, not {:?}", op, o, found, expected);
        let differs = |(a, b): (f64, f64)| (a - b).abs() > 1e-9;
        prop_assert!(!weights(&found).into_iter().zip(weights(&expected)).any(differs), "{:?} at {}", op, o);
    }

    #[test]
    fn measures(a in positions(), shift in 0..70_i64) {
        let set = of(&a);
        let moved: HashSet<i64> = a.iter().map(|p| p + shift).collect();
        let all: HashSet<i64> = a.iter().copied().collect();
        let expected = (!a.is_empty()).then(|| all.intersection(&moved).count() as f64 / all.union(&moved).count() as f64);
        prop_assert_eq!(overlap(&set, shift), expected);
        // Grow from the middle, one position on each side, as long as all are there.
        let mut width = None;
        if let (Some(&first), Some(&last)) = (a.first(), a.last()) {
            let (mut left, mut right) = ((first + last).div_euclid(2), (first + last + 1).div_euclid(2));
            while a.contains(&left) && a.contains(&right) {
                width = Some(right - left + 1);
                (left, right) = (left - 1, right + 1);
            }
        }
        prop_assert_eq!(core(&set), width);
    }
}

#[test]
fn only_holes_are_limited() {
    let far = AxisSet::interval(0, 1).spread(2, MAX_CELLS);
    assert!(matches!(far, Err(FootprintError::TooLarge { .. })));
    assert!(AxisSet::interval(0, 2).spread(2, 2).is_ok());
}
