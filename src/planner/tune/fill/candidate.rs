//! What is asked, candidates, and what is known of the network with them.

use crate::footprint::{receptive_field_beside_pools, seen_beside_pools};
use crate::network::{MapId, Network, PerAxis};
use crate::rules::{Checked, Finding, Level, Policy, Subject};

/// What to decide in a network, and how much work it may take.
#[derive(Clone, Copy, Default)]
pub struct FillRequest<'a> {
    /// A stage to plan anew, by index: all its dilations that may change.
    pub stage: Option<usize>,
    /// Largest dilation.
    pub max_dilation: Option<i64>,
    /// Most networks to look at.
    pub nodes: u64,
    /// Findings that are allowed in their places, where the policy does not say so.
    pub allowed: Option<&'a dyn Fn(&Finding) -> bool>,
}

impl FillRequest<'_> {
    /// Networks that are looked at most, where nobody says otherwise.
    pub const NODES: u64 = 2_000;
}

/// What is proved of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// No better values pass; or none at all, where none are given.
    Proved,
    /// All that the search looks at was looked at; others that could be better are too many.
    NotAll,
    /// The search was ended before that.
    CutShort,
}

/// The rule that a target is missed.
const SHORT: &str = "receptive-field-short";

/// Rules on which no dilation of a convolution has an influence.
const UNRELATED: [&str; 3] = ["lost-detail", "uneven-overlap", "unwritten-output"];

/// Rules on single layers: they find what the layer's own dilation does.
const OF_LAYERS: [&str; 3] = ["degenerate-dilation", "idle-dilation", "unread-input"];

/// What can be said of a candidate without a check.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outline {
    /// Positions that are missing of what is asked, over all outputs and axes.
    pub short: i64,
    /// Positions that outputs see, over all axes.
    pub extent: i64,
    /// What a check would report at the least.
    pub mild: Mild,
    /// Whether a run through a place has gridding.
    pub has_gridding: bool,
}

/// What a candidate comes to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// Whether it passes with nothing to be avoided and is the best so far.
    pub is_clean: bool,
    /// Whether it sees what is asked.
    pub reaches: bool,
    /// Positions that outputs see, over all axes.
    pub extent: i64,
}

/// Findings below level deny, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mild {
    pub warnings: usize,
    pub notes: usize,
}

impl Mild {
    /// Counts one finding more, if its level is one of the two.
    pub(super) fn add(&mut self, level: Level) {
        match level {
            Level::Warn => self.warnings += 1,
            Level::Note => self.notes += 1,
            Level::Allow | Level::Deny => {}
        }
    }
}

/// What a check says of a candidate.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    /// Findings at level deny that the places could cause.
    pub denied: Vec<Finding>,
    /// The others at that level.
    pub elsewhere: Vec<Finding>,
    /// What is reported of stages that have a place, below level deny.
    pub mild: Mild,
    /// Peak grating lobe of the stage planned anew, in parts of a thousand million; 0 where there is none.
    pub lobe: i64,
}

/// A candidate that passes.
#[derive(Clone, Debug)]
pub(super) struct Best {
    pub values: Vec<i64>,
    pub network: Network,
    pub verdict: Verdict,
    /// Positions that outputs see, over all axes.
    pub extent: i64,
    pub rank: Rank,
}

/// What a candidate is ranked by, the least first.
pub(super) type Rank = (i64, i64, i64, i64);

/// A candidate that does not pass, and how far it is from it.
#[derive(Clone, Debug)]
pub(super) struct Near {
    pub values: Vec<i64>,
    /// What is wrong, 0 where too little is seen and that is all; and how many positions are missing.
    pub distance: (u8, i64),
}

/// Which parts of a network the places are about.
pub(super) struct Scope {
    /// Whether a stage has a place, by its index.
    pub own: Vec<bool>,
    /// Whether it has a place, or shares a run with one.
    pub near: Vec<bool>,
    /// Whether a place sets a layer, by its index.
    pub layers: Vec<bool>,
}

impl Verdict {
    pub(super) fn new(checked: Checked<'_>, scope: &Scope, request: &FillRequest<'_>) -> Self {
        let lobe = request.stage.map_or(0, |stage| {
            let lobes = checked.facts.stages[stage].lobe.iter().flatten();
            let lobes = lobes.map(|lobe| billionths(lobe.least()));
            lobes.max().unwrap_or(0)
        });
        let mut findings = checked.findings;
        findings.retain(|finding| request.allowed.is_none_or(|allowed| !allowed(finding)));
        let mut mild = Mild::default();
        for finding in findings.iter().filter(|f| scope.own[f.stage]) {
            mild.add(finding.level);
        }
        findings.retain(|finding| finding.level == Level::Deny);
        let (denied, elsewhere) = findings.into_iter().partition(|f| scope.may_cause(f));
        Self {
            denied,
            elsewhere,
            mild,
            lobe,
        }
    }
}

impl Scope {
    /// Whether dilations in the places could be the cause of a finding.
    fn may_cause(&self, finding: &Finding) -> bool {
        let rule = finding.rule.id;
        match finding.draft.site.subject {
            Subject::Layer(layer) if OF_LAYERS.contains(&rule) => self.layers[layer],
            _ => rule == SHORT || (self.near[finding.stage] && !UNRELATED.contains(&rule)),
        }
    }
}

/// A lobe as a number without fraction, so that lobes that are computed alike compare alike.
fn billionths(lobe: f64) -> i64 {
    // A lobe is 0 to 1: its digits are those of a small number.
    format!("{:.0}", lobe * 1e9).parse().unwrap_or(i64::MAX)
}

/// Receptive field of a stage on its own input, which planning it anew keeps.
pub(super) fn stage_extent(network: &Network, stage: Option<usize>) -> Option<PerAxis<i64>> {
    let stage = &network.stages[stage?];
    receptive_field_beside_pools(network, stage.input, stage.output)
}

/// Positions that outputs see beside global pools over all axes, and those that they miss of a target. `beyond` stands for an axis along which
/// all comes through one.
pub(super) fn extent(network: &Network, policy: &Policy, beyond: i64) -> (i64, i64) {
    let (mut extent, mut short) = (0_i64, 0_i64);
    for &output in &network.outputs {
        let seen = seen_beside_pools(network, MapId::INPUT, output);
        for (axis, seen) in seen.iter().enumerate() {
            extent = extent.saturating_add(seen.unwrap_or(beyond));
            if let (Some(target), Some(seen)) = (policy.target.receptive_field, seen) {
                short = short.saturating_add((target[axis] - seen).max(0));
            }
        }
    }
    (extent, short)
}
