//! Whether a network with other dilations passes.

use std::collections::BTreeSet;

use crate::config::{Config, Level, Written};
use crate::footprint::{RunEnd, RunVerdict, Runs, Sight, receptive_field};
use crate::network::{AxisOp, Dilation, MapId, Network, PerAxis};
use crate::rules::repair::dilate;
use crate::rules::{Checked, PUBLISHED, find, level_of, published_faults};

/// What stages must satisfy whose dilations are turned.
pub(super) struct Judge<'a> {
    network: &'a Network,
    dials: &'a [Written],
    /// Ends of runs through any dial.
    pub ends: Vec<RunEnd>,
    /// Stages, and the rules on their schedules that they must pass.
    asked: Vec<(usize, Vec<&'static str>)>,
    /// The receptive field asked for, where the network has it as it is.
    pub target: Option<PerAxis<i64>>,
}

impl<'a> Judge<'a> {
    /// Gridding and a common factor must go; the other published rules are asked for where they deny.
    pub(super) fn new(
        checked: &Checked<'a>,
        config: &Config,
        published: bool,
        stages: &[usize],
        dials: &'a [Written],
    ) -> Self {
        let network = checked.facts.network;
        let runs = &checked.facts.runs;
        let layers: BTreeSet<usize> = dials.iter().flat_map(|d| d.layers.clone()).collect();
        let after = |layer: &usize| runs.goes_on(*layer).then_some(MapId(layer + 1));
        let mut ends = runs.ends_after(layers.iter().filter_map(after));
        let enders = layers.iter().filter(|layer| runs.is_ender(**layer));
        ends.extend(enders.map(|&layer| RunEnd::Layer(layer)));
        ends.sort_unstable();
        ends.dedup();
        let asked = stages.iter().map(|&stage| {
            let is_asked = |id: &&str| {
                let least = if *id == "common-factor" {
                    Level::Warn
                } else {
                    Level::Deny
                };
                find(id).is_some_and(|rule| level_of(rule, config, stage, published) >= least)
            };
            (stage, PUBLISHED.into_iter().filter(is_asked).collect())
        });
        let asked = asked.collect();
        let target = config.target.receptive_field.map(|(target, _)| target);
        let target = target.filter(|target| sees(network, target));
        Self {
            network,
            dials,
            ends,
            asked,
            target,
        }
    }

    /// The network with the dials turned.
    pub(super) fn turned(&self, values: &[i64]) -> Network {
        let mut network = self.network.clone();
        for (dial, &value) in self.dials.iter().zip(values) {
            let Ok(dilation) = Dilation::new(i128::from(value)) else {
                continue;
            };
            for &layer in &dial.layers {
                for axis in dial.axes(network.dims) {
                    if let AxisOp::Window(window) = &mut network.layers[layer].op.axes[axis]
                        && window.dilation != dilation
                    {
                        dilate(window, dilation);
                    }
                }
            }
        }
        network
    }

    /// Whether it passes all that is asked.
    pub(super) fn passes(&self, values: &[i64]) -> bool {
        let network = self.turned(values);
        let keeps = |(stage, rules): &(usize, Vec<&str>)| {
            let faults = published_faults(&network, &network.stages[*stage]);
            faults.iter().all(|fault| !rules.contains(&fault.id))
        };
        if !self.asked.iter().all(keeps) {
            return false;
        }
        let runs = Runs::new(&network);
        let is_whole = |&end: &RunEnd| match runs.verdict(end) {
            RunVerdict::Clean => true,
            RunVerdict::Fault { .. } => false,
            RunVerdict::NoChain => {
                let sight = runs.sight(end, None);
                !sight.has_gridding() && !matches!(sight, Sight::Undecided(_))
            }
        };
        self.ends.iter().all(is_whole) && self.target.is_none_or(|target| sees(&network, &target))
    }
}

/// Whether every output sees at least so many input positions.
fn sees(network: &Network, target: &PerAxis<i64>) -> bool {
    network.outputs.iter().all(|&output| {
        receptive_field(network, MapId::INPUT, output).is_none_or(|field| {
            field
                .iter()
                .zip(target.iter())
                .all(|(field, least)| field >= least)
        })
    })
}
