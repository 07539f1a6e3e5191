//! What lies between a merge and the map where its branches part: the weighted sum of its paths.

use crate::footprint::exact::Comb;
use crate::network::{AxisOp, MapId, Network, taps};
use num_complex::Complex64;

use super::comb::dirichlet;
use crate::footprint::number::real;

/// A node of a block: what it reads, each with its share of the paths, and its own taps.
#[derive(Clone, Debug, PartialEq)]
struct Node {
    reads: Vec<(usize, f64)>,
    comb: Comb,
    /// Centre of its taps, in positions.
    centre: f64,
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
            let jump = i64::try_from(jump.is_integer().then(|| jump.to_integer())?).ok()?;
            let step = scale.checked_mul(jump)?;
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
        let mut answers: Vec<(Complex64, Complex64)> = Vec::with_capacity(self.nodes.len());
        for (index, node) in self.nodes.iter().enumerate() {
            if index == 0 {
                answers.push((Complex64::ONE, Complex64::ZERO));
                continue;
            }
            let (mut value, mut slope) = (Complex64::ZERO, Complex64::ZERO);
            for &(read, share) in &node.reads {
                value += answers[read].0 * share;
                slope += answers[read].1 * share;
            }
            let (own, own_slope) = dirichlet(node.comb, f);
            let turned = turn(node.centre, f);
            let own = (turned.0 * own, turned.1 * own + turned.0 * own_slope);
            answers.push((value * own.0, value * own.1 + slope * own.0));
        }
        let (value, slope) = answers.pop().unwrap_or((Complex64::ONE, Complex64::ZERO));
        let turned = turn(-f64::midpoint(self.ends.0, self.ends.1), f);
        (value * turned.0, value * turned.1 + slope * turned.0)
    }
}

/// A step of `by` positions at frequency `f`, and its derivative.
fn turn(by: f64, f: f64) -> (Complex64, Complex64) {
    if by == 0.0 {
        return (Complex64::ONE, Complex64::ZERO);
    }
    let angle = 2.0 * std::f64::consts::PI * by;
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
