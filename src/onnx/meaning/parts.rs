//! Parts of tensors, entries around them, repeats.

use crate::network::{OpKind, PadMode};
use crate::onnx::shapes::{slice_ranges, split_sizes};
use crate::trace::{Atom, Fixed, Layout, Stop, Tracer, Value, index};

use super::{CHANNELS, Call, stop};

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
            Self::note_channels(tracer, &x, at, n);
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
            Self::note_channels(tracer, x, at, size);
            parts.push(Value::Map(tracer.sliced(x, at, start, 1, size)?));
            start = start.saturating_add(size);
        }
        Ok(parts)
    }

    pub(super) fn gather(&self, tracer: &mut Tracer) -> Result<Value, Stop> {
        let (Some(data), Some(indices)) = (self.value(0), self.value(1)) else {
            return stop("Gather of one tensor");
        };
        let by_data = || Stop("Gather by numbers that depend on data".to_owned());
        match (data, indices) {
            (Value::Fixed(table), Value::Map(places)) => {
                // A table of embeddings: each position has a row of its own.
                let shape = table.shape.as_ref().ok_or_else(by_data)?;
                let at = self.axis(shape.len(), 0)?;
                let channels = |n: &i64| {
                    if *n == 1 {
                        Vec::new()
                    } else {
                        vec![Atom::Channel(*n)]
                    }
                };
                let mut axes: Vec<Vec<Atom>> = shape[..at].iter().map(channels).collect();
                axes.extend(places.axes.iter().cloned());
                axes.extend(shape[at + 1..].iter().map(channels));
                Ok(Value::Map(Layout {
                    axes,
                    ..places.clone()
                }))
            }
            (Value::Map(x), Value::Fixed(places)) => {
                let at = self.axis(x.rank(), 0)?;
                let n = x.shape()[at];
                let shape = places.shape.as_ref().ok_or_else(by_data)?;
                if !x.axes[at]
                    .iter()
                    .any(|atom| matches!(atom, Atom::Space { .. }))
                {
                    let mut next = x.clone();
                    let count: i64 = shape.iter().product();
                    Self::note_channels(tracer, x, at, count);
                    let channels = |n: &i64| {
                        if *n == 1 {
                            Vec::new()
                        } else {
                            vec![Atom::Channel(*n)]
                        }
                    };
                    next.axes.splice(at..=at, shape.iter().map(channels));
                    return Ok(Value::Map(next));
                }
                let list = places.whole().ok_or_else(by_data)?;
                let list: Vec<i64> = list
                    .iter()
                    .map(|&i| if i < 0 { i + n } else { i })
                    .collect();
                let (&start, step) = (
                    list.first().ok_or_else(by_data)?,
                    list.get(1).map_or(1, |b| b - list[0]),
                );
                if list.windows(2).any(|pair| pair[1] - pair[0] != step) || shape.len() > 1 {
                    return stop("Gather of positions in another order");
                }
                let mut next = tracer.sliced(
                    x,
                    at,
                    start,
                    step,
                    i64::try_from(list.len()).unwrap_or(i64::MAX),
                )?;
                if shape.is_empty() {
                    next.axes.remove(at);
                }
                Ok(Value::Map(next))
            }
            (Value::Ended, _) | (_, Value::Ended) => Ok(Value::Ended),
            _ => Err(by_data()),
        }
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
        if numbers.len() != x.rank() || numbers.iter().any(|&times| times < 1) {
            return stop("Tile by numbers that do not fit its axes");
        }
        let mut next = x.clone();
        for (at, &times) in numbers.iter().enumerate().filter(|(_, times)| **times > 1) {
            next.axes[at] = match x.axes[at][..] {
                [] => vec![Atom::Channel(times)],
                [Atom::Channel(n)] => vec![Atom::Channel(n.saturating_mul(times))],
                _ => return stop("Tile along positions"),
            };
        }
        Ok(Value::Map(next))
    }

    /// Says that channels are not told apart, where a part of them is taken.
    pub(super) fn note_channels(tracer: &mut Tracer, x: &Layout, at: usize, n: i64) {
        if let [Atom::Channel(all)] = x.axes[at][..]
            && n < all
        {
            tracer.note(CHANNELS);
        }
    }
}
