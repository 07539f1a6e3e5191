//! A run as a chain along each axis, where it is one.

use crate::footprint::exact::Comb;
use crate::footprint::run_footprint::{AxisChain, ChainLayer, RunEnd};
use crate::footprint::taps::{Phase, phases};
use crate::network::{AxisOp, MapId};

use super::Runs;

impl Runs<'_> {
    /// The run as a chain, if it is one, or if the axes on which it is one have holes already; where it ends with a transposed layer, its
    /// worst output phase.
    pub(super) fn chain(&self, end: RunEnd, scope: Option<MapId>) -> Option<Vec<AxisChain>> {
        let dims = self.network.dims;
        let mut axes: Vec<Vec<ChainLayer>> = vec![Vec::new(); dims];
        // An axis whose resolution changed is done; the others go on.
        let mut open = vec![true; dims];
        let mut begins = vec![None; dims];
        let mut branched = false;
        let mut last = vec![vec![Comb { taps: 1, step: 1 }]; dims];
        let mut map = match end {
            RunEnd::Map(map) => map,
            RunEnd::Layer(layer) => {
                let ending = &self.network.layers[layer];
                for (axis, op) in ending.op.axes.iter().enumerate() {
                    // Where the layer keeps the resolution, the run does not end with it.
                    open[axis] = self.changes(layer, axis);
                    if open[axis] {
                        last[axis] = phases(op).iter().map(|p| p.comb).collect();
                    }
                }
                *ending.inputs.first()?
            }
        };
        while Some(map) != scope
            && let Some(index) = map.layer()
        {
            let layer = &self.network.layers[index];
            if !layer.op.kind.is_merge() {
                for axis in 0..dims {
                    if open[axis] && !self.keeps(index, axis) {
                        open[axis] = false;
                        begins[axis] = Some(map);
                    }
                    if !open[axis] {
                        continue;
                    }
                    for Phase { comb, .. } in phases(&layer.op.axes[axis]) {
                        if comb.taps > 1 {
                            axes[axis].push(ChainLayer { layer: index, comb });
                        }
                    }
                }
                if open.iter().all(|open| !open) {
                    break;
                }
            }
            let Some(before) = self.before(map) else {
                // On an axis whose run began behind the branches, its holes are known without them.
                branched = true;
                break;
            };
            map = before;
        }
        let chains: Vec<AxisChain> = (axes.into_iter().zip(last).zip(open.iter().zip(begins)))
            .map(|((mut layers, last), (open, begin))| {
                if branched && *open {
                    return AxisChain::new(Vec::new());
                }
                layers.reverse();
                AxisChain {
                    begin: begin.or_else(|| open.then_some(map)),
                    ..worst_phase(&layers, &last, end)
                }
            })
            .collect();
        let has_hole = chains.iter().any(|chain| chain.exact.fault.is_some());
        (!branched || has_hole).then_some(chains)
    }

    /// Taps of the layers between two maps along an axis, input side first, on the earlier one; `None` where they are no chain of windows.
    #[must_use]
    pub fn combs(&self, from: MapId, to: MapId, axis: usize) -> Option<Vec<Comb>> {
        let mut map = to;
        let mut layers = Vec::new();
        while map != from {
            let layer = self.network.writer(map)?;
            match layer.op.axes[axis] {
                AxisOp::Window(window) => layers.push(window),
                AxisOp::Crop(_) | AxisOp::Pad(_) | AxisOp::Same => {}
                AxisOp::Transposed(_)
                | AxisOp::Resize(_)
                | AxisOp::Bins(_)
                | AxisOp::Everything => return None,
            }
            map = self.before(map)?;
        }
        let mut scale = 1_i64;
        let mut combs = Vec::new();
        for window in layers.iter().rev() {
            let taps = i64::from(window.kernel);
            let step = scale.saturating_mul(i64::from(window.dilation));
            combs.push(Comb { taps, step });
            scale = scale.saturating_mul(i64::from(window.stride));
        }
        Some(combs)
    }
}

/// The last layer's phase with which a chain has a hole, if there is one; of several the first.
fn worst_phase(layers: &[ChainLayer], last: &[Comb], end: RunEnd) -> AxisChain {
    let mut clean = None;
    for &comb in last {
        let mut layers = layers.to_vec();
        if let RunEnd::Layer(layer) = end
            && comb.taps > 1
        {
            layers.push(ChainLayer { layer, comb });
        }
        let chain = AxisChain::new(layers);
        if chain.exact.fault.is_some() {
            return chain;
        }
        clean.get_or_insert(chain);
    }
    clean.unwrap_or_else(|| AxisChain::new(layers.to_vec()))
}
