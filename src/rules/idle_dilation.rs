//! `idle-dilation`: a dilation on an axis with one tap.

use crate::network::{AxisOp, KnobKind};

use super::judgement::{Draft, Judgement, Part, Site, Verdict, along};
use super::rule::Level;
use super::{Check, Facts, Numbers, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "idle-dilation",
    level: Level::Warn,
    summary: "a dilation on a kernel of size 1 does nothing",
    page: include_str!("../../docs/rules/idle-dilation.md"),
    options: &[],
    check: Check::Layer(check),
};

fn check(facts: &Facts<'_>, layer: usize, _: &Numbers<'_>) -> Option<Judgement> {
    let network = facts.network;
    let (op, stage) = (&network.layers[layer].op, network.layers[layer].stage);
    let taps = |op: &AxisOp| Some((KnobKind::Kernel.of(op)?, KnobKind::Dilation.of(op)?));
    let all: Vec<(i64, i64)> = op.axes.iter().filter_map(taps).collect();
    if all.is_empty() {
        return None;
    }
    let idle = |&axis: &usize| all[axis].0 == 1 && all[axis].1 > 1;
    let axes: Vec<usize> = (0..all.len()).filter(idle).collect();
    // One dilation for all axes is no fault while it does something on one of them: `kernel = [3, 1], dilation = 2`.
    let shared = all.iter().all(|(_, dilation)| *dilation == all[0].1);
    if axes.is_empty() || (shared && !op.is_dense()) {
        return Some(Judgement::plain(stage, Verdict::Pass));
    }
    let dilation = all[axes[0]].1;
    let draft = Draft::new(
        Site::layer(network, layer, Part::Dilation)
            .on((axes.len() < network.dims).then(|| axes[0])),
        format!(
            "dilation {dilation} does nothing{}: the kernel has a single tap",
            along(network, &axes)
        ),
        "there is no second tap",
    )
    .related(Site::layer(network, layer, Part::Kernel), "kernel")
    .help("write dilation 1, or give the kernel more taps");
    Some(Judgement::fail(stage, draft))
}
