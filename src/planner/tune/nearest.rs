//! The nearest values of some knobs with which a judge is content: the smallest change in all; of those the receptive field closest to what it
//! was; of those the first in order.
//!
//! Totals are tried from the least that any chain asks for, so the first that passes is the nearest. Within a total, knobs are set
//! from first to last, in rising order, and a choice that leaves some chain without a way out is not followed.

use itertools::Itertools;

use crate::network::Dilation;

use super::chain::{Chain, UsedUp, Wanted};
use super::effort::Work;
use super::judge::Judge;

/// Knobs, and what can be said of them without trying.
#[derive(Clone, Debug, Default)]
pub(super) struct Task {
    /// Where each knob stands.
    pub now: Vec<i64>,
    /// Runs that are chains along an axis: each must be without a hole.
    pub chains: Vec<Chain>,
    /// Receptive fields: what each step of each knob adds to them.
    pub extents: Vec<Vec<(usize, i64)>>,
}

impl Task {
    /// The chain, where there is one only and all knobs are in it.
    fn only_chain(&self) -> Option<&Chain> {
        match &self.chains[..] {
            [chain] if chain.free.len() == self.now.len() => Some(chain),
            _ => None,
        }
    }
}

/// Most knobs that are searched: no one writes as many numbers by hand.
const MOST_KNOBS: usize = 400;

/// The nearest values that pass, and how much they change in all: `Ok(None)` where there are none, an error where the work is used up before
/// that is known.
pub(super) fn nearest(
    task: &Task,
    work: &mut Work,
    judge: &Judge<'_>,
) -> Result<Option<(Vec<i64>, i64)>, UsedUp> {
    if task.now.len() > MOST_KNOBS {
        return Err(UsedUp);
    }
    let mut start = 0;
    for chain in &task.chains {
        match chain.least(&task.now, work)? {
            Some(least) => start = start.max(least),
            None => return Ok(None),
        }
    }
    let limit = i64::from(Dilation::LIMIT);
    let furthest = task.now.iter().map(|now| (limit - now).max(now - 1));
    let most = furthest.fold(0, i64::saturating_add);
    let mut search = Search {
        task,
        work,
        judge,
        best: None,
    };
    for total in start..=most {
        search.best = None;
        search.level(total).ok_or(UsedUp)?;
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
    /// The best of this total so far: how far its receptive fields are from what they were.
    best: Option<(i64, Vec<i64>)>,
}

impl Search<'_> {
    /// All values that change by `total`; `None` where the work is used up.
    fn level(&mut self, total: i64) -> Option<()> {
        let open = vec![None; self.task.now.len()];
        let task = self.task;
        let Some(chain) = task.only_chain() else {
            return self.set(&mut open.clone(), total, None);
        };
        // The receptive fields that can be had are known: the closest first.
        let before = chain.extent(&self.task.now);
        let ends = chain.ends(&self.task.now, &open, total, Wanted::All, self.work)?;
        let mut distances: Vec<i64> = ends.keys().map(|end| (end - before).abs()).collect();
        distances.sort_unstable();
        distances.dedup();
        for distance in distances {
            self.set(&mut open.clone(), total, Some(distance))?;
            if self.best.is_some() {
                break;
            }
        }
        Some(())
    }

    /// Sets the first knob that is open, and those after it. `wanted`: how far the receptive field of the only chain is to be from what it was.
    fn set(&mut self, values: &mut Vec<Option<i64>>, left: i64, wanted: Option<i64>) -> Option<()> {
        self.work.take(1)?;
        if !self.may_pass(values, left, wanted)? {
            return Some(());
        }
        let Some(knob) = values.iter().position(Option::is_none) else {
            return self.judge(values, wanted);
        };
        let now = self.task.now[knob];
        let is_last = knob + 1 == values.len();
        // What is left falls to the last knob.
        let mut tries: Box<dyn Iterator<Item = i64>> = if is_last {
            Box::new([now - left, now + left].into_iter().dedup())
        } else {
            Box::new((now - left).max(1)..=now + left)
        };
        let limit = i64::from(Dilation::LIMIT);
        let is_done = |this: &Self| wanted.is_some() && this.best.is_some();
        while let Some(value) = tries.next().filter(|_| !is_done(self)) {
            if (1..=limit).contains(&value) {
                values[knob] = Some(value);
                self.set(values, left - (value - now).abs(), wanted)?;
                values[knob] = None;
            }
        }
        Some(())
    }

    /// Whether some way is left for every chain, and to receptive fields that are closer than the best so far.
    fn may_pass(&mut self, values: &[Option<i64>], left: i64, wanted: Option<i64>) -> Option<bool> {
        if let Some((best, _)) = &self.best
            && self.least_distance(values, left) >= *best
        {
            return Some(false);
        }
        for chain in &self.task.chains {
            let ends = chain.ends(&self.task.now, values, left, Wanted::All, self.work)?;
            let before = chain.extent(&self.task.now);
            let fits = |end: &i64| wanted.is_none_or(|wanted| (end - before).abs() == wanted);
            if !ends.keys().any(fits) {
                return Some(false);
            }
        }
        Some(true)
    }

    /// How far the receptive fields will be from what they were, at the least.
    fn least_distance(&self, values: &[Option<i64>], left: i64) -> i64 {
        let distance = |field: &Vec<(usize, i64)>| {
            let (mut moved, mut heaviest) = (0, 0);
            for &(knob, weight) in field {
                match values[knob] {
                    Some(value) => moved += weight * (value - self.task.now[knob]),
                    None => heaviest = heaviest.max(weight),
                }
            }
            (moved.abs() - heaviest * left).max(0)
        };
        self.task.extents.iter().map(distance).sum()
    }

    fn judge(&mut self, values: &[Option<i64>], wanted: Option<i64>) -> Option<()> {
        let all: Vec<i64> = values.iter().copied().collect::<Option<_>>()?;
        if self.judge.tried(&all, self.work)? {
            let distance = wanted.unwrap_or_else(|| self.least_distance(values, 0));
            self.best = Some((distance, all));
        }
        Some(())
    }
}
