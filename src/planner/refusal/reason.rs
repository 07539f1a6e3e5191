//! What binds: the reason why a goal has no schedule, and the option to relax first.

use serde::Serialize;

use crate::network::MAX_FIELD;
use crate::planner::goal::Goal;
use crate::planner::relax::Relaxed;
use crate::planner::request::{OuterTaps, Request};
use crate::planner::walk::spaces;

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
    /// No receptive field within the range can be had, but some outside of it on both sides, or none within can ever be.
    Between {
        /// The nearest below, if any.
        below: Option<i64>,
        /// The nearest above, if any.
        above: Option<i64>,
        /// Receptive fields are 1 plus multiples of this, where that alone leaves none in the range, whatever the layers.
        gain: Option<i64>,
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
    /// Every schedule was looked at, and all have higher ripples (or too high a lobe, where that is limited too).
    RippleTooHigh {
        /// Ripple asked.
        asked: f64,
        /// The lowest found, if the budget sufficed to find it.
        lowest: Option<f64>,
    },
    /// The schedules are so wide that their ripple would take long: none was ranked or compared with a limit.
    Unmeasured,
    /// None was found before the search ended; there may be one.
    Unproved {
        /// Schedules looked at (a lobe computed counts as 256).
        nodes: u64,
    },
}

pub(super) fn reason(goal: &Goal) -> (Reason, Option<Relaxed>) {
    let limits = goal.limits();
    let request = goal.request();
    if let (Some(outer), true) = (request.outer_taps, limits.cap < 1) {
        let most = OuterTaps::inside(outer.input, request.kernel, 1);
        let OuterTaps { input, share } = outer;
        let reason = Reason::OuterTaps { input, share, most };
        return (reason, Some(Relaxed::MinOuterTaps(0.0)));
    }
    let by_cap = if request.outer_taps.is_some()
        && request.max_dilation.is_none_or(|cap| limits.cap < cap)
    {
        Relaxed::MinOuterTaps(0.0)
    } else {
        Relaxed::MaxDilation(0)
    };
    if goal.reachable().next().is_none() {
        let (layers, cap) = (request.layers.0, limits.cap);
        return (Reason::NoRoomToRise { layers, cap }, Some(by_cap));
    }
    // No tooth is within the range, so each layer count ends below it or begins above it, or leaps over it.
    let below = goal.total_below(limits.least_asked() - 1);
    let above = goal.total_above(limits.greatest_asked() + 1);
    let is_off_grid = limits.least_asked() > limits.greatest_asked();
    match (below, above) {
        (Some((high, layers)), None) if !is_off_grid => {
            let (binding, first) = binding(goal, high, by_cap);
            let (most, asked) = (limits.field(high), limits.least_field);
            let reason = Reason::TooShort {
                layers,
                most,
                asked,
                binding,
            };
            (reason, Some(first))
        }
        (None, Some((low, layers))) if !is_off_grid => {
            let (least, asked) = (limits.field(low), limits.greatest_field);
            let reason = Reason::TooWide {
                layers,
                least,
                asked,
            };
            (reason, Some(Relaxed::Layers(0)))
        }
        _ => {
            let field = |end: Option<(i64, i64)>| end.map(|(total, _)| limits.field(total));
            let reason = Reason::Between {
                below: field(below),
                above: field(above).filter(|field| !is_off_grid || *field <= MAX_FIELD),
                gain: is_off_grid.then_some(limits.gain),
            };
            (reason, Some(Relaxed::ReceptiveField(0)))
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
    let wider = |request: &Request| {
        Goal::new(request.clone()).is_ok_and(|goal| {
            let mut reachable = goal.reachable();
            reachable.any(|(_, (_, high))| high > most)
        })
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
