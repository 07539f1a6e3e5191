//! Every tooth that a goal allows, in lexicographic order, without a dead end and in constant memory.

mod walk;

use std::ops::ControlFlow;

use super::bounds::Limits;
use super::goal::Goal;

use walk::Walk;

/// A part of a goal's teeth: one layer count, a range of totals, and perhaps one largest dilation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    limits: Limits,
    layers: usize,
    least: i64,
    greatest: i64,
    /// The last dilation, where it is fixed. `limits.cap` is then the most that the one before may be.
    last: Option<i64>,
}

impl Space {
    /// All teeth of `layers`; `None` if there are none.
    #[must_use]
    pub fn of_layers(limits: &Limits, layers: usize) -> Option<Self> {
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
    #[must_use]
    pub fn with_total(self, total: i64) -> Option<Self> {
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
    #[must_use]
    pub fn with_last(limits: &Limits, layers: usize, last: i64) -> Option<Self> {
        if last > limits.cap {
            return None;
        }
        let before = count_of(layers) - 1;
        let total = (limits.least_asked() - last, limits.greatest_asked() - last);
        if before == 0 {
            let fits = last == 1 && total.0 <= 0 && total.1 >= 0;
            return fits.then_some(Self {
                limits: *limits,
                layers,
                least: 0,
                greatest: 0,
                last: Some(last),
            });
        }
        let limits = Limits {
            cap: last - limits.rise,
            ..*limits
        };
        let needed = last - limits.base;
        let needed =
            needed.div_euclid(limits.slope) + i64::from(needed.rem_euclid(limits.slope) != 0);
        let (least, greatest) = limits.reachable(before)?;
        let (least, greatest) = (least.max(total.0).max(needed), greatest.min(total.1));
        (least <= greatest).then_some(Self {
            limits,
            layers,
            least,
            greatest,
            last: Some(last),
        })
    }

    /// Least and greatest total of its teeth. Every total between them occurs.
    #[must_use]
    pub fn totals(&self) -> (i64, i64) {
        let last = self.last.unwrap_or(0);
        (self.least + last, self.greatest + last)
    }

    /// Number of layers of its teeth.
    #[must_use]
    pub fn layers(&self) -> usize {
        self.layers
    }

    /// Hands every tooth to `sink`, in lexicographic order, until it breaks.
    ///
    /// # Errors
    /// What the sink broke with.
    pub fn each<B>(self, mut sink: impl FnMut(&[i64]) -> ControlFlow<B>) -> ControlFlow<B> {
        let mut walk = Walk::new(self);
        while let Some((from, to)) = walk.next_run() {
            for dilation in from..=to {
                sink(walk.place(dilation))?;
            }
        }
        ControlFlow::Continue(())
    }

    /// As [`each`](Self::each), run by run: all teeth that differ in the last free dilation only. `sink` returns `false` for no more of a run.
    pub(super) fn each_of_runs<B>(
        self,
        mut sink: impl FnMut(&[i64]) -> ControlFlow<B, bool>,
    ) -> ControlFlow<B> {
        let mut walk = Walk::new(self);
        while let Some((from, to)) = walk.next_run() {
            for dilation in from..=to {
                if !sink(walk.place(dilation))? {
                    break;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Whether the last dilation is the one that changes within a run.
    pub(super) fn last_is_free(&self) -> bool {
        self.last.is_none()
    }

    /// Its first tooth in lexicographic order.
    #[must_use]
    pub fn first(self) -> Vec<i64> {
        let mut walk = Walk::new(self);
        // There is one: a space is made only where it has a tooth.
        walk.next_run()
            .map_or_else(Vec::new, |(from, _)| walk.place(from).to_vec())
    }
}

/// The parts of a goal, one a layer count, without those that are empty.
#[must_use]
pub fn spaces(goal: &Goal) -> impl DoubleEndedIterator<Item = Space> + use<'_> {
    goal.layers()
        .filter_map(|layers| Space::of_layers(goal.limits(), layers))
}

/// Hands every tooth of a goal (its largest lobe apart) to `sink`, in lexicographic order, one that continues another after it.
///
/// Memory is that of one tooth for each layer count.
///
/// # Errors
/// What the sink broke with.
///
/// ```
/// use degrid::planner::{Goal, Request, each};
/// use std::ops::ControlFlow;
///
/// let goal = Goal::new(Request { layers: (1, 3), max_dilation: Some(3), ..Request::new(3, 1) }).unwrap();
/// let mut found = Vec::new();
/// let _ = each(&goal, |tooth| { found.push(tooth.to_vec()); ControlFlow::<()>::Continue(()) });
/// assert_eq!(found, [&[1][..], &[1, 2], &[1, 2, 3], &[1, 3]]);
/// ```
pub fn each<B>(goal: &Goal, mut sink: impl FnMut(&[i64]) -> ControlFlow<B>) -> ControlFlow<B> {
    let mut parts: Vec<Space> = spaces(goal).collect();
    if parts.len() <= 1 {
        return parts
            .pop()
            .map_or(ControlFlow::Continue(()), |space| space.each(sink));
    }
    let mut heads: Vec<Head> = parts.into_iter().map(Head::new).collect();
    while let Some(least) = heads.iter_mut().min_by(|a, b| a.tooth().cmp(b.tooth())) {
        sink(least.tooth())?;
        if !least.advance() {
            heads.retain(|head| !head.done);
        }
    }
    ControlFlow::Continue(())
}

/// A walk that stands at a tooth.
struct Head {
    walk: Walk,
    next: i64,
    to: i64,
    done: bool,
}

impl Head {
    fn new(space: Space) -> Self {
        let mut head = Self {
            walk: Walk::new(space),
            next: 1,
            to: 0,
            done: false,
        };
        head.advance();
        head
    }

    fn tooth(&self) -> &[i64] {
        &self.walk.tooth
    }

    /// Steps to the next tooth; `false` behind the last.
    fn advance(&mut self) -> bool {
        if self.next > self.to {
            match self.walk.next_run() {
                Some((from, to)) => (self.next, self.to) = (from, to),
                None => self.done = true,
            }
        }
        if !self.done {
            self.walk.place(self.next);
            self.next += 1;
        }
        !self.done
    }
}

/// A number of layers as a factor.
pub(super) fn count_of(layers: usize) -> i64 {
    i64::try_from(layers).expect("layers were checked to be few")
}
