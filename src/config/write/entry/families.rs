//! An entry for each family of operations, along the axes that it has.

use crate::config::limits::MODES;
use crate::config::write::like::factor;
use crate::config::write::values::{padding, quoted};
use crate::network::{
    AxisOp, Interpolation, Kernel, OpKind, Padding, PerAxis, Resize, Stride, Transposed, Window,
    per_axis,
};

use super::{Entry, Writer};

impl Writer<'_> {
    pub(super) fn window(&self, axes: &PerAxis<Option<AxisOp>>, is_ceil: bool) -> Entry {
        let windows = windows(axes);
        let (entry, is_pool) = match self.kind {
            OpKind::MaxPool | OpKind::AdaptiveMaxPool => (Entry::op("max-pool"), true),
            OpKind::AvgPool | OpKind::AdaptiveAvgPool => (Entry::op("avg-pool"), true),
            _ => (Entry::default(), false),
        };
        let kernel = per_axis(&windows.map(|w| w.kernel.get()));
        let stride = per_axis(&windows.map(|w| w.stride.get()));
        let dilation = per_axis(&windows.map(|w| w.dilation.get()));
        let sides = windows.map(|w| (w.low, w.high));
        let is_plain = windows.iter().all(|w| w.stride == Stride::ONE);
        let is = |padding: Padding| {
            let mut all = windows.iter();
            all.all(|w| padding.sides(w.extent()) == (w.low, w.high))
        };
        let entry = entry
            .with("kernel", kernel.clone())
            .with_unless("stride", stride, if is_pool { &kernel } else { "1" })
            .with_unless("dilation", dilation, "1");
        let entry = if is_pool && is(Padding::Valid) || !is_pool && is_plain && is(Padding::Same) {
            entry
        } else if is(Padding::Valid) {
            entry.with("padding", "0".to_owned())
        } else if is(Padding::Causal) {
            entry.with("padding", "\"causal\"".to_owned())
        } else if is_pool && windows.iter().any(|w| 2 * w.low > w.extent()) {
            // More than half of the kernel: a file says so for each side.
            let each = sides.iter();
            let each: Vec<String> = each.map(|(low, high)| format!("[{low}, {high}]")).collect();
            entry.with("padding", format!("[{}]", each.join(", ")))
        } else {
            entry.with("padding", padding(&sides))
        };
        if is_ceil {
            entry.with("ceil_mode", "true".to_owned())
        } else {
            entry
        }
    }

    /// The size after the entry of a family, which leaves its other axes as they are; `None` where it is not known.
    fn after(
        &self,
        axes: &PerAxis<Option<AxisOp>>,
        size: Option<PerAxis<i64>>,
    ) -> Option<PerAxis<i64>> {
        let (from, to) = (size?, self.to?);
        let along = |x: usize| if axes[x].is_some() { to[x] } else { from[x] };
        Some(PerAxis::from_fn(axes.len(), along))
    }

    /// Every so many positions; of a map that goes on for longer, of the part of it.
    pub(super) fn slice(
        &self,
        axes: &PerAxis<Option<AxisOp>>,
        size: Option<PerAxis<i64>>,
    ) -> Result<Vec<Entry>, String> {
        let windows = windows(axes);
        if windows.iter().any(|w| w.kernel != Kernel::ONE || w.low > 0) {
            return Err("its window begins or ends inside of the map".to_owned());
        }
        let stride = windows.map(|w| i64::from(w.stride));
        let offset = windows.map(|w| -w.low);
        let slice = |offset: &PerAxis<i64>| {
            let entry = Entry::op("slice").with_unless("offset", per_axis(offset), "0");
            entry.with("stride", per_axis(&stride))
        };
        let (Some(from), Some(to)) = (size, self.after(axes, size)) else {
            return if windows.iter().all(|w| w.high == 0) {
                Ok(vec![slice(&offset)])
            } else {
                Err("its window ends inside of the map".to_owned())
            };
        };
        let ends = (0..axes.len()).all(|x| (from[x] - offset[x] - 1) / stride[x] + 1 == to[x]);
        if ends {
            return Ok(vec![slice(&offset)]);
        }
        let kept = PerAxis::from_fn(axes.len(), |x| (to[x] - 1) * stride[x] + 1);
        let part = Entry::op("crop").with("offset", per_axis(&offset));
        let part = part.with("size", per_axis(&kept));
        Ok(vec![part, slice(&PerAxis::splat(axes.len(), 0))])
    }

    pub(super) fn crop(
        &self,
        axes: &PerAxis<Option<AxisOp>>,
        size: Option<PerAxis<i64>>,
    ) -> Result<Vec<Entry>, String> {
        if let Some(like) = self.like {
            return Ok(vec![Entry::op("crop").with("like", quoted(like))]);
        }
        let Some(to) = self.after(axes, size) else {
            return Err("it crops a map of unknown size".to_owned());
        };
        let offset = axes.map(|op| match op {
            Some(AxisOp::Crop(crop)) => crop.low,
            _ => 0,
        });
        let entry = Entry::op("crop").with("offset", per_axis(&offset));
        Ok(vec![entry.with("size", per_axis(&to))])
    }

    pub(super) fn resize(
        &self,
        interpolation: Interpolation,
        axes: &PerAxis<Option<AxisOp>>,
        size: Option<PerAxis<i64>>,
    ) -> Result<Vec<Entry>, String> {
        let (mode, is_aligned) = match interpolation {
            Interpolation::LinearAligned => (Interpolation::Linear, true),
            Interpolation::CubicAligned => (Interpolation::Cubic, true),
            other => (other, false),
        };
        let word = MODES.iter().find(|(_, own)| *own == mode);
        let word = quoted(word.map_or("nearest", |(word, _)| word));
        let resizes = axes.map(|op| match op {
            Some(AxisOp::Resize(resize)) => Some(resize),
            _ => None,
        });
        if resizes.iter().flatten().any(Resize::shrinks) {
            return Err(
                "it makes a map smaller by interpolation, which a network file cannot say"
                    .to_owned(),
            );
        }
        let named = |entry: Entry| {
            let entry = entry.with_unless("mode", word.clone(), "\"nearest\"");
            if is_aligned {
                entry.with("align_corners", "true".to_owned())
            } else {
                entry
            }
        };
        let factors = resizes.map(|r| r.map_or(Some(1), |r| factor(&r)));
        // What was pooled is brought back to a size, whatever its own.
        let is_pooled = |axis: usize| resizes[axis].is_some() && self.here.pooled[axis];
        let has_pooled = size.is_some() && (0..axes.len()).any(is_pooled);
        if !has_pooled && factors.iter().all(Option::is_some) {
            let factors = per_axis(&factors.map(|f| f.unwrap_or(1)));
            let is_shuffle =
                self.kind == OpKind::PixelShuffle && interpolation == Interpolation::Nearest;
            let name = if is_shuffle {
                "pixel-shuffle"
            } else {
                "upsample"
            };
            return Ok(vec![named(Entry::op(name).with("factor", factors))]);
        }
        if let Some(like) = self.like {
            let entry = Entry::op("upsample").with("like", quoted(like));
            return Ok(vec![named(entry)]);
        }
        let Some(to) = self.after(axes, size) else {
            return Err("its ratio is no whole number".to_owned());
        };
        Ok(vec![named(
            Entry::op("upsample").with("size", per_axis(&to)),
        )])
    }

    pub(super) fn transposed(axes: &PerAxis<Option<AxisOp>>) -> Entry {
        let all = axes.map(|op| match op {
            Some(AxisOp::Transposed(transposed)) => transposed,
            _ => Transposed {
                kernel: Kernel::ONE,
                stride: Stride::ONE,
                dilation: crate::network::Dilation::ONE,
                low: 0,
                high: 0,
                output_padding: 0,
            },
        });
        Entry::op("transposed")
            .with("kernel", per_axis(&all.map(|t| t.kernel.get())))
            .with_unless("stride", per_axis(&all.map(|t| t.stride.get())), "1")
            .with_unless("dilation", per_axis(&all.map(|t| t.dilation.get())), "1")
            .with_unless("padding", padding(&all.map(|t| (t.low, t.high))), "0")
            .with_unless(
                "output_padding",
                per_axis(&all.map(|t| t.output_padding)),
                "0",
            )
    }
}

/// The windows of a family, and the identity along the axes that it has not.
fn windows(axes: &PerAxis<Option<AxisOp>>) -> PerAxis<Window> {
    axes.map(|op| match op {
        Some(AxisOp::Window(window)) => window,
        _ => Window::plain(Kernel::ONE, Stride::ONE),
    })
}
