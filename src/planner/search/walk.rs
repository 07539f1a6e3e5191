//! A walk through the teeth of a space, depth first and without a dead end.

use crate::planner::bounds::least_passing;

use super::{Space, count_of};

/// Depth-first walk that yields the choices of the last free layer as a range.
pub(super) struct Walk {
    space: Space,
    /// Layers that are free: all, or all but the last.
    free: usize,
    pub(super) tooth: Vec<i64>,
    /// `sums[i]`: total of the first i dilations.
    sums: Vec<i64>,
    /// `tops[i]`: most that dilation i may be beside those before it.
    tops: Vec<i64>,
    state: State,
}

#[derive(PartialEq, Eq)]
enum State {
    Fresh,
    Running,
    Done,
}

impl Walk {
    pub(super) fn new(space: Space) -> Self {
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
            state: State::Fresh,
        }
    }

    /// Puts a dilation of the current range in its place.
    pub(super) fn place(&mut self, dilation: i64) -> &[i64] {
        if self.free > 0 {
            self.tooth[self.free - 1] = dilation;
        }
        &self.tooth
    }

    /// The next prefix (in `tooth`) and what the last free dilation may be beside it.
    pub(super) fn next_run(&mut self) -> Option<(i64, i64)> {
        match self.state {
            State::Done => return None,
            State::Fresh => {
                self.state = State::Running;
                if self.free == 0 {
                    self.state = State::Done;
                    return Some((1, 1));
                }
                return Some(self.descend(0));
            }
            State::Running => {}
        }
        // The deepest layer before the last free one that can still go up.
        for depth in (0..self.free - 1).rev() {
            if self.tooth[depth] < self.tops[depth] {
                self.tooth[depth] += 1;
                self.sums[depth + 1] += 1;
                return Some(self.descend(depth + 1));
            }
        }
        self.state = State::Done;
        None
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
        let mut to = limits
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
        to = to.max(from);
        (from, to)
    }
}
