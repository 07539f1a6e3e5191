//! Dilations as they stand in the file: each number once, with all that it decides.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::network::{AxisOp, OpKind};
use crate::rules::{Part, Site};

use super::Config;

/// A dilation that stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Index of its stage.
    pub stage: usize,
    /// Index in the stage's list.
    pub layer: usize,
    /// The axis it is for; `None` for all.
    pub axis: Option<usize>,
    /// Where the number stands.
    pub span: Range<usize>,
    /// The layers that have it, all repetitions, by index in the network.
    pub layers: Vec<usize>,
    /// The number.
    pub dilation: i64,
}

impl Written {
    /// The axes that it decides.
    #[must_use]
    pub fn axes(&self, dims: usize) -> Range<usize> {
        self.axis.map_or(0..dims, |axis| axis..axis + 1)
    }
}

impl Config {
    /// The dilations of a stage's convolutions with more than one tap, in the order of the file. Those that no one wrote (1) are left out.
    #[must_use]
    pub fn dilations(&self, stage: usize) -> Vec<Written> {
        let network = &self.network;
        let mut entries: HashMap<usize, Vec<usize>> = HashMap::new();
        for &index in &network.stages[stage].layers {
            let original = network.layers[index].original;
            entries.entry(original).or_default().push(index);
        }
        let mut found: Vec<Written> = Vec::new();
        let mut known = HashSet::new();
        for &index in &network.stages[stage].layers {
            let layer = &network.layers[index];
            let site = Site::layer(network, index, Part::Dilation);
            let is_conv = layer.op.kind == OpKind::Conv && layer.repetition == 0;
            if !is_conv || !self.spans.is_written(site.subject, Part::Dilation) {
                continue;
            }
            let whole = self.spans.locate(site);
            for axis in 0..network.dims {
                let AxisOp::Window(window) = layer.op.axes[axis] else {
                    continue;
                };
                let Some(span) = self.spans.locate(site.on(Some(axis))) else {
                    continue;
                };
                if window.kernel.get() == 1 || !known.insert(span.start) {
                    continue;
                }
                let axis = (Some(&span) != whole.as_ref()).then_some(axis);
                found.push(Written {
                    stage,
                    layer: layer.index.unwrap_or(0),
                    axis,
                    span,
                    layers: entries[&layer.original].clone(),
                    dilation: window.dilation.into(),
                });
            }
        }
        found.sort_by_key(|written| written.span.start);
        found
    }

    /// The layers of a stage whose dilation stands at a place.
    #[must_use]
    pub fn with_dilation_at(
        &self,
        stage: usize,
        span: &Range<usize>,
        axis: Option<usize>,
    ) -> Vec<usize> {
        let stands_here = |index: &usize| {
            let site = Site::layer(&self.network, *index, Part::Dilation);
            self.spans.is_written(site.subject, Part::Dilation)
                && self.spans.locate(site.on(axis)).as_ref() == Some(span)
        };
        self.network.stages[stage]
            .layers
            .iter()
            .copied()
            .filter(stands_here)
            .collect()
    }
}
