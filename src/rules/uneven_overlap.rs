//! `uneven-overlap`: a transposed layer writes some output positions more often than others.

use crate::footprint::{misses_phases, phase_writes, writes_evenly};
use crate::network::{AxisOp, Op, Transposed};

use super::judgement::{Draft, Judgement, Part, Site, Verdict, along, list};
use super::rule::Level;
use super::{Check, Facts, Numbers, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "uneven-overlap",
    level: Level::Warn,
    summary: "a transposed layer writes some outputs more often",
    page: include_str!("../../docs/rules/uneven-overlap.md"),
    options: &[],
    check: Check::Layer(check),
};

fn check(facts: &Facts<'_>, layer: usize, _: &Numbers<'_>) -> Option<Judgement> {
    let network = facts.network;
    let stage = network.layers[layer].stage;
    // A phase that is never written is a fault of its own.
    let uneven = |t: &Transposed| {
        !writes_evenly(t.kernel, t.stride, t.dilation)
            && !misses_phases(t.kernel, t.stride, t.dilation)
    };
    let Some((first, axes)) = faulty(&network.layers[layer].op, uneven)? else {
        return Some(Judgement::plain(stage, Verdict::Pass));
    };
    let (kernel, stride) = (i64::from(first.kernel), i64::from(first.stride));
    let writes = phase_writes(first.kernel, first.stride, first.dilation);
    let (most, least) = (writes.iter().max()?, writes.iter().min()?);
    let mut contrast = format!("contrast {most} to {least} along an axis");
    if axes.len() > 1 {
        let (n, power) = (axes.len(), u32::try_from(axes.len()).ok()?);
        let (most, least) = (most.pow(power), least.pow(power));
        contrast = format!("{contrast}, {most} to {least} over {n} axes");
    }
    let (whole, rest) = (kernel / stride, kernel % stride);
    let message = format!(
        "kernel {kernel} is not a multiple of stride {stride}: outputs{} are written {} times in turn",
        along(network, &axes),
        list(&writes),
    );
    let label = format!("{kernel} = {whole}·{stride} + {rest}");
    let draft = Draft::new(Site::layer(network, layer, Part::Kernel), message, label)
        .related(Site::layer(network, layer, Part::Stride), "stride")
        .note(contrast)
        .help(format!(
            "kernel {} or {} writes evenly; so does stride 1, or upsampling followed by a convolution",
            whole * stride,
            (whole + 1) * stride
        ));
    Some(Judgement::fail(stage, draft))
}

/// The first axis of a transposed layer with a fault, and all axes with it that overlap alike; `None` inside where no axis has the
/// fault, and outside for any other layer.
#[expect(
    clippy::option_option,
    reason = "no fault is not the same as nothing to judge"
)]
pub(super) fn faulty(
    op: &Op,
    fault: impl Fn(&Transposed) -> bool,
) -> Option<Option<(Transposed, Vec<usize>)>> {
    let transposed = op
        .axes
        .iter()
        .enumerate()
        .filter_map(|(axis, op)| match op {
            AxisOp::Transposed(transposed) => Some((axis, *transposed)),
            _ => None,
        });
    let transposed: Vec<(usize, Transposed)> = transposed.collect();
    transposed.first()?;
    let shape = |t: &Transposed| (t.kernel, t.stride, t.dilation);
    let faulty = || transposed.iter().filter(|(_, t)| fault(t));
    Some(faulty().next().map(|(_, first)| {
        let alike = faulty().filter(|(_, t)| shape(t) == shape(first));
        (*first, alike.map(|(axis, _)| *axis).collect())
    }))
}
