//! Writes of transposed layers and of chains, against counts made forward from every input position.

use degrid::footprint::{
    AxisValue, AxisWeights, AxisWrites, MapWrites, WritesError, each_tap, misses_phases,
    phase_writes, writes_evenly,
};
use degrid::network::{
    AxisOp, Crop, Dilation, Interpolation, Kernel, LayerSpec, MapId, Network, Resize, Stride,
    Transposed, Window,
};
use proptest::prelude::*;

type Layer = (Kernel, Stride, Dilation);

fn layer(kernel: i64, stride: i64, dilation: i64) -> Layer {
    let kernel = Kernel::new(kernel.into()).unwrap();
    (
        kernel,
        Stride::new(stride.into()).unwrap(),
        Dilation::new(dilation.into()).unwrap(),
    )
}

fn transposed((kernel, stride, dilation): Layer, pads: (i64, i64), output_padding: i64) -> AxisOp {
    let (low, high) = pads;
    AxisOp::Transposed(Transposed {
        kernel,
        stride,
        dilation,
        low,
        high,
        output_padding,
    })
}

fn window((kernel, stride, dilation): Layer, pads: (i64, i64)) -> AxisOp {
    AxisOp::Window(Window {
        kernel,
        stride,
        dilation,
        low: pads.0,
        high: pads.1,
        ceil: false,
    })
}

/// Upsampling by `factor`, of a map of `n` positions where that is given.
fn resize(interpolation: Interpolation, factor: i64, n: Option<i64>) -> AxisOp {
    let nominal = num_rational::Ratio::new(1, factor);
    AxisOp::Resize(Resize {
        interpolation,
        nominal,
        sizes: n.map(|n| (n, n * factor)),
    })
}

#[test]
fn phases_of_one_layer() {
    for (k, s, d) in itertools::iproduct!(1..=16, 1..=16, 1..=16) {
        let (kernel, stride, dilation) = layer(k, s, d);
        let counts = phase_writes(kernel, stride, dilation);
        assert_eq!(counts.iter().sum::<i64>(), k);
        let even = counts.iter().all(|c| *c == counts[0]);
        let gappy = counts.contains(&0);
        let name = format!("k{k}s{s}d{d}");
        assert_eq!(writes_evenly(kernel, stride, dilation), even, "{name}");
        assert_eq!(misses_phases(kernel, stride, dilation), gappy, "{name}");
        let written = |low| {
            let op = transposed((kernel, stride, dilation), (low, 0), 0);
            AxisWrites::interior().through(&op).unwrap()
        };
        let (found, shifted) = (written(0), written(1));
        let mut counts: Vec<u128> = counts.iter().map(|&c| c as u128).collect();
        assert_eq!((found.counts(), found.period()), (&counts[..], Some(s)));
        assert_eq!(
            (found.contrast() == Some(1.0), found.contrast().is_none()),
            (even, gappy)
        );
        counts.rotate_left(1);
        assert_eq!(shifted.counts(), counts);
    }
    let (kernel, stride, dilation) = layer(4096, 4096, 1 << 24);
    assert_eq!(phase_writes(kernel, stride, dilation)[0], 4096);
}

#[test]
fn contrast_over_axes() {
    let of = |kernel: i64, stride: i64, dilation: i64| {
        let layer = LayerSpec::transposed(kernel)
            .stride(stride)
            .dilation(dilation);
        let network = Network::builder(2).layer(layer).build().unwrap();
        MapWrites::interior(&network, MapId::INPUT, network.outputs[0]).unwrap()
    };
    let even = of(3, 2, 1);
    let (grid, unit) = even.grid().unwrap();
    assert_eq!(grid.iter().copied().collect::<Vec<_>>(), [4, 2, 2, 1]);
    assert_eq!((grid.shape(), unit), (&[2, 2][..], 1));
    assert_eq!(even.contrast(), Ok(Some(4.0)));
    assert_eq!(of(4, 2, 2).contrast(), Ok(None));
}

#[test]
fn decoders() {
    let through = |start: AxisWrites, ops: &[AxisOp]| {
        ops.iter()
            .fold(start, |writes, op| writes.through(op).unwrap())
    };
    // Two 3-tap layers of stride 2 with padding 1 and output padding 1, each followed by a 3-tap convolution.
    let up = transposed(layer(3, 2, 1), (1, 1), 1);
    let conv = window(layer(3, 1, 1), (1, 1));
    assert_eq!(through(AxisWrites::interior(), &[up]).counts(), [1, 2]);
    assert_eq!(
        through(AxisWrites::interior(), &[up, conv]).counts(),
        [5, 4]
    );
    assert_eq!(
        through(AxisWrites::map(4).unwrap(), &[up]).counts(),
        [1, 2, 1, 2, 1, 2, 1, 1]
    );
    // An even convolution after it evens the pattern out; resizing first never makes one.
    assert!(
        through(
            AxisWrites::interior(),
            &[up, window(layer(2, 1, 1), (0, 1))]
        )
        .contrast()
            == Some(1.0)
    );
    assert!(
        through(
            AxisWrites::interior(),
            &[resize(Interpolation::Nearest, 2, None), conv]
        )
        .contrast()
            == Some(1.0)
    );
    // Two taps at stride 2 never overlap, borders included.
    let two = transposed(layer(2, 2, 1), (0, 0), 0);
    assert!(through(AxisWrites::map(8).unwrap(), &[two, two]).contrast() == Some(1.0));
    // A stride takes one phase of two and leaves no pattern.
    let down = through(
        AxisWrites::interior(),
        &[up, window(layer(1, 2, 1), (0, 0))],
    );
    assert_eq!((down.counts(), down.period()), (&[1][..], Some(1)));
}

#[test]
fn branches_add() {
    let up = AxisWrites::interior()
        .through(&transposed(layer(3, 2, 1), (0, 0), 0))
        .unwrap();
    let three = AxisWrites::interior()
        .through(&transposed(layer(2, 3, 1), (0, 0), 0))
        .unwrap();
    assert_eq!(up.add(&three).unwrap().counts(), [3, 2, 2, 2, 3, 1]);
    let linear = AxisWrites::interior()
        .through(&window(layer(1, 1, 1), (0, 0)))
        .unwrap();
    assert_eq!(up.add(&linear).unwrap().counts(), [3, 2]);
    let map = |n| AxisWrites::map(n).unwrap();
    assert_eq!(map(2).add(&map(2)).unwrap().counts(), [2, 2]);
    assert_eq!(map(2).add(&map(4)), Err(WritesError::Differ));
    assert_eq!(
        map(1).add(&AxisWrites::interior()),
        Err(WritesError::Differ)
    );
    // Halves and whole paths together.
    let uneven = up.through(&resize(Interpolation::Linear, 2, None)).unwrap();
    assert_eq!((uneven.counts(), uneven.unit()), (&[7, 7, 5, 5][..], 4));
    let sum = uneven.add(&up).unwrap();
    assert_eq!((sum.counts(), sum.unit()), (&[15, 11, 13, 9][..], 4));
}

#[test]
fn refusals() {
    let interior = AxisWrites::interior();
    assert_eq!(
        interior.through(&AxisOp::Everything),
        Err(WritesError::NoPosition)
    );
    let wide = transposed(layer(4096, 4096, 1), (0, 0), 0);
    let once = interior.through(&wide).unwrap();
    assert_eq!(
        once.through(&wide),
        Err(WritesError::TooManyPhases(1 << 24))
    );
    let blur = window(layer(4096, 1, 1), (0, 0));
    let many =
        |count| (0..count).try_fold(AxisWrites::interior(), |writes, _| writes.through(&blur));
    assert_eq!(many(10).unwrap().counts(), [1 << 120]);
    assert_eq!(many(11), Err(WritesError::Overflow));
    assert_eq!(
        AxisWrites::map(9).unwrap().through(&blur),
        Err(WritesError::Shrinks)
    );
    assert_eq!(AxisWrites::map(0), Err(WritesError::Shrinks));
    assert!(matches!(
        AxisWrites::map(1 << 40),
        Err(WritesError::TooLarge(_))
    ));
    let total = AxisWrites::map(5)
        .unwrap()
        .through(&AxisOp::Everything)
        .unwrap();
    assert_eq!(total.counts(), [5]);
    let crop = AxisOp::Crop(Crop {
        low: 1,
        drift: 1,
        size: Some(2),
    });
    let up = interior
        .through(&transposed(layer(3, 2, 1), (0, 0), 0))
        .unwrap();
    assert_eq!(up.through(&crop).unwrap().counts(), [1, 2]);
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Up(i64, i64, i64, (i64, i64), i64),
    Conv(i64, i64, i64, (i64, i64)),
    Nearest(i64),
}

impl Step {
    fn op(self, n: Option<i64>) -> AxisOp {
        match self {
            Self::Up(k, s, d, pads, extra) => transposed(layer(k, s, d), pads, extra),
            Self::Conv(k, s, d, pads) => window(layer(k, s, d), pads),
            Self::Nearest(factor) => resize(Interpolation::Nearest, factor, n),
        }
    }

    /// The output positions that input position `i` is written to.
    fn writes(self, i: i64) -> Vec<i64> {
        match self {
            Self::Up(k, s, d, pads, _) => (0..k).map(|t| i * s - pads.0 + d * t).collect(),
            Self::Conv(k, s, d, pads) => (0..k)
                .map(|t| i + pads.0 - d * t)
                .filter(|o| o % s == 0)
                .map(|o| o / s)
                .collect(),
            Self::Nearest(factor) => (i * factor..(i + 1) * factor).collect(),
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    let pads = || (0..=3_i64, 0..=3_i64);
    prop_oneof![
        (1..=5_i64, 1..=4_i64, 1..=3_i64, pads(), 0..=2_i64)
            .prop_map(|(k, s, d, p, e)| Step::Up(k, s, d, p, e)),
        (1..=4_i64, 1..=3_i64, 1..=3_i64, pads()).prop_map(|(k, s, d, p)| Step::Conv(k, s, d, p)),
        (1..=3_i64).prop_map(Step::Nearest),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn chains_against_forward_counts(n in 1..=40_i64, steps in prop::collection::vec(step(), 0..=4)) {
        let mut counts = vec![1_u128; n as usize];
        // Positions that no border has touched.
        let mut clean = vec![true; n as usize];
        let mut whole = AxisWrites::map(n).unwrap();
        let mut interior = AxisWrites::interior();
        for step in steps {
            let size = counts.len() as i64;
            let op = step.op(Some(size));
            let Some(next) = op.output_size(size) else {
                prop_assert_eq!(whole.through(&op), Err(WritesError::Shrinks));
                return Ok(());
            };
            let mut written = vec![0_u128; next as usize];
            for (i, count) in counts.iter().enumerate() {
                for o in step.writes(i as i64) {
                    if let Some(slot) = usize::try_from(o).ok().and_then(|o| written.get_mut(o)) {
                        *slot += count;
                    }
                }
            }
            let inside = |i: i64| usize::try_from(i).ok().and_then(|i| clean.get(i)).copied().unwrap_or(false);
            let untouched = (0..next).map(|o| {
                let mut all = true;
                each_tap(&op, o, None, |tap, _| all &= inside(tap));
                all
            });
            clean = untouched.collect();
            counts = written;
            whole = whole.through(&op).unwrap();
            interior = interior.through(&op).unwrap();
            prop_assert_eq!(whole.counts(), &counts[..]);
            let period = interior.counts().len();
            for (o, count) in counts.iter().enumerate().filter(|(o, _)| clean[*o]) {
                prop_assert_eq!(*count, interior.counts()[o % period], "position {}", o);
            }
        }
        prop_assert_eq!(whole.unit(), 1);
        let middle = clean.len() / 2;
        if clean[middle] {
            let part = whole.even_part(&interior).unwrap();
            let untouched = (0..).zip(&clean).filter(|(_, clean)| **clean).map(|(o, _)| o);
            for o in untouched {
                prop_assert!(part.contains(&o) || !clean[middle.min(o as usize)..=middle.max(o as usize)].iter().all(|c| *c));
            }
        }
        prop_assert_eq!(interior.even_part(&interior), None);
    }

    #[test]
    fn interpolation_against_path_weights(
        n in 1..=9_i64, before in step(), factor in 1..=4_i64, aligned: bool, after in step(),
    ) {
        let mode = if aligned { Interpolation::LinearAligned } else { Interpolation::Linear };
        let mut whole = AxisWrites::map(n).unwrap();
        let mut ops = Vec::new();
        for make in [&|n| before.op(Some(n)), &|n| resize(mode, factor, Some(n)), &|n| after.op(Some(n))] as [&dyn Fn(i64) -> AxisOp; 3] {
            let size = whole.counts().len() as i64;
            let op = make(size);
            let Ok(next) = whole.through(&op) else { return Ok(()) };
            ops.push((op, size));
            whole = next;
        }
        for (o, &count) in (0..).zip(whole.counts()) {
            let unit = AxisWeights::one(o);
            let paths = ops.iter().rev().fold(unit, |w, (op, size)| w.through(op, Some(*size), false).unwrap());
            let count = count as f64 / whole.unit() as f64;
            prop_assert!((paths.total() - count).abs() < 1e-9 * count.max(1.0), "{} {}", paths.total(), count);
        }
    }
}
