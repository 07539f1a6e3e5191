//! How much work goes into the fixes of a file.

/// How much work to put into the fixes of a file. All of them draw on it, so that no file takes long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Work of searches, in dilations that are tried.
    search: u64,
    /// Work of checking files with changes, in layers.
    pub(super) checks: usize,
    /// Whether a search may get less than all that it could use. What it then finds passes, and may not be the nearest.
    may_cut: bool,
}

/// What the search for one fix may use: some tenths of a second.
const ONE: u64 = 2_000_000;

/// Why there is no fix where the work is used up.
pub(super) const SPENT: &str =
    "the file has so many findings that only the first were looked at: mend those, and try again";

impl Effort {
    /// Beside a check: each fix is the one that `degrid fix` makes, and a file with many findings gets fixes for the first of them.
    pub const CHECK: Self = Self {
        search: 2 * ONE,
        checks: 20_000,
        may_cut: false,
    };
    /// For their own sake.
    pub const FIX: Self = Self {
        search: 4 * ONE,
        checks: 400_000,
        may_cut: true,
    };

    /// What the next search may use; `None` where it shall not begin.
    pub(super) fn next(&self) -> Option<u64> {
        let least = if self.may_cut { 1 } else { ONE };
        (self.search >= least).then_some(self.search.min(ONE))
    }

    /// Whether a network of so many layers can be checked once more with changes: else no fix of it can be tried.
    pub(super) fn allows(&self, layers: usize) -> bool {
        layers <= self.checks
    }

    /// Takes off what a search has used.
    pub(super) fn used(&mut self, search: u64) {
        self.search = self.search.saturating_sub(search);
    }
}
