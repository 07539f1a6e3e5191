//! Convolutions and pools, and windows laid out as channels.

use crate::network::OpKind;
use crate::trace::{Layout, Sides, Stop, Tracer, Value, WindowSpec};

use super::{Call, stop};

impl Call<'_> {
    /// A window over all axes behind the first two.
    fn spec(&self, x: &Layout, kind: OpKind, kernel: Vec<i64>) -> Result<WindowSpec, Stop> {
        let count = x.rank().saturating_sub(2);
        if kernel.len() != count {
            let (given, op) = (kernel.len(), self.op);
            return stop(format!(
                "{op} with a kernel of {given} axes on a tensor of {count}"
            ));
        }
        let padding = self.each("padding", count, 0)?;
        Ok(WindowSpec {
            kind,
            kernel,
            stride: self.each("stride", count, 1)?,
            dilation: self.each("dilation", count, 1)?,
            sides: Sides::Given(padding.into_iter().map(|n| (n, n)).collect()),
            output_padding: self.each("output_padding", count, 0)?,
            ceil: self.is_set("ceil_mode"),
            channels: None,
        })
    }

    /// The tensor with a batch, and whether it had none: the first axis of a pool's input that has one axis less is channels.
    fn batched(x: &Layout, dims: usize) -> (Layout, bool) {
        let mut x = x.clone();
        let is_short = x.rank() == dims + 1;
        if is_short {
            x.axes.insert(0, Vec::new());
        }
        (x, is_short)
    }

    fn unbatched(mut x: Layout, was_short: bool) -> Layout {
        if was_short {
            x.axes.remove(0);
        }
        x
    }

    /// How many axes the operator's name says: 2 of `max_pool2d_with_indices`.
    fn dims(&self) -> usize {
        let is_said = |dims: &usize| self.op.contains(&format!("{dims}d"));
        [1, 2, 3].into_iter().find(is_said).unwrap_or(2)
    }

    pub(super) fn conv(&self, tracer: &mut Tracer, x: &Layout) -> Result<Layout, Stop> {
        let Some(Value::Fixed(weight)) = self.value("weight") else {
            return stop(format!("{} with a weight computed from the input", self.op));
        };
        let Some(weight) = weight.shape.as_ref().filter(|weight| weight.len() >= 3) else {
            return stop(format!("{} with a weight of unknown size", self.op));
        };
        let is_transposed = self.is_set("transposed");
        let kind = if is_transposed {
            OpKind::Transposed
        } else {
            OpKind::Conv
        };
        let (x, was_short) = Self::batched(x, weight.len() - 2);
        let mut spec = self.spec(&x, kind, weight[2..].to_vec())?;
        let groups = self.whole("groups").unwrap_or(1);
        if groups > 1 && weight[1] > 1 {
            tracer.note_groups();
        }
        let next = if is_transposed {
            spec.channels = Some(weight[1].saturating_mul(groups));
            tracer.transposed(&x, &spec)?
        } else {
            spec.channels = Some(weight[0]);
            tracer.window(&x, &spec)?
        };
        Ok(Self::unbatched(next, was_short))
    }

    pub(super) fn pool(&self, tracer: &mut Tracer, x: &Layout) -> Result<Layout, Stop> {
        let (x, was_short) = Self::batched(x, self.dims());
        let count = x.rank().saturating_sub(2);
        let kind = if self.op.starts_with("max") {
            OpKind::MaxPool
        } else {
            OpKind::AvgPool
        };
        let mut spec = self.spec(&x, kind, self.each("kernel_size", count, 0)?)?;
        if self.wholes("stride").is_none_or(|stride| stride.is_empty()) {
            spec.stride.clone_from(&spec.kernel);
        }
        Ok(Self::unbatched(tracer.window(&x, &spec)?, was_short))
    }

    pub(super) fn adaptive_pool(&self, tracer: &mut Tracer, x: &Layout) -> Result<Layout, Stop> {
        let (x, was_short) = Self::batched(x, self.dims());
        let sizes = self.each("output_size", x.rank().saturating_sub(2), 0)?;
        let next = tracer.adaptive(&x, &sizes, self.op.contains("max"))?;
        Ok(Self::unbatched(next, was_short))
    }

    /// Windows along one axis, with their entries in a new last axis.
    pub(super) fn unfold(&self, tracer: &mut Tracer, x: &Layout) -> Result<Layout, Stop> {
        let at = self.axis("dimension", x.rank())?;
        let (size, step) = (
            self.whole("size").unwrap_or(0),
            self.whole("step").unwrap_or(0),
        );
        let n = x.shape()[at];
        if size == step && n % size.max(1) == 0 && size > 0 {
            // Windows side by side.
            let mut shape = x.shape();
            shape.splice(at..=at, [n / size, size]);
            let mut order: Vec<usize> = (0..shape.len()).collect();
            let inner = order.remove(at + 1);
            order.push(inner);
            let windows = x.reshaped(&shape).and_then(|x| x.transposed(&order));
            return windows.ok_or_else(|| Stop("unfold of positions in another order".to_owned()));
        }
        // As an axis behind the first two, where windows slide.
        let rank = x.rank();
        let mut order: Vec<usize> = (0..rank).filter(|&axis| axis != at).collect();
        order.push(at);
        let turned = x
            .transposed(&order)
            .ok_or_else(|| Stop("unfold of no axis".to_owned()))?;
        let mut wide = turned.clone();
        while wide.rank() < 3 {
            wide.axes.insert(0, Vec::new());
        }
        let added = wide.rank() - rank;
        let count = wide.rank() - 2;
        let last = |value: i64| [vec![1; count - 1], vec![value]].concat();
        let spec = WindowSpec {
            kind: OpKind::AvgPool,
            kernel: last(size),
            stride: last(step),
            dilation: vec![1; count],
            sides: Sides::Given(vec![(0, 0); count]),
            output_padding: Vec::new(),
            ceil: false,
            channels: None,
        };
        tracer.note_groups();
        let mut next = tracer.window(&wide, &spec)?;
        next.axes.drain(..added);
        let windows = next.axes.pop().unwrap_or_default();
        next.axes.insert(at, windows);
        next.axes.push(Layout::of_channels(size));
        Ok(next)
    }

    /// Windows over all positions: their entries as channels, the windows in one axis.
    pub(super) fn im2col(&self, tracer: &mut Tracer, x: &Layout) -> Result<Layout, Stop> {
        let (x, was_short) = Self::batched(x, 2);
        let kernel = self.each("kernel_size", x.rank().saturating_sub(2), 0)?;
        let spec = self.spec(&x, OpKind::AvgPool, kernel)?;
        let entries = spec.kernel.iter().fold(1_i64, |n, &k| n.saturating_mul(k));
        if entries > 1 {
            tracer.note_groups();
        }
        let mut next = tracer.window(&x, &spec)?;
        let own = next.axes[1].clone();
        next.axes[1] = crate::trace::normal(own.into_iter().chain(Layout::of_channels(entries)));
        let windows = next.axes.drain(2..).flatten().collect::<Vec<_>>();
        next.axes.push(crate::trace::normal(windows));
        Ok(Self::unbatched(next, was_short))
    }

    /// Windows put back to where they were, summed where they overlap.
    pub(super) fn col2im(&self, tracer: &mut Tracer, x: &Layout) -> Result<Layout, Stop> {
        let (x, was_short) = Self::batched(x, 1);
        let kernel = self.each("kernel_size", 2, 0)?;
        let (sizes, padding) = (self.each("output_size", 2, 0)?, self.each("padding", 2, 0)?);
        let (stride, dilation) = (self.each("stride", 2, 1)?, self.each("dilation", 2, 1)?);
        let entries = kernel.iter().fold(1_i64, |n, &k| n.saturating_mul(k));
        let mut shape = x.shape();
        let fits = shape.len() == 3 && stride.iter().all(|&s| s > 0) && entries > 0;
        if !fits || shape[1] % entries != 0 {
            return stop("col2im of numbers that do not fit");
        }
        let (channels, mut left) = (shape[1] / entries, [0; 2]);
        shape.pop();
        for axis in 0..2 {
            let extent = (kernel[axis].saturating_sub(1)).saturating_mul(dilation[axis]);
            let room = sizes[axis].saturating_add(padding[axis].saturating_mul(2));
            let room = room.saturating_sub(extent).saturating_sub(1);
            shape.push(room.div_euclid(stride[axis]).saturating_add(1));
            left[axis] = room.rem_euclid(stride[axis]);
        }
        let Some(x) = x.reshaped(&shape) else {
            return stop("col2im of positions in another order");
        };
        let mut spec = self.spec(&x, OpKind::Transposed, kernel)?;
        spec.output_padding = left.to_vec();
        spec.channels = Some(channels);
        Ok(Self::unbatched(tracer.transposed(&x, &spec)?, was_short))
    }
}
