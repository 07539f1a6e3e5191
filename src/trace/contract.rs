//! What reads all entries along some axes of a tensor: sums, products of matrices, attention.

use crate::network::{AxisOp, OpKind, PerAxis};

use super::layout::{Atom, Layout, count, has_space, normal};
use super::{Stop, Tracer, Value, stop};

/// A name for each axis of a tensor: axes of one name are one.
pub(crate) type Labels = Vec<u32>;

impl Tracer {
    /// The tensor after all entries along some of its axes were read together; these axes are left with channels alone, whose number means
    /// nothing.
    ///
    /// The pieces of a spatial axis that are read may be its innermost ones: then it is a window that strides over its own size. Other pieces are
    /// all that the axis has, or are taken for it.
    pub(crate) fn contracted(&mut self, x: &Layout, axes: &[usize]) -> Result<Layout, Stop> {
        if !axes.iter().any(|&at| has_space(&x.axes[at])) {
            return Ok(x.clone());
        }
        let mut x = self.settled(x.clone())?;
        let mut windows = PerAxis::splat(self.dims(), AxisOp::Same);
        let mut pools = PerAxis::splat(self.dims(), AxisOp::Same);
        let mut kept: [Option<i64>; 3] = [None; 3];
        let mut lost = [false; 3];
        for axis in 0..self.dims() {
            let (read, left): (Vec<_>, Vec<_>) = x
                .pieces(axis)
                .into_iter()
                .partition(|(at, ..)| axes.contains(at));
            match (&read[..], &left[..]) {
                ([], _) => {}
                ([(_, k, 1)], [(_, n, stride)])
                    if stride == k && n * k == self.size(x.map, axis) =>
                {
                    windows[axis] = AxisOp::adaptive(n * k, *n);
                    kept[axis] = Some(*k);
                }
                (_, []) => {
                    pools[axis] = AxisOp::Everything;
                    lost[axis] = true;
                }
                _ => {
                    self.note(
                        "positions of a coarse grid are read together: taken for all of the map",
                    );
                    pools[axis] = AxisOp::Everything;
                    lost[axis] = true;
                }
            }
        }
        x.map = self.rearrange(OpKind::AvgPool, windows, x.map)?;
        x.map = self.rearrange(OpKind::GlobalPool, pools, x.map)?;
        for (at, atoms) in x.axes.iter_mut().enumerate() {
            let is_read = axes.contains(&at);
            let left = atoms.iter().map(|&atom| match atom {
                Atom::Space { n, .. } if is_read => Atom::Channel(n),
                Atom::Space { axis, n, .. } if lost[axis] => Atom::Channel(n),
                Atom::Space { axis, n, stride } => Atom::Space {
                    axis,
                    n,
                    stride: kept[axis].map_or(stride, |k| stride / k),
                },
                channel @ Atom::Channel(_) => channel,
            });
            *atoms = normal(left.collect::<Vec<_>>());
        }
        Ok(x)
    }

    /// A sum, mean or extreme over some axes.
    pub(crate) fn reduced(
        &mut self,
        x: &Layout,
        axes: &[usize],
        keeps: bool,
    ) -> Result<Layout, Stop> {
        let mut next = self.contracted(x, axes)?;
        let left = next.axes.into_iter().enumerate().filter_map(|(at, atoms)| {
            match (axes.contains(&at), keeps) {
                (false, _) => Some(atoms),
                (true, true) => Some(Vec::new()),
                (true, false) => None,
            }
        });
        next.axes = left.collect();
        Ok(next)
    }

    /// A product of two tensors, summed over the axes whose labels are not in `out`.
    pub(crate) fn product(
        &mut self,
        (a, a_labels): (&Value, &Labels),
        (b, b_labels): (&Value, &Labels),
        out: &Labels,
    ) -> Result<Value, Stop> {
        let (one, other) = match (a, b) {
            (Value::Map(a), Value::Map(b)) => {
                let (mut a, mut b) = (a.clone(), b.clone());
                a = self.contracted(&a, &missing(a_labels, out))?;
                b = self.contracted(&b, &missing(b_labels, out))?;
                let columns = missing(b_labels, a_labels);
                let is_query = a_labels
                    .iter()
                    .zip(&a.axes)
                    .any(|(label, atoms)| out.contains(label) && has_space(atoms));
                if is_query {
                    // Each position of the one is held against all of the other.
                    b = self.contracted(&b, &columns)?;
                }
                let a = arranged(&a, a_labels, out, None);
                let b = arranged(&b, b_labels, out, None);
                let both = [Value::Map(a), Value::Map(b)];
                return self.merged(OpKind::Add, &both);
            }
            (Value::Map(x), other) => ((x, a_labels), (other, b_labels)),
            (other, Value::Map(x)) => ((x, b_labels), (other, a_labels)),
            (Value::Ended, _) | (_, Value::Ended) => return Ok(Value::Ended),
            (Value::Fixed(_), Value::Fixed(_)) => return Ok(Value::Fixed(super::Fixed::default())),
        };
        let (x, labels) = one;
        let shape = other.0.shape();
        let x = self.contracted(x, &missing(labels, out))?;
        let shape = shape.as_ref().map(|shape| (shape, other.1));
        Ok(Value::Map(arranged(&x, labels, out, shape)))
    }

    /// A product of matrices, of which the axes before the last two are batches.
    pub(crate) fn matmul(&mut self, a: &Value, b: &Value) -> Result<Value, Stop> {
        match matmul(rank(a)?, rank(b)?) {
            Some((left, right, out)) => self.product((a, &left), (b, &right), &out),
            None => stop("a product of a tensor without axes"),
        }
    }

    /// Attention: the product of queries and keys, and its product with values; the last two axes of each are positions and channels.
    pub(crate) fn attention(&mut self, q: &Value, k: &Value, v: &Value) -> Result<Value, Stop> {
        let count = rank(q)?;
        if count < 3 || rank(k)? != count || rank(v)? != count {
            return stop("attention on tensors of different axes");
        }
        let label = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let heads: Labels = (0..count - 2).map(label).collect();
        let [query, key, inner, column] = [0, 1, 2, 3].map(|at| label(count + at));
        let with = |last: [u32; 2]| [heads.clone(), last.to_vec()].concat();
        let scores = with([query, key]);
        let product = self.product(
            (q, &with([query, inner])),
            (k, &with([key, inner])),
            &scores,
        )?;
        self.product(
            (&product, &scores),
            (v, &with([key, column])),
            &with([query, column]),
        )
    }

    /// A tensor as it was, with a note that statistics over positions are left out if these axes hold positions.
    pub(crate) fn normalised(
        &mut self,
        x: &Layout,
        axes: impl IntoIterator<Item = usize>,
    ) -> Layout {
        if axes.into_iter().any(|at| x.has_positions(at)) {
            self.note("statistics over positions (normalisation, softmax) are left out");
        }
        x.clone()
    }
}

fn rank(value: &Value) -> Result<usize, Stop> {
    let shape = value.shape();
    shape.map_or_else(
        || stop("a product with a tensor of unknown size"),
        |s| Ok(s.len()),
    )
}

/// Labels of the axes of a matrix product and of its result.
fn matmul(a: usize, b: usize) -> Option<(Labels, Labels, Labels)> {
    if a == 0 || b == 0 {
        return None;
    }
    let (row, inner, column) = (1_000, 1_001, 1_002);
    let batch = |rank: usize| {
        let count = u32::try_from(rank.saturating_sub(2)).unwrap_or(0);
        (0..count).rev().collect::<Labels>()
    };
    let mut left = batch(a);
    let mut right = batch(b);
    let mut out = if a >= b { left.clone() } else { right.clone() };
    if a > 1 {
        left.push(row);
        out.push(row);
    }
    left.push(inner);
    right.push(inner);
    if b > 1 {
        right.push(column);
        out.push(column);
    }
    Some((left, right, out))
}

/// The axes whose labels are not among others.
fn missing(labels: &Labels, others: &Labels) -> Vec<usize> {
    let axes = labels.iter().enumerate();
    let missing = axes.filter(|(_, label)| !others.contains(label));
    missing.map(|(at, _)| at).collect()
}

/// A tensor with its axes in the order of `out`. Axes that it has not are taken from the shape of a tensor without positions, else they have one
/// entry.
fn arranged(
    x: &Layout,
    labels: &Labels,
    out: &Labels,
    other: Option<(&Vec<i64>, &Labels)>,
) -> Layout {
    let mut axes = Vec::new();
    for label in out {
        let own = labels.iter().position(|l| l == label);
        let atoms = own.map(|at| x.axes[at].clone()).unwrap_or_default();
        if count(&atoms) > 1 {
            axes.push(atoms);
            continue;
        }
        let theirs = other.and_then(|(shape, labels)| {
            let at = labels.iter().position(|l| l == label)?;
            shape.get(at)
        });
        axes.push(normal(theirs.map(|&n| Atom::Channel(n))));
    }
    Layout { axes, ..x.clone() }
}
