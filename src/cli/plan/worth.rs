//! What a stage is worth.

use serde::Serialize;

use crate::config::Config;
use crate::footprint::{AxisWeights, Comb, exact, ripple};
use crate::network::{AxisOp, Dilation, Kernel, PerAxis, Stride, Window};
use crate::report::{Dilations, stage_reports};
use crate::rules::{Facts, check};

/// What a stage is worth.
#[derive(Serialize)]
pub(super) struct Worth {
    pub name: String,
    pub dilations: Vec<Dilations>,
    pub repeat: usize,
    pub receptive_field: Option<PerAxis<i64>>,
    pub largest_dilation: i64,
    pub holes: Vec<Option<i64>>,
    pub lobe: Vec<Option<f64>>,
    pub ripple: Vec<Option<f64>>,
}

/// What stages of a network are worth, each on its own input.
pub(super) fn worth(config: &Config, stages: &[usize]) -> Vec<Worth> {
    let checked = check(config, false);
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

/// Most additions that a ripple may take.
const MOST_WORK: i64 = 1 << 26;

/// Ripple of a stage on its own input, where it is a chain and not too wide.
fn stage_ripple(facts: &Facts<'_>, stage: usize, axis: usize) -> Option<f64> {
    let combs = facts.combs(&facts.network.stages[stage], axis)?;
    let layers = i64::try_from(combs.len()).ok()?;
    if exact(&combs).field.checked_mul(layers)? > MOST_WORK {
        return None;
    }
    let mut weights = AxisWeights::unit(0);
    for Comb { taps, step } in combs {
        let window = Window {
            kernel: Kernel::new(i128::from(taps)).ok()?,
            stride: Stride::ONE,
            dilation: Dilation::new(i128::from(step)).ok()?,
            low: 0,
            high: 0,
            ceil: false,
        };
        weights = weights.through(&AxisOp::Window(window), None).ok()?;
    }
    ripple(&weights.values)
}
