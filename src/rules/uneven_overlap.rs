//! `uneven-overlap`: a transposed layer writes some output positions more often than others.

use crate::footprint::{misses_phases, phase_writes, writes_evenly};
use crate::network::{AxisOp, Transposed};

use super::judgement::{Draft, Judgement, Part, Site, Subject, Verdict, along, list};
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
    let layer = &facts.network.layers[layer];
    let stage = layer.stage;
    let transposed: Vec<(usize, Transposed)> = transposed_axes(&layer.op.axes)?;
    // A phase that is never written is a fault of its own.
    let uneven = |t: &Transposed| {
        !writes_evenly(t.kernel, t.stride, t.dilation)
            && !misses_phases(t.kernel, t.stride, t.dilation)
    };
    let faulty: Vec<(usize, Transposed)> =
        transposed.into_iter().filter(|(_, t)| uneven(t)).collect();
    let Some(&(_, first)) = faulty.first() else {
        return Some(Judgement::plain(stage, Verdict::Pass));
    };
    let axes: Vec<usize> = faulty
        .iter()
        .filter(|(_, t)| same(t, &first))
        .map(|(a, _)| *a)
        .collect();
    let (kernel, stride) = (i64::from(first.kernel), i64::from(first.stride));
    let writes = phase_writes(first.kernel, first.stride, first.dilation);
    let (most, least) = (writes.iter().max()?, writes.iter().min()?);
    let squared = match axes.len() {
        1 => String::new(),
        n => {
            let power = u32::try_from(n).ok()?;
            format!(
                "; over {n} axes {} to {}",
                most.pow(power),
                least.pow(power)
            )
        }
    };
    let (below, above) = (kernel / stride * stride, (kernel / stride + 1) * stride);
    let draft = Draft::new(Site::new(Subject::Layer(layer.original), Part::Kernel), format!(
            "kernel {kernel} is no multiple of stride {stride}: outputs{} are written {} times in turn",
            along(facts.network, &axes),
            list(&writes),
        ), format!(
            "{kernel} = {}·{stride} + {}",
            kernel / stride,
            kernel % stride
        )).related(Site::new(Subject::Layer(layer.original), Part::Stride), "stride").note(format!("contrast {most} to {least} along an axis{squared}")).help(format!(
            "kernel {below} or {above} writes evenly; so does stride 1, or upsampling followed by a convolution"
        ));
    Some(Judgement::fail(stage, axes, Some(draft)))
}

/// The axes of a transposed layer; `None` for any other.
pub(super) fn transposed_axes(axes: &[AxisOp]) -> Option<Vec<(usize, Transposed)>> {
    let found: Vec<(usize, Transposed)> = axes
        .iter()
        .enumerate()
        .filter_map(|(axis, op)| match op {
            AxisOp::Transposed(transposed) => Some((axis, *transposed)),
            _ => None,
        })
        .collect();
    (!found.is_empty()).then_some(found)
}

/// Whether two axes overlap alike.
pub(super) fn same(a: &Transposed, b: &Transposed) -> bool {
    (a.kernel, a.stride, a.dilation) == (b.kernel, b.stride, b.dilation)
}
