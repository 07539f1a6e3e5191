//! Why a goal has no schedule: the reason that binds, in numbers, and what to relax.

mod reason;
mod sentence;

use std::ops::ControlFlow;

use num_rational::Ratio;
use serde::Serialize;

use super::Budget;
use super::goal::Goal;
use super::hunt::Hunt;
use super::relax::{Relaxation, Relaxed, relaxations};
use super::request::{Rank, Request};

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
    /// What the reason speaks of.
    #[serde(skip)]
    subject: Box<Subject>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Subject {
    kernel: i64,
    repeat: i64,
    jump: Ratio<i64>,
    receptive_field: (Option<i64>, Option<i64>),
    allow_equal: bool,
}

impl Refusal {
    fn new(goal: &Goal, reason: Reason, relaxations: Vec<Relaxation>) -> Self {
        let Request {
            kernel,
            repeat,
            jump,
            receptive_field,
            allow_equal,
            ..
        } = *goal.request();
        let proved = !matches!(reason, Reason::Unproved { .. });
        Self {
            reason,
            proved,
            relaxations,
            subject: Box::new(Subject {
                kernel,
                repeat,
                jump,
                receptive_field,
                allow_equal,
            }),
        }
    }

    /// The schedule nearest to the goal that passes once one option is relaxed.
    #[must_use]
    pub fn nearest(&self) -> Option<&Relaxation> {
        self.relaxations.first()
    }

    /// A goal of which no total of dilations is left.
    pub(super) fn of_fields(goal: &Goal) -> Self {
        let (reason, first) = reason(goal);
        Self::new(goal, reason, relaxations(goal, first))
    }

    pub(super) fn below_every_lobe(goal: &Goal, bound: f64) -> Self {
        let asked = goal.request().max_lobe.unwrap_or(0.0);
        Self::new(goal, Reason::BelowEveryLobe { asked, bound }, Vec::new())
    }

    /// A goal of which every schedule has too high a lobe.
    ///
    /// The lowest of them is looked for with the budget once more, and `progress` told.
    pub(super) fn of_lobe(
        goal: &Goal,
        budget: &Budget,
        nodes: u64,
        mut progress: impl FnMut(u64) -> ControlFlow<()>,
    ) -> Self {
        let asked = goal.request().max_lobe.unwrap_or(0.0);
        let request = Request {
            max_lobe: None,
            rank: Rank::Lobe,
            top: 1,
            ..goal.request().clone()
        };
        let Ok(free) = Goal::new(request) else {
            return Self::unproved(goal, nodes);
        };
        let mut hunt = Hunt::new(&free, budget.nodes, |more| progress(nodes + more));
        let found = hunt.ranked();
        let lowest = found.first().filter(|_| !hunt.stopped());
        let relaxations = found
            .first()
            .map(|entry| Relaxation {
                relaxed: Relaxed::MaxLobe(rounded_up(entry.lobe.repeated(goal.request().repeat))),
                dilations: entry.tooth.clone(),
                receptive_field: goal.limits().field(entry.tooth.iter().sum()),
            })
            .into_iter()
            .collect();
        Self::new(
            goal,
            Reason::LobeTooHigh {
                asked,
                lowest: lowest.map(|entry| entry.lobe.repeated(goal.request().repeat)),
            },
            relaxations,
        )
    }

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
