//! The nearest values of some knobs with which a judge is content: the smallest change in all; of those the receptive field closest to what it
//! was; of those schedules that rise; of those the first in order.
//!
//! Totals are tried from the least that any chain asks for, so the first that passes is the nearest. Within a total, knobs are set
//! from first to last, in rising order, and a choice that leaves some chain without a way out, or less of the receptive field than is to be
//! kept, is not followed.

use std::collections::{BTreeSet, BinaryHeap, HashMap};

use itertools::Itertools;

use crate::network::Dilation;

use super::chain::{Chain, Now, Wanted, sum};
use super::effort::{UsedUp, Work};
use super::judge::Judge;
use super::kept::Form;
use super::span::Span;

/// Knobs, and what can be said of them without trying.
#[derive(Clone, Debug, Default)]
pub(super) struct Task {
    /// Where each knob stands.
    pub now: Vec<i64>,
    /// What each unit of its change counts.
    pub prices: Vec<i64>,
    /// Runs that are chains along an axis: each must be without a hole.
    pub chains: Vec<Chain>,
    /// For each chain the least that its extent may be.
    pub least: Vec<i64>,
    /// Sums that must not rise past a bound: what runs with branches may span.
    pub spans: Vec<Span>,
    /// Sums that must not fall: receptive fields that are kept.
    pub kept: Vec<Form>,
    /// For each knob the one before it in its stage.
    pub after: Vec<Option<usize>>,
    /// Receptive fields: what each step of each knob adds to them.
    pub extents: Vec<Vec<(usize, i64)>>,
}

impl Task {
    fn now(&self) -> Now<'_> {
        Now {
            values: &self.now,
            prices: &self.prices,
        }
    }

    /// The chain, where there is one only and all knobs are in it, and the least that its extent may be.
    fn only_chain(&self) -> Option<(&Chain, i64)> {
        match &self.chains[..] {
            [chain] if chain.free.len() == self.now.len() => Some((chain, self.least[0])),
            _ => None,
        }
    }

    /// Whether the schedules rise: within a stage no dilation is below the one before.
    fn rises(&self, values: &[i64]) -> bool {
        let mut pairs = self.after.iter().zip(values);
        pairs.all(|(before, value)| before.is_none_or(|before| values[before] <= *value))
    }

    /// The least change that makes the schedules rise, of numbers that count once at the least: each dilation that is below some before it
    /// meets the largest of them halfway.
    fn change_to_rise(&self) -> i64 {
        let mut change = 0;
        let mut before: Vec<BinaryHeap<i64>> = Vec::new();
        let mut schedule = vec![0; self.now.len()];
        for (knob, &now) in self.now.iter().enumerate() {
            schedule[knob] = self.after[knob].map_or(before.len(), |before| schedule[before]);
            if schedule[knob] == before.len() {
                before.push(BinaryHeap::new());
            }
            let own = &mut before[schedule[knob]];
            own.push(now);
            if let Some(mut largest) = own.peek_mut().filter(|largest| **largest > now) {
                change += *largest - now;
                *largest = now;
            }
        }
        change
    }
}

impl Task {
    /// Whether the receptive fields could be kept at all, as far as the widest that chains come to can tell.
    fn may_keep(&self, work: &mut Work) -> Result<bool, UsedUp> {
        for form in &self.kept {
            let mut most = Some(0_i64);
            let mut left: BTreeSet<usize> = form.weights.iter().map(|&(knob, _)| knob).collect();
            for chain in &self.chains {
                let own = chain.free.iter().map(|&(knob, _)| knob);
                let is_apart = own.clone().all(|knob| left.contains(&knob));
                let Some(jump) = form.jump(chain).filter(|_| is_apart) else {
                    continue;
                };
                left.retain(|&knob| own.clone().all(|own| own != knob));
                let fixed: i64 = chain.fixed.iter().map(|(step, weight)| step * weight).sum();
                let widest = chain.widest(work)? - 1 - fixed;
                most = most.and_then(|most| most.checked_add(jump.checked_mul(widest)?));
            }
            if left.is_empty() && most.is_some_and(|most| most < form.least) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Most knobs that are searched: no one writes as many numbers by hand.
const MOST_KNOBS: usize = 400;

/// The nearest values that pass, and how much they change in all; `None` where there are none.
pub(super) fn nearest(
    task: &Task,
    work: &mut Work,
    judge: &Judge<'_>,
) -> Result<Option<(Vec<i64>, i64)>, UsedUp> {
    if task.now.len() > MOST_KNOBS {
        return Err(UsedUp);
    }
    let mut start = 0;
    if !task.may_keep(work)? {
        return Ok(None);
    }
    for (chain, &end) in task.chains.iter().zip(&task.least) {
        match chain.least(task.now(), end, work)? {
            Some(least) => start = start.max(least),
            None => return Ok(None),
        }
    }
    // No step is longer than the whole of its chain.
    let mut limits = vec![i64::from(Dilation::LIMIT); task.now.len()];
    for chain in &task.chains {
        let widest = chain.widest(work)?;
        for &(knob, _) in &chain.free {
            limits[knob] = limits[knob].min(widest);
        }
    }
    for (knob, limit) in task.spans.iter().flat_map(Span::limits) {
        limits[knob] = limits[knob].min(limit);
    }
    if limits.iter().any(|&limit| limit < 1) || !judge.may_keep(&limits, work)? {
        return Ok(None);
    }
    let pairs = task.now.iter().zip(&limits);
    let furthest = pairs.map(|(now, limit)| (limit - now).max(now - 1));
    let most = furthest
        .zip(&task.prices)
        .map(|(change, price)| change.saturating_mul(*price))
        .fold(0, i64::saturating_add);
    let mut search = Search {
        task,
        work,
        judge,
        limits: &limits,
        best: None,
        within: i64::MAX,
        is_rising: false,
        least: HashMap::new(),
    };
    for total in start..=most {
        search.level(total)?;
        if let Some((_, values)) = search.best.take() {
            return Ok(Some((values, total)));
        }
    }
    Ok(None)
}

struct Search<'a> {
    task: &'a Task,
    work: &'a mut Work,
    judge: &'a Judge<'a>,
    /// The most that each knob may be.
    limits: &'a [i64],
    /// The best of this total so far, and how far its receptive fields are from what they were.
    best: Option<(i64, Vec<i64>)>,
    /// Receptive fields must be closer than this to what they were.
    within: i64,
    /// Whether only schedules that rise are looked at.
    is_rising: bool,
    /// For chains with some knobs set what is known of the others: the least change with which they pass, or how much is not enough.
    least: HashMap<(usize, Vec<i64>), Result<i64, i64>>,
}

impl Search<'_> {
    /// The best of all values that change by `total`.
    fn level(&mut self, total: i64) -> Result<(), UsedUp> {
        let open = vec![None; self.task.now.len()];
        let task = self.task;
        let may_rise = task.change_to_rise() <= total;
        (self.best, self.within, self.is_rising) = (None, i64::MAX, false);
        let Some((chain, least)) = task.only_chain() else {
            self.set(&mut open.clone(), total, None)?;
            // Of what is as close, a schedule that rises is preferred.
            let best = self.best.take_if(|best| may_rise && !task.rises(&best.1));
            if let Some((distance, values)) = best {
                (self.within, self.is_rising) = (distance + 1, true);
                self.set(&mut open.clone(), total, None)?;
                self.best = self.best.take().or(Some((distance, values)));
            }
            return Ok(());
        };
        // The receptive fields that can be had are known: the closest first.
        let before = chain.extent(&task.now);
        let ends = chain.ends(task.now(), &open, total, Wanted::All, self.work)?;
        let ends = ends.range(least..);
        let mut distances: Vec<i64> = ends.map(|(end, _)| (end - before).abs()).collect();
        distances.sort_unstable();
        distances.dedup();
        for distance in distances {
            for is_rising in [true, false] {
                if is_rising && !may_rise {
                    continue;
                }
                self.is_rising = is_rising;
                self.set(&mut open.clone(), total, Some(distance))?;
                if self.best.is_some() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Sets the first knob that is open, and those after it. `wanted`: how far the receptive field of the only chain is to be from what it was.
    fn set(
        &mut self,
        values: &mut Vec<Option<i64>>,
        left: i64,
        wanted: Option<i64>,
    ) -> Result<(), UsedUp> {
        self.work.take(1)?;
        if !self.may_pass(values, left, wanted)? {
            return Ok(());
        }
        let Some(knob) = values.iter().position(Option::is_none) else {
            return self.judge(values, wanted);
        };
        let (now, price) = (self.task.now[knob], self.task.prices[knob]);
        let is_last = knob + 1 == values.len();
        let far = left / price;
        let before = self.task.after[knob].filter(|_| self.is_rising);
        let least = before.and_then(|before| values[before]).unwrap_or(1);
        let limit = self.limits[knob];
        // What is left falls to the last knob.
        let mut tries: Box<dyn Iterator<Item = i64>> = if !is_last {
            Box::new((now - far).max(least)..=(now + far).min(limit))
        } else if far * price == left {
            let both = [now - far, now + far].into_iter().dedup();
            Box::new(both.filter(move |value| (least..=limit).contains(value)))
        } else {
            Box::new(std::iter::empty())
        };
        let is_done = |this: &Self| wanted.is_some() && this.best.is_some();
        while let Some(value) = tries.next().filter(|_| !is_done(self)) {
            values[knob] = Some(value);
            self.set(values, left - price * (value - now).abs(), wanted)?;
            values[knob] = None;
        }
        Ok(())
    }

    /// Whether some way is left for every chain and every sum, and to receptive fields that are closer than the best so far.
    fn may_pass(
        &mut self,
        values: &[Option<i64>],
        left: i64,
        wanted: Option<i64>,
    ) -> Result<bool, UsedUp> {
        let task = self.task;
        let mut kept = task.kept.iter();
        let mut spans = task.spans.iter();
        let may_hold = self.least_distance(values, left) < self.within
            && kept.all(|form| form.may_hold(task.now(), values, left))
            && spans.all(|span| span.may_hold(task.now(), values, left));
        if !may_hold {
            return Ok(false);
        }
        let open = values.iter().filter(|value| value.is_none()).count();
        if open == 1 {
            // There are two ways at the most.
            return Ok(true);
        }
        if open > 0 && !self.may_keep(values, left)? {
            return Ok(false);
        }
        for at in 0..task.chains.len() {
            if !self.chain_may_pass(at, values, left, wanted)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether some way is left for a chain.
    fn chain_may_pass(
        &mut self,
        at: usize,
        values: &[Option<i64>],
        left: i64,
        wanted: Option<i64>,
    ) -> Result<bool, UsedUp> {
        let task = self.task;
        let (chain, least) = (&task.chains[at], task.least[at]);
        if values.iter().all(Option::is_some) {
            let fits =
                |end: i64| wanted.is_none_or(|by| (end - chain.extent(&task.now)).abs() == by);
            let end = chain.end(|knob| values[knob]);
            return Ok(end.is_some_and(|end| end >= least && fits(end)));
        }
        if let Some(wanted) = wanted {
            let ends = chain.ends(task.now(), values, left, Wanted::All, self.work)?;
            let before = chain.extent(&task.now);
            let mut ends = ends.range(least..);
            return Ok(ends.any(|(end, _)| (end - before).abs() == wanted));
        }
        let set = chain.free.iter().filter_map(|&(knob, _)| values[knob]);
        let key = (at, set.collect());
        match self.least.get(&key) {
            Some(Ok(least)) => return Ok(*least <= left),
            Some(Err(most)) if *most >= left => return Ok(false),
            _ => {}
        }
        // The next total asks for little more.
        let most = left + left / 2;
        let ends = chain.ends(task.now(), values, most, Wanted::Least, self.work)?;
        let found = ends.range(least..).map(|(_, &change)| change).min();
        self.least.insert(key, found.ok_or(most));
        Ok(found.is_some_and(|found| found <= left))
    }

    /// Whether the receptive field may be kept: with the knobs without a value as far up as they can go.
    fn may_keep(&mut self, values: &[Option<i64>], left: i64) -> Result<bool, UsedUp> {
        let highest = values.iter().enumerate().map(|(knob, value)| {
            let most = self.task.now[knob] + left / self.task.prices[knob];
            value.unwrap_or(most.min(self.limits[knob]))
        });
        self.judge
            .may_keep(&highest.collect::<Vec<i64>>(), self.work)
    }

    /// How far the receptive fields will be from what they were, at the least.
    fn least_distance(&self, values: &[Option<i64>], left: i64) -> i64 {
        let distance = |field: &Vec<(usize, i64)>| {
            let (moved, heaviest) = self.task.now().sum(field, values, left);
            let moved = moved - sum(field, &self.task.now);
            (moved.abs() - heaviest).max(0)
        };
        self.task.extents.iter().map(distance).sum()
    }

    fn judge(&mut self, values: &[Option<i64>], wanted: Option<i64>) -> Result<(), UsedUp> {
        let all: Vec<i64> = values.iter().copied().flatten().collect();
        if self.judge.tried(&all, self.work)? {
            let distance = wanted.unwrap_or_else(|| self.least_distance(values, 0));
            (self.best, self.within) = (Some((distance, all)), distance);
        }
        Ok(())
    }
}
