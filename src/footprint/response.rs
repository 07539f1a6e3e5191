//! The lobe of a stage with branches: its answer to a frequency, block by block.
//!
//! From a stage's output back to its input, layers that stand alone are factors of the answer; what lies between a merge and the map
//! from which all its branches come is a factor of its own, the weighted sum of its paths. The other axes add up: each branch weighs as
//! many paths as it has, which are the marginals of the path weights.

use std::collections::{BTreeSet, HashMap};

use crate::network::{AxisOp, MapId, Network, OpKind, taps};

use super::exact::Comb;
use super::lobe::{Factor, dirichlet, first_zero, peak_within, push, real};

/// The peak grating lobe of what lies between two maps along an axis: see [`super::lobe()`].
///
/// `None` where layers lie between that have no single answer to a frequency (transposed and upsampling layers), or none with two taps.
#[must_use]
pub fn lobe_between(network: &Network, from: MapId, to: MapId, axis: usize) -> Option<f64> {
    LobeSearch::default().between(network, from, to, axis)
}

/// Searches of the stages of one network: chains with the same layers are searched once, and all searches together do bounded work.
#[derive(Debug)]
pub struct LobeSearch {
    left: usize,
    known: HashMap<Vec<(Comb, i32)>, Option<f64>>,
}

impl Default for LobeSearch {
    fn default() -> Self {
        Self {
            left: MOST_ANSWERS,
            known: HashMap::new(),
        }
    }
}

/// Most answers of single layers to a frequency that the searches of one network ask for.
const MOST_ANSWERS: usize = 20_000_000;

/// Most of them for one search: far more than a schedule of a hundred layers needs.
const MOST_IN_A_SEARCH: usize = 4_000_000;

/// Most blocks of branches that are told from each other.
const MOST_BLOCKS: usize = 1_024;

impl LobeSearch {
    /// The peak grating lobe of what lies between two maps along an axis; `None` too where the search goes past its limits.
    pub fn between(
        &mut self,
        network: &Network,
        from: MapId,
        to: MapId,
        axis: usize,
    ) -> Option<f64> {
        let (mut blocks, powers, combs) = factors(network, from, to, axis)?;
        let start = first_zero(&combs)?;
        let mut chain: Vec<(Comb, i32)> = powers.into_iter().collect();
        chain.sort_unstable_by_key(|(comb, _)| (comb.step, comb.taps));
        let is_chain = blocks.is_empty();
        if is_chain && let Some(&known) = self.known.get(&chain) {
            return known;
        }
        blocks.extend(
            chain
                .iter()
                .map(|&(comb, power)| Factor::comb(comb).raised(power)),
        );
        let allowed = MOST_IN_A_SEARCH.min(self.left);
        let mut left = allowed;
        let found = peak_within(&mut blocks, start, &mut left);
        self.left -= allowed - left;
        if is_chain {
            self.known.insert(chain, found);
        }
        found
    }
}

/// Blocks of branches, layers in a row with how often each comes, and the combs of all.
type Factors = (Vec<Factor>, HashMap<Comb, i32>, Vec<Comb>);

fn factors(network: &Network, from: MapId, to: MapId, axis: usize) -> Option<Factors> {
    let mut factors: Vec<Factor> = Vec::new();
    let mut powers: HashMap<Comb, i32> = HashMap::new();
    let mut combs = Vec::new();
    let mut map = to;
    let scale = |map: MapId| {
        let jump =
            network.facts(map).position?[axis].jump / network.facts(from).position?[axis].jump;
        jump.is_integer()
            .then(|| i64::try_from(jump.to_integer()).ok())
            .flatten()
    };
    while map != from {
        let layer = network.writer(map)?;
        if matches!(layer.op.kind, OpKind::Add | OpKind::Concat) {
            let split = network.parting(map);
            if split < from {
                return None;
            }
            let block = Block::new(network, split, map, axis, scale(split)?, &mut combs)?;
            push(&mut factors, Factor::block(block));
            if factors.len() > MOST_BLOCKS {
                return None;
            }
            map = split;
            continue;
        }
        let input = *layer.inputs.first()?;
        let comb = comb(&layer.op.axes[axis], scale(input)?)?;
        if comb.taps > 1 {
            combs.push(comb);
            *powers.entry(comb).or_default() += 1;
        }
        map = input;
    }
    Some((factors, powers, combs))
}

/// Taps of a layer at a step of `scale` positions; `None` where it has no single answer to a frequency.
fn comb(op: &AxisOp, scale: i64) -> Option<Comb> {
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
pub(crate) struct Block {
    nodes: Vec<Node>,
    /// First and last offset that it reads, in positions.
    ends: (f64, f64),
}

impl Block {
    fn new(
        network: &Network,
        from: MapId,
        to: MapId,
        axis: usize,
        scale: i64,
        combs: &mut Vec<Comb>,
    ) -> Option<Self> {
        let mut members = BTreeSet::from([to]);
        let mut open = vec![to];
        while let Some(map) = open.pop() {
            if map == from {
                continue;
            }
            for &input in &network.writer(map)?.inputs {
                if network.facts(input).position.is_some() && members.insert(input) {
                    open.push(input);
                }
            }
        }
        let members: Vec<MapId> = members.into_iter().collect();
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
    pub(crate) fn parts(&self) -> usize {
        self.nodes.len()
    }

    /// Positions between its first and last offset.
    pub(crate) fn reach(&self) -> f64 {
        self.ends.1 - self.ends.0
    }

    /// Its answer, seen from the middle of its offsets, and the derivative.
    pub(crate) fn at(&self, f: f64) -> (Complex, Complex) {
        let mut answers: Vec<(Complex, Complex)> = Vec::with_capacity(self.nodes.len());
        for (index, node) in self.nodes.iter().enumerate() {
            if index == 0 {
                answers.push((Complex(1.0, 0.0), Complex(0.0, 0.0)));
                continue;
            }
            let (mut value, mut slope) = (Complex(0.0, 0.0), Complex(0.0, 0.0));
            for &(read, share) in &node.reads {
                value = value.plus(answers[read].0.times(share));
                slope = slope.plus(answers[read].1.times(share));
            }
            let (own, own_slope) = dirichlet(node.comb, f);
            let turned = Complex::turn(node.centre, f);
            let own = (
                turned.0.times(own),
                turned.1.times(own).plus(turned.0.times(own_slope)),
            );
            answers.push((value.by(own.0), value.by(own.1).plus(slope.by(own.0))));
        }
        let (value, slope) = answers
            .pop()
            .unwrap_or((Complex(1.0, 0.0), Complex(0.0, 0.0)));
        let turned = Complex::turn(-f64::midpoint(self.ends.0, self.ends.1), f);
        (
            value.by(turned.0),
            value.by(turned.1).plus(slope.by(turned.0)),
        )
    }
}

/// Paths through one axis of a layer, per output position.
fn gain(op: &AxisOp) -> f64 {
    match op {
        AxisOp::Window(window) => f64::from(window.kernel.get()),
        _ => 1.0,
    }
}

/// A complex number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Complex(pub f64, pub f64);

impl Complex {
    pub(crate) fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0, self.1 + other.1)
    }
    pub(crate) fn times(self, by: f64) -> Self {
        Self(self.0 * by, self.1 * by)
    }
    pub(crate) fn by(self, other: Self) -> Self {
        Self(
            self.0 * other.0 - self.1 * other.1,
            self.0 * other.1 + self.1 * other.0,
        )
    }
    /// By itself several times, halving the power each round.
    pub(crate) fn to_the(self, mut power: u32) -> Self {
        let (mut result, mut square) = (Self(1.0, 0.0), self);
        while power > 0 {
            if power % 2 == 1 {
                result = result.by(square);
            }
            square = square.by(square);
            power /= 2;
        }
        result
    }
    pub(crate) fn size(self) -> f64 {
        self.0.hypot(self.1)
    }
    /// A step of `by` positions at frequency `f`, and its derivative.
    fn turn(by: f64, f: f64) -> (Self, Self) {
        if by == 0.0 {
            return (Self(1.0, 0.0), Self(0.0, 0.0));
        }
        let angle = 2.0 * std::f64::consts::PI * by;
        let (sin, cos) = (angle * f).sin_cos();
        (Self(cos, sin), Self(-sin * angle, cos * angle))
    }
}
