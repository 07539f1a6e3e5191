//! What to give up where nothing passes: one option at a time, by as little as possible, each with a schedule that then passes.

use std::fmt;

use itertools::Itertools;
use serde::Serialize;

use crate::footprint::least_passing;
use crate::network::{Dilation, MAX_FIELD, counted};

use super::goal::Goal;
use super::request::{OuterTaps, Request};
use super::ripple::Ripple;
use super::search::{Progress, Search};
use super::walk::spaces;

/// Most layers, repeats or receptive fields beyond those asked that are tried.
const FURTHER: i64 = 256;

/// Into so many parts the budget is cut: each option gets one, and each value of an option one of that.
const PARTS: u64 = 8;

/// What a search costs before it looks at a schedule.
const NEW_SEARCH: u64 = 2_000;

/// One option, and the value it would need.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "option", content = "value")]
pub enum Relaxed {
    /// Another number of layers of a tooth.
    Layers(i64),
    /// Another number of teeth.
    Repeat(i64),
    /// A larger largest dilation.
    MaxDilation(i64),
    /// Drop the published maximum distance.
    Exact,
    /// Dilations may be equal.
    AllowEqual,
    /// A smaller share of outer taps inside.
    MinOuterTaps(f64),
    /// Another end of the range of receptive fields, in input positions as the range itself: the lower if it lies below, else the upper.
    ReceptiveField(i64),
    /// A higher lobe.
    MaxLobe(f64),
    /// A higher ripple.
    MaxRipple(f64),
}

impl Relaxed {
    /// The request with this option relaxed, and no other changed.
    #[must_use]
    pub fn apply(self, request: &Request) -> Request {
        let mut request = request.clone();
        match self {
            Self::Layers(n) => request.layers = (n, n),
            Self::Repeat(c) => request.repeat = c,
            Self::MaxDilation(d) => request.max_dilation = Some(d),
            Self::Exact => request.exact = true,
            Self::AllowEqual => request.allow_equal = true,
            Self::MinOuterTaps(share) => {
                request.outer_taps = request.outer_taps.map(|outer| OuterTaps { share, ..outer });
            }
            Self::ReceptiveField(field) => {
                let (least, greatest) = request.receptive_field;
                request.receptive_field = (
                    least.map(|least| least.min(field)),
                    greatest.map(|greatest| greatest.max(field)),
                );
            }
            Self::MaxLobe(lobe) => request.max_lobe = Some(lobe),
            Self::MaxRipple(ripple) => request.max_ripple = Some(ripple),
        }
        request
    }
}

/// An option to relax, and a schedule that then passes: the widest (where the fewest layers are asked, of those), if its lobe and ripple are
/// allowed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Relaxation {
    /// The option and its value.
    #[serde(flatten)]
    pub relaxed: Relaxed,
    /// One tooth of the schedule.
    pub dilations: Vec<i64>,
    /// What the repeated stage then sees, in its positions.
    pub receptive_field: i64,
}

impl fmt::Display for Relaxation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = self.receptive_field;
        let dilations = self.dilations.iter().join(",");
        match self.relaxed {
            Relaxed::Layers(n) => write!(f, "{} {} {field}", counted(n, "layer"), reach(n))?,
            Relaxed::Repeat(c) => write!(f, "repeated {c} times it reaches {field}")?,
            Relaxed::MaxDilation(d) => write!(f, "dilations up to {d} reach {field}")?,
            Relaxed::Exact => write!(f, "the exact test alone allows {field}")?,
            Relaxed::AllowEqual => {
                write!(f, "equal dilations allow {field}")?;
            }
            Relaxed::MinOuterTaps(share) => write!(f, "a share of {share} allows {field}")?,
            Relaxed::ReceptiveField(_) => write!(f, "a receptive field of {field} is possible")?,
            Relaxed::MaxLobe(lobe) => return write!(f, "{dilations} has a lobe of {lobe}"),
            Relaxed::MaxRipple(ripple) => {
                return write!(f, "{dilations} has a ripple of {ripple}");
            }
        }
        write!(f, ": {dilations}")
    }
}

fn reach(n: i64) -> &'static str {
    if n == 1 { "reaches" } else { "reach" }
}

/// All single options that help, in the order of `first` and then from the structure of the stage to what is asked of it.
///
/// Every one is tried: it stays only with a schedule that passes. With a largest lobe or ripple that is searched for, in so many nodes.
pub(super) fn relaxations(
    goal: &Goal,
    first: Option<Relaxed>,
    nodes: u64,
    progress: Progress<'_>,
) -> Vec<Relaxation> {
    let options: [fn(&mut Trial<'_>) -> Option<Relaxation>; 7] = [
        |trial| trial.nearest(trial.goal.request().layers, Relaxed::Layers),
        |trial| trial.max_dilation(),
        |trial| (!trial.goal.request().exact).then(|| trial.run(Relaxed::Exact))?,
        |trial| (!trial.goal.request().allow_equal).then(|| trial.run(Relaxed::AllowEqual))?,
        |trial| {
            let repeat = trial.goal.request().repeat;
            trial.nearest((repeat, repeat), Relaxed::Repeat)
        },
        |trial| trial.min_outer_taps(),
        |trial| trial.receptive_field(),
    ];
    let mut trial = Trial {
        goal,
        share: nodes / PARTS,
        left: 0,
        spent: 0,
        progress,
    };
    let mut list: Vec<Relaxation> = options
        .into_iter()
        .filter_map(|option| {
            trial.left = trial.share;
            option(&mut trial)
        })
        .collect();
    let kind = |relaxed: &Relaxed| std::mem::discriminant(relaxed);
    list.sort_by_key(|relaxation| Some(kind(&relaxation.relaxed)) != first.as_ref().map(kind));
    list
}

/// Tries options with other values.
struct Trial<'a> {
    goal: &'a Goal,
    /// Nodes for each option.
    share: u64,
    /// Nodes left for the present option.
    left: u64,
    spent: u64,
    progress: Progress<'a>,
}

impl Trial<'_> {
    /// Relaxes an option; `None` if that does not help.
    fn run(&mut self, relaxed: Relaxed) -> Option<Relaxation> {
        let goal = Goal::new(relaxed.apply(self.goal.request())).ok()?;
        let dilations = self.schedule(&goal)?;
        Some(Relaxation {
            relaxed,
            receptive_field: goal.limits().field(dilations.iter().sum()),
            dilations,
        })
    }

    /// The widest schedule of a goal (of its fewest layers, where those are asked); if it is too uneven the first found that is not.
    fn schedule(&mut self, goal: &Goal) -> Option<Vec<i64>> {
        let widest = if goal.request().fewest {
            spaces(goal).next()?
        } else {
            spaces(goal).max_by_key(|space| space.totals().1)?
        };
        let dilations = widest.with_total(widest.totals().1)?.first();
        let request = goal.request();
        if request.is_searched() {
            // A wide schedule's ripple takes long.
            let by_ripple = request
                .max_ripple
                .map(|_| Ripple::cost(request, &dilations));
            self.left = self.left.checked_sub(NEW_SEARCH + by_ripple.unwrap_or(0))?;
        }
        if goal.is_even(&dilations) == Some(true) {
            return Some(dilations);
        }
        let most = request.max_lobe;
        if most.is_some_and(|most| most < goal.least_lobe()) || self.left == 0 {
            return None;
        }
        let mut progress = |nodes| (self.progress)(self.spent + nodes);
        let mut search = Search::new(goal, self.share / PARTS, &mut progress);
        let found = search.first();
        // A table of answers is made for each goal.
        let nodes = search.nodes + NEW_SEARCH;
        self.spent += nodes;
        self.left = self.left.saturating_sub(nodes);
        Some(found?.tooth)
    }

    /// The nearest number outside of a range with which an option helps; of two, the larger.
    fn nearest(
        &mut self,
        (least, most): (i64, i64),
        option: fn(i64) -> Relaxed,
    ) -> Option<Relaxation> {
        (1..=FURTHER.max(least))
            .flat_map(|by| [most + by, least - by])
            .find_map(|number| self.run(option(number)))
    }

    /// The least cap on dilations for which an option helps.
    fn least_cap(&mut self, option: impl Fn(i64) -> Relaxed) -> Option<i64> {
        let (low, high) = (
            self.goal.limits().cap.max(0) + 1,
            i64::from(Dilation::LIMIT),
        );
        (low <= high && self.run(option(high)).is_some())
            .then(|| least_passing(low, high, |cap| self.run(option(cap)).is_some()))
    }

    fn max_dilation(&mut self) -> Option<Relaxation> {
        self.goal.request().max_dilation?;
        let cap = self.least_cap(Relaxed::MaxDilation)?;
        self.run(Relaxed::MaxDilation(cap))
    }

    fn min_outer_taps(&mut self) -> Option<Relaxation> {
        let OuterTaps { input, .. } = self.goal.request().outer_taps?;
        let kernel = self.goal.request().kernel;
        let share = |cap| OuterTaps::inside(input, kernel, cap);
        let cap = self.least_cap(|cap| Relaxed::MinOuterTaps(share(cap)))?;
        // Fewer digits read better; rounded down it is still low enough.
        self.run(Relaxed::MinOuterTaps((share(cap) * 1e4).floor() / 1e4))
    }

    /// The receptive field nearest to the range asked; of two, the larger.
    fn receptive_field(&mut self) -> Option<Relaxation> {
        let goal = self.goal;
        let limits = goal.limits();
        let below = |most: i64| Some(goal.total_below(most)?.0);
        let above = |least: i64| {
            let (total, _) = goal.total_above(least)?;
            (limits.field(total) <= MAX_FIELD).then_some(total)
        };
        // No total within the range can be had.
        let mut low = below(limits.least_asked() - 1);
        let mut high = above(limits.greatest_asked() + 1);
        for _ in 0..FURTHER {
            let by_low = low.map(|total| limits.least_field - limits.field(total));
            let by_high = high.map(|total| limits.field(total) - limits.greatest_field);
            let is_high = by_low.is_none_or(|below| by_high.is_some_and(|above| above <= below));
            let total = if is_high { high } else { low }?;
            let field = goal.in_input(limits.field(total));
            let field = if is_high { field.ceil() } else { field.floor() };
            let field = i64::try_from(field.to_integer()).ok()?;
            if let Some(relaxation) = self.run(Relaxed::ReceptiveField(field)) {
                return Some(relaxation);
            }
            if is_high {
                high = above(total + 1);
            } else {
                low = below(total - 1);
            }
        }
        None
    }
}
