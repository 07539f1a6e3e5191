//! A file whose dilations are turned to see what passes.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::config::{Config, Written};
use crate::footprint::receptive_field;
use crate::network::{AxisOp, Dilation, MapId, Network, PerAxis};
use crate::rules::repair::dilate;
use crate::rules::{Checked, Part, Site};

/// A file, and a copy of its network whose dilations can be turned.
pub(super) struct Bench<'a> {
    pub checked: &'a Checked<'a>,
    pub config: &'a Config,
    pub source: &'a str,
    /// The receptive field asked for, where the network has it as it is.
    pub target: Option<PerAxis<i64>>,
    turned: RefCell<Network>,
    /// The layers that have a padding, by where it stands.
    padded: HashMap<usize, Vec<usize>>,
}

impl<'a> Bench<'a> {
    pub(super) fn new(checked: &'a Checked<'a>, config: &'a Config, source: &'a str) -> Self {
        let network = &config.network;
        let target = config.policy.target.receptive_field;
        let mut padded: HashMap<usize, Vec<usize>> = HashMap::new();
        for index in 0..network.layers.len() {
            let site = Site::layer(network, index, Part::Padding);
            if config.spans.is_written(site.subject, Part::Padding)
                && let Some(span) = config.spans.locate(site)
            {
                padded.entry(span.start).or_default().push(index);
            }
        }
        Self {
            checked,
            config,
            source,
            target: target.filter(|target| sees(network, target)),
            turned: RefCell::new(network.clone()),
            padded,
        }
    }

    /// The layers whose padding stands at a place.
    pub(super) fn padded_at(&self, place: usize) -> &[usize] {
        self.padded.get(&place).map_or(&[], Vec::as_slice)
    }

    /// Looks at the network with dials turned.
    pub(super) fn with<R>(
        &self,
        dials: &[Written],
        values: &[i64],
        look: impl FnOnce(&Network) -> R,
    ) -> R {
        let dims = self.config.network.dims;
        let mut network = self.turned.borrow_mut();
        for (dial, &value) in dials.iter().zip(values) {
            let Ok(dilation) = Dilation::new(i128::from(value)) else {
                continue;
            };
            for &layer in &dial.layers {
                for axis in dial.axes(dims) {
                    if let AxisOp::Window(window) = &mut network.layers[layer].op.axes[axis]
                        && window.dilation != dilation
                    {
                        dilate(window, dilation);
                    }
                }
            }
        }
        let seen = look(&network);
        for &layer in dials.iter().flat_map(|dial| &dial.layers) {
            network.layers[layer].op = self.config.network.layers[layer].op;
        }
        seen
    }
}

/// Whether every output sees at least so many input positions.
pub(super) fn sees(network: &Network, target: &PerAxis<i64>) -> bool {
    network.outputs.iter().all(|&output| {
        receptive_field(network, MapId::INPUT, output).is_none_or(|field| {
            let mut pairs = field.iter().zip(target.iter());
            pairs.all(|(field, least)| field >= least)
        })
    })
}
