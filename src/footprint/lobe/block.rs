//! The answer of one layer, and of what lies between a merge and the map where its branches part: the weighted sum of its paths.

use std::f64::consts::PI;

use crate::footprint::exact::Comb;
use crate::network::{AxisOp, MapId, Network, taps, whole};
use num_complex::Complex64;

use crate::footprint::number::{nearest, real};

/// A node of a block: what it reads, each with its share of the paths, and its own taps.
#[derive(Clone, Debug, PartialEq)]
struct Node {
    reads: Vec<(usize, f64)>,
    comb: Comb,
    /// Centre of its taps, in positions.
    centre: f64,
}

impl Node {
    /// The answer of its own taps, and the derivative.
    fn at(&self, f: f64) -> (Complex64, Complex64) {
        let (own, slope) = dirichlet(self.comb, f);
        let turned = turn(self.centre, f);
        (turned.0 * own, turned.1 * own + turned.0 * slope)
    }
}

/// What lies between a merge and the map where its branches part.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Block {
    nodes: Vec<Node>,
    /// First and last offset that it reads, in positions.
    ends: (f64, f64),
}

impl Block {
    pub(super) fn new(
        network: &Network,
        from: MapId,
        to: MapId,
        axis: usize,
        scale: i64,
        combs: &mut Vec<Comb>,
    ) -> Option<Self> {
        let members = network.slice(from, to, |_, input| network.has_position(input));
        let jump = |map: MapId| Some(network.facts(map).along(axis)?.jump);
        let base = jump(from)?;
        members.first()?;
        let mut nodes = vec![Node {
            reads: Vec::new(),
            comb: Comb { taps: 1, step: 1 },
            centre: 0.0,
        }];
        // Natural logarithm of the number of paths: products of kernel sizes pass every float.
        let mut paths = vec![0.0_f64];
        let mut ends = vec![(0.0_f64, 0.0_f64)];
        for &map in &members[1..] {
            let layer = network.writer(map)?;
            let member = |map: &MapId| members.binary_search(map).ok();
            let reads: Vec<usize> = layer.inputs.iter().filter_map(member).collect();
            let jump = jump(layer.inputs[0]).unwrap_or(base) / base;
            let step = scale.checked_mul(whole(jump)?)?;
            let op = &layer.op.axes[axis];
            let comb = comb(op, step)?;
            if comb.taps > 1 {
                combs.push(comb);
            }
            let low = match op {
                AxisOp::Window(window) => -real(window.low) * real(step),
                AxisOp::Crop(crop) => real(crop.drift) * real(step),
                AxisOp::Pad(pad) => -real(pad.low) * real(step),
                _ => 0.0,
            };
            let reach = real(comb.taps - 1) * real(comb.step);
            let most = reads
                .iter()
                .map(|&r| paths[r])
                .fold(f64::NEG_INFINITY, f64::max);
            let shares: Vec<f64> = reads.iter().map(|&r| (paths[r] - most).exp()).collect();
            let total: f64 = shares.iter().sum();
            let gain: f64 = layer.op.axes.iter().map(|op| gain(op).ln()).sum();
            paths.push(most + total.ln() + gain);
            let read = reads.iter().map(|&r| ends[r]);
            let (first, last) = read.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), (c, d)| {
                (a.min(c), b.max(d))
            });
            ends.push((first + low, last + low + reach));
            let shares = shares.iter().map(|share| share / total);
            nodes.push(Node {
                reads: reads.into_iter().zip(shares).collect(),
                comb,
                centre: low + reach / 2.0,
            });
        }
        let ends = *ends.last()?;
        Some(Self { nodes, ends })
    }

    /// How many answers it is made of.
    pub(super) fn parts(&self) -> usize {
        self.nodes.len()
    }

    /// Positions between its first and last offset.
    pub(super) fn reach(&self) -> f64 {
        self.ends.1 - self.ends.0
    }

    /// Its answer, seen from the middle of its offsets, and the derivative.
    pub(super) fn at(&self, f: f64) -> (Complex64, Complex64) {
        self.around(f, 0.0).0
    }

    /// Its answer and the derivative, and an upper bound of the answer's size within `half` of `f`: its size at `f`, and how far each
    /// layer's answer can turn from there.
    ///
    /// A layer's answer is Σ w·exp(2πi·x·f) over its taps x with positive w of sum 1, so its second derivative is at most (2π·max |x|)².
    pub(super) fn around(&self, f: f64, half: f64) -> ((Complex64, Complex64), f64) {
        let mut answers: Vec<(Complex64, Complex64, f64)> = Vec::with_capacity(self.nodes.len());
        answers.push((Complex64::ONE, Complex64::ZERO, 0.0));
        for node in self.nodes.iter().skip(1) {
            let (mut value, mut slope, mut change) = (Complex64::ZERO, Complex64::ZERO, 0.0);
            for &(read, share) in &node.reads {
                let read = answers[read];
                value += read.0 * share;
                slope += read.1 * share;
                change += read.2 * share;
            }
            if node.comb.taps > 1 || node.centre != 0.0 {
                let own = node.at(f);
                let farthest =
                    node.centre.abs() + real(node.comb.taps - 1) * real(node.comb.step) / 2.0;
                let turns = own.1.norm() * half + 0.5 * (2.0 * PI * farthest * half).powi(2);
                change = change * (own.0.norm() + turns) + value.norm() * turns;
                slope = value * own.1 + slope * own.0;
                value *= own.0;
            }
            answers.push((value, slope, change));
        }
        let last = answers.pop();
        let (value, slope, change) = last.unwrap_or((Complex64::ONE, Complex64::ZERO, 0.0));
        let turned = turn(-f64::midpoint(self.ends.0, self.ends.1), f);
        let slope = value * turned.1 + slope * turned.0;
        ((value * turned.0, slope), value.norm() + change)
    }
}

/// A step of `by` positions at frequency `f`, and its derivative.
fn turn(by: f64, f: f64) -> (Complex64, Complex64) {
    if by == 0.0 {
        return (Complex64::ONE, Complex64::ZERO);
    }
    let angle = 2.0 * PI * by;
    let (sin, cos) = (angle * f).sin_cos();
    (
        Complex64::new(cos, sin),
        Complex64::new(-sin * angle, cos * angle),
    )
}

/// Paths through one axis of a layer, per output position.
fn gain(op: &AxisOp) -> f64 {
    match op {
        AxisOp::Window(window) => f64::from(window.kernel.get()),
        _ => 1.0,
    }
}

/// Taps of a layer at a step of `scale` positions; `None` where it has no single answer to a frequency.
pub(super) fn comb(op: &AxisOp, scale: i64) -> Option<Comb> {
    match op {
        AxisOp::Window(window) => {
            let (count, step) = taps(window.kernel, window.dilation, false);
            let step = step.checked_mul(scale)?;
            Some(Comb { taps: count, step })
        }
        AxisOp::Crop(_) | AxisOp::Pad(_) | AxisOp::Same => Some(Comb { taps: 1, step: 1 }),
        AxisOp::Transposed(_) | AxisOp::Resize(_) | AxisOp::Bins(_) | AxisOp::Everything => None,
    }
}

/// f_0: the first zero of the coarsest layer; `None` without a layer of two or more taps.
pub(super) fn first_zero(chain: &[Comb]) -> Option<f64> {
    let coarsest = chain
        .iter()
        .filter(|c| c.taps > 1)
        .map(|c| c.taps.saturating_mul(c.step))
        .max()?;
    Some(1.0 / real(coarsest))
}

/// The answer of one layer, sin(π k e f) / (k sin(π e f)) up to sign, and its derivative with that sign.
pub(super) fn dirichlet(comb: Comb, f: f64) -> (f64, f64) {
    if comb.taps == 1 {
        return (1.0, 0.0);
    }
    let step = real(comb.step);
    let phase = step * f;
    let pole = nearest(phase);
    // Each pole of an even number of taps turns the sign; neighbours within a block must agree on it.
    let sign = if comb.taps % 2 == 0 && (pole - 2.0 * nearest(pole / 2.0)).abs() > 0.5 {
        -1.0
    } else {
        1.0
    };
    let (value, derivative) = answer(comb.taps, PI * (phase - pole));
    (sign * value, sign * derivative * PI * step)
}

/// sin(kθ) / (k sin θ) for θ from −π/2 to π/2, and its derivative.
pub(super) fn answer(taps: i64, theta: f64) -> (f64, f64) {
    match taps {
        // The quotient is a polynomial in sin θ and cos θ: half the work for the kernels that most layers have.
        2 => {
            let (sin, cos) = theta.sin_cos();
            (cos, -sin)
        }
        3 => {
            let (sin, cos) = theta.sin_cos();
            (1.0 - 4.0 / 3.0 * sin * sin, -8.0 / 3.0 * sin * cos)
        }
        _ => {
            let taps = real(taps);
            if (taps * theta).abs() < 1e-4 {
                // Taylor's series at a pole.
                let square = taps * taps - 1.0;
                return (1.0 - square * theta * theta / 6.0, -square * theta / 3.0);
            }
            let (sin, cos) = theta.sin_cos();
            let (sin_k, cos_k) = (taps * theta).sin_cos();
            let value = sin_k / (taps * sin);
            (value, (cos_k - value * cos) / sin)
        }
    }
}

/// An upper bound of the answer's size on an interval: the envelope 1/(k sin πx) at its point nearest to a pole (the value itself on
/// the main lobe, where it falls), or the value in the middle plus what the slope allows.
pub(super) fn comb_bound(comb: Comb, middle: f64, (low, high): (f64, f64)) -> f64 {
    let (taps, step) = (real(comb.taps), real(comb.step));
    let from_pole = |f: f64| {
        let phase = step * f;
        (phase - nearest(phase)).abs()
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
    let by_slope = middle.abs() + slope * (high - low) / 2.0;
    let across = (step * low).floor() < (step * high).floor();
    let closest = if across {
        0.0
    } else {
        from_pole(low).min(from_pole(high))
    };
    let by_envelope = if closest * taps < 0.5 {
        size(closest).max(1.0 / (taps * (PI * 0.5 / taps).sin()))
    } else {
        1.0 / (taps * (PI * closest).sin())
    };
    by_slope.min(by_envelope)
}
