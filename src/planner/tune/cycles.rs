//! Repetitions of a stage that differ: each takes the next of a few dilations.

use std::collections::BTreeSet;

use crate::footprint::RunEnd;
use crate::network::{Knob, Network};

use super::change::MOST_IN_CYCLE;
use super::effort::Effort;
use super::fix::Fixer;
use super::judge::Judge;
use super::kept::{Asked, Kept};
use super::sieve::RunOf;
use super::solve::{Nearness, Solved, solve};

/// What part of the work of a search goes into one length of cycle.
const SHARE: u64 = 8;

impl Fixer<'_> {
    /// Knobs that stand for all repetitions taken apart, so that each of these takes the next of a few dilations, with the values that change
    /// least over all repetitions; of equal changes the shorter cycle.
    pub(super) fn in_cycles(
        &self,
        stages: &[usize],
        own: &[&Knob],
        effort: &mut Effort,
    ) -> Option<(Vec<Knob>, Solved)> {
        let network = self.checked.facts.network;
        let mut best: Option<(i64, Vec<Knob>, Solved)> = None;
        for length in 2..=MOST_IN_CYCLE {
            let is_split = |knob: &Knob| repeat(network, knob) >= length;
            if !own.iter().any(|knob| is_split(knob)) {
                break;
            }
            let split = own.iter().flat_map(|&knob| {
                let turns = if is_split(knob) { length } else { 1 };
                apart(knob, turns)
            });
            let split: Vec<Knob> = split.collect();
            let judge = self.judge(stages, split.iter().collect(), None);
            let solved = solve(network, &judge, prices(&split), SHARE, effort);
            let Ok(Some(solved)) = solved else { continue };
            let change = change(&split, &solved.0);
            if best.as_ref().is_none_or(|best| change < best.0) {
                best = Some((change, split, solved));
            }
        }
        let best = best.map(|(_, split, solved)| (split, solved));
        best.or_else(|| self.each_alone(stages, own, effort))
    }

    /// Where branches make each try long: cycles with which each repeated stage leaves no hole on its own input and sees there what it saw,
    /// if with them all passes.
    fn each_alone(
        &self,
        stages: &[usize],
        own: &[&Knob],
        effort: &mut Effort,
    ) -> Option<(Vec<Knob>, Solved)> {
        let facts = &self.checked.facts;
        let network = facts.network;
        let found = (2..=MOST_IN_CYCLE).filter_map(|length| {
            let whole = own.iter().filter(|knob| repeat(network, knob) >= length);
            let split: Vec<Knob> = whole.flat_map(|knob| apart(knob, length)).collect();
            let repeated: BTreeSet<usize> = split.iter().filter_map(|k| k.stage(network)).collect();
            let own = repeated.iter().map(|&stage| &network.stages[stage]);
            let runs = own
                .clone()
                .map(|own| (RunEnd::Map(own.output), Some(own.input)));
            let runs: Vec<RunOf> = runs.collect();
            let knobs: Vec<&Knob> = split.iter().collect();
            let asked = Asked::at(network, own.map(|own| own.output), None);
            let kept = Kept::new(network, &facts.runs, &knobs, &asked);
            if split.is_empty() || !kept.is_linear() {
                return None;
            }
            let mut alone = Judge::of_runs(&self.candidates, facts, &runs, knobs.clone());
            alone.kept = Some(kept);
            let found = solve(network, &alone, prices(&split), SHARE, effort);
            let (values, _) = found.ok().flatten()?;
            let mut work = effort.next()?;
            let judge = self.judge(stages, knobs, None);
            let passes = matches!(judge.tried(&values, &mut work), Ok(true));
            passes.then_some((split, (values, Nearness::CutShort)))
        });
        found.min_by_key(|(split, (values, _))| change(split, values))
    }
}

/// How often a stage is repeated whose repetitions all have the number of a knob; 0 where some have another.
fn repeat(network: &Network, knob: &Knob) -> usize {
    let repeat = knob
        .stage(network)
        .map_or(0, |stage| network.stages[stage].repeat);
    let mut layers = knob.layers.iter().enumerate();
    let is_whole = layers.all(|(at, &layer)| network.layers[layer].repetition == at);
    if is_whole && knob.layers.len() == repeat {
        repeat
    } else {
        0
    }
}

/// A knob as several, which the repetitions take in turn.
fn apart(knob: &Knob, turns: usize) -> impl Iterator<Item = Knob> {
    (0..turns).map(move |turn| {
        let layers = knob.layers.iter().copied();
        Knob {
            layers: layers.skip(turn).step_by(turns).collect(),
            ..knob.clone()
        }
    })
}

/// What a unit of change of knobs counts: once for each layer.
fn prices(knobs: &[Knob]) -> Vec<i64> {
    let layers = knobs.iter().map(|knob| i64::try_from(knob.layers.len()));
    layers.map(|count| count.unwrap_or(i64::MAX)).collect()
}

/// How much knobs at some values change, over all layers.
fn change(knobs: &[Knob], values: &[i64]) -> i64 {
    let each = knobs.iter().zip(values).zip(prices(knobs));
    each.map(|((knob, value), price)| price * (value - knob.value.unwrap_or(*value)).abs())
        .sum()
}
