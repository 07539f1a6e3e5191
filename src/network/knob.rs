//! Knobs: the numbers of a network that may change.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Network;
use super::graph::Layer;
use super::op::{AxisOp, Op, OpKind};

/// Which number of its layers a knob sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KnobKind {
    /// The dilation.
    Dilation,
    /// The kernel size.
    Kernel,
}

/// A number of a network that may change: the dilation of some layers, or the kernel of a transposed layer.
///
/// ```
/// use degrid::config::parse;
/// let network = parse("[[stage]]\ndilations = [1, [2, 1]]\nrepeat = 2\n").unwrap().network;
/// let knobs = network.knobs();
/// assert_eq!((knobs.len(), knobs[0].layers.len()), (3, 2));
/// assert_eq!((knobs[1].axes.clone(), knobs[1].value), (0..1, Some(2)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knob {
    /// Which number it is.
    pub kind: KnobKind,
    /// The layers that have it, by index, in rising order: all repetitions.
    pub layers: Vec<usize>,
    /// The axes for which it holds.
    pub axes: Range<usize>,
    /// The number; `None` while it is undecided.
    pub value: Option<i64>,
}

impl Knob {
    /// Whether it sets the dilation of convolutions.
    #[must_use]
    pub fn is_dilation(&self, network: &Network) -> bool {
        let is_conv = |&layer: &usize| network.layers[layer].op.kind == OpKind::Conv;
        self.kind == KnobKind::Dilation && self.layers.first().is_some_and(is_conv)
    }

    /// Index of the stage of its layers.
    #[must_use]
    pub fn stage(&self, network: &Network) -> Option<usize> {
        Some(network.layers[*self.layers.first()?].stage)
    }

    /// Whether it sets a layer along an axis.
    #[must_use]
    pub fn sets(&self, layer: usize, axis: usize) -> bool {
        self.axes.contains(&axis) && self.layers.binary_search(&layer).is_ok()
    }

    /// The number that a network has there.
    #[must_use]
    pub fn read(&self, network: &Network) -> Option<i64> {
        self.of(&network.layers[*self.layers.first()?].op)
    }

    /// The number that an operation of its layers has.
    #[must_use]
    pub fn of(&self, op: &Op) -> Option<i64> {
        let mut axes = self.axes.clone();
        axes.find_map(|axis| self.kind.of(&op.axes[axis]))
    }

    /// What each unit of a dilation adds to the extent of its layers along an axis: their taps less one, all together.
    #[must_use]
    pub fn weight(&self, network: &Network, axis: usize) -> i64 {
        let taps = |&layer: &usize| match network.layers[layer].op.axes[axis] {
            AxisOp::Window(window) => i64::from(window.kernel) - 1,
            _ => 0,
        };
        self.layers.iter().map(taps).sum()
    }
}

impl KnobKind {
    /// The number that an operation has along an axis.
    #[must_use]
    pub fn of(self, op: &AxisOp) -> Option<i64> {
        match (self, op) {
            (Self::Dilation, AxisOp::Window(w)) => Some(w.dilation.into()),
            (Self::Dilation, AxisOp::Transposed(t)) => Some(t.dilation.into()),
            (Self::Kernel, AxisOp::Window(w)) => Some(w.kernel.into()),
            (Self::Kernel, AxisOp::Transposed(t)) => Some(t.kernel.into()),
            _ => None,
        }
    }
}

impl Network {
    /// For each layer of some kind of the first repetition of a stage, in order, it and those that stand in its place in the others.
    #[must_use]
    pub fn by_place(&self, layers: &[usize], is_own: impl Fn(&Layer) -> bool) -> Vec<Vec<usize>> {
        let own = layers.iter().copied().filter(|&l| is_own(&self.layers[l]));
        let mut repetitions: Vec<Vec<usize>> = Vec::new();
        for layer in own {
            let repetition = self.layers[layer].repetition;
            if repetitions.len() <= repetition {
                repetitions.resize(repetition + 1, Vec::new());
            }
            repetitions[repetition].push(layer);
        }
        let Some((first, others)) = repetitions.split_first() else {
            return Vec::new();
        };
        let places = first.iter().enumerate();
        places
            .map(|(place, &layer)| {
                let others = others.iter().filter_map(|other| other.get(place).copied());
                std::iter::once(layer).chain(others).collect()
            })
            .collect()
    }

    /// The layers that stand for the same one, each group by the first.
    pub(crate) fn repetitions(&self) -> BTreeMap<usize, Vec<usize>> {
        let mut layers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, layer) in self.layers.iter().enumerate() {
            layers.entry(layer.original).or_default().push(index);
        }
        layers
    }

    /// The numbers that may change, in the order of the layers: the dilation of each convolution with more than one tap, dilation and
    /// kernel of each transposed layer. One number for all axes where they are equal, else one per axis; repetitions change together.
    #[must_use]
    pub fn knobs(&self) -> Vec<Knob> {
        let mut knobs = Vec::new();
        for (original, layers) in self.repetitions() {
            let op = &self.layers[original].op;
            let kinds: &[KnobKind] = match op.kind {
                OpKind::Conv => &[KnobKind::Dilation],
                OpKind::Transposed => &[KnobKind::Kernel, KnobKind::Dilation],
                _ => continue,
            };
            for &kind in kinds {
                let has_taps = |axis: &usize| {
                    kind == KnobKind::Kernel || KnobKind::Kernel.of(&op.axes[*axis]) > Some(1)
                };
                let value = |axis: usize| kind.of(&op.axes[axis]);
                let axes: Vec<usize> = (0..self.dims).filter(has_taps).collect();
                let Some(&first) = axes.first() else { continue };
                let is_one = axes.iter().all(|&axis| value(axis) == value(first));
                let knob = |axes: Range<usize>, at: usize| Knob {
                    kind,
                    layers: layers.clone(),
                    axes,
                    value: value(at),
                };
                if is_one {
                    knobs.push(knob(0..self.dims, first));
                } else {
                    knobs.extend(axes.into_iter().map(|axis| knob(axis..axis + 1, axis)));
                }
            }
        }
        knobs
    }
}
