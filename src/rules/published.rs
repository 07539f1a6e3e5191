//! What the three published rules say of a schedule, as a fact beside other findings.

use crate::network::schedule::{common_factor, sawtooth, second_distance};

use super::facts::Facts;
use super::judgement::list;

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
        ", not a sawtooth"
    };
    Some(format!(
        "published rules, schedule {}: common factor {}, M_2 = {distance} {relation} k = {kernel}{sawtooth}",
        list(&dilations),
        common_factor(&dilations)
    ))
}
