//! Path weights against maps from position to weight: along one axis, and over several axes as sums of products and as arrays.

use std::collections::BTreeMap;

use degrid::footprint::{
    AxisSet, AxisValue, AxisWeights, Comb, Footprint, FootprintError, PathWeights, Propagate, View,
    chain_ripple, each_tap, footprint,
};
use degrid::network::{AxisOp, Dilation, Kernel, MapId, Op, OpKind, PerAxis, Stride, Window};
use proptest::prelude::*;

use super::common::{cases, config, net};
use super::effort::few_or_all;
use super::ops::{reads, sized_op, transposed};

type Plain = BTreeMap<Vec<i64>, f64>;

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

fn same(found: &Plain, expected: &Plain) -> bool {
    let all = found.keys().chain(expected.keys());
    let at = |plain: &Plain, key: &Vec<i64>| plain.get(key).copied().unwrap_or(0.0);
    all.into_iter()
        .all(|key| close(at(found, key), at(expected, key)))
}

fn line(weights: &AxisWeights) -> Plain {
    (weights.first..)
        .zip(&weights.values)
        .map(|(p, w)| (vec![p], *w))
        .collect()
}

/// The weights of a field, read from the array over its bounding box.
fn plain(field: &PathWeights) -> Plain {
    let Some((first, extent)) = field.bounds() else {
        return Plain::new();
    };
    let array = field.array(&first, &extent).unwrap();
    let place = |(index, w): (ndarray::IxDyn, &f64)| {
        (
            (0..first.len())
                .map(|a| first[a] + index[a] as i64)
                .collect(),
            *w,
        )
    };
    array.indexed_iter().map(place).collect()
}

fn weights() -> BoxedStrategy<AxisWeights> {
    let values = prop::collection::vec(
        prop_oneof![1 => Just(0.0), 3 => (1..9_u8).prop_map(f64::from)],
        1..12,
    );
    (-10..10_i64, values)
        .prop_map(|(first, values)| AxisWeights { first, values })
        .boxed()
}

fn op() -> BoxedStrategy<(Op, Option<Vec<i64>>)> {
    prop::collection::vec(sized_op(), 2)
        .prop_map(|axes| {
            let op = Op {
                kind: OpKind::Conv,
                axes: PerAxis::from_fn(2, |a| axes[a].0),
            };
            (op, axes.iter().map(|a| a.1).collect())
        })
        .boxed()
}

proptest! {
    #![proptest_config(cases(few_or_all(48, 128)))]

    #[test]
    fn taps_are_what_the_definition_says((op, n) in sized_op(), o in 0..40_i64) {
        // Outputs beyond a map of known size do not exist.
        prop_assume!(n.is_none_or(|n| o < op.output_size(n).unwrap_or(0)));
        let mut found = Plain::new();
        each_tap(&op, o, n, |at, weight| *found.entry(vec![at]).or_default() += weight);
        // Taps past a border are clamped, maybe onto others.
        let mut expected = Plain::new();
        for (at, weight) in reads(&op, o, n, false) {
            *expected.entry(vec![at]).or_default() += weight;
        }
        prop_assert!(same(&found, &expected), "{:?} {:?}: {:?} is not {:?}", op, n, found, expected);
    }

    #[test]
    fn along_an_axis(weights in weights(), (op, n) in sized_op()) {
        let mut weights = weights;
        if let Some(n) = n {
            weights.first = weights.first.abs();
            let size = op.output_size(n).unwrap_or(0);
            weights.values.truncate(usize::try_from(size - weights.first).unwrap_or(0));
        }
        let mut expected = Plain::new();
        for (o, weight) in (weights.first..).zip(&weights.values) {
            for (at, share) in reads(&op, o, n, false) {
                *expected.entry(vec![at]).or_default() += weight * share;
            }
        }
        let found = weights.through(&op, n, false).unwrap();
        prop_assert!(same(&line(&found), &expected), "{:?} {:?}", op, n);
        prop_assert!(close(found.total(), expected.values().sum()));
        if let Some(n) = n {
            prop_assert!(found.values.is_empty() || (found.first >= 0 && found.ends().1 <= n));
        }
    }

    #[test]
    fn over_two_axes(few in prop::collection::vec((weights(), weights()), 0..5), times in 1..14_i64, (op, n) in op()) {
        // Shifted copies on a diagonal: past the limit of terms they are drawn.
        let mut field = PathWeights::Products(Vec::new());
        let mut expected = Plain::new();
        let size = |axis: usize| n.as_ref().map(|n| op.axes[axis].output_size(n[axis]).unwrap_or(0));
        for shift in 0..times {
            for (y, x) in &few {
                let mut term = vec![y.clone(), x.clone()];
                for (axis, part) in term.iter_mut().enumerate() {
                    part.first += shift * 3;
                    if let Some(size) = size(axis) {
                        part.first = part.first.abs();
                        part.values.truncate(usize::try_from(size - part.first).unwrap_or(0));
                    }
                }
                for (y, a) in (term[0].first..).zip(&term[0].values) {
                    for (x, b) in (term[1].first..).zip(&term[1].values) {
                        *expected.entry(vec![y, x]).or_default() += a * b;
                    }
                }
                if term.iter().all(|w| !w.values.is_empty()) {
                    field.join(PathWeights::Products(vec![term])).unwrap();
                }
            }
        }
        prop_assert!(same(&plain(&field), &expected));
        prop_assert!(close(field.projection(0).unwrap().total(), expected.values().sum()));
        for axis in 0..2 {
            let mut along = Plain::new();
            for (at, weight) in &expected {
                *along.entry(vec![at[axis]]).or_default() += weight;
            }
            prop_assert!(same(&line(&field.projection(axis).unwrap()), &along));
        }
        let mut read = Plain::new();
        for (at, weight) in &expected {
            for (y, a) in reads(&op.axes[0], at[0], n.as_ref().map(|n| n[0]), false) {
                for (x, b) in reads(&op.axes[1], at[1], n.as_ref().map(|n| n[1]), false) {
                    *read.entry(vec![y, x]).or_default() += weight * a * b;
                }
            }
        }
        let found = field.through(&op, n.as_deref(), false).unwrap();
        prop_assert!(same(&plain(&found), &read), "{:?} {:?}", op, n);
    }
}

proptest! {
    #![proptest_config(cases(few_or_all(24, 64)))]

    #[test]
    fn of_whole_networks(net in net()) {
        let config = config(&net.toml(None));
        let (network, dims) = (&config.network, net.dims);
        let field = View::middle(network, network.outputs[0], MapId::INPUT).paths().unwrap();
        let end = net.paths(false).pop().unwrap();
        let expected: Plain = end.into_iter().map(|(at, w)| (at[..dims].to_vec(), w)).collect();
        prop_assert!(same(&plain(&field), &expected), "{}", net.toml(None));
        // Each axis by itself, before the weights of all axes are walked for.
        let seen = footprint(network).unwrap();
        for axis in 0..dims {
            let mut along = Plain::new();
            for (at, weight) in &expected {
                *along.entry(vec![at[axis]]).or_default() += weight;
            }
            prop_assert!(is_multiple(&line(&seen.marginal(axis).unwrap()), &along), "{}", net.toml(None));
        }
    }

    /// On one walk, of each map what a walk to that map alone finds.
    #[test]
    fn of_all_maps_on_the_way(net in net()) {
        let config = config(&net.toml(None));
        let view = View::middle(&config.network, config.network.outputs[0], MapId::INPUT);
        let maps: Vec<MapId> = (0..=view.to.0).map(MapId).collect();
        let seen = Footprint::on_the_way(&view, &maps).unwrap();
        let seen: Vec<&Footprint<'_>> = seen.iter().collect();
        let mut found = vec![Vec::new(); maps.len()];
        Footprint::each_paths(&seen, |index, paths| found[index].push(plain(paths.unwrap())));
        for (map, found) in maps.into_iter().zip(found) {
            prop_assert_eq!(found, [plain(&view.on(map).paths().unwrap())], "{}", net.toml(None));
        }
    }

    #[test]
    fn along_each_axis_of_networks_that_change_the_resolution((text, dims) in resolutions()) {
        let config = config(&text);
        let network = &config.network;
        let paths = View::middle(network, network.outputs[0], MapId::INPUT).paths().unwrap();
        let seen = footprint(network).unwrap();
        for axis in 0..dims {
            let mut along = Plain::new();
            for (at, weight) in plain(&paths) {
                *along.entry(vec![at[axis]]).or_default() += weight;
            }
            prop_assert!(is_multiple(&line(&seen.marginal(axis).unwrap()), &along), "{text}");
        }
    }
}

/// Whether one is a multiple of the other.
fn is_multiple(found: &Plain, expected: &Plain) -> bool {
    let sum = |plain: &Plain| plain.values().sum::<f64>();
    let by = sum(expected) / sum(found);
    let scaled = found.iter().map(|(at, weight)| (at.clone(), weight * by));
    same(&scaled.collect(), expected)
}

/// Networks down by 2 or 3 and up again, with branches at each resolution and a skip connection, of one or two axes. Transposed layers may
/// write some phases more often than others, so that paths depend on the position.
fn resolutions() -> BoxedStrategy<(String, usize)> {
    let numbers = (
        1..=2_usize,
        2..4_i64,
        1..5_i64,
        1..3_i64,
        0..4_u8,
        prop::collection::vec((1..4_i64, 1..4_i64), 6),
    );
    numbers
        .prop_map(|(dims, stride, kernel, dilation, up, convs)| {
            let conv = |i: usize| {
                let per_axis = |n: [i64; 2]| format!("{:?}", &n[..dims]);
                let ((a, d), (b, e)) = (convs[i], convs[(i + 1) % convs.len()]);
                format!("{{ kernel = {}, dilation = {} }}", per_axis([a, b]), per_axis([d, e]))
            };
            let up = match up {
                0 => format!("{{ op = \"upsample\", factor = {stride} }}"),
                1 => format!("{{ op = \"upsample\", factor = {stride}, mode = \"linear\" }}"),
                _ => format!("{{ op = \"transposed\", kernel = {kernel}, stride = {stride}, dilation = {dilation} }}"),
            };
            let text = format!(
                "dims = {dims}\n\n[[stage]]\nname = \"skip\"\nlayers = [{{ branches = [[{}], [{}, {}]], merge = \"add\" }}]\n\n\
                 [[stage]]\nlayers = [{{ kernel = 3, stride = {stride}, padding = 1 }}, {{ branches = [[], [{}], [{}]], merge = \"add\" }}, {up}]\n\n\
                 [[stage]]\nname = \"up\"\nlayers = [{}]\n\n[[stage]]\nfrom = [\"up\", \"skip\"]\nlayers = [{}]\n",
                conv(0), conv(1), conv(2), conv(3), conv(4), conv(5), conv(0)
            );
            (text, dims)
        })
        .boxed()
}

#[test]
fn rows_read_what_products_do() {
    let window = |kernel, dilation, low| {
        AxisOp::Window(Window {
            kernel: Kernel::new(kernel).unwrap(),
            stride: Stride::ONE,
            dilation: Dilation::new(dilation).unwrap(),
            low,
            high: low,
            ceil: false,
        })
    };
    for dims in 1..=3 {
        let kinds = [window(3, 2, 1), window(2, 3, 0), window(1, 1, 0)];
        let op = Op {
            kind: OpKind::Conv,
            axes: PerAxis::from_fn(dims, |axis| kinds[axis]),
        };
        for size in [None, Some(vec![5; dims])] {
            let size = size.as_deref();
            let mut products = PathWeights::one(&vec![2; dims]);
            let mut rows = PathWeights::Rows(products.drawn().unwrap());
            for _ in 0..3 {
                products = products.through(&op, size, false).unwrap();
                rows = rows.through(&op, size, false).unwrap();
                let (first, extent) = (vec![-9; dims], vec![30; dims]);
                assert_eq!(
                    products.array(&first, &extent).unwrap(),
                    rows.array(&first, &extent).unwrap()
                );
            }
        }
    }
}

/// Rows of large graphs wait behind layers that stride: each is what going through the layers makes of all of them.
#[test]
fn rows_that_wait_are_those_of_all_layers() {
    let window = |kernel, stride, low| {
        AxisOp::Window(Window {
            kernel: Kernel::new(kernel).unwrap(),
            stride: Stride::new(stride).unwrap(),
            dilation: Dilation::new(2).unwrap(),
            low,
            high: low,
            ceil: false,
        })
    };
    let op = |axes: [AxisOp; 2]| Op {
        kind: OpKind::Conv,
        axes: PerAxis::from_fn(2, |axis| axes[axis]),
    };
    let layers = [
        (op([window(3, 7, 1), window(2, 7, 0)]), [2_090, 2_080]),
        (op([window(2, 1, 0), window(3, 1, 1)]), [2_092, 2_080]),
        (op([window(3, 1, 2), window(1, 1, 0)]), [2_090, 2_070]),
    ];
    let side = |n: i32| AxisWeights {
        first: 3,
        values: (0..n).map(|i| f64::from(1 + i * 7 % 5)).collect(),
    };
    for clipped in [false, true] {
        let products = PathWeights::product(vec![side(300), side(295)]);
        let mut later = PathWeights::Rows(products.drawn().unwrap());
        let mut plain = products;
        for (layer, size) in &layers {
            let size = clipped.then_some(&size[..]);
            later = later.through(layer, size, false).unwrap();
            plain = plain.through(layer, size, false).unwrap();
            assert!(matches!(later, PathWeights::Later(_)));
            assert!(later.is_finite());
        }
        let (first, extent) = plain.bounds().unwrap();
        assert_eq!(later.bounds(), plain.bounds());
        for axis in 0..2 {
            assert_eq!(later.marginal(axis), plain.projection(axis));
        }
        let wide = [extent[0] + 3, extent[1] + 4];
        let first = [first[0] - 2, first[1] - 1];
        let rows = |paths: &PathWeights| -> Vec<Vec<f64>> {
            let rows = paths.rows_of(&first, &wide).unwrap();
            rows.map(Result::unwrap).collect()
        };
        assert!(rows(&later) == rows(&plain));
        let part = (&[first[0] + 90, first[1] + 800][..], &[30, 50][..]);
        assert_eq!(later.array(part.0, part.1), plain.array(part.0, part.1));
        let mut sum = later.clone();
        sum.join(plain.clone()).unwrap();
        let total = |paths: &PathWeights| paths.projection(0).unwrap().total();
        assert!(close(total(&sum), 2.0 * total(&plain)));
    }
}

/// Taps far apart and a large stride: what is read is short, though the taps span more than the limit of cells.
#[test]
fn transposed_layers_of_extreme_sizes() {
    let far = 1 << 24;
    for (k, s, d, low) in [
        (3, 4096, far, 5),
        (18, 4096, far, 3),
        (40, 4095, far, 5),
        (20, 4096, far - 1, 3),
    ] {
        let op = transposed(k, s, d, low);
        let outputs = AxisWeights {
            first: -5,
            values: (1..9_u8).map(f64::from).collect(),
        };
        // The plain definition: o + low = s·i + d·t.
        let mut expected = Plain::new();
        for (o, weight) in (outputs.first..).zip(&outputs.values) {
            for moved in (0..k).map(|tap| o + low - d * tap) {
                if moved % s == 0 {
                    *expected.entry(vec![moved / s]).or_default() += weight;
                }
            }
        }
        assert!(!expected.is_empty());
        let mut found = line(&outputs.through(&op, None, false).unwrap());
        found.retain(|_, weight| *weight != 0.0);
        assert_eq!(found, expected, "k{k} s{s} d{d}");
        let set = AxisSet::interval(-5, 8).through(&op, None, false).unwrap();
        assert!(
            set.iter().eq(expected.keys().map(|at| at[0])),
            "k{k} s{s} d{d}"
        );
    }
}

#[test]
fn past_the_range_of_floats_is_an_error() {
    // n plain 3×3 layers: 9^n paths, of which the middle has about 3 in 4πn.
    let most = |repeat: usize| -> Result<f64, FootprintError> {
        let config = config(&format!("[[stage]]\ndilations = [1]\nrepeat = {repeat}\n"));
        let network = &config.network;
        let field = View::middle(network, network.outputs[0], MapId::INPUT).paths()?;
        let (first, extent) = field.bounds().unwrap();
        Ok(field
            .array(&first, &extent)?
            .iter()
            .copied()
            .fold(0.0, f64::max))
    };
    let middle = most(320).unwrap();
    let expected = 320.0 * 9_f64.log10() + (3.0 / (4.0 * std::f64::consts::PI * 320.0)).log10();
    assert!(
        (middle.log10() - expected).abs() < 0.01,
        "{middle} is not 10^{expected}"
    );
    for repeat in [330, 640, 700] {
        assert_eq!(most(repeat), Err(FootprintError::Overflow), "{repeat}");
    }
}

#[test]
fn known_ripples() {
    for (steps, value) in [
        (&[1, 2, 3][..], 1.0),
        (&[1, 3, 9, 27], 1.0),
        (&[1, 2, 5], 2.5),
        (&[1, 2, 4], 3.0),
        (&[2, 2, 2], 3.857),
        (&[1, 2, 4, 8], 5.4),
        (&[1, 2, 5, 1, 2, 5], 1.0),
    ] {
        let combs = steps.iter().map(|&step| Comb { taps: 3, step });
        let found = chain_ripple(&combs.collect::<Vec<_>>()).unwrap();
        assert!(
            (found - value).abs() < 5e-4,
            "{steps:?}: {found} is not {value}"
        );
    }
}

#[test]
fn ripples_of_weights_at_the_end_of_the_range() {
    use degrid::footprint::ripple;
    // Twice up to the largest number and down again: the sum of its turns is past the range.
    for most in [f64::MAX, 1e305, 1.0] {
        let found = ripple(&[most, 0.0, most, 0.0, most]).unwrap();
        assert!((found - 3.0).abs() < 1e-12, "{most}: {found}");
    }
}

/// Products whose weights stay in range are known to, however large the box around them is.
#[test]
fn what_is_too_large_to_be_drawn_may_be_in_range() {
    let axis = |weight: f64| AxisWeights {
        first: 0,
        values: vec![weight; 1 << 12],
    };
    let of = |weight: f64| PathWeights::product(vec![axis(weight), axis(weight), axis(weight)]);
    assert!(of(2.0).drawn().is_err());
    assert!(of(2.0).is_finite());
    assert!(!of(1e200).is_finite());
}
