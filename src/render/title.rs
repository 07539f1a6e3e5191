//! What a title says of a network, or of a part of it.

use crate::network::times;
use crate::report::NetworkReport;

use super::human::merged;

/// Axes, sizes, receptive field and jump. Sizes and jump are those of the `whole` network, and said of nothing less.
pub(super) fn facts(network: &NetworkReport, field: Option<&[i64]>, whole: bool) -> Vec<String> {
    let mut facts = vec![format!("{}-D", network.dims)];
    if let (true, Some(input), Some(output)) = (whole, network.input, network.output) {
        facts.push(format!("{} → {}", times(&input), times(&output)));
    }
    facts.push(match field {
        Some(field) => format!("receptive field {}", merged(field)),
        None => "receptive field everything".to_owned(),
    });
    let jump = network.jump.as_ref().filter(|_| whole);
    if let Some(jump) = jump.filter(|j| j.iter().any(|j| j != "1")) {
        facts.push(format!("jump {}", merged(jump)));
    }
    facts
}
