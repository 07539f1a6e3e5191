//! Ripples as they are compared.

use crate::footprint::{Comb, chain_ripple};

use super::bounds::count_of;
use super::request::Request;
use super::rounded::Rounded;

/// So many additions of path counts take as long as looking at a schedule.
const ADDITIONS: i64 = 64;

/// Ripples are rounded to one in so many: well above the rounding of path counts past 2^53.
const UNITS: f64 = 1e8;

/// The ripple of a repeated stage, rounded to eight decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ripple(Rounded);

impl Ripple {
    /// Of counts that rise once and fall once. None is lower: every count is climbed to from 0 and left to 0.
    pub(super) fn least() -> Self {
        Self::rounded(1.0)
    }

    /// A ripple as it is compared and listed.
    pub(super) fn rounded(ripple: f64) -> Self {
        Self(Rounded::new(ripple, UNITS))
    }

    /// The ripple of the repeated stage; `None` where it would take long.
    pub(super) fn of(request: &Request, tooth: &[i64]) -> Option<Self> {
        let copies = usize::try_from(request.repeat).unwrap_or(0);
        let taps = request.kernel;
        let mut chain: Vec<Comb> = tooth.iter().map(|&step| Comb { taps, step }).collect();
        chain.sort_by_key(|comb| comb.step);
        chain_ripple(&chain.repeat(copies)).map(Self::rounded)
    }

    /// What it costs, in schedules looked at.
    pub(super) fn cost(request: &Request, tooth: &[i64]) -> u64 {
        let layers = request.repeat.saturating_mul(count_of(tooth.len()));
        let total: i64 = tooth.iter().sum();
        let extent = 1 + (request.kernel - 1).saturating_mul(request.repeat.saturating_mul(total));
        let additions = extent.saturating_mul(layers);
        1 + u64::try_from(additions / ADDITIONS).unwrap_or_default()
    }

    /// The largest ripple of a goal, if it has one.
    pub(super) fn allowed(request: &Request) -> Option<Self> {
        request.max_ripple.map(Self::rounded)
    }

    pub(super) fn value(self) -> f64 {
        self.0.value()
    }
}
