//! Values that pass and may not be the nearest, found with few tries where the search for the nearest took too long.

use num_integer::Integer;

use crate::network::Dilation;

use super::chain::{Chain, least_reach};
use super::effort::{UsedUp, Work};
use super::judge::Judge;
use super::nearest::Task;

/// Values that pass and may not be the nearest: the knobs lowered, the furthest out of reach first or all down to one cap, and raised
/// where a receptive field is to be kept, then each set back as far as the test allows.
pub(super) fn near(task: &Task, work: &mut Work, judge: &Judge<'_>) -> Result<Vec<i64>, UsedUp> {
    let mut lowered = clamped(task);
    if let Some(values) = &mut lowered {
        raise(task, values);
    }
    if let Some(values) = &lowered
        && !judge.tried(values, work)?
    {
        lowered = None;
    }
    let mut values = match lowered {
        Some(values) => values,
        None => capped(task, work, judge).ok_or(UsedUp)?,
    };
    loop {
        let before = values.clone();
        let mut order: Vec<usize> = (0..values.len()).collect();
        let away = |knob: &usize| (values[*knob] - task.now[*knob]).abs();
        order.sort_by_key(|knob| std::cmp::Reverse(away(knob)));
        for knob in order {
            for value in back(values[knob], task.now[knob]) {
                let old = std::mem::replace(&mut values[knob], value);
                match judge.tried(&values, work) {
                    Ok(true) => break,
                    Ok(false) => values[knob] = old,
                    Err(UsedUp) => {
                        values[knob] = old;
                        return Ok(values);
                    }
                }
            }
        }
        if values == before {
            return Ok(values);
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

/// Each knob that is out of reach lowered to the reach, until none is.
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

/// Lowers the knobs of a chain that are past the reach of the finer steps; whether any was. `None` where another step is.
fn clamp(chain: &Chain, values: &mut [i64]) -> Option<bool> {
    let free = chain
        .free
        .iter()
        .map(|&(knob, weight)| (values[knob], Some(knob), weight));
    let fixed = chain
        .fixed
        .iter()
        .map(|&(step, weight)| (step, None, weight));
    let mut steps: Vec<_> = free.chain(fixed).collect();
    steps.sort_unstable();
    let (mut reach, mut is_lowered) = (1_i64, false);
    for (mut step, knob, weight) in steps {
        if step > reach {
            // Lowered so far, it is still no finer than those before it.
            values[knob?] = reach;
            (step, is_lowered) = (reach, true);
        }
        reach = reach.saturating_add(step.saturating_mul(weight));
    }
    Some(is_lowered)
}

/// Raises knobs, the largest first, as far as the others reach, until the receptive fields are kept.
fn raise(task: &Task, values: &mut [i64]) {
    for form in &task.kept {
        let mut weights = form.weights.clone();
        loop {
            weights.sort_by_key(|&(knob, _)| std::cmp::Reverse(values[knob]));
            let mut is_raised = false;
            for &(knob, weight) in &weights {
                let missing = form.missing(values);
                if missing <= 0 {
                    break;
                }
                let mut others: Vec<Option<i64>> = values.iter().copied().map(Some).collect();
                others[knob] = None;
                let Some(reach) = least_reach(&task.chains, knob, &others) else {
                    continue;
                };
                let asked = values[knob] + Integer::div_ceil(&missing, &weight);
                let value = asked.min(reach).min(Dilation::LIMIT.into());
                is_raised |= value > values[knob];
                values[knob] = value.max(values[knob]);
            }
            if !is_raised {
                break;
            }
        }
    }
}

/// All knobs at most so large, the largest cap that passes: ever wider steps below a large one.
fn capped(task: &Task, work: &mut Work, judge: &Judge<'_>) -> Option<Vec<i64>> {
    let mut cap = task.now.iter().copied().max()?;
    while cap > 1 {
        cap -= (cap / 32).max(1);
        let values: Vec<i64> = task.now.iter().map(|&now| now.min(cap)).collect();
        // What is too wide to be drawn may be followed by what is not.
        if let Ok(true) = judge.tried(&values, work) {
            return Some(values);
        }
    }
    None
}
