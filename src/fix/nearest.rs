//! The nearest values of some dials with which a test passes: the smallest change in all; of those the receptive field closest to what it
//! was; of those the first in order.
//!
//! Totals are tried from the least that any chain asks for, so the first that passes is the nearest. Within a total, dials are turned
//! from first to last, in rising order, and a choice that leaves some chain without a way out is not followed.

use itertools::Itertools;

use crate::network::Dilation;

use super::reach::{Chain, Wanted, Work};

/// Dials, and what can be said of them without trying.
#[derive(Clone, Debug, Default)]
pub(super) struct Task {
    /// Where each dial stands.
    pub now: Vec<i64>,
    /// Runs that are chains along an axis: each must be without holes.
    pub chains: Vec<Chain>,
    /// Receptive fields: what each unit of each dial adds to them.
    pub fields: Vec<Vec<(usize, i64)>>,
}

impl Task {
    /// The chain, where there is one only and all dials are in it.
    fn only_chain(&self) -> Option<&Chain> {
        match &self.chains[..] {
            [chain] if chain.free.len() == self.now.len() => Some(chain),
            _ => None,
        }
    }
}

/// How a search ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The nearest values, and how much they change in all.
    Nearest(Vec<i64>, i64),
    /// The work was used up first.
    UsedUp,
    /// There are none.
    None,
}

/// Most dials that are searched: no one writes as many numbers by hand.
const MOST_DIALS: usize = 400;

/// Looks for the nearest values that pass. `passes` may be asked often; each time takes `cost` off the work.
pub(super) fn nearest(
    task: &Task,
    work: &mut Work,
    cost: u64,
    passes: impl FnMut(&[i64]) -> bool,
) -> Outcome {
    if task.now.len() > MOST_DIALS {
        return Outcome::UsedUp;
    }
    let mut start = 0;
    for chain in &task.chains {
        match chain.least(&task.now, work) {
            Ok(Some(least)) => start = start.max(least),
            Ok(None) => return Outcome::None,
            Err(_) => return Outcome::UsedUp,
        }
    }
    let limit = i64::from(Dilation::LIMIT);
    let furthest = task.now.iter().map(|now| (limit - now).max(now - 1));
    let most = furthest.fold(0, i64::saturating_add);
    let mut search = Search {
        task,
        work,
        cost,
        passes,
        best: None,
    };
    for total in start..=most {
        search.best = None;
        if search.level(total).is_none() {
            return Outcome::UsedUp;
        }
        if let Some((_, values)) = search.best.take() {
            return Outcome::Nearest(values, total);
        }
    }
    Outcome::None
}

struct Search<'a, P> {
    task: &'a Task,
    work: &'a mut Work,
    cost: u64,
    passes: P,
    /// The best of this total so far: how far its receptive fields are from what they were.
    best: Option<(i64, Vec<i64>)>,
}

impl<P: FnMut(&[i64]) -> bool> Search<'_, P> {
    /// All values that change by `total`; `None` where the work is used up.
    fn level(&mut self, total: i64) -> Option<()> {
        let open = vec![None; self.task.now.len()];
        let task = self.task;
        let Some(chain) = task.only_chain() else {
            return self.turn(&mut open.clone(), total, None);
        };
        // The receptive fields that can be had are known: the closest first.
        let before = chain.field(&self.task.now);
        let ends = chain.ends(&self.task.now, &open, total, Wanted::All, self.work)?;
        let mut distances: Vec<i64> = ends.keys().map(|end| (end - before).abs()).collect();
        distances.sort_unstable();
        distances.dedup();
        for distance in distances {
            self.turn(&mut open.clone(), total, Some(distance))?;
            if self.best.is_some() {
                break;
            }
        }
        Some(())
    }

    /// Turns the first dial that is open, and those after it. `wanted`: how far the receptive field of the only chain is to be from what it was.
    fn turn(
        &mut self,
        values: &mut Vec<Option<i64>>,
        left: i64,
        wanted: Option<i64>,
    ) -> Option<()> {
        self.work.take(1)?;
        if !self.may_pass(values, left, wanted)? {
            return Some(());
        }
        let Some(dial) = values.iter().position(Option::is_none) else {
            return self.judge(values, wanted);
        };
        let now = self.task.now[dial];
        let is_last = dial + 1 == values.len();
        // What is left falls to the last dial.
        let mut tries: Box<dyn Iterator<Item = i64>> = if is_last {
            Box::new([now - left, now + left].into_iter().dedup())
        } else {
            Box::new((now - left).max(1)..=now + left)
        };
        let limit = i64::from(Dilation::LIMIT);
        let is_done = |this: &Self| wanted.is_some() && this.best.is_some();
        while let Some(value) = tries.next().filter(|_| !is_done(self)) {
            if (1..=limit).contains(&value) {
                values[dial] = Some(value);
                self.turn(values, left - (value - now).abs(), wanted)?;
                values[dial] = None;
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
            let before = chain.field(&self.task.now);
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
            for &(dial, weight) in field {
                match values[dial] {
                    Some(value) => moved += weight * (value - self.task.now[dial]),
                    None => heaviest = heaviest.max(weight),
                }
            }
            (moved.abs() - heaviest * left).max(0)
        };
        self.task.fields.iter().map(distance).sum()
    }

    fn judge(&mut self, values: &[Option<i64>], wanted: Option<i64>) -> Option<()> {
        let all: Vec<i64> = values.iter().copied().collect::<Option<_>>()?;
        self.work.take(self.cost)?;
        if (self.passes)(&all) {
            let distance = wanted.unwrap_or_else(|| self.least_distance(values, 0));
            self.best = Some((distance, all));
        }
        Some(())
    }
}

/// Values that pass and may not be the nearest: the dials lowered, the furthest out of reach first or all down to one cap, then each turned
/// back as far as the test allows.
pub(super) fn near(
    task: &Task,
    tries: usize,
    mut passes: impl FnMut(&[i64]) -> bool,
) -> Option<Vec<i64>> {
    let lowered = clamped(task).filter(|values| passes(values));
    let mut values = lowered.or_else(|| capped(task, tries, &mut passes))?;
    let mut left = tries;
    loop {
        let before = values.clone();
        let mut order: Vec<usize> = (0..values.len()).collect();
        let away = |dial: &usize| (values[*dial] - task.now[*dial]).abs();
        order.sort_by_key(|dial| std::cmp::Reverse(away(dial)));
        for dial in order {
            for value in back(values[dial], task.now[dial]) {
                if left == 0 {
                    return Some(values);
                }
                left -= 1;
                let old = std::mem::replace(&mut values[dial], value);
                if passes(&values) {
                    break;
                }
                values[dial] = old;
            }
        }
        if values == before {
            return Some(values);
        }
    }
}

/// Values on the way back from `value` to `now`, the furthest first.
fn back(value: i64, now: i64) -> Vec<i64> {
    const MOST: i64 = 32;
    let away = (now - value).abs();
    let step = (away / MOST).max(1);
    let mut tries: Vec<i64> = Vec::new();
    let mut left = away;
    while left > 0 {
        tries.push(if now > value {
            value + left
        } else {
            value - left
        });
        left -= step;
    }
    tries
}

/// Each dial that is out of reach lowered to the reach, until none is.
fn clamped(task: &Task) -> Option<Vec<i64>> {
    let mut values = task.now.clone();
    // What one chain lowers may open another, most of them once.
    for _ in 0..=task.chains.len() {
        let mut is_lowered = false;
        for chain in &task.chains {
            is_lowered |= clamp(chain, &mut values)?;
        }
        if !is_lowered {
            return Some(values);
        }
    }
    None
}

/// Lowers the dials of a chain that are past the reach of the finer steps; whether any was. `None` where another step is.
fn clamp(chain: &Chain, values: &mut [i64]) -> Option<bool> {
    let free = chain
        .free
        .iter()
        .map(|&(dial, weight)| (values[dial], Some(dial), weight));
    let fixed = chain
        .fixed
        .iter()
        .map(|&(step, weight)| (step, None, weight));
    let mut steps: Vec<_> = free.chain(fixed).collect();
    steps.sort_unstable();
    let (mut reach, mut is_lowered) = (1_i64, false);
    for (mut step, dial, weight) in steps {
        if step > reach {
            // Lowered so far, it is still no finer than those before it.
            values[dial?] = reach;
            (step, is_lowered) = (reach, true);
        }
        reach = reach.saturating_add(step.saturating_mul(weight));
    }
    Some(is_lowered)
}

/// All dials at most so large, the largest cap that passes.
fn capped(task: &Task, tries: usize, passes: &mut impl FnMut(&[i64]) -> bool) -> Option<Vec<i64>> {
    let largest = task.now.iter().copied().max()?;
    let caps = crate::rules::repair::caps(largest, tries);
    caps.into_iter().find_map(|cap| {
        let values: Vec<i64> = task.now.iter().map(|&now| now.min(cap)).collect();
        passes(&values).then_some(values)
    })
}
