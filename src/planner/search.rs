//! A search over schedules that counts its work, keeps to a budget and can be stopped.

use std::ops::ControlFlow;

use super::goal::Goal;
use super::lobe::{Lobe, Sampler};
use super::request::{Rank, Request};
use super::ripple::Ripple;
use super::walk::Space;

/// So many answers of layers looked up cost as much as a schedule looked at, or an answer computed.
const LOOKED_UP: u64 = 16;

/// Progress is reported once in so many schedules.
const REPORT_EVERY: u64 = 1_024;

/// A schedule found; the lowest ripple orders first where it is asked for, then the lowest lobe, then the dilations.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    /// Known where schedules are ranked by it.
    pub(super) ripple: Option<Ripple>,
    pub(super) lobe: Lobe,
    pub(super) tooth: Vec<i64>,
}

/// The most that a schedule may have so that it matters: a lower ripple, or the same and no higher lobe. Any if `None`.
#[derive(Clone, Copy, Default)]
pub(super) struct Bound {
    ripple: Option<Ripple>,
    lobe: Option<Lobe>,
}

impl Bound {
    /// What is no worse than a schedule.
    pub(super) fn of(worst: Option<&Found>) -> Self {
        Self {
            ripple: worst.and_then(|worst| worst.ripple),
            lobe: worst.map(|worst| worst.lobe),
        }
    }

    /// No higher lobe, whatever the ripple.
    pub(super) fn of_lobe(lobe: Option<Lobe>) -> Self {
        Self { ripple: None, lobe }
    }

    /// The lobe that decides before any ripple is known.
    pub(super) fn lobe_alone(self) -> Option<Lobe> {
        let can_be_lower = self.ripple.is_some_and(|ripple| ripple > Ripple::least());
        self.lobe.filter(|_| !can_be_lower)
    }
}

/// What a visit ends with before all is seen.
pub(super) enum End {
    /// Nothing more of this run can matter.
    Run,
    /// Nothing more of this space can matter.
    Space,
    /// The budget or the caller ended the search.
    Search,
}

/// What is looked for among the schedules that a search sees.
pub(super) trait Collect {
    /// With what a tooth matters. Breaks where nothing more does.
    fn bound(&self, _: &Request, _: &[i64]) -> ControlFlow<End, Bound> {
        ControlFlow::Continue(Bound::default())
    }

    /// The highest lobe with which a tooth that differs in its last dilation only matters.
    fn bound_of_run(&self) -> Option<Lobe> {
        None
    }

    /// What [`bound`](Self::bound) takes, in schedules looked at.
    fn cost(&self) -> u64 {
        0
    }

    fn take(&mut self, found: Found) -> ControlFlow<End>;
}

/// Every tooth matters.
impl<F: FnMut(Found) -> ControlFlow<End>> Collect for F {
    fn take(&mut self, found: Found) -> ControlFlow<End> {
        self(found)
    }
}

/// A caller that hears now and then how many schedules were looked at, and may stop the search.
pub(super) type Progress<'a> = &'a mut dyn FnMut(u64) -> ControlFlow<()>;

/// A search that counts what it looks at and can be stopped.
pub(super) struct Search<'a> {
    pub(super) goal: &'a Goal,
    sampler: Sampler,
    left: u64,
    /// Schedules looked at so far, and what their lobes and ripples took: an answer of a layer counts as one more.
    pub(super) nodes: u64,
    reported: u64,
    /// Whether the budget or the caller ended the search.
    pub(super) stopped: bool,
    /// Whether a ripple was needed that would have taken long: its schedule was passed over.
    pub(super) unmeasured: bool,
    pub(super) interrupted: bool,
    progress: Progress<'a>,
}

impl<'a> Search<'a> {
    pub(super) fn new(goal: &'a Goal, budget: u64, progress: Progress<'a>) -> Self {
        Self {
            goal,
            sampler: Sampler::new(goal.request().kernel),
            left: budget,
            nodes: 0,
            reported: 0,
            stopped: false,
            unmeasured: false,
            interrupted: false,
            progress,
        }
    }

    /// Starts anew with another budget, for another question; not after the caller ended the search.
    pub(super) fn renew(&mut self, budget: u64) {
        self.left = budget;
        self.stopped = self.interrupted;
        self.unmeasured = false;
    }

    /// Whether all that was to be looked at was.
    pub(super) fn is_complete(&self) -> bool {
        !self.stopped && !self.unmeasured
    }

    pub(super) fn spend(&mut self, nodes: u64) -> ControlFlow<()> {
        if self.stopped || self.left == 0 {
            self.stopped = true;
            return ControlFlow::Break(());
        }
        self.left = self.left.saturating_sub(nodes);
        self.nodes += nodes;
        if self.nodes >= self.reported + REPORT_EVERY {
            self.reported = self.nodes;
            if (self.progress)(self.nodes).is_break() {
                (self.stopped, self.interrupted) = (true, true);
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    /// Offers every tooth of some spaces to `to`, until stopped or all that matters is seen.
    pub(super) fn visit(&mut self, spaces: impl IntoIterator<Item = Space>, to: &mut impl Collect) {
        for space in spaces {
            let flow = space.runs(|run| match run.each(|tooth| self.look(space, tooth, to)) {
                ControlFlow::Break(End::Run) => ControlFlow::Continue(()),
                flow => flow,
            });
            if let ControlFlow::Break(End::Search) = flow {
                break;
            }
        }
    }

    fn look(&mut self, space: Space, tooth: &[i64], to: &mut impl Collect) -> ControlFlow<End> {
        let stopped = |()| End::Search;
        self.spend(1 + to.cost()).map_break(stopped)?;
        let most = to.bound(self.goal.request(), tooth)?;
        if let Some(found) = self.found_within(tooth, most).map_break(stopped)? {
            return to.take(found);
        }
        // Too high in lobe, perhaps, as the rest of its run may be.
        let bounds = [to.bound_of_run(), self.allowed()].into_iter().flatten();
        let is_above = |bound| self.sampler.surely_above_from_here(tooth, bound);
        if space.last.is_none() && bounds.into_iter().any(is_above) {
            return ControlFlow::Break(End::Run);
        }
        ControlFlow::Continue(())
    }

    /// The goal's largest lobe, of one tooth.
    fn allowed(&self) -> Option<Lobe> {
        let request = self.goal.request();
        request
            .max_lobe
            .map(|allowed| Lobe::root(allowed, request.repeat))
    }

    /// A tooth with its measures, if it is within the goal's limits and may be within `most`. Breaks where the search ends.
    pub(super) fn found_within(
        &mut self,
        tooth: &[i64],
        most: Bound,
    ) -> ControlFlow<(), Option<Found>> {
        let request = self.goal.request();
        let (is_ranked, allowed) = (request.rank == Rank::Ripple, Ripple::allowed(request));
        let (mut ripple, mut lobe) = (None, most.lobe);
        if is_ranked || allowed.is_some() {
            if self.is_surely_above(tooth, most.lobe_alone())? {
                return ControlFlow::Continue(None);
            }
            self.spend(Ripple::cost(request, tooth))?;
            let Some(own) = Ripple::of(request, tooth) else {
                self.unmeasured = true;
                return ControlFlow::Continue(None);
            };
            if [most.ripple, allowed]
                .into_iter()
                .flatten()
                .any(|most| own > most)
            {
                return ControlFlow::Continue(None);
            }
            lobe = lobe.filter(|_| most.ripple.is_none_or(|most| own == most));
            ripple = is_ranked.then_some(own);
        }
        let lobe = self.lobe_within(tooth, lobe)?;
        let tooth = || tooth.to_vec();
        ControlFlow::Continue(lobe.map(|lobe| Found {
            ripple,
            lobe,
            tooth: tooth(),
        }))
    }

    /// Whether the lobe is surely above the goal's or `most`.
    fn is_surely_above(&mut self, tooth: &[i64], most: Option<Lobe>) -> ControlFlow<(), bool> {
        let Some(bound) = self.with_allowed(most) else {
            return ControlFlow::Continue(false);
        };
        let before = self.sampler.looked_up / LOOKED_UP;
        let is_above = self.sampler.surely_above(tooth, bound);
        self.spend(self.sampler.looked_up / LOOKED_UP - before)?;
        ControlFlow::Continue(is_above)
    }

    /// The lower of a lobe and the goal's largest.
    fn with_allowed(&self, most: Option<Lobe>) -> Option<Lobe> {
        [most, self.allowed()].into_iter().flatten().min()
    }

    /// The lobe of a tooth, if it is within the goal's and may be at most `most`. Breaks where the search ends.
    fn lobe_within(&mut self, tooth: &[i64], most: Option<Lobe>) -> ControlFlow<(), Option<Lobe>> {
        if self.is_surely_above(tooth, most)? {
            return ControlFlow::Continue(None);
        }
        let request = self.goal.request();
        let (lobe, work) = Lobe::within(request.kernel, tooth, self.with_allowed(most));
        self.spend(work)?;
        ControlFlow::Continue(lobe.filter(|lobe| lobe.is_allowed(request)))
    }
}
