//! Parts of tensors, entries around them, repeats.

use crate::network::{OpKind, PadMode};
use crate::onnx::shapes::{slice_ranges, split_sizes};
use crate::trace::{Fixed, Layout, Stop, Tracer, Value, index};

use super::{Call, stop};

impl Call<'_> {
    pub(super) fn pad(&self, tracer: &mut Tracer, x: &Layout) -> Result<Layout, Stop> {
        let given = match self.value(1) {
            Some(_) => self.whole(1),
            None => self
                .node
                .ints("pads")
                .or_else(|| self.node.ints("paddings"))
                .map(<[i64]>::to_vec),
        };
        let Some(pads) = given else {
            return stop("Pad by numbers that are not known");
        };
        let rank = x.rank();
        let axes = match self.value(3) {
            Some(_) => self
                .whole(3)
                .and_then(|axes| axes.iter().map(|&a| index(a, rank)).collect()),
            None => Some((0..rank).collect::<Vec<_>>()),
        };
        let Some(axes) = axes.filter(|axes| axes.len() * 2 == pads.len()) else {
            return stop("Pad by numbers that do not fit its axes");
        };
        let mut sides = vec![(0, 0); rank];
        for (at, &axis) in axes.iter().enumerate() {
            sides[axis] = (pads[at], pads[at + axes.len()]);
        }
        let mode = match self.node.text("mode") {
            None | Some("constant") => PadMode::Zeros,
            Some("reflect") => PadMode::Reflect,
            Some("edge") => PadMode::Replicate,
            Some("wrap") => PadMode::Circular,
            Some(other) => return stop(format!("Pad of mode {other}")),
        };
        tracer.surrounded(x, &sides, mode)
    }

    pub(super) fn slice(&self, tracer: &mut Tracer) -> Result<Value, Stop> {
        let x = self.map()?;
        let Some(ranges) = slice_ranges(self.node, self.inputs, &x.shape()) else {
            return stop("Slice by numbers that are not known");
        };
        if ranges.iter().any(|(_, _, n)| *n == 0) {
            // A roll by nothing joins all of a map with none of it.
            let shape = ranges.into_iter().map(|(_, _, n)| n).collect();
            return Ok(Value::Fixed(Fixed::of_shape(shape)));
        }
        let mut x = x.clone();
        for (at, (start, step, n)) in ranges.into_iter().enumerate() {
            tracer.note_channels(&x, at, n);
            x = tracer.sliced(&x, at, start, step, n)?;
        }
        Ok(Value::Map(x))
    }

    pub(super) fn split(&self, tracer: &mut Tracer) -> Result<Vec<Value>, Stop> {
        let x = self.map()?;
        let at = self.axis(x.rank(), 0)?;
        let length = usize::try_from(x.shape()[at]).unwrap_or(0);
        let Some(sizes) = split_sizes(self.node, self.inputs, length) else {
            return stop("Split into parts of unknown size");
        };
        let mut start = 0_i64;
        let mut parts = Vec::new();
        for size in sizes {
            let size = i64::try_from(size).unwrap_or(i64::MAX);
            tracer.note_channels(x, at, size);
            parts.push(Value::Map(tracer.sliced(x, at, start, 1, size)?));
            start = start.saturating_add(size);
        }
        Ok(parts)
    }

    pub(super) fn gather(&self, tracer: &mut Tracer) -> Result<Value, Stop> {
        let (Some(data), Some(indices)) = (self.value(0), self.value(1)) else {
            return stop("Gather of one tensor");
        };
        tracer.gathered(data, indices, self.node.int("axis").unwrap_or(0))
    }

    pub(super) fn repeated(&self, tracer: &mut Tracer) -> Result<Value, Stop> {
        let x = self.map()?;
        let Some(numbers) = self.whole(1) else {
            return stop(format!("{} to a size that is not known", self.node.op));
        };
        if self.node.op == "Expand" {
            let like = Value::Fixed(Fixed::of_shape(numbers));
            return tracer.merged(OpKind::Add, &[Value::Map(x.clone()), like]);
        }
        Ok(Value::Map(Tracer::tiled(x, &numbers)?))
    }
}
