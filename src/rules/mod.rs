//! Rules: each one file and one page, and one line in [`RULES`].
//!
//! A rule looks at [`Facts`] and returns [`Judgement`]s: a verdict for a stage, with a finding where there is a fault. It knows no file
//! and no level; [`check`] asks every rule, merges what is said twice, and applies levels last.

mod borrowed_coverage;
mod common_factor;
mod degenerate_dilation;
mod engine;
mod facts;
mod grating_lobe;
mod gridding;
mod idle_dilation;
mod judgement;
mod levels;
mod lost_detail;
mod max_distance;
mod misaligned_branches;
mod not_sawtooth;
mod published;
mod receptive_field_short;
mod rule;
mod schedule;
mod uneven_overlap;
mod unread_input;
mod unused_allow;
mod unwritten_output;

pub use engine::{Checked, Finding, check};
pub use facts::{BrokenRun, Facts, SkippedOn, StageFacts, Target};
pub use judgement::{Draft, Judgement, Part, Site, Subject, Verdict, along, axis_name, list};
pub use levels::Levels;
pub(crate) use misaligned_branches::misaligned;
pub use rule::{Check, Level, LevelSetting, Numbers, OptionKey, PUBLISHED, Policy, Profile, Rule};
pub(crate) use schedule::lines;
pub use schedule::{Entry, Line};

use crate::network::Network;

/// All rules, by id.
pub const RULES: &[Rule] = &[
    borrowed_coverage::RULE,
    common_factor::RULE,
    degenerate_dilation::RULE,
    grating_lobe::RULE,
    gridding::RULE,
    idle_dilation::RULE,
    lost_detail::RULE,
    max_distance::RULE,
    misaligned_branches::RULE,
    not_sawtooth::RULE,
    receptive_field_short::RULE,
    uneven_overlap::RULE,
    unread_input::RULE,
    unused_allow::RULE,
    unwritten_output::RULE,
];

/// The rule with an id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

/// The rules of [`PUBLISHED`] that the schedules of a stage break.
#[must_use]
pub fn published_faults(network: &Network, lines: &[Line]) -> Vec<&'static Rule> {
    let passes = [
        (&common_factor::RULE, common_factor::passes(network, lines)),
        (&max_distance::RULE, max_distance::passes(network, lines)),
        (&not_sawtooth::RULE, not_sawtooth::passes(network, lines)),
    ];
    let faults = passes.into_iter().filter(|(_, passes)| !passes);
    faults.map(|(rule, _)| rule).collect()
}
