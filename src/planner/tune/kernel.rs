//! The nearest kernel of a transposed layer with which it writes every output equally often.
//!
//! That is a multiple of the stride, with a dilation that shares no factor with it (see [`crate::footprint::writes_evenly()`]). Padding
//! and output padding follow, so that the output keeps its size.

use itertools::Itertools;
use num_integer::Integer;

use crate::network::{AxisOp, Dilation, Kernel, Knob, KnobKind, Network, Op, Transposed, per_axis};

use super::candidate::changed;
use super::change::Fix;
use super::kept::{Lazily, Shrink};
use super::solve::Nearness;
use super::wording::sides;

/// What a way is ranked by: how much it changes, how far its reach is from what it was, kernels and dilations.
type Rank = (i64, i64, Vec<(i64, i64)>);

/// Ways to make a layer write evenly that keep the receptive field, or those that do not where there are none. The nearest first: the
/// smallest change of kernel and dilation, then the reach closest to what it was, then the smaller numbers. Each as a fix of a finding.
pub(super) fn ways(
    network: &Network,
    knobs: &[Knob],
    asked: &Lazily<'_>,
    layer: usize,
    finding: usize,
) -> Vec<Fix> {
    let op = &network.layers[layer].op;
    let Some(axes) = transposed(op) else {
        return Vec::new();
    };
    let own: Vec<&Knob> = knobs
        .iter()
        .filter(|knob| knob.layers.binary_search(&layer).is_ok() && knob.value.is_some())
        .collect();
    let choices = own.iter().map(|knob| {
        let axes = &axes[knob.axes.clone()];
        match knob.kind {
            KnobKind::Kernel => near_kernels(axes),
            KnobKind::Dilation => near_dilations(axes),
        }
    });
    let mut ranked = Vec::new();
    for values in choices.multi_cartesian_product() {
        let Some(new) = with(&axes, &own, &values) else {
            continue;
        };
        let change: i64 = own
            .iter()
            .zip(&values)
            .filter_map(|(knob, value)| Some((knob.value? - value).abs()))
            .sum();
        let pairs = new.iter().zip(&axes);
        let away: i64 = pairs
            .map(|(new, old)| (reach(new) - reach(old)).abs())
            .sum();
        let order: Vec<(i64, i64)> = new
            .iter()
            .map(|t| (t.kernel.into(), t.dilation.into()))
            .collect();
        ranked.push(((change, away, order), new));
    }
    ranked.sort_by(|a, b| a.0.cmp(&b.0));
    let layers = own.first().map_or(&[][..], |knob| &knob.layers);
    ranked.retain(|((change, ..), _)| *change > 0);
    let fix = |((change, ..), new): (Rank, Vec<Transposed>)| {
        let new: Vec<Transposed> = axes
            .iter()
            .zip(new)
            .map(|(old, new)| same_size(old, new))
            .collect::<Option<_>>()?;
        let mut wide = *op;
        for (axis, new) in wide.axes.iter_mut().zip(&new) {
            *axis = AxisOp::Transposed(*new);
        }
        let ops: Vec<(usize, Op)> = layers.iter().map(|&layer| (layer, wide)).collect();
        Some(Fix {
            findings: vec![finding],
            stages: vec![network.layers[layer].stage],
            ops,
            text: format!("change {}", in_words(&axes, &new)),
            purpose: "that writes every output equally often".to_owned(),
            nearness: Nearness::Proved { change },
            to_target: false,
            are_alike: false,
            shrinks: None,
        })
    };
    // What reaches as far in the layer itself sees as much at every output. All that can be said of the others takes a look at the network.
    let (wide, narrow): (Vec<_>, Vec<_>) = ranked.into_iter().partition(|(_, new)| {
        let mut pairs = new.iter().zip(&axes);
        pairs.all(|(new, old)| reach(new) >= reach(old))
    });
    let wide: Vec<Fix> = wide.into_iter().filter_map(fix).collect();
    if !wide.is_empty() {
        return wide;
    }
    let shrink = |fix: &Fix| -> Option<Shrink> {
        let new = changed(network, &fix.ops).ok()?;
        asked.get()?.shrink(network, &new, false)
    };
    let narrow = narrow.into_iter().filter_map(fix);
    narrow
        .map(|fix| Fix {
            shrinks: shrink(&fix),
            ..fix
        })
        .collect()
}

/// The axes of a transposed layer; `None` for any other.
pub(crate) fn transposed(op: &Op) -> Option<Vec<Transposed>> {
    let axis = |op: &AxisOp| match op {
        AxisOp::Transposed(transposed) => Some(*transposed),
        _ => None,
    };
    op.axes.iter().map(axis).collect()
}

/// Kernels near the one of some axes that all of their strides divide, and for each dilation that they could have the least that reaches as
/// far as now.
fn near_kernels(axes: &[Transposed]) -> Vec<i64> {
    let all = axes
        .iter()
        .fold(1_i64, |all, t| num_integer::lcm(all, i64::from(t.stride)));
    let now = i64::from(axes[0].kernel);
    let below = now / all * all;
    let mut near = vec![below, below + all];
    for dilation in near_dilations(axes)
        .into_iter()
        .chain([axes[0].dilation.into()])
    {
        let taps = axes
            .iter()
            .map(|t| Integer::div_ceil(&reach(t), &dilation) * i64::from(t.stride));
        let least = taps.max().unwrap_or(0) + 1;
        near.push(Integer::div_ceil(&least, &all) * all);
    }
    near.sort_unstable();
    near.dedup();
    let limit = i64::from(Kernel::LIMIT);
    near.retain(|&kernel| kernel >= all && kernel <= limit);
    near
}

/// How far apart the first and last position are that an output reads, of the phase that has the first tap.
fn reach(t: &Transposed) -> i64 {
    let (dilation, stride) = (i64::from(t.dilation), i64::from(t.stride));
    // The taps of a phase are so many apart.
    let apart = stride / dilation.gcd(&stride);
    (i64::from(t.kernel) - 1) / apart * apart * dilation / stride
}

/// Dilations near the one of some axes that share no factor with any of their strides.
fn near_dilations(axes: &[Transposed]) -> Vec<i64> {
    let fits = |dilation: &i64| {
        let coprime = |t: &Transposed| num_integer::gcd(*dilation, i64::from(t.stride)) == 1;
        axes.iter().all(coprime)
    };
    let now = i64::from(axes[0].dilation);
    let below = (1..=now).rev().find(fits);
    let above = (now..2 * now + 2).find(fits);
    let mut near: Vec<i64> = below.into_iter().chain(above).collect();
    near.dedup();
    near
}

/// The axes with knobs set; `None` where a number is out of range.
fn with(axes: &[Transposed], knobs: &[&Knob], values: &[i64]) -> Option<Vec<Transposed>> {
    let mut new = axes.to_vec();
    for (knob, &value) in knobs.iter().zip(values) {
        for axis in &mut new[knob.axes.clone()] {
            match knob.kind {
                KnobKind::Kernel => axis.kernel = Kernel::new(i128::from(value)).ok()?,
                KnobKind::Dilation => axis.dilation = Dilation::new(i128::from(value)).ok()?,
            }
        }
    }
    Some(new)
}

/// A layer with padding and output padding with which its output keeps its size: without output padding where the padding can be even
/// without it.
fn same_size(old: &Transposed, new: Transposed) -> Option<Transposed> {
    let extent = |t: &Transposed| i64::from(t.dilation) * (i64::from(t.kernel) - 1);
    let grown = extent(&new) - extent(old);
    if grown == 0 {
        return Some(new);
    }
    // size = (n − 1)·s − low − high + d·(k − 1) + output padding + 1
    let cut = old.low + old.high - old.output_padding + grown;
    let most = i64::from(new.stride).max(new.dilation.into()) - 1;
    let lean = old.low - old.high;
    let fits = |added: &i64| cut + added >= lean.abs();
    let even = |added: &i64| (cut + added + lean) % 2 == 0;
    let added = (0..=most)
        .find(|added| fits(added) && even(added))
        .or_else(|| (0..=most).find(fits))?;
    let total = cut + added;
    let low = (total + lean).div_euclid(2);
    Some(Transposed {
        low,
        high: total - low,
        output_padding: added,
        ..new
    })
}

/// The numbers that change: `kernel to 4, padding to 1`.
fn in_words(old: &[Transposed], new: &[Transposed]) -> String {
    let number = |of: fn(&Transposed) -> i64| {
        let values = |axes: &[Transposed]| axes.iter().map(of).collect::<Vec<i64>>();
        let (old, new) = (values(old), values(new));
        (old != new).then(|| per_axis(&new))
    };
    let padding = |axes: &[Transposed]| axes.iter().map(|t| (t.low, t.high)).collect::<Vec<_>>();
    let parts = [
        ("kernel", number(|t| t.kernel.into())),
        ("dilation", number(|t| t.dilation.into())),
        (
            "padding",
            (padding(old) != padding(new)).then(|| sides(&padding(new))),
        ),
        ("output_padding", number(|t| t.output_padding)),
    ];
    let parts = parts
        .into_iter()
        .filter_map(|(key, value)| Some(format!("{key} to {}", value?)));
    itertools::join(parts, ", ")
}
