//! `degenerate-dilation`: on a map of this size the outer taps hardly ever fall inside.

use crate::footprint::{largest_dilation, taps_inside};
use crate::network::{AxisOp, Kernel, Layer, OpKind, Window};

use super::judgement::{Draft, Judgement, Part, Site, Verdict, along};
use super::rule::{Level, OptionKey};
use super::{Check, Facts, Numbers, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "degenerate-dilation",
    level: Level::Warn,
    summary: "a dilated kernel's outer taps fall on padding",
    page: include_str!("../../docs/rules/degenerate-dilation.md"),
    options: &[OptionKey {
        name: MIN,
        least: 0.0,
        most: 1.0,
        default: 0.1,
    }],
    check: Check::Layer(check),
};

const MIN: &str = "min";

fn check(facts: &Facts<'_>, layer: usize, numbers: &Numbers<'_>) -> Option<Judgement> {
    let network = facts.network;
    let Layer {
        op, inputs, stage, ..
    } = &network.layers[layer];
    let size = network.facts(*inputs.first()?).size?;
    if op.kind != OpKind::Conv {
        return None;
    }
    let axes = op.axes.iter().enumerate();
    let dilated = axes.filter_map(|(axis, op)| match op {
        AxisOp::Window(w) if !op.is_dense() => Some((axis, *w)),
        _ => None,
    });
    let dilated: Vec<(usize, Window)> = dilated.collect();
    if dilated.is_empty() {
        return None;
    }
    let min = numbers.of(*stage, MIN);
    let share: f64 = dilated
        .iter()
        .map(|(axis, window)| taps_inside(window, size[*axis]).map_or(0.0, |t| t.share()))
        .product();
    if share >= min {
        return Some(Judgement::plain(*stage, Verdict::Pass));
    }
    let axes: Vec<usize> = dilated.iter().map(|(axis, _)| *axis).collect();
    let window = dilated[0].1;
    let sizes: Vec<i64> = axes.iter().map(|&axis| size[axis]).collect();
    let kernels: Vec<(Kernel, i64)> = dilated
        .iter()
        .map(|(axis, w)| (w.kernel, size[*axis]))
        .collect();
    let help = match largest_dilation(&kernels, min) {
        Some(useful) => {
            let which = match i64::from(useful) {
                1 => "only dilation 1".to_owned(),
                _ => format!("dilation {useful} or less"),
            };
            format!(
                "{which} keeps all taps inside at {:.0} % of positions or more; to see further, use a global pool",
                min * 100.0
            )
        }
        None => {
            "the map is too small for this kernel at any dilation: use a smaller one, or a global pool".to_owned()
        }
    };
    let draft = Draft::new(
        Site::layer(network, layer, Part::Dilation),
        format!(
            "dilation {} is too large for this map of {}{}: all taps fall inside it at {:.1} % of positions, under the limit of {:.0} %",
            window.dilation,
            itertools::join(&sizes, "×"),
            along(network, &axes),
            share * 100.0,
            min * 100.0
        ),
        "outer taps read padding",
    )
    .note("at all other positions the kernel acts as a smaller one")
    .help(help);
    Some(Judgement::fail(*stage, draft))
}
