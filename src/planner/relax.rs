//! What to give up where nothing passes: one option at a time, by as little as possible, each with a schedule that then passes.

use std::fmt;

use itertools::Itertools;
use num_rational::Ratio;
use serde::Serialize;

use crate::network::{Dilation, MAX_LAYERS};

use super::bounds::{Limits, least_passing};
use super::goal::Goal;
use super::request::{OuterTaps, Request};
use super::search::{Space, spaces};

/// Most layers, or repeats, more than asked that are tried.
const FURTHER: i64 = 256;

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
    /// Another receptive field, in positions of the stage.
    ReceptiveField(i64),
    /// A higher lobe.
    MaxLobe(f64),
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
            Self::ReceptiveField(positions) => {
                let jump = Ratio::new(
                    i128::from(*request.jump.numer()),
                    i128::from(*request.jump.denom()),
                );
                let field = jump * i128::from(positions);
                let whole = |field: Ratio<i128>| {
                    i64::try_from(field.to_integer())
                        .ok()
                        .filter(|&field| field > 0)
                };
                let (least, greatest) = request.receptive_field;
                request.receptive_field = (
                    least.and_then(|least| Some(least.min(whole(field.floor())?))),
                    greatest.and_then(|greatest| Some(greatest.max(whole(field.ceil())?))),
                );
            }
            Self::MaxLobe(lobe) => request.max_lobe = Some(lobe),
        }
        request
    }
}

/// An option to relax, and the widest schedule that then passes.
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
        match self.relaxed {
            Relaxed::Layers(n) => write!(f, "{} {} {field}", layers(n), reach(n))?,
            Relaxed::Repeat(c) => write!(f, "the tooth {c} times reaches {field}")?,
            Relaxed::MaxDilation(d) => write!(f, "dilations up to {d} reach {field}")?,
            Relaxed::Exact => write!(f, "by the exact test alone {field} can be reached")?,
            Relaxed::AllowEqual => {
                write!(f, "with equal dilations allowed {field} can be reached")?;
            }
            Relaxed::MinOuterTaps(share) => write!(
                f,
                "with a share of outer taps of {share} {field} can be reached"
            )?,
            Relaxed::ReceptiveField(_) => write!(f, "the nearest receptive field is {field}")?,
            Relaxed::MaxLobe(lobe) => write!(f, "a lobe of {lobe} can be reached")?,
        }
        write!(f, ": {}", self.dilations.iter().format(","))
    }
}

/// "1 layer" or "3 layers".
pub(super) fn layers(n: i64) -> String {
    if n == 1 {
        "1 layer".to_owned()
    } else {
        format!("{n} layers")
    }
}

fn reach(n: i64) -> &'static str {
    if n == 1 { "reaches" } else { "reach" }
}

/// Relaxes an option; `None` if that does not help.
pub(super) fn relaxation(goal: &Goal, relaxed: Relaxed) -> Option<Relaxation> {
    let goal = Goal::new(Request {
        max_lobe: None,
        ..relaxed.apply(goal.request())
    })
    .ok()?;
    let widest = spaces(&goal).max_by_key(|space| space.totals().1)?;
    let total = widest.totals().1;
    let dilations = widest.with_total(total)?.first();
    Some(Relaxation {
        relaxed,
        dilations,
        receptive_field: goal.limits().field(total),
    })
}

/// All single options that help, in the order of `first` and then from the structure of the stage to what is asked of it.
pub(super) fn relaxations(goal: &Goal, first: Option<Relaxed>) -> Vec<Relaxation> {
    let request = goal.request();
    let options = [
        layers_needed(goal),
        cap_needed(goal)
            .map(Relaxed::MaxDilation)
            .filter(|_| request.max_dilation.is_some()),
        (!request.exact).then_some(Relaxed::Exact),
        (!request.allow_equal).then_some(Relaxed::AllowEqual),
        repeats_needed(goal),
        share_needed(goal),
        field_nearest(goal),
    ];
    let mut list: Vec<Relaxation> = options
        .into_iter()
        .flatten()
        .filter_map(|relaxed| relaxation(goal, relaxed))
        .collect();
    if let Some(first) = first {
        let same = |relaxation: &Relaxation| {
            std::mem::discriminant(&relaxation.relaxed) == std::mem::discriminant(&first)
        };
        list.sort_by_key(|relaxation| !same(relaxation));
    }
    list
}

fn works(request: Request) -> bool {
    Goal::new(request).is_ok_and(|goal| spaces(&goal).next().is_some())
}

/// The nearest other number of layers that helps; of two, the more.
fn layers_needed(goal: &Goal) -> Option<Relaxed> {
    let request = goal.request();
    let (fewest, most) = request.layers;
    let greatest = i64::try_from(MAX_LAYERS).unwrap_or(i64::MAX) / request.repeat;
    (1..=FURTHER.max(fewest))
        .flat_map(|by| [most + by, fewest - by])
        .filter(|&n| (1..=greatest).contains(&n))
        .find(|&n| Space::of_layers(goal.limits(), usize::try_from(n).unwrap_or(1)).is_some())
        .map(Relaxed::Layers)
}

fn repeats_needed(goal: &Goal) -> Option<Relaxed> {
    let request = goal.request();
    (1..=FURTHER.max(request.repeat))
        .flat_map(|by| [request.repeat + by, request.repeat - by])
        .filter(|&repeat| repeat > 0)
        .find(|&repeat| {
            works(Request {
                repeat,
                ..request.clone()
            })
        })
        .map(Relaxed::Repeat)
}

/// The smallest largest dilation that helps, whatever set the present one.
fn cap_needed(goal: &Goal) -> Option<i64> {
    let reaches = |cap: i64| {
        let capped = Limits {
            cap,
            ..*goal.limits()
        };
        goal.layers()
            .any(|n| Space::of_layers(&capped, n).is_some())
    };
    let (low, high) = (goal.limits().cap.max(0) + 1, i64::from(Dilation::LIMIT));
    (low <= high && reaches(high)).then(|| least_passing(low, high, reaches))
}

fn share_needed(goal: &Goal) -> Option<Relaxed> {
    let outer = goal.request().outer_taps?;
    let share = OuterTaps::inside(outer.input, goal.request().kernel, cap_needed(goal)?);
    // Fewer digits read better; rounded down it is still low enough.
    Some(Relaxed::MinOuterTaps((share * 1e4).floor() / 1e4))
}

/// The receptive field nearest to the range asked; of two, the larger.
fn field_nearest(goal: &Goal) -> Option<Relaxed> {
    let free = Limits {
        least_field: 1,
        greatest_field: crate::network::MAX_FIELD,
        ..*goal.limits()
    };
    let (least, greatest) = (goal.limits().least_field, goal.limits().greatest_field);
    goal.layers()
        .filter_map(|n| Space::of_layers(&free, n))
        .flat_map(|space| {
            let (low, high) = space.totals();
            // Below and above the range, and, where no field of the range can be had, the multiples around it.
            [
                goal.limits().greatest_asked(),
                goal.limits().least_asked(),
                low,
                high,
            ]
            .map(|total| total.clamp(low, high))
        })
        .map(|total| free.field(total))
        .min_by_key(|&field| {
            (
                (least - field).max(field - greatest),
                std::cmp::Reverse(field),
            )
        })
        .map(Relaxed::ReceptiveField)
}
