//! Changes that could bring merged maps onto each other.

use num_rational::Ratio;

use crate::network::{
    self, AxisOp, Interpolation, Kernel, KnobKind, Layer, MapId, Network, Op, OpKind, Transposed,
    per_axis,
};

use super::super::wording::sides;

/// Layers to look back along a branch.
const MOST_STEPS: usize = 64;

/// The names of a model's layers in their framework, where they have one; `None` for what no framework runs.
pub type Names<'a> = Option<&'a dyn Fn(usize) -> Option<String>>;

/// A change of layers, with its words.
pub(super) type Way = (Vec<(usize, Op)>, String);

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// How linear upsampling lays corners, everywhere.
    Corners,
    /// The padding of one layer, to the same on both sides.
    Padding,
    /// The kernel and padding of one layer, to those of a layer of another branch with the same stride.
    Alike,
    /// The kernel of one layer, and its padding to the same on both sides.
    Kernel,
    /// The padding of one layer, to a different one on each side.
    Sides,
}

/// What leads to a merge from where its maps part.
pub(super) struct Branches<'n> {
    network: &'n Network,
    names: Names<'n>,
    merge: usize,
    /// Of each merged map the layers behind it, those that change the resolution first, then the nearest to the merge.
    layers: Vec<Vec<usize>>,
}

impl<'n> Branches<'n> {
    pub(super) fn new(network: &'n Network, names: Names<'n>, merge: usize) -> Self {
        let start = network.dominator(MapId(merge + 1));
        let branch = |&map: &MapId| {
            let behind = std::iter::successors(Some(map), |&map| network.before(map, |_| None));
            let own = behind.take(MOST_STEPS).take_while(|map| *map > start);
            let mut layers: Vec<usize> = own.filter_map(MapId::layer).collect();
            layers.sort_by_key(|&layer| keeps_jump(&network.layers[layer].op));
            layers
        };
        let layers = network.layers[merge].inputs.iter().map(branch).collect();
        Self {
            network,
            names,
            merge,
            layers,
        }
    }

    /// The changes of a kind.
    pub(super) fn ways(&self, kind: Kind) -> Vec<Way> {
        match kind {
            Kind::Corners => [true, false]
                .into_iter()
                .filter_map(|to| self.corners(to))
                .collect(),
            Kind::Alike => self.alike(),
            Kind::Padding | Kind::Kernel | Kind::Sides => self.moves(kind),
        }
    }

    /// All linear upsampling of the network with its corners aligned, or not.
    fn corners(&self, to: bool) -> Option<Way> {
        let (old, new) = if to {
            (Interpolation::Linear, Interpolation::LinearAligned)
        } else {
            (Interpolation::LinearAligned, Interpolation::Linear)
        };
        let layers = self.network.layers.iter().enumerate();
        let ops = layers.filter_map(|(index, layer)| {
            let mut op = layer.op;
            for axis in op.axes.iter_mut() {
                if let AxisOp::Resize(resize) = axis
                    && resize.interpolation == old
                {
                    resize.interpolation = new;
                }
            }
            (op != layer.op).then_some((index, op))
        });
        let ops: Vec<(usize, Op)> = ops.collect();
        let place = match &ops[..] {
            [] => return None,
            [(layer, _)] => format!("the upsample in \"{}\"", self.name(*layer)),
            _ => "every linear upsample".to_owned(),
        };
        Some((ops, format!("`align_corners = {to}` on {place}")))
    }

    /// Layers that stride, with the kernel and padding that another branch has.
    fn alike(&self) -> Vec<Way> {
        let network = self.network;
        let strides = |&layer: &usize| {
            let op = &network.layers[layer].op;
            let mut axes = op.axes.iter();
            axes.all(|op| matches!(op, AxisOp::Window(_))) && !keeps_jump(op)
        };
        let mut ways = Vec::new();
        for (branch, layers) in self.layers.iter().enumerate() {
            let others = self.layers.iter().enumerate();
            let others = others.filter(|(other, _)| *other != branch);
            let others: Vec<usize> = others.flat_map(|(_, own)| own).copied().collect();
            for layer in layers.iter().copied().filter(strides) {
                let op = network.layers[layer].op;
                for other in others.iter().filter(|other| strides(other)) {
                    let axes = network.layers[*other].op.axes;
                    let mut pairs = op.axes.iter().zip(&axes[..]);
                    let new = Op { axes, ..op };
                    if new != op && pairs.all(|(a, b)| a.jump() == b.jump()) && fits(&new) {
                        let text = self.kernel_and_padding(branch, layer, &new);
                        let extent = new.axes.iter().map(AxisOp::extent).sum::<i64>();
                        ways.push((-extent, (self.all_of(layer, new), text)));
                    }
                }
            }
        }
        // Rather more taps than a smaller receptive field.
        ways.sort_by_key(|(extent, _)| *extent);
        ways.into_iter().map(|(_, way)| way).collect()
    }

    /// One layer changed so that the map of its branch lies on that of another.
    fn moves(&self, kind: Kind) -> Vec<Way> {
        let mut ways = Vec::new();
        for (branch, layers) in self.layers.iter().enumerate() {
            for other in 0..self.layers.len() {
                let Some(by) = self.between(branch, other) else {
                    continue;
                };
                for &layer in layers {
                    ways.extend(self.moved(kind, branch, layer, &by));
                }
            }
        }
        ways
    }

    /// How far the map of a branch would have to move, along each axis, to lie on that of another, in input positions; `None` where it does.
    fn between(&self, own: usize, other: usize) -> Option<Vec<Ratio<i128>>> {
        let inputs = &self.network.layers[self.merge].inputs;
        let position = |branch: usize| self.network.facts(inputs[branch]).position;
        let (from, to) = (position(own)?, position(other)?);
        let by: Vec<Ratio<i128>> = (from.iter().zip(&to[..]))
            .map(|(from, to)| to.centre - from.centre)
            .collect();
        by.iter().any(|by| *by.numer() != 0).then_some(by)
    }

    /// A layer changed so that its output moves, in input positions along each axis.
    fn moved(&self, kind: Kind, branch: usize, layer: usize, by: &[Ratio<i128>]) -> Vec<Way> {
        let network = self.network;
        let Layer { op, inputs, .. } = &network.layers[layer];
        let Some(before) = network.facts(inputs[0]).position else {
            return Vec::new();
        };
        let deltas: &[i64] = match kind {
            Kind::Kernel => &[1, -1, 2, -2],
            _ => &[0],
        };
        let way = |&delta: &i64| {
            let mut new = *op;
            for (axis, op) in new.axes.iter_mut().enumerate() {
                if *by[axis].numer() != 0 {
                    *op = shifted(
                        op,
                        by[axis] / before[axis].jump,
                        delta,
                        network.input.is_some(),
                    )?;
                }
            }
            let sides: Vec<(i64, i64)> = new.axes.iter().filter_map(AxisOp::padding).collect();
            let is_even = sides.iter().all(|(low, high)| low == high);
            let is_allowed = match kind {
                Kind::Sides => !is_even && op.kind == OpKind::Conv,
                _ => is_even && fits(&new),
            };
            let text = match kind {
                Kind::Kernel => self.kernel_and_padding(branch, layer, &new),
                _ => self.in_words(Vec::new(), branch, layer, &new),
            };
            is_allowed.then(|| (self.all_of(layer, new), text))
        };
        deltas.iter().filter_map(way).collect()
    }

    /// A change of a layer and of all that repeat it.
    fn all_of(&self, layer: usize, op: Op) -> Vec<(usize, Op)> {
        let layers = &self.network.layers;
        let Layer {
            stage, original, ..
        } = layers[layer];
        let own = self.network.stages[stage].layers.iter().copied();
        own.filter(|&other| layers[other].original == original)
            .map(|layer| (layer, op))
            .collect()
    }

    fn kernel_and_padding(&self, branch: usize, layer: usize, new: &Op) -> String {
        let kernel = |op| KnobKind::Kernel.of(op);
        let kernels: Vec<i64> = new.axes.iter().filter_map(kernel).collect();
        let kernel = format!("kernel {}", per_axis(&kernels));
        self.in_words(vec![kernel], branch, layer, new)
    }

    /// Numbers of a layer, then its padding, then which layer it is.
    fn in_words(&self, mut parts: Vec<String>, branch: usize, layer: usize, new: &Op) -> String {
        let layers = &self.network.layers;
        let Layer { op, .. } = &layers[layer];
        let added = |op: &Op| -> Vec<i64> {
            let added = |op: &AxisOp| match op {
                AxisOp::Transposed(t) => Some(t.output_padding),
                _ => None,
            };
            op.axes.iter().filter_map(added).collect()
        };
        let padding: Vec<(i64, i64)> = new.axes.iter().filter_map(AxisOp::padding).collect();
        let is_uneven = padding.iter().any(|(low, high)| low != high);
        // A layer of PyTorch pads both sides alike.
        let apart = (self.names.is_some() && is_uneven).then(|| {
            let axes = padding.iter().rev();
            let numbers = axes.flat_map(|&(low, high)| [low, high]);
            itertools::join(numbers, ", ")
        });
        match &apart {
            Some(_) => parts.push("padding 0".to_owned()),
            None => parts.push(format!("padding {}", sides(&padding))),
        }
        let new_added = added(new);
        if new_added != added(op) {
            parts.push(format!("output_padding {}", per_axis(&new_added)));
        }
        let last = parts.pop().unwrap_or_default();
        let text = if parts.is_empty() {
            last
        } else {
            format!("{} and {last}", parts.join(", "))
        };
        let merge = &layers[self.merge];
        let is_own = merge.index.is_some() && merge.stage == layers[layer].stage;
        let place = if is_own && self.names.is_none() {
            format!("branch {}", branch + 1)
        } else {
            format!("\"{}\"", self.name(layer))
        };
        let now = match &op.axes[0] {
            AxisOp::Window(w) => format!(" (kernel {}, stride {})", w.kernel, w.stride),
            AxisOp::Transposed(t) => format!(" (kernel {}, stride {})", t.kernel, t.stride),
            _ => String::new(),
        };
        let kind = match op.kind {
            OpKind::Conv => "convolution",
            OpKind::Transposed => "transposed convolution",
            kind => kind.name(),
        };
        let before = apart.map(|numbers| format!(" and `F.pad(x, ({numbers}))` before it"));
        let before = before.unwrap_or_default();
        format!("{text} on the {kind}{now} in {place}{before}")
    }

    /// The name of a layer, or its stage.
    fn name(&self, layer: usize) -> String {
        let stage = self.network.layers[layer].stage;
        let name = self.names.and_then(|names| names(layer));
        name.unwrap_or_else(|| self.network.stages[stage].name.clone())
    }
}

fn keeps_jump(op: &Op) -> bool {
    op.axes.iter().all(AxisOp::keeps_jump)
}

/// Whether a pool may have its padding: the same on both sides, and at most half its kernel.
fn fits(op: &Op) -> bool {
    let is_fit = |op: &AxisOp| match op {
        AxisOp::Window(w) => w.low == w.high && 2 * w.low <= i64::from(w.kernel),
        _ => true,
    };
    !matches!(op.kind, OpKind::MaxPool | OpKind::AvgPool) || op.axes.iter().all(is_fit)
}

/// An axis of a layer whose centre lies further on, in positions of the map it reads, with more taps or fewer; `None` where no whole padding
/// does that. Its output is as large as it was on a map of any size; with `slack`, where a stride leaves room for it, only on some.
fn shifted(op: &AxisOp, by: Ratio<i128>, more_taps: i64, slack: bool) -> Option<AxisOp> {
    let two = Ratio::from_integer(2);
    let centre = op.centre() + by;
    let kernel = |kernel: Kernel| Kernel::new(i128::from(i64::from(kernel) + more_taps)).ok();
    let half = |twice: Ratio<i128>| network::whole(twice / two).filter(|half| *half >= 0);
    let whole = |number: i64| Ratio::from_integer(i128::from(number));
    match *op {
        AxisOp::Window(mut w) => {
            let (extent, stride) = (w.extent(), i64::from(w.stride));
            w.kernel = kernel(w.kernel)?;
            // Fewer taps than positions to step over would leave some unread.
            if more_taps < 0 && i64::from(w.kernel) < stride {
                return None;
            }
            let total = w.low + w.high + w.extent() - extent;
            w.low = half(whole(w.extent() - 1) - centre * two)?;
            w.high = total - w.low;
            if slack && (w.high - w.low).abs() < stride {
                w.high = w.low;
            }
            (w.high >= 0).then_some(AxisOp::Window(w))
        }
        AxisOp::Transposed(mut t) => {
            let reach = |t: &Transposed| (i64::from(t.kernel) - 1) * i64::from(t.dilation);
            let (before, stride) = (reach(&t), i64::from(t.stride));
            t.kernel = kernel(t.kernel)?;
            // Else some outputs are written more often than others.
            if more_taps != 0 && i64::from(t.kernel) % stride != 0 {
                return None;
            }
            let total = t.low + t.high + reach(&t) - before;
            t.low = half(centre * two * whole(stride) + whole(reach(&t)))?;
            t.high = total - t.low;
            // What is cut off after the last position need not be added first.
            let both = t.output_padding.min((t.high - t.low).max(0));
            t.output_padding -= both;
            t.high -= both;
            (t.high >= 0).then_some(AxisOp::Transposed(t))
        }
        _ => None,
    }
}
