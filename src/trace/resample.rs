//! Maps brought to other sizes: interpolation, pixel shuffles, adaptive pools, one position repeated.

use num_rational::Ratio;

use crate::network::{AxisOp, Interpolation, Op, OpKind, Resize};

use super::layout::{Atom, Layout, count, normal};
use super::{Stop, Tracer, stop};

impl Tracer {
    /// The tensor brought to another shape by interpolation.
    pub(crate) fn resized(
        &mut self,
        x: &Layout,
        shape: &[i64],
        interpolation: Interpolation,
    ) -> Result<Layout, Stop> {
        let old = x.shape();
        if shape.len() != old.len() || shape.iter().any(|&n| n < 1) {
            return stop("a resize to a shape that does not fit");
        }
        if old.iter().zip(shape).take(2).any(|(a, b)| a != b) {
            return stop("a resize of channels");
        }
        let x = self.settled(x.clone())?;
        let (mut x, axes) = self.canonical(&x, |at| old[at + 2] != shape[at + 2])?;
        let mut kept = axes.clone();
        let mut ops = [None; 3];
        for (at, axis) in axes.iter().enumerate() {
            let (from, to) = (old[at + 2], shape[at + 2]);
            match *axis {
                Some(axis) if from != to && !self.is_pooled(x.map, axis) => {
                    ops[axis] = Some(AxisOp::Resize(Resize {
                        interpolation: if from == 1 {
                            Interpolation::Nearest
                        } else {
                            interpolation
                        },
                        nominal: self.nominal(x.map, axis, to),
                        sizes: Some((from, to)),
                    }));
                }
                // One value for all positions.
                Some(_) => kept[at] = None,
                None if from == 1 || from == to => {}
                None => return stop("a resize of an axis that holds no positions"),
            }
            if kept[at].is_none() && from != to {
                x.axes[at + 2] = normal([Atom::Channel(to)]);
            }
        }
        let ops = self.along(|axis| ops[axis]);
        let map = self.rearrange(OpKind::Upsample, ops, x.map)?;
        let pad = x.pad;
        Ok(self.resized_axes(x, map, &kept, pad, None))
    }

    /// An adaptive pool of the axes behind the first two to so many positions.
    pub(crate) fn adaptive(
        &mut self,
        x: &Layout,
        sizes: &[i64],
        is_max: bool,
    ) -> Result<Layout, Stop> {
        let old = x.shape();
        if sizes.len() + 2 != old.len() || sizes.iter().any(|&n| n < 1) {
            return stop("an adaptive pool to a size that does not fit");
        }
        let all = (2..old.len()).filter(|&at| sizes[at - 2] == 1);
        let x = self.reduced(x, &all.collect::<Vec<_>>(), true)?;
        let changes = |at: usize| sizes[at] > 1 && sizes[at] != old[at + 2];
        if !(0..sizes.len()).any(changes) {
            return Ok(x);
        }
        let x = self.settled(x)?;
        let (x, axes) = self.canonical(&x, changes)?;
        let mut ops = [None; 3];
        let mut kept = vec![None; axes.len()];
        for at in (0..sizes.len()).filter(|&at| changes(at)) {
            match axes[at] {
                Some(axis) if !self.is_pooled(x.map, axis) => {
                    ops[axis] = Some(AxisOp::adaptive(old[at + 2], sizes[at]));
                    kept[at] = Some(axis);
                }
                _ => return stop("an adaptive pool of an axis that holds no positions"),
            }
        }
        let has_bins = ops.iter().flatten().any(|op| matches!(op, AxisOp::Bins(_)));
        let kind = match (has_bins, is_max) {
            (true, true) => OpKind::AdaptiveMaxPool,
            (true, false) => OpKind::AdaptiveAvgPool,
            (false, true) => OpKind::MaxPool,
            (false, false) => OpKind::AvgPool,
        };
        let axes = self.along(|axis| ops[axis]);
        let map = self.push(Op { kind, axes }, vec![x.map])?;
        let pad = x.pad;
        Ok(self.resized_axes(x, map, &kept, pad, None))
    }

    /// A map of one position along an axis, repeated.
    pub(super) fn repeated(&mut self, x: Layout, axis: usize, to: i64) -> Result<Layout, Stop> {
        let ops = self.along(|a| {
            let resize = Resize {
                interpolation: Interpolation::Nearest,
                nominal: self.nominal(x.map, axis, to),
                sizes: Some((1, to)),
            };
            (a == axis).then_some(AxisOp::Resize(resize))
        });
        let map = self.rearrange(OpKind::Upsample, ops, x.map)?;
        Ok(Layout { map, ..x })
    }

    /// The tensor with channels that stand inside of positions made positions: a pixel shuffle, or a nearest upsampling by repeats.
    pub(super) fn shuffled(&mut self, x: &Layout) -> Result<Layout, Stop> {
        let mut factors = [1; 3];
        for atoms in x.axes.iter().skip(1) {
            if let [Atom::Space { axis, n, stride: 1 }, Atom::Channel(factor)] = atoms[..]
                && n == self.size(x.map, axis) + x.pad[axis].0 + x.pad[axis].1
            {
                factors[axis] = factor;
            }
        }
        if factors == [1; 3] {
            return Ok(x.clone());
        }
        let mut x = self.settled(x.clone())?;
        let ops = self.along(|axis| {
            let n = self.size(x.map, axis);
            let resize = Resize {
                interpolation: Interpolation::Nearest,
                nominal: Ratio::new(1, factors[axis]),
                sizes: Some((n, n.saturating_mul(factors[axis]))),
            };
            (factors[axis] > 1).then_some(AxisOp::Resize(resize))
        });
        x.map = self.rearrange(OpKind::PixelShuffle, ops, x.map)?;
        for atoms in x.axes.iter_mut().skip(1) {
            if let [Atom::Space { axis, .. }, Atom::Channel(factor)] = atoms[..]
                && factors[axis] == factor
            {
                let n = count(atoms);
                *atoms = normal([Atom::Space { axis, n, stride: 1 }]);
            }
        }
        Ok(x)
    }

    /// The tensor as a map with all its positions in place.
    pub(super) fn whole(&mut self, x: &Layout) -> Option<Layout> {
        let x = self.settled(x.clone()).ok()?;
        self.shuffled(&x).ok()
    }

    /// Blocks of channels as positions inside of positions, by a factor along each of two axes; `outer` where the blocks are the outer channels.
    pub(crate) fn depth_to_space(x: &Layout, factor: i64, is_outer: bool) -> Result<Layout, Stop> {
        let shape = x.shape();
        let (&[n, c, h, w], true) = (&shape[..], factor > 0) else {
            return stop("DepthToSpace of other than four axes");
        };
        if c % (factor.saturating_mul(factor)) != 0 {
            return stop("DepthToSpace of channels that do not divide");
        }
        let channels = c / factor / factor;
        let (split, order) = if is_outer {
            ([n, factor, factor, channels, h, w], [0, 3, 4, 1, 5, 2])
        } else {
            ([n, channels, factor, factor, h, w], [0, 1, 4, 2, 5, 3])
        };
        let split = x.reshaped(&split).and_then(|x| x.transposed(&order));
        let whole = split.and_then(|x| x.reshaped(&[n, channels, h * factor, w * factor]));
        whole.ok_or_else(|| Stop("DepthToSpace of positions".to_owned()))
    }

    /// Blocks of positions as channels.
    pub(crate) fn space_to_depth(x: &Layout, factor: i64) -> Result<Layout, Stop> {
        let shape = x.shape();
        let (&[n, c, h, w], true) = (&shape[..], factor > 0) else {
            return stop("SpaceToDepth of other than four axes");
        };
        let split = x.reshaped(&[n, c, h / factor, factor, w / factor, factor]);
        let split = split.and_then(|x| x.transposed(&[0, 3, 5, 1, 2, 4]));
        let channels = c.saturating_mul(factor).saturating_mul(factor);
        let whole = split.and_then(|x| x.reshaped(&[n, channels, h / factor, w / factor]));
        whole.ok_or_else(|| Stop("SpaceToDepth of positions that do not divide".to_owned()))
    }
}
