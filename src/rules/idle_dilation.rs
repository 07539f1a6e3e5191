//! `idle-dilation`: a dilation on an axis with one tap.

use crate::network::{AxisOp, Dilation, Kernel};

use super::judgement::{Draft, Judgement, Part, Site, Subject, Verdict, along};
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
    let layer = &network.layers[layer];
    let taps = |op: &AxisOp| match op {
        AxisOp::Window(w) => Some((w.kernel, w.dilation)),
        AxisOp::Transposed(t) => Some((t.kernel, t.dilation)),
        _ => None,
    };
    let all: Vec<(Kernel, Dilation)> = layer.op.axes.iter().filter_map(taps).collect();
    let idle = |&(kernel, dilation): &(Kernel, Dilation)| {
        kernel == Kernel::ONE && dilation > Dilation::ONE
    };
    // One dilation for all axes is no fault while it does something on one of them: `kernel = [3, 1], dilation = 2`.
    let shared = all.windows(2).all(|pair| pair[0].1 == pair[1].1);
    let used = all
        .iter()
        .any(|(kernel, dilation)| *kernel > Kernel::ONE && *dilation > Dilation::ONE);
    let axes: Vec<usize> = (0..all.len()).filter(|&axis| idle(&all[axis])).collect();
    let stage = layer.stage;
    if all.is_empty() {
        return None;
    }
    if axes.is_empty() || (shared && used) {
        return Some(Judgement::plain(stage, Verdict::Pass));
    }
    let dilation = all[axes[0]].1;
    let draft = Draft::new(
        Site::new(Subject::Layer(layer.original), Part::Dilation)
            .on((axes.len() < network.dims).then(|| axes[0])),
        format!(
            "dilation {dilation} does nothing{}: the kernel has one tap there",
            along(network, &axes)
        ),
        "one tap has no distance to the next",
    )
    .related(
        Site::new(Subject::Layer(layer.original), Part::Kernel),
        "kernel",
    )
    .help("write dilation 1, or give the kernel more taps");
    Some(Judgement::fail(stage, axes, Some(draft)))
}
