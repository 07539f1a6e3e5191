//! The plain definition of what an output position reads along one axis; everything faster is tested against it.
//! Then the output phases of a layer, each with the comb of its taps.

use num_integer::Integer as _;

use crate::network::{AxisOp, Interpolation, Resize, taps};

use super::exact::Comb;

/// Of cubic convolution, as PyTorch has it (Keys 1981, "Cubic Convolution Interpolation for Digital Image Processing").
const A: f64 = -0.75;

/// Calls `f` with each input position that output position `o` reads, and the weight of that path.
///
/// `n` is the size of the input map where it is known: taps on padding are left out, and interpolation stops at the border.
/// A global pool reads nothing where the size is unknown.
pub fn each_tap(op: &AxisOp, o: i64, n: Option<i64>, mut f: impl FnMut(i64, f64)) {
    let mut inside = |position: i64, weight: f64| {
        if n.is_none_or(|n| (0..n).contains(&position)) {
            f(position, weight);
        }
    };
    match op {
        AxisOp::Same => inside(o, 1.0),
        AxisOp::Crop(crop) => inside(o + if n.is_some() { crop.low } else { crop.drift }, 1.0),
        AxisOp::Window(window) => {
            let start = o * i64::from(window.stride) - window.low;
            for tap in 0..i64::from(window.kernel) {
                inside(start + tap * i64::from(window.dilation), 1.0);
            }
        }
        AxisOp::Transposed(layer) => {
            for tap in 0..i64::from(layer.kernel) {
                let place = o + layer.low - tap * i64::from(layer.dilation);
                if place.rem_euclid(i64::from(layer.stride)) == 0 {
                    inside(place.div_euclid(i64::from(layer.stride)), 1.0);
                }
            }
        }
        AxisOp::Resize(resize) if resize.is_cubic() => cubic(resize, o, n, inside),
        AxisOp::Resize(resize) => {
            let (low, share) = interpolated(resize, o, n);
            if share < 1.0 {
                inside(low, 1.0 - share);
            }
            if share > 0.0 {
                inside(low + 1, share);
            }
        }
        AxisOp::Bins(bins) => {
            let (first, last) = bins.ends(o, o);
            for position in first..=last {
                inside(position, 1.0);
            }
        }
        AxisOp::Pad(pad) => match n {
            Some(n) => {
                if let Some(position) = pad.place(o, n) {
                    inside(position, 1.0);
                }
            }
            None => inside(o - pad.low, 1.0),
        },
        AxisOp::Everything => {
            for position in 0..n.unwrap_or(0) {
                inside(position, 1.0);
            }
        }
    }
}

/// First and last position that `o` reads of an upsampling or a shift.
pub(crate) fn ends(op: &AxisOp, o: i64, n: Option<i64>) -> (i64, i64) {
    if let AxisOp::Bins(bins) = op {
        return bins.ends(o, o);
    }
    let mut ends: Option<(i64, i64)> = None;
    each_tap(op, o, n, |tap, _| {
        ends = Some(ends.map_or((tap, tap), |(a, b)| (a.min(tap), b.max(tap))));
    });
    ends.unwrap_or((0, -1))
}

/// First and last position that the outputs `first` to `last` read of an upsampling, all of them together.
pub(crate) fn span(op: &AxisOp, first: i64, last: i64, n: Option<i64>) -> (i64, i64) {
    // A cubic one that lies on a position reads it alone, and its neighbour reads further.
    let (low, high) = (ends(op, first, n).0, ends(op, last, n).1);
    let next = ends(op, last.min(first + 1), n).0;
    let before = ends(op, first.max(last - 1), n).1;
    (low.min(next), high.max(before))
}

/// The position at or before what an upsampling reads, and the weight of the next one.
///
/// The place is held in integers, so that a weight is zero exactly where it is zero.
pub(crate) fn interpolated(resize: &Resize, o: i64, n: Option<i64>) -> (i64, f64) {
    let (position, rest, denom) = split(resize.place(o));
    if resize.interpolation == Interpolation::Nearest {
        return (position, 0.0);
    }
    match n {
        Some(_) if position < 0 => (0, 0.0),
        Some(n) if position >= n - 1 => (n - 1, 0.0),
        _ => (position, ratio(rest, denom)),
    }
}

/// The four neighbours of what a cubic upsampling reads, those beyond the border at the border.
fn cubic(resize: &Resize, o: i64, n: Option<i64>, mut f: impl FnMut(i64, f64)) {
    let (low, rest, denom) = split(resize.place(o));
    let share = ratio(rest, denom);
    let mut tap = |offset: i64, weight: f64| {
        let position = low + offset;
        f(n.map_or(position, |n| position.clamp(0, n - 1)), weight);
    };
    if share == 0.0 {
        // The weights of the others are zero.
        tap(0, 1.0);
        return;
    }
    let near = |x: f64| ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0;
    let far = |x: f64| ((A * x - 5.0 * A) * x + 8.0 * A) * x - 4.0 * A;
    tap(-1, far(share + 1.0));
    tap(0, near(share));
    tap(1, near(1.0 - share));
    tap(2, far(2.0 - share));
}

/// The position at or before a place, and the rest as numerator and denominator. Nearly all places fit into 64 bits, which divide much faster.
fn split((numer, denom): (i128, i128)) -> (i64, i64, i64) {
    let denom = i64::try_from(denom).expect("denominators lie within twice the sizes of maps");
    if let Ok(numer) = i64::try_from(numer) {
        return (numer.div_euclid(denom), numer.rem_euclid(denom), denom);
    }
    let (low, rest) = numer.div_mod_floor(&denom.into());
    let narrow = |number| i64::try_from(number).expect("places lie within the sizes of maps");
    (narrow(low), narrow(rest), denom)
}

/// A fraction as a float.
fn ratio(numer: i64, denom: i64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "both are below 2^53: sizes are below 2^31, factors below 2^13"
    )]
    let (numer, denom) = (numer as f64, denom as f64);
    numer / denom
}

/// An output phase of a layer along an axis, and its taps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Phase {
    pub phase: i64,
    pub comb: Comb,
}

/// Output phases of a layer along an axis, one for each distinct comb of taps. Phases that read nothing are left out: that is another
/// fault. Of an upsampling or of uneven bins, the phase with the fewest taps.
pub(crate) fn phases(op: &AxisOp) -> Vec<Phase> {
    let one = Comb { taps: 1, step: 1 };
    match op {
        AxisOp::Window(window) => {
            let (count, step) = taps(window.kernel, window.dilation, false);
            vec![Phase {
                phase: 0,
                comb: Comb { taps: count, step },
            }]
        }
        AxisOp::Transposed(layer) => {
            // The taps of a phase are every (s/g)th from the first on: their number is one of two, by the first tap.
            let (stride, kernel) = (i64::from(layer.stride), i64::from(layer.kernel));
            let dilation = i64::from(layer.dilation);
            let common = num_integer::gcd(stride, dilation);
            let period = stride / common;
            let mut found: Vec<Phase> = Vec::new();
            for first in 0..period.min(kernel) {
                let phase = (first * dilation - layer.low).rem_euclid(stride);
                let comb = Comb {
                    taps: (kernel - 1 - first) / period + 1,
                    step: dilation / common,
                };
                match found.iter_mut().find(|p| p.comb == comb) {
                    Some(same) => same.phase = same.phase.min(phase),
                    None => found.push(Phase { phase, comb }),
                }
            }
            found.sort_unstable_by_key(|p| p.phase);
            found
        }
        AxisOp::Resize(resize) => {
            let on_a_position = |o: &i64| {
                let (numer, denom) = resize.place(*o);
                numer % denom == 0
            };
            let one_tap = match resize.interpolation {
                Interpolation::Nearest
                | Interpolation::LinearAligned
                | Interpolation::CubicAligned => Some(0),
                Interpolation::Linear | Interpolation::Cubic => {
                    (0..*resize.nominal.denom()).find(on_a_position)
                }
            };
            match one_tap {
                Some(phase) => vec![Phase { phase, comb: one }],
                None => vec![Phase {
                    phase: 0,
                    comb: Comb {
                        taps: if resize.is_cubic() { 4 } else { 2 },
                        step: 1,
                    },
                }],
            }
        }
        AxisOp::Bins(bins) => {
            // ⌈n/m⌉ positions are the fewest that a bin has, and the first one has so many.
            let (first, last) = bins.ends(0, 0);
            vec![Phase {
                phase: 0,
                comb: Comb {
                    taps: last - first + 1,
                    step: 1,
                },
            }]
        }
        AxisOp::Crop(_) | AxisOp::Pad(_) | AxisOp::Same | AxisOp::Everything => vec![Phase {
            phase: 0,
            comb: one,
        }],
    }
}
