//! `unwritten-output`: a transposed layer never writes some output positions.

use crate::footprint::{misses_phases, phase_writes};
use crate::network::Transposed;

use super::judgement::{Draft, Judgement, Part, Site, Verdict, along, list};
use super::rule::Level;
use super::uneven_overlap::faulty;
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
    let network = facts.network;
    let stage = network.layers[layer].stage;
    let misses = |t: &Transposed| misses_phases(t.kernel, t.stride, t.dilation);
    let Some((first, axes)) = faulty(&network.layers[layer].op, misses)? else {
        return Some(Judgement::plain(stage, Verdict::Pass));
    };
    let (kernel, stride, dilation) = (
        i64::from(first.kernel),
        i64::from(first.stride),
        i64::from(first.dilation),
    );
    let writes = phase_writes(first.kernel, first.stride, first.dilation);
    let factor = num_integer::gcd(stride, dilation);
    let (cause, part, help) = if factor > 1 {
        let coprime = coprime(dilation, stride);
        let mut help = format!("dilation {coprime} shares no factor with the stride");
        if kernel < stride {
            help = format!("{help}; with it, kernel {stride} writes every position");
        }
        (
            format!("stride {stride} and dilation {dilation} share the factor {factor}"),
            Part::Dilation,
            help,
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
    let place = match (network.dims, axes.len()) {
        (1, _) => String::new(),
        (dims, count) if dims == count => " along each axis".to_owned(),
        _ => along(network, &axes),
    };
    let are = if missing == 1 { "is" } else { "are" };
    let draft = Draft::new(
        Site::layer(network, layer, part),
        format!("{cause}: {missing} of every {stride} outputs{place} {are} never written"),
        "leaves outputs empty",
    )
    .related(Site::layer(network, layer, Part::Stride), "stride")
    .note(format!("writes per output phase: {}", list(&writes)))
    .help(help);
    Some(Judgement::fail(stage, draft))
}

/// The nearest dilation below, at least 1, that shares no factor with the stride.
fn coprime(dilation: i64, stride: i64) -> i64 {
    (1..dilation)
        .rev()
        .find(|d| num_integer::gcd(*d, stride) == 1)
        .unwrap_or(1)
}
