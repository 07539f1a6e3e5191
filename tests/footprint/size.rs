//! Taps on padding and positions that strides skip, against counting.

use std::collections::BTreeSet;

use degrid::footprint::{
    FootprintError, TapsInside, each_tap, largest_dilation, misses_phases, read_grid, share_inside,
    taps_inside,
};
use degrid::network::{
    AxisOp, Dilation, Interpolation, Kernel, Op, OpKind, PerAxis, Resize, Stride, Transposed,
    Window,
};
use ndarray::ArrayD;
use proptest::prelude::*;

fn window(kernel: i64, stride: i64, dilation: i64, low: i64, high: i64) -> Window {
    Window {
        kernel: Kernel::new(kernel.into()).unwrap(),
        stride: Stride::new(stride.into()).unwrap(),
        dilation: Dilation::new(dilation.into()).unwrap(),
        low,
        high,
        ceil: false,
    }
}

fn counted(window: &Window, n: i64) -> Option<TapsInside> {
    let outputs = window.output_size(n)?;
    let kernel = i64::from(window.kernel) as usize;
    let (mut per_tap, mut with) = (vec![0; kernel], vec![0; kernel + 1]);
    for o in 0..outputs {
        let mut inside = 0;
        for (tap, count) in (0..).zip(&mut per_tap) {
            let i = o * i64::from(window.stride) - window.low + tap * i64::from(window.dilation);
            if (0..n).contains(&i) {
                *count += 1;
                inside += 1;
            }
        }
        with[inside] += 1;
    }
    Some(TapsInside {
        outputs,
        per_tap,
        with,
    })
}

#[test]
fn three_taps_on_n_positions() {
    for (n, d) in itertools::iproduct!(1..=70_i64, 1..=80_i64) {
        let inside = taps_inside(&window(3, 1, d, d, d), n).unwrap();
        let (both, one) = ((n - 2 * d).max(0), 2 * d.min(n - d).max(0));
        let none = (2 * d - n).max(0).min(n);
        assert_eq!(inside.with, [0, none, one, both], "n {n}, d {d}");
        assert_eq!(inside.per_tap, [(n - d).max(0), n, (n - d).max(0)]);
    }
}

#[test]
fn shares_at_65_positions() {
    for (d, share) in [
        (1, 939),
        (6, 665),
        (12, 398),
        (18, 199),
        (24, 68),
        (32, 0),
        (33, 0),
        (1000, 0),
    ] {
        let axis = taps_inside(&window(3, 1, d, d, d), 65).unwrap().share();
        assert_eq!((axis * axis * 1000.0).round(), f64::from(share), "d {d}");
        let dilation = Dilation::new(d.into()).unwrap();
        let kernel = Kernel::new(3).unwrap();
        assert_eq!(share_inside(&[(kernel, 65); 2], dilation), axis * axis);
    }
}

#[test]
fn largest_dilations() {
    let kernel = |k| Kernel::new(k).unwrap();
    let largest = |axes: &[(Kernel, i64)], share| largest_dilation(axes, share).map(Dilation::get);
    assert_eq!(largest(&[(kernel(3), 65)], 0.5), Some(16));
    assert_eq!(largest(&[(kernel(3), 65); 2], 0.5), Some(9));
    assert_eq!(largest(&[(kernel(3), 65); 2], 1e-9), Some(32));
    assert_eq!(largest(&[(kernel(3), 65)], 1.0), None);
    assert_eq!(largest(&[(kernel(3), 2)], 0.1), None);
    assert_eq!(largest(&[(kernel(1), 2)], 1.0), Some(Dilation::LIMIT));
    assert_eq!(largest(&[(kernel(3), 65)], 0.0), Some(Dilation::LIMIT));
    assert_eq!(largest(&[(kernel(3), 65)], f64::NAN), None);
}

fn read_along(readers: &[AxisOp]) -> Result<ArrayD<bool>, FootprintError> {
    let axes = readers.iter().map(|op| PerAxis::splat(1, *op));
    let ops = axes.map(|axes| Op {
        kind: OpKind::Conv,
        axes,
    });
    read_grid(&ops.collect::<Vec<_>>())
}

/// The residues that layers skip along one axis.
fn skipped(readers: &[AxisOp]) -> Vec<i64> {
    let read = read_along(readers).unwrap();
    (0..)
        .zip(&read)
        .filter(|(_, read)| !**read)
        .map(|r| r.0)
        .collect()
}

#[test]
fn strides_that_skip() {
    for (k, s, d, low) in itertools::iproduct!(1..=16, 1..=16, 1..=16, 0..=2) {
        let window = window(k, s, d, low, 0);
        let skipped = skipped(&[AxisOp::Window(window)]);
        let misses = misses_phases(window.kernel, window.stride, window.dilation);
        assert_eq!(skipped.is_empty(), !misses, "k{k}s{s}d{d}");
        let read: BTreeSet<i64> = (0..k).map(|t| (d * t - low).rem_euclid(s)).collect();
        assert_eq!(
            skipped,
            (0..s).filter(|r| !read.contains(r)).collect::<Vec<_>>()
        );
    }
}

#[test]
fn unions_of_readers() {
    let reader = |k, s, low| AxisOp::Window(window(k, s, 1, low, 0));
    assert_eq!(skipped(&[reader(1, 2, 0)]), [1]);
    assert_eq!(
        skipped(&[reader(1, 2, 0), reader(3, 2, 1)]),
        Vec::<i64>::new()
    );
    assert_eq!(
        skipped(&[reader(1, 2, 0), reader(1, 2, 1)]),
        Vec::<i64>::new()
    );
    assert_eq!(skipped(&[reader(1, 2, 0), reader(1, 3, 0)]), [1, 5]);
    assert_eq!(skipped(&[reader(1, 2, 0), AxisOp::Same]), Vec::<i64>::new());
    assert_eq!(
        skipped(&[reader(1, 2, 0), AxisOp::Everything]),
        Vec::<i64>::new()
    );
    assert_eq!(skipped(&[]), [0]);
    let up = Transposed {
        kernel: Kernel::ONE,
        stride: Stride::new(3).unwrap(),
        dilation: Dilation::ONE,
        low: 1,
        high: 0,
        output_padding: 0,
    };
    assert_eq!(skipped(&[AxisOp::Transposed(up)]), Vec::<i64>::new());
    let resize = |interpolation, numer, denom| {
        let nominal = num_rational::Ratio::new(numer, denom);
        AxisOp::Resize(Resize {
            interpolation,
            nominal,
            sizes: Some((9, 9 * denom / numer)),
        })
    };
    assert_eq!(
        skipped(&[resize(Interpolation::Nearest, 1, 2)]),
        Vec::<i64>::new()
    );
    assert_eq!(skipped(&[resize(Interpolation::Nearest, 3, 2)]), [2]);
    assert_eq!(skipped(&[resize(Interpolation::Linear, 3, 1)]), [0, 2]);
    assert!(read_along(&[reader(1, 4096, 0), reader(1, 4095, 0)]).is_err());
}

#[test]
fn unions_over_axes() {
    let plain = AxisOp::Window(window(1, 1, 1, 0, 0));
    let strided = AxisOp::Window(window(1, 2, 1, 0, 0));
    let op = |axes: [AxisOp; 2]| Op {
        kind: OpKind::Conv,
        axes: PerAxis::from_fn(2, |a| axes[a]),
    };
    let grid = |readers: &[Op]| {
        let grid = read_grid(readers).unwrap();
        (
            grid.shape().to_vec(),
            grid.iter().map(|read| u8::from(*read)).collect::<Vec<_>>(),
        )
    };
    assert_eq!(grid(&[op([strided; 2])]), (vec![2, 2], vec![1, 0, 0, 0]));
    assert_eq!(grid(&[op([strided, plain])]), (vec![2, 1], vec![1, 0]));
    let crossed = [op([strided, plain]), op([plain, strided])];
    assert_eq!(grid(&crossed), (vec![2, 2], vec![1, 1, 1, 0]));
    assert_eq!(
        grid(&[op([strided; 2]), op([plain; 2])]),
        (vec![1, 1], vec![1])
    );
    assert_eq!(grid(&[]), (vec![1], vec![0]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn taps_inside_against_counting(
        n in 1..=60_i64, k in 1..=7_i64, s in 1..=5_i64, d in 1..=20_i64,
        pads in (0..=70_i64, 0..=70_i64), ceil: bool,
    ) {
        let window = Window { ceil, ..window(k, s, d, pads.0, pads.1) };
        prop_assert_eq!(taps_inside(&window, n), counted(&window, n));
    }

    #[test]
    fn same_padded_share_against_counting(n in 1..=80_i64, k in 1..=7_i64, d in 1..=40_i64, want in 0.0..=1.0_f64) {
        let total = (k - 1) * d;
        let window = window(k, 1, d, total / 2, total - total / 2);
        let axes = [(window.kernel, n); 2];
        let share = counted(&window, n).unwrap().share();
        prop_assert_eq!(share_inside(&axes, window.dilation), share * share);
        let fits = |d: i64| share_inside(&axes, Dilation::new(d.into()).unwrap()) >= want;
        match largest_dilation(&axes, want) {
            Some(largest) if largest.get() < Dilation::LIMIT => {
                let largest = i64::from(largest);
                prop_assert!(fits(largest) && !fits(largest + 1) && (1..largest).all(fits));
            }
            Some(_) => prop_assert!(k == 1 || want == 0.0),
            None => prop_assert!(!fits(1)),
        }
    }

    #[test]
    fn residues_against_reading_a_map(
        readers in prop::collection::vec((1..=4_i64, 1..=4_i64, 1..=4_i64, 0..=4_i64), 1..=3),
    ) {
        let ops: Vec<AxisOp> =
            readers.iter().map(|&(k, s, d, low)| AxisOp::Window(window(k, s, d, low, 0))).collect();
        let residues = read_along(&ops).unwrap();
        let mut read = BTreeSet::new();
        for op in &ops {
            (0..100).for_each(|o| each_tap(op, o, None, |tap, _| { read.insert(tap); }));
        }
        // Away from both ends of what the outputs 0..100 read.
        for position in 20..60 {
            prop_assert_eq!(residues[position as usize % residues.len()], read.contains(&position));
        }
    }
}
