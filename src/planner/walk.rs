//! Every tooth that a goal allows, in lexicographic order: depth first, without a dead end and in constant memory.

use std::ops::{ControlFlow, Range, RangeInclusive};

use itertools::Itertools;

use crate::footprint::least_passing;

use super::bounds::{Limits, count_of};
use super::goal::Goal;

/// A part of a goal's teeth: one layer count, a range of totals, and perhaps one largest dilation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Space {
    limits: Limits,
    /// Number of layers of its teeth.
    pub(super) layers: usize,
    least: i64,
    greatest: i64,
    /// The last dilation, where it is fixed. `limits.cap` is then the most that the one before may be.
    pub(super) last: Option<i64>,
}

impl Space {
    /// All teeth of `layers`; `None` if there are none.
    pub(super) fn of_layers(limits: &Limits, layers: usize) -> Option<Self> {
        let (least, greatest) = limits.totals(count_of(layers))?;
        Some(Self {
            limits: *limits,
            layers,
            least,
            greatest,
            last: None,
        })
    }

    /// Those whose dilations add up to `total`; `None` if there are none.
    pub(super) fn with_total(self, total: i64) -> Option<Self> {
        let total = total - self.last.unwrap_or(0);
        (self.least <= total && total <= self.greatest).then_some(Self {
            least: total,
            greatest: total,
            ..self
        })
    }

    /// Those of all teeth of `layers` whose largest dilation is `last`; `None` if there are none.
    ///
    /// The layers before the last are a tooth of their own with a lower cap, whose total lies between what the last dilation needs
    /// before it and what the receptive field leaves for it.
    pub(super) fn with_last(limits: &Limits, layers: usize, last: i64) -> Option<Self> {
        if last > limits.cap {
            return None;
        }
        let mut space = Self {
            limits: *limits,
            layers,
            least: limits.least_asked() - last,
            greatest: limits.greatest_asked() - last,
            last: Some(last),
        };
        let before = count_of(layers) - 1;
        if before == 0 {
            let fits = last == 1 && space.least <= 0 && space.greatest >= 0;
            (space.least, space.greatest) = (0, 0);
            return fits.then_some(space);
        }
        space.limits.cap = last - limits.rise;
        let (least, greatest) = space.limits.reachable(before)?;
        space.least = space.least.max(least).max(limits.total_before(last));
        space.greatest = space.greatest.min(greatest);
        (space.least <= space.greatest).then_some(space)
    }

    /// Least and greatest total of its teeth. Every total between them occurs.
    pub(super) fn totals(&self) -> (i64, i64) {
        let last = self.last.unwrap_or(0);
        (self.least + last, self.greatest + last)
    }

    /// Hands every tooth to `sink`, run by run in lexicographic order, until it breaks.
    pub(super) fn runs<B>(self, mut sink: impl FnMut(Run<'_>) -> ControlFlow<B>) -> ControlFlow<B> {
        let mut walk = Walk::new(self);
        while let Some((from, to)) = walk.next_run() {
            sink(walk.run(from, to))?;
        }
        ControlFlow::Continue(())
    }

    /// Its first tooth in lexicographic order.
    pub(super) fn first(self) -> Vec<i64> {
        let mut head = Head::new(self);
        // There is one: a space is made only where it has a tooth.
        head.advance();
        head.walk.tooth
    }
}

/// The parts of a goal, one a layer count, without those that are empty.
pub(super) fn spaces(goal: &Goal) -> impl DoubleEndedIterator<Item = Space> + use<'_> {
    goal.layers()
        .filter_map(|layers| Space::of_layers(goal.limits(), layers))
}

impl Goal {
    /// The greatest total up to `most` that some number of layers reaches, and that number, whatever receptive field is asked.
    pub(super) fn total_below(&self, most: i64) -> Option<(i64, i64)> {
        let ends = self.reachable().filter(|&(_, (low, _))| low <= most);
        ends.map(|(n, (_, high))| (high.min(most), n)).max()
    }

    /// The least total from `least` on, likewise.
    pub(super) fn total_above(&self, least: i64) -> Option<(i64, i64)> {
        let ends = self.reachable().filter(|&(_, (_, high))| high >= least);
        ends.map(|(n, (low, _))| (low.max(least), n)).min()
    }

    /// Least and greatest total of each number of layers, whatever receptive field is asked.
    pub(super) fn reachable(&self) -> impl Iterator<Item = (i64, (i64, i64))> {
        let layers = self.layers().map(count_of);
        layers.filter_map(|n| Some((n, self.limits().reachable(n)?)))
    }

    /// Hands every tooth (the largest lobe apart) to `sink`, in lexicographic order, one that continues another after it.
    ///
    /// Memory is that of one tooth for each layer count.
    ///
    /// # Errors
    /// What the sink broke with.
    ///
    /// ```
    /// use degrid::planner::{Goal, Request};
    /// use std::ops::{ControlFlow, Range, RangeInclusive};
    ///
    /// let goal = Goal::new(Request { layers: (1, 3), max_dilation: Some(3), ..Request::new(3, 1) }).unwrap();
    /// let mut found = Vec::new();
    /// let _ = goal.each(|tooth| { found.push(tooth.to_vec()); ControlFlow::<()>::Continue(()) });
    /// assert_eq!(found, [&[1][..], &[1, 2], &[1, 2, 3], &[1, 3]]);
    /// ```
    pub fn each<B>(&self, mut sink: impl FnMut(&[i64]) -> ControlFlow<B>) -> ControlFlow<B> {
        self.each_run(|run| run.each(&mut sink))
    }

    /// As [`each`](Self::each), in runs: teeth in a row that differ in their last dilation only.
    ///
    /// # Errors
    /// What the sink broke with.
    ///
    /// ```
    /// use degrid::planner::{Goal, Request};
    /// use std::ops::{ControlFlow, Range, RangeInclusive};
    ///
    /// let goal = Goal::new(Request { max_dilation: Some(8), ..Request::new(3, 3) }).unwrap();
    /// let mut found = Vec::new();
    /// let _ = goal.each_run(|run| { found.push((run.before().to_vec(), run.last())); ControlFlow::<()>::Continue(()) });
    /// assert_eq!(found, [(vec![1, 2], 3..=7), (vec![1, 3], 4..=8)]);
    /// ```
    pub fn each_run<B>(&self, mut sink: impl FnMut(Run<'_>) -> ControlFlow<B>) -> ControlFlow<B> {
        let parts: Vec<Space> = spaces(self).collect();
        if let [space] = parts[..] {
            return space.runs(sink);
        }
        let mut heads: Vec<Head> = parts.into_iter().map(Head::new).collect();
        heads.retain_mut(Head::advance);
        let first = |heads: &[Head]| {
            heads
                .iter()
                .position_min_by(|a, b| a.walk.tooth.cmp(&b.walk.tooth))
        };
        while let Some(at) = first(&heads) {
            // Only longer teeth come between those of a run: each continues one of them.
            let is_longest = heads.iter().map(Head::layers).max() == Some(heads[at].layers());
            sink(heads[at].run(is_longest))?;
            if !heads[at].advance() {
                heads.swap_remove(at);
            }
        }
        ControlFlow::Continue(())
    }
}

/// Teeth that differ in their last dilation only; in a space whose last dilation is fixed, in the one before.
#[derive(Debug)]
pub struct Run<'a> {
    tooth: &'a mut [i64],
    at: usize,
    range: RangeInclusive<i64>,
}

impl Run<'_> {
    /// The dilations that all its teeth begin with.
    #[must_use]
    pub fn before(&self) -> &[i64] {
        &self.tooth[..self.at]
    }

    /// What follows them, one in each tooth.
    #[must_use]
    pub fn last(&self) -> RangeInclusive<i64> {
        self.range.clone()
    }

    /// Hands its teeth to `sink`, in order.
    ///
    /// # Errors
    /// What the sink broke with.
    pub fn each<B>(self, mut sink: impl FnMut(&[i64]) -> ControlFlow<B>) -> ControlFlow<B> {
        for dilation in self.range {
            self.tooth[self.at] = dilation;
            sink(self.tooth)?;
        }
        ControlFlow::Continue(())
    }
}

/// A walk that stands at a tooth.
struct Head {
    walk: Walk,
    /// What is left of the current run.
    left: Range<i64>,
}

impl Head {
    fn new(space: Space) -> Self {
        Self {
            walk: Walk::new(space),
            left: 0..0,
        }
    }

    fn layers(&self) -> usize {
        self.walk.space.layers
    }

    /// Steps to the next tooth; `false` behind the last.
    fn advance(&mut self) -> bool {
        let next = self.left.next().or_else(|| {
            let (from, to) = self.walk.next_run()?;
            self.left = from + 1..to + 1;
            Some(from)
        });
        let at = self.walk.at();
        next.map(|dilation| self.walk.tooth[at] = dilation)
            .is_some()
    }

    /// The tooth it stands at alone, or with what is left of its run.
    fn run(&mut self, with_rest: bool) -> Run<'_> {
        let own = self.walk.tooth[self.walk.at()];
        if with_rest {
            let end = std::mem::replace(&mut self.left, 0..0).end;
            return self.walk.run(own, (end - 1).max(own));
        }
        self.walk.run(own, own)
    }
}

/// Depth-first walk that yields the choices of the last free layer as a range.
struct Walk {
    space: Space,
    /// Layers that are free: all, or all but the last.
    free: usize,
    tooth: Vec<i64>,
    /// `sums[i]`: total of the first i dilations.
    sums: Vec<i64>,
    /// `tops[i]`: most that dilation i may be beside those before it.
    tops: Vec<i64>,
    started: bool,
}

impl Walk {
    fn new(space: Space) -> Self {
        let free = space.layers - usize::from(space.last.is_some());
        let mut tooth = vec![0; space.layers];
        if let (Some(last), Some(slot)) = (space.last, tooth.last_mut()) {
            *slot = last;
        }
        Self {
            space,
            free,
            tooth,
            sums: vec![0; free + 1],
            tops: vec![0; free],
            started: false,
        }
    }

    /// The last free layer; the only one, where that is fixed at 1.
    fn at(&self) -> usize {
        self.free.max(1) - 1
    }

    /// The teeth of the current prefix with these dilations in the last free layer.
    fn run(&mut self, from: i64, to: i64) -> Run<'_> {
        Run {
            at: self.at(),
            tooth: &mut self.tooth,
            range: from..=to,
        }
    }

    /// The next prefix (in `tooth`) and what the last free dilation may be beside it.
    fn next_run(&mut self) -> Option<(i64, i64)> {
        let starts = !std::mem::replace(&mut self.started, true);
        if self.free == 0 {
            return starts.then_some((1, 1));
        }
        if starts {
            return Some(self.descend(0));
        }
        // The deepest layer before the last free one that can still go up.
        let depth = (0..self.free - 1)
            .rev()
            .find(|&depth| self.tooth[depth] < self.tops[depth])?;
        self.tooth[depth] += 1;
        self.sums[depth + 1] += 1;
        Some(self.descend(depth + 1))
    }

    /// Fills the layers from `depth` on with the least they may be; the range of the last free one.
    fn descend(&mut self, mut depth: usize) -> (i64, i64) {
        loop {
            let (from, to) = self.range(depth);
            if depth + 1 == self.free {
                return (from, to);
            }
            self.tooth[depth] = from;
            self.tops[depth] = to;
            self.sums[depth + 1] = self.sums[depth] + from;
            depth += 1;
        }
    }

    /// What the dilation at `depth` may be so that the tooth can be completed.
    fn range(&self, depth: usize) -> (i64, i64) {
        let Space {
            limits,
            least,
            greatest,
            ..
        } = &self.space;
        let total = self.sums[depth];
        let layers = count_of(self.free - depth);
        let mut from = if depth == 0 {
            1
        } else {
            self.tooth[depth - 1] + limits.rise
        };
        let added_by_rising = limits.least_from(0, layers);
        let to = limits
            .most(total)
            .min(limits.cap - limits.rise * (layers - 1))
            .min((greatest - total - added_by_rising).div_euclid(layers));
        if layers == 1 {
            from = from.max(least - total);
        } else if total + limits.least_from(from, layers) < *least {
            // The greatest total to be had grows with the dilation: the first that lets it reach the least asked.
            let reaches = |d: i64| limits.greatest_from(total + d, layers - 1) >= *least;
            from = least_passing(from, to, reaches);
        }
        debug_assert!(from <= to, "a dead end");
        (from, to.max(from))
    }
}
