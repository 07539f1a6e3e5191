//! Convolutions and pools.

use crate::config::problem::Problem;
use crate::config::raw::RawLayer;
use crate::config::read::{At, Axes};
use crate::config::values::has_axes;
use crate::network::{AxisOp, Dilation, Kernel, Padding, PerAxis, Stride, Window, per_axis};

use super::{OpReader, is_undecided};

impl OpReader<'_> {
    pub(super) fn conv(&mut self, layer: &At<RawLayer>) -> Option<PerAxis<AxisOp>> {
        let kernel = self.kernel(&layer.value);
        let stride = self.stride(&layer.value, self.defaults.stride);
        self.window(layer, kernel, stride, Padding::Same)
    }

    pub(super) fn pool(&mut self, layer: &At<RawLayer>) -> Option<PerAxis<AxisOp>> {
        let kernel = self.kernel(&layer.value);
        // Kernels and strides have the same limits.
        let equal = |k: Kernel| Stride::new(i128::from(k.get())).unwrap_or(Stride::ONE);
        let stride = self.stride(&layer.value, kernel.map(|k| k.map(equal)));
        self.window(layer, kernel, stride, Padding::Valid)
    }

    /// A window whose padding, where the layer names none, is the stage's for a convolution, then `fallback`.
    fn window(
        &mut self,
        layer: &At<RawLayer>,
        kernel: Option<PerAxis<Kernel>>,
        stride: Option<PerAxis<Stride>>,
        fallback: Padding,
    ) -> Option<PerAxis<AxisOp>> {
        let raw = &layer.value;
        let is_conv = fallback == Padding::Same;
        let dilation = self.dilation(raw);
        let inherited = self.defaults.padding.as_ref().filter(|_| is_conv);
        let written = match &raw.padding {
            None if raw.has("padding") => return None,
            own => own.as_ref().or(inherited),
        };
        let entries = written.cloned().unwrap_or_else(|| {
            // Where a stage sets a stride that rules out the default padding, the problem is shown at the stride.
            let span = match &self.defaults.stride_span {
                Some(span) if !raw.has("stride") => span,
                _ => &layer.span,
            };
            let one = Axes::One(At::new(fallback, span.clone()));
            At::new(one, span.clone())
        });
        let is_written = written.is_some();
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
            let (low, high) = entries.on(axis).0.sides(window.extent());
            Window {
                low,
                high,
                ..window
            }
        });
        let is_strided_same =
            |axis: &usize| entries.on(*axis).0 == Padding::Same && stride[*axis] != Stride::ONE;
        // One number is what a pool of PyTorch takes, which refuses this; for each side it was padded before, or comes from elsewhere.
        let is_past_half = |axis: &usize| {
            let window = &windows[*axis];
            let is_pair = (self.reader.padding_pairs).contains(&entries.on(*axis).1.start);
            matches!(entries.on(*axis).0, Padding::Sides(_, _))
                && !is_pair
                && 2 * window.low > window.extent()
        };
        if let Some(axis) = (0..self.dims).find(|axis| !is_conv && is_past_half(axis)) {
            let extent = windows[axis].extent();
            let message = format!(
                "padding {} of a pool is more than half of its kernel",
                windows[axis].low
            );
            let dilated = match i64::from(windows[axis].dilation) {
                1 => String::new(),
                dilation => format!(" with dilation {dilation}"),
            };
            let help = format!(
                "at most {}, half of the {extent} positions that kernel {}{dilated} spans, as in PyTorch; `{{ op = \"pad\" }}` before it adds more",
                extent / 2,
                i64::from(windows[axis].kernel)
            );
            let problem = Problem::new(message, entries.on(axis).1);
            self.reader.report(problem.label("too much").help(help));
            return None;
        }
        // One fault, one message: the same fault may show on several axes.
        if let Some(axis) = (0..self.dims).find(is_strided_same) {
            let called = if is_conv { "a convolution" } else { "a pool" };
            let stride = i64::from(stride[axis]);
            // What most would write for this kernel.
            let common = per_axis(&windows.map(|w| (w.extent() - 1) / 2));
            let (message, label, help) = if is_written {
                (
                    format!("padding \"same\" is not defined for {called} with stride {stride}"),
                    "frameworks disagree here",
                    "write numbers: PyTorch has no strided \"same\" and TensorFlow's depends on the input size; ",
                )
            } else {
                (
                    format!("{called} with stride {stride} needs explicit padding"),
                    "no padding given",
                    "",
                )
            };
            let help = format!("{help}`padding = {common}` is the common choice for this kernel");
            let problem = Problem::new(message, entries.on(axis).1);
            self.reader.report(problem.label(label).help(help));
            return None;
        }
        Some(windows.map(AxisOp::Window))
    }
}

/// The dilation with which a padding in numbers keeps the size of a map; 1 where none does.
fn kept_by(padding: Padding, kernel: Kernel) -> Dilation {
    let steps = i64::from(kernel) - 1;
    let total = match padding {
        Padding::Sides(low, high) => low + high,
        Padding::Valid | Padding::Same | Padding::Causal => 0,
    };
    let fits = steps > 0 && total % steps == 0;
    let dilation = fits.then(|| Dilation::new(i128::from(total / steps)).ok());
    dilation.flatten().unwrap_or(Dilation::ONE)
}
