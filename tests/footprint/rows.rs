//! Rows of a box, carried through layers axis by axis, against maps of positions: boxes wider than the machine words of a row, and volumes,
//! where each axis before the last has axes behind it.

use std::collections::BTreeMap;

use degrid::footprint::{AxisSet, AxisWeights, PathWeights, Propagate, Region};
use degrid::network::{AxisOp, Op, OpKind, PerAxis};
use proptest::prelude::*;

use super::common::cases;
use super::effort::few_or_all;
use super::ops::{reads, sized_op, transposed, window};
use super::regions::{op, sizes};

/// What is known of each position.
type Plain = BTreeMap<Vec<i64>, f64>;

/// Weights along each axis; of a set each is one.
type Sides = Vec<BTreeMap<i64, f64>>;

fn combined(sides: &[BTreeMap<i64, f64>]) -> Plain {
    let nothing = Plain::from([(Vec::new(), 1.0)]);
    sides.iter().fold(nothing, |all, side| {
        let longer = |(at, weight): (Vec<i64>, f64)| {
            let longer = move |(p, own): (&i64, &f64)| ([&at[..], &[*p]].concat(), weight * own);
            side.iter().map(longer).collect::<Vec<_>>()
        };
        all.into_iter().flat_map(longer).collect()
    })
}

/// Products of a map, held as rows, and position by position.
fn drawn_weights(products: &[Sides]) -> (PathWeights, Plain) {
    let line = |side: &BTreeMap<i64, f64>| {
        let (first, end) = (*side.keys().next().unwrap(), *side.keys().last().unwrap());
        let values = (first..=end).map(|p| side.get(&p).copied().unwrap_or(0.0));
        AxisWeights {
            first,
            values: values.collect(),
        }
    };
    let (mut sum, mut plain) = (PathWeights::empty(), Plain::new());
    for sides in products {
        sum.join(PathWeights::product(sides.iter().map(line).collect()))
            .unwrap();
        for (at, weight) in combined(sides) {
            *plain.entry(at).or_default() += weight;
        }
    }
    (PathWeights::Rows(sum.drawn().unwrap()), plain)
}

fn drawn_set(products: &[Sides]) -> (Region, Plain) {
    let set = |side: &BTreeMap<i64, f64>| AxisSet::from_positions(side.keys().copied()).unwrap();
    let (mut union, mut plain) = (Region::empty(), Plain::new());
    for sides in products {
        union
            .join(Region::product(sides.iter().map(set).collect()))
            .unwrap();
        plain.extend(combined(sides).into_keys().map(|at| (at, 1.0)));
    }
    (Region::Rows(union.drawn().unwrap()), plain)
}

fn of_set(region: &Region) -> Plain {
    let drawn = region.drawn().unwrap();
    let found: Plain = drawn.iter().map(|at| (at, 1.0)).collect();
    assert_eq!(drawn.count(), found.len() as i64);
    found
}

fn of_weights(weights: &PathWeights) -> Plain {
    let drawn = weights.drawn().unwrap();
    let line = |(outer, row): (Vec<i64>, &AxisWeights)| {
        let places = (row.first..).zip(row.values.clone());
        let at = move |(p, weight)| ([&outer[..], &[p]].concat(), weight);
        places.map(at).collect::<Vec<_>>()
    };
    let found = drawn.rows().flat_map(line);
    found.filter(|(_, weight)| *weight != 0.0).collect()
}

/// What positions read, one after the other.
fn expected(outputs: &Plain, op: &Op, n: Option<&[i64]>, dense: bool) -> Plain {
    let mut all = Plain::new();
    for (at, weight) in outputs {
        let side = |axis: usize| {
            let mut side = BTreeMap::new();
            for (to, share) in reads(&op.axes[axis], at[axis], n.map(|n| n[axis]), dense) {
                *side.entry(to).or_default() += share;
            }
            side
        };
        let sides: Sides = (0..at.len()).map(side).collect();
        for (to, share) in combined(&sides) {
            *all.entry(to).or_default() += weight * share;
        }
    }
    all
}

/// On maps of known size, outputs beyond them do not exist.
fn existing(products: &[Sides], op: &Op, n: Option<&[i64]>) -> Vec<Sides> {
    let Some(n) = n else {
        return products.to_vec();
    };
    let fits = |(axis, side): (usize, &BTreeMap<i64, f64>)| -> BTreeMap<i64, f64> {
        let size = op.axes[axis].output_size(n[axis]).unwrap_or(0);
        let mirrored = side.iter().map(|(p, weight)| (p.abs(), *weight));
        mirrored.filter(|(p, _)| *p < size).collect()
    };
    let sides = products.iter().map(|sides| -> Sides {
        let sides = sides.iter().enumerate();
        sides.map(fits).collect()
    });
    let is_some = |sides: &Sides| sides.iter().all(|side| !side.is_empty());
    sides.filter(is_some).collect()
}

fn check(products: &[Sides], op: &Op, n: Option<&[i64]>, dense: bool) -> Result<(), TestCaseError> {
    let products = existing(products, op, n);
    let (set, outputs) = drawn_set(&products);
    prop_assert_eq!(&of_set(&set), &outputs);
    let read = expected(&outputs, op, n, dense);
    let found = of_set(&set.through(op, n, dense).unwrap());
    let positions = |plain: &Plain| plain.keys().cloned().collect::<Vec<_>>();
    prop_assert_eq!(positions(&found), positions(&read), "{:?}", op);
    let (weights, outputs) = drawn_weights(&products);
    let read = expected(&outputs, op, n, false);
    let found = of_weights(&weights.through(op, n, false).unwrap());
    for at in read.keys().chain(found.keys()) {
        let of = |plain: &Plain| plain.get(at).copied().unwrap_or(0.0);
        let (a, b) = (of(&read), of(&found));
        prop_assert!((a - b).abs() <= 1e-9 * a.abs().max(1.0), "{at:?}: {a}, {b}");
    }
    Ok(())
}

/// Products over axes of which the positions lie in `0 ± far`, with `long` of them side by side at most.
fn products(far: &[i64], long: &[i64]) -> BoxedStrategy<Vec<Sides>> {
    let axes = far.iter().zip(long).map(|(&far, &long)| {
        let weight = |p: i64| (p, (p.rem_euclid(3) + 1) as f64);
        let scattered = prop::collection::btree_set(-far..=far, 1..4)
            .prop_map(move |all| all.into_iter().map(weight).collect());
        let interval = (-far..=far - long, 1..=long)
            .prop_map(move |(first, n)| (first..first + n).map(weight).collect());
        prop_oneof![scattered, interval].boxed()
    });
    prop::collection::vec(axes.collect::<Vec<_>>(), 1..4).boxed()
}

/// Layers that move by single positions take a way of their own.
fn along() -> impl Strategy<Value = (AxisOp, Option<i64>)> {
    let unit = (1..5_i64, 1..5_i64, 0..7_i64, prop::option::of(20..60_i64));
    let unit = unit.prop_map(|(k, d, low, n)| (window(k, 1, d, low), n));
    prop_oneof![unit, sized_op()]
}

proptest! {
    #![proptest_config(cases(few_or_all(48, 256)))]

    #[test]
    fn wide(outputs in products(&[12, 170], &[3, 140]), (op, n) in op(2, along()), dense in any::<bool>()) {
        check(&outputs, &op, sizes(&n).as_deref(), dense)?;
    }

    #[test]
    fn tall(outputs in products(&[170, 12], &[140, 3]), (op, n) in op(2, along()), dense in any::<bool>()) {
        check(&outputs, &op, sizes(&n).as_deref(), dense)?;
    }

    #[test]
    fn volumes(outputs in products(&[9, 7, 11], &[4, 3, 5]), (op, n) in op(3, along()), dense in any::<bool>()) {
        check(&outputs, &op, sizes(&n).as_deref(), dense)?;
    }
}

/// Each way that rows go, along each axis of a volume: by single positions, by strides, backward, and mixed.
#[test]
fn every_axis_of_a_volume() {
    let side = |positions: &[i64]| positions.iter().map(|&p| (p, 1.0)).collect();
    // On both sides of where a machine word ends.
    let outputs: Vec<Sides> = vec![
        vec![side(&[0, 1]), side(&[0, 1, 2]), side(&[0, 1, 63, 64, 70])],
        vec![side(&[1, 3]), side(&[4]), side(&[62, 65])],
    ];
    let ops = [
        AxisOp::Same,
        window(3, 1, 2, 2),
        window(3, 2, 1, 1),
        transposed(4, 2, 3, 1),
    ];
    for (a, b, c) in itertools::iproduct!(ops, ops, ops) {
        let op = Op {
            kind: OpKind::Conv,
            axes: PerAxis::from_fn(3, |axis| [a, b, c][axis]),
        };
        for n in [None, Some([9, 12, 160])] {
            for dense in [false, true] {
                check(&outputs, &op, n.as_ref().map(|n| &n[..]), dense).unwrap();
            }
        }
    }
}
