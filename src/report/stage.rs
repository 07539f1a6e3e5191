//! What a check reports of each stage.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::footprint::{AxisSet, PeakLobe};
use crate::network::schedule::{common_factor, second_distance, teeth};
use crate::rules::{Checked, Facts, RULES, StageFacts, Verdict};

use super::measures::{Anchor, StageSummary};

/// What a check reports of a stage.
#[derive(Clone, Debug, Serialize)]
pub struct StageReport {
    /// Its name, dilations and receptive field.
    #[serde(flatten)]
    pub stage: StageSummary,
    /// Common factor of its schedule, per axis; null with fewer than two layers.
    pub common_factor: Vec<Option<i64>>,
    /// The largest M_2 of its teeth, per axis, and the kernel size it is held against; null where it does not apply.
    pub m2: Vec<Option<Distance>>,
    /// Number of teeth, per axis.
    pub teeth: Vec<usize>,
    /// Holes of its footprint on its own input, per axis; null where it is no chain, or too long to count.
    pub holes: Vec<Option<i64>>,
    /// Width of the hole-free middle, per axis; null where the centre is a hole, or unknown.
    pub core: Vec<Option<i64>>,
    /// Peak grating lobe, per axis; null where it has no single answer to a frequency, or the search came to its bound of work.
    pub lobe: Vec<Option<f64>>,
    /// What each rule says.
    pub verdicts: BTreeMap<&'static str, Verdict>,
    /// Whether it leaves holes on its own input.
    #[serde(skip)]
    pub alone_has_gridding: bool,
    /// Whether it has layers with more than one tap.
    #[serde(skip)]
    pub has_taps: bool,
}

/// M_2 of a tooth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Distance {
    /// M_2.
    pub value: i64,
    /// Kernel size of the tooth's first layer.
    pub kernel: i64,
}

/// Longest footprint along an axis whose holes are counted.
const MOST_POSITIONS: i64 = 1 << 22;

/// Reports of all stages.
#[must_use]
pub fn stage_reports(checked: &Checked<'_>) -> Vec<StageReport> {
    checked
        .facts
        .stages
        .iter()
        .map(|stage| report(checked, stage))
        .collect()
}

fn report(checked: &Checked<'_>, stage: &StageFacts) -> StageReport {
    let facts: &Facts<'_> = &checked.facts;
    let network = facts.network;
    let own = &network.stages[stage.index];
    let axes = 0..network.dims;
    let schedule = |axis: usize| stage.lines.iter().map(move |l| l.along(network, axis));
    let common_factor = axes.clone().map(|axis| {
        let all = schedule(axis).filter(|e| e.len() >= 2);
        let factor = |entries: Vec<crate::rules::Entry>| {
            common_factor(&entries.iter().map(|e| e.dilation).collect::<Vec<_>>())
        };
        all.map(factor).max()
    });
    let footprints: Vec<Option<AxisSet>> = axes
        .clone()
        .map(|axis| {
            facts
                .combs(own, axis)
                .and_then(|combs| AxisSet::of_chain(&combs, MOST_POSITIONS))
        })
        .collect();
    let verdicts = RULES
        .iter()
        .enumerate()
        .map(|(column, rule)| (rule.id, checked.verdicts[stage.index][column]));
    StageReport {
        stage: StageSummary::new(network, own),
        common_factor: common_factor.collect(),
        m2: axes
            .clone()
            .map(|axis| worst_distance(schedule(axis)))
            .collect(),
        teeth: axes
            .clone()
            .map(|axis| schedule(axis).map(|e| count_teeth(&e)).sum())
            .collect(),
        holes: footprints
            .iter()
            .map(|f| f.as_ref().map(|set| set.extent() - set.count()))
            .collect(),
        core: footprints
            .iter()
            .enumerate()
            .map(|(axis, set)| Anchor::of(network, &stage.layers, axis).core(set.as_ref()?))
            .collect(),
        lobe: stage
            .lobe
            .iter()
            .map(|lobe| lobe.and_then(PeakLobe::exact))
            .collect(),
        verdicts: verdicts.collect(),
        alone_has_gridding: stage.alone_has_gridding(),
        has_taps: !stage.layers.is_empty(),
    }
}

fn count_teeth(entries: &[crate::rules::Entry]) -> usize {
    teeth(&entries.iter().map(|e| e.dilation).collect::<Vec<_>>()).count()
}

fn worst_distance(lines: impl Iterator<Item = Vec<crate::rules::Entry>>) -> Option<Distance> {
    let mut worst: Option<Distance> = None;
    for entries in lines {
        for tooth in entries.chunk_by(|a, b| b.dilation >= a.dilation) {
            let dilations: Vec<i64> = tooth.iter().map(|e| e.dilation).collect();
            let Some(value) = second_distance(&dilations) else {
                continue;
            };
            let found = Distance {
                value,
                kernel: tooth[0].kernel,
            };
            if worst.is_none_or(|w| found.value - found.kernel > w.value - w.kernel) {
                worst = Some(found);
            }
        }
    }
    worst
}
