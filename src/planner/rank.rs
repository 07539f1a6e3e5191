//! The best schedules, in a total order, each list with what is proved of it.
//!
//! By receptive field and by largest dilation the best need no search: they are taken class by class (all schedules of one total, or of one
//! largest dilation), and the classes are known from [`bounds`](super::bounds). Within a class the lobe decides, and every member is looked at. By lobe,
//! and for the non-dominated set, every schedule of the goal is looked at; most are dismissed by a few samples of their answer.

use std::collections::BinaryHeap;
use std::ops::ControlFlow;

use super::goal::{Goal, Rank};
use super::sampler::{Lobe, Sampler};
use super::search::{Space, count_of, spaces};

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
enum End {
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
    fn visit(
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
    fn after_too_high(&self, space: Space, tooth: &[i64], most: Option<Lobe>) -> ControlFlow<End> {
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

    /// The `room` schedules of some spaces that are lowest in lobe, then first in order.
    pub(super) fn lowest(
        &mut self,
        spaces: impl IntoIterator<Item = Space>,
        room: usize,
    ) -> Vec<Entry> {
        let mut best: BinaryHeap<Entry> = BinaryHeap::new();
        self.visit(spaces, |hunt, space, tooth| {
            let worst = if best.len() >= room {
                best.peek().map(|worst| worst.lobe)
            } else {
                None
            };
            if best.len() >= room
                && best.peek().is_some_and(|worst| {
                    worst.lobe.units() <= hunt.least_units(tooth) && *worst.tooth < *tooth
                })
            {
                // No lobe is lower, and all that follow in this space come later in order.
                return ControlFlow::Break(End::Space);
            }
            let ControlFlow::Continue(lobe) = hunt.lobe_within(tooth, worst) else {
                return ControlFlow::Break(End::Search);
            };
            let Some(lobe) = lobe else {
                return hunt.after_too_high(space, tooth, worst);
            };
            best.push(Entry {
                lobe,
                tooth: tooth.to_vec(),
            });
            if best.len() > room {
                best.pop();
            }
            ControlFlow::Continue(())
        });
        best.into_sorted_vec()
    }

    fn least_units(&self, tooth: &[i64]) -> f64 {
        let request = self.goal.request();
        Lobe::least_units(super::bounds::least_lobe(
            request.kernel,
            count_of(tooth.len()),
            1,
            request.allow_equal,
        ))
    }

    /// Number of schedules within the goal's largest lobe; `None` if stopped.
    pub(super) fn count(&mut self) -> Option<u64> {
        let mut count = 0;
        let goal = self.goal;
        self.visit(spaces(goal), |hunt, space, tooth| {
            match hunt.lobe_within(tooth, None) {
                ControlFlow::Break(()) => ControlFlow::Break(End::Search),
                ControlFlow::Continue(None) => hunt.after_too_high(space, tooth, None),
                ControlFlow::Continue(Some(_)) => {
                    count += 1;
                    ControlFlow::Continue(())
                }
            }
        });
        (!self.stopped).then_some(count)
    }

    /// The first `top` schedules by the goal's rank.
    pub(super) fn ranked(&mut self) -> Vec<Entry> {
        let goal = self.goal;
        let top = goal.request().top;
        match goal.request().rank {
            Rank::Lobe => self.lowest(spaces(goal), top),
            Rank::ReceptiveField => {
                let all: Vec<Space> = spaces(goal).collect();
                self.by_class(widest_first(&all), top)
            }
            Rank::Compact => self.by_class(most_compact_first(goal), top),
        }
    }

    fn by_class<C: IntoIterator<Item = Space>>(
        &mut self,
        classes: impl Iterator<Item = C>,
        top: usize,
    ) -> Vec<Entry> {
        let mut list = Vec::new();
        for class in classes {
            if list.len() >= top || self.stopped {
                break;
            }
            list.extend(self.lowest(class, top - list.len()));
        }
        list
    }

    /// All schedules that no other surpasses: none is at least as good in receptive field, lobe and largest dilation and better in one.
    pub(super) fn pareto(&mut self) -> Vec<Entry> {
        let mut front = Front::default();
        let goal = self.goal;
        self.visit(spaces(goal), |hunt, _, tooth| {
            let (total, last) = key(tooth);
            match hunt.lobe_within(tooth, front.lowest(total, last)) {
                ControlFlow::Break(()) => return ControlFlow::Break(End::Search),
                ControlFlow::Continue(None) => {}
                ControlFlow::Continue(Some(lobe)) => front.offer(Entry {
                    lobe,
                    tooth: tooth.to_vec(),
                }),
            }
            ControlFlow::Continue(())
        });
        let mut list = front.0;
        match goal.request().rank {
            Rank::Lobe => list.sort(),
            Rank::ReceptiveField => {
                list.sort_by(|a, b| key(&b.tooth).0.cmp(&key(&a.tooth).0).then_with(|| a.cmp(b)));
            }
            Rank::Compact => {
                list.sort_by(|a, b| key(&a.tooth).1.cmp(&key(&b.tooth).1).then_with(|| a.cmp(b)));
            }
        }
        list
    }
}

/// Total and largest dilation.
fn key(tooth: &[i64]) -> (i64, i64) {
    (tooth.iter().sum(), tooth.last().copied().unwrap_or(0))
}

/// Classes of one receptive field each, the largest first. Several layer counts may share a class.
fn widest_first(all: &[Space]) -> impl Iterator<Item = Vec<Space>> + '_ {
    let mut below = i64::MAX;
    std::iter::from_fn(move || {
        let total = all
            .iter()
            .map(Space::totals)
            .filter(|&(least, _)| least < below)
            .map(|(_, greatest)| greatest.min(below - 1))
            .max()?;
        below = total;
        Some(
            all.iter()
                .filter_map(|space| space.with_total(total))
                .collect(),
        )
    })
}

/// Classes of one largest dilation each, the smallest first.
fn most_compact_first(goal: &Goal) -> impl Iterator<Item = Vec<Space>> + use<'_> {
    let limits = *goal.limits();
    let reaches = move |cap: i64| {
        let capped = super::bounds::Limits { cap, ..limits };
        goal.layers().any(|n| capped.totals(count_of(n)).is_some())
    };
    // A higher cap only adds teeth, so the first cap that has one is found by halving.
    let last = goal
        .layers()
        .filter_map(|n| limits.widest(count_of(n)).last().copied())
        .max()
        .unwrap_or(0);
    let (mut low, mut high) = (1, last);
    while low < high {
        let middle = i64::midpoint(low, high);
        if reaches(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    (low..=last).map(move |last| {
        goal.layers()
            .filter_map(|n| Space::with_last(&limits, n, last))
            .collect()
    })
}

/// Schedules none of which surpasses another, the lowest in lobe first.
#[derive(Default)]
struct Front(Vec<Entry>);

impl Front {
    /// The lowest lobe of those at least as wide and as compact.
    fn lowest(&self, total: i64, last: i64) -> Option<Lobe> {
        self.0
            .iter()
            .find(|entry| {
                let (wide, compact) = key(&entry.tooth);
                wide >= total && compact <= last
            })
            .map(|entry| entry.lobe)
    }

    fn offer(&mut self, entry: Entry) {
        if self.0.iter().any(|old| surpasses(old, &entry)) {
            return;
        }
        self.0.retain(|old| !surpasses(&entry, old));
        let place = self.0.partition_point(|old| old < &entry);
        self.0.insert(place, entry);
    }
}

fn surpasses(a: &Entry, b: &Entry) -> bool {
    let ((a_total, a_last), (b_total, b_last)) = (key(&a.tooth), key(&b.tooth));
    let (a_lobe, b_lobe) = (a.lobe.units(), b.lobe.units());
    a_total >= b_total
        && a_last <= b_last
        && a_lobe <= b_lobe
        && (a_total > b_total || a_last < b_last || a_lobe < b_lobe)
}
