//! Transposed convolutions.

use crate::config::limits::OUTPUT_PADDING;
use crate::config::problem::Problem;
use crate::config::raw::RawLayer;
use crate::config::values::{has_axes, numbers};
use crate::network::Padding;
use crate::network::{AxisOp, PerAxis, Stride, Transposed};

use super::OpReader;

impl OpReader<'_> {
    pub(super) fn transposed(&mut self, raw: &RawLayer) -> Option<PerAxis<AxisOp>> {
        let kernel = self.kernel(raw);
        let stride = self.stride(raw, Some(PerAxis::splat(self.dims, Stride::ONE)));
        let dilation = self.dilation(raw);
        let added = match &raw.output_padding {
            Some(value) => numbers(
                "output_padding",
                value,
                self.dims,
                self.reader,
                OUTPUT_PADDING,
            ),
            None => (!raw.has("output_padding")).then_some(PerAxis::splat(self.dims, 0)),
        };
        let sides = self.transposed_padding(raw);
        let (kernel, stride, dilation, added, sides) =
            (kernel?, stride?, dilation?, added?, sides?);
        for axis in 0..self.dims {
            let most = i64::from(stride[axis]).max(i64::from(dilation[axis]));
            if added[axis] >= most
                && let Some(value) = &raw.output_padding
            {
                let (added, span) = (added[axis], value.on(axis).1);
                let message = format!(
                    "output_padding {added} must be smaller than the larger of stride and dilation ({most})"
                );
                let help = "as in PyTorch: it only picks one of the output sizes that the stride maps to the same input size";
                self.reader.report(Problem::new(message, span).help(help));
                return None;
            }
        }
        Some(PerAxis::from_fn(self.dims, |axis| {
            AxisOp::Transposed(Transposed {
                kernel: kernel[axis],
                stride: stride[axis],
                dilation: dilation[axis],
                low: sides[axis].0,
                high: sides[axis].1,
                output_padding: added[axis],
            })
        }))
    }

    fn transposed_padding(&mut self, raw: &RawLayer) -> Option<PerAxis<(i64, i64)>> {
        let Some(entries) = &raw.padding else {
            return (!raw.has("padding")).then_some(PerAxis::splat(self.dims, (0, 0)));
        };
        if !has_axes("padding", entries, self.dims, self.reader) {
            return None;
        }
        let is_word = |entry| !matches!(entry, Padding::Sides(..));
        let parts = entries.value.parts();
        let mut words = parts.iter().filter(|(_, at)| is_word(at.value)).peekable();
        if words.peek().is_none() {
            return Some(PerAxis::from_fn(self.dims, |axis| {
                entries.on(axis).0.sides(1)
            }));
        }
        for (_, at) in words {
            let problem = at.problem("the padding of a transposed convolution must be numbers");
            let help = "here `padding` crops the output: `padding = 1`, or `[[before, after]]` for each axis";
            self.reader.report(problem.help(help));
        }
        None
    }
}
