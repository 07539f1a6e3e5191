//! Upsampling: where a value between positions is found.

use num_rational::Ratio;

/// How an upsampling layer finds a value between positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Interpolation {
    /// The position at or before: `⌊o / f⌋`.
    Nearest,
    /// Two neighbours, positions taken as the middles of their cells.
    Linear,
    /// Two neighbours, the first and last positions of both maps laid on each other.
    LinearAligned,
    /// Four neighbours by cubic convolution with a = −0.75, as in PyTorch; positions as for `Linear`. Neighbours beyond the border are the
    /// position at the border, and outer weights are negative.
    Cubic,
    /// The same, with positions as for `LinearAligned`.
    CubicAligned,
}

/// An upsampling along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Resize {
    /// How values between positions are found.
    pub interpolation: Interpolation,
    /// Positions of the input map per position of the output map, as resolutions relate.
    pub nominal: Ratio<i64>,
    /// Size of the input and the output map, where known.
    pub sizes: Option<(i64, i64)>,
}

impl Resize {
    /// Whether it reads four neighbours.
    #[must_use]
    pub fn is_cubic(&self) -> bool {
        matches!(
            self.interpolation,
            Interpolation::Cubic | Interpolation::CubicAligned
        )
    }

    /// Whether sizes make the ratio another one than resolutions do, so that output positions do not repeat their pattern.
    #[must_use]
    pub fn is_uneven(&self) -> bool {
        let (numer, denom) = (self.nominal.numer(), self.nominal.denom());
        self.sizes
            .is_some_and(|(from, to)| match self.interpolation {
                Interpolation::Nearest | Interpolation::Linear | Interpolation::Cubic => {
                    from * denom != to * numer
                }
                Interpolation::LinearAligned | Interpolation::CubicAligned => {
                    (from - 1) * denom != (to - 1) * numer
                }
            })
    }

    /// Exact place between input positions that output position `o` reads: numerator and (positive) denominator, before clamping to the map.
    #[must_use]
    pub fn place(&self, o: i64) -> (i128, i128) {
        let o = i128::from(o);
        let ratio = match self.sizes {
            Some((from, to)) => Ratio::new(i128::from(from), i128::from(to)),
            None => Ratio::new(
                i128::from(*self.nominal.numer()),
                i128::from(*self.nominal.denom()),
            ),
        };
        let (p, q) = (*ratio.numer(), *ratio.denom());
        match (self.interpolation, self.sizes) {
            (Interpolation::Nearest, _)
            | (Interpolation::LinearAligned | Interpolation::CubicAligned, None) => (o * p, q),
            (Interpolation::Linear | Interpolation::Cubic, _) => ((2 * o + 1) * p - q, 2 * q),
            (Interpolation::LinearAligned | Interpolation::CubicAligned, Some((from, to)))
                if to > 1 =>
            {
                (o * i128::from(from - 1), i128::from(to - 1))
            }
            (Interpolation::LinearAligned | Interpolation::CubicAligned, Some(_)) => (0, 1),
        }
    }
}
