//! Why a goal has no schedule: the reason that binds, in numbers, and what to relax.

use std::fmt;
use std::ops::ControlFlow;

use itertools::Itertools;
use num_rational::Ratio;
use serde::Serialize;

use super::goal::{Goal, Request};
use super::rank::Hunt;
use super::relax::{Relaxation, Relaxed, layers, relaxations};
use super::search::{count_of, spaces};
use super::{Budget, Rank};

/// The options without which more could be seen. Neither: no hole-free tooth of so many layers sees more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Binding {
    /// The largest dilation allowed, by its own option or by the share of outer taps.
    pub max_dilation: Option<i64>,
    /// The published maximum distance.
    pub published: bool,
}

/// Why there is no schedule. Receptive fields are in positions of the stage.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
#[non_exhaustive]
pub enum Reason {
    /// Even undilated layers lose more outer taps than allowed.
    OuterTaps {
        /// Positions of the map.
        input: i64,
        /// Share asked.
        share: f64,
        /// Share at dilation 1.
        most: f64,
    },
    /// So many dilations cannot rise strictly below the largest allowed.
    NoRoomToRise {
        /// Fewest layers asked.
        layers: i64,
        /// Largest dilation allowed.
        cap: i64,
    },
    /// The widest schedule sees too little.
    TooShort {
        /// Most layers asked that are possible.
        layers: i64,
        /// The widest receptive field.
        most: i64,
        /// Least receptive field asked.
        asked: i64,
        /// What stands in the way.
        binding: Binding,
    },
    /// The narrowest schedule sees too much.
    TooWide {
        /// Fewest layers asked.
        layers: i64,
        /// The narrowest receptive field.
        least: i64,
        /// Greatest receptive field asked.
        asked: i64,
    },
    /// Receptive fields on both sides of the range can be had, but none within.
    Between {
        /// The nearest below, if any.
        below: Option<i64>,
        /// The nearest above, if any.
        above: Option<i64>,
        /// Receptive fields are 1 plus multiples of this.
        gain: i64,
    },
    /// No schedule can have so low a lobe: proved without a search.
    BelowEveryLobe {
        /// Lobe asked.
        asked: f64,
        /// Proved bound.
        bound: f64,
    },
    /// Every schedule was looked at, and all have higher lobes.
    LobeTooHigh {
        /// Lobe asked.
        asked: f64,
        /// The lowest found, if the budget sufficed to find it.
        lowest: Option<f64>,
    },
    /// None was found before the search ended; there may be one.
    Unproved {
        /// Schedules looked at (a lobe computed counts as 256).
        nodes: u64,
    },
}

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
    pub(super) fn of_lobe(goal: &Goal, budget: &Budget, nodes: u64) -> Self {
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
        let mut hunt = Hunt::new(&free, budget.nodes, |_| ControlFlow::Continue(()));
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

fn reason(goal: &Goal) -> (Reason, Option<Relaxed>) {
    let limits = goal.limits();
    let request = goal.request();
    if let (Some(outer), true) = (request.outer_taps, limits.cap < 1) {
        let most = super::OuterTaps::inside(outer.input, request.kernel, 1);
        return (
            Reason::OuterTaps {
                input: outer.input,
                share: outer.share,
                most,
            },
            Some(Relaxed::MinOuterTaps(0.0)),
        );
    }
    let by_cap = if request.outer_taps.is_some()
        && request.max_dilation.is_none_or(|cap| limits.cap < cap)
    {
        Relaxed::MinOuterTaps(0.0)
    } else {
        Relaxed::MaxDilation(0)
    };
    let reachable: Vec<(i64, (i64, i64))> = goal
        .layers()
        .map(count_of)
        .filter_map(|n| Some((n, limits.reachable(n)?)))
        .collect();
    if reachable.is_empty() {
        return (
            Reason::NoRoomToRise {
                layers: request.layers.0,
                cap: limits.cap,
            },
            Some(by_cap),
        );
    }
    let (least, greatest) = (limits.least_asked(), limits.greatest_asked());
    // No tooth is within the range, so each layer count ends below it or begins above it, or leaps over it.
    let below = reachable
        .iter()
        .filter(|&&(_, (low, _))| low < least)
        .map(|&(n, (_, high))| (high.min(least - 1), n))
        .max();
    let above = reachable
        .iter()
        .filter(|&&(_, (_, high))| high > greatest)
        .map(|&(n, (low, _))| (low.max(greatest + 1), n))
        .min();
    match (below, above) {
        (Some((high, layers)), None) => {
            let (binding, first) = binding(goal, high, by_cap);
            (
                Reason::TooShort {
                    layers,
                    most: limits.field(high),
                    asked: limits.least_field,
                    binding,
                },
                Some(first),
            )
        }
        (None, Some((low, layers))) => {
            let asked = limits.greatest_field;
            (
                Reason::TooWide {
                    layers,
                    least: limits.field(low),
                    asked,
                },
                Some(Relaxed::Layers(0)),
            )
        }
        _ => {
            let field = |end: Option<(i64, i64)>| end.map(|(total, _)| limits.field(total));
            (
                Reason::Between {
                    below: field(below),
                    above: field(above),
                    gain: limits.gain,
                },
                Some(Relaxed::ReceptiveField(0)),
            )
        }
    }
}

/// The options that keep the widest schedule from being wider, and the one to relax first.
fn binding(goal: &Goal, most: i64, by_cap: Relaxed) -> (Binding, Relaxed) {
    let request = goal.request();
    let uncapped = Request {
        max_dilation: None,
        outer_taps: None,
        ..request.clone()
    };
    let exact = Request {
        exact: true,
        ..request.clone()
    };
    let neither = Request {
        exact: true,
        ..uncapped.clone()
    };
    // What the receptive field is asked to be leaves the limits out of which it is made as they are.
    let wider = |request: &Request| {
        let greatest = |goal: Goal| {
            goal.layers()
                .map(count_of)
                .filter_map(|n| goal.limits().reachable(n))
                .map(|(_, high)| high)
                .max()
        };
        Goal::new(request.clone())
            .ok()
            .and_then(greatest)
            .is_some_and(|total| total > most)
    };
    let works = |request: &Request| {
        Goal::new(request.clone()).is_ok_and(|goal| spaces(&goal).next().is_some())
    };
    let (by_dilation, by_rule) = match (wider(&uncapped), wider(&exact)) {
        // Each hides the other.
        (false, false) if wider(&neither) => (true, true),
        alone => alone,
    };
    let binding = Binding {
        max_dilation: by_dilation.then_some(goal.limits().cap),
        published: by_rule,
    };
    let first = if works(&uncapped) {
        by_cap
    } else if works(&exact) {
        Relaxed::Exact
    } else {
        Relaxed::Layers(0)
    };
    (binding, first)
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " of kernel {}", self.kernel)?;
        if self.repeat > 1 {
            write!(f, ", repeated {} times,", self.repeat)
        } else {
            Ok(())
        }
    }
}

impl Subject {
    /// ", 65 asked", and where the jump makes a difference what that is in input positions.
    fn asked(&self, positions: i64, in_input: Option<i64>) -> String {
        match in_input {
            Some(field) if self.jump != Ratio::from_integer(1) => {
                format!(
                    "{positions} asked ({field} input positions at a jump of {})",
                    self.jump
                )
            }
            _ => format!("{positions} asked"),
        }
    }

    fn see(n: i64) -> &'static str {
        if n == 1 { "sees" } else { "see" }
    }
}

#[allow(clippy::too_many_lines, reason = "a sentence for each reason")]
impl fmt::Display for Refusal {
    #[expect(
        clippy::too_many_lines,
        reason = "one sentence for each reason, side by side"
    )]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = &self.subject;
        let (least_asked, greatest_asked) = subject.receptive_field;
        match &self.reason {
            Reason::OuterTaps { input, share, most } => write!(
                f,
                "on {input} positions even dilation 1 keeps the outer taps inside for a share of {most:.4}, {share} asked"
            )?,
            Reason::NoRoomToRise { layers: n, cap } => {
                write!(
                    f,
                    "{n} rising dilations need a largest of at least {n}, {cap} allowed"
                )?;
            }
            Reason::TooShort {
                layers: n,
                most,
                asked,
                binding,
            } => {
                let asked = subject.asked(*asked, least_asked);
                let see = Subject::see(*n);
                write!(f, "{}{subject} {see} at most {most} positions ", layers(*n))?;
                let rising = if subject.allow_equal { "" } else { "rising " };
                match *binding {
                    Binding {
                        max_dilation: None,
                        published: false,
                    } => write!(f, "without a hole")?,
                    Binding {
                        max_dilation: None,
                        published: true,
                    } => write!(f, "within the published maximum distance")?,
                    Binding {
                        max_dilation: Some(cap),
                        published,
                    } => {
                        write!(f, "with {rising}dilations up to {cap}")?;
                        if published {
                            write!(f, " within the published maximum distance")?;
                        }
                    }
                }
                write!(f, ", {asked}")?;
            }
            Reason::TooWide {
                layers: n,
                least,
                asked,
            } => {
                let asked = match greatest_asked {
                    Some(_) => subject.asked(*asked, greatest_asked),
                    None => format!("{asked}, the limit of a network"),
                };
                let kind = if subject.allow_equal || *n == 1 {
                    ""
                } else {
                    " with rising dilations"
                };
                write!(
                    f,
                    "{}{subject}{kind} {} at least {least} positions, at most {asked}",
                    layers(*n),
                    Subject::see(*n)
                )?;
            }
            Reason::Between { below, above, gain } => {
                write!(
                    f,
                    "no receptive field in the range asked: they are 1 plus multiples of {gain}"
                )?;
                let nearest = [below, above].into_iter().flatten().format(" and ");
                write!(f, ", the nearest are {nearest}")?;
            }
            Reason::BelowEveryLobe { asked, bound } => {
                write!(
                    f,
                    "no schedule of so many layers has a lobe below {bound:.3e}, at most {asked} asked"
                )?;
            }
            Reason::LobeTooHigh {
                asked,
                lowest: Some(lowest),
            } => {
                write!(
                    f,
                    "the lowest lobe is {}, at most {asked} asked",
                    rounded_up(*lowest)
                )?;
            }
            Reason::LobeTooHigh {
                asked,
                lowest: None,
            } => write!(f, "all schedules have a lobe above {asked}")?,
            Reason::Unproved { nodes } => {
                write!(
                    f,
                    "none found, but the search ended after {nodes} steps before all were looked at"
                )?;
            }
        }
        if let Some(nearest) = self.nearest() {
            write!(f, "; {nearest}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}
