//! Transposed convolutions.

use crate::config::limits::OUTPUT_PADDING;
use crate::config::problem::Problem;
use crate::config::raw::{PaddingEntry, RawLayer};
use crate::config::read::{At, Int};
use crate::config::values::{has_axes, padding, per_axis, ranged};
use crate::network::{AxisOp, PerAxis, Stride, Transposed};

use super::{OpReader, padding_of};

impl OpReader<'_> {
    pub(super) fn transposed(&mut self, layer: &At<RawLayer>) -> Option<PerAxis<AxisOp>> {
        let raw = &layer.value;
        let kernel = match &raw.kernel {
            Some(value) => self.kernel(value),
            None => match self.defaults.kernel.filter(|_| !raw.has("kernel")) {
                Some(kernel) => Some(kernel),
                None => self.missing(layer, "kernel", "a transposed convolution"),
            },
        };
        let stride = match &raw.stride {
            Some(value) => self.stride(value),
            None => (!raw.has("stride")).then_some(PerAxis::splat(self.dims, Stride::ONE)),
        };
        let dilation = self.dilation(raw);
        let added = match &raw.output_padding {
            Some(value) => per_axis(
                "output_padding",
                value,
                self.dims,
                self.reader,
                |int: &Int| ranged(int.0, OUTPUT_PADDING),
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
                let (_, span) = value.on(axis);
                self.reader.report(
                    Problem::new(
                        format!("output_padding {} must be smaller than stride or dilation ({most})", added[axis]),
                        span,
                    )
                    .help("PyTorch refuses it too: it only chooses between sizes that one stride apart would merge"),
                );
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
        let Some(entries) = padding_of(raw.padding.as_ref()) else {
            return (!raw.has("padding")).then_some(PerAxis::splat(self.dims, (0, 0)));
        };
        if !has_axes("padding", &entries, self.dims, self.reader) {
            return None;
        }
        let mut sides = Vec::new();
        for (_, at) in entries.value.parts() {
            match at.value {
                PaddingEntry::Valid | PaddingEntry::Same | PaddingEntry::Causal => {
                    self.reader.report(
                        Problem::new("a transposed convolution takes its padding in numbers", at.span.clone())
                            .help("`padding` cuts positions off the output: `padding = 1`, or `[[before, after]]` pairs"),
                    );
                }
                entry => sides.push(padding(entry, 1)),
            }
        }
        if sides.len() != entries.value.parts().len() {
            return None;
        }
        Some(PerAxis::from_fn(self.dims, |axis| {
            if sides.len() == 1 {
                sides[0]
            } else {
                sides[axis]
            }
        }))
    }
}
