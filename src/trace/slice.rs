//! Parts of tensors, and zeros around them.

use crate::network::{
    AxisOp, Crop, Dilation, Kernel, MapId, OpKind, PadMode, PerAxis, Stride, Transposed, Window,
};

use super::layout::{Atom, Layout, count, has_space, normal};
use super::{Stop, Tracer, stop};

impl Tracer {
    /// The entries `start`, `start + step`, … of an axis, `n` of them, all inside of it.
    pub(crate) fn sliced(
        &mut self,
        x: &Layout,
        at: usize,
        start: i64,
        step: i64,
        n: i64,
    ) -> Result<Layout, Stop> {
        let atoms = &x.axes[at];
        let entries = count(atoms);
        if n < 1 {
            return stop("a part of no entries");
        }
        let last = (n - 1).checked_mul(step).and_then(|l| l.checked_add(start));
        if start < 0 || !last.is_some_and(|last| (0..entries).contains(&last)) {
            return stop("a part beyond the end of a tensor");
        }
        if n == entries && (step == 1 || n == 1) {
            return Ok(x.clone());
        }
        let mut next = x.clone();
        match atoms[..] {
            [Atom::Channel(_)] => next.axes[at] = normal([Atom::Channel(n)]),
            [Atom::Channel(_), ref inner @ ..]
                if start % count(inner) == 0 && n % count(inner) == 0 && step == 1 =>
            {
                let outer = Atom::Channel(n / count(inner));
                next.axes[at] = normal(std::iter::once(outer).chain(inner.iter().copied()));
            }
            [
                Atom::Space {
                    axis,
                    n: all,
                    stride,
                },
            ] => {
                let size = self.size(x.map, axis) + x.pad[axis].0 + x.pad[axis].1;
                if stride == 1 && all == size {
                    return self.positions(x, at, axis, start, step, n);
                }
                // One of the inner positions of each window: every so many positions.
                let outer: Vec<_> = x.pieces(axis).into_iter().filter(|p| p.0 != at).collect();
                let is_inner =
                    stride == 1 && matches!(outer[..], [(_, m, s)] if s == all && m * s == size);
                if n != 1 || !is_inner || x.pad[axis] != (0, 0) {
                    return stop("a part of positions in another order");
                }
                let kept = size / all;
                next.map = self.every(x.map, axis, start, all, kept)?;
                for atom in next.axes.iter_mut().flatten() {
                    if let Atom::Space {
                        axis: a, stride, ..
                    } = atom
                        && *a == axis
                    {
                        *stride /= all;
                    }
                }
                next.axes[at] = Vec::new();
            }
            _ => return stop("a part of positions in another order"),
        }
        Ok(next)
    }

    fn positions(
        &mut self,
        x: &Layout,
        at: usize,
        axis: usize,
        start: i64,
        step: i64,
        n: i64,
    ) -> Result<Layout, Stop> {
        let mut x = x.clone();
        if step < 1 {
            return stop("a flip of positions");
        }
        if step == 1 {
            // What is cut off zeros that nothing has read need not be read.
            let (low, high) = x.pad[axis];
            let end = count(&x.axes[at]) - start - n;
            if start <= low && end <= high {
                x.pad[axis] = (low - start, high - end);
                x.axes[at] = normal([Atom::Space { axis, n, stride: 1 }]);
                return Ok(x);
            }
            x = self.settled(x)?;
            x.map = self.cropped(x.map, axis, start, n)?;
        } else {
            x = self.settled(x)?;
            x.map = self.every(x.map, axis, start, step, n)?;
        }
        x.axes[at] = normal([Atom::Space { axis, n, stride: 1 }]);
        Ok(x)
    }

    /// `size` positions of a map along an axis, from `low` on.
    pub(super) fn cropped(
        &mut self,
        map: MapId,
        axis: usize,
        low: i64,
        size: i64,
    ) -> Result<MapId, Stop> {
        let crop = Crop {
            low,
            drift: low,
            size: Some(size),
        };
        let axes = self.along(|a| (a == axis).then_some(AxisOp::Crop(crop)));
        self.rearrange(OpKind::Crop, axes, map)
    }

    /// Every `step`-th position of a map along an axis from `start` on, `n` of them.
    fn every(
        &mut self,
        map: MapId,
        axis: usize,
        start: i64,
        step: i64,
        n: i64,
    ) -> Result<MapId, Stop> {
        let Ok(stride) = Stride::new(i128::from(step)) else {
            return stop(format!("every {step}th position"));
        };
        let window = Window {
            low: -start,
            // As much as leaves n positions.
            high: (n - 1) * step + 1 + start - self.size(map, axis),
            ..Window::plain(Kernel::ONE, stride)
        };
        let axes = self.along(|a| (a == axis).then_some(AxisOp::Window(window)));
        self.rearrange(OpKind::Slice, axes, map)
    }

    /// Entries added before and after those of each axis; negative numbers take away.
    pub(crate) fn surrounded(
        &mut self,
        x: &Layout,
        sides: &[(i64, i64)],
        mode: PadMode,
    ) -> Result<Layout, Stop> {
        let mut x = x.clone();
        for (at, &(low, high)) in sides.iter().enumerate().take(x.rank()) {
            let entries = count(&x.axes[at]);
            let (less, more) = ((-low).max(0), (-high).max(0));
            if less > 0 || more > 0 {
                x = self.sliced(
                    &x,
                    at,
                    less,
                    1,
                    entries.saturating_sub(less).saturating_sub(more),
                )?;
            }
        }
        let mut pad = PerAxis::splat(self.dims(), (0, 0));
        let mut is_padded = false;
        for (at, &(low, high)) in sides.iter().enumerate().take(x.rank()) {
            let (low, high) = (low.max(0), high.max(0));
            let limit = crate::network::MAX_SIZE;
            if (low, high) == (0, 0) {
                continue;
            }
            if low >= limit || high >= limit {
                return stop(format!("padding past the limit of {limit}"));
            }
            match x.axes[at][..] {
                [Atom::Space { axis, n, stride: 1 }]
                    if n == self.size(x.map, axis) + x.pad[axis].0 + x.pad[axis].1 =>
                {
                    pad[axis] = (low, high);
                    is_padded = true;
                    x.axes[at] = vec![Atom::Space {
                        axis,
                        n: n + low + high,
                        stride: 1,
                    }];
                }
                [Atom::Channel(n)] => {
                    x.axes[at] = normal([Atom::Channel(n.saturating_add(low + high))]);
                }
                [] if at == 1 => x.axes[at] = normal([Atom::Channel(1 + low + high)]),
                _ => return stop("padding of positions in another order"),
            }
        }
        if !is_padded {
            return Ok(x);
        }
        if mode == PadMode::Zeros {
            for axis in 0..self.dims() {
                x.pad[axis].0 += pad[axis].0;
                x.pad[axis].1 += pad[axis].1;
            }
            return Ok(x);
        }
        x = self.settled(x)?;
        x.map = self.padded(x.map, &pad, mode)?;
        Ok(x)
    }

    /// A tensor without positions, of a shape, into which another is written: along each axis from `start` on, every `step`-th entry. What is
    /// around it are zeros, as far as positions go.
    pub(crate) fn written(
        &mut self,
        source: &Layout,
        shape: &[i64],
        start: &[i64],
        step: &[i64],
    ) -> Result<Layout, Stop> {
        let own = source.shape();
        let mut source = source.clone();
        let mut sides = vec![(0, 0); shape.len()];
        for at in 0..shape.len() {
            let step = step[at];
            let after = (own[at] - 1).checked_mul(step).and_then(|last| {
                let end = last.checked_add(start[at])?.checked_add(1)?;
                shape[at].checked_sub(end)
            });
            let Some(after) = after.filter(|&n| n >= 0 && start[at] >= 0 && step >= 1) else {
                return stop("a part beyond the end of a tensor");
            };
            if !has_space(&source.axes[at]) {
                if own[at] == 1 && shape[at] > 1 && at > 1 {
                    // One value at one of many positions.
                    return stop("one entry written among positions");
                }
                source.axes[at] = normal([Atom::Channel(shape[at])]);
                continue;
            }
            if step > 1 && own[at] > 1 {
                source = self.spaced(&source, at, step)?;
            }
            sides[at] = (start[at], after);
        }
        self.surrounded(&source, &sides, PadMode::Zeros)
    }

    /// A map with zeros between its positions along an axis: a transposed convolution of one tap.
    fn spaced(&mut self, x: &Layout, at: usize, step: i64) -> Result<Layout, Stop> {
        let mut x = self.settled(x.clone())?;
        let Ok(stride) = Stride::new(i128::from(step)) else {
            return stop(format!("zeros between every {step}th position"));
        };
        let [Atom::Space { axis, n, stride: 1 }] = x.axes[at][..] else {
            return stop("a part of positions in another order");
        };
        if n != self.size(x.map, axis) {
            return stop("a part of positions in another order");
        }
        let axes = self.along(|a| {
            let op = Transposed {
                kernel: Kernel::ONE,
                stride,
                dilation: Dilation::ONE,
                low: 0,
                high: 0,
                output_padding: 0,
            };
            (a == axis).then_some(AxisOp::Transposed(op))
        });
        x.map = self.rearrange(OpKind::Transposed, axes, x.map)?;
        let n = (n - 1) * step + 1;
        x.axes[at] = normal([Atom::Space { axis, n, stride: 1 }]);
        Ok(x)
    }
}
