//! Transposed convolution: its output phases and what writes each.

use crate::network::quantity::{Dilation, Kernel, Stride};

use super::taps;

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
