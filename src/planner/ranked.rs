//! The best schedules, in a total order, each list with what is proved of it.
//!
//! By receptive field and by largest dilation the best need no search: they are taken class by class (all schedules of one total, or of one
//! largest dilation), and the classes are known from [`bounds`](super::bounds). Within a class the lobe decides, and every member is looked at. By lobe
//! or ripple, and for the non-dominated set, every schedule of the goal is looked at; most are dismissed by a few samples of their answer, or by
//! their ripple, which takes less time than a lobe.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::ControlFlow;

use crate::footprint::least_passing;

use super::bounds::{Limits, count_of, least_lobe};
use super::front::{Front, last, total};
use super::goal::Goal;
use super::lobe::Lobe;
use super::request::{Rank, Request};
use super::ripple::Ripple;
use super::search::{Bound, Collect, End, Found, Search};
use super::walk::{Space, spaces};

impl Search<'_> {
    /// The `room` schedules of some spaces that are lowest in ripple, if that is asked, then in lobe, then first in order.
    fn lowest(&mut self, spaces: impl IntoIterator<Item = Space>, room: usize) -> Vec<Found> {
        let mut best = Lowest::new(Vec::new(), room);
        self.visit(spaces, &mut best);
        best.into_list()
    }

    /// Number of schedules within the goal's largest lobe and ripple; `None` if not all were looked at.
    pub(super) fn count(&mut self) -> Option<u64> {
        let mut count = 0;
        self.visit(spaces(self.goal), &mut |_| {
            count += 1;
            ControlFlow::Continue(())
        });
        self.is_complete().then_some(count)
    }

    /// The first schedule in order that is within the goal's largest lobe and ripple.
    pub(super) fn first(&mut self) -> Option<Found> {
        let mut first = None;
        self.visit(spaces(self.goal), &mut |found| {
            first = Some(found);
            ControlFlow::Break(End::Search)
        });
        first
    }

    /// The first `top` schedules by the goal's rank.
    pub(super) fn ranked(&mut self) -> Vec<Found> {
        let goal = self.goal;
        let top = goal.request().top;
        match goal.request().rank {
            Rank::Lobe | Rank::Ripple => self.lowest(spaces(goal), top),
            Rank::ReceptiveField => {
                let all: Vec<Space> = spaces(goal).collect();
                self.by_class(widest_first(&all), top)
            }
            Rank::Smallest => {
                let all: Vec<Space> = spaces(goal).collect();
                self.by_class(narrowest_first(&all), top)
            }
            Rank::Compact => self.by_class(most_compact_first(goal), top),
        }
    }

    fn by_class(&mut self, classes: impl Iterator<Item = Vec<Space>>, top: usize) -> Vec<Found> {
        let mut list = Vec::new();
        for class in classes {
            if list.len() >= top || self.stopped {
                break;
            }
            list.extend(self.lowest(class, top - list.len()));
        }
        list
    }

    /// All schedules that no other surpasses: none is at least as good in receptive field, lobe and largest dilation and better in one.
    pub(super) fn pareto(&mut self) -> Vec<Found> {
        let goal = self.goal;
        let mut front = Front::default();
        self.visit(spaces(goal), &mut front);
        let mut list = front.into_list();
        list.sort();
        match goal.request().rank {
            Rank::Lobe | Rank::Ripple => {}
            Rank::Smallest => list.sort_by_key(|found| total(&found.tooth)),
            Rank::ReceptiveField => list.sort_by_key(|found| Reverse(total(&found.tooth))),
            Rank::Compact => list.sort_by_key(|found| last(&found.tooth)),
        }
        list
    }
}

/// No more schedules than there is room for, the lowest in their order; the highest gives way.
pub(super) struct Lowest {
    room: usize,
    heap: BinaryHeap<Found>,
}

impl Lowest {
    pub(super) fn new(list: Vec<Found>, room: usize) -> Self {
        Self {
            room,
            heap: list.into(),
        }
    }

    /// The schedule that gives way to a lower one; none while there is room.
    pub(super) fn worst(&self) -> Option<&Found> {
        let is_full = self.heap.len() >= self.room;
        self.heap.peek().filter(|_| is_full)
    }

    pub(super) fn holds(&self, tooth: &[i64]) -> bool {
        self.heap.iter().any(|found| found.tooth == tooth)
    }

    pub(super) fn offer(&mut self, found: Found) {
        self.heap.push(found);
        if self.heap.len() > self.room {
            self.heap.pop();
        }
    }

    /// The lowest first.
    pub(super) fn into_list(self) -> Vec<Found> {
        self.heap.into_sorted_vec()
    }
}

impl Collect for Lowest {
    fn bound(&self, request: &Request, tooth: &[i64]) -> ControlFlow<End, Bound> {
        let least = || Lobe::least(least_lobe(request, count_of(tooth.len()), 1).ln());
        match self.worst() {
            // No ripple and no lobe is lower, and all that follow in this space come later in order.
            Some(worst)
                if worst.ripple.is_none_or(|ripple| ripple <= Ripple::least())
                    && worst.lobe <= least()
                    && *worst.tooth < *tooth =>
            {
                ControlFlow::Break(End::Space)
            }
            worst => ControlFlow::Continue(Bound::of(worst)),
        }
    }

    fn bound_of_run(&self) -> Option<Lobe> {
        Bound::of(self.worst()).lobe_alone()
    }

    fn take(&mut self, found: Found) -> ControlFlow<End> {
        self.offer(found);
        ControlFlow::Continue(())
    }
}

/// Classes of one receptive field each, the largest first. Several layer counts may share a class.
fn widest_first(all: &[Space]) -> impl Iterator<Item = Vec<Space>> + '_ {
    let mut below = i64::MAX;
    std::iter::from_fn(move || {
        let total = all
            .iter()
            .map(Space::totals)
            .filter(|&(least, _)| least < below)
            .map(|(_, greatest)| greatest.min(below - 1))
            .max()?;
        below = total;
        Some(
            all.iter()
                .filter_map(|space| space.with_total(total))
                .collect(),
        )
    })
}

/// Classes of one receptive field each, the smallest first.
fn narrowest_first(all: &[Space]) -> impl Iterator<Item = Vec<Space>> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        let total = all
            .iter()
            .map(Space::totals)
            .filter(|&(_, greatest)| greatest >= from)
            .map(|(least, _)| least.max(from))
            .min()?;
        from = total + 1;
        Some(
            all.iter()
                .filter_map(|space| space.with_total(total))
                .collect(),
        )
    })
}

/// Classes of one largest dilation each, the smallest first.
fn most_compact_first(goal: &Goal) -> impl Iterator<Item = Vec<Space>> + use<'_> {
    let limits = *goal.limits();
    let reaches = move |cap: i64| {
        let capped = Limits { cap, ..limits };
        goal.layers().any(|n| capped.totals(count_of(n)).is_some())
    };
    // A higher cap only adds teeth, so the first cap that has one is found by halving.
    let last = goal
        .layers()
        .filter_map(|n| limits.widest(count_of(n)).last().copied())
        .max()
        .unwrap_or(0);
    // No dilation is past the greatest total: beyond it classes are empty, and there may be millions of them.
    let last = last.min(limits.greatest_asked());
    (least_passing(1, last, reaches)..=last).map(move |last| {
        goal.layers()
            .filter_map(|n| Space::with_last(&limits, n, last))
            .collect()
    })
}

/// Farthest that one dilation is moved.
const FARTHEST: i64 = 4;

impl Search<'_> {
    /// Improves a list by steepest descent from its first: one dilation moved, or two moved against each other, which keeps the receptive field.
    ///
    /// Ends where no such move ranks before it, or with the budget. What it finds is proved by nothing.
    pub(super) fn descend(&mut self, list: Vec<Found>, room: usize) -> Vec<Found> {
        let Some(mut top) = list.first().cloned() else {
            return list;
        };
        let mut best = Lowest::new(list, room);
        loop {
            let mut lowest = top.clone();
            let flow = moves(&top.tooth, |tooth| {
                if !self.goal.limits().allows(tooth) || best.holds(tooth) {
                    return ControlFlow::Continue(());
                }
                self.spend(1)?;
                if let Some(found) = self.found_within(tooth, Bound::of(best.worst()))? {
                    if found < lowest {
                        lowest = found.clone();
                    }
                    best.offer(found);
                }
                ControlFlow::Continue(())
            });
            let settled = lowest == top;
            top = lowest;
            if settled || flow.is_break() {
                return best.into_list();
            }
        }
    }
}

/// Every tooth one move away; the first dilation stays 1.
fn moves(tooth: &[i64], mut see: impl FnMut(&[i64]) -> ControlFlow<()>) -> ControlFlow<()> {
    let mut moved = tooth.to_vec();
    let by = || (-FARTHEST..=FARTHEST).filter(|&by| by != 0);
    for first in 1..tooth.len() {
        for by in by() {
            moved[first] += by;
            see(&moved)?;
            for second in first + 1..tooth.len() {
                moved[second] -= by;
                see(&moved)?;
                moved[second] += by;
            }
            moved[first] -= by;
        }
    }
    ControlFlow::Continue(())
}
