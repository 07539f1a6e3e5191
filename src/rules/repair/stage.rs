//! A stage with other dilations of its own: smaller ones, or the same in rising order.

use crate::network::Network;
use crate::rules::judgement::{Change, Help};
use crate::rules::schedule::{Line, lines};
use crate::rules::{Facts, StageFacts};

use super::{Trial, all_without_gridding, capped, changed, written};

/// A stage with smaller dilations, its own schedule without holes if it can be, that satisfies `passes`.
#[must_use]
pub fn stage_rewritten(
    facts: &Facts<'_>,
    stage: &StageFacts,
    passes: impl Fn(&Network, &StageLines) -> bool,
) -> Option<Help> {
    if !facts.may_repair() {
        return None;
    }
    let network = facts.network;
    let own = &network.stages[stage.index];
    let mut tries: Vec<Vec<Change>> = Vec::new();
    if stage.alone_has_gridding() {
        tries.extend(all_without_gridding(network, &stage.ends, Some(own.input)));
    }
    let ok = |candidate: &Network| {
        let lines = StageLines {
            lines: lines(candidate, &candidate.stages[stage.index]),
        };
        passes(candidate, &lines)
    };
    tries.retain(|changes| ok(&changed(network, changes)));
    let changes = match tries.pop() {
        Some(changes) => changes,
        None => capped(network, &stage.layers, ok)?,
    };
    Some(Help {
        text: format!("{} pass", written(network, &changes)),
        changes,
    })
}

/// The lines of a changed stage.
#[derive(Debug)]
pub struct StageLines {
    /// Its convolutions in a row.
    pub lines: Vec<Line>,
}

/// A stage with its own dilations in rising order: it covers the same positions.
#[must_use]
pub fn stage_sorted(
    facts: &Facts<'_>,
    stage: &StageFacts,
    passes: impl Fn(&Network, &StageLines) -> bool,
) -> Option<Help> {
    if !facts.may_repair() {
        return None;
    }
    let network = facts.network;
    let own = network.stages[stage.index].layers.iter().copied();
    let mut trial = Trial::new(network);
    let entries: Vec<usize> = own
        .filter(|&l| {
            network.layers[l].repetition == 0
                && stage.lines.iter().any(|line| line.layers.contains(&l))
        })
        .collect();
    for axis in 0..network.dims {
        let of = |l: &usize| trial.dilation(*l, axis);
        let mut sorted: Vec<i64> = entries.iter().map(of).collect();
        sorted.sort_unstable();
        for (&layer, dilation) in entries.iter().zip(sorted) {
            if trial.dilation(layer, axis) != dilation {
                trial.set(layer, axis, dilation)?;
            }
        }
    }
    let candidate = &trial.network();
    let lines = StageLines {
        lines: lines(candidate, &candidate.stages[stage.index]),
    };
    let changes = trial.changes();
    (!changes.is_empty() && passes(candidate, &lines)).then(|| Help {
        text: format!(
            "{} are one rising tooth and cover the same positions",
            written(network, &changes)
        ),
        changes,
    })
}
