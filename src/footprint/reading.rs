//! How much of the input a position of a map reads, within the box around it.

/// How much of the input one position of a map reads; borders are left aside, and so is what comes through a global pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Input positions in the box around what it reads.
    pub positions: i64,
    /// Those of them that it does not read.
    pub skipped: i64,
    /// Whether the counts are the same for every position of the map; else they are of one that misses the largest share.
    pub is_uniform: bool,
    /// Whether some positions of the map read nothing at all, as those that a transposed layer never writes; the counts are of others.
    pub some_read_nothing: bool,
}

impl Reading {
    pub(super) fn new(positions: i64, covered: i64) -> Self {
        Self {
            positions,
            skipped: positions - covered,
            is_uniform: true,
            some_read_nothing: positions == 0,
        }
    }

    /// Whether it misses a larger share of its box.
    fn is_sparser(&self, other: &Self) -> bool {
        let cross = |a: &Self, b: &Self| i128::from(a.skipped) * i128::from(b.positions);
        cross(self, other) > cross(other, self)
    }

    /// The two together: the sparser of them.
    pub(super) fn with(self, other: Self) -> Self {
        let some_read_nothing = self.some_read_nothing || other.some_read_nothing;
        let (kept, is_uniform) = match (self.positions, other.positions) {
            (0, _) => (other, other.is_uniform),
            (_, 0) => (self, self.is_uniform),
            _ => {
                let is_sparser = other.is_sparser(&self);
                let is_equal = self.positions == other.positions && self.skipped == other.skipped;
                (
                    if is_sparser { other } else { self },
                    is_equal && self.is_uniform && other.is_uniform,
                )
            }
        };
        Self {
            is_uniform,
            some_read_nothing,
            ..kept
        }
    }
}
