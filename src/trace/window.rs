//! Convolutions, pools and transposed convolutions.

use crate::network::{
    AxisOp, Dilation, Kernel, OpKind, PerAxis, QuantityError, Stride, Transposed, Window,
};

use super::layout::{Atom, Layout, count, normal};
use super::{Stop, Tracer, stop};

/// Padding as an operator gives it.
#[derive(Clone, Debug)]
pub(crate) enum Sides {
    /// Before and after, for each axis.
    Given(Vec<(i64, i64)>),
    /// As much as makes the size that of the input divided by the stride, rounded up; what is odd stands after the last position, or before the
    /// first.
    Same { odd_after: bool },
    /// Of a transposed convolution: as much as leaves sizes of this many positions.
    Sized { to: Vec<i64>, odd_after: bool },
}

/// A window over the spatial axes of a tensor, the third axis of the tensor and those behind it.
#[derive(Clone, Debug)]
pub(crate) struct WindowSpec {
    pub(crate) kind: OpKind,
    pub(crate) kernel: Vec<i64>,
    pub(crate) stride: Vec<i64>,
    pub(crate) dilation: Vec<i64>,
    pub(crate) sides: Sides,
    pub(crate) output_padding: Vec<i64>,
    pub(crate) ceil: bool,
    /// Channels of the result, where they change.
    pub(crate) channels: Option<i64>,
}

/// One axis of a window, its numbers checked.
#[derive(Clone, Copy)]
struct Numbers {
    kernel: Kernel,
    stride: Stride,
    dilation: Dilation,
}

impl WindowSpec {
    fn numbers(&self, at: usize) -> Result<Numbers, Stop> {
        let bad =
            |what: &'static str| move |error: QuantityError| Stop(format!("a {what} that {error}"));
        let value = |list: &[i64]| i128::from(list.get(at).copied().unwrap_or(1));
        Ok(Numbers {
            kernel: Kernel::new(value(&self.kernel)).map_err(bad("kernel size"))?,
            stride: Stride::new(value(&self.stride)).map_err(bad("stride"))?,
            dilation: Dilation::new(value(&self.dilation)).map_err(bad("dilation"))?,
        })
    }

    fn given(&self, at: usize) -> (i64, i64) {
        match &self.sides {
            Sides::Given(sides) => sides.get(at).copied().unwrap_or((0, 0)),
            Sides::Same { .. } | Sides::Sized { .. } => (0, 0),
        }
    }

    /// The shape that it gives a tensor.
    pub(crate) fn shape(&self, of: &[i64]) -> Result<Vec<i64>, Stop> {
        let mut shape = of.to_vec();
        if let (Some(channels), Some(entries)) = (self.channels, shape.get_mut(1)) {
            *entries = channels;
        }
        for (at, entries) in shape.iter_mut().skip(2).enumerate() {
            let limits = 1..crate::network::MAX_SIZE;
            let size = if !limits.contains(entries) {
                None
            } else if self.kind == OpKind::Transposed {
                self.written(at, *entries)?.output_size(*entries)
            } else {
                self.read(at, *entries)?.output_size(*entries)
            };
            match size {
                Some(size) if limits.contains(&size) => *entries = size,
                _ => return stop("a window larger than its map"),
            }
        }
        Ok(shape)
    }

    /// Its window along an axis of so many entries.
    fn read(&self, at: usize, entries: i64) -> Result<Window, Stop> {
        let Numbers {
            kernel,
            stride,
            dilation,
        } = self.numbers(at)?;
        let (low, high) = Tracer::sides(self, at, entries, self.numbers(at)?)?;
        Ok(Window {
            kernel,
            stride,
            dilation,
            low,
            high,
            ceil: self.ceil,
        })
    }

    /// The same of a transposed convolution.
    fn written(&self, at: usize, entries: i64) -> Result<Transposed, Stop> {
        let Numbers {
            kernel,
            stride,
            dilation,
        } = self.numbers(at)?;
        let mut added = self.output_padding.get(at).copied().unwrap_or(0);
        let (mut low, mut high) = self.given(at);
        within_limit([low, high, added])?;
        let full = (entries - 1) * i64::from(stride)
            + added
            + (i64::from(kernel) - 1) * i64::from(dilation)
            + 1;
        let wanted = match &self.sides {
            Sides::Given(_) => None,
            Sides::Same { odd_after } => Some((entries * i64::from(stride), *odd_after)),
            Sides::Sized { to, odd_after } => to.get(at).map(|&to| (to, *odd_after)),
        };
        if let Some((to, odd_after)) = wanted {
            let cut = full.saturating_sub(to).max(0);
            added = added.saturating_add(to.saturating_sub(full).max(0));
            (low, high) = halves(cut, odd_after);
        }
        if low < 0 || high < 0 || added < 0 {
            return stop("a transposed convolution with negative padding");
        }
        within_limit([low, high, added])?;
        Ok(Transposed {
            kernel,
            stride,
            dilation,
            low,
            high,
            output_padding: added,
        })
    }

    /// Whether an axis of the tensor keeps its entries.
    fn is_pointwise(&self, at: usize) -> bool {
        let one = |list: &[i64]| list.get(at).is_none_or(|&value| value == 1);
        one(&self.kernel) && one(&self.stride) && self.given(at) == (0, 0)
    }
}

impl Tracer {
    /// What a window reads; all channels, if it is a convolution.
    pub(crate) fn window(&mut self, x: &Layout, spec: &WindowSpec) -> Result<Layout, Stop> {
        let spatial = x.rank().saturating_sub(2);
        if x.rank() < 2 {
            return stop(format!("a tensor of {} axes read by a window", x.rank()));
        }
        // A pool leaves channels apart.
        let read: &[usize] = if spec.kind == OpKind::Conv { &[1] } else { &[] };
        let x = self.contracted(x, read)?;
        let spread: Vec<Option<(usize, i64)>> = (0..spatial)
            .map(|at| self.spread(&x, at + 2).filter(|_| !spec.is_pointwise(at)))
            .collect();
        let needs = |at: usize| !spec.is_pointwise(at) && spread[at].is_none();
        let (mut x, axes) = self.canonical(&x, needs)?;
        let mut kept = axes.clone();
        let mut windows = PerAxis::splat(
            self.dims(),
            AxisOp::Window(Window::plain(Kernel::ONE, Stride::ONE)),
        );
        let mut pad = x.pad;
        for at in 0..spatial {
            let entries = count(&x.axes[at + 2]);
            let mut window = spec.read(at, entries)?;
            let (low, high) = (window.low, window.high);
            if let Some((axis, step)) = spread[at] {
                let n = window.output_size(entries).unwrap_or(0);
                let dilation = Dilation::new(i128::from(window.dilation.get()) * i128::from(step));
                let (Ok(dilation), true) = (dilation, n > 0 && window.stride == Stride::ONE) else {
                    return stop("a window over every so many positions");
                };
                windows[axis] = AxisOp::Window(Window {
                    dilation,
                    low: low * step,
                    high: high * step,
                    ..window
                });
                kept[at] = None;
                let stride = step;
                x.axes[at + 2] = normal([Atom::Space { axis, n, stride }]);
                self.note(
                    "positions are spread over the batch: what is read there is a dilated window",
                );
                continue;
            }
            match axes[at] {
                Some(axis) if self.is_pooled(x.map, axis) => {
                    // One value for all positions, however many there seem to be.
                    kept[at] = None;
                    let n = window.output_size(entries).unwrap_or(0);
                    if n < 1 {
                        return stop("a window larger than its map");
                    }
                    x.axes[at + 2] = normal([Atom::Channel(n)]);
                }
                Some(axis) => {
                    window.low += pad[axis].0;
                    window.high += pad[axis].1;
                    pad[axis] = (0, 0);
                    windows[axis] = AxisOp::Window(window);
                }
                None if spec.is_pointwise(at) => {}
                None if window.output_size(entries) == Some(1) && entries == 1 => {}
                None => return stop("a window over an axis that holds no positions"),
            }
        }
        let kind = spec.kind;
        let map = self.push(
            crate::network::Op {
                kind,
                axes: windows,
            },
            vec![x.map],
        )?;
        Ok(self.resized_axes(x, map, &kept, pad, spec.channels))
    }

    /// What a transposed convolution reads.
    pub(crate) fn transposed(&mut self, x: &Layout, spec: &WindowSpec) -> Result<Layout, Stop> {
        if x.rank() < 2 {
            return stop(format!("a tensor of {} axes read by a window", x.rank()));
        }
        let x = self.settled(x.clone())?;
        let x = self.contracted(&x, &[1])?;
        let (x, axes) = self.canonical(&x, |at| !spec.is_pointwise(at))?;
        let mut ops = PerAxis::splat(self.dims(), AxisOp::Same);
        for (at, axis) in axes.iter().enumerate() {
            let written = spec.written(at, count(&x.axes[at + 2]))?;
            match *axis {
                Some(axis) => ops[axis] = AxisOp::Transposed(written),
                None if spec.is_pointwise(at) => {}
                None => return stop("a window over an axis that holds no positions"),
            }
        }
        let kind = OpKind::Transposed;
        let map = self.push(crate::network::Op { kind, axes: ops }, vec![x.map])?;
        let pad = x.pad;
        Ok(self.resized_axes(x, map, &axes, pad, spec.channels))
    }

    /// The spatial axis of which an axis of the tensor holds every so many positions, and how many, where the batch holds those between: a window
    /// over it is a dilated one.
    fn spread(&self, x: &Layout, at: usize) -> Option<(usize, i64)> {
        let [Atom::Space { axis, n, stride }] = x.axes[at][..] else {
            return None;
        };
        let between = x.pieces(axis).into_iter().filter(|piece| piece.0 != at);
        let is_batch = between.eq([(0, stride, 1)]);
        let is_whole = n * stride == self.size(x.map, axis) && x.pad[axis] == (0, 0);
        (stride > 1 && is_batch && is_whole).then_some((axis, stride))
    }

    fn sides(
        spec: &WindowSpec,
        at: usize,
        entries: i64,
        numbers: Numbers,
    ) -> Result<(i64, i64), Stop> {
        let (low, high) = match &spec.sides {
            Sides::Same { odd_after } => {
                let stride = i64::from(numbers.stride);
                let extent = (i64::from(numbers.kernel) - 1) * i64::from(numbers.dilation) + 1;
                let outputs = (entries + stride - 1) / stride;
                halves(
                    ((outputs - 1) * stride + extent - entries).max(0),
                    *odd_after,
                )
            }
            Sides::Given(_) | Sides::Sized { .. } => spec.given(at),
        };
        within_limit([low, high])?;
        Ok((low, high))
    }

    /// The layout of a new map in which only sizes changed.
    pub(super) fn resized_axes(
        &self,
        x: Layout,
        map: crate::network::MapId,
        axes: &[Option<usize>],
        pad: PerAxis<(i64, i64)>,
        channels: Option<i64>,
    ) -> Layout {
        let mut next = Layout { map, pad, ..x };
        if let (Some(channels), Some(atoms)) = (channels, next.axes.get_mut(1)) {
            *atoms = normal([Atom::Channel(channels)]);
        }
        for (at, axis) in axes.iter().enumerate() {
            if let Some(axis) = *axis {
                let n = self.size(map, axis) + pad[axis].0 + pad[axis].1;
                next.axes[at + 2] = normal([Atom::Space { axis, n, stride: 1 }]);
            }
        }
        next
    }

    /// The tensor with every spatial axis `at` (from the tensor's third on) for which `needs` holds a whole axis of the map, and which one it is.
    ///
    /// Channels that stand inside of positions are a pixel shuffle, channels in place of positions a map of one position that is repeated.
    pub(super) fn canonical(
        &mut self,
        x: &Layout,
        needs: impl Fn(usize) -> bool,
    ) -> Result<(Layout, Vec<Option<usize>>), Stop> {
        let mut x = self.shuffled(x)?;
        let mut taken = [false; 3];
        for atom in x.axes.iter().flatten() {
            if let Atom::Space { axis, .. } = *atom {
                taken[axis] = true;
            }
        }
        let mut axes = Vec::new();
        for at in 2..x.rank() {
            let is_needed = needs(at - 2);
            let found = match x.axes[at][..] {
                [Atom::Space { axis, n, stride: 1 }]
                    if n == self.size(x.map, axis) + x.pad[axis].0 + x.pad[axis].1 =>
                {
                    Some(axis)
                }
                [] | [Atom::Channel(_)] => {
                    let n = count(&x.axes[at]);
                    let free = (0..self.dims()).find(|&axis| {
                        !taken[axis] && self.size(x.map, axis) == 1 && x.pad[axis] == (0, 0)
                    });
                    if let Some(axis) = free {
                        taken[axis] = true;
                        if n > 1 && is_needed && !self.is_pooled(x.map, axis) {
                            x = self.repeated(x, axis, n)?;
                            x.axes[at] = normal([Atom::Space { axis, n, stride: 1 }]);
                        }
                    }
                    free.filter(|_| is_needed)
                }
                _ if is_needed => return stop("a window over positions in another order"),
                _ => None,
            };
            axes.push(found);
        }
        Ok((x, axes))
    }
}

/// Padding in two halves.
fn halves(total: i64, odd_after: bool) -> (i64, i64) {
    let (less, more) = (total / 2, total - total / 2);
    if odd_after {
        (less, more)
    } else {
        (more, less)
    }
}

/// Refuses padding with which arithmetic could leave its range.
fn within_limit(padding: impl IntoIterator<Item = i64>) -> Result<(), Stop> {
    let limit = crate::network::MAX_PADDING;
    if padding.into_iter().all(|n| (-limit..=limit).contains(&n)) {
        return Ok(());
    }
    stop(format!("padding past the limit of {limit}"))
}
