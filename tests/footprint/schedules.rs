//! Schedules with known answers: published ones with facts from a brute force of another program (`data/schedules.toml`), and the counts
//! and examples by which the exact test and the published rules part. Every schedule that is enumerated here is also walked: its footprint
//! is drawn bit by bit, without the theorem.

use crate::common::{config, fails, reports};
use crate::effort::few_or_all;
use degrid::footprint::{AxisSet, AxisValue, Comb, Region, View, core, exact};
use degrid::network::schedule::{common_factor, sawtooth, second_distance, teeth};
use degrid::network::{MapId, PerAxis};

fn combs(k: i64, dilations: &[i64]) -> Vec<Comb> {
    dilations
        .iter()
        .map(|&step| Comb { taps: k, step })
        .collect()
}

fn is_whole(k: i64, dilations: &[i64]) -> bool {
    exact(&combs(k, dilations)).fault.is_none()
}

/// A footprint of at most 1,024 positions, drawn bit by bit.
type Bits = [u64; 16];

/// The bits and their copies, `k` in all, each `by` further than the one before.
fn copied(bits: &Bits, k: i64, by: i64) -> Bits {
    let mut all = *bits;
    for tap in 1..k {
        let (words, shift) = ((tap * by / 64) as usize, (tap * by % 64) as u32);
        for index in words..all.len() {
            all[index] |= bits[index - words] << shift;
            if shift > 0 && index > words {
                all[index] |= bits[index - words - 1] >> (64 - shift);
            }
        }
    }
    all
}

fn one() -> Bits {
    let mut bits = [0; 16];
    bits[0] = 1;
    bits
}

fn holes(bits: &Bits) -> i64 {
    let count: u32 = bits.iter().map(|w| w.count_ones()).sum();
    let last = bits.iter().rposition(|w| *w != 0).unwrap();
    64 * last as i64 + 64 - i64::from(bits[last].leading_zeros()) - i64::from(count)
}

fn drawn(k: i64, dilations: &[i64]) -> Bits {
    dilations.iter().fold(one(), |bits, &d| copied(&bits, k, d))
}

/// The positions missing from a footprint, from its first position on.
fn missing(k: i64, dilations: &[i64]) -> Vec<i64> {
    let bits = drawn(k, dilations);
    let field = 1 + (k - 1) * dilations.iter().sum::<i64>();
    (0..field)
        .filter(|&p| bits[(p / 64) as usize] >> (p % 64) & 1 == 0)
        .collect()
}

/// What is counted of a family of schedules.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    all: u64,
    hole_free: u64,
    pass: u64,
    both: u64,
}

/// Counts the schedules of `n` layers of `k` taps, r_1 = 1 and no dilation above `most`, in order of size or in any order.
fn count(k: i64, n: usize, most: i64, rising: bool, pass: &dyn Fn(&[i64]) -> bool) -> Count {
    fn grow(
        schedule: &mut Vec<i64>,
        bits: &Bits,
        left: usize,
        each: &mut dyn FnMut(&[i64], &Bits),
        of: (i64, i64, bool),
    ) {
        if left == 0 {
            return each(schedule, bits);
        }
        let (k, most, rising) = of;
        let least = if rising {
            schedule[schedule.len() - 1]
        } else {
            1
        };
        for dilation in least..=most {
            schedule.push(dilation);
            grow(schedule, &copied(bits, k, dilation), left - 1, each, of);
            schedule.pop();
        }
    }
    let mut count = Count::default();
    let mut each = |schedule: &[i64], bits: &Bits| {
        let (whole, passes) = (holes(bits) == 0, pass(schedule));
        assert_eq!(is_whole(k, schedule), whole, "{schedule:?}");
        count.all += 1;
        count.hole_free += u64::from(whole);
        count.pass += u64::from(passes);
        count.both += u64::from(whole && passes);
    };
    grow(
        &mut vec![1],
        &copied(&one(), k, 1),
        n - 1,
        &mut each,
        (k, most, rising),
    );
    count
}

/// The published rules on a schedule as one tooth: common factor 1, M_2 ≤ k.
fn published(k: i64) -> impl Fn(&[i64]) -> bool {
    move |schedule| {
        common_factor(schedule) == 1 && second_distance(schedule).is_some_and(|m| m <= k)
    }
}

/// The value of a key in one table of the file: a number, or a list of them.
fn numbers(table: &str, key: &str) -> Option<Vec<i64>> {
    let mut lines = table.lines().filter_map(|line| line.split_once(" = "));
    let (_, value) = lines.find(|(found, _)| *found == key)?;
    let value = value.trim_matches(['[', ']']);
    Some(value.split(", ").map(|n| n.parse().unwrap()).collect())
}

#[test]
fn published_schedules() {
    let tables = include_str!("../data/schedules.toml")
        .split("[[schedule]]")
        .skip(1);
    let mut rows = 0;
    for table in tables {
        let number = |key: &str| numbers(table, key).map(|list| list[0]);
        let (k, r) = (number("k").unwrap(), numbers(table, "r").unwrap());
        let found = exact(&combs(k, &r));
        let set = r
            .iter()
            .fold(AxisSet::interval(0, 1), |s, &d| s.spread(k, d).unwrap());
        let holes = number("holes").unwrap();
        assert_eq!(Some(found.extent), number("rf"), "{table}");
        assert_eq!(found.fault.is_some(), holes > 0, "{table}");
        assert_eq!(
            (set.extent(), set.extent() - set.count()),
            (found.extent, holes),
            "{table}"
        );
        assert_eq!(core(&set), number("core"), "{table}");
        assert_eq!(Some(common_factor(&r)), number("gcd"), "{table}");
        assert_eq!(second_distance(&r), number("m2"), "{table}");
        rows += 1;
    }
    assert!(rows >= 20, "{rows} rows");
}

#[test]
fn rising_schedules_of_three_taps_are_judged_alike() {
    let lengths = [(5, 60, 6_851), (6, 40, 94_703)];
    for (n, most, hole_free) in lengths.into_iter().take(few_or_all(1, 2) as usize) {
        let found = count(3, n, most, true, &published(3));
        assert_eq!(
            (found.hole_free, found.pass, found.both),
            (hole_free, hole_free, hole_free)
        );
    }
}

#[test]
fn in_any_order_the_published_rule_is_sound_and_not_complete() {
    let found = count(3, 5, 12, false, &published(3));
    let expected = Count {
        all: 20_736,
        hole_free: 11_895,
        pass: 2_117,
        both: 2_117,
    };
    assert_eq!(found, expected);
}

#[test]
fn more_taps_than_three_are_underrated() {
    for (k, n, most, hole_free, pass) in [(4, 4, 40, 992, 490), (5, 4, 60, 3_011, 890)] {
        let found = count(k, n, most, true, &published(k));
        assert_eq!(
            (found.hole_free, found.pass, found.both),
            (hole_free, pass, pass)
        );
    }
}

#[test]
fn recurrence_with_k_less_one_is_the_exact_test() {
    for (k, n, most) in [(2, 5, 12), (3, 4, 30), (4, 4, 40), (5, 4, 60), (7, 3, 60)] {
        let passes = |schedule: &[i64]| {
            let (last, rest) = schedule[1..].split_last().unwrap();
            rest.iter()
                .rev()
                .fold(*last, |next, &r| (next - (k - 1) * r).max(r))
                <= k
        };
        let found = count(k, n, most, true, &passes);
        assert_eq!(
            (found.pass, found.both),
            (found.hole_free, found.hole_free),
            "k = {k}"
        );
    }
}

#[test]
fn examples_where_the_rules_part() {
    // Published passes, and there are holes.
    for (k, schedule) in [(3, &[2, 2, 2][..]), (3, &[2, 3]), (2, &[1, 1, 4])] {
        assert!(second_distance(schedule).unwrap() <= k && !missing(k, schedule).is_empty());
        assert!(!is_whole(k, schedule), "{schedule:?}");
    }
    assert_eq!(common_factor(&[2, 3]), 1);
    let per_tooth: Vec<Option<i64>> = teeth(&[9, 1, 2]).map(second_distance).collect();
    assert_eq!(
        (per_tooth, common_factor(&[9, 1, 2])),
        (vec![None, Some(2)], 1)
    );
    assert_eq!(missing(3, &[9, 1, 2]), [7, 8, 16, 17]);
    // Published fails, and there is none.
    for (k, schedule) in [
        (3, &[1, 5, 2][..]),
        (5, &[1, 5, 25]),
        (3, &[1, 2, 5, 1, 2, 5]),
    ] {
        assert!(second_distance(schedule).unwrap() > k && missing(k, schedule).is_empty());
        assert!(is_whole(k, schedule), "{schedule:?}");
    }
    assert_eq!(common_factor(&[2, 4, 6]), 2);
    assert_eq!(
        (second_distance(&[1, 2, 5]), second_distance(&[1, 2, 9])),
        (Some(2), Some(5))
    );
    assert_eq!(sawtooth(&[1, 2, 5, 1, 2, 5]), Ok(()));
}

#[test]
fn rules_take_a_repeated_tooth_tooth_by_tooth() {
    let says = |dilations: &str, rule: &str| {
        let config = config(&format!("[[stage]]\ndilations = {dilations}\n"));
        fails(&config.check(), rule)
    };
    for (dilations, failing) in [
        ("[1, 2, 5]", &[][..]),
        ("[1, 2, 5, 1, 2, 5]", &[]),
        ("[1, 2, 9]", &["gridding", "max-distance"]),
        ("[2, 4, 6]", &["common-factor", "gridding", "max-distance"]),
        ("[2, 2, 2]", &["common-factor", "gridding", "not-sawtooth"]),
        ("[2, 3]", &["gridding"]),
        ("[9, 1, 2]", &["gridding", "not-sawtooth"]),
        ("[1, 5, 2]", &["max-distance", "not-sawtooth"]),
    ] {
        for rule in ["common-factor", "gridding", "max-distance", "not-sawtooth"] {
            assert_eq!(
                says(dilations, rule),
                failing.contains(&rule),
                "{rule} of {dilations}"
            );
        }
    }
}

#[test]
fn reach_is_no_repair() {
    let fault = exact(&combs(3, &[5, 9, 17])).fault.unwrap();
    assert_eq!((fault.index, fault.reach), (0, 1));
    assert!(!is_whole(3, &[1, 9, 17]) && is_whole(3, &[1, 3, 9]));
}

#[test]
fn neighbours_may_fill_the_last_group_of_the_authors() {
    assert_eq!(missing(3, &[5, 9, 17]).len(), 36);
    assert_eq!(missing(3, &[1, 2, 5, 9, 5, 9, 17]).len(), 0);
    let text = "[[stage]]\nname = \"res4\"\ndilations = [1, 2, 5, 9]\n[[stage]]\nname = \"res5\"\ndilations = [5, 9, 17]\n";
    let config = config(text);
    let checked = config.check();
    assert!(!reports(&checked, "gridding") && reports(&checked, "borrowed-coverage"));
    // At another resolution they may not.
    let text = text.replace(
        "[1, 2, 5, 9]",
        "[1, 2, 5, 9]\n[[stage]]\nlayers = [{ op = \"max-pool\", kernel = 2, stride = 2 }]",
    );
    assert!(reports(&crate::common::config(&text).check(), "gridding"));
}

#[test]
fn bounds_are_reached_by_powers_of_k() {
    for k in 2..6_i64 {
        for n in 1..5_u32 {
            let steps: Vec<i64> = (0..n).map(|i| k.pow(i)).collect();
            let found = exact(&combs(k, &steps));
            assert_eq!((found.extent, found.fault), (k.pow(n), None));
            // A tooth whose steps are powers of 1 + C(k−1), C times.
            let times = 3;
            let base = 1 + times * (k - 1);
            let tooth: Vec<i64> = (0..n).map(|i| base.pow(i)).collect();
            let found = exact(&combs(k, &tooth.repeat(times as usize)));
            assert_eq!((found.extent, found.fault), (base.pow(n), None));
        }
    }
}

/// The holes of what a unit sees on `n` positions.
fn clipped(dilations: &[i64], n: i64, unit: i64) -> Vec<i64> {
    let config = config(&format!(
        "input = [{n}]\n[[stage]]\ndilations = {dilations:?}\n"
    ));
    let end = config.network.outputs[0];
    let view = View {
        position: PerAxis::splat(1, unit),
        ..View::middle(&config.network, end, MapId::INPUT)
    };
    let region = view.seen(false).unwrap();
    let (grid, bounds) = (region.drawn().unwrap(), region.bounds().unwrap());
    let ends = bounds.0[0]..bounds.0[0] + bounds.1[0];
    ends.filter(|&p| !grid.contains(&[p])).collect()
}

#[test]
fn near_a_border_order_matters() {
    assert!(is_whole(3, &[2, 6, 1]));
    assert_eq!(clipped(&[2, 6, 1], 10, 5), [1]);
    assert!(clipped(&[1, 2, 6], 10, 5).is_empty());
}

fn region(layers: &str) -> Region {
    let config = config(&format!("dims = 2\n[[stage]]\nlayers = [{layers}]\n"));
    let end = config.network.outputs[0];
    let view = View::middle(&config.network, end, MapId::INPUT);
    view.seen(false).unwrap()
}

#[test]
fn union_of_boxes_is_no_box() {
    let aspp = region(
        "{ branches = [[{ dilation = 6 }], [{ dilation = 12 }], [{ dilation = 18 }], [{ kernel = 1 }]], merge = \"concat\" }",
    );
    assert_eq!(
        (aspp.count(), aspp.bounds()),
        (Ok(25), Some((vec![-18, -18], vec![37, 37])))
    );
    let cross =
        region("{ branches = [[{ kernel = [1, 7] }], [{ kernel = [7, 1] }]], merge = \"concat\" }");
    assert_eq!(
        (cross.count(), cross.bounds()),
        (Ok(13), Some((vec![-3, -3], vec![7, 7])))
    );
}

#[test]
fn published_examples() {
    assert_eq!(second_distance(&[1, 2, 5, 1, 2, 5]), Some(5));
    assert_eq!(second_distance(&[1, 5, 25]), Some(15));
    assert_eq!(second_distance(&[7]), None);
    assert_eq!(common_factor(&[5, 9, 17]), 1);
}

#[test]
fn sawteeth() {
    assert_eq!(sawtooth(&[]), Ok(()));
    assert_eq!(sawtooth(&[2, 2, 2]), Err(0));
    assert_eq!(sawtooth(&[5, 5]), Err(0));
    assert_eq!(sawtooth(&[1, 1, 1]), Ok(()));
    assert_eq!(sawtooth(&[1, 1, 2, 4, 8, 1]), Ok(()));
    assert_eq!(sawtooth(&[1, 2, 3, 1, 2, 3, 4]), Err(1));
    assert_eq!(sawtooth(&[1, 2, 3, 1, 2, 1, 2, 3]), Err(1));
    assert_eq!(sawtooth(&[5, 2, 1]), Err(1));
    // Falling by one tooth that is a prefix of the first: the last is only cut short.
    assert_eq!(sawtooth(&[1, 2, 1]), Ok(()));
}
