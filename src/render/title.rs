//! What a title says of a network, or of a part of it.

use crate::network::{per_axis, times, times_once};
use crate::report::NetworkReport;

/// What a title is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// All of a network.
    Network,
    /// A part, of which the network's sizes and jump are not said.
    Part,
}

/// Axes, sizes, receptive field and jump.
pub(super) fn title_facts(
    network: &NetworkReport,
    field: Option<&[i64]>,
    scope: Scope,
) -> Vec<String> {
    let mut facts = vec![format!("{}-D", network.dims)];
    let is_all = scope == Scope::Network;
    if let (true, Some(input), Some(output)) = (is_all, network.input, network.output) {
        facts.push(format!("{} → {}", times(&input), times(&output)));
    }
    facts.push(match field {
        Some(field) => format!("receptive field {}", times_once(field)),
        None => "receptive field everything".to_owned(),
    });
    let jump = network.jump.as_ref().filter(|_| is_all);
    if let Some(jump) = jump.filter(|j| j.iter().any(|j| j != "1")) {
        facts.push(format!("jump {}", per_axis(jump)));
    }
    facts
}
