//! Better schedules near a good one, where there are too many to look at all.

use std::ops::ControlFlow;

use super::ranked::Lowest;
use super::search::{Bound, Found, Search};

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
