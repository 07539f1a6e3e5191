//! Kernel size, stride and dilation as checked numbers, and the limits of a network.

use std::fmt;
use std::num::NonZeroU32;
use std::ops::RangeInclusive;

/// Most stages a network may have.
pub const MAX_STAGES: usize = 10_000;
/// Most layers a network may have once `repeat` is written out.
pub const MAX_LAYERS: usize = 100_000;
/// Every size along an axis (input, output of any layer) is below this many positions.
pub const MAX_SIZE: i64 = 1 << 31;
/// Largest receptive field, in input positions, about which a verdict is given.
pub const MAX_FIELD: i64 = 1 << 40;
/// Most cells of an array or bit map that holds a footprint.
pub const MAX_CELLS: i64 = 1 << 28;
/// Most output phases of a network with upsampling or transposed layers.
pub const MAX_PHASES: i64 = 4_096;
/// Largest numerator and denominator of a jump.
pub const MAX_JUMP: i128 = 1 << 32;

/// Why a number is not a valid kernel size, stride or dilation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// Smaller than 1.
    #[error("must be at least 1, is {0}")]
    BelowOne(i128),
    /// Past the limit, which is the second value.
    #[error("is {0}, past the limit of {1}")]
    PastLimit(i128, u32),
}

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $limit:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(NonZeroU32);

        impl $name {
            /// The largest value.
            pub const LIMIT: u32 = $limit;
            /// All values, as plain numbers.
            pub const RANGE: RangeInclusive<i64> = 1..=$limit;
            /// The smallest value.
            pub const ONE: Self = Self(NonZeroU32::MIN);

            /// Checks the range `1..=LIMIT`.
            ///
            /// # Errors
            /// [`QuantityError`] outside of it.
            pub fn new(value: i128) -> Result<Self, QuantityError> {
                if value < 1 {
                    return Err(QuantityError::BelowOne(value));
                }
                u32::try_from(value)
                    .ok()
                    .filter(|&v| v <= Self::LIMIT)
                    .and_then(NonZeroU32::new)
                    .map(Self)
                    .ok_or(QuantityError::PastLimit(value, Self::LIMIT))
            }

            /// The plain number.
            #[must_use]
            pub fn get(self) -> u32 {
                self.0.get()
            }
        }

        impl From<$name> for i64 {
            fn from(value: $name) -> i64 {
                i64::from(value.get())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

quantity!(
    /// Taps of a layer along an axis (`kernel_size` in PyTorch), 1 to 4,096.
    Kernel, 4_096
);
quantity!(
    /// Input positions from one output to the next along an axis, 1 to 4,096.
    Stride, 4_096
);
quantity!(
    /// Positions from one tap to the next on the map that the layer reads, 1 to 2^24; "dilation rate" in the literature.
    Dilation, 1 << 24
);
quantity!(
    /// Output positions for each input position of an upsampling layer along an axis, 1 to 4,096.
    Factor, 4_096
);
