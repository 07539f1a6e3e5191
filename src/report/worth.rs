//! What a stage is worth: its measures, to hold one schedule against another.

use serde::Serialize;

use crate::config::Config;
use crate::footprint::chain_ripple;
use crate::network::PerAxis;
use crate::rules::Facts;

use super::stage::{Dilations, stage_reports};

/// What a stage is worth: the measures that tell one schedule from another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Worth {
    /// Its name.
    pub name: String,
    /// Dilations of its convolutions with more than one tap, one repetition, input side first.
    pub dilations: Vec<Dilations>,
    /// How often the list is repeated.
    pub repeat: usize,
    /// Receptive field on its own input, in positions of that map per axis; null with a global pool.
    pub receptive_field: Option<PerAxis<i64>>,
    /// The largest dilation.
    pub largest_dilation: i64,
    /// Holes of its footprint, per axis; null where it is no chain, or too long to count.
    pub holes: Vec<Option<i64>>,
    /// Peak grating lobe, per axis; null where it has no single answer to a frequency.
    pub lobe: Vec<Option<f64>>,
    /// Ripple, per axis; null where it is no chain, or too wide.
    pub ripple: Vec<Option<f64>>,
}

/// What stages of a network are worth, each on its own input.
#[must_use]
pub fn worth(config: &Config, stages: &[usize]) -> Vec<Worth> {
    let checked = config.check();
    let network = &config.network;
    let reports = stage_reports(&checked);
    stages
        .iter()
        .map(|&index| {
            let report = &reports[index];
            let largest = report.dilations.iter().map(|dilations| match dilations {
                Dilations::All(one) => *one,
                Dilations::Each(each) => each.iter().copied().max().unwrap_or(1),
            });
            Worth {
                name: report.name.clone(),
                dilations: report.dilations.clone(),
                repeat: report.repeat,
                receptive_field: report.receptive_field,
                largest_dilation: largest.max().unwrap_or(1),
                holes: report.holes.clone(),
                lobe: report.lobe.clone(),
                ripple: (0..network.dims)
                    .map(|axis| stage_ripple(&checked.facts, index, axis))
                    .collect(),
            }
        })
        .collect()
}

/// Ripple of a stage on its own input, where it is a chain and not too wide.
fn stage_ripple(facts: &Facts<'_>, stage: usize, axis: usize) -> Option<f64> {
    chain_ripple(&facts.combs(&facts.network.stages[stage], axis)?)
}
