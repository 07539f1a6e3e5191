//! A search over schedules that counts what it looks at and can be stopped.

use std::ops::ControlFlow;

use super::goal::Goal;
use super::sampler::{Lobe, Sampler};
use super::search::Space;

/// A lobe computed costs as much as this many schedules looked at.
const LOBE_COST: u64 = 256;

/// A search for peaks between the samples as much as this many.
const PEAKS_COST: u64 = 16;

/// Progress is told once in so many schedules.
const TOLD_EVERY: u64 = 1_024;

/// A schedule found, and what it is ranked by.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) lobe: Lobe,
    pub(super) tooth: Vec<i64>,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.lobe
            .units()
            .total_cmp(&other.lobe.units())
            .then_with(|| self.tooth.cmp(&other.tooth))
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

/// A search that counts what it looks at and can be stopped.
pub(super) struct Hunt<'a, P> {
    goal: &'a Goal,
    sampler: Sampler,
    left: u64,
    nodes: u64,
    told: u64,
    stopped: bool,
    interrupted: bool,
    progress: P,
}

impl<'a, P: FnMut(u64) -> ControlFlow<()>> Hunt<'a, P> {
    pub(super) fn new(goal: &'a Goal, budget: u64, progress: P) -> Self {
        let request = goal.request();
        let (_, layers) = request.layers;
        let cap = goal
            .limits()
            .widest(layers)
            .last()
            .copied()
            .unwrap_or(goal.limits().cap);
        let sampler = Sampler::new(request.kernel, cap);
        Self {
            goal,
            sampler,
            left: budget,
            nodes: 0,
            told: 0,
            stopped: false,
            interrupted: false,
            progress,
        }
    }

    /// Whether the budget or the caller ended the search.
    pub(super) fn stopped(&self) -> bool {
        self.stopped
    }

    /// What is told of the work, for another search.
    pub(super) fn into_progress(self) -> P {
        self.progress
    }

    /// Starts anew with another budget, for another question; not after the caller ended the search.
    pub(super) fn renew(&mut self, budget: u64) {
        self.left = budget;
        self.stopped = self.interrupted;
    }

    /// Schedules looked at so far, each lobe computed counted as 256 more.
    pub(super) fn nodes(&self) -> u64 {
        self.nodes
    }

    /// The goal.
    pub(super) fn goal(&self) -> &'a Goal {
        self.goal
    }

    pub(super) fn spend(&mut self, nodes: u64) -> ControlFlow<()> {
        if self.stopped || self.left == 0 {
            self.stopped = true;
            return ControlFlow::Break(());
        }
        self.left = self.left.saturating_sub(nodes);
        self.nodes += nodes;
        if self.nodes >= self.told + TOLD_EVERY {
            self.told = self.nodes;
            if (self.progress)(self.nodes).is_break() {
                (self.stopped, self.interrupted) = (true, true);
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    /// Hands over every tooth of some spaces until stopped, or to the end of a run or space that is done with.
    pub(super) fn visit(
        &mut self,
        spaces: impl IntoIterator<Item = Space>,
        mut see: impl FnMut(&mut Self, Space, &[i64]) -> ControlFlow<End>,
    ) {
        for space in spaces {
            let flow = space.each_of_runs(|tooth| {
                if self.spend(1).is_break() {
                    return ControlFlow::Break(End::Search);
                }
                match see(self, space, tooth) {
                    ControlFlow::Break(End::Run) => ControlFlow::Continue(false),
                    ControlFlow::Break(end) => ControlFlow::Break(end),
                    ControlFlow::Continue(()) => ControlFlow::Continue(true),
                }
            });
            if let ControlFlow::Break(End::Search) = flow {
                break;
            }
        }
    }

    /// How to go on after a tooth that was too high in lobe: not with the rest of its run, if that is too high as well.
    pub(super) fn after_too_high(
        &self,
        space: Space,
        tooth: &[i64],
        most: Option<Lobe>,
    ) -> ControlFlow<End> {
        let bounds = [most, self.allowed()].into_iter().flatten();
        if space.last_is_free()
            && bounds
                .into_iter()
                .any(|bound| self.sampler.surely_above_from_here(tooth, bound))
        {
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

    /// The lobe of a tooth, if it is within the goal's and may be at most `most`. Breaks where the search ends.
    pub(super) fn lobe_within(
        &mut self,
        tooth: &[i64],
        most: Option<Lobe>,
    ) -> ControlFlow<(), Option<Lobe>> {
        let request = self.goal.request();
        let allowed = request.max_lobe;
        let bounds = [most, self.allowed()];
        let lowest = bounds
            .into_iter()
            .flatten()
            .min_by(|a, b| a.0.total_cmp(&b.0));
        if let Some(bound) = lowest {
            if self.sampler.surely_above(tooth, bound) {
                return ControlFlow::Continue(None);
            }
            self.spend(PEAKS_COST)?;
            if self.sampler.peaks_above(tooth, bound) {
                return ControlFlow::Continue(None);
            }
        }
        self.spend(LOBE_COST)?;
        let lobe = Lobe::of(request.kernel, tooth);
        ControlFlow::Continue(
            allowed
                .is_none_or(|allowed| lobe.repeated(request.repeat) <= allowed)
                .then_some(lobe),
        )
    }
}
