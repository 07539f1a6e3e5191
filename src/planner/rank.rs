//! The best schedules, in a total order, each list with what is proved of it.
//!
//! By receptive field and by largest dilation the best need no search: they are taken class by class (all schedules of one total, or of one
//! largest dilation), and the classes are known from [`bounds`](super::bounds). Within a class the lobe decides, and every member is looked at. By lobe,
//! and for the non-dominated set, every schedule of the goal is looked at; most are dismissed by a few samples of their answer.

use std::ops::ControlFlow;

use super::bounds::{Limits, least_lobe, least_passing};
use super::front::{Front, key};
use super::goal::Goal;
use super::hunt::{End, Entry, Hunt};
use super::request::Rank;
use super::sampler::Lobe;
use super::search::{Space, count_of, spaces};
use super::shortlist::Shortlist;

impl<P: FnMut(u64) -> ControlFlow<()>> Hunt<'_, P> {
    /// The `room` schedules of some spaces that are lowest in lobe, then first in order.
    pub(super) fn lowest(
        &mut self,
        spaces: impl IntoIterator<Item = Space>,
        room: usize,
    ) -> Vec<Entry> {
        let mut best = Shortlist::new(Vec::new(), room);
        self.visit(spaces, |hunt, space, tooth| {
            if best.worst().is_some_and(|worst| {
                worst.lobe.units() <= hunt.least_units(tooth) && *worst.tooth < *tooth
            }) {
                // No lobe is lower, and all that follow in this space come later in order.
                return ControlFlow::Break(End::Space);
            }
            let worst = best.worst().map(|worst| worst.lobe);
            let ControlFlow::Continue(lobe) = hunt.lobe_within(tooth, worst) else {
                return ControlFlow::Break(End::Search);
            };
            let Some(lobe) = lobe else {
                return hunt.after_too_high(space, tooth, worst);
            };
            best.offer(Entry {
                lobe,
                tooth: tooth.to_vec(),
            });
            ControlFlow::Continue(())
        });
        best.into_list()
    }

    fn least_units(&self, tooth: &[i64]) -> f64 {
        let request = self.goal().request();
        Lobe::least_units(least_lobe(
            request.kernel,
            count_of(tooth.len()),
            1,
            request.allow_equal,
        ))
    }

    /// Number of schedules within the goal's largest lobe; `None` if stopped.
    pub(super) fn count(&mut self) -> Option<u64> {
        let mut count = 0;
        let goal = self.goal();
        self.visit(spaces(goal), |hunt, space, tooth| {
            match hunt.lobe_within(tooth, None) {
                ControlFlow::Break(()) => ControlFlow::Break(End::Search),
                ControlFlow::Continue(None) => hunt.after_too_high(space, tooth, None),
                ControlFlow::Continue(Some(_)) => {
                    count += 1;
                    ControlFlow::Continue(())
                }
            }
        });
        (!self.stopped()).then_some(count)
    }

    /// The first `top` schedules by the goal's rank.
    pub(super) fn ranked(&mut self) -> Vec<Entry> {
        let goal = self.goal();
        let top = goal.request().top;
        match goal.request().rank {
            Rank::Lobe => self.lowest(spaces(goal), top),
            Rank::ReceptiveField => {
                let all: Vec<Space> = spaces(goal).collect();
                self.by_class(widest_first(&all), top)
            }
            Rank::Compact => self.by_class(most_compact_first(goal), top),
        }
    }

    fn by_class<C: IntoIterator<Item = Space>>(
        &mut self,
        classes: impl Iterator<Item = C>,
        top: usize,
    ) -> Vec<Entry> {
        let mut list = Vec::new();
        for class in classes {
            if list.len() >= top || self.stopped() {
                break;
            }
            list.extend(self.lowest(class, top - list.len()));
        }
        list
    }

    /// All schedules that no other surpasses: none is at least as good in receptive field, lobe and largest dilation and better in one.
    pub(super) fn pareto(&mut self) -> Vec<Entry> {
        let mut front = Front::default();
        let goal = self.goal();
        self.visit(spaces(goal), |hunt, _, tooth| {
            let (total, last) = key(tooth);
            match hunt.lobe_within(tooth, front.lowest(total, last)) {
                ControlFlow::Break(()) => return ControlFlow::Break(End::Search),
                ControlFlow::Continue(None) => {}
                ControlFlow::Continue(Some(lobe)) => front.offer(Entry {
                    lobe,
                    tooth: tooth.to_vec(),
                }),
            }
            ControlFlow::Continue(())
        });
        let mut list = front.0;
        match goal.request().rank {
            Rank::Lobe => list.sort(),
            Rank::ReceptiveField => {
                list.sort_by(|a, b| key(&b.tooth).0.cmp(&key(&a.tooth).0).then_with(|| a.cmp(b)));
            }
            Rank::Compact => {
                list.sort_by(|a, b| key(&a.tooth).1.cmp(&key(&b.tooth).1).then_with(|| a.cmp(b)));
            }
        }
        list
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
