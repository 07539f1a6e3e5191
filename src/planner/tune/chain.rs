//! What a chain along one axis comes to when some of its steps are still open: the least change of dilations that leaves no hole.
//!
//! A chain has no hole if and only if its layers can be put in an order in which no step passes the reach of those before it
//! ([`crate::footprint::exact()`]). So the open steps are placed one by one, with the reach as all that must be remembered. Of layers
//! that weigh the same, those with smaller dilations may be placed first: exchanging two steps changes neither the footprint nor, where
//! they were in the other order, makes the change larger.

use std::collections::{BTreeMap, HashMap};

use crate::network::Dilation;

use super::effort::{UsedUp, Work};

/// A run along one axis: what is settled, and which knobs set the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Chain {
    /// Steps of layers that stay as they are, finest first, with what each unit of them adds to the reach: (taps − 1), all together.
    pub fixed: Vec<(i64, i64)>,
    /// Knobs, each once, with what each unit of them adds to the reach.
    pub free: Vec<(usize, i64)>,
}

/// Where knobs stand, and what each unit of a change costs.
#[derive(Clone, Copy)]
pub(super) struct Now<'a> {
    pub values: &'a [i64],
    pub prices: &'a [i64],
}

impl Now<'_> {
    /// A sum of knobs, each with what a unit of it adds: with those without a value where they stand, and how far these can still move it
    /// when they change by `left` in all.
    pub(super) fn sum(
        self,
        weights: &[(usize, i64)],
        values: &[Option<i64>],
        left: i64,
    ) -> (i64, i64) {
        let (mut sum, mut heaviest) = (0, 0);
        for &(knob, weight) in weights {
            if values[knob].is_none() {
                heaviest = heaviest.max(weight * left / self.prices[knob]);
            }
            sum += weight * values[knob].unwrap_or(self.values[knob]);
        }
        (sum, heaviest)
    }
}

/// A sum of knobs at some values.
pub(super) fn sum(weights: &[(usize, i64)], values: &[i64]) -> i64 {
    let each = weights.iter();
    each.map(|&(knob, weight)| weight * values[knob]).sum()
}

/// The least that the chains with a knob cover in a row by their layers with a value: the most that the knob may be. `None` where none has it.
pub(super) fn least_reach(chains: &[Chain], knob: usize, values: &[Option<i64>]) -> Option<i64> {
    let has_it = |chain: &&Chain| chain.free.iter().any(|&(own, _)| own == knob);
    let chains = chains.iter().filter(has_it);
    chains.map(|chain| chain.reach(values)).min()
}

/// What to look for in [`Chain::ends`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Every extent that can be had.
    All,
    /// Only whether there is one: it never helps to lower a dilation that is within reach.
    Least,
}

impl Chain {
    /// Adds a layer at a step of its own, or at that of a knob; `weight` is its taps less one.
    pub(super) fn add(&mut self, knob: Option<usize>, step: i64, weight: i64) {
        match knob {
            Some(knob) => add(&mut self.free, knob, weight),
            None => add(&mut self.fixed, step, weight),
        }
    }

    /// The steps of the layers for whose knobs there is a value, finest first, with their weights.
    fn settled(&self, value: impl Fn(usize) -> Option<i64>) -> Vec<(i64, i64)> {
        let free = self.free.iter();
        let free = free.filter_map(|&(knob, weight)| Some((value(knob)?, weight)));
        let mut steps: Vec<(i64, i64)> = self.fixed.iter().copied().chain(free).collect();
        steps.sort_unstable();
        steps
    }

    /// The extent with all knobs at some values.
    pub(super) fn extent(&self, values: &[i64]) -> i64 {
        let free = self
            .free
            .iter()
            .map(|&(knob, weight)| (values[knob], weight));
        let steps = self.fixed.iter().copied().chain(free);
        let extents = steps.map(|(step, weight)| step.saturating_mul(weight));
        extents.fold(1, i64::saturating_add)
    }

    /// Positions that the layers with a value cover in a row: the most that the next step may be.
    pub(super) fn reach(&self, values: &[Option<i64>]) -> i64 {
        absorbed(&self.settled(|knob| values[knob]), 0, 1)
    }

    /// Whether it has no hole with all knobs at some values: see [`crate::footprint::exact()`].
    pub(super) fn is_hole_free(&self, values: &[i64]) -> bool {
        self.end(|knob| Some(values[knob])).is_some()
    }

    /// The extent with all knobs at some values; `None` where it has a hole.
    pub(super) fn end(&self, value: impl Fn(usize) -> Option<i64>) -> Option<i64> {
        let steps = self.settled(value);
        let reach = absorbed(&steps, 0, 1);
        all_within(&steps, reach).then_some(reach)
    }

    /// The extents without a hole that the open knobs can come to with changes of at most `most` in all, each with the least
    /// change that it takes. Those that have a value are settled, and cost nothing.
    pub(super) fn ends(
        &self,
        now: Now<'_>,
        values: &[Option<i64>],
        most: i64,
        wanted: Wanted,
        work: &mut Work,
    ) -> Result<BTreeMap<i64, i64>, UsedUp> {
        let settled = self.settled(|knob| values[knob]);
        let mut open: BTreeMap<(i64, i64), Vec<i64>> = BTreeMap::new();
        for &(knob, weight) in self.free.iter().filter(|(knob, _)| values[*knob].is_none()) {
            let alike = (weight, now.prices[knob]);
            open.entry(alike).or_default().push(now.values[knob]);
        }
        let classes: Vec<((i64, i64), Vec<i64>)> = open
            .into_iter()
            .map(|(alike, mut knobs)| {
                knobs.sort_unstable();
                (alike, knobs)
            })
            .collect();
        let rounds: usize = classes.iter().map(|(_, knobs)| knobs.len()).sum();
        // How many of each class are placed, as one number.
        let mut radix = 1_u64;
        let mut unit = Vec::new();
        for (_, knobs) in &classes {
            unit.push(radix);
            radix = radix.checked_mul(knobs.len() as u64 + 1).ok_or(UsedUp)?;
        }
        let placed = |code: u64, class: usize| {
            let all = classes[class].1.len() as u64 + 1;
            usize::try_from(code / unit[class] % all).unwrap_or(usize::MAX)
        };
        let mut states = HashMap::from([((0_u64, absorbed(&settled, 0, 1)), 0_i64)]);
        for _ in 0..rounds {
            let mut next: HashMap<(u64, i64), i64> = HashMap::new();
            for (&(code, reach), &cost) in &states {
                for (class, ((weight, price), knobs)) in classes.iter().enumerate() {
                    let Some(&dilation) = knobs.get(placed(code, class)) else {
                        continue;
                    };
                    let left = (most - cost) / price;
                    let low = match wanted {
                        Wanted::All => (dilation - left).max(1),
                        Wanted::Least => (dilation - left).max(dilation.min(reach)),
                    };
                    let high = (dilation + left).min(reach).min(Dilation::LIMIT.into());
                    work.take(u64::try_from(high - low + 1).unwrap_or(0) + 1)?;
                    for step in low..=high {
                        let after = absorbed(&settled, reach, reach + weight * step);
                        let cost = cost + price * (step - dilation).abs();
                        let known = next.entry((code + unit[class], after)).or_insert(cost);
                        *known = cost.min(*known);
                    }
                }
            }
            states = next;
        }
        let mut ends = BTreeMap::new();
        for ((_, reach), cost) in states {
            if all_within(&settled, reach) {
                ends.insert(reach, cost);
            }
        }
        Ok(ends)
    }

    /// The least change in all that leaves no hole and comes to an extent of at least `end`; `None` where none does.
    pub(super) fn least(
        &self,
        now: Now<'_>,
        end: i64,
        work: &mut Work,
    ) -> Result<Option<i64>, UsedUp> {
        let open = vec![None; now.values.len()];
        if self.widest(work)? < end {
            return Ok(None);
        }
        let knobs = self.free.iter().map(|&(knob, _)| knob);
        let furthest = self.fixed.last().map_or(0, |&(step, _)| step).max(end);
        // With each knob raised to the furthest step or to all that is asked, or lowered to 1, nothing is left to try.
        let all = knobs
            .map(|knob| {
                now.values[knob]
                    .max(furthest)
                    .saturating_mul(now.prices[knob])
            })
            .fold(1, i64::saturating_add);
        let mut most = 0;
        loop {
            let ends = self.ends(now, &open, most, Wanted::Least, work)?;
            if let Some(&least) = ends.range(end..).map(|(_, change)| change).min() {
                return Ok(Some(least));
            }
            if most >= all {
                return Ok(None);
            }
            most = (2 * most).max(1);
        }
    }

    /// The largest extent without a hole, whatever it takes; 0 where there is none. A longer reach holds all that a shorter one does, so
    /// of the ways to place the same layers the longest is enough.
    pub(super) fn widest(&self, work: &mut Work) -> Result<i64, UsedUp> {
        let mut weights: BTreeMap<i64, u64> = BTreeMap::new();
        for &(_, weight) in &self.free {
            *weights.entry(weight).or_default() += 1;
        }
        let limit = i64::from(Dilation::LIMIT);
        let mut reaches = BTreeMap::from([(vec![0; weights.len()], absorbed(&self.fixed, 0, 1))]);
        for _ in &self.free {
            let mut next: BTreeMap<Vec<u64>, i64> = BTreeMap::new();
            for (placed, &reach) in &reaches {
                for (class, (&weight, &all)) in weights.iter().enumerate() {
                    work.take(1)?;
                    if placed[class] == all {
                        continue;
                    }
                    let mut more = placed.clone();
                    more[class] += 1;
                    let added = weight.saturating_mul(reach.min(limit));
                    let after = absorbed(&self.fixed, reach, reach.saturating_add(added));
                    let known = next.entry(more).or_insert(after);
                    *known = after.max(*known);
                }
            }
            reaches = next;
        }
        let widest = reaches.into_values().max().unwrap_or(0);
        Ok(if all_within(&self.fixed, widest) {
            widest
        } else {
            0
        })
    }
}

/// Adds to what a list, in order, has of a key.
pub(super) fn add<K: Copy + Ord>(list: &mut Vec<(K, i64)>, key: K, weight: i64) {
    match list.binary_search_by_key(&key, |&(own, _)| own) {
        Ok(at) => list[at].1 += weight,
        Err(at) => list.insert(at, (key, weight)),
    }
}

/// Whether no step, finest first, is past a reach.
fn all_within(settled: &[(i64, i64)], reach: i64) -> bool {
    settled.last().is_none_or(|&(step, _)| step <= reach)
}

/// The reach once every settled step within it is placed; those up to `before` are already.
fn absorbed(settled: &[(i64, i64)], before: i64, mut reach: i64) -> i64 {
    let placed = settled.partition_point(|&(step, _)| step <= before);
    for &(step, weight) in &settled[placed..] {
        if step > reach {
            break;
        }
        reach = reach.saturating_add(step.saturating_mul(weight));
    }
    reach
}
