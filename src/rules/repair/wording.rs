//! Changes in words: the lists of the stages that they touch.

use std::collections::{BTreeMap, HashMap};

use crate::network::{Network, OpKind, Origin, PerAxis};
use crate::rules::judgement::{Change, list};

/// Most stages whose dilations a message lists.
const MOST_STAGES: usize = 8;

/// Changes as a person would write them into the file: the lists of the stages that they touch.
#[must_use]
pub fn written(network: &Network, changes: &[Change]) -> String {
    let mut stages: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let news: HashMap<Origin, PerAxis<i64>> =
        changes.iter().map(|c| (c.origin, c.dilation)).collect();
    for layer in &network.layers {
        if news.contains_key(&layer.origin) {
            stages.entry(layer.place.stage).or_default();
        }
    }
    for (&stage, words) in &mut stages {
        let range = network.stages[stage].layers.clone();
        let own = network.layers[range]
            .iter()
            .filter(|l| l.place.repetition == 0 && l.op.kind == OpKind::Conv);
        for layer in own {
            let new = news.get(&layer.origin).copied();
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
