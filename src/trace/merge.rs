//! Maps put together: entry by entry, or side by side.

use itertools::Itertools;

use crate::network::{AxisOp, Interpolation, MapId, Op, OpKind, PadMode, PerAxis, Resize};

use super::layout::{Atom, Layout, count, has_space, index, normal};
use super::{Stop, Tracer, UNFIT, Value, stop};

/// The shape of an operation entry by entry, sizes of 1 repeated; `None` where the shapes do not fit.
pub(crate) fn broadcast<'s>(shapes: impl IntoIterator<Item = &'s [i64]>) -> Option<Vec<i64>> {
    let mut all: Vec<i64> = Vec::new();
    for shape in shapes {
        let extra = shape.len().saturating_sub(all.len());
        all.splice(0..0, std::iter::repeat_n(1, extra));
        let offset = all.len() - shape.len();
        for (have, &size) in all[offset..].iter_mut().zip(shape) {
            match (*have, size) {
                (a, b) if a == b || b == 1 => {}
                (1, b) => *have = b,
                _ => return None,
            }
        }
    }
    Some(all)
}

impl Tracer {
    /// An operation entry by entry on several tensors.
    pub(crate) fn merged(&mut self, kind: OpKind, values: &[Value]) -> Result<Value, Stop> {
        let mut maps = Vec::new();
        let mut fixed = Vec::new();
        for value in values {
            match value {
                Value::Ended => return Ok(Value::Ended),
                Value::Map(layout) => maps.push(layout.clone()),
                Value::Fixed(value) => fixed.extend(value.shape.clone()),
            }
        }
        if maps.is_empty() {
            let all = broadcast(fixed.iter().map(Vec::as_slice));
            let shape = all.filter(|_| fixed.len() == values.len());
            return Ok(Value::Fixed(super::Fixed {
                shape,
                ..super::Fixed::default()
            }));
        }
        let shapes: Vec<Vec<i64>> = maps.iter().map(Layout::shape).chain(fixed).collect();
        let Some(shape) = broadcast(shapes.iter().map(Vec::as_slice)) else {
            return stop(UNFIT);
        };
        for map in &mut maps {
            let extra = shape.len() - map.rank();
            map.axes
                .splice(0..0, std::iter::repeat_n(Vec::new(), extra));
        }
        let mut joined = self.joined(kind, maps)?;
        for (atoms, &n) in joined.axes.iter_mut().zip(&shape) {
            // What a constant repeats over an axis of one entry.
            if atoms.is_empty() {
                *atoms = normal([Atom::Channel(n)]);
            }
        }
        Ok(Value::Map(joined))
    }

    /// Maps in tensors of one rank as one map.
    pub(super) fn joined(&mut self, kind: OpKind, layouts: Vec<Layout>) -> Result<Layout, Stop> {
        let first = &layouts[0];
        let is_same = |l: &Layout| l.map == first.map && l.pad == first.pad;
        if layouts.iter().all(is_same)
            && let Some(axes) = common_axes(&layouts)
        {
            return Ok(Layout {
                axes,
                ..first.clone()
            });
        }
        let mut list = Vec::new();
        for layout in layouts {
            list.push(self.settled(layout)?);
        }
        let differ = |axis: usize| {
            let placed = list.iter().filter(|l| !self.is_pooled(l.map, axis));
            !placed.map(|l| l.pieces(axis)).all_equal()
        };
        if (0..self.dims()).any(differ) {
            for layout in &mut list {
                *layout = self.shuffled(layout)?;
            }
        }
        let mut like: Vec<Option<Like>> = Vec::new();
        for axis in 0..self.dims() {
            let with_positions = list.iter().filter(|l| !self.is_pooled(l.map, axis));
            let most =
                with_positions.max_by_key(|l| (self.size(l.map, axis), l.pieces(axis).len()));
            like.push(most.map(|l| Like {
                size: self.size(l.map, axis),
                pieces: l.pieces(axis),
            }));
        }
        for layout in &mut list {
            self.lift(layout, &like)?;
        }
        let Some(axes) = common_axes(&list) else {
            return stop("a merge of maps with positions in different orders");
        };
        let mut maps: Vec<MapId> = Vec::new();
        for layout in &list {
            if !maps.contains(&layout.map) {
                maps.push(layout.map);
            }
        }
        // What is pooled and already part of another of the maps adds nothing.
        let others = maps.clone();
        maps.retain(|&map| {
            let is_part = |other: &MapId| {
                let writer = other.layer().map(|layer| &self.builder.layers()[layer]);
                *other != map
                    && writer.is_some_and(|l| l.op.kind.is_merge() && l.inputs.contains(&map))
            };
            !(self.builder.facts(map).is_pooled() && others.iter().any(is_part))
        });
        let map = if let [one] = maps[..] {
            one
        } else {
            let axes = PerAxis::splat(self.dims(), AxisOp::Same);
            self.push(Op { kind, axes }, maps)?
        };
        Ok(Layout {
            map,
            axes,
            ..list.remove(0)
        })
    }

    /// Brings a map to the sizes of others: its one position is repeated, or the position that stands for a window of positions.
    fn lift(&mut self, layout: &mut Layout, like: &[Option<Like>]) -> Result<(), Stop> {
        let mut factors = [1; 3];
        for (axis, like) in like.iter().enumerate() {
            let Some(Like { size, pieces }) = like else {
                continue;
            };
            let own = layout.pieces(axis);
            let from = self.size(layout.map, axis);
            if self.is_pooled(layout.map, axis) || (from == *size && own == *pieces) {
                continue;
            }
            let factor = size / from;
            let coarse = pieces.iter().copied().filter(|p| p.2 >= factor);
            let lifted = own.iter().map(|&(at, n, stride)| (at, n, stride * factor));
            if size % from != 0 {
                return stop(UNFIT);
            }
            if factor == 1 || !coarse.eq(lifted) {
                return stop("a merge of maps with positions in different orders");
            }
            factors[axis] = factor;
        }
        let axes = self.along(|axis| {
            let from = self.size(layout.map, axis);
            let to = from * factors[axis];
            let resize = Resize {
                interpolation: Interpolation::Nearest,
                nominal: self.nominal(layout.map, axis, to),
                sizes: Some((from, to)),
            };
            (factors[axis] > 1).then_some(AxisOp::Resize(resize))
        });
        layout.map = self.rearrange(OpKind::Upsample, axes, layout.map)?;
        for atom in layout.axes.iter_mut().flatten() {
            if let Atom::Space { axis, stride, .. } = atom {
                *stride *= factors[*axis];
            }
        }
        Ok(())
    }

    /// Maps side by side along an axis of their tensors.
    pub(crate) fn concatenated(&mut self, values: &[Value], axis: i64) -> Result<Value, Stop> {
        let mut maps = Vec::new();
        let mut total = 0_i64;
        let mut count = 0;
        for value in values {
            match value {
                Value::Ended => return Ok(Value::Ended),
                Value::Map(layout) => maps.push(layout.clone()),
                Value::Fixed(_) => {}
            }
            let shape = value.shape();
            let Some(n) = shape.and_then(|s| Some(*s.get(index(axis, s.len())?)?)) else {
                return stop("Concat with a tensor of unknown size");
            };
            total = total.saturating_add(n);
            count += usize::from(n > 0);
        }
        if let ([one], 1) = (&maps[..], count) {
            return Ok(Value::Map(one.clone()));
        }
        let Some(at) = maps.first().and_then(|first| first.axis(axis)) else {
            return Ok(Value::Fixed(super::Fixed::default()));
        };
        for map in &mut maps {
            let is_inner = |axis| map.pieces(axis).len() > map.axes[at].len().min(1);
            if has_space(&map.axes[at]) && (0..self.dims()).any(is_inner) {
                *map = self.contracted(map, &[at])?;
            }
        }
        let is_pooled = |map: &Layout| self.builder.facts(map.map).is_pooled();
        if maps.iter().any(|map| has_space(&map.axes[at])) && maps.iter().all(is_pooled) {
            // Rows and columns, each pooled along the other axis, in one list.
            self.note(
                "rows and columns that are pooled and joined are taken for a pool of everything",
            );
            for map in &mut maps {
                *map = self.contracted(map, &[at])?;
            }
        }
        if maps.iter().any(|map| has_space(&map.axes[at])) {
            let is_all = maps.len() == count;
            if let Some(rolled) = self.rolled(&maps, at).filter(|_| is_all) {
                return Ok(Value::Map(rolled?));
            }
            return stop("Concat along positions");
        }
        for map in &mut maps {
            map.axes[at] = Vec::new();
        }
        let mut joined = self.joined(OpKind::Concat, maps)?;
        joined.axes[at] = normal([Atom::Channel(total)]);
        Ok(Value::Map(joined))
    }

    /// Two parts of a map in the other order: the map rolled around its end.
    fn rolled(&mut self, parts: &[Layout], at: usize) -> Option<Result<Layout, Stop>> {
        let [late, early] = parts else { return None };
        let [
            Atom::Space {
                axis,
                n: after,
                stride: 1,
            },
        ] = late.axes[at][..]
        else {
            return None;
        };
        let part = |layout: &Layout| {
            let layer = &self.builder.layers()[layout.map.layer()?];
            let others = layer.op.axes.iter().enumerate().filter(|(a, _)| *a != axis);
            let is_alone = others.into_iter().all(|(_, op)| *op == AxisOp::Same);
            match layer.op.axes[axis] {
                AxisOp::Crop(crop) if is_alone => Some((layer.inputs[0], crop.low)),
                _ => None,
            }
        };
        let ((map, low), (same, 0)) = (part(late)?, part(early)?) else {
            return None;
        };
        let size = self.size(map, axis);
        if map != same || low != self.size(early.map, axis) || low + after != size {
            return None;
        }
        let mut axes = late.axes.clone();
        axes[at] = normal([Atom::Space {
            axis,
            n: size,
            stride: 1,
        }]);
        let roll = |tracer: &mut Self| {
            let mut pad = PerAxis::splat(tracer.dims(), (0, 0));
            // The shorter way around: centres move as little as they can.
            let (sides, from) = if low <= after {
                ((0, low), low)
            } else {
                ((after, 0), 0)
            };
            pad[axis] = sides;
            let wide = tracer.padded(map, &pad, PadMode::Circular)?;
            let map = tracer.cropped(wide, axis, from, size)?;
            Ok(Layout {
                map,
                axes,
                ..late.clone()
            })
        };
        Some(roll(self))
    }
}

/// What maps that are put together are brought to along an axis.
struct Like {
    size: i64,
    pieces: Vec<(usize, i64, i64)>,
}

/// The axes of tensors that hold the same positions: of each the atoms of the one that has positions there.
fn common_axes(layouts: &[Layout]) -> Option<Vec<Vec<Atom>>> {
    let rank = layouts.first()?.rank();
    let mut axes = Vec::with_capacity(rank);
    for at in 0..rank {
        let all = || layouts.iter().map(|l| &l.axes[at]);
        let spaces = |atoms: &Vec<Atom>| {
            let is_space = |atom: &&Atom| matches!(atom, Atom::Space { .. });
            atoms.iter().filter(is_space).count()
        };
        let most = all().max_by_key(|atoms| (spaces(atoms), count(atoms)))?;
        let fits = |atoms: &Vec<Atom>| {
            // Fewer positions are those of a map that was lifted: a part of the others.
            let is_part = atoms.iter().all(|atom| match atom {
                Atom::Space { .. } => most.contains(atom),
                Atom::Channel(_) => true,
            });
            is_part && count(most).checked_rem(count(atoms)) == Some(0)
        };
        if !all().all(fits) {
            return None;
        }
        axes.push(most.clone());
    }
    Some(axes)
}
