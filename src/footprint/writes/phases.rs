//! How often one transposed layer writes each of its output phases.
//!
//! The layer adds its kernel at every s-th position. Where the overlaps differ from phase to phase, what it writes carries their pattern:
//! the "checkerboard" (Odena, Dumoulin and Olah 2016, "Deconvolution and Checkerboard Artifacts").

use num_integer::gcd;

use crate::network::{Dilation, Kernel, Stride};

use crate::footprint::bits::to_index;

/// Writes per output phase of one transposed layer without padding: entry p is #{ t < k : t·d ≡ p (mod s) }, for 0 ≤ p < s.
///
/// ```
/// use degrid::footprint::phase_writes;
/// use degrid::network::{Dilation, Kernel, Stride};
/// let layer = |k, s, d| Ok::<_, degrid::network::QuantityError>(phase_writes(Kernel::new(k)?, Stride::new(s)?, Dilation::new(d)?));
/// assert_eq!(layer(3, 2, 1)?, [2, 1]);
/// assert_eq!(layer(4, 2, 2)?, [4, 0]);
/// # Ok::<(), degrid::network::QuantityError>(())
/// ```
#[must_use]
pub fn phase_writes(kernel: Kernel, stride: Stride, dilation: Dilation) -> Vec<i64> {
    let (stride, dilation) = (i64::from(stride), i64::from(dilation));
    let mut counts = vec![0; to_index(stride)];
    for tap in 0..i64::from(kernel) {
        counts[to_index(tap * dilation % stride)] += 1;
    }
    counts
}

/// Whether a transposed layer writes every phase equally often: iff gcd(d,s) = 1 and s divides k.
///
/// Taps t and t' write the same phase iff s/gcd(d,s) divides t − t', and only phases that gcd(d,s) divides are written.
#[must_use]
pub fn writes_evenly(kernel: Kernel, stride: Stride, dilation: Dilation) -> bool {
    gcd(dilation.get(), stride.get()) == 1 && kernel.get().is_multiple_of(stride.get())
}

/// Whether a transposed layer leaves some phase unwritten: iff gcd(d,s) > 1 or k < s.
///
/// The same condition says whether a convolution or pooling with this stride skips positions of the map it reads: the taps fall on the
/// same residues modulo the stride.
#[must_use]
pub fn misses_phases(kernel: Kernel, stride: Stride, dilation: Dilation) -> bool {
    gcd(dilation.get(), stride.get()) > 1 || kernel.get() < stride.get()
}

#[cfg(test)]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers of these tests are small"
)]
mod tests {
    use super::*;
    use crate::footprint::AxisWrites;
    use crate::network::{AxisOp, Transposed};

    fn layer(kernel: i128, stride: i128, dilation: i128) -> (Kernel, Stride, Dilation) {
        let (stride, dilation) = (
            Stride::new(stride).unwrap(),
            Dilation::new(dilation).unwrap(),
        );
        (Kernel::new(kernel).unwrap(), stride, dilation)
    }

    #[test]
    fn writes_per_phase() {
        let of = |k, s, d| {
            let (kernel, stride, dilation) = layer(k, s, d);
            phase_writes(kernel, stride, dilation)
        };
        assert_eq!(of(3, 2, 1), [2, 1]);
        assert_eq!(of(4, 2, 2), [4, 0]);
        assert_eq!(of(5, 2, 1), [3, 2]);
        assert_eq!(of(5, 3, 1), [2, 2, 1]);
        assert_eq!(of(2, 3, 1), [1, 1, 0]);
        assert_eq!(of(16, 8, 1), [2; 8]);
        assert_eq!(of(6, 4, 2), [3, 0, 3, 0]);
        assert_eq!(of(4, 2, 3), [2, 2]);
        assert_eq!(of(4096, 4096, 1 << 24)[0], 4096);
    }

    #[test]
    fn even_and_unwritten_against_counting() {
        for (k, s, d) in itertools::iproduct!(1..=16, 1..=16, 1..=16) {
            let (kernel, stride, dilation) = layer(k, s, d);
            let counts = phase_writes(kernel, stride, dilation);
            assert_eq!(i128::from(counts.iter().sum::<i64>()), k);
            let even = counts.iter().all(|c| *c == counts[0]);
            assert_eq!(
                writes_evenly(kernel, stride, dilation),
                even,
                "k{k}s{s}d{d}"
            );
            assert_eq!(
                misses_phases(kernel, stride, dilation),
                counts.contains(&0),
                "k{k}s{s}d{d}"
            );

            let op = |low| {
                let (high, output_padding) = (0, 0);
                AxisOp::Transposed(Transposed {
                    kernel,
                    stride,
                    dilation,
                    low,
                    high,
                    output_padding,
                })
            };
            let interior = AxisWrites::interior();
            let written = interior.through(&op(0)).unwrap();
            let counts: Vec<u128> = counts.iter().map(|&c| c as u128).collect();
            assert_eq!(
                (written.counts(), written.period()),
                (&counts[..], Some(i64::from(stride)))
            );
            assert_eq!(
                (written.is_even(), written.contrast().is_none()),
                (even, counts.contains(&0))
            );
            let shifted = interior.through(&op(1)).unwrap();
            assert!((0..s).all(|p| shifted.counts()[p as usize] == counts[((p + 1) % s) as usize]));
        }
    }
}
