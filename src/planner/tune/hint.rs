//! The smallest change that a single rule accepts, for rules whose findings [`fix`](super::fix()) leaves alone.

use std::collections::HashSet;

use crate::network::Knob;
use crate::rules::{Checked, Finding, Level, Policy, find};

use super::change::Fix;
use super::effort::Effort;
use super::fix::Fixer;
use super::together::Together;

/// For findings of rules on the schedule of a stage the smallest change that their rule accepts, each by itself, where one was found. It opens
/// no hole, and brings up nothing that is denied.
#[must_use]
pub fn hints(
    checked: &Checked<'_>,
    knobs: &[Knob],
    policy: &Policy,
    effort: &mut Effort,
) -> Vec<Fix> {
    let network = checked.facts.network;
    let mut found: Vec<Fix> = Vec::new();
    let mut seen = HashSet::new();
    let fixer = Fixer::new(checked, knobs, policy);
    let mut own = effort.for_hints();
    for (index, finding) in checked.findings.iter().enumerate() {
        // A note asks for no change.
        let asked = Some(finding).filter(|finding| finding.level > Level::Note);
        let Some(purpose) = asked.and_then(|finding| purpose(policy, finding)) else {
            continue;
        };
        let also = (finding.stage, finding.rule.id);
        if !seen.insert(also) {
            // One change of a stage answers all that a rule finds there.
            let same = found.iter_mut().find(|fix| {
                let first = &checked.findings[fix.findings[0]];
                (first.stage, first.rule.id) == also
            });
            if let Some(fix) = same {
                fix.findings.push(index);
            }
            continue;
        }
        if network.layers.len() > own.checks {
            continue;
        }
        let stages = [finding.stage];
        let Ok(fix) = fixer.nearest(vec![index], &stages, Some(also), purpose, &mut own) else {
            continue;
        };
        let mut together = Together::new(checked, policy, &fixer.asked, &mut own.checks);
        together.take(&[vec![fix]]);
        found.extend(together.taken);
    }
    effort.checks = own.checks;
    found
}

/// What a change for a finding achieves; `None` for a rule that is not about the schedule of a stage.
fn purpose(policy: &Policy, finding: &Finding) -> Option<String> {
    Some(match finding.rule.id {
        "borrowed-coverage" => "without holes on the stage's own input".to_owned(),
        "grating-lobe" => {
            let max = policy.number(find("grating-lobe")?, finding.stage, "max");
            format!("with a lobe of at most {max}")
        }
        "max-distance" => "that this rule accepts".to_owned(),
        "not-sawtooth" => "with equal teeth".to_owned(),
        _ => return None,
    })
}
