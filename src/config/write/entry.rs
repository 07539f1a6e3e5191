//! Layers as entries of a list: the fewest keys that say what each reads.
//!
//! An operation is a product of axes. Where the file has no entry that does what a layer does along all of them, there are several, one after
//! another, each along its own axes.

mod families;

use itertools::Itertools;

use crate::config::limits::AXES;
use crate::network::{
    AxisOp, Interpolation, MapFacts, MapId, Network, OpKind, Pad, PadMode, PerAxis, Stride,
    per_axis,
};

use super::like::is_identity;
use super::values::{one_or_list, padding, quoted};

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
            Family::Transposed => Ok(vec![Self::transposed(axes)]),
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
}
