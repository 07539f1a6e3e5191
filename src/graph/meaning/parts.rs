//! Parts of tensors, entries around them, and tensors put side by side.

use crate::network::{OpKind, PadMode};
use crate::trace::{Fixed, Layout, Stop, Tracer, Value, index};

use super::{Call, stop};

/// Which part of a tensor `degrid::read` and `degrid::write` are about.
struct Region {
    /// Of each axis of the whole the first entry.
    start: Vec<i64>,
    /// Of each axis of the whole how far apart entries are.
    step: Vec<i64>,
    /// Of each axis of the part the axis that it goes along; none for one of one entry.
    axes: Vec<Option<usize>>,
}

impl Call<'_> {
    /// A part along one axis, or of `degrid::read` along all.
    pub(super) fn part(&self, tracer: &mut Tracer, x: &Layout) -> Result<Layout, Stop> {
        let rank = x.rank();
        if self.op == "read" {
            return self.read(tracer, x);
        }
        let at = self.axis("dim", rank)?;
        let n = x.shape()[at];
        let from_end = |i: i64| if i < 0 { i.saturating_add(n) } else { i };
        match self.op {
            "glu" => {
                let half = n / 2;
                tracer.note_channels(x, at, half);
                let first = tracer.sliced(x, at, 0, 1, half)?;
                let second = tracer.sliced(x, at, half, 1, half)?;
                let both = [Value::Map(first), Value::Map(second)];
                match tracer.merged(OpKind::Add, &both)? {
                    Value::Map(layout) => Ok(layout),
                    _ => stop("glu of nothing"),
                }
            }
            "select" => {
                tracer.note_channels(x, at, 1);
                let start = from_end(self.whole("index").unwrap_or(0));
                let mut next = tracer.sliced(x, at, start, 1, 1)?;
                next.axes.remove(at);
                Ok(next)
            }
            _ => {
                let start = from_end(self.whole("start").unwrap_or(0)).clamp(0, n);
                let step = self.whole("step").unwrap_or(1);
                let count = *self.shape(0)?.get(at).unwrap_or(&0);
                tracer.note_channels(x, at, count);
                tracer.sliced(x, at, start, step, count)
            }
        }
    }

    fn region(&self, rank: usize) -> Result<Region, Stop> {
        let (start, step) = (self.wholes("start"), self.wholes("step"));
        let axes = self.wholes("axes").unwrap_or_default();
        let (Some(start), Some(step)) = (start, step) else {
            return stop(format!("{} without `start` and `step`", self.op));
        };
        let axes: Vec<Option<usize>> = axes
            .iter()
            .map(|&axis| usize::try_from(axis).ok().filter(|&axis| axis < rank))
            .collect();
        let is_twice = (0..rank).any(|axis| axes.iter().filter(|&&a| a == Some(axis)).count() > 1);
        if start.len() != rank || step.len() != rank || is_twice {
            return stop(format!("{} by numbers that do not fit", self.op));
        }
        Ok(Region { start, step, axes })
    }

    fn read(&self, tracer: &mut Tracer, x: &Layout) -> Result<Layout, Stop> {
        let Region { start, step, axes } = self.region(x.rank())?;
        let shape = self.shape(0)?;
        if axes.len() != shape.len() {
            return stop("a part by numbers that do not fit");
        }
        let mut x = x.clone();
        for at in 0..x.rank() {
            let along = axes.iter().position(|&axis| axis == Some(at));
            let n = along.map_or(1, |along| shape[along]);
            tracer.note_channels(&x, at, n);
            x = tracer.sliced(&x, at, start[at], step[at], n)?;
        }
        let axis = |axis: &Option<usize>| axis.map_or_else(Vec::new, |at| x.axes[at].clone());
        let axes = axes.iter().map(axis).collect();
        Ok(Layout { axes, ..x.clone() })
    }

    /// A tensor after another was written into a part of it.
    pub(super) fn write(&self, tracer: &mut Tracer) -> Result<Value, Stop> {
        let (whole, source) = (self.tensor("self")?, self.tensor("src")?);
        let shape = self.shape(0)?;
        let Region { start, step, axes } = self.region(shape.len())?;
        let Value::Map(source) = source else {
            // Constants in a part of a map.
            tracer.note("entries that are overwritten are counted as if they were read");
            return Ok(whole.clone());
        };
        if axes.len() != source.rank() {
            return stop("a part by numbers that do not fit");
        }
        let own = |at: usize| {
            let along = axes.iter().position(|&axis| axis == Some(at));
            along.map_or_else(Vec::new, |along| source.axes[along].clone())
        };
        let part = Layout {
            axes: (0..shape.len()).map(own).collect(),
            ..source.clone()
        };
        if part.shape() == shape {
            return Ok(Value::Map(part));
        }
        let written = tracer.written(&part, shape, &start, &step)?;
        match whole {
            Value::Map(_) => {
                tracer.note("entries that are overwritten are counted as if they were read");
                tracer.merged(OpKind::Add, &[whole.clone(), Value::Map(written)])
            }
            _ => Ok(Value::Map(written)),
        }
    }

    /// A tensor of the first one's shape with the entries of another.
    pub(super) fn copy(&self, tracer: &mut Tracer) -> Result<Value, Stop> {
        let like = Value::Fixed(Fixed::of_shape(self.shape(0)?.to_vec()));
        match self.tensor("src")? {
            source @ Value::Map(_) => tracer.merged(OpKind::Add, &[source.clone(), like]),
            _ => Ok(like),
        }
    }

    pub(super) fn split(&self, tracer: &mut Tracer) -> Result<Vec<Value>, Stop> {
        let x = self.map()?;
        let at = self.axis("dim", x.rank())?;
        let mut start = 0_i64;
        let mut parts = Vec::new();
        for output in &self.node.outputs {
            let size = *output.shape.get(at).unwrap_or(&0);
            tracer.note_channels(x, at, size);
            parts.push(Value::Map(tracer.sliced(x, at, start, 1, size)?));
            start = start.saturating_add(size);
        }
        Ok(parts)
    }

    pub(super) fn unbind(&self, tracer: &mut Tracer) -> Result<Vec<Value>, Stop> {
        let x = self.map()?;
        let at = self.axis("dim", x.rank())?;
        tracer.note_channels(x, at, 1);
        let mut parts = Vec::new();
        for start in (0..).take(self.node.outputs.len()) {
            let mut part = tracer.sliced(x, at, start, 1, 1)?;
            part.axes.remove(at);
            parts.push(Value::Map(part));
        }
        Ok(parts)
    }

    /// Tensors side by side along a new axis.
    pub(super) fn stack(&self, tracer: &mut Tracer) -> Result<Value, Stop> {
        let rank = self.shape(0)?.len();
        let at = self.axis("dim", rank)?;
        let mut values = Vec::new();
        for value in self.tensors("tensors") {
            values.push(match value {
                Value::Map(layout) => {
                    let mut layout = layout.clone();
                    layout.axes.insert(at, Vec::new());
                    Value::Map(layout)
                }
                Value::Fixed(fixed) => {
                    let mut fixed = fixed.clone();
                    if let Some(shape) = &mut fixed.shape {
                        shape.insert(at, 1);
                    }
                    Value::Fixed(fixed)
                }
                Value::Ended => Value::Ended,
            });
        }
        tracer.concatenated(&values, i64::try_from(at).unwrap_or(0))
    }

    pub(super) fn repeated(&self, tracer: &mut Tracer) -> Result<Value, Stop> {
        let (x, shape) = (self.map()?, self.shape(0)?);
        if self.op == "expand" {
            let like = Value::Fixed(Fixed::of_shape(shape.to_vec()));
            return tracer.merged(OpKind::Add, &[Value::Map(x.clone()), like]);
        }
        let times = self.wholes("repeats").unwrap_or_default();
        let mut x = x.clone();
        for _ in x.rank()..times.len() {
            x.axes.insert(0, Vec::new());
        }
        Ok(Value::Map(Tracer::tiled(&x, &times)?))
    }

    /// The tensor rolled around its ends: its last entries before its first.
    pub(super) fn roll(&self, tracer: &mut Tracer) -> Result<Value, Stop> {
        let x = self.map()?;
        let shifts = self.wholes("shifts").unwrap_or_default();
        let dims = self.wholes("dims").unwrap_or_default();
        if shifts.len() != dims.len() {
            return stop("roll of a tensor as one row");
        }
        let mut value = Value::Map(x.clone());
        for (shift, axis) in shifts.into_iter().zip(dims) {
            let Value::Map(x) = &value else { break };
            let Some(at) = index(axis, x.rank()) else {
                return stop("roll along an axis that is not there");
            };
            let n = x.shape()[at];
            let shift = shift.rem_euclid(n.max(1));
            if shift == 0 {
                continue;
            }
            let late = tracer.sliced(x, at, n - shift, 1, shift)?;
            let early = tracer.sliced(x, at, 0, 1, n - shift)?;
            value = tracer.concatenated(&[Value::Map(late), Value::Map(early)], axis)?;
        }
        Ok(value)
    }

    /// Entries by lists of indices, along one axis.
    pub(super) fn index(&self, tracer: &mut Tracer) -> Result<Value, Stop> {
        let data = self.tensor("self")?;
        let lists = match self.node.input("indices") {
            Some(super::Argument::Many(lists)) => &lists[..],
            _ => &[],
        };
        let mut given = lists.iter().enumerate().filter(|(_, list)| list.is_some());
        let (Some((at, Some(list))), None) = (given.next(), given.next()) else {
            return stop("index along several axes at once");
        };
        let Some(places) = self.values.get(list) else {
            return stop("index by nothing");
        };
        tracer.gathered(data, places, i64::try_from(at).unwrap_or(0))
    }

    pub(super) fn pad(&self, tracer: &mut Tracer, x: &Layout) -> Result<Layout, Stop> {
        let numbers = self.wholes("pad").or_else(|| self.wholes("padding"));
        let numbers = numbers.unwrap_or_default();
        let rank = x.rank();
        if !numbers.len().is_multiple_of(2) || numbers.len() > 2 * rank {
            return stop(format!("{} by numbers that do not fit its axes", self.op));
        }
        let mut sides = vec![(0, 0); rank];
        // The last axis comes first.
        for (at, pair) in numbers.chunks(2).enumerate() {
            sides[rank - 1 - at] = (pair[0], pair[1]);
        }
        let mode = match self.op {
            "constant_pad_nd" => PadMode::Zeros,
            "pad" => PadMode::Circular,
            op if op.starts_with("reflection") => PadMode::Reflect,
            _ => PadMode::Replicate,
        };
        tracer.surrounded(x, &sides, mode)
    }
}
