//! Finds dilation schedules that leave no hole, or says why there are none.
//!
//! [`plan()`] answers a [`Request`] with a [`Plan`], or says why there is none and what to relax. A [`Goal`] is a request that was
//! checked: [`Goal::fewest`] finds how few layers will do, [`Goal::plan`] keeps to a [`Budget`] and reports its progress, [`Goal::each`] streams every schedule and [`Goal::count`]
//! counts them. A schedule is one tooth, non-decreasing, repeated as it stands. It is valid if the tooth rises (strictly, unless equal
//! dilations are allowed), the dilations have no common factor, the published maximum distance holds for the tooth (unless only the exact
//! test is asked), and the repeated stage has no hole. [`bounds`] proves what this means and why no search meets a dead end.

pub mod bounds;
mod count;
mod fewest;
mod front;
mod goal;
mod lobe;
mod plan;
mod polynomial;
mod probe;
mod ranked;
mod refusal;
mod relax;
mod request;
mod ripple;
mod rounded;
mod search;
pub mod tune;
mod walk;

pub use fewest::Fewest;
pub use goal::{Goal, GoalError};
pub use plan::{Plan, PlanError, Proof, Scored, plan};
#[cfg(feature = "cli")]
pub(crate) use refusal::rounded_down;
pub use refusal::{Binding, Reason, Refusal};
pub use relax::{Relaxation, Relaxed};
pub use request::{Budget, MAX_TOOTH, OuterTaps, Rank, Request};
pub use tune::{
    Effort, FIXABLE, FillRefusal, FillRequest, Filled, Fix, Fixed, Fixes, Found, Names, Nearness,
    Shrink, alignments, fill, fix, fixes, hints, places, weights,
};
#[cfg(feature = "toml")]
pub(crate) use tune::{in_rounds, of_findings, sides, transposed};
pub use walk::Run;
