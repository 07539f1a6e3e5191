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

/// "3 layers" or "2 to 4 layers".
fn layer_count((least, most): (i64, i64)) -> String {
    if least == most {
        counted(least, "layer")
    } else {
        format!("{least} to {}", counted(most, "layer"))
    }
}

/// A number, a very small one by its power of ten.
fn number(value: f64) -> String {
    if value < 1e-3 {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}

/// "499 and 501 exist", in input positions.
fn nearest(request: &Request, ends: [Option<i64>; 2], verb: [&str; 2]) -> String {
    let in_input = |positions: i64| request.jump * positions;
    let ends: Vec<_> = ends.into_iter().flatten().map(in_input).collect();
    match &ends[..] {
        [one] if request.fewest => format!("the nearest is {one}"),
        [one] => format!("the nearest with {} is {one}", layer_count(request.layers)),
        several => format!("{} {}", several.iter().format(" and "), verb.concat()),
    }
}

/// What every receptive field is, in input positions, whatever the layers.
fn always(request: &Request, gain: i64) -> String {
    let repeated = match request.repeat {
        1 => String::new(),
        times => format!(" repeated {times} times"),
    };
    let (at, number) = match request.jump {
        jump if jump == Ratio::from_integer(1) => (String::new(), None),
        jump => (format!(" at a jump of {jump}"), Some(jump)),
    };
    let kind = match (number, gain) {
        (None, 2) => "odd".to_owned(),
        (None, gain) => format!("1 plus a multiple of {gain}"),
        (Some(jump), 1) => format!("a multiple of {jump}"),
        (Some(jump), 2) => format!("{jump} times an odd number"),
        (Some(jump), gain) => format!("{jump} × (1 + a multiple of {gain})"),
    };
    format!(
        "with kernel {}{repeated}{at} it is always {kind}",
        request.kernel
    )
}

/// "500", or "34 to 36".
fn range((least, greatest): (Option<i64>, Option<i64>)) -> String {
    match (least, greatest) {
        (Some(least), Some(greatest)) if least < greatest => format!("{least} to {greatest}"),
        (one, other) => one
            .or(other)
            .map_or_else(String::new, |field| field.to_string()),
    }
}

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
                "on a map of {input} positions, even dilation 1 keeps the outer taps inside for a share of only {most:.4} of the outputs; {share} asked"
            ),
            Self::NoRoomToRise { layers: n, cap } => {
                format!(
                    "{n} dilations that rise strictly go up to {n} at least; the largest allowed is {cap}"
                )
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
            Self::Between {
                below,
                above,
                gain: Some(gain),
            } => format!(
                "no schedule has a receptive field of {}: {}; {}",
                range(request.receptive_field),
                always(request, *gain),
                nearest(request, [*below, *above], ["exist", ""])
            ),
            Self::Between {
                below,
                above,
                gain: None,
            } => format!(
                "no schedule of {} has a receptive field of {}: {}",
                layer_count(request.layers),
                range(request.receptive_field),
                nearest(request, [*below, *above], ["are", " the nearest"])
            ),
            Self::BelowEveryLobe { asked, bound } => format!(
                "no schedule of {} has a lobe below {}; at most {asked} is asked",
                layer_count(request.layers),
                number(rounded_down(*bound))
            ),
            Self::LobeTooHigh { asked, lowest } => match lowest {
                Some(lowest) => format!(
                    "the lowest lobe of any schedule is {}; at most {asked} is asked",
                    rounded_up(*lowest)
                ),
                None => format!("every schedule has a lobe above {asked}"),
            },
            Self::RippleTooHigh { asked, lowest } => {
                let lobe = request.max_lobe.map_or_else(String::new, |most| {
                    format!(" with a lobe of at most {most}")
                });
                match lowest {
                    Some(lowest) => format!(
                        "the lowest ripple of any schedule{lobe} is {}; at most {asked} is asked",
                        rounded_up(*lowest)
                    ),
                    None => format!("every schedule{lobe} has a ripple above {asked}"),
                }
            }
            Self::Unmeasured => {
                "the schedules are so wide that computing their ripple would take too long; ask for a smaller receptive field, or leave the ripple out".to_owned()
            }
            Self::Unproved { nodes } => format!(
                "the search stopped after {nodes} steps without one; raise the budget to look further"
            ),
        }
    }
}

impl Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason.sentence(&self.request))?;
        let names_nearest = matches!(self.reason, Reason::Between { .. });
        if let Some(nearest) = self.nearest().filter(|_| !names_nearest) {
            write!(f, "; {nearest}")?;
        }
        Ok(())
    }
}
