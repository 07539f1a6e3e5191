//! Finds dilation schedules that leave no hole, or says why there are none.
//!
//! A [`Request`] is checked into a [`Goal`]; [`plan()`] answers it with a [`Plan`] or a [`Refusal`]; [`each()`] streams every schedule and
//! [`count()`] counts them. A schedule is one tooth, non-decreasing, repeated as a whole. It is valid if the tooth rises (strictly, unless
//! equal dilations are allowed), the dilations have no common factor, the published maximum distance holds for the tooth (unless only
//! the exact test is asked), and the repeated stage has no hole. [`bounds`] proves what this means and why no search meets a dead end.

pub mod bounds;
mod climb;
mod closed;
mod count;
mod front;
mod goal;
mod hunt;
mod rank;
mod refusal;
mod relax;
mod request;
mod sampler;
mod score;
mod search;
mod shortlist;
pub mod tune;

use std::ops::ControlFlow;

use num_bigint::BigUint;
use serde::{Serialize, Serializer};

pub use count::count;
pub use goal::{Goal, GoalError, MAX_TOOTH};
pub use refusal::{Binding, Reason, Refusal};
pub use relax::{Relaxation, Relaxed};
pub use request::{OuterTaps, Rank, Request};
pub use score::Scored;
pub use search::{Space, each, spaces};
pub use tune::{
    Effort, FIXABLE, FillRefusal, FillRequest, Filled, Fix, Fixed, Fixes, Found, Left, Nearness, fill, fix,
    fixes, hints, places,
};
pub(crate) use tune::{MOST_ROUNDS, numbers, sides, transposed};

use hunt::{Entry, Hunt};

/// How much work a plan may take. The same budget gives the same plan on every run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Most schedules to look at, for the list and again for the count where only a search can count; a lobe computed counts as 256.
    pub nodes: u64,
    /// Most additions of 64-bit words for the count.
    pub words: u64,
}

impl Default for Budget {
    /// About ten seconds for the list, and one for the count.
    fn default() -> Self {
        Self {
            nodes: 20_000_000,
            words: 1_000_000_000,
        }
    }
}

/// What is proved of a list.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// It is the best there is, in its order. Lobes of one tooth that agree to eight decimals count as equal.
    Best,
    /// What it is ranked by first (receptive field or largest dilation) is the best there is for each place that is filled, and no better
    /// schedule is left out for it; among schedules equal in that, not all could be looked at.
    FirstKey,
    /// Not all schedules could be looked at. No schedule of the goal has a lobe below this.
    Bounded {
        /// The bound.
        least_lobe: f64,
    },
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plan {
    /// Whether the list is proved best.
    pub complete: bool,
    /// What is proved where it is not.
    #[serde(skip)]
    pub proof: Proof,
    /// How many schedules there are, listed or not; `None` where the budget ended the count.
    #[serde(serialize_with = "as_text")]
    pub count: Option<BigUint>,
    /// The best, first the very best.
    pub schedules: Vec<Scored>,
}

#[allow(clippy::ref_option, reason = "the signature that serde asks for")]
fn as_text<S: Serializer>(count: &Option<BigUint>, serializer: S) -> Result<S::Ok, S::Error> {
    match count {
        Some(count) => serializer.collect_str(count),
        None => serializer.serialize_none(),
    }
}

/// Plans: the best schedules of a goal, and how many there are.
///
/// `progress` is told, now and then, how many schedules were looked at; if it breaks, the plan is the best so far and not complete.
/// With `top` 0 nothing is listed.
///
/// # Errors
/// [`Refusal`] if there is no such schedule, or none was found within the budget; it says which.
///
/// ```
/// use degrid::planner::{Budget, Goal, Request, plan};
/// use std::ops::ControlFlow;
///
/// let goal = Goal::new(Request::new(3, 3)).unwrap();
/// let plan = plan(&goal, &Budget::default(), |_| ControlFlow::Continue(())).unwrap();
/// assert_eq!(plan.schedules[0].dilations, [1, 3, 9]);
/// assert_eq!(plan.schedules[0].receptive_field, 27);
/// assert_eq!(plan.count.unwrap().to_string(), "11");
///
/// let far = Goal::new(Request { receptive_field: (Some(65), None), ..Request::new(3, 3) }).unwrap();
/// let refusal = degrid::planner::plan(&far, &Budget::default(), |_| ControlFlow::Continue(())).unwrap_err();
/// assert_eq!(
///     refusal.to_string(),
///     "3 layers of kernel 3 see at most 27 positions without a hole, 65 asked; 4 layers reach 81: 1,3,9,27",
/// );
/// ```
pub fn plan(
    goal: &Goal,
    budget: &Budget,
    progress: impl FnMut(u64) -> ControlFlow<()>,
) -> Result<Plan, Refusal> {
    if spaces(goal).next().is_none() {
        return Err(Refusal::of_fields(goal));
    }
    let request = goal.request();
    let least_lobe = least_lobe(goal);
    if request.max_lobe.is_some_and(|most| most < least_lobe) {
        return Err(Refusal::below_every_lobe(goal, least_lobe));
    }
    let mut hunt = Hunt::new(goal, budget.nodes, progress);
    let mut found = match (request.top, request.pareto) {
        (0, _) => Vec::new(),
        (_, true) => hunt.pareto(),
        (_, false) => hunt.ranked(),
    };
    let complete = !hunt.stopped();
    let looked_at = hunt.nodes();
    if !complete && request.rank == Rank::Lobe && !request.pareto {
        hunt.renew(budget.nodes / 4);
        found = hunt.climb(found, request.top);
    }
    if found.is_empty() && request.top > 0 {
        return Err(if complete {
            Refusal::of_lobe(goal, budget, looked_at, hunt.into_progress())
        } else {
            Refusal::unproved(goal, looked_at)
        });
    }
    let proof = match request.rank {
        _ if complete => Proof::Best,
        Rank::ReceptiveField | Rank::Compact if !request.pareto && request.max_lobe.is_none() => {
            Proof::FirstKey
        }
        _ => Proof::Bounded { least_lobe },
    };
    let count = if request.max_lobe.is_some() {
        hunt.renew(budget.nodes);
        hunt.count().map(BigUint::from)
    } else {
        count(goal, budget.words)
    };
    Ok(Plan {
        complete,
        proof,
        count,
        schedules: scored(request, &found),
    })
}

fn scored(request: &Request, found: &[Entry]) -> Vec<Scored> {
    let measure = |tooth: &[i64]| Scored::measure(request.kernel, request.repeat, tooth);
    found
        .iter()
        .map(|entry| {
            measure(&entry.tooth).expect("a set without a hole is an interval of any length")
        })
        .collect()
}

/// Whether a tooth's stage keeps to the goal's largest lobe, which [`each()`] and [`count()`] do not ask.
///
/// ```
/// use degrid::planner::{Goal, Request, within_lobe};
/// let goal = Goal::new(Request { max_lobe: Some(0.2), ..Request::new(3, 3) }).unwrap();
/// assert!(within_lobe(&goal, &[1, 2, 5]) && !within_lobe(&goal, &[1, 2, 4]));
/// ```
#[must_use]
pub fn within_lobe(goal: &Goal, tooth: &[i64]) -> bool {
    let request = goal.request();
    request.max_lobe.is_none_or(|most| {
        sampler::Lobe::of(request.kernel, tooth).repeated(request.repeat) <= most
    })
}

/// A lobe that no schedule of the goal gets below.
fn least_lobe(goal: &Goal) -> f64 {
    let request = goal.request();
    spaces(goal)
        .filter_map(|space| i64::try_from(space.layers()).ok())
        .map(|layers| {
            bounds::least_lobe(request.kernel, layers, request.repeat, request.allow_equal)
        })
        .fold(1.0, f64::min)
}
