//! What an output position reads, written down once more straight from the definition of each operation, and random operations.
//!
//! A transposed convolution is searched through from the side of its input (which inputs write this output?), interpolation is done in
//! floating point: neither is how the crate does it.

use degrid::network::{
    AxisOp, Bins, Crop, Dilation, Interpolation, Kernel, Pad, PadMode, QuantityError, Resize,
    Stride, Transposed, Window,
};
use num_rational::Ratio;
use proptest::prelude::*;

/// Input positions that output position `o` reads, with their weights; of the dense twin where `dense`.
pub fn reads(op: &AxisOp, o: i64, n: Option<i64>, dense: bool) -> Vec<(i64, f64)> {
    let taps = |kernel: Kernel, dilation: Dilation| -> Vec<i64> {
        let (k, d) = (i64::from(kernel), i64::from(dilation));
        let all = 0..=(k - 1) * d;
        all.filter(|t| dense || t % d == 0).collect()
    };
    let read: Vec<(i64, f64)> = match op {
        AxisOp::Same => vec![(o, 1.0)],
        AxisOp::Crop(crop) => vec![(o + n.map_or(crop.drift, |_| crop.low), 1.0)],
        AxisOp::Everything => (0..n.unwrap_or(0)).map(|i| (i, 1.0)).collect(),
        AxisOp::Window(w) => taps(w.kernel, w.dilation)
            .into_iter()
            .map(|t| (o * i64::from(w.stride) - w.low + t, 1.0))
            .collect(),
        AxisOp::Transposed(t) => {
            let written = taps(t.kernel, t.dilation);
            let around = o.abs() + t.low + written.len() as i64 * i64::from(t.dilation) + 2;
            let writes = |i: &i64| {
                let by = |tap: &i64| i * i64::from(t.stride) - t.low + tap == o;
                written.iter().any(by)
            };
            (-around..=around)
                .filter(writes)
                .map(|i| (i, 1.0))
                .collect()
        }
        AxisOp::Resize(resize) => resized(resize, o, n),
        AxisOp::Bins(Bins { from, to }) => {
            let place = |o: i64| o as f64 * *from as f64 / *to as f64;
            let (low, high) = ((place(o) + 1e-9).floor(), (place(o + 1) - 1e-9).ceil());
            (low as i64..high as i64).map(|i| (i, 1.0)).collect()
        }
        AxisOp::Pad(pad) => padded(pad, o, n).into_iter().collect(),
    };
    read.into_iter()
        .filter(|(i, _)| n.is_none_or(|n| (0..n).contains(i)))
        .collect()
}

/// What stands at a position of a map that is written out with its padding, place by place from its middle.
fn padded(pad: &Pad, o: i64, n: Option<i64>) -> Option<(i64, f64)> {
    let Some(n) = n else {
        return Some((o - pad.low, 1.0));
    };
    let mut row: std::collections::VecDeque<Option<i64>> = (0..n).map(Some).collect();
    for step in 0..pad.low.max(pad.high) {
        let (first, last) = match pad.mode {
            PadMode::Zeros => (None, None),
            PadMode::Reflect => (Some(step + 1), Some(n - 2 - step)),
            PadMode::Replicate => (Some(0), Some(n - 1)),
            PadMode::Circular => (Some(n - 1 - step), Some(step)),
        };
        if step < pad.low {
            row.push_front(first);
        }
        if step < pad.high {
            row.push_back(last);
        }
    }
    let at = usize::try_from(o).ok().and_then(|o| row.get(o).copied());
    Some((at.flatten()?, 1.0))
}

fn resized(resize: &Resize, o: i64, n: Option<i64>) -> Vec<(i64, f64)> {
    let (from, to) = resize
        .sizes
        .unwrap_or((*resize.nominal.numer(), *resize.nominal.denom()));
    let (o, step) = (o as f64, from as f64 / to as f64);
    let x = match (resize.interpolation, resize.sizes) {
        (Interpolation::Nearest, _) => (o * step + 1e-9).floor(),
        (Interpolation::Linear | Interpolation::Cubic, _) => (o + 0.5) * step - 0.5,
        (Interpolation::LinearAligned | Interpolation::CubicAligned, None) => o * step,
        (Interpolation::LinearAligned | Interpolation::CubicAligned, Some((_, 1))) => 0.0,
        (Interpolation::LinearAligned | Interpolation::CubicAligned, Some(_)) => {
            o * (from - 1) as f64 / (to - 1) as f64
        }
    };
    if resize.is_cubic() {
        return cubic(x, n);
    }
    let x = n.map_or(x, |n| x.clamp(0.0, (n - 1) as f64));
    if (x - x.round()).abs() < 1e-9 {
        return vec![(x.round() as i64, 1.0)];
    }
    let share = x - x.floor();
    vec![
        (x.floor() as i64, 1.0 - share),
        (x.floor() as i64 + 1, share),
    ]
}

/// Cubic convolution by the formula of Keys' kernel at each of the neighbours' distances.
fn cubic(x: f64, n: Option<i64>) -> Vec<(i64, f64)> {
    let a = -0.75;
    let kernel = |t: f64| match t.abs() {
        t if t <= 1.0 => (a + 2.0) * t.powi(3) - (a + 3.0) * t.powi(2) + 1.0,
        t if t < 2.0 => a * t.powi(3) - 5.0 * a * t.powi(2) + 8.0 * a * t - 4.0 * a,
        _ => 0.0,
    };
    let near = if (x - x.round()).abs() < 1e-9 {
        x.round()
    } else {
        x
    };
    let taps = (near.floor() as i64 - 2)..=(near.floor() as i64 + 3);
    let taps = taps.map(|tap| (tap, kernel(near - tap as f64)));
    taps.filter(|(_, weight)| *weight != 0.0)
        .map(|(tap, weight)| (n.map_or(tap, |n| tap.clamp(0, n - 1)), weight))
        .collect()
}

pub fn window(k: i64, s: i64, d: i64, low: i64) -> AxisOp {
    AxisOp::Window(Window {
        kernel: Kernel::new(k.into()).unwrap(),
        stride: Stride::new(s.into()).unwrap(),
        dilation: Dilation::new(d.into()).unwrap(),
        low,
        high: low,
        ceil: false,
    })
}

pub fn transposed(k: i64, s: i64, d: i64, low: i64) -> AxisOp {
    AxisOp::Transposed(Transposed {
        kernel: Kernel::new(k.into()).unwrap(),
        stride: Stride::new(s.into()).unwrap(),
        dilation: Dilation::new(d.into()).unwrap(),
        low,
        high: low,
        output_padding: 0,
    })
}

/// An operation on a map of which the size may be known, with that size.
pub fn sized_op() -> BoxedStrategy<(AxisOp, Option<i64>)> {
    let n = prop::option::of(1..80_i64);
    let plain = prop_oneof![
        4 => (1..6_i64, 1..5_i64, 1..6_i64, 0..9_i64).prop_map(|(k, s, d, low)| window(k, s, d, low)),
        4 => (1..7_i64, 1..6_i64, 1..6_i64, 0..5_i64).prop_map(|(k, s, d, low)| transposed(k, s, d, low)),
        1 => (0..9_i64, -4..5_i64).prop_map(|(low, drift)| AxisOp::Crop(Crop { low, drift, size: Some(3) })),
        1 => Just(AxisOp::Same),
        1 => Just(AxisOp::Everything),
    ];
    let modes = prop_oneof![
        Just(Interpolation::Nearest),
        Just(Interpolation::Linear),
        Just(Interpolation::LinearAligned),
        Just(Interpolation::Cubic),
        Just(Interpolation::CubicAligned)
    ];
    let bins = (1..60_i64, 1..20_i64, any::<bool>())
        .prop_map(|(from, to, sized)| (AxisOp::Bins(Bins { from, to }), sized.then_some(from)));
    let pad_modes = prop_oneof![
        Just(PadMode::Zeros),
        Just(PadMode::Reflect),
        Just(PadMode::Replicate),
        Just(PadMode::Circular)
    ];
    let pad = (pad_modes, 0..9_i64, 0..9_i64, prop::option::of(9..40_i64)).prop_map(
        |(mode, low, high, n)| {
            let n = n.map(|n| n + 1);
            (AxisOp::Pad(Pad { low, high, mode }), n)
        },
    );
    let grown = (modes.clone(), 1..6_i64, 0..7_i64, n.clone());
    let resize = grown.prop_map(|(interpolation, f, more, n)| {
        let resize = Resize {
            interpolation,
            nominal: Ratio::new(1, f),
            sizes: n.map(|n| (n, n * f + more)),
        };
        (AxisOp::Resize(resize), n)
    });
    // To a smaller map, as models have it; a file cannot say it.
    let shrunk = (
        modes,
        2..80_i64,
        any::<prop::sample::Index>(),
        any::<bool>(),
    );
    let shrunk = shrunk.prop_map(|(interpolation, from, to, is_known)| {
        let to = 1 + to.index(from as usize - 1) as i64;
        let resize = Resize {
            interpolation,
            nominal: Ratio::new(from, to),
            sizes: Some((from, to)),
        };
        (AxisOp::Resize(resize), is_known.then_some(from))
    });
    prop_oneof![8 => (plain, n), 3 => resize, 1 => shrunk, 1 => bins, 1 => pad].boxed()
}

#[test]
fn quantities_have_ranges() {
    assert_eq!(Kernel::new(0), Err(QuantityError::BelowOne(0)));
    assert_eq!(Kernel::new(-3), Err(QuantityError::BelowOne(-3)));
    assert_eq!(Kernel::new(4_096).map(Kernel::get), Ok(4_096));
    let past = |value, limit| QuantityError::PastLimit(value, limit);
    assert_eq!(Kernel::new(4_097), Err(past(4_097, 4_096)));
    assert_eq!(Dilation::new(1 << 40), Err(past(1 << 40, 1 << 24)));
}

#[test]
fn ceil_mode_as_pytorch() {
    let size = |kernel, stride, padding, ceil, n| {
        let window = Window {
            kernel: Kernel::new(kernel).unwrap(),
            stride: Stride::new(stride).unwrap(),
            dilation: Dilation::ONE,
            low: padding,
            high: padding,
            ceil,
        };
        window.output_size(n)
    };
    // torch.nn.MaxPool1d(3, 2, ceil_mode=True) on 6 → 3; (2, 2, padding=1) on 3 → 2 either way: the third window would start in the far padding.
    assert_eq!(size(3, 2, 0, true, 6), Some(3));
    assert_eq!(size(3, 2, 0, false, 6), Some(2));
    assert_eq!(size(2, 2, 1, true, 3), Some(2));
    assert_eq!(size(7, 1, 0, false, 6), None);
}

#[test]
fn phases_of_a_transposed_layer() {
    let layer = Transposed {
        kernel: Kernel::new(4).unwrap(),
        stride: Stride::new(2).unwrap(),
        dilation: Dilation::new(3).unwrap(),
        low: 0,
        high: 0,
        output_padding: 0,
    };
    for (phase, first) in [(0, 0), (1, -1)] {
        let taps = layer.phase(phase);
        assert_eq!((taps.first, taps.step, taps.taps), (first, -3, 2));
    }
}

/// What stands at a place of a padded map, as one that is written out has it.
#[test]
fn places_of_padding() {
    for mode in [
        PadMode::Zeros,
        PadMode::Reflect,
        PadMode::Replicate,
        PadMode::Circular,
    ] {
        for (n, low, high) in itertools::iproduct!(6..9, 0..5, 0..5) {
            let pad = Pad { low, high, mode };
            for o in 0..n + low + high {
                let expected = padded(&pad, o, Some(n)).map(|(at, _)| at);
                assert_eq!(pad.place(o, n), expected, "{pad:?}, {n}: {o}");
            }
        }
    }
}
