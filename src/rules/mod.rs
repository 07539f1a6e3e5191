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
mod lost_detail;
mod max_distance;
mod misaligned_branches;
mod not_sawtooth;
mod receptive_field_short;
pub mod repair;
mod schedule;
mod uneven_overlap;
mod unread_input;
mod unused_allow;
mod unwritten_output;

pub(crate) use engine::check_only;
pub use engine::{Checked, Finding, check, level_of};
pub use facts::{BrokenRun, Facts, StageFacts};
pub use judgement::{Change, Draft, Help, Judgement, Site, Verdict, along, axis_name, list};
pub use schedule::{Entry, Line};

use std::sync::LazyLock;

use crate::config::{Level, OptionKey, RuleKey, Vocabulary};
use crate::network::{Network, Stage};

/// A rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its id, the name of its fault.
    pub id: &'static str,
    /// Its level where nobody sets one.
    pub level: Level,
    /// One line: the fault.
    pub summary: &'static str,
    /// Its page, in Markdown.
    pub page: &'static str,
    /// Numbers that a file may set.
    pub options: &'static [OptionKey],
    /// How it looks.
    pub check: Check,
}

/// What a rule looks at, one by one.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// The whole network at once.
    Network(fn(&Facts<'_>, &Numbers<'_>) -> Vec<Judgement>),
    /// Each stage.
    Stage(fn(&Facts<'_>, &StageFacts, &Numbers<'_>) -> Vec<Judgement>),
    /// Each layer, by index.
    Layer(fn(&Facts<'_>, usize, &Numbers<'_>) -> Option<Judgement>),
    /// Comments of the file, after all other rules.
    Comments,
}

/// What a file sets of a rule for a stage: its numbers, and whether it reports.
#[derive(Clone, Copy)]
pub struct Numbers<'a> {
    find: &'a dyn Fn(usize, &str) -> f64,
    reported: &'a dyn Fn(usize) -> bool,
    gridding_reported: &'a dyn Fn(usize) -> bool,
}

impl Numbers<'_> {
    /// A number for a stage.
    #[must_use]
    pub fn of(&self, stage: usize, name: &str) -> f64 {
        (self.find)(stage, name)
    }

    /// Whether findings on a stage are reported at all: where they are allowed, a rule need not look for repairs.
    #[must_use]
    pub fn reports(&self, stage: usize) -> bool {
        (self.reported)(stage)
    }

    /// Whether gridding is reported for a stage, so that rules on the same fault are silent.
    #[must_use]
    pub fn tells_gridding(&self, stage: &StageFacts) -> bool {
        !stage.broken.is_empty() && (self.gridding_reported)(stage.index)
    }
}

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

/// The three rules of the paper, which the profile `published` denies.
pub const PUBLISHED: [&str; 3] = [
    common_factor::RULE.id,
    max_distance::RULE.id,
    not_sawtooth::RULE.id,
];

/// The rule with an id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

/// The rules of [`PUBLISHED`] that the schedules of a stage break, by their lines alone.
#[must_use]
pub fn published_faults(network: &Network, stage: &Stage) -> Vec<&'static Rule> {
    let lines = schedule::lines(network, stage);
    let mut faults = Vec::new();
    if !common_factor::passes(network, &lines) {
        faults.push(&common_factor::RULE);
    }
    if !max_distance::passes(network, &lines) {
        faults.push(&max_distance::RULE);
    }
    if !not_sawtooth::passes(network, &lines) {
        faults.push(&not_sawtooth::RULE);
    }
    faults
}

/// The rules as a network file may name them.
#[must_use]
pub fn vocabulary() -> Vocabulary {
    static KEYS: LazyLock<Vec<RuleKey>> = LazyLock::new(|| {
        RULES
            .iter()
            .map(|r| RuleKey {
                id: r.id,
                level: r.level,
                summary: r.summary,
                options: r.options,
            })
            .collect()
    });
    Vocabulary { rules: &KEYS }
}
