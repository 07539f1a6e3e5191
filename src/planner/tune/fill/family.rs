//! Families of candidates: what the planner lists, the widest values for each largest dilation, and in the end all values.

use std::cmp::Reverse;

use itertools::Itertools;

use crate::footprint::least_passing;
use crate::network::Knob;
use crate::planner::tune::chain::Chain;
use crate::planner::{Budget, Goal, Rank, Request};

use super::search::Search;
use super::ways::{Mode, widest};

/// Number of largest dilations tried above the least that reaches what is asked.
const FURTHER: i64 = 64;

/// Schedules that are tried for a stage planned anew, the lowest lobe first.
const LISTED: usize = 16;

/// Schedules that are looked at for that list.
const LISTED_NODES: u64 = 100_000;

/// Orders in which places of different kernels take their turn: all of them up to so many places.
const MOST_PERMUTED: usize = 4;

/// Most values that are tried one after the other to prove that none is better.
const MOST_TRIED: i64 = 4_096;

/// Whether places that share a way count the same on every way.
fn are_alike(ways: &[Chain], places: usize) -> bool {
    let mut counts: Vec<Vec<(usize, i64)>> = vec![Vec::new(); places];
    for (index, way) in ways.iter().enumerate() {
        for &(place, weight) in &way.free {
            counts[place].push((index, weight));
        }
    }
    ways.iter().all(|way| {
        way.free
            .iter()
            .map(|&(place, _)| &counts[place])
            .all_equal()
    })
}

impl Search<'_> {
    /// What each unit of a place adds to what its ways reach.
    pub(super) fn weight(&self, place: &Knob) -> i64 {
        place.weight(self.network, place.axes.start)
    }

    /// For a stage that is one row of equal kernels: its schedules by the planner, the lowest lobe first.
    pub(super) fn listed(&mut self) {
        let Some(extent) = self.stage_extent else {
            return;
        };
        let (network, stage) = (self.network, self.request.stage);
        let weights: Vec<i64> = self.places.iter().map(|place| self.weight(place)).collect();
        let (Some(&weight), Some(first)) = (weights.first(), self.places.first()) else {
            return;
        };
        let is_plain =
            |place: &&&Knob| place.stage(network) == stage && place.axes.len() == network.dims;
        let copies = i64::try_from(first.layers.len()).unwrap_or(i64::MAX);
        let is_one_row = self.places.iter().all(|place| is_plain(&place))
            && weights.iter().all(|w| *w == weight)
            && weight > 0
            && extent.iter().all_equal();
        let layers = i64::try_from(self.places.len()).unwrap_or(i64::MAX);
        let goal = Goal::new(Request {
            repeat: copies,
            max_dilation: self.request.max_dilation,
            receptive_field: (Some(extent[0]), None),
            rank: Rank::Lobe,
            top: LISTED,
            ..Request::new(weight / copies + 1, layers)
        });
        let Some(goal) = goal.ok().filter(|_| is_one_row) else {
            return;
        };
        let budget = Budget {
            nodes: LISTED_NODES,
            words: 0,
        };
        let Ok(plan) = goal.plan(&budget, |_| self.goes_on()) else {
            return;
        };
        for schedule in plan.schedules {
            let found = self.look(&schedule.dilations);
            if found.is_none_or(|look| look.is_clean) {
                return;
            }
        }
    }

    /// The orders in which places take their turn, and whether no other could reach further.
    ///
    /// Values that pass can be sorted; the widest in that order are nowhere below them, by induction over the places: what is decided
    /// before reaches at least as far. So all orders suffice, and one does where places are alike on every way.
    pub(super) fn orders(&self, ways: &[Chain]) -> (Vec<Vec<usize>>, bool) {
        let file: Vec<usize> = (0..self.places.len()).collect();
        if are_alike(ways, self.places.len()) {
            return (vec![file], true);
        }
        if file.len() <= MOST_PERMUTED {
            let all = file.iter().copied().permutations(file.len());
            return (all.collect(), true);
        }
        let weights: Vec<i64> = self.places.iter().map(|place| self.weight(place)).collect();
        let mut heavy = file.clone();
        heavy.sort_by_key(|&place| Reverse(weights[place]));
        let mut light = file.clone();
        light.sort_by_key(|&place| weights[place]);
        (vec![file, heavy, light], false)
    }

    /// The widest values for each largest dilation.
    pub(super) fn family(&mut self, ways: &[Chain], order: &[usize], mode: Mode) {
        let lines = self.lines.clone();
        let of = |cap: i64| widest(&lines, ways, order, mode, cap);
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
        // Where the work is used up nothing is looked at any more.
        let low = least_passing(1, top, |cap| {
            self.look(&of(cap)).is_none_or(|found| found.reaches)
        });
        for cap in low..=top.min(low.saturating_add(FURTHER)) {
            if self.look(&of(cap)).is_none_or(|look| look.is_clean) {
                return;
            }
        }
    }

    /// From the largest dilation down, in steps of a 32nd (of a quarter, where it is large), and then above the first that has no warning, by
    /// ones or, where those are many, by halves. What sees less than the best without a warning is of no use.
    fn downwards(&mut self, of: &dyn Fn(i64) -> Vec<i64>, top: i64) {
        let best = self.best.as_ref().filter(|_| self.is_clean());
        let least = best.map(|best| best.extent);
        let (mut cap, mut above) = (top, top);
        while cap >= 1 {
            let Some(found) = self.look(&of(cap)) else {
                return;
            };
            if found.is_clean {
                return self.between(of, cap, above);
            }
            if least.is_some_and(|least| found.extent <= least) {
                return;
            }
            above = cap;
            let share = if cap > MOST_TRIED { 4 } else { 32 };
            cap -= (cap / share).max(1);
        }
    }

    /// Between a largest dilation that has no warning and one that has.
    fn between(&mut self, of: &dyn Fn(i64) -> Vec<i64>, mut clean: i64, mut above: i64) {
        while above - clean > FURTHER {
            let middle = i64::midpoint(clean, above);
            match self.look(&of(middle)) {
                Some(look) if look.is_clean => clean = middle,
                Some(_) => above = middle,
                None => return,
            }
        }
        for between in (clean + 1..above).rev() {
            if self.look(&of(between)).is_none_or(|look| look.is_clean) {
                return;
            }
        }
    }

    /// All values up to a bound, and a higher one, until the budget ends it.
    pub(super) fn try_all(&mut self) {
        for bound in 1..=self.cap() {
            self.all_up_to(bound);
            if self.stopped || self.best.is_some() {
                return;
            }
        }
    }

    /// Values past those that every way by itself allows: a branch may fill the holes of another. Whether all that could be better were tried.
    pub(super) fn beyond(&mut self) -> bool {
        let Some(best) = self.best.as_ref().map(|best| best.values.clone()) else {
            return false;
        };
        let is_wide = !self.has_target();
        let bound = if is_wide || self.stage_extent.is_some() {
            self.furthest().min(self.cap())
        } else {
            best.iter().copied().max().unwrap_or(1)
        };
        let places = u32::try_from(best.len()).unwrap_or(u32::MAX);
        if bound
            .checked_pow(places)
            .is_some_and(|all| all <= MOST_TRIED)
        {
            self.all_up_to(bound);
            return true;
        }
        // One place after the other as wide as it can be.
        let mut values = best;
        for place in 0..values.len() {
            let least = values[place];
            for value in (least + 1..=bound.min(least.saturating_add(MOST_TRIED))).rev() {
                let mut wider = values.clone();
                wider[place] = value;
                let Some(found) = self.look(&wider) else {
                    return false;
                };
                if found.is_clean {
                    values = wider;
                    break;
                }
            }
        }
        false
    }

    /// A dilation past which no place can go: the taps of a layer would stand further apart than all else that reads the map, side by side.
    fn furthest(&self) -> i64 {
        let network = self.network;
        let mut most = 1;
        for axis in 0..network.dims {
            let (mut extent, mut branches) = (1_i64, 1_i64);
            let mut free = Vec::new();
            for (index, layer) in network.layers.iter().enumerate() {
                if layer.op.kind.is_merge() {
                    branches += i64::try_from(layer.inputs.len()).unwrap_or(1) - 1;
                }
                if !self.places.iter().any(|place| place.sets(index, axis)) {
                    extent = extent.saturating_add(layer.op.axes[axis].extent() - 1);
                }
            }
            free.extend(self.places.iter().map(|place| place.weight(network, axis)));
            free.sort_unstable();
            let mut reach = extent.saturating_mul(branches + 1);
            for weight in free.into_iter().skip(1) {
                reach = reach.saturating_mul(1 + weight);
            }
            most = most.max(reach);
        }
        most
    }

    /// Every value up to a bound for each place, the widest first.
    fn all_up_to(&mut self, bound: i64) {
        let mut values = vec![bound; self.places.len()];
        loop {
            if self.look(&values).is_none() {
                return;
            }
            let Some(place) = values.iter().rposition(|value| *value > 1) else {
                return;
            };
            values[place] -= 1;
            values[place + 1..].fill(bound);
        }
    }
}
