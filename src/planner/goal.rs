//! What is asked of a schedule, checked once.

use num_rational::Ratio;
use serde::Serialize;

use crate::network::{Dilation, Kernel, MAX_FIELD, MAX_JUMP, MAX_LAYERS, MAX_SIZE};

use super::bounds::{Limits, count_of, least_lobe};
use super::lobe::Lobe;
use super::request::{MAX_TOOTH, OuterTaps, Request};
use super::ripple::Ripple;

/// A checked goal.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Goal {
    request: Request,
    #[serde(skip)]
    limits: Limits,
}

impl Goal {
    /// Checks a request.
    ///
    /// # Errors
    /// [`GoalError`], the first found.
    ///
    /// ```
    /// use degrid::planner::{Goal, Request};
    /// assert_eq!(Goal::new(Request::new(1, 3)).unwrap_err().to_string(), "kernel must be at least 2, is 1");
    /// ```
    pub fn new(request: Request) -> Result<Self, GoalError> {
        check(&request)?;
        let limits = limits(&request)?;
        Ok(Self { request, limits })
    }

    /// What was asked.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// What the goal means for dilations and their total.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The layer counts of a tooth.
    #[must_use]
    pub fn layers(&self) -> impl DoubleEndedIterator<Item = usize> + Clone + use<> {
        let (least, most) = self.request.layers;
        (least..=most).filter_map(|n| usize::try_from(n).ok())
    }

    /// Positions of the stage as input positions: times the jump.
    #[must_use]
    pub fn in_input(&self, positions: i64) -> Ratio<i128> {
        let jump = self.request.jump;
        if jump.is_integer() {
            return Ratio::from_integer(i128::from(*jump.numer()) * i128::from(positions));
        }
        Ratio::new(i128::from(*jump.numer()), i128::from(*jump.denom())) * i128::from(positions)
    }

    /// A lobe that no schedule of the goal gets below.
    #[must_use]
    pub fn least_lobe(&self) -> f64 {
        self.layers()
            .map(count_of)
            .filter(|&layers| self.limits.totals(layers).is_some())
            .map(|layers| least_lobe(&self.request, layers, self.request.repeat))
            .fold(1.0, f64::min)
    }

    /// Whether a tooth's stage keeps to the largest lobe and ripple asked, which [`each`](Self::each) and [`count`](Self::count) leave out;
    /// `None` where the ripple would take long.
    ///
    /// ```
    /// use degrid::planner::{Goal, Request};
    /// let goal = Goal::new(Request { max_lobe: Some(0.2), ..Request::new(3, 3) }).unwrap();
    /// assert_eq!((goal.is_even(&[1, 2, 5]), goal.is_even(&[1, 2, 4])), (Some(true), Some(false)));
    /// ```
    #[must_use]
    pub fn is_even(&self, tooth: &[i64]) -> Option<bool> {
        let request = &self.request;
        if request.max_lobe.is_some() && !Lobe::of(request.kernel, tooth).is_allowed(request) {
            return Some(false);
        }
        let Some(most) = Ripple::allowed(request) else {
            return Some(true);
        };
        Ripple::of(request, tooth).map(|ripple| ripple <= most)
    }
}

fn check(request: &Request) -> Result<(), GoalError> {
    let (fewest, most) = request.layers;
    let (least, greatest) = request.receptive_field;
    within("kernel", request.kernel, 2, Kernel::LIMIT.into())?;
    within("layers", fewest.min(most), 1, i64::MAX)?;
    ordered("layers", fewest, most)?;
    within("layers of a tooth", most, 1, MAX_TOOTH)?;
    within("repeat", request.repeat, 1, i64::MAX)?;
    let all = most.saturating_mul(request.repeat);
    within(
        "layers in all",
        all,
        1,
        MAX_LAYERS.try_into().unwrap_or(i64::MAX),
    )?;
    if let Some(dilation) = request.max_dilation {
        within("largest dilation", dilation, 1, Dilation::LIMIT.into())?;
    }
    for end in [least, greatest].into_iter().flatten() {
        within("receptive field", end, 1, i64::MAX)?;
    }
    if let (Some(least), Some(greatest)) = (least, greatest) {
        ordered("receptive fields", least, greatest)?;
    }
    let jump = request.jump;
    if *jump.numer() <= 0 {
        return Err(GoalError::JumpNotPositive(jump));
    }
    if i128::from(*jump.numer()) > MAX_JUMP || i128::from(*jump.denom()) > MAX_JUMP {
        return Err(GoalError::JumpPastLimit(jump));
    }
    if let Some(OuterTaps { input, share }) = request.outer_taps {
        within("input", input, 1, MAX_SIZE - 1)?;
        share_of("share of outer taps", share)?;
    }
    if let Some(lobe) = request.max_lobe {
        share_of("largest lobe", lobe)?;
    }
    match request.max_ripple {
        Some(ripple) if !ripple.is_finite() || ripple < 1.0 => Err(GoalError::NotARipple(ripple)),
        _ => Ok(()),
    }
}

fn within(what: &'static str, value: i64, least: i64, limit: i64) -> Result<(), GoalError> {
    if value < least {
        Err(GoalError::Below { what, least, value })
    } else if value > limit {
        Err(GoalError::PastLimit { what, limit, value })
    } else {
        Ok(())
    }
}

fn ordered(what: &'static str, from: i64, to: i64) -> Result<(), GoalError> {
    let ends = (from, to);
    if from > to {
        return Err(GoalError::EmptyRange { what, ends });
    }
    Ok(())
}

fn share_of(what: &'static str, value: f64) -> Result<(), GoalError> {
    if (0.0..=1.0).contains(&value) {
        return Ok(());
    }
    Err(GoalError::NotAShare { what, value })
}

fn limits(request: &Request) -> Result<Limits, GoalError> {
    let (least, greatest) = request.receptive_field;
    let positions = |field: i64| {
        Ratio::new(
            i128::from(field) * i128::from(*request.jump.denom()),
            i128::from(*request.jump.numer()),
        )
    };
    let least_field = match least {
        Some(field) => i64::try_from(positions(field).ceil().to_integer())
            .ok()
            .filter(|&positions| positions <= MAX_FIELD)
            .ok_or(GoalError::PastLimit {
                what: "receptive field",
                limit: MAX_FIELD,
                value: field,
            })?,
        None => 1,
    };
    let greatest_field = greatest
        .and_then(|field| i64::try_from(positions(field).floor().to_integer()).ok())
        .map_or(MAX_FIELD, |positions| positions.min(MAX_FIELD));
    let by_map = request
        .outer_taps
        .map_or(i64::MAX, |outer| outer.most(request.kernel));
    let cap = request
        .max_dilation
        .unwrap_or(i64::from(Dilation::LIMIT))
        .min(by_map);
    Ok(Limits::new(request, cap, (least_field, greatest_field)))
}

/// Why a request makes no sense.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GoalError {
    /// A number below the least that makes sense.
    #[error("{what} must be at least {least}, is {value}")]
    Below {
        /// The number, in words.
        what: &'static str,
        /// The least.
        least: i64,
        /// What was asked.
        value: i64,
    },
    /// A number past the limit of a network or plan.
    #[error("{what} is {value}, past the limit of {limit}")]
    PastLimit {
        /// The number, in words.
        what: &'static str,
        /// The limit.
        limit: i64,
        /// What was asked.
        value: i64,
    },
    /// A range whose end lies before its start.
    #[error("the range of {what} {}..{} is empty", ends.0, ends.1)]
    EmptyRange {
        /// What it is a range of.
        what: &'static str,
        /// Its ends.
        ends: (i64, i64),
    },
    /// Jump of zero or less.
    #[error("jump must be above 0, is {0}")]
    JumpNotPositive(Ratio<i64>),
    /// Numerator or denominator of the jump past the limit of a network.
    #[error("jump is {0}, past the limit of {most} in numerator or denominator", most = MAX_JUMP)]
    JumpPastLimit(Ratio<i64>),
    /// A share or lobe outside of 0 to 1.
    #[error("{what} must be between 0 and 1, is {value}")]
    NotAShare {
        /// The number, in words.
        what: &'static str,
        /// What was asked.
        value: f64,
    },
    /// A ripple below that of counts which rise once and fall once.
    #[error("largest ripple must be at least 1 (one rise and one fall), is {0}")]
    NotARipple(f64),
}
