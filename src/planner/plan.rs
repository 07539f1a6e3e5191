//! The best schedules of a goal, their measures, and what is proved of them.

use std::ops::ControlFlow;

use num_bigint::BigUint;
use serde::{Serialize, Serializer};

use crate::footprint::{AxisSet, AxisValue, Comb, FootprintError, chain_ripple, overlap};
use crate::network::schedule::second_distance;

use super::goal::{Goal, GoalError};
use super::lobe::Lobe;
use super::refusal::Refusal;
use super::request::{Budget, Rank, Request};
use super::ripple::Ripple;
use super::search::{Found, Search};

/// What is proved of a list.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// It is the best there is, in its order. Lobes of one tooth that agree to nine digits, and ripples to eight decimals, count as equal.
    Best,
    /// What it is ranked by first (receptive field or largest dilation) is the best there is for each place that is filled, and no better
    /// schedule is left out for it; among schedules equal in that, not all could be looked at.
    FirstKey,
    /// Not all schedules could be looked at, and no ripple is below 1.
    Searched,
    /// Wide schedules were passed over: their ripple would take long.
    Unmeasured,
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

/// Why a request has no plan.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PlanError {
    /// It makes no sense.
    #[error("{0}")]
    Request(GoalError),
    /// There is no such schedule, or none was found within the budget.
    #[error("{0}")]
    Refused(Refusal),
}

/// Plans: the best schedules of a request, and how many there are, with the work of [`Budget::default`].
///
/// # Errors
/// [`PlanError`] if the request makes no sense or has no schedule; it says why, and what to relax.
///
/// ```
/// use degrid::planner::{Request, plan};
///
/// let three = plan(&Request::new(3, 3)).unwrap();
/// assert_eq!(three.schedules[0].dilations, [1, 3, 9]);
/// assert_eq!(three.schedules[0].receptive_field, 27);
/// assert_eq!(three.count.unwrap().to_string(), "11");
///
/// let far = plan(&Request { receptive_field: (Some(65), None), ..Request::new(3, 3) });
/// assert_eq!(
///     far.unwrap_err().to_string(),
///     "3 layers of kernel 3 see at most 27 positions without a hole, 65 asked; 4 layers reach 81: 1,3,9,27",
/// );
/// ```
pub fn plan(request: &Request) -> Result<Plan, PlanError> {
    Goal::new(request.clone())
        .map_err(PlanError::Request)?
        .plan(&Budget::default(), |_| ControlFlow::Continue(()))
        .map_err(PlanError::Refused)
}

impl Goal {
    /// The best schedules, and how many there are, within a budget.
    ///
    /// `progress` hears, now and then, how many schedules were looked at; if it breaks, the plan is the best so far and not complete.
    /// With `top` 0 nothing is listed.
    ///
    /// # Errors
    /// [`Refusal`] if there is no such schedule, or none was found within the budget; it says which.
    pub fn plan(
        &self,
        budget: &Budget,
        mut progress: impl FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Plan, Refusal> {
        if let Some(refusal) = self.refusal(budget, &mut progress) {
            return Err(refusal);
        }
        if self.is_open() {
            let fewest = self.fewest(budget, &mut progress)?;
            return fewest.goal.plan(budget, progress);
        }
        let request = self.request();
        let mut search = Search::new(self, budget.nodes, &mut progress);
        let mut found = match (request.top, request.pareto) {
            (0, _) => Vec::new(),
            (_, true) => search.pareto(),
            (_, false) => search.ranked(),
        };
        let complete = search.is_complete();
        let is_unmeasured = search.unmeasured && !search.stopped;
        let nodes = search.nodes;
        if !complete && found.is_empty() && request.top > 0 {
            search.renew(budget.nodes / 4);
            found.extend(search.probe());
        }
        let by_search = matches!(request.rank, Rank::Lobe | Rank::Ripple);
        if !complete && by_search && !request.pareto {
            search.renew(budget.nodes / 4);
            found = search.descend(found, request.top);
        }
        if found.is_empty() && request.top > 0 {
            return Err(if complete {
                Refusal::of_limits(self, budget, nodes, &mut progress)
            } else if is_unmeasured {
                Refusal::unmeasured(self)
            } else {
                Refusal::unproved(self, nodes)
            });
        }
        let all = self.count(budget.words);
        let count = if !request.is_searched() {
            all
        } else if all.is_some_and(|all| all > self.most_seen(budget.nodes)) {
            None
        } else {
            search.renew(budget.nodes);
            search.count().map(BigUint::from)
        };
        Ok(Plan {
            complete,
            proof: if is_unmeasured {
                Proof::Unmeasured
            } else {
                proof(self, complete)
            },
            count,
            schedules: found.iter().map(|found| scored(request, found)).collect(),
        })
    }
}

impl Goal {
    /// The most schedules that a search sees which looks at so many: at one, at least, of each run of teeth that differ in their last dilation
    /// only.
    fn most_seen(&self, nodes: u64) -> BigUint {
        let widest = self.limits().widest(self.request().layers.1);
        let most_in_a_run = widest.last().copied().unwrap_or(self.limits().cap);
        BigUint::from(nodes) * most_in_a_run.unsigned_abs()
    }
}

fn proof(goal: &Goal, complete: bool) -> Proof {
    let request = goal.request();
    let by_class = !matches!(request.rank, Rank::Lobe | Rank::Ripple)
        && !request.pareto
        && !request.is_searched();
    match complete {
        true => Proof::Best,
        false if by_class => Proof::FirstKey,
        false if request.rank == Rank::Ripple => Proof::Searched,
        false => Proof::Bounded {
            least_lobe: goal.least_lobe(),
        },
    }
}

fn scored(request: &Request, found: &Found) -> Scored {
    Scored::measure(request.kernel, request.repeat, &found.tooth)
        .expect("a set without a hole is an interval of any length")
}

/// A tooth and the measures of the stage that repeats it, along one axis, alone, at stride 1.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scored {
    /// The dilations of one tooth, input side first.
    pub dilations: Vec<i64>,
    /// How often the tooth is repeated.
    pub repeat: i64,
    /// Extent of the stage's footprint, in positions of the map it reads.
    pub receptive_field: i64,
    /// Peak grating lobe, 0 to 1, to nine digits; 0 where it is below every float.
    pub lobe: f64,
    /// Ups and downs of the path counts, 1 for a single rise and fall; `None` for wide stages, where it would take long.
    pub ripple: Option<f64>,
    /// What neighbouring outputs share of what they see, 0 to 1.
    pub overlap: f64,
    /// The largest dilation.
    pub largest_dilation: i64,
    /// M_2 of the published recurrence, of the tooth; `None` for one layer.
    pub m2: Option<i64>,
    /// Positions that the stage misses between its first and last.
    pub holes: i64,
}

impl Scored {
    /// Measures any tooth of layers with `kernel` taps, holes or not.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] if it has holes and sees more than the limit of cells.
    ///
    /// ```
    /// let scored = degrid::planner::Scored::measure(3, 2, &[1, 2, 5]).unwrap();
    /// assert_eq!((scored.receptive_field, scored.m2, scored.holes), (33, Some(2), 0));
    /// ```
    pub fn measure(kernel: i64, repeat: i64, tooth: &[i64]) -> Result<Self, FootprintError> {
        let copies = usize::try_from(repeat).unwrap_or(0);
        let mut steps = tooth.repeat(copies);
        // Fine layers first: what has no hole stays an interval and costs nothing.
        steps.sort_unstable();
        let combs: Vec<Comb> = steps
            .iter()
            .map(|&step| Comb { taps: kernel, step })
            .collect();
        let mut set = AxisSet::interval(0, 1);
        for &step in &steps {
            set = set.spread(kernel, step)?;
        }
        Ok(Self {
            dilations: tooth.to_vec(),
            repeat,
            receptive_field: set.extent(),
            lobe: Lobe::of(kernel, tooth).repeated(repeat),
            ripple: chain_ripple(&combs).map(|ripple| Ripple::rounded(ripple).value()),
            overlap: overlap(&set, 1).unwrap_or(0.0),
            largest_dilation: tooth.iter().copied().max().unwrap_or(1),
            m2: second_distance(tooth),
            holes: set.extent() - set.count(),
        })
    }
}
