//! Regions of several axes against hash sets of positions: unions of many products (past the limit beyond which they are drawn as a grid),
//! what they read through layers, and what is left of them.

use std::collections::BTreeSet;

use degrid::footprint::{AxisSet, Propagate, Region};
use degrid::network::{AxisOp, Op, OpKind, PerAxis};
use proptest::prelude::*;

use super::common::cases;
use super::ops::{reads, sized_op};

type Plain = BTreeSet<Vec<i64>>;
type Sides = Vec<BTreeSet<i64>>;

/// All combinations of the positions of each axis.
fn combined(sides: &[BTreeSet<i64>]) -> Plain {
    sides.iter().fold(Plain::from([Vec::new()]), |all, side| {
        let longer = |at: Vec<i64>| side.iter().map(move |p| [&at[..], &[*p]].concat());
        all.into_iter().flat_map(longer).collect()
    })
}

fn product(sides: &[BTreeSet<i64>]) -> Region {
    let set = |side: &BTreeSet<i64>| AxisSet::from_positions(side.iter().copied()).unwrap();
    Region::product(sides.iter().map(set).collect())
}

fn union(products: &[Sides]) -> (Region, Plain) {
    let (mut region, mut plain) = (Region::empty(), Plain::new());
    for sides in products {
        region.join(product(sides)).unwrap();
        plain.extend(combined(sides));
    }
    (region, plain)
}

fn plain(region: &Region) -> Plain {
    region.drawn().unwrap().iter().collect()
}

fn product_of(dims: usize) -> BoxedStrategy<Sides> {
    let scattered = prop::collection::btree_set(-12..12_i64, 1..4);
    let interval = (-12..12_i64, 1..5_i64).prop_map(|(a, n)| (a..a + n).collect());
    prop::collection::vec(prop_oneof![scattered, interval], dims).boxed()
}

/// Few products, or so many different ones that they are drawn.
fn products(dims: usize) -> BoxedStrategy<Vec<Sides>> {
    let of = move |count: std::ops::Range<usize>| prop::collection::vec(product_of(dims), count);
    prop_oneof![3 => of(0..6), 1 => of(70..90)].boxed()
}

/// A layer of so many axes, with the size of the map that it reads along each, from a layer along one of them.
pub fn op(
    dims: usize,
    along: impl Strategy<Value = (AxisOp, Option<i64>)> + 'static,
) -> BoxedStrategy<(Op, Vec<Option<i64>>)> {
    prop::collection::vec(along, dims)
        .prop_map(|axes| {
            let op = Op {
                kind: OpKind::Conv,
                axes: PerAxis::from_fn(axes.len(), |a| axes[a].0),
            };
            (op, axes.iter().map(|a| a.1).collect())
        })
        .boxed()
}

/// Sizes of all axes known, or of none.
pub fn sizes(sizes: &[Option<i64>]) -> Option<Vec<i64>> {
    sizes.iter().copied().collect()
}

fn within(at: &[i64], op: &Op, n: Option<&[i64]>) -> bool {
    n.is_none_or(|n| {
        (0..n.len()).all(|a| (0..op.axes[a].output_size(n[a]).unwrap_or(0)).contains(&at[a]))
    })
}

fn check_through(
    products: &[Sides],
    op: &Op,
    n: Option<&[i64]>,
    dense: bool,
) -> Result<(), TestCaseError> {
    // On maps of known size, outputs beyond them do not exist.
    let products: Vec<Sides> = products
        .iter()
        .map(|sides| {
            let keep = |(axis, side): (usize, &BTreeSet<i64>)| -> BTreeSet<i64> {
                let size = n.map_or(i64::MAX, |n| {
                    op.axes[axis].output_size(n[axis]).unwrap_or(0)
                });
                side.iter()
                    .copied()
                    .filter(|p| n.is_none() || (0..size).contains(p))
                    .collect()
            };
            sides.iter().enumerate().map(keep).collect()
        })
        .collect();
    let (region, outputs) = union(&products);
    let mut expected = Plain::new();
    for at in &outputs {
        prop_assert!(within(at, op, n));
        let sides: Sides = (0..at.len())
            .map(|a| {
                reads(&op.axes[a], at[a], n.map(|n| n[a]), dense)
                    .into_iter()
                    .map(|r| r.0)
                    .collect()
            })
            .collect();
        expected.extend(combined(&sides));
    }
    let found = region.through(op, n, dense).unwrap();
    prop_assert_eq!(found.bounds().is_none(), expected.is_empty());
    prop_assert_eq!(found.count().unwrap(), expected.len() as i64);
    prop_assert_eq!(plain(&found), expected);
    Ok(())
}

fn check_one(products: &[Sides], first: &[i64], extent: &[i64]) -> Result<(), TestCaseError> {
    let (region, set) = union(products);
    prop_assert_eq!(region.count().unwrap(), set.len() as i64);
    prop_assert_eq!(plain(&region), set.clone());
    let ends = |axis: usize| {
        let along = || set.iter().map(|at| at[axis]);
        Some((along().min()?, along().max()?))
    };
    let bounds: Option<Vec<(i64, i64)>> = (0..first.len()).map(ends).collect();
    let found = region.bounds().map(|(f, e)| {
        f.iter()
            .zip(&e)
            .map(|(f, e)| (*f, f + e - 1))
            .collect::<Vec<_>>()
    });
    prop_assert_eq!(found, bounds);
    let grid = region.drawn().unwrap();
    for at in &set {
        prop_assert!(grid.contains(at));
        let mut beside = at.clone();
        beside[0] += 1;
        prop_assert_eq!(grid.contains(&beside), set.contains(&beside));
        beside[0] += 100;
        prop_assert!(!grid.contains(&beside));
    }
    let inside =
        |at: &Vec<i64>| (0..at.len()).all(|a| (first[a]..first[a] + extent[a]).contains(&at[a]));
    let part: Plain = set.into_iter().filter(inside).collect();
    prop_assert_eq!(plain(&region.clipped(first, extent).unwrap()), part);
    Ok(())
}

fn check_two(one: &[Sides], other: &[Sides]) -> Result<(), TestCaseError> {
    let ((a, set_a), (b, set_b)) = (union(one), union(other));
    prop_assert_eq!(a.is_subset(&b).unwrap(), set_a.is_subset(&set_b));
    let rest: Plain = set_a.difference(&set_b).cloned().collect();
    let minus = a.minus(&b).unwrap();
    prop_assert_eq!(minus.count(), rest.len() as i64);
    prop_assert_eq!(minus.iter().collect::<Plain>(), rest);
    let mut both = a.clone();
    both.join(b.clone()).unwrap();
    prop_assert_eq!(
        plain(&both),
        set_a.union(&set_b).cloned().collect::<Plain>()
    );
    prop_assert!(a.is_subset(&both).unwrap() && b.is_subset(&both).unwrap());
    prop_assert_eq!(both.is_subset(&a).unwrap(), set_b.is_subset(&set_a));
    Ok(())
}

/// The same positions put together from rows of the last axis: other products than before.
fn by_rows(set: &Plain) -> Region {
    let mut region = Region::empty();
    for outer in set
        .iter()
        .map(|at| &at[..at.len() - 1])
        .collect::<BTreeSet<_>>()
    {
        let row = set.iter().filter(|at| at.starts_with(outer));
        let mut sides: Sides = outer.iter().map(|&p| BTreeSet::from([p])).collect();
        sides.push(row.map(|at| at[outer.len()]).collect());
        region.join(product(&sides)).unwrap();
    }
    region
}

/// A region holds itself, however it is put together, and no longer where one position is taken away.
fn check_rows(products: &[Sides], which: prop::sample::Index) -> Result<(), TestCaseError> {
    let (region, mut set) = union(products);
    let rows = by_rows(&set);
    prop_assert!(region.is_subset(&rows).unwrap() && rows.is_subset(&region).unwrap());
    if let Some(gone) =
        (!set.is_empty()).then(|| set.iter().nth(which.index(set.len())).unwrap().clone())
    {
        set.remove(&gone);
        let rows = by_rows(&set);
        prop_assert!(!region.is_subset(&rows).unwrap() && rows.is_subset(&region).unwrap());
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(32))]

    #[test]
    fn one_region(flat in products(2), deep in products(3), at in prop::collection::vec((-14..14_i64, 0..20_i64), 3)) {
        let (first, extent): (Vec<i64>, Vec<i64>) = at.into_iter().unzip();
        check_one(&flat, &first[..2], &extent[..2])?;
        check_one(&deep, &first, &extent)?;
    }

    #[test]
    fn two_regions(a in products(2), b in products(2), c in products(3), d in products(3)) {
        check_two(&a, &b)?;
        check_two(&c, &d)?;
    }

    #[test]
    fn one_region_put_together_twice(flat in prop::collection::vec(product_of(2), 1..5), deep in prop::collection::vec(product_of(3), 1..4), which in any::<prop::sample::Index>()) {
        check_rows(&flat, which)?;
        check_rows(&deep, which)?;
    }

    #[test]
    fn through_layers(flat in products(2), deep in product_of(3), (op2, n2) in op(2, sized_op()), (op3, n3) in op(3, sized_op()), dense in any::<bool>()) {
        check_through(&flat, &op2, sizes(&n2).as_deref(), dense)?;
        check_through(&[deep], &op3, sizes(&n3).as_deref(), dense)?;
    }
}

#[test]
fn many_products_are_drawn_and_few_are_not() {
    let diagonal = |count: i64| -> Vec<Sides> {
        (0..count)
            .map(|i| vec![BTreeSet::from([i]), BTreeSet::from([i])])
            .collect()
    };
    assert!(matches!(union(&diagonal(40)).0, Region::Products(_)));
    assert!(matches!(union(&diagonal(60)).0, Region::Rows(_)));
    // A full square is one product, however it is put together.
    let rows: Vec<Sides> = (0..60)
        .map(|i| vec![BTreeSet::from([i]), (0..60).collect()])
        .collect();
    assert!(matches!(&union(&rows).0, Region::Products(p) if p.len() == 1));
    let copied = Op {
        kind: OpKind::Add,
        axes: PerAxis::splat(2, AxisOp::Same),
    };
    assert_eq!(
        union(&diagonal(60))
            .0
            .through(&copied, None, false)
            .unwrap()
            .count()
            .unwrap(),
        60
    );
}
