//! `unused-allow`: a comment allows a finding that is not there.

use std::collections::HashMap;

use crate::config::{Config, Level, Part};

use super::engine::Finding;
use super::judgement::{Draft, Help, Site};
use super::{Check, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "unused-allow",
    level: Level::Warn,
    summary: "a comment allows a finding that is not there",
    page: include_str!("../../docs/rules/unused-allow.md"),
    options: &[],
    check: Check::Comments,
};

/// Takes out findings that comments allow, and adds one for each comment that allows nothing.
pub(super) fn apply(config: &Config, findings: &mut Vec<Finding>) {
    let mut used = vec![false; config.suppressions.len()];
    let mut by_place: HashMap<(&str, usize), Vec<usize>> = HashMap::new();
    for (index, suppression) in config.suppressions.iter().enumerate() {
        let place = (suppression.rule, suppression.line);
        by_place.entry(place).or_default().push(index);
    }
    findings.retain(|finding| {
        let site = finding.draft.site;
        let Some(line) = config.line_of(site.origin, site.part, site.axis) else {
            return true;
        };
        let allowing = by_place.get(&(finding.rule.id, line));
        for &index in allowing.into_iter().flatten() {
            used[index] = true;
        }
        allowing.is_none()
    });
    let level = config
        .settings
        .file
        .iter()
        .find(|s| s.rule == RULE.id)
        .and_then(|s| s.level)
        .unwrap_or(RULE.level);
    if level == Level::Allow {
        return;
    }
    for (suppression, _) in config
        .suppressions
        .iter()
        .zip(&used)
        .filter(|(_, used)| !**used)
    {
        let draft = Draft {
            message: format!(
                "this comment allows `{}`, which its line does not have",
                suppression.rule
            ),
            site: Site {
                origin: suppression.origin,
                part: Part::Whole,
                axis: None,
            },
            layer: None,
            label: "allows nothing".to_owned(),
            related: Vec::new(),
            notes: Vec::new(),
            help: Some(Help::advice(
                "delete the comment, or move it to the line of the finding",
            )),
        };
        findings.push(Finding {
            rule: &RULE,
            level,
            stage: suppression.stage,
            draft,
        });
    }
}
