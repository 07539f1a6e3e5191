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
