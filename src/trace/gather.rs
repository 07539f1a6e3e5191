//! Entries picked by their number, and repeats of them.

use super::layout::{Atom, Layout, has_space, index};
use super::{Stop, Tracer, Value, stop};

/// Said where a part of the channels is read.
const CHANNELS: &str = "channels are not told apart: where groups or parts of channels are read, positions may be counted that are not read";

impl Tracer {
    /// Says that channels are not told apart, where a part of them is read.
    pub(crate) fn note_groups(&mut self) {
        self.note(CHANNELS);
    }

    /// Says that channels are not told apart, if `n` of an axis are a part of its channels.
    pub(crate) fn note_channels(&mut self, x: &Layout, at: usize, n: i64) {
        if let [Atom::Channel(all)] = x.axes[at][..]
            && n < all
        {
            self.note_groups();
        }
    }

    /// The entries of an axis that a tensor of indices names.
    pub(crate) fn gathered(
        &mut self,
        data: &Value,
        indices: &Value,
        axis: i64,
    ) -> Result<Value, Stop> {
        let operator = self.here.operator.clone();
        let by_data = || Stop(format!("{operator} by numbers that depend on data"));
        let along = |rank: usize| {
            let at = index(axis, rank);
            at.ok_or_else(|| Stop(format!("{operator} along axis {axis} of {rank}")))
        };
        let channels = |n: &i64| Layout::of_channels(*n);
        match (data, indices) {
            (Value::Fixed(table), Value::Map(places)) => {
                // A table of embeddings: each position has a row of its own.
                let shape = table.shape.as_ref().ok_or_else(by_data)?;
                let at = along(shape.len())?;
                let mut axes: Vec<Vec<Atom>> = shape[..at].iter().map(channels).collect();
                axes.extend(places.axes.iter().cloned());
                axes.extend(shape[at + 1..].iter().map(channels));
                Ok(Value::Map(Layout {
                    axes,
                    ..places.clone()
                }))
            }
            (Value::Map(x), Value::Fixed(places)) => {
                let at = along(x.rank())?;
                let n = x.shape()[at];
                let shape = places.shape.as_ref().ok_or_else(by_data)?;
                if !has_space(&x.axes[at]) {
                    let mut next = x.clone();
                    let count = shape.iter().fold(1_i64, |n, &s| n.saturating_mul(s));
                    self.note_channels(x, at, count);
                    next.axes.splice(at..=at, shape.iter().map(channels));
                    return Ok(Value::Map(next));
                }
                let list = places.whole().ok_or_else(by_data)?;
                let list: Vec<i64> = list
                    .iter()
                    .map(|&i| if i < 0 { i.saturating_add(n) } else { i })
                    .collect();
                let (&start, step) = (
                    list.first().ok_or_else(by_data)?,
                    list.get(1).map_or(1, |b| b.saturating_sub(list[0])),
                );
                let is_even = |pair: &[i64]| pair[1].checked_sub(pair[0]) == Some(step);
                if !list.windows(2).all(is_even) || shape.len() > 1 {
                    return stop(format!("{operator} of positions in another order"));
                }
                let count = i64::try_from(list.len()).unwrap_or(i64::MAX);
                let mut next = self.sliced(x, at, start, step, count)?;
                if shape.is_empty() {
                    next.axes.remove(at);
                }
                Ok(Value::Map(next))
            }
            (Value::Ended, _) | (_, Value::Ended) => Ok(Value::Ended),
            _ => Err(by_data()),
        }
    }

    /// The tensor repeated along its axes, so many times each.
    pub(crate) fn tiled(x: &Layout, times: &[i64]) -> Result<Layout, Stop> {
        if times.len() != x.rank() || times.iter().any(|&times| times < 1) {
            return stop("repeats by numbers that do not fit the axes");
        }
        let mut next = x.clone();
        for (at, &times) in times.iter().enumerate().filter(|(_, times)| **times > 1) {
            next.axes[at] = match x.axes[at][..] {
                [] => vec![Atom::Channel(times)],
                [Atom::Channel(n)] => vec![Atom::Channel(n.saturating_mul(times))],
                _ => return stop("repeats along positions"),
            };
        }
        Ok(next)
    }
}
