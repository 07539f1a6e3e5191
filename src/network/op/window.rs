//! Convolution and pooling: what a window reads.

use crate::network::quantity::{Dilation, Kernel, Stride};

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
