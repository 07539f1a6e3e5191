//! Padding as a layer of its own, and what stands beyond the border.

/// What a padding puts beyond the border.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PadMode {
    /// Zeros, which read nothing.
    Zeros,
    /// The map mirrored at its first and last position, which stand once.
    Reflect,
    /// The first and the last position.
    Replicate,
    /// The map again from its other end.
    Circular,
}

impl PadMode {
    /// Its name in a network file, as in PyTorch.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Zeros => "zeros",
            Self::Reflect => "reflect",
            Self::Replicate => "replicate",
            Self::Circular => "circular",
        }
    }
}

/// A padding along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pad {
    /// Positions before the first.
    pub low: i64,
    /// Positions after the last.
    pub high: i64,
    /// What they hold.
    pub mode: PadMode,
}

impl Pad {
    /// The most positions that can be put on a side of a map of `n`; `None` for no limit.
    #[must_use]
    pub fn most(&self, n: i64) -> Option<i64> {
        match self.mode {
            PadMode::Zeros | PadMode::Replicate => None,
            PadMode::Reflect => Some(n - 1),
            PadMode::Circular => Some(n),
        }
    }

    /// Output size on `n` positions; `None` where the map has too few to fill the padding.
    #[must_use]
    pub fn output_size(&self, n: i64) -> Option<i64> {
        let fits = self
            .most(n)
            .is_none_or(|most| self.low <= most && self.high <= most);
        fits.then_some(n + self.low + self.high)
    }

    /// The position that output `o` reads on a map of `n`; `None` for zeros.
    #[must_use]
    pub fn place(&self, o: i64, n: i64) -> Option<i64> {
        let at = o - self.low;
        if (0..n).contains(&at) {
            return Some(at);
        }
        match self.mode {
            PadMode::Zeros => None,
            PadMode::Reflect if at < 0 => Some(-at),
            PadMode::Reflect => Some(2 * (n - 1) - at),
            PadMode::Replicate => Some(at.clamp(0, n - 1)),
            PadMode::Circular => Some(at.rem_euclid(n)),
        }
    }
}
