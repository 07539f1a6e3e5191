//! A stage before and after a change of its schedule: the measures in which schedules differ.

use serde::Serialize;

use crate::config::Config;
use crate::footprint::chain_ripple;
use crate::rules::Facts;

use super::measures::{Dilations, StageSummary};
use super::stage::stage_reports;

/// The measures in which two schedules of a stage differ. Arrays have an entry for each axis.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScheduleMeasures {
    /// Name, dilations and receptive field of the stage.
    #[serde(flatten)]
    pub stage: StageSummary,
    /// The largest dilation.
    pub largest_dilation: i64,
    /// Holes of its footprint; null where it is no chain, or too long to count.
    pub holes: Vec<Option<i64>>,
    /// Peak grating lobe; null where it has no single answer to a frequency.
    pub lobe: Vec<Option<f64>>,
    /// Ripple; null where it is no chain, or too wide.
    pub ripple: Vec<Option<f64>>,
}

/// Measures some stages of a network, each on its own input.
#[must_use]
pub fn schedule_measures(config: &Config, stages: &[usize]) -> Vec<ScheduleMeasures> {
    let checked = config.check();
    let dims = config.network.dims;
    let reports = stage_reports(&checked);
    let measure = |&index: &usize| {
        let report = reports[index].clone();
        let largest = report.stage.dilations.iter().map(Dilations::largest).max();
        ScheduleMeasures {
            largest_dilation: largest.unwrap_or(1),
            stage: report.stage,
            holes: report.holes,
            lobe: report.lobe,
            ripple: (0..dims)
                .map(|axis| stage_ripple(&checked.facts, index, axis))
                .collect(),
        }
    };
    stages.iter().map(measure).collect()
}

/// Ripple of a stage on its own input, where it is a chain and not too wide.
fn stage_ripple(facts: &Facts<'_>, stage: usize, axis: usize) -> Option<f64> {
    chain_ripple(&facts.combs(&facts.network.stages[stage], axis)?)
}
