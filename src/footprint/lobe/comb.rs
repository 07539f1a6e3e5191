//! The answer of one layer, an array of equally spaced taps, and what bounds it.

use std::f64::consts::PI;

use crate::footprint::exact::Comb;

use crate::footprint::number::real;

/// The answer of one layer, sin(π k e f) / (k sin(π e f)) up to sign, and its derivative with that sign.
pub(super) fn dirichlet(comb: Comb, f: f64) -> (f64, f64) {
    if comb.taps == 1 {
        return (1.0, 0.0);
    }
    let (taps, step) = (real(comb.taps), real(comb.step));
    let phase = step * f;
    let pole = phase.round();
    let theta = PI * (phase - pole);
    // Each pole of an even number of taps turns the sign; neighbours within a block must agree on it.
    let sign = if comb.taps % 2 == 0 && pole % 2.0 != 0.0 {
        -1.0
    } else {
        1.0
    };
    let (value, derivative) = match comb.taps {
        // The quotient is a polynomial in sin θ and cos θ: half the work for the kernels that most layers have.
        2 => {
            let (sin, cos) = theta.sin_cos();
            (cos, -sin)
        }
        3 => {
            let (sin, cos) = theta.sin_cos();
            (1.0 - 4.0 / 3.0 * sin * sin, -8.0 / 3.0 * sin * cos)
        }
        _ if (taps * theta).abs() < 1e-4 => {
            // Taylor's series at a pole.
            let square = taps * taps - 1.0;
            (1.0 - square * theta * theta / 6.0, -square * theta / 3.0)
        }
        _ => {
            let (sin, cos) = theta.sin_cos();
            let (sin_k, cos_k) = (taps * theta).sin_cos();
            let value = sin_k / (taps * sin);
            (value, (cos_k - value * cos) / sin)
        }
    };
    (sign * value, sign * derivative * PI * step)
}

/// An upper bound of the answer's size on an interval: the envelope 1/(k sin πx) at its point nearest to a pole (the value itself on
/// the main lobe, where it falls), or the value in the middle plus what the slope allows.
pub(super) fn comb_bound(comb: Comb, low: f64, high: f64) -> f64 {
    let (taps, step) = (real(comb.taps), real(comb.step));
    let from_pole = |f: f64| {
        let phase = step * f;
        (phase - phase.round()).abs()
    };
    let size = |x: f64| {
        let below = taps * (PI * x).sin();
        if below.abs() < 1e-12 {
            1.0
        } else {
            ((PI * x * taps).sin() / below).abs().min(1.0)
        }
    };
    let slope = PI * (taps - 1.0) * step;
    let by_slope = size(from_pole(f64::midpoint(low, high))) + slope * (high - low) / 2.0;
    let across = (step * low).floor() < (step * high).floor();
    let nearest = if across {
        0.0
    } else {
        from_pole(low).min(from_pole(high))
    };
    let by_envelope = if nearest * taps < 0.5 {
        size(nearest).max(1.0 / (taps * (PI * 0.5 / taps).sin()))
    } else {
        1.0 / (taps * (PI * nearest).sin())
    };
    by_slope.min(by_envelope)
}
