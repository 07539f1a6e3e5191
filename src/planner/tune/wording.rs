//! Changes in words: the dilations of the stages that they touch.

use std::collections::BTreeSet;

use crate::network::{Layer, Network, Op, OpKind, counted, per_axis, schedule};
use crate::rules::list;

/// Most stages whose dilations a message lists.
const MOST_STAGES: usize = 8;

/// The dilations of some stages of a network, those of their convolutions with more than one tap: `dilations 1, 3 in "a" and 9, 27 in "b"`
/// with `to` between the word and the numbers.
pub(super) fn dilations(network: &Network, stages: &[usize], to: &str) -> String {
    let parts = stages.iter().map(|&stage| {
        let is_conv = |layer: &Layer| layer.op.kind == OpKind::Conv && layer.op.has_taps();
        let places = network.by_place(&network.stages[stage].layers, is_conv);
        let words = places.iter().map(|layers| {
            let each = layers.iter();
            let each = each.map(|&layer| per_axis(&network.layers[layer].op.dilations()));
            let each: Vec<String> = each.collect();
            match schedule::cycle(&each) {
                [one] => one.clone(),
                cycle => format!("cycle [{}]", itertools::join(cycle, ", ")),
            }
        });
        let words: Vec<String> = words.collect();
        let numbers = list(&words);
        let name = &network.stages[stage].name;
        match (which(network, stage, &places), network.stages.len()) {
            (None, 1) => numbers,
            (Some(layers), 1) => format!("{numbers} in {layers}"),
            (None, _) => format!("{numbers} in \"{name}\""),
            (Some(layers), _) => format!("{numbers} in {layers} of \"{name}\""),
        }
    });
    let more = parts.len().saturating_sub(MOST_STAGES);
    let shown = itertools::join(parts.take(MOST_STAGES), " and ");
    let rest = match more {
        0 => String::new(),
        more => format!(" and those of {}", counted(more, "more stage")),
    };
    format!("dilations {to}{shown}{rest}")
}

/// Most layers of a stage that someone counts.
const MOST_COUNTED: usize = 8;

/// Which layers of a stage some are, counted from 1, where it has others beside them: `layers 1 and 3`, `layers 2 to 5`.
fn which(network: &Network, stage: usize, places: &[Vec<usize>]) -> Option<String> {
    let counts = |layer: &Layer| !layer.op.kind.is_merge();
    let all = network.by_place(&network.stages[stage].layers, counts);
    if all.len() > MOST_COUNTED || places.len() == all.len() {
        return None;
    }
    let number = |own: &Vec<usize>| all.iter().position(|other| other[0] == own[0]);
    let numbers: Option<Vec<usize>> = places.iter().map(number).collect();
    let numbers: Vec<usize> = numbers?.iter().map(|at| at + 1).collect();
    let (last, others) = numbers.split_last()?;
    Some(match others {
        [] => format!("layer {last}"),
        [first, _, ..] if last - first == others.len() => format!("layers {first} to {last}"),
        _ => format!("layers {} and {last}", itertools::join(others, ", ")),
    })
}

/// The stages of layers that change, by index.
pub(super) fn stages_of(network: &Network, ops: &[(usize, Op)]) -> Vec<usize> {
    let stages: BTreeSet<usize> = ops
        .iter()
        .map(|(layer, _)| network.layers[*layer].stage)
        .collect();
    stages.into_iter().collect()
}

/// Padding before and after along each axis, as short as it can be written.
pub(crate) fn sides(sides: &[(i64, i64)]) -> String {
    let is_even = sides.iter().all(|(low, high)| low == high);
    if is_even && sides.iter().all(|side| *side == sides[0]) {
        return sides[0].0.to_string();
    }
    let side = |(low, high): &(i64, i64)| {
        if is_even {
            low.to_string()
        } else {
            format!("[{low}, {high}]")
        }
    };
    format!("[{}]", itertools::join(sides.iter().map(side), ", "))
}
