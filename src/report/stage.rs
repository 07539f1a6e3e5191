//! What a check reports of each stage, and the measures in which schedules of a stage differ.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::config::Config;
use crate::footprint::{AxisSet, PeakLobe, chain_ripple};
use crate::network::schedule::{common_factor, second_distance, teeth};
use crate::rules::{Checked, Entry, Facts, RULES, StageFacts, Verdict};

use super::measures::{Anchor, Dilations, StageSummary};

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
    /// Positions inside the box of its footprint on its own input, over all axes, that it does not read; null where it is no chain, or too
    /// long to count.
    pub holes: Option<i64>,
    /// The same along each axis by itself.
    pub holes_per_axis: Vec<Option<i64>>,
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
    let stages = checked.facts.stages.iter();
    stages.map(|stage| report(checked, stage)).collect()
}

fn report(checked: &Checked<'_>, stage: &StageFacts) -> StageReport {
    let facts: &Facts<'_> = &checked.facts;
    let network = facts.network;
    let own = &network.stages[stage.index];
    let axes = || 0..network.dims;
    let lines = |axis: usize| -> Vec<Vec<Entry>> {
        let lines = stage.lines.iter();
        lines.map(|line| line.along(network, axis)).collect()
    };
    let footprint = |axis| AxisSet::of_chain(&facts.combs(own, axis)?, MOST_POSITIONS);
    let footprints: Vec<Option<AxisSet>> = axes().map(footprint).collect();
    let holes = |set: &Option<AxisSet>| set.as_ref().map(|set| set.extent() - set.count());
    let verdicts = RULES
        .iter()
        .enumerate()
        .map(|(column, rule)| (rule.id, checked.verdicts[stage.index][column]));
    StageReport {
        stage: StageSummary::new(network, own),
        common_factor: axes().map(|axis| factor(&lines(axis))).collect(),
        m2: axes().map(|axis| worst_distance(&lines(axis))).collect(),
        teeth: axes().map(|axis| count_teeth(&lines(axis))).collect(),
        holes: all_holes(&footprints),
        holes_per_axis: footprints.iter().map(holes).collect(),
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

/// Positions of the box that the product of footprints along the axes misses.
fn all_holes(footprints: &[Option<AxisSet>]) -> Option<i64> {
    let volume = |length: fn(&AxisSet) -> i64| {
        let mut lengths = footprints.iter().map(|set| set.as_ref().map(length));
        lengths.try_fold(1_i64, |volume, length| volume.checked_mul(length?))
    };
    Some(volume(AxisSet::extent)? - volume(AxisSet::count)?)
}

fn dilations(entries: &[Entry]) -> Vec<i64> {
    entries.iter().map(|e| e.dilation).collect()
}

/// The largest common factor of lines with several layers.
fn factor(lines: &[Vec<Entry>]) -> Option<i64> {
    let several = lines.iter().filter(|entries| entries.len() >= 2);
    several
        .map(|entries| common_factor(&dilations(entries)))
        .max()
}

fn count_teeth(lines: &[Vec<Entry>]) -> usize {
    let count = |entries: &Vec<Entry>| teeth(&dilations(entries)).count();
    lines.iter().map(count).sum()
}

/// The distance that passes its kernel size by most, the first of equal ones.
fn worst_distance(lines: &[Vec<Entry>]) -> Option<Distance> {
    let rises = |a: &Entry, b: &Entry| b.dilation >= a.dilation;
    let teeth = lines.iter().flat_map(|entries| entries.chunk_by(rises));
    let distance = |tooth: &[Entry]| {
        let value = second_distance(&dilations(tooth))?;
        let kernel = tooth[0].kernel;
        Some(Distance { value, kernel })
    };
    let found = teeth.filter_map(distance);
    found.min_by_key(|found| Reverse(found.value - found.kernel))
}

/// The measures in which two schedules of a stage differ. Lists have an entry for each axis.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScheduleMeasures {
    /// Name, dilations and receptive field of the stage.
    #[serde(flatten)]
    pub stage: StageSummary,
    /// The largest dilation.
    pub largest_dilation: i64,
    /// Positions inside the box of its footprint, over all axes, that it does not read; null where it is no chain, or too long to count.
    pub holes: Option<i64>,
    /// The same along each axis by itself.
    pub holes_per_axis: Vec<Option<i64>>,
    /// Peak grating lobe; null where it has no single answer to a frequency.
    pub lobe: Vec<Option<f64>>,
    /// Ripple; null where it is no chain, or too wide.
    pub ripple: Vec<Option<f64>>,
}

/// Measures some stages of a network, each on its own input.
#[must_use]
pub fn schedule_measures(config: &Config, stages: &[usize]) -> Vec<ScheduleMeasures> {
    let checked = config.check();
    let dims = config.network.dims;
    let reports = stage_reports(&checked);
    let measure = |&index: &usize| {
        let report = reports[index].clone();
        let largest = report.stage.dilations.iter().map(Dilations::largest).max();
        ScheduleMeasures {
            largest_dilation: largest.unwrap_or(1),
            stage: report.stage,
            holes: report.holes,
            holes_per_axis: report.holes_per_axis,
            lobe: report.lobe,
            ripple: (0..dims)
                .map(|axis| stage_ripple(&checked.facts, index, axis))
                .collect(),
        }
    };
    stages.iter().map(measure).collect()
}

/// Ripple of a stage on its own input, where it is a chain and not too wide.
fn stage_ripple(facts: &Facts<'_>, stage: usize, axis: usize) -> Option<f64> {
    chain_ripple(&facts.combs(&facts.network.stages[stage], axis)?)
}
