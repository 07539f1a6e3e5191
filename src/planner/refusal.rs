//! Why a goal has no schedule: the reason that binds, in numbers, what to relax, and both as a sentence.

mod reason;

use std::fmt::{self, Display};

use itertools::Itertools;
use num_rational::Ratio;
use serde::Serialize;

use crate::network::counted;

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

/// "3 layers of kernel 3, repeated 2 times,".
fn subject(request: &Request, n: i64) -> String {
    let repeated = match request.repeat {
        1 => String::new(),
        times => format!(", repeated {times} times,"),
    };
    format!(
        "{} of kernel {}{repeated}",
        counted(n, "layer"),
        request.kernel
    )
}

/// "65 asked", and where the jump makes a difference what that is in input positions.
fn asked(request: &Request, positions: i64, in_input: Option<i64>) -> String {
    let jump = request.jump;
    match in_input {
        Some(field) if jump != Ratio::from_integer(1) => {
            format!("{positions} asked ({field} input positions at a jump of {jump})")
        }
        _ => format!("{positions} asked"),
    }
}

fn see(n: i64) -> &'static str {
    if n == 1 { "sees" } else { "see" }
}

/// What keeps a schedule from being wider.
fn limit(request: &Request, binding: Binding) -> String {
    let published = "within the published maximum distance";
    let rising = if request.allow_equal { "" } else { "rising " };
    match (binding.max_dilation, binding.published) {
        (None, false) => "without a hole".to_owned(),
        (None, true) => published.to_owned(),
        (Some(cap), false) => format!("with {rising}dilations up to {cap}"),
        (Some(cap), true) => format!("with {rising}dilations up to {cap} {published}"),
    }
}

impl Reason {
    fn sentence(&self, request: &Request) -> String {
        let (least_asked, greatest_asked) = request.receptive_field;
        match self {
            Self::OuterTaps { input, share, most } => format!(
                "on {input} positions even dilation 1 keeps the outer taps inside for a share of {most:.4}, {share} asked"
            ),
            Self::NoRoomToRise { layers: n, cap } => {
                format!("{n} rising dilations need a largest of at least {n}, {cap} allowed")
            }
            Self::TooShort {
                layers: n,
                most,
                asked: least,
                binding,
            } => format!(
                "{} {} at most {most} positions {}, {}",
                subject(request, *n),
                see(*n),
                limit(request, *binding),
                asked(request, *least, least_asked)
            ),
            Self::TooWide {
                layers: n,
                least,
                asked: most,
            } => {
                let most = match greatest_asked {
                    Some(_) => asked(request, *most, greatest_asked),
                    None => format!("{most}, the limit of a network"),
                };
                let is_rising = !request.allow_equal && *n > 1;
                let kind = if is_rising {
                    " with rising dilations"
                } else {
                    ""
                };
                format!(
                    "{}{kind} {} at least {least} positions, at most {most}",
                    subject(request, *n),
                    see(*n)
                )
            }
            Self::Between { below, above, gain } => format!(
                "no schedule sees as many positions as asked: {} come nearest, as receptive fields are 1 plus a multiple of {gain}",
                [below, above].into_iter().flatten().format(" and ")
            ),
            Self::BelowEveryLobe { asked, bound } => format!(
                "no schedule of so many layers has a lobe below {bound:.3e}, at most {asked} asked"
            ),
            Self::LobeTooHigh {
                asked,
                lowest: Some(lowest),
            } => format!(
                "the lowest lobe is {}, at most {asked} asked",
                rounded_up(*lowest)
            ),
            Self::LobeTooHigh {
                asked,
                lowest: None,
            } => format!("all schedules have a lobe above {asked}"),
            Self::Unproved { nodes } => format!(
                "none found, but the search ended after {nodes} steps before all were looked at"
            ),
        }
    }
}

impl Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason.sentence(&self.request))?;
        if let Some(nearest) = self.nearest() {
            write!(f, "; {nearest}")?;
        }
        Ok(())
    }
}
