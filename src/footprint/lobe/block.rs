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
        let base = network.facts(from).position?[axis].jump;
        let mut nodes: Vec<Node> = Vec::new();
        // Natural logarithm of the number of paths: products of kernel sizes pass every float.
        let mut paths: Vec<f64> = Vec::new();
        let mut ends: Vec<(f64, f64)> = Vec::new();
        for &map in &members {
            if map == from {
                nodes.push(Node {
                    reads: Vec::new(),
                    comb: Comb { taps: 1, step: 1 },
                    centre: 0.0,
                });
                paths.push(0.0);
                ends.push((0.0, 0.0));
                continue;
            }
            let layer = network.writer(map)?;
            let reads: Vec<usize> = layer
                .inputs
                .iter()
                .filter_map(|m| members.binary_search(m).ok())
                .collect();
            let jump = network
                .facts(layer.inputs[0])
                .position
                .map_or(base, |p| p[axis].jump)
                / base;
            let jump = i64::try_from(jump.is_integer().then(|| jump.to_integer())?).ok()?;
            let op = &layer.op.axes[axis];
            let comb = comb(op, scale.checked_mul(jump)?)?;
            if comb.taps > 1 {
                combs.push(comb);
            }
            let step = scale.checked_mul(jump)?;
            let low = match op {
                AxisOp::Window(window) => -real(window.low) * real(step),
                AxisOp::Crop(crop) => real(crop.drift) * real(step),
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
            let first = reads
                .iter()
                .map(|&r| ends[r].0)
                .fold(f64::INFINITY, f64::min)
                + low;
            let last = reads
                .iter()
                .map(|&r| ends[r].1)
                .fold(f64::NEG_INFINITY, f64::max)
                + low
                + reach;
            ends.push((first, last));
            nodes.push(Node {
                reads: reads
                    .iter()
                    .zip(&shares)
                    .map(|(&r, share)| (r, share / total))
                    .collect(),
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
        AxisOp::Crop(_) | AxisOp::Same => Some(Comb { taps: 1, step: 1 }),
        AxisOp::Transposed(_) | AxisOp::Resize(_) | AxisOp::Everything => None,
    }
}
