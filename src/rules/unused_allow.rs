//! `unused-allow`: a comment allows a finding that is not there.

use super::{Check, Level, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "unused-allow",
    level: Level::Warn,
    summary: "a comment allows a finding that is not there",
    page: include_str!("../../docs/rules/unused-allow.md"),
    options: &[],
    check: Check::Comments,
};
