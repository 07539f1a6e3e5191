//! How much work goes into a search, counted in what a try costs: layers that are looked at, and words of the sets that are drawn.

/// How much work to put into the fixes of a network. All of them draw on it, so that no network takes long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Work of searches.
    search: u64,
    /// Work of checking the network with changes, in layers.
    pub(super) checks: usize,
    /// The least that a search must find left to begin.
    least: u64,
}

/// What the search for one fix may use: some tenths of a second.
const ONE: u64 = 800_000;

/// What the searches for hints may use together: a hint is not made, only shown.
const HINTS: u64 = 500_000;

/// Why there is no fix where the work is used up.
pub(super) const SPENT: &str =
    "so many findings that only the first were looked at: fix those, and try again";

impl Effort {
    /// Beside a check: each fix is the one that [`fix`](super::fix) makes, and a network with many findings gets fixes for the first of them.
    pub const CHECK: Self = Self {
        search: 3 * ONE,
        checks: 20_000,
        least: ONE,
    };
    /// For their own sake.
    pub const FIX: Self = Self {
        search: 6 * ONE,
        checks: 400_000,
        least: 1,
    };

    /// What is left for hints.
    pub(super) fn for_hints(self) -> Self {
        Self {
            search: HINTS.min(self.search),
            least: 1,
            ..self
        }
    }

    /// What the next search may use; `None` where it shall not begin.
    pub(super) fn next(&self) -> Option<Work> {
        (self.search >= self.least).then_some(Work(self.search.min(ONE)))
    }

    /// Takes off what a search has used.
    pub(super) fn used(&mut self, work: u64) {
        self.search = self.search.saturating_sub(work);
    }
}

/// Work that may still be done.
#[derive(Debug)]
pub(super) struct Work(pub u64);

impl Work {
    /// Takes some off, unless less is left.
    pub(super) fn take(&mut self, much: u64) -> Result<(), UsedUp> {
        self.0 = self.0.checked_sub(much).ok_or(UsedUp)?;
        Ok(())
    }
}

/// The work was used up.
#[derive(Debug)]
pub(super) struct UsedUp;

/// A number of things as work.
pub(super) fn to_work(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
