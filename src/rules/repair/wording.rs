//! Changes in words: the lists of the stages that they touch.

use std::collections::{BTreeMap, HashMap};

use crate::network::{AxisOp, Network, Op, OpKind, PerAxis};
use crate::rules::judgement::{Change, list};

/// Most stages whose dilations a message lists.
const MOST_STAGES: usize = 8;

/// Changes as a person would write them into the file: the lists of the stages that they touch.
#[must_use]
pub fn written(network: &Network, changes: &[Change]) -> String {
    let stages: Vec<usize> = (0..network.stages.len()).collect();
    written_in(network, &stages, changes)
}

/// The same where they lie in some stages.
pub(crate) fn written_in(network: &Network, among: &[usize], changes: &[Change]) -> String {
    let mut stages: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let news: HashMap<usize, PerAxis<i64>> =
        changes.iter().map(|c| (c.layer, c.dilation)).collect();
    for &stage in among {
        let mut layers = network.stages[stage].layers.iter();
        if layers.any(|&layer| news.contains_key(&network.layers[layer].original)) {
            stages.insert(stage, Vec::new());
        }
    }
    for (&stage, words) in &mut stages {
        let layers = network.stages[stage].layers.iter();
        let own = layers
            .map(|&layer| &network.layers[layer])
            .filter(|l| l.repetition == 0 && l.op.kind == OpKind::Conv && has_taps(&l.op));
        for layer in own {
            let new = news.get(&layer.original).copied();
            let values = new.unwrap_or_else(|| layer.op.dilations());
            let same = values.iter().all(|v| *v == values[0]);
            words.push(if same {
                values[0].to_string()
            } else {
                format!("[{}]", itertools::join(&values[..], ", "))
            });
        }
    }
    let alone = network.stages.len() == 1;
    let parts = stages.iter().map(|(&stage, words)| {
        let dilations = format!("dilations {}", list(words));
        if alone {
            dilations
        } else {
            format!("{dilations} in \"{}\"", network.stages[stage].name)
        }
    });
    let more = parts.len().saturating_sub(MOST_STAGES);
    let told = itertools::join(parts.take(MOST_STAGES), " and ");
    match more {
        0 => told,
        1 => format!("{told} and those of 1 more stage"),
        more => format!("{told} and those of {more} more stages"),
    }
}

/// Whether a convolution has more than one tap: else its dilation does nothing, and no one writes it.
fn has_taps(op: &Op) -> bool {
    let axes = op.axes.iter();
    let mut windows = axes.map(|op| matches!(op, AxisOp::Window(w) if w.kernel.get() > 1));
    windows.any(|has| has)
}
