//! Schedules none of which surpasses another in receptive field, lobe and largest dilation together.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::lobe::Lobe;
use super::request::Request;
use super::search::{Bound, Collect, End, Found};

/// Steps of so many largest dilations cost as much as a schedule looked at.
const STEPS: usize = 4;

pub(super) fn total(tooth: &[i64]) -> i64 {
    tooth.iter().sum()
}

pub(super) fn last(tooth: &[i64]) -> i64 {
    tooth.last().copied().unwrap_or(0)
}

/// A schedule by its total and lobe, both of which rise within a step.
type Point = (i64, Found);

/// The schedules, a step for each largest dilation: of two of one step the one with the larger total has the higher lobe.
#[derive(Default)]
pub(super) struct Front(BTreeMap<i64, Vec<Point>>);

impl Front {
    /// Of each step up to a largest dilation, the lowest in lobe that has at least this total.
    fn rivals(&self, compact: i64, wide: i64) -> impl Iterator<Item = (i64, &Point)> {
        self.0.range(..=compact).filter_map(move |(&last, step)| {
            let first = step.partition_point(|(total, _)| *total < wide);
            step.get(first).map(|point| (last, point))
        })
    }

    pub(super) fn into_list(self) -> Vec<Found> {
        let steps = self.0.into_values().flatten();
        steps.map(|(_, found)| found).collect()
    }
}

impl Collect for Front {
    /// The lowest lobe of those at least as wide and as compact.
    fn bound(&self, _: &Request, tooth: &[i64]) -> ControlFlow<End, Bound> {
        let rivals = self.rivals(last(tooth), total(tooth));
        let lowest: Option<Lobe> = rivals.map(|(_, (_, found))| found.lobe).min();
        ControlFlow::Continue(Bound::of_lobe(lowest))
    }

    fn cost(&self) -> u64 {
        u64::try_from(self.0.len() / STEPS).unwrap_or(u64::MAX)
    }

    fn take(&mut self, found: Found) -> ControlFlow<End> {
        let (wide, compact, lobe) = (total(&found.tooth), last(&found.tooth), found.lobe);
        let is_other =
            |last: i64, (total, old): &Point| (last, *total, old.lobe) != (compact, wide, lobe);
        let surpasses = |(last, old): (i64, &Point)| old.1.lobe <= lobe && is_other(last, old);
        if self.rivals(compact, wide).any(surpasses) {
            return ControlFlow::Continue(());
        }
        for (&last, step) in self.0.range_mut(compact..) {
            step.retain(|old| old.0 > wide || old.1.lobe < lobe || !is_other(last, old));
        }
        let step = self.0.entry(compact).or_default();
        let place = step.partition_point(|(total, _)| *total <= wide);
        step.insert(place, (wide, found));
        ControlFlow::Continue(())
    }
}
