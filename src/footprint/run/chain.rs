//! A run as a chain along each axis, where it is one.

use crate::footprint::exact::Comb;
use crate::footprint::phase::{Phase, phases};
use crate::footprint::run_footprint::{AxisChain, ChainLayer, RunEnd};
use crate::network::MapId;

use super::Runs;

impl Runs<'_> {
    /// The run as a chain, if it is one, or if the axes on which it is one have holes already; where it ends with a transposed layer, its
    /// worst output phase.
    pub(super) fn chain(&self, end: RunEnd, scope: Option<MapId>) -> Option<Vec<AxisChain>> {
        let dims = self.network.dims;
        let mut axes: Vec<Vec<ChainLayer>> = vec![Vec::new(); dims];
        // An axis whose resolution changed is done; the others go on.
        let mut open = vec![true; dims];
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
                    open[axis] &= self.keeps(index, axis);
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
            let Some(before) = self.network.before(map, |merge| self.covering[merge.0]) else {
                // On an axis whose run began behind the branches, its holes are known without them.
                branched = true;
                break;
            };
            map = before;
        }
        let chains: Vec<AxisChain> = (axes.into_iter().zip(last).zip(&open))
            .map(|((mut layers, last), open)| {
                if branched && *open {
                    return AxisChain::new(Vec::new());
                }
                layers.reverse();
                worst_phase(&layers, &last, end)
            })
            .collect();
        let has_hole = chains.iter().any(|chain| chain.exact.fault.is_some());
        (!branched || has_hole).then_some(chains)
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
