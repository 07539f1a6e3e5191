//! What each kind of operation reads along an axis: the windows of convolutions and pools, the output phases of transposed
//! convolutions and what writes each, and where upsampling finds a value between positions.

use num_rational::Ratio;

use crate::network::quantity::{Dilation, Kernel, Stride};

use super::taps;

/// A convolution or pooling along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// Number of taps.
    pub kernel: Kernel,
    /// Input positions from one output to the next.
    pub stride: Stride,
    /// Positions from one tap to the next.
    pub dilation: Dilation,
    /// Padding before the first position.
    pub low: i64,
    /// Padding after the last position.
    pub high: i64,
    /// Whether a last window that is cut off counts (`ceil_mode`).
    pub ceil: bool,
}

impl Window {
    /// A window without padding and dilation; every output reads within the map.
    #[must_use]
    pub const fn plain(kernel: Kernel, stride: Stride) -> Self {
        Self {
            kernel,
            stride,
            dilation: Dilation::ONE,
            low: 0,
            high: 0,
            ceil: false,
        }
    }

    /// Positions from the first tap to the last, both counted: `(k−1)·d + 1`.
    #[must_use]
    pub fn extent(&self) -> i64 {
        (i64::from(self.kernel) - 1) * i64::from(self.dilation) + 1
    }

    /// Whether all its padding stands before the first position and makes up for its extent, so that it only looks back.
    #[must_use]
    pub fn is_causal(&self) -> bool {
        self.high == 0 && self.low == self.extent() - 1
    }

    /// Output size on `n` positions; `None` where no window fits.
    #[must_use]
    pub fn output_size(&self, n: i64) -> Option<i64> {
        let stride = i64::from(self.stride);
        let free = n + self.low + self.high - self.extent();
        // PyTorch: a cut-off last window counts only if it starts inside the map or the padding before it.
        let rounded = if self.ceil { free + stride - 1 } else { free };
        if rounded < 0 {
            return None;
        }
        let mut windows = rounded / stride + 1;
        if self.ceil && windows > 1 && (windows - 1) * stride >= n + self.low {
            windows -= 1;
        }
        Some(windows)
    }
}

/// A transposed convolution along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Transposed {
    /// Number of taps.
    pub kernel: Kernel,
    /// Output positions from one input to the next.
    pub stride: Stride,
    /// Output positions from one tap to the next.
    pub dilation: Dilation,
    /// Output positions cut off before the first.
    pub low: i64,
    /// Output positions cut off after the last.
    pub high: i64,
    /// Output positions added after the last.
    pub output_padding: i64,
}

impl Transposed {
    /// Output size on `n` positions; `None` where nothing is left.
    #[must_use]
    pub fn output_size(&self, n: i64) -> Option<i64> {
        let extent = (i64::from(self.kernel) - 1) * i64::from(self.dilation) + 1;
        let size =
            (n - 1) * i64::from(self.stride) - self.low - self.high + extent + self.output_padding;
        (size >= 1).then_some(size)
    }

    /// The taps that write output phase `phase` (0 ≤ phase < s), as what they read.
    ///
    /// Position `o = q·s + phase` reads `q + first + j·step` for `0 ≤ j < taps`; the taps of one phase stand d/gcd(d,s) apart
    /// (`k=4, s=2, d=3` reads 0, −3 and −1, −4).
    #[must_use]
    pub fn phase(&self, phase: i64) -> PhaseTaps {
        let stride = i64::from(self.stride);
        let (kernel, dilation) = taps(self.kernel, self.dilation, false);
        let common = num_integer::gcd(stride, dilation);
        let period = stride / common;
        let target = phase + self.low;
        // d·t ≡ target (mod s) has one solution below the period where gcd(d, s) divides the target, none elsewhere.
        let first = (target % common == 0)
            .then(|| {
                let inverse = num_integer::Integer::extended_gcd(&(dilation / common), &period).x;
                (target / common % period * inverse.rem_euclid(period)).rem_euclid(period)
            })
            .filter(|first| *first < kernel);
        let step = -(dilation / common);
        let Some(first) = first else {
            return PhaseTaps {
                first: 0,
                step,
                taps: 0,
            };
        };
        PhaseTaps {
            first: (target - dilation * first) / stride,
            step,
            taps: (kernel - 1 - first) / period + 1,
        }
    }
}

/// The taps of a transposed layer that reach one of its output phases; see [`Transposed::phase`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhaseTaps {
    /// Offset of the first tap, in input positions.
    pub first: i64,
    /// From one tap to the next; negative.
    pub step: i64,
    /// How many; 0 where the phase is never written.
    pub taps: i64,
}

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

    /// Whether the output map has fewer positions than the input map.
    #[must_use]
    pub fn shrinks(&self) -> bool {
        let nominal = (*self.nominal.numer(), *self.nominal.denom());
        let (from, to) = self.sizes.unwrap_or(nominal);
        from > to
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
        // Called for each position of a map: fractions of 128 bits would take most of the time.
        let (p, q) = match self.sizes {
            Some((from, to)) => {
                let common = num_integer::gcd(from, to).max(1);
                (from / common, to / common)
            }
            None => (*self.nominal.numer(), *self.nominal.denom()),
        };
        let (o, p, q) = (i128::from(o), i128::from(p), i128::from(q));
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
