//! What a title says of a network, or of a part of it.

use crate::network::{per_axis, times, times_once};
use crate::report::NetworkReport;

/// Axes, sizes, receptive field and jump; of a part what it is, and not the network's sizes and jump.
pub(super) fn title_facts(
    network: &NetworkReport,
    field: Option<&[i64]>,
    part: Option<&str>,
) -> Vec<String> {
    let mut facts: Vec<String> = part.map(str::to_owned).into_iter().collect();
    facts.push(format!("{}-D", network.dims));
    if let (None, Some(input), Some(output)) = (part, network.input, network.output) {
        facts.push(format!("{} → {}", times(&input), times(&output)));
    }
    facts.push(match field {
        Some(field) => format!("receptive field {}", times_once(field)),
        None => "receptive field: the whole input".to_owned(),
    });
    let jump = network.jump.as_ref().filter(|_| part.is_none());
    if let Some(jump) = jump.filter(|j| j.iter().any(|j| j != "1")) {
        facts.push(format!("jump {}", per_axis(jump)));
    }
    facts
}
