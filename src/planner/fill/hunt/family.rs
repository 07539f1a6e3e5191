//! Families of candidates: what the planner lists, the widest values for each largest dilation, and in the end all values.

use std::cmp::Reverse;
use std::ops::ControlFlow;

use itertools::Itertools;

use crate::config::Config;
use crate::planner::fill::paths::{Mode, Path, Step, widest};
use crate::planner::fill::slot::Slot;
use crate::planner::{Budget, Goal, Rank, Request};

use super::Hunt;

/// Number of largest dilations tried above the least that reaches what is asked.
const FURTHER: i64 = 64;

/// Schedules that are tried for a stage planned anew, the lowest lobe first.
const LISTED: usize = 16;

/// Schedules that are looked at for that list.
const LISTED_NODES: u64 = 100_000;

/// Orders in which places of different kernels take their turn: all of them up to so many places.
const MOST_PERMUTED: usize = 4;

/// Whether places that share a way count the same on every way.
fn are_alike(ways: &[Path], slots: usize) -> bool {
    let mut counts: Vec<Vec<(usize, i64)>> = vec![Vec::new(); slots];
    for (index, way) in ways.iter().enumerate() {
        for part in way {
            if let Step::Slot(slot) = part.step {
                counts[slot].push((index, part.taps));
            }
        }
    }
    ways.iter().all(|way| {
        let mut on_it = way.iter().filter_map(|part| match part.step {
            Step::Slot(slot) => Some(&counts[slot]),
            Step::Fixed(_) => None,
        });
        on_it.all_equal()
    })
}

impl<R, P> Hunt<'_, R, P>
where
    R: Fn(&[i64]) -> Option<Config>,
    P: FnMut(u64) -> ControlFlow<()>,
{
    /// For a stage that is one row of equal kernels: its schedules by the planner, the lowest lobe first.
    pub(super) fn listed(&mut self) {
        let Some(field) = self.field else { return };
        let weights: Vec<i64> = self
            .slots
            .iter()
            .map(|slot| slot.weight(self.config))
            .collect();
        let (Some(&weight), Some(first)) = (weights.first(), self.slots.first()) else {
            return;
        };
        let plain = |slot: &Slot| Some(slot.stage) == self.request.stage && slot.axis.is_none();
        let copies = i64::try_from(first.layers.len()).unwrap_or(i64::MAX);
        let same_field = field.iter().all(|f| *f == field[0]);
        if !self.slots.iter().all(plain)
            || weights.iter().any(|w| *w != weight)
            || weight == 0
            || !same_field
        {
            return;
        }
        let layers = i64::try_from(self.slots.len()).unwrap_or(i64::MAX);
        let Ok(goal) = Goal::new(Request {
            repeat: copies,
            max_dilation: self.request.max_dilation,
            receptive_field: (Some(field[0]), None),
            rank: Rank::Lobe,
            top: LISTED,
            ..Request::new(weight / copies + 1, layers)
        }) else {
            return;
        };
        let budget = Budget {
            nodes: LISTED_NODES,
            words: 0,
        };
        let nodes = self.nodes;
        let Ok(plan) = goal.plan(&budget, |_| (self.progress)(nodes)) else {
            return;
        };
        for schedule in plan.schedules {
            let found = self.look(&schedule.dilations);
            if self.stopped || found.is_some_and(|c| c.passes() && c.warned == 0) {
                return;
            }
        }
    }

    /// The orders in which places take their turn, and whether no other could reach further.
    ///
    /// Values that pass can be sorted; the widest in that order are nowhere below them, by induction over the places: what is decided
    /// before reaches at least as far. So all orders suffice, and one does where places are alike on every way.
    pub(super) fn orders(&self, ways: &[Path]) -> (Vec<Vec<usize>>, bool) {
        let file: Vec<usize> = (0..self.slots.len()).collect();
        if are_alike(ways, self.slots.len()) {
            return (vec![file], true);
        }
        if file.len() <= MOST_PERMUTED {
            let all = file.iter().copied().permutations(file.len());
            return (all.collect(), true);
        }
        let weights: Vec<i64> = self
            .slots
            .iter()
            .map(|slot| slot.weight(self.config))
            .collect();
        let mut heavy = file.clone();
        heavy.sort_by_key(|&slot| Reverse(weights[slot]));
        let mut light = file.clone();
        light.sort_by_key(|&slot| weights[slot]);
        (vec![file, heavy, light], false)
    }

    /// The widest values for each largest dilation.
    pub(super) fn family(&mut self, ways: &[Path], order: &[usize], mode: Mode) {
        let slots = self.slots;
        let of = |cap: i64| widest(slots, ways, order, mode, cap);
        // Above the largest that is ever used nothing changes.
        let top = of(self.cap())
            .into_iter()
            .max()
            .unwrap_or(1)
            .min(self.cap());
        if self.has_target() {
            self.upwards(&of, top);
        } else {
            self.downwards(&of, top);
        }
    }

    /// From the least largest dilation that reaches what is asked.
    fn upwards(&mut self, of: &dyn Fn(i64) -> Vec<i64>, top: i64) {
        let (mut low, mut high) = (1, top);
        while low < high {
            let middle = i64::midpoint(low, high);
            // What is no valid network, as it is too large, reaches far enough.
            let reaches = self.look(&of(middle)).is_none_or(|c| c.short == 0);
            if self.stopped {
                return;
            }
            if reaches {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        for cap in low..=top.min(low.saturating_add(FURTHER)) {
            let found = self.look(&of(cap));
            if self.stopped || found.is_some_and(|c| c.passes() && c.warned == 0) {
                return;
            }
        }
    }

    /// From the largest dilation down, in steps of a 32nd, and then by ones above the first that has no warning.
    fn downwards(&mut self, of: &dyn Fn(i64) -> Vec<i64>, top: i64) {
        let mut cap = top;
        let mut above = top;
        while cap >= 1 {
            let clean = self
                .look(&of(cap))
                .is_some_and(|c| c.passes() && c.warned == 0);
            if self.stopped {
                return;
            }
            if clean {
                for between in (cap + 1..above).rev() {
                    let found = self.look(&of(between));
                    if self.stopped || found.is_some_and(|c| c.passes() && c.warned == 0) {
                        return;
                    }
                }
                return;
            }
            above = cap;
            cap -= (cap / 32).max(1);
        }
    }

    /// All values up to a bound, and a higher one, until the budget ends it.
    pub(super) fn try_all(&mut self) {
        let count = self.slots.len();
        let most = self.cap();
        let mut bound = 1;
        while bound <= most {
            let mut values = vec![1_i64; count];
            loop {
                if values.contains(&bound) {
                    self.look(&values);
                    if self.stopped || self.best.is_some() {
                        return;
                    }
                }
                let Some(place) = values.iter().rposition(|v| *v < bound) else {
                    break;
                };
                values[place] += 1;
                values[place + 1..].fill(1);
            }
            bound += 1;
        }
    }
}
