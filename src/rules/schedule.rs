//! The schedules of a stage: its convolutions in a row, as the published rules read them.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use crate::network::{AxisOp, MapId, Network, OpKind, Stage};

/// Convolutions that follow each other at one resolution, input side first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Indices of the layers.
    pub layers: Vec<usize>,
}

/// A convolution as a schedule along an axis counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Index of the layer.
    pub layer: usize,
    /// Its kernel size.
    pub kernel: i64,
    /// Its dilation.
    pub dilation: i64,
}

impl Line {
    /// The convolutions with more than one tap along an axis.
    #[must_use]
    pub fn along(&self, network: &Network, axis: usize) -> Vec<Entry> {
        self.layers
            .iter()
            .filter_map(|&layer| match network.layers[layer].op.axes[axis] {
                AxisOp::Window(w) if w.kernel.get() > 1 => Some(Entry {
                    layer,
                    kernel: w.kernel.into(),
                    dilation: w.dilation.into(),
                }),
                _ => None,
            })
            .collect()
    }

    /// The dilations of these convolutions: the schedule along an axis.
    #[must_use]
    pub fn dilations(&self, network: &Network, axis: usize) -> Vec<i64> {
        let entries = self.along(network, axis);
        entries.iter().map(|entry| entry.dilation).collect()
    }
}

/// The schedules of a stage. A line is cut where the jump changes, and at parallel branches of which several have convolutions: the
/// published rules speak of layers in a row. Where only one branch has some, the line goes on through it.
#[must_use]
pub fn lines(network: &Network, stage: &Stage) -> Vec<Line> {
    let mut ways = Ways {
        network,
        found: HashMap::new(),
    };
    let mut lines = at_jumps(network, &ways.between(stage.input, stage.output));
    lines.retain(|line| !line.layers.is_empty());
    lines
}

/// The dilations of each schedule, along each axis.
pub(super) fn schedules(network: &Network, lines: &[Line]) -> impl Iterator<Item = Vec<i64>> {
    lines
        .iter()
        .flat_map(move |line| (0..network.dims).map(move |axis| line.dilations(network, axis)))
}

/// A mark in a list of layers at which a line is cut.
const CUT: usize = usize::MAX;

/// The convolutions between maps, input side first, each way looked at once: branches that merge again and again have more ways through
/// them than can be counted.
struct Ways<'a> {
    network: &'a Network,
    found: HashMap<(MapId, MapId), Rc<Vec<usize>>>,
}

impl Ways<'_> {
    fn between(&mut self, from: MapId, to: MapId) -> Rc<Vec<usize>> {
        if let Some(found) = self.found.get(&(from, to)) {
            return Rc::clone(found);
        }
        let layers = Rc::new(self.walked(from, to));
        self.found.insert((from, to), Rc::clone(&layers));
        layers
    }

    fn walked(&mut self, from: MapId, to: MapId) -> Vec<usize> {
        let network = self.network;
        let mut layers = Vec::new();
        let mut map = to;
        while map > from {
            let Some(layer) = network.writer(map) else {
                break;
            };
            if !layer.op.kind.is_merge() {
                if layer.op.kind == OpKind::Conv || !layer.op.axes.iter().all(AxisOp::keeps_jump) {
                    layers.push(map.0 - 1);
                }
                map = layer.inputs[0];
                continue;
            }
            let split = network.dominator(map);
            let inputs: BTreeSet<MapId> = layer.inputs.iter().copied().collect();
            let branches: Vec<Rc<Vec<usize>>> = (inputs.into_iter())
                .map(|input| self.between(split, input))
                .filter(|branch| branch.iter().any(|&l| has_taps(network, l)))
                .collect();
            match &branches[..] {
                [] => {}
                [branch] => layers.extend(branch.iter().rev()),
                _ => layers.push(CUT),
            }
            map = split;
        }
        layers.reverse();
        layers
    }
}

/// Whether a layer, no cut, is a convolution with more than one tap.
fn has_taps(network: &Network, layer: usize) -> bool {
    let op = network.layers.get(layer).map(|layer| &layer.op);
    op.is_some_and(|op| op.kind == OpKind::Conv && op.has_taps())
}

/// Cuts after a convolution that changes the jump and around other layers that do; what is left are convolutions.
fn at_jumps(network: &Network, layers: &[usize]) -> Vec<Line> {
    let mut lines = vec![Line { layers: Vec::new() }];
    for &index in layers {
        let op = network.layers.get(index).map(|layer| &layer.op);
        if op.is_some_and(|op| op.kind == OpKind::Conv)
            && let Some(line) = lines.last_mut()
        {
            line.layers.push(index);
        }
        if !op.is_some_and(|op| op.axes.iter().all(AxisOp::keeps_jump)) {
            lines.push(Line { layers: Vec::new() });
        }
    }
    lines
}
