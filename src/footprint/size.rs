//! What the size of a map makes of a dilated layer: taps that fall on padding.

use num_integer::Integer;

use crate::network::{Dilation, Kernel, Window};

use super::bits::to_index;
use super::number::{least_passing, real};

/// How many taps of a layer fall inside the map rather than on padding, along one axis.
///
/// A layer whose outer taps are hardly ever inside has degenerated to a smaller kernel
/// (Chen et al. 2017, "Rethinking Atrous Convolution for Semantic Image Segmentation", section 3.3 and figure 4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TapsInside {
    /// Output positions, in all.
    pub outputs: i64,
    /// For each tap, the number of output positions at which it is inside.
    pub per_tap: Vec<i64>,
    /// Entry j is the number of output positions at which exactly j taps are inside, 0 ≤ j ≤ k.
    pub with: Vec<i64>,
}

impl TapsInside {
    /// Share of the output positions at which all taps are inside, 0 to 1. Over several axes the shares multiply.
    #[must_use]
    pub fn share(&self) -> f64 {
        real(*self.with.last().unwrap_or(&0)) / real(self.outputs)
    }
}

/// Counts the taps of a convolution or pooling that fall inside a map of `n` positions, 1 ≤ n < 2^31; `None` where no window fits.
///
/// A closed form per tap, and O(k log k) for how many are inside together, whatever n.
///
/// ```
/// use degrid::footprint::taps_inside;
/// use degrid::network::{Dilation, Kernel, Stride, Window};
/// let layer = Window {
///     kernel: Kernel::new(3)?, stride: Stride::ONE, dilation: Dilation::new(24)?, low: 24, high: 24, ceil: false,
/// };
/// let inside = taps_inside(&layer, 65).unwrap();
/// assert_eq!(inside.per_tap, [41, 65, 41]);
/// assert_eq!(inside.with, [0, 0, 48, 17]);
/// assert_eq!((inside.share().powi(2) * 1000.0).round(), 68.0);
/// # Ok::<(), degrid::network::QuantityError>(())
/// ```
#[must_use]
pub fn taps_inside(window: &Window, n: i64) -> Option<TapsInside> {
    let outputs = window.output_size(n)?;
    let (kernel, stride) = (i64::from(window.kernel), i64::from(window.stride));
    let mut per_tap = Vec::new();
    let mut events = Vec::new();
    for tap in 0..kernel {
        // The outputs o with 0 ≤ o·s − low + d·t < n lie in one interval.
        let first = tap * i64::from(window.dilation) - window.low;
        let from = Integer::div_ceil(&-first, &stride).clamp(0, outputs);
        let to = Integer::div_ceil(&(n - first), &stride).clamp(0, outputs);
        per_tap.push(to - from);
        events.push((from, 1));
        events.push((to, -1));
    }
    events.sort_unstable();
    let mut with = vec![0; to_index(kernel + 1)];
    let (mut at, mut inside) = (0, 0);
    for (place, change) in events {
        if place > at {
            with[to_index(inside)] += place - at;
            at = place;
        }
        inside += change;
    }
    with[0] += outputs - at;
    Some(TapsInside {
        outputs,
        per_tap,
        with,
    })
}

/// Share of the positions of a map at which all taps of a "same"-padded layer of stride 1 are inside, over all axes.
///
/// Axes are kernel size and map size; each multiplies by max(0, n − d(k−1)) / n.
///
/// ```
/// use degrid::footprint::share_inside;
/// use degrid::network::{Dilation, Kernel};
/// let axis = (Kernel::new(3)?, 65);
/// assert_eq!((share_inside(&[axis; 2], Dilation::new(6)?) * 1000.0).round(), 665.0);
/// # Ok::<(), degrid::network::QuantityError>(())
/// ```
#[must_use]
pub fn share_inside(axes: &[(Kernel, i64)], dilation: Dilation) -> f64 {
    let share = |&(kernel, n): &(Kernel, i64)| {
        real((n - (i64::from(kernel) - 1) * i64::from(dilation)).max(0)) / real(n.max(1))
    };
    axes.iter().map(share).product()
}

/// The largest dilation at which [`share_inside`] is at least `share`; `None` where not even dilation 1 reaches it.
///
/// With kernels of one tap every dilation is as good; the answer is then the largest there is.
///
/// ```
/// use degrid::footprint::largest_dilation;
/// use degrid::network::{Dilation, Kernel};
/// let axis = (Kernel::new(3)?, 65);
/// // At a third of all positions all nine taps should count.
/// assert_eq!(largest_dilation(&[axis; 2], 1.0 / 3.0), Some(Dilation::new(13)?));
/// # Ok::<(), degrid::network::QuantityError>(())
/// ```
#[must_use]
pub fn largest_dilation(axes: &[(Kernel, i64)], share: f64) -> Option<Dilation> {
    // The share never grows with the dilation.
    let dilation = |d: i64| Dilation::new(i128::from(d)).ok();
    let fits = |d: Dilation| share_inside(axes, d) >= share;
    let fails = |d| !dilation(d).is_some_and(fits);
    dilation(least_passing(1, i64::from(Dilation::LIMIT) + 1, fails) - 1)
}
