//! What is asked of a schedule, checked once.

use std::fmt;

use num_rational::Ratio;
use serde::{Serialize, Serializer};

use crate::footprint::real;
use crate::network::{Dilation, Kernel, MAX_FIELD, MAX_JUMP, MAX_LAYERS, MAX_SIZE};

use super::bounds::Limits;

/// Most layers of one tooth.
pub const MAX_TOOTH: i64 = 1_000;

/// What "best" means. Ties: the lower lobe, then the lexicographic order of the dilations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rank {
    /// The largest receptive field.
    #[default]
    ReceptiveField,
    /// The lowest peak grating lobe.
    Lobe,
    /// The smallest largest dilation.
    Compact,
}

/// A demand that dilations fit the map they read ("degenerate dilations": Chen et al. 2017, "Rethinking Atrous Convolution", figure 4).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct OuterTaps {
    /// Positions of the map along the axis.
    pub input: i64,
    /// Least share, 0 to 1, of output positions for which the outer taps all lie inside, with padding that keeps the size.
    pub share: f64,
}

impl OuterTaps {
    /// The share at a dilation: max(0, n − (k−1)·d) / n, per axis.
    ///
    /// ```
    /// use degrid::planner::OuterTaps;
    /// let inside = OuterTaps::inside(65, 3, 6);
    /// assert!((inside * inside - 0.665).abs() < 5e-4);
    /// ```
    #[must_use]
    pub fn inside(input: i64, kernel: i64, dilation: i64) -> f64 {
        real(
            input
                .saturating_sub((kernel - 1).saturating_mul(dilation))
                .max(0),
        ) / real(input)
    }

    /// Largest dilation that keeps the share; 0 if none does.
    fn most(self, kernel: i64) -> i64 {
        let (mut fits, mut fails) = (0, i64::from(Dilation::LIMIT) + 1);
        while fails - fits > 1 {
            let middle = i64::midpoint(fits, fails);
            if Self::inside(self.input, kernel, middle) >= self.share {
                fits = middle;
            } else {
                fails = middle;
            }
        }
        fits
    }
}

/// A goal as asked for, not yet checked.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Request {
    /// Taps of every layer, 2 to 4,096.
    pub kernel: i64,
    /// Fewest and most layers of a tooth, both allowed, 1 to [`MAX_TOOTH`].
    pub layers: (i64, i64),
    /// How often the tooth is repeated.
    pub repeat: i64,
    /// Largest dilation; `None` for the limit of a network, 2^24.
    pub max_dilation: Option<i64>,
    /// Least and greatest receptive field of the whole repeated stage, both allowed, in input positions (see `jump`).
    pub receptive_field: (Option<i64>, Option<i64>),
    /// Input positions for each position of the map that the stage reads.
    #[serde(serialize_with = "as_text")]
    pub jump: Ratio<i64>,
    /// Whether a dilation may equal the one before.
    pub allow_equal: bool,
    /// Whether the published maximum distance is dropped and only the exact test asked.
    pub exact: bool,
    /// No dilation may lose more outer taps than this.
    pub outer_taps: Option<OuterTaps>,
    /// Greatest peak grating lobe of the repeated stage, 0 to 1.
    pub max_lobe: Option<f64>,
    /// The order of the list.
    pub rank: Rank,
    /// List the schedules that no other surpasses in receptive field, lobe and largest dilation together, all of them.
    pub pareto: bool,
    /// Most schedules to list.
    pub top: usize,
}

fn as_text<S: Serializer>(jump: &Ratio<i64>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(jump)
}

impl Request {
    /// The ten widest strictly rising teeth of a layer count that pass both rules.
    #[must_use]
    pub fn new(kernel: i64, layers: i64) -> Self {
        Self {
            kernel,
            layers: (layers, layers),
            repeat: 1,
            max_dilation: None,
            receptive_field: (None, None),
            jump: Ratio::from_integer(1),
            allow_equal: false,
            exact: false,
            outer_taps: None,
            max_lobe: None,
            rank: Rank::ReceptiveField,
            pareto: false,
            top: 10,
        }
    }
}

/// Why a request makes no sense.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum GoalError {
    /// A kernel of fewer than two taps has no dilation.
    KernelBelowTwo(i64),
    /// Kernel past the limit of a network.
    KernelPastLimit(i64),
    /// Layer count below one.
    NoLayers,
    /// Layer range whose end lies before its start.
    EmptyLayers(i64, i64),
    /// More layers in a tooth than a plan may have.
    ToothPastLimit(i64),
    /// Repeat below one.
    NoRepeat(i64),
    /// More layers, all repetitions counted, than a network may have.
    TooManyLayers(i128),
    /// Largest dilation below one.
    DilationBelowOne(i64),
    /// Largest dilation past the limit of a network.
    DilationPastLimit(i64),
    /// An end of the receptive-field range below one.
    FieldBelowOne(i64),
    /// Receptive-field range whose end lies before its start.
    EmptyField(i64, i64),
    /// Receptive field past the limit of a network.
    FieldPastLimit(i64),
    /// Jump of zero or less.
    JumpNotPositive(Ratio<i64>),
    /// Numerator or denominator of the jump past the limit of a network.
    JumpPastLimit(Ratio<i64>),
    /// Map size out of range.
    InputOutside(i64),
    /// Share of outer taps outside of 0 to 1.
    ShareOutside(f64),
    /// Lobe outside of 0 to 1.
    LobeOutside(f64),
}

impl fmt::Display for GoalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KernelBelowTwo(k) => {
                write!(f, "kernel must be at least 2 to have a dilation, is {k}")
            }
            Self::KernelPastLimit(k) => {
                write!(f, "kernel is {k}, past the limit of {}", Kernel::LIMIT)
            }
            Self::NoLayers => write!(f, "layers must be at least 1"),
            Self::EmptyLayers(a, b) => write!(f, "the range of layers {a}..{b} is empty"),
            Self::ToothPastLimit(n) => {
                write!(f, "{n} layers in a tooth, past the limit of {MAX_TOOTH}")
            }
            Self::NoRepeat(c) => write!(f, "repeat must be at least 1, is {c}"),
            Self::TooManyLayers(n) => {
                write!(f, "{n} layers in all, past the limit of {MAX_LAYERS}")
            }
            Self::DilationBelowOne(d) => write!(f, "largest dilation must be at least 1, is {d}"),
            Self::DilationPastLimit(d) => write!(
                f,
                "largest dilation is {d}, past the limit of {}",
                Dilation::LIMIT
            ),
            Self::FieldBelowOne(a) => {
                write!(f, "a receptive field is at least 1 position, {a} asked")
            }
            Self::EmptyField(a, b) => write!(f, "the range of receptive fields {a}..{b} is empty"),
            Self::FieldPastLimit(a) => write!(
                f,
                "receptive field of {a} asked, past the limit of {MAX_FIELD} positions"
            ),
            Self::JumpNotPositive(j) => write!(f, "jump must be above 0, is {j}"),
            Self::JumpPastLimit(j) => write!(
                f,
                "jump is {j}, past the limit of {MAX_JUMP} in numerator or denominator"
            ),
            Self::InputOutside(n) => write!(
                f,
                "input must be at least 1 and below {MAX_SIZE} positions, is {n}"
            ),
            Self::ShareOutside(s) => {
                write!(f, "share of outer taps must be between 0 and 1, is {s}")
            }
            Self::LobeOutside(x) => write!(f, "largest lobe must be between 0 and 1, is {x}"),
        }
    }
}

impl std::error::Error for GoalError {}

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
    /// use degrid::planner::{Goal, GoalError, Request};
    /// assert_eq!(Goal::new(Request::new(1, 3)).unwrap_err(), GoalError::KernelBelowTwo(1));
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
        Ratio::new(i128::from(*jump.numer()), i128::from(*jump.denom())) * i128::from(positions)
    }
}

fn check(request: &Request) -> Result<(), GoalError> {
    let Request {
        kernel,
        layers: (fewest, most),
        repeat,
        jump,
        ..
    } = *request;
    if kernel < 2 {
        return Err(GoalError::KernelBelowTwo(kernel));
    }
    if kernel > i64::from(Kernel::LIMIT) {
        return Err(GoalError::KernelPastLimit(kernel));
    }
    if fewest < 1 || most < 1 {
        return Err(GoalError::NoLayers);
    }
    if fewest > most {
        return Err(GoalError::EmptyLayers(fewest, most));
    }
    if most > MAX_TOOTH {
        return Err(GoalError::ToothPastLimit(most));
    }
    if repeat < 1 {
        return Err(GoalError::NoRepeat(repeat));
    }
    let all = i128::from(most) * i128::from(repeat);
    if usize::try_from(all).map_or(true, |all| all > MAX_LAYERS) {
        return Err(GoalError::TooManyLayers(all));
    }
    match request.max_dilation {
        Some(d) if d < 1 => return Err(GoalError::DilationBelowOne(d)),
        Some(d) if d > i64::from(Dilation::LIMIT) => return Err(GoalError::DilationPastLimit(d)),
        _ => {}
    }
    let (least, greatest) = request.receptive_field;
    for end in [least, greatest].into_iter().flatten() {
        if end < 1 {
            return Err(GoalError::FieldBelowOne(end));
        }
    }
    if let (Some(a), Some(b)) = (least, greatest)
        && a > b
    {
        return Err(GoalError::EmptyField(a, b));
    }
    if *jump.numer() <= 0 {
        return Err(GoalError::JumpNotPositive(jump));
    }
    if i128::from(*jump.numer()) > MAX_JUMP || i128::from(*jump.denom()) > MAX_JUMP {
        return Err(GoalError::JumpPastLimit(jump));
    }
    if let Some(OuterTaps { input, share }) = request.outer_taps {
        if !(1..MAX_SIZE).contains(&input) {
            return Err(GoalError::InputOutside(input));
        }
        if !(0.0..=1.0).contains(&share) {
            return Err(GoalError::ShareOutside(share));
        }
    }
    match request.max_lobe {
        Some(lobe) if !(0.0..=1.0).contains(&lobe) => Err(GoalError::LobeOutside(lobe)),
        _ => Ok(()),
    }
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
            .ok_or(GoalError::FieldPastLimit(field))?,
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
