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
    /// What to relax is looked for within the budget where a largest lobe or ripple is asked.
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
            proved: !matches!(reason, Reason::Unproved { .. } | Reason::Unmeasured),
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

    /// A goal of which every schedule has too high a lobe or ripple.
    ///
    /// The lowest of them is looked for with the budget once more; `nodes` are those already reported.
    pub(super) fn of_limits(
        goal: &Goal,
        budget: &Budget,
        nodes: u64,
        progress: Progress<'_>,
    ) -> Self {
        let request = goal.request();
        let by_ripple = request.max_ripple.is_some();
        let free = Goal::new(Request {
            max_ripple: None,
            max_lobe: request.max_lobe.filter(|_| by_ripple),
            rank: if by_ripple { Rank::Ripple } else { Rank::Lobe },
            top: 1,
            ..request.clone()
        });
        let Ok(free) = free else {
            return Self::unproved(goal, nodes);
        };
        let mut more_progress = |more| progress(nodes + more);
        let mut search = Search::new(&free, budget.nodes, &mut more_progress);
        let found = search.ranked().pop();
        let (is_complete, nodes) = (search.is_complete(), nodes + search.nodes);
        if found.is_none() && by_ripple {
            // No ripple is the reason: without that limit there is none either, or none was found.
            return if is_complete && request.max_lobe.is_some() {
                let without = Request {
                    max_ripple: None,
                    ..request.clone()
                };
                match Goal::new(without) {
                    Ok(without) => Self::of_limits(&without, budget, nodes, progress),
                    Err(_) => Self::unproved(goal, nodes),
                }
            } else {
                Self::unproved(goal, nodes)
            };
        }
        let lowest = found.as_ref().map(|found| match found.ripple {
            Some(ripple) => ripple.value(),
            None => found.lobe.repeated(request.repeat),
        });
        let relaxations = found.iter().zip(lowest).map(|(found, lowest)| Relaxation {
            relaxed: if by_ripple {
                Relaxed::MaxRipple(rounded_up(lowest))
            } else {
                Relaxed::MaxLobe(rounded_up(lowest).min(1.0))
            },
            dilations: found.tooth.clone(),
            receptive_field: goal.limits().field(found.tooth.iter().sum()),
        });
        let lowest = lowest.filter(|_| is_complete);
        let reason = match (request.max_ripple, request.max_lobe) {
            (Some(asked), _) => Reason::RippleTooHigh { asked, lowest },
            (None, asked) => Reason::LobeTooHigh {
                asked: asked.unwrap_or(0.0),
                lowest,
            },
        };
        Self::new(goal, reason, relaxations.collect())
    }

    /// A goal of which no ripple was measured.
    pub(super) fn unmeasured(goal: &Goal) -> Self {
        Self::new(goal, Reason::Unmeasured, Vec::new())
    }

    /// A goal for which the search ended too early.
    pub(super) fn unproved(goal: &Goal, nodes: u64) -> Self {
        Self::new(goal, Reason::Unproved { nodes }, Vec::new())
    }
}

/// A measure rounded up to three digits.
fn rounded_up(value: f64) -> f64 {
    let digits = 10_f64.powf(2.0 - value.max(1e-300).log10().floor());
    ((value * digits).ceil() / digits).max(value)
}

/// A bound rounded down to two digits.
pub(crate) fn rounded_down(bound: f64) -> f64 {
    let digits = 10_f64.powf(1.0 - bound.max(1e-300).log10().floor());
    ((bound * digits).floor() / digits).min(bound)
}

impl std::error::Error for Refusal {}
