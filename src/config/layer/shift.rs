//! Layers that move positions and combine none: padding by itself, and slices.

use crate::config::limits::OFFSET;
use crate::config::limits::PAD_MODES;
use crate::config::raw::RawLayer;
use crate::config::read::{At, Axes, Int};
use crate::config::values::{has_axes, numbers, word_of};
use crate::network::{AxisOp, Pad, PadMode, Padding, PerAxis};

use super::OpReader;

impl OpReader<'_> {
    pub(super) fn pad(&mut self, layer: &At<RawLayer>) -> Option<PerAxis<AxisOp>> {
        let raw = &layer.value;
        let mode = match &raw.mode {
            None if raw.has("mode") => return None,
            None => PadMode::Zeros,
            Some(word) => word_of("mode", &PAD_MODES, &word.value, &word.span, self.reader)?,
        };
        let Some(entries) = &raw.padding else {
            self.missing(layer, "pad", "padding", "for example `padding = 1`");
            return None;
        };
        if !has_axes("padding", entries, self.dims, self.reader) {
            return None;
        }
        let is_word = |entry| !matches!(entry, Padding::Sides(..));
        let parts = entries.value.parts();
        if let Some((_, at)) = parts.iter().find(|(_, at)| is_word(at.value)) {
            let problem = at.problem("the padding of a pad must be numbers");
            let help = "a pad has no kernel: `padding = 1`, or `[[before, after]]` for each axis";
            self.reader.report(problem.help(help));
            return None;
        }
        Some(PerAxis::from_fn(self.dims, |axis| {
            let (low, high) = entries.on(axis).0.sides(1);
            AxisOp::Pad(Pad { low, high, mode })
        }))
    }

    pub(super) fn slice(&mut self, layer: &At<RawLayer>) -> Option<PerAxis<AxisOp>> {
        let raw = &layer.value;
        let help = "for example `stride = 2`; to keep a part of the map use `{ op = \"crop\", offset = 2, size = 64 }`";
        self.missing(layer, "slice", "stride", help);
        let stride = self.stride(raw, None);
        let offset = match &raw.offset {
            Some(value) => self.offset(value),
            None => (!raw.has("offset")).then_some(PerAxis::splat(self.dims, 0)),
        };
        let (stride, offset) = (stride?, offset?);
        Some(PerAxis::from_fn(self.dims, |axis| {
            AxisOp::slice(offset[axis], stride[axis])
        }))
    }

    /// The first position that is kept along each axis.
    pub(super) fn offset(&mut self, value: &At<Axes<Int>>) -> Option<PerAxis<i64>> {
        numbers("offset", value, self.dims, self.reader, OFFSET)
    }
}
