//! Whole numbers that a file may hold: the checks and the schema both take them from here.

use std::ops::RangeInclusive;

use crate::network::{Dilation, MAX_FIELD, MAX_SIZE};

/// Axes of a network.
pub(crate) const DIMS: RangeInclusive<i64> = 1..=3;
/// Positions of a map along an axis.
pub(crate) const SIZE: RangeInclusive<i64> = 1..=MAX_SIZE - 1;
/// First position that is kept of a map along an axis.
pub(crate) const OFFSET: RangeInclusive<i64> = 0..=MAX_SIZE - 1;
/// Input positions of a target along an axis.
pub(crate) const RECEPTIVE_FIELD: RangeInclusive<i64> = 1..=MAX_FIELD;
/// Padding on a side: at most what `same` may need at the limits of kernel size and dilation.
pub(crate) const PADDING: RangeInclusive<i64> = 0..=1 << 36;
/// Positions added after the last of a transposed convolution: fewer than the largest stride or dilation.
pub(crate) const OUTPUT_PADDING: RangeInclusive<i64> = 0..=*Dilation::RANGE.end() - 1;
/// Channels and groups.
pub(crate) const CHANNELS: RangeInclusive<i64> = 1..=(1 << 32) - 1;
