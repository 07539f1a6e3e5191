//! A network with other numbers, tried and put back.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use crate::network::{AxisOp, Dilation, Knob, Network, Op, ShapeError, Window};

/// A network whose dilations can be set to see what becomes of it.
pub(super) struct Candidates<'a> {
    pub network: &'a Network,
    /// A copy, made when it is first needed.
    current: RefCell<Option<Network>>,
}

impl<'a> Candidates<'a> {
    pub(super) fn new(network: &'a Network) -> Self {
        Self {
            network,
            current: RefCell::new(None),
        }
    }

    /// Looks at the network with knobs set; what is known of its maps is as it was.
    pub(super) fn with<R>(
        &self,
        knobs: &[&Knob],
        values: &[i64],
        look: impl FnOnce(&Network) -> R,
    ) -> R {
        let mut current = self.current.borrow_mut();
        let current = current.get_or_insert_with(|| self.network.clone());
        for (layer, op) in set(self.network, knobs, values) {
            current.layers[layer].op = op;
        }
        let seen = look(current);
        for &layer in knobs.iter().flat_map(|knob| &knob.layers) {
            current.layers[layer].op = self.network.layers[layer].op;
        }
        seen
    }
}

/// Which knob sets a layer along an axis.
pub(super) fn knob_of(knobs: &[&Knob]) -> HashMap<(usize, usize), usize> {
    let mut knob_of = HashMap::new();
    for (index, knob) in knobs.iter().enumerate() {
        for axis in knob.axes.clone() {
            knob_of.extend(knob.layers.iter().map(|&layer| ((layer, axis), index)));
        }
    }
    knob_of
}

/// The operations of layers whose dilations are set, padding carried along; those that change.
pub(super) fn set(network: &Network, knobs: &[&Knob], values: &[i64]) -> Vec<(usize, Op)> {
    let mut ops: BTreeMap<usize, Op> = BTreeMap::new();
    for (knob, &value) in knobs.iter().zip(values) {
        let Ok(dilation) = Dilation::new(i128::from(value)) else {
            continue;
        };
        for &layer in &knob.layers {
            for axis in knob.axes.clone() {
                if let AxisOp::Window(window) = network.layers[layer].op.axes[axis]
                    && window.dilation != dilation
                {
                    let op = ops.entry(layer).or_insert(network.layers[layer].op);
                    op.axes[axis] = AxisOp::Window(dilated(window, dilation));
                }
            }
        }
    }
    ops.into_iter().collect()
}

/// A network with other operations, its maps worked out anew.
///
/// # Errors
/// Why a layer does not fit then.
pub(super) fn changed<'o>(
    network: &Network,
    ops: impl IntoIterator<Item = &'o (usize, Op)>,
) -> Result<Network, ShapeError> {
    let mut network = network.clone();
    for (layer, op) in ops {
        network.layers[*layer].op = *op;
    }
    network.infer()?;
    Ok(network)
}

/// A window with another dilation. Its padding moves so that the map keeps its size and the tap at an output's own position stays there;
/// none stays none, and so does padding that could not shrink as far.
pub(super) fn dilated(mut window: Window, dilation: Dilation) -> Window {
    let (low, high) = (window.low, window.high);
    let old = i64::from(window.dilation);
    let before = window.extent() - 1;
    window.dilation = dilation;
    let after = window.extent() - 1;
    let total = low + high + after - before;
    if total < 0 || (low, high) == (0, 0) {
        return window;
    }
    let is_same = low == before / 2 && high == before - low;
    window.low = if low + high == before && low % old == 0 && !is_same {
        // The tap that reads an output's own position, the last of a causal layer, still does.
        low / old * i64::from(dilation)
    } else {
        (low + after / 2 - before / 2).clamp(0, total)
    };
    window.high = total - window.low;
    window
}

/// Whether a window with padding that is carried along reads its own position at any dilation.
pub(super) fn reads_itself(window: &Window) -> bool {
    let (low, high) = (window.low, window.high);
    let before = window.extent() - 1;
    if low == before / 2 && high == before - low {
        return i64::from(window.kernel) % 2 == 1;
    }
    low % i64::from(window.dilation) == 0 && (low + high == before || (low, high) == (0, 0))
}

/// Whether the stages of two networks, which differ in numbers only, write maps of the same sizes. Without an input, layers with padding must
/// grow as much as before; those without shrink their maps by what they span.
pub(super) fn keeps_sizes(old: &Network, new: &Network) -> bool {
    let grows = |window: &Window| window.low + window.high - window.extent();
    let axes = |network: &Network| -> Vec<AxisOp> {
        let layers = network.layers.iter();
        layers.flat_map(|layer| layer.op.axes.to_vec()).collect()
    };
    let keeps = |pair: (AxisOp, AxisOp)| match pair {
        (AxisOp::Window(old), AxisOp::Window(new)) => {
            (old.low, old.high, new.low, new.high) == (0, 0, 0, 0) || grows(&old) == grows(&new)
        }
        _ => true,
    };
    // Their numbers were made for the size of the map that they read: with another one, what is written in the file means others.
    let is_made_for_size =
        |op: &AxisOp| matches!(op, AxisOp::Resize(_) | AxisOp::Bins(_) | AxisOp::Crop(_));
    let mut made_for_size =
        (old.layers.iter()).filter(|layer| layer.op.axes.iter().any(is_made_for_size));
    made_for_size.all(|layer| {
        let mut inputs = layer.inputs.iter();
        inputs.all(|&map| old.facts(map).size == new.facts(map).size)
    }) && axes(old).into_iter().zip(axes(new)).all(keeps)
        && old
            .stages
            .iter()
            .zip(&new.stages)
            .all(|(old_stage, new_stage)| {
                old.facts(old_stage.output).size == new.facts(new_stage.output).size
            })
}
