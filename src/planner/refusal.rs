//! Why a goal has no schedule: the reason that binds, in numbers, and what to relax.

mod reason;
mod sentence;

use serde::Serialize;

use super::goal::Goal;
use super::relax::{Relaxation, Relaxed, relaxations};
use super::request::{Budget, Rank, Request};
use super::search::{Progress, Search};
use super::walk::spaces;

pub use reason::{Binding, Reason};

use reason::reason;

/// A goal without a schedule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Refusal {
    /// The reason that binds.
    pub reason: Reason,
    /// Whether it is proved that there is none.
    pub proved: bool,
    /// Options to relax, the one that binds first, each with a schedule that then passes.
    pub relaxations: Vec<Relaxation>,
    /// What was asked.
    #[serde(skip)]
    request: Box<Request>,
}

impl Goal {
    /// Why there is no schedule, where the limits alone decide; `None` where only a search can.
    ///
    /// What to relax is looked for within the budget where a largest lobe is asked.
    pub fn refusal(&self, budget: &Budget, progress: Progress<'_>) -> Option<Refusal> {
        if spaces(self).next().is_none() {
            let (reason, first) = reason(self);
            let relaxations = relaxations(self, first, budget.nodes, progress);
            return Some(Refusal::new(self, reason, relaxations));
        }
        let bound = self.least_lobe();
        let asked = self.request().max_lobe.filter(|&most| most < bound)?;
        let reason = Reason::BelowEveryLobe { asked, bound };
        Some(Refusal::new(self, reason, Vec::new()))
    }
}

impl Refusal {
    fn new(goal: &Goal, reason: Reason, relaxations: Vec<Relaxation>) -> Self {
        Self {
            proved: !matches!(reason, Reason::Unproved { .. }),
            reason,
            relaxations,
            request: Box::new(goal.request().clone()),
        }
    }

    /// The schedule nearest to the goal that passes once one option is relaxed.
    #[must_use]
    pub fn nearest(&self) -> Option<&Relaxation> {
        self.relaxations.first()
    }

    /// A goal of which every schedule has too high a lobe.
    ///
    /// The lowest of them is looked for with the budget once more; `nodes` are those already reported.
    pub(super) fn of_lobe(
        goal: &Goal,
        budget: &Budget,
        nodes: u64,
        progress: Progress<'_>,
    ) -> Self {
        let request = goal.request();
        let asked = request.max_lobe.unwrap_or(0.0);
        let free = Goal::new(Request {
            max_lobe: None,
            rank: Rank::Lobe,
            top: 1,
            ..request.clone()
        });
        let Ok(free) = free else {
            return Self::unproved(goal, nodes);
        };
        let mut progress = |more| progress(nodes + more);
        let mut search = Search::new(&free, budget.nodes, &mut progress);
        let found = search.ranked();
        let lobe = found
            .first()
            .map(|found| found.lobe.repeated(request.repeat));
        let relaxations = found.iter().zip(lobe).map(|(found, lobe)| Relaxation {
            relaxed: Relaxed::MaxLobe(rounded_up(lobe)),
            dilations: found.tooth.clone(),
            receptive_field: goal.limits().field(found.tooth.iter().sum()),
        });
        let lowest = lobe.filter(|_| !search.stopped);
        let reason = Reason::LobeTooHigh { asked, lowest };
        Self::new(goal, reason, relaxations.collect())
    }

    /// A goal for which the search ended too early.
    pub(super) fn unproved(goal: &Goal, nodes: u64) -> Self {
        Self::new(goal, Reason::Unproved { nodes }, Vec::new())
    }
}

/// A lobe rounded up to three digits.
fn rounded_up(lobe: f64) -> f64 {
    let digits = 10_f64.powf(2.0 - lobe.max(1e-300).log10().floor());
    ((lobe * digits).ceil() / digits).max(lobe).min(1.0)
}

impl std::error::Error for Refusal {}
