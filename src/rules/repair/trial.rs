//! A network with other dilations, as it is tried.

use std::collections::BTreeMap;

use crate::footprint::{AxisChain, Comb};
use crate::network::{AxisOp, Dilation, Network, Op, Window};
use crate::rules::judgement::Change;

/// A network with other dilations, entry by entry. Nothing is copied until the network itself is asked for.
pub struct Trial<'a> {
    network: &'a Network,
    /// Operations of each entry that was changed.
    pub(super) changed: BTreeMap<usize, Op>,
}

impl<'a> Trial<'a> {
    /// Nothing changed yet.
    #[must_use]
    pub fn new(network: &'a Network) -> Self {
        Self {
            network,
            changed: BTreeMap::new(),
        }
    }

    /// A copy of the network as it is now.
    #[must_use]
    pub fn network(&self) -> Network {
        let mut network = self.network.clone();
        for layer in &mut network.layers {
            if let Some(op) = self.changed.get(&layer.original) {
                layer.op = *op;
            }
        }
        network
    }

    /// What was changed.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        self.changed
            .iter()
            .map(|(&layer, op)| Change {
                layer,
                dilation: op.dilations(),
            })
            .collect()
    }

    fn op(&self, layer: usize) -> &Op {
        let layer = &self.network.layers[layer];
        self.changed.get(&layer.original).unwrap_or(&layer.op)
    }

    /// Gives all layers of an entry another dilation along the axes on which `layer` has the same one as along `axis`
    /// (a number for all axes stays one). Their taps stay where they were centred.
    ///
    /// `None` for a layer without a dilation, or a dilation outside of its range.
    pub fn set(&mut self, layer: usize, axis: usize, dilation: i64) -> Option<()> {
        let value = Dilation::new(i128::from(dilation)).ok()?;
        let mut op = *self.op(layer);
        let AxisOp::Window(old) = op.axes[axis] else {
            return None;
        };
        for op in op.axes.iter_mut() {
            if let AxisOp::Window(window) = op
                && window.dilation == old.dilation
            {
                dilate(window, value);
            }
        }
        self.changed.insert(self.network.layers[layer].original, op);
        Some(())
    }

    pub(super) fn dilation(&self, layer: usize, axis: usize) -> i64 {
        self.op(layer).dilations()[axis]
    }

    /// The combs of an axis of a chain, dilations as they are now.
    pub(super) fn combs(&self, chain: &AxisChain, axis: usize) -> Vec<Comb> {
        chain
            .layers
            .iter()
            .map(|l| match self.op(l.layer).axes[axis] {
                AxisOp::Window(w) => Comb {
                    taps: w.kernel.into(),
                    step: w.dilation.into(),
                },
                _ => l.comb,
            })
            .collect()
    }
}

/// Gives a layer another dilation along one axis. Its padding moves so that the map keeps its size and the taps stay where they were
/// centred; none stays none, and so does padding that could not shrink as far.
pub(crate) fn dilate(window: &mut Window, dilation: Dilation) {
    let (low, high) = (window.low, window.high);
    let old = i64::from(window.dilation);
    let before = window.extent() - 1;
    window.dilation = dilation;
    let after = window.extent() - 1;
    let total = low + high + after - before;
    if total < 0 || (low, high) == (0, 0) {
        return;
    }
    let is_same = low == before / 2 && high == before - low;
    window.low = if low + high == before && low % old == 0 && !is_same {
        // The tap that reads an output's own position, the last of a causal layer, still does.
        low / old * i64::from(dilation)
    } else {
        (low + after / 2 - before / 2).clamp(0, total)
    };
    window.high = total - window.low;
}
