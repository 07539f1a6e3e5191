//! A candidate: dilations for all places, and what is known of the network with them.

use crate::footprint::receptive_field;
use crate::network::{MapId, Network, PerAxis};
use crate::rules::{Checked, Finding, Level, Line, Policy, Subject, find, published_faults};

/// The rule that a target is missed.
pub(super) const SHORT: &str = "receptive-field-short";

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
    /// Warnings that a check would find at the least.
    pub warned: usize,
    /// Whether a run through a place has gridding.
    pub has_gridding: bool,
}

/// What a check says of a candidate.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    /// Findings at level deny that the places could cause.
    pub denied: Vec<Finding>,
    /// The others at that level.
    pub elsewhere: Vec<Finding>,
    /// Warnings about stages that have a place.
    pub warned: usize,
    /// Peak grating lobe of the stage planned anew, in parts of a thousand million; 0 where there is none.
    pub lobe: i64,
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
    pub(super) fn new(
        checked: Checked<'_>,
        scope: &Scope,
        allowed: Option<&dyn Fn(&Finding) -> bool>,
        stage: Option<usize>,
    ) -> Self {
        let lobe = stage.map_or(0, |stage| {
            let lobes = checked.facts.stages[stage].lobe.iter().flatten();
            lobes
                .map(|lobe| billionths(lobe.least()))
                .max()
                .unwrap_or(0)
        });
        let mut findings = checked.findings;
        findings.retain(|finding| allowed.is_none_or(|allowed| !allowed(finding)));
        let is_warning = |f: &&Finding| f.level == Level::Warn && scope.own[f.stage];
        let warned = findings.iter().filter(is_warning).count();
        findings.retain(|finding| finding.level == Level::Deny);
        let (denied, elsewhere) = findings.into_iter().partition(|f| scope.may_cause(f));
        Self {
            denied,
            elsewhere,
            warned,
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
    receptive_field(network, stage.input, stage.output)
}

/// Positions that outputs see over all axes, and those that they miss of a target. `beyond` stands for an output that sees everything.
pub(super) fn extent(network: &Network, policy: &Policy, beyond: i64) -> (i64, i64) {
    let (mut extent, mut short) = (0_i64, 0_i64);
    for &output in &network.outputs {
        let Some(seen) = receptive_field(network, MapId::INPUT, output) else {
            extent = extent.saturating_add(beyond);
            continue;
        };
        for axis in 0..network.dims {
            extent = extent.saturating_add(seen[axis]);
            if let Some(target) = policy.target.receptive_field {
                short = short.saturating_add((target[axis] - seen[axis]).max(0));
            }
        }
    }
    (extent, short)
}

/// Warnings of the published rules on a stage with some schedules: what a check of a network without gridding reports of them at the least.
pub(super) fn published_warnings(
    network: &Network,
    policy: &Policy,
    stage: usize,
    lines: &[Line],
) -> usize {
    let faults = published_faults(network, lines);
    let warns = faults
        .iter()
        .filter(|rule| policy.level(rule, stage) == Level::Warn);
    warns.count()
}

/// Whether a rule warns on a stage.
pub(super) fn warns(policy: &Policy, rule: &str, stage: usize) -> bool {
    find(rule).is_some_and(|rule| policy.level(rule, stage) == Level::Warn)
}
