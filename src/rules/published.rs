//! The three published rules together, as facts beside other findings.

use crate::network::Network;
use crate::network::schedule::{common_factor, sawtooth, second_distance};

use super::facts::Facts;
use super::judgement::list;
use super::rule::Rule;
use super::schedule::Line;
use super::{common_factor as factor, max_distance, not_sawtooth};

/// The rules of [`PUBLISHED`] that the schedules of a stage break.
#[must_use]
pub fn published_faults(network: &Network, lines: &[Line]) -> Vec<&'static Rule> {
    let mut faults = Vec::new();
    if !factor::passes(network, lines) {
        faults.push(&factor::RULE);
    }
    if !max_distance::passes(network, lines) {
        faults.push(&max_distance::RULE);
    }
    if !not_sawtooth::passes(network, lines) {
        faults.push(&not_sawtooth::RULE);
    }
    faults
}

/// What the published rules say of the stage that holds the layer to blame.
pub(super) fn published(facts: &Facts<'_>, layer: usize, axis: usize) -> Option<String> {
    let stage = facts.stage_of(layer);
    let line = stage
        .lines
        .iter()
        .find(|line| line.layers.contains(&layer))?;
    let entries = line.along(facts.network, axis);
    let dilations: Vec<i64> = entries.iter().map(|e| e.dilation).collect();
    let distance = second_distance(&dilations)?;
    let kernel = entries.first()?.kernel;
    let relation = if distance <= kernel { "≤" } else { ">" };
    let sawtooth = if sawtooth(&dilations).is_ok() {
        ""
    } else {
        ", no sawtooth"
    };
    Some(format!(
        "published rules, schedule {}: common factor {}, M_2 = {distance} {relation} k = {kernel}{sawtooth}",
        list(&dilations),
        common_factor(&dilations)
    ))
}
