//! `unwritten-output`: a transposed layer never writes some output positions.

use crate::footprint::{misses_phases, phase_writes};
use crate::network::Transposed;

use super::judgement::{Draft, Judgement, Part, Site, Subject, Verdict, along, list};
use super::rule::Level;
use super::uneven_overlap::{same, transposed_axes};
use super::{Check, Facts, Numbers, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "unwritten-output",
    level: Level::Deny,
    summary: "a transposed layer never writes some outputs",
    page: include_str!("../../docs/rules/unwritten-output.md"),
    options: &[],
    check: Check::Layer(check),
};

fn check(facts: &Facts<'_>, layer: usize, _: &Numbers<'_>) -> Option<Judgement> {
    let layer = &facts.network.layers[layer];
    let stage = layer.stage;
    let faulty: Vec<(usize, Transposed)> = transposed_axes(&layer.op.axes)?
        .into_iter()
        .filter(|(_, t)| misses_phases(t.kernel, t.stride, t.dilation))
        .collect();
    let Some(&(_, first)) = faulty.first() else {
        return Some(Judgement::plain(stage, Verdict::Pass));
    };
    let axes: Vec<usize> = faulty
        .iter()
        .filter(|(_, t)| same(t, &first))
        .map(|(a, _)| *a)
        .collect();
    let (kernel, stride, dilation) = (
        i64::from(first.kernel),
        i64::from(first.stride),
        i64::from(first.dilation),
    );
    let writes = phase_writes(first.kernel, first.stride, first.dilation);
    let factor = num_integer::gcd(stride, dilation);
    let (cause, part, help) = if factor > 1 {
        (
            format!("stride {stride} and dilation {dilation} share the factor {factor}"),
            Part::Dilation,
            format!(
                "dilation {} shares no factor with the stride{}",
                coprime(dilation, stride),
                if kernel < stride {
                    format!("; with it, kernel {stride} writes every position")
                } else {
                    String::new()
                }
            ),
        )
    } else {
        (
            format!("kernel {kernel} is smaller than stride {stride}"),
            Part::Kernel,
            format!(
                "kernel {stride} or {} writes every position, as often as every other",
                2 * stride
            ),
        )
    };
    let missing = writes.iter().filter(|w| **w == 0).count();
    // The count is that of one axis; over several it is more.
    let place = match (facts.network.dims, axes.len()) {
        (1, _) => String::new(),
        (dims, count) if dims == count => " along each axis".to_owned(),
        _ => along(facts.network, &axes),
    };
    let are = if missing == 1 { "is" } else { "are" };
    let draft = Draft::new(
        Site::new(Subject::Layer(layer.original), part),
        format!("{cause}: {missing} of every {stride} outputs{place} {are} never written"),
        "leaves outputs empty",
    )
    .related(
        Site::new(Subject::Layer(layer.original), Part::Stride),
        "stride",
    )
    .note(format!("writes per output phase: {}", list(&writes)))
    .help(help);
    Some(Judgement::fail(stage, axes, Some(draft)))
}

/// The nearest dilation below, at least 1, that shares no factor with the stride.
fn coprime(dilation: i64, stride: i64) -> i64 {
    (1..dilation)
        .rev()
        .find(|d| num_integer::gcd(*d, stride) == 1)
        .unwrap_or(1)
}
