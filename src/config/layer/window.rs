//! Convolutions and pools.

use crate::config::raw::{PaddingEntry, RawLayer};
use crate::config::read::{At, Axes};
use crate::config::values::{has_axes, padding, strided_same};
use crate::network::{AxisOp, Dilation, Kernel, PerAxis, Stride, Window};

use super::{OpReader, is_undecided, padding_of};

impl OpReader<'_> {
    /// A convolution or pool whose kernel and stride fall back to the given ones, and whose padding to the stage's, then to `fallback`.
    pub(super) fn window(
        &mut self,
        layer: &At<RawLayer>,
        kernel: Option<PerAxis<Kernel>>,
        stride: Option<PerAxis<Stride>>,
        fallback: PaddingEntry,
    ) -> Option<PerAxis<AxisOp>> {
        let raw = &layer.value;
        let kernel = match &raw.kernel {
            Some(value) => self.kernel(value),
            None if raw.has("kernel") => None,
            None => kernel,
        };
        let stride = match &raw.stride {
            Some(value) => self.stride(value),
            None if raw.has("stride") => None,
            None => stride,
        };
        let dilation = self.dilation(raw);
        // Where the stride of a stage is at odds with the padding that no one wrote, the stride is the place.
        let fallback_span = match &self.defaults.stride_span {
            Some(span) if !raw.has("stride") => span.clone(),
            _ => layer.span.clone(),
        };
        let own = padding_of(raw.padding.as_ref());
        if raw.has("padding") && own.is_none() {
            return None;
        }
        let inherited = if fallback == PaddingEntry::Same {
            self.defaults.padding.clone()
        } else {
            None
        };
        let is_written = own.is_some() || inherited.is_some();
        let entries = own.or(inherited).unwrap_or_else(|| {
            At::new(
                Axes::One(At::new(fallback, fallback_span.clone())),
                fallback_span,
            )
        });
        let entries_fit = has_axes("padding", &entries, self.dims, self.reader);
        let (kernel, stride, dilation) = (kernel?, stride?, dilation?);
        if !entries_fit {
            return None;
        }
        // An undecided dilation stands where its padding keeps the size of the map: padding is carried along from there.
        let dilation = PerAxis::from_fn(self.dims, |axis| {
            if is_undecided(raw, axis) {
                kept_by(entries.on(axis).0, kernel[axis])
            } else {
                dilation[axis]
            }
        });
        let ceil = raw.ceil_mode.as_ref().is_some_and(|c| c.value);
        let windows = PerAxis::from_fn(self.dims, |axis| {
            let window = Window {
                kernel: kernel[axis],
                stride: stride[axis],
                dilation: dilation[axis],
                low: 0,
                high: 0,
                ceil,
            };
            let (low, high) = padding(entries.on(axis).0, window.extent());
            Window {
                low,
                high,
                ..window
            }
        });
        let strided = |axis: &usize| {
            entries.on(*axis).0 == PaddingEntry::Same && i64::from(stride[*axis]) != 1
        };
        // One fault, one message: the same fault may show on several axes.
        if let Some(axis) = (0..self.dims).find(strided) {
            let called = match fallback {
                PaddingEntry::Same => "a convolution",
                _ => "a pool",
            };
            let halves = windows.map(|w| (w.extent() - 1) / 2);
            let common = if halves.iter().all(|half| *half == halves[0]) {
                halves[0].to_string()
            } else {
                format!("[{}]", itertools::join(halves.iter(), ", "))
            };
            let stride = i64::from(stride[axis]);
            let at = entries.on(axis).1;
            self.reader
                .report(strided_same(called, stride, &common, is_written, at));
            return None;
        }
        Some(windows.map(AxisOp::Window))
    }

    pub(super) fn pool(&mut self, layer: &At<RawLayer>) -> Option<PerAxis<AxisOp>> {
        let raw = &layer.value;
        let kernel = match &raw.kernel {
            Some(value) => self.kernel(value)?,
            None => match self.defaults.kernel.filter(|_| !raw.has("kernel")) {
                Some(kernel) => kernel,
                None => return self.missing(layer, "kernel", "a pool"),
            },
        };
        // Kernels and strides have the same limits.
        let stride = kernel.map(|k| Stride::new(i128::from(k.get())).unwrap_or(Stride::ONE));
        let bare = At {
            value: RawLayer {
                kernel: None,
                keys: without(raw, "kernel"),
                ..raw.clone()
            },
            span: layer.span.clone(),
        };
        self.window(&bare, Some(kernel), Some(stride), PaddingEntry::Valid)
    }
}

/// The dilation with which a padding in numbers keeps the size of a map; 1 where none does.
fn kept_by(padding: PaddingEntry, kernel: Kernel) -> Dilation {
    let (total, steps) = match padding {
        PaddingEntry::Both(both) => (2 * both, i64::from(kernel) - 1),
        PaddingEntry::Pair(low, high) => (low + high, i64::from(kernel) - 1),
        PaddingEntry::Valid | PaddingEntry::Same | PaddingEntry::Causal => return Dilation::ONE,
    };
    let fits = steps > 0 && total % steps == 0;
    let dilation = fits.then(|| Dilation::new(i128::from(total / steps)).ok());
    dilation.flatten().unwrap_or(Dilation::ONE)
}

fn without(raw: &RawLayer, key: &str) -> Vec<At<&'static str>> {
    raw.keys
        .iter()
        .filter(|k| k.value != key)
        .cloned()
        .collect()
}
