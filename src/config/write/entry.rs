//! Layers as entries of a list: the fewest keys that say what each reads.
//!
//! An operation is a product of axes. Where the file has no entry that does what a layer does along all of them, there are several, one after
//! another, each along its own axes.

use itertools::Itertools;

use crate::config::layer::nominal;
use crate::config::limits::{AXES, MODES};
use crate::network::{
    AxisOp, Bins, Crop, Factor, Interpolation, Kernel, MapFacts, MapId, Network, OpKind, Pad,
    PadMode, Padding, PerAxis, Resize, Stride, Transposed, Window, per_axis,
};

use super::values::{list, one_or_list, quoted};

/// Keys and values of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry(pub Vec<(&'static str, String)>);

impl Entry {
    fn op(name: &str) -> Self {
        Self::default().with("op", quoted(name))
    }

    fn with(mut self, key: &'static str, value: String) -> Self {
        self.0.push((key, value));
        self
    }

    fn with_unless(self, key: &'static str, value: String, default: &str) -> Self {
        if value == default {
            self
        } else {
            self.with(key, value)
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        let found = self.0.iter().find(|(own, _)| *own == key);
        found.map(|(_, value)| value.as_str())
    }
}

impl std::fmt::Display for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let pairs = self.0.iter().map(|(key, value)| format!("{key} = {value}"));
        write!(f, "{{ {} }}", pairs.format(", "))
    }
}

/// What an entry can do along several axes at once.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Window { is_ceil: bool },
    Slice,
    Transposed,
    Resize(Interpolation),
    Bins,
    Pad(PadMode),
    Crop,
    Everything,
}

fn family(kind: OpKind, op: &AxisOp) -> Option<Family> {
    match op {
        AxisOp::Same => None,
        AxisOp::Window(w) if w.low < 0 || w.high < 0 || kind == OpKind::Slice => {
            Some(Family::Slice)
        }
        AxisOp::Window(w) => Some(Family::Window {
            is_ceil: w.ceil && w.stride != Stride::ONE,
        }),
        AxisOp::Transposed(_) => Some(Family::Transposed),
        AxisOp::Resize(resize) => Some(Family::Resize(resize.interpolation)),
        AxisOp::Bins(_) => Some(Family::Bins),
        AxisOp::Pad(pad) => Some(Family::Pad(pad.mode)),
        AxisOp::Crop(_) => Some(Family::Crop),
        AxisOp::Everything => Some(Family::Everything),
    }
}

/// The entries of a layer that is no merge; `like` is the name of the map whose size it takes.
pub(super) fn entries(
    network: &Network,
    layer: usize,
    like: Option<&str>,
) -> Result<Vec<Entry>, String> {
    let own = &network.layers[layer];
    let here = network.facts(own.inputs.first().copied().unwrap_or(MapId::INPUT));
    let writer = Writer {
        kind: own.op.kind,
        here,
        to: network.facts(MapId(layer + 1)).size,
        like,
    };
    let mut entries = writer.all(&own.op.axes)?;
    if let Some(last) = entries.last_mut() {
        let mut count = |key, value: Option<u32>| {
            last.0.extend(value.map(|value| (key, value.to_string())));
        };
        count("channels", own.channels);
        let has_groups = matches!(own.op.kind, OpKind::Conv | OpKind::Transposed);
        count("groups", Some(own.groups).filter(|&n| n != 1 && has_groups));
    }
    Ok(entries)
}

struct Writer<'a> {
    kind: OpKind,
    here: &'a MapFacts,
    /// Size of the map that is written.
    to: Option<PerAxis<i64>>,
    like: Option<&'a str>,
}

impl Writer<'_> {
    fn all(&self, axes: &PerAxis<AxisOp>) -> Result<Vec<Entry>, String> {
        if let Some(entry) = self.adaptive(axes) {
            return Ok(vec![entry]);
        }
        // A stride of 1 leaves nothing to round.
        let mut families: Vec<Family> = Vec::new();
        let mut of_axes = axes.map(|op| family(self.kind, &op));
        let is_strided = |f: &Option<Family>| *f == Some(Family::Window { is_ceil: true });
        if of_axes.iter().any(is_strided) {
            for axis in 0..axes.len() {
                if let AxisOp::Window(window) = axes[axis]
                    && window.stride == Stride::ONE
                    && matches!(of_axes[axis], Some(Family::Window { .. }))
                {
                    of_axes[axis] = Some(Family::Window { is_ceil: true });
                }
            }
        }
        for family in of_axes.iter().flatten() {
            if !families.contains(family) {
                families.push(*family);
            }
        }
        if families.is_empty() {
            return Ok(vec![Entry::default().with("kernel", "1".to_owned())]);
        }
        let mut size = self.here.size;
        let mut entries = Vec::new();
        for &family in &families {
            let own = PerAxis::from_fn(axes.len(), |axis| {
                (of_axes[axis] == Some(family)).then_some(axes[axis])
            });
            entries.extend(self.some(family, &own, size)?);
            if let (Some(size), Some(to)) = (&mut size, self.to) {
                for axis in (0..axes.len()).filter(|&axis| own[axis].is_some()) {
                    size[axis] = to[axis];
                }
            }
        }
        Ok(entries)
    }

    /// An adaptive pool, if the layer does what one to its size does.
    fn adaptive(&self, axes: &PerAxis<AxisOp>) -> Option<Entry> {
        let is_adaptive = matches!(self.kind, OpKind::AdaptiveAvgPool | OpKind::AdaptiveMaxPool);
        let has_bins = axes.iter().any(|op| matches!(op, AxisOp::Bins(_)));
        if !is_adaptive && !has_bins {
            return None;
        }
        let name = match self.kind {
            OpKind::AdaptiveMaxPool | OpKind::MaxPool => "adaptive-max-pool",
            _ => "adaptive-avg-pool",
        };
        if axes.iter().all(|op| *op == AxisOp::Everything) {
            return Some(Entry::op(name).with("size", "1".to_owned()));
        }
        let (from, to) = (self.here.size?, self.to?);
        let fits = |axis: usize| {
            let made = AxisOp::adaptive(from[axis], to[axis]);
            made == axes[axis] || (axes[axis] == AxisOp::Same && is_identity(&made))
        };
        (0..axes.len())
            .all(fits)
            .then(|| Entry::op(name).with("size", per_axis(&to)))
    }

    /// Entries for the axes of a family; `size` is that of the map so far.
    fn some(
        &self,
        family: Family,
        axes: &PerAxis<Option<AxisOp>>,
        size: Option<PerAxis<i64>>,
    ) -> Result<Vec<Entry>, String> {
        match family {
            Family::Window { is_ceil } => Ok(vec![self.window(axes, is_ceil)]),
            Family::Slice => self.slice(axes, size),
            Family::Transposed => Ok(vec![transposed(axes)]),
            Family::Resize(interpolation) => self.resize(interpolation, axes, size),
            Family::Bins => Err("it pools to a number of bins along some axes alone".to_owned()),
            Family::Pad(mode) => {
                let sides = axes.map(|op| match op {
                    Some(AxisOp::Pad(Pad { low, high, .. })) => (low, high),
                    _ => (0, 0),
                });
                let entry = Entry::op("pad").with("padding", padding(&sides));
                let mode = quoted(mode.name());
                Ok(vec![entry.with_unless("mode", mode, "\"zeros\"")])
            }
            Family::Crop => self.crop(axes, size),
            Family::Everything => {
                let entry = Entry::op("global-pool");
                if axes.iter().all(Option::is_some) {
                    return Ok(vec![entry]);
                }
                let over = (0..axes.len()).filter(|&axis| axes[axis].is_some());
                let names: Vec<String> = over
                    .map(|axis| quoted(AXES[axes.len() - 1 - axis].0))
                    .collect();
                Ok(vec![entry.with("axes", one_or_list(&names))])
            }
        }
    }

    fn window(&self, axes: &PerAxis<Option<AxisOp>>, is_ceil: bool) -> Entry {
        let windows = axes.map(|op| match op {
            Some(AxisOp::Window(window)) => window,
            _ => IDENTITY,
        });
        let (entry, is_pool) = match self.kind {
            OpKind::MaxPool | OpKind::AdaptiveMaxPool => (Entry::op("max-pool"), true),
            OpKind::AvgPool | OpKind::AdaptiveAvgPool => (Entry::op("avg-pool"), true),
            _ => (Entry::default(), false),
        };
        let kernel = per_axis(&windows.map(|w| w.kernel.get()));
        let stride = per_axis(&windows.map(|w| w.stride.get()));
        let dilation = per_axis(&windows.map(|w| w.dilation.get()));
        let sides = windows.map(|w| (w.low, w.high));
        let is_plain = windows.iter().all(|w| w.stride == Stride::ONE);
        let is = |padding: Padding| {
            let mut all = windows.iter();
            all.all(|w| padding.sides(w.extent()) == (w.low, w.high))
        };
        let entry = entry
            .with("kernel", kernel.clone())
            .with_unless("stride", stride, if is_pool { &kernel } else { "1" })
            .with_unless("dilation", dilation, "1");
        let entry = if is_pool && is(Padding::Valid) || !is_pool && is_plain && is(Padding::Same) {
            entry
        } else if is(Padding::Valid) {
            entry.with("padding", "0".to_owned())
        } else if is(Padding::Causal) {
            entry.with("padding", "\"causal\"".to_owned())
        } else {
            entry.with("padding", padding(&sides))
        };
        if is_ceil {
            entry.with("ceil_mode", "true".to_owned())
        } else {
            entry
        }
    }

    /// Every so many positions; of a map that goes on for longer, of the part of it.
    fn slice(
        &self,
        axes: &PerAxis<Option<AxisOp>>,
        size: Option<PerAxis<i64>>,
    ) -> Result<Vec<Entry>, String> {
        let windows = axes.map(|op| match op {
            Some(AxisOp::Window(window)) => window,
            _ => IDENTITY,
        });
        if windows.iter().any(|w| w.kernel != Kernel::ONE || w.low > 0) {
            return Err("its window begins or ends inside of the map".to_owned());
        }
        let stride = windows.map(|w| i64::from(w.stride));
        let offset = windows.map(|w| -w.low);
        let slice = |offset: &PerAxis<i64>| {
            let entry = Entry::op("slice").with_unless("offset", per_axis(offset), "0");
            entry.with("stride", per_axis(&stride))
        };
        let (Some(from), Some(to)) = (size, self.to) else {
            return if windows.iter().all(|w| w.high == 0) {
                Ok(vec![slice(&offset)])
            } else {
                Err("its window ends inside of the map".to_owned())
            };
        };
        let to = PerAxis::from_fn(
            axes.len(),
            |x| if axes[x].is_some() { to[x] } else { from[x] },
        );
        let ends = (0..axes.len()).all(|x| (from[x] - offset[x] - 1) / stride[x] + 1 == to[x]);
        if ends {
            return Ok(vec![slice(&offset)]);
        }
        let kept = PerAxis::from_fn(axes.len(), |x| (to[x] - 1) * stride[x] + 1);
        let part = Entry::op("crop").with("offset", per_axis(&offset));
        let part = part.with("size", per_axis(&kept));
        Ok(vec![part, slice(&PerAxis::splat(axes.len(), 0))])
    }

    fn crop(
        &self,
        axes: &PerAxis<Option<AxisOp>>,
        size: Option<PerAxis<i64>>,
    ) -> Result<Vec<Entry>, String> {
        if let Some(like) = self.like {
            return Ok(vec![Entry::op("crop").with("like", quoted(like))]);
        }
        let (Some(from), Some(to)) = (size, self.to) else {
            return Err("it crops a map of unknown size".to_owned());
        };
        let offset = axes.map(|op| match op {
            Some(AxisOp::Crop(crop)) => crop.low,
            _ => 0,
        });
        let kept = PerAxis::from_fn(
            axes.len(),
            |x| if axes[x].is_some() { to[x] } else { from[x] },
        );
        let entry = Entry::op("crop").with("offset", per_axis(&offset));
        Ok(vec![entry.with("size", per_axis(&kept))])
    }

    fn resize(
        &self,
        interpolation: Interpolation,
        axes: &PerAxis<Option<AxisOp>>,
        size: Option<PerAxis<i64>>,
    ) -> Result<Vec<Entry>, String> {
        let (mode, is_aligned) = match interpolation {
            Interpolation::LinearAligned => (Interpolation::Linear, true),
            Interpolation::CubicAligned => (Interpolation::Cubic, true),
            other => (other, false),
        };
        let word = MODES.iter().find(|(_, own)| *own == mode);
        let word = quoted(word.map_or("nearest", |(word, _)| word));
        let resizes = axes.map(|op| match op {
            Some(AxisOp::Resize(resize)) => Some(resize),
            _ => None,
        });
        let shrinks = |r: &Resize| r.sizes.is_some_and(|(from, to)| to < from);
        if resizes.iter().flatten().any(shrinks) {
            return Err(
                "it makes a map smaller by interpolation, which a network file cannot say"
                    .to_owned(),
            );
        }
        let named = |entry: Entry| {
            let entry = entry.with_unless("mode", word.clone(), "\"nearest\"");
            if is_aligned {
                entry.with("align_corners", "true".to_owned())
            } else {
                entry
            }
        };
        let factors = resizes.map(|r| r.map_or(Some(1), |r| factor(&r)));
        // What was pooled is brought back to a size, whatever its own.
        let is_pooled = |axis: usize| resizes[axis].is_some() && self.here.pooled[axis];
        let has_pooled = size.is_some() && (0..axes.len()).any(is_pooled);
        if !has_pooled && factors.iter().all(Option::is_some) {
            let factors = per_axis(&factors.map(|f| f.unwrap_or(1)));
            let is_shuffle =
                self.kind == OpKind::PixelShuffle && interpolation == Interpolation::Nearest;
            let name = if is_shuffle {
                "pixel-shuffle"
            } else {
                "upsample"
            };
            return Ok(vec![named(Entry::op(name).with("factor", factors))]);
        }
        if let Some(like) = self.like {
            let entry = Entry::op("upsample").with("like", quoted(like));
            return Ok(vec![named(entry)]);
        }
        let (Some(from), Some(to)) = (size, self.to) else {
            return Err("its ratio is no whole number".to_owned());
        };
        let to = PerAxis::from_fn(
            axes.len(),
            |x| if axes[x].is_some() { to[x] } else { from[x] },
        );
        Ok(vec![named(
            Entry::op("upsample").with("size", per_axis(&to)),
        )])
    }
}

const IDENTITY: Window = Window {
    kernel: Kernel::ONE,
    stride: Stride::ONE,
    dilation: crate::network::Dilation::ONE,
    low: 0,
    high: 0,
    ceil: false,
};

/// Whether each position reads itself and the map keeps its size.
pub(super) fn is_identity(op: &AxisOp) -> bool {
    match op {
        AxisOp::Same => true,
        AxisOp::Window(w) => {
            w.kernel == Kernel::ONE && w.stride == Stride::ONE && (w.low, w.high) == (0, 0)
        }
        AxisOp::Pad(pad) => (pad.low, pad.high) == (0, 0),
        AxisOp::Crop(crop) => (crop.low, crop.drift) == (0, 0),
        AxisOp::Resize(r) => {
            *r.nominal.numer() == *r.nominal.denom() && r.sizes.is_none_or(|(a, b)| a == b)
        }
        AxisOp::Bins(Bins { from, to }) => from == to,
        AxisOp::Transposed(_) | AxisOp::Everything => false,
    }
}

/// The whole factor by which a resize grows a map.
fn factor(resize: &Resize) -> Option<i64> {
    let (numer, factor) = (*resize.nominal.numer(), *resize.nominal.denom());
    let is_sized = resize
        .sizes
        .is_none_or(|(from, to)| from.checked_mul(factor) == Some(to));
    let fits = numer == 1 && is_sized && Factor::new(i128::from(factor)).is_ok();
    fits.then_some(factor)
}

fn transposed(axes: &PerAxis<Option<AxisOp>>) -> Entry {
    let all = axes.map(|op| match op {
        Some(AxisOp::Transposed(transposed)) => transposed,
        _ => Transposed {
            kernel: Kernel::ONE,
            stride: Stride::ONE,
            dilation: crate::network::Dilation::ONE,
            low: 0,
            high: 0,
            output_padding: 0,
        },
    });
    Entry::op("transposed")
        .with("kernel", per_axis(&all.map(|t| t.kernel.get())))
        .with_unless("stride", per_axis(&all.map(|t| t.stride.get())), "1")
        .with_unless("dilation", per_axis(&all.map(|t| t.dilation.get())), "1")
        .with_unless("padding", padding(&all.map(|t| (t.low, t.high))), "0")
        .with_unless(
            "output_padding",
            per_axis(&all.map(|t| t.output_padding)),
            "0",
        )
}

/// Padding in numbers.
fn padding(sides: &[(i64, i64)]) -> String {
    let one = |&(low, high): &(i64, i64)| {
        if low == high {
            low.to_string()
        } else {
            format!("[{low}, {high}]")
        }
    };
    match sides.iter().all_equal_value() {
        Ok((low, high)) if low == high => low.to_string(),
        _ => list(&sides.iter().map(one).collect::<Vec<_>>()),
    }
}

/// The map whose size a layer must be said to take, where numbers do not say it; among those that the layers before it write.
pub(super) fn like(network: &Network, layer: usize) -> Option<MapId> {
    let own = &network.layers[layer];
    let here = network.facts(*own.inputs.first()?);
    let to = network.facts(MapId(layer + 1));
    let is_needed = match own.op.kind {
        OpKind::Upsample => own.op.axes.iter().enumerate().any(|(axis, op)| match op {
            AxisOp::Resize(r) if factor(r).is_none() => match (r.sizes, here.along(axis)) {
                (Some((from, to)), Some(position)) => {
                    to >= from && nominal(Some(position), from, to) != r.nominal
                }
                (Some(_), None) => false,
                (None, _) => true,
            },
            _ => false,
        }),
        OpKind::Crop => own.op.axes.iter().any(|op| match op {
            AxisOp::Crop(crop) => crop.size.is_none() || crop.drift != crop.low,
            _ => false,
        }),
        _ => false,
    };
    if !is_needed {
        return None;
    }
    let fits = |map: &MapId| {
        let there = network.facts(*map);
        let along = |axis: usize| match own.op.axes[axis] {
            AxisOp::Resize(r) => match (here.along(axis), there.along(axis)) {
                (Some(a), Some(b)) => {
                    let nominal = num_rational::Ratio::new(
                        i128::from(*r.nominal.numer()),
                        i128::from(*r.nominal.denom()),
                    );
                    b.jump == a.jump * nominal
                }
                _ => here.along(axis).is_none(),
            },
            AxisOp::Crop(Crop { low, drift, size }) => {
                let cut = here.size.map(|n| n[axis]).zip(size);
                let centre = cut.map_or(0, |(n, m)| (n - m).div_euclid(2));
                let apart = match (here.along(axis), there.along(axis)) {
                    (Some(a), Some(b)) => {
                        let apart = ((b.centre - a.centre) / a.jump).floor();
                        i64::try_from(apart.to_integer()).unwrap_or(low)
                    }
                    _ => low,
                };
                (low, drift) == (centre, apart)
            }
            _ => here.along(axis).map(|p| p.jump) == there.along(axis).map(|p| p.jump),
        };
        there.size == to.size && (0..network.dims).all(along)
    };
    let is_end = |map: &MapId| network.stages.iter().any(|stage| stage.output == *map);
    let maps = || (0..=layer).rev().map(MapId).filter(&fits);
    maps().find(is_end).or_else(|| maps().next())
}
