//! From the operators of a framework to a network: a tensor is a map and a list of axes, an operator a function of such tensors that adds
//! layers where it reads other positions than its own.
//!
//! An axis is a list of *atoms*, channels or a piece of a spatial axis. Reshapes split and join them, transposes move them, and what needs a
//! whole map asks for one: so a channel shuffle, a pixel shuffle, the windows of an attention or a linear layer on channels-last tensors need
//! no patterns. What cannot be followed ends positions with a reason, and the maps before it become outputs.
//!
//! The vocabulary, say ONNX, stands elsewhere; this is what its words mean.

mod contract;
mod error;
mod gather;
mod layout;
mod merge;
mod options;
mod outputs;
mod positions;
mod resample;
mod slice;
mod stages;
mod value;
mod walk;
mod window;

use std::collections::HashMap;

use num_rational::Ratio;

use crate::network::{AxisOp, Builder, Layer, MapId, Op, OpKind, Pad, PadMode, PerAxis};

pub(crate) use contract::Labels;
pub use error::Error;
pub(crate) use layout::{Atom, Layout, index, normal};
pub(crate) use merge::broadcast;
pub use options::Options;
pub(crate) use positions::{Motion, Step, positions};
pub(crate) use value::{Fixed, Value};
pub use walk::Import;
pub(crate) use walk::Walk;
pub(crate) use window::{Sides, WindowSpec};

/// Where in the model something stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Path of the module, as `layer4.2.conv2`; empty for the model itself.
    pub module: String,
    /// The operator, in the model's own words.
    pub operator: String,
    /// Name of the node.
    pub node: String,
}

impl Place {
    /// The module, or the node where the model has no modules, or the operator where it names no nodes.
    #[must_use]
    pub fn name(&self) -> &str {
        let names = [&self.module, &self.node, &self.operator];
        let named = names.into_iter().find(|name| !name.is_empty());
        named.map_or("", String::as_str)
    }
}

/// Something about the model that its reader should know, once for all places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What it is, as a sentence without an end.
    pub text: String,
    /// In how many places.
    pub count: usize,
    /// The first of them.
    pub first: Place,
    /// Whether positions are not followed behind it.
    pub ends: bool,
}

/// Why positions cannot be followed through an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stop(pub(crate) String);

pub(crate) fn stop<T>(why: impl Into<String>) -> Result<T, Stop> {
    Err(Stop(why.into()))
}

/// Why positions are not followed through a recurrent layer.
pub(crate) fn recurrent(layer: &str) -> String {
    format!("{layer}: each step reads all earlier ones")
}

/// What is said where sizes do not fit.
const UNFIT: &str = "an addition or concatenation of maps whose sizes do not fit";

/// A network as far as it was traced.
#[derive(Clone)]
pub(crate) struct Tracer {
    builder: Builder,
    /// Where the layers come from, by index.
    places: Vec<Place>,
    /// Where the tracing stands.
    here: Place,
    notes: Vec<Note>,
    /// The maps at which positions ended.
    ends: Vec<MapId>,
    /// Layers that rearrange, by what they read: reading twice in one way is reading once.
    made: HashMap<MapId, Vec<(Op, MapId)>>,
}

impl Tracer {
    /// A network of nothing but its input.
    pub(crate) fn new(dims: usize, input: PerAxis<i64>) -> Self {
        Self {
            builder: Builder::new(dims, Some(input)),
            places: Vec::new(),
            here: Place::default(),
            notes: Vec::new(),
            ends: Vec::new(),
            made: HashMap::new(),
        }
    }

    /// Says where what follows comes from.
    pub(crate) fn enter(&mut self, place: Place) {
        self.here = place;
    }

    /// The tensor that is the network's input; `positions` are its spatial axes.
    pub(crate) fn input(&self, shape: &[i64], positions: &[usize]) -> Layout {
        let atom = |(at, &n): (usize, &i64)| match positions.iter().position(|&p| p == at) {
            Some(axis) => Atom::Space { axis, n, stride: 1 },
            None => Atom::Channel(n),
        };
        let axes = shape
            .iter()
            .enumerate()
            .map(|entry| layout::normal([atom(entry)]));
        Layout {
            map: MapId::INPUT,
            axes: axes.collect(),
            pad: PerAxis::splat(self.dims(), (0, 0)),
        }
    }

    pub(crate) fn dims(&self) -> usize {
        self.builder.dims()
    }

    /// Notes something about the model, here.
    pub(crate) fn note(&mut self, text: impl Into<String>) {
        self.note_as(text.into(), false);
    }

    fn note_as(&mut self, text: String, ends: bool) {
        let known = self
            .notes
            .iter_mut()
            .find(|n| n.text == text && n.ends == ends);
        match known {
            Some(note) => note.count += 1,
            None => self.notes.push(Note {
                text,
                count: 1,
                first: self.here.clone(),
                ends,
            }),
        }
    }

    /// Positions end here: the maps of these values become outputs.
    pub(crate) fn end<'v>(&mut self, why: Stop, values: impl IntoIterator<Item = &'v Value>) {
        let mut is_first = false;
        for value in values {
            if let Value::Map(layout) = value {
                is_first = true;
                self.end_at(layout);
            }
        }
        if is_first {
            self.note_as(why.0, true);
        }
    }

    /// Positions ended before: the maps that are read beside what is not known become outputs too.
    pub(crate) fn end_quietly<'v>(&mut self, values: impl IntoIterator<Item = &'v Value>) {
        for value in values {
            if let Value::Map(layout) = value {
                self.end_at(layout);
            }
        }
    }

    fn end_at(&mut self, layout: &Layout) {
        // A map that was cut up only to be read is known as the whole that it was.
        let map = self.whole(layout).map_or(layout.map, |whole| whole.map);
        if !self.ends.contains(&map) {
            self.ends.push(map);
        }
    }

    /// Size of a map along an axis, without zeros that no layer has read.
    fn size(&self, map: MapId, axis: usize) -> i64 {
        self.builder.facts(map).size.map_or(1, |size| size[axis])
    }

    /// Whether a map has no positions along an axis.
    fn is_pooled(&self, map: MapId, axis: usize) -> bool {
        self.builder.facts(map).pooled[axis]
    }

    /// Adds a layer of its own: one that has weights, or pools.
    fn push(&mut self, op: Op, inputs: Vec<MapId>) -> Result<MapId, Stop> {
        let index = self.builder.len();
        let pushed = self.builder.try_push(Layer {
            op,
            inputs,
            stage: 0,
            index: None,
            repetition: 0,
            original: index,
            channels: None,
            groups: 1,
        });
        match pushed {
            Ok(map) => {
                self.places.push(self.here.clone());
                Ok(map)
            }
            Err(error) => stop(format!("{}: {error}", self.here.operator)),
        }
    }

    /// Adds a layer that rearranges positions, if there is none yet.
    fn rearrange(
        &mut self,
        kind: OpKind,
        axes: PerAxis<AxisOp>,
        input: MapId,
    ) -> Result<MapId, Stop> {
        if axes.iter().all(|op| *op == AxisOp::Same) {
            return Ok(input);
        }
        let op = Op { kind, axes };
        if let Some(made) = self.made.get(&input)
            && let Some((_, map)) = made.iter().find(|(other, _)| *other == op)
        {
            return Ok(*map);
        }
        let map = self.push(op, vec![input])?;
        self.made.entry(input).or_default().push((op, map));
        Ok(map)
    }

    /// An operation on some axes of a map, the others left as they are.
    fn along(&self, ops: impl Fn(usize) -> Option<AxisOp>) -> PerAxis<AxisOp> {
        PerAxis::from_fn(self.dims(), |axis| ops(axis).unwrap_or(AxisOp::Same))
    }

    /// The tensor with a layer for the zeros around it.
    fn settled(&mut self, layout: Layout) -> Result<Layout, Stop> {
        if !layout.is_padded() {
            return Ok(layout);
        }
        let map = self.padded(layout.map, &layout.pad, PadMode::Zeros)?;
        let pad = PerAxis::splat(self.dims(), (0, 0));
        Ok(Layout { map, pad, ..layout })
    }

    fn padded(
        &mut self,
        map: MapId,
        pad: &PerAxis<(i64, i64)>,
        mode: PadMode,
    ) -> Result<MapId, Stop> {
        let axes = self.along(|axis| {
            let (low, high) = pad[axis];
            (pad[axis] != (0, 0)).then_some(AxisOp::Pad(Pad { low, high, mode }))
        });
        self.rearrange(OpKind::Pad, axes, map)
    }

    /// The ratio by which a map's jump changes when its size along an axis becomes `to`: that of a known map of that size, where sizes do not
    /// divide, so that maps that are merged agree.
    fn nominal(&self, map: MapId, axis: usize, to: i64) -> Ratio<i64> {
        let from = self.size(map, axis);
        let exact = Ratio::new(from, to);
        if from > 1 && (from % to == 0 || to % from == 0) {
            return exact;
        }
        let Some(own) = self.builder.facts(map).along(axis) else {
            return exact;
        };
        let maps = (0..=self.builder.len()).rev().map(MapId);
        let mut same = maps.filter(|&other| self.size(other, axis) == to);
        let known = same.find_map(|other| self.builder.facts(other).along(axis));
        let ratio = known.map(|other| other.jump / own.jump);
        let fits = |x: i128| i64::try_from(x).ok();
        let ratio = ratio.and_then(|r| Some(Ratio::new(fits(*r.numer())?, fits(*r.denom())?)));
        ratio.unwrap_or(exact)
    }
}
