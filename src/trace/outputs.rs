//! What was traced as a network: outputs found, layers that lead to none left out, stages named.

use std::collections::BTreeSet;

use crate::network::{
    AxisOp, Builder, Layer, MapFacts, MapId, Network, OpKind, PerAxis, ShapeError, Stage,
};

use super::stages::{Segment, segments};
use super::{Atom, Layout, Note, Place, Tracer, Value, normal};

/// A network, and where its parts come from.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) network: Network,
    /// Where each layer comes from.
    pub(crate) places: Vec<Place>,
    pub(crate) notes: Vec<Note>,
    /// For each map that was traced, the map of the network; `None` where it leads to no output.
    maps: Vec<Option<MapId>>,
}

/// The crops that nothing but a layer's map is read by, each with that layer.
fn foldable(layers: &[Layer], kept: &BTreeSet<usize>, outputs: &[MapId]) -> Vec<(usize, usize)> {
    let mut readers = vec![0; layers.len() + 1];
    for &layer in kept {
        for map in &layers[layer].inputs {
            readers[map.0] += 1;
        }
    }
    let cropped = |&crop: &usize| {
        let map = *layers[crop].inputs.first()?;
        let is_alone = layers[crop].op.kind == OpKind::Crop && readers[map.0] == 1;
        Some((crop, map.layer()?)).filter(|_| is_alone && !outputs.contains(&map))
    };
    kept.iter().filter_map(cropped).collect()
}

/// What a window reads whose output is cropped, as a window with less padding: a convolution padded on both sides and cut at its end is a causal one.
///
/// `None` where that does not do it.
fn folded(window: &Layer, crop: &Layer, size: Option<PerAxis<i64>>) -> Option<PerAxis<AxisOp>> {
    let size = size?;
    let mut axes = window.op.axes;
    for axis in 0..axes.len() {
        match (&mut axes[axis], crop.op.axes[axis]) {
            (_, AxisOp::Same) => {}
            (AxisOp::Window(window), AxisOp::Crop(crop)) if !window.ceil => {
                let stride = i64::from(window.stride);
                window.low -= crop.low * stride;
                window.high -= (size[axis] - crop.low - crop.size?) * stride;
                if window.low < 0 || window.high < 0 {
                    return None;
                }
            }
            _ => return None,
        }
    }
    Some(axes)
}

impl Finished {
    /// The map that was traced, of a map of the network.
    pub(crate) fn traced(&self, map: MapId) -> Option<MapId> {
        let at = self.maps.iter().position(|own| *own == Some(map))?;
        Some(MapId(at))
    }

    /// The map of the network that a tensor holds as it is.
    pub(crate) fn map(&self, layout: &Layout) -> Option<MapId> {
        let map = self.maps[layout.map.0]?;
        let facts = self.network.facts(map);
        let is_whole = (0..self.network.dims).all(|axis| {
            let size = facts.size.map_or(1, |size| size[axis]);
            match layout.pieces(axis)[..] {
                [] => size == 1,
                [(_, n, 1)] => n == size && layout.pad[axis] == (0, 0),
                _ => false,
            }
        });
        is_whole.then_some(map)
    }
}

impl Tracer {
    /// The map that a value is known by as an output: where it has no position, the last map before it that has.
    pub(crate) fn output(&mut self, layout: &Layout) -> Vec<MapId> {
        let map = self.whole(layout).map_or(layout.map, |whole| whole.map);
        self.placed(map)
    }

    /// A map as a tensor of nothing but its positions.
    pub(crate) fn held(&self, map: MapId) -> Layout {
        let axes = (0..self.dims()).map(|axis| {
            let n = self.size(map, axis);
            normal([Atom::Space { axis, n, stride: 1 }])
        });
        Layout {
            map,
            axes: axes.collect(),
            pad: PerAxis::splat(self.dims(), (0, 0)),
        }
    }

    /// Notes of a tensor that was asked for that another map stands for it, where it holds no positions.
    pub(crate) fn note_stand_in(&mut self, name: &str, layout: &Layout) {
        if self.builder.facts(layout.map).position.is_none() {
            self.enter(Place {
                module: name.to_owned(),
                ..Place::default()
            });
            self.note(
                "no positions are left here: the last map before it that has some stands for it",
            );
        }
    }

    fn placed(&self, map: MapId) -> Vec<MapId> {
        let mut open = BTreeSet::from([map]);
        let mut found = BTreeSet::new();
        while let Some(map) = open.pop_last() {
            match map.layer() {
                Some(layer) if self.builder.facts(map).position.is_none() => {
                    open.extend(self.builder.layers()[layer].inputs.iter().copied());
                }
                _ => {
                    found.insert(map);
                }
            }
        }
        // Of maps that were put together behind their pools, one that others are computed from is none of the last.
        let inner: Vec<MapId> = found.iter().copied().collect();
        let last = inner.iter().filter(|&&map| {
            !inner
                .iter()
                .any(|&other| other > map && self.leads(map, other))
        });
        last.copied().collect()
    }

    fn leads(&self, from: MapId, to: MapId) -> bool {
        let mut open = BTreeSet::from([to]);
        while let Some(map) = open.pop_last() {
            if map <= from {
                return map == from;
            }
            if let Some(layer) = map.layer() {
                open.extend(self.builder.layers()[layer].inputs.iter().copied());
            }
        }
        false
    }

    /// The maps that stand for values: [`Self::output`] of each, and where positions ended if they ended for some; how many are of the former.
    fn chosen(&mut self, values: &[Value]) -> (Vec<MapId>, usize) {
        let mut found: Vec<MapId> = Vec::new();
        for value in values {
            if let Value::Map(layout) = value {
                found.extend(self.output(layout));
            }
        }
        let mut seen = BTreeSet::new();
        found.retain(|map| seen.insert(*map));
        let own = found.len();
        if values.iter().any(|value| matches!(value, Value::Ended)) {
            found.extend(self.ends.iter().flat_map(|&map| self.placed(map)));
        }
        let mut seen = BTreeSet::new();
        found.retain(|map| seen.insert(*map));
        (found, own)
    }

    /// The network of some outputs.
    ///
    /// # Errors
    /// The fault of a layer, which was none when it was traced.
    pub(crate) fn finish(
        mut self,
        name: Option<String>,
        values: &[Value],
    ) -> Result<Finished, ShapeError> {
        let (outputs, own) = self.chosen(values);
        let mut kept = self.leading(&outputs);
        let dims = self.dims();
        let (mut layers, facts) = self.builder.finish();
        for (crop, window) in foldable(&layers, &kept, &outputs) {
            let size = facts[window + 1].size;
            if let Some(axes) = folded(&layers[window], &layers[crop], size) {
                layers[crop] = layers[window].clone();
                layers[crop].op.axes = axes;
                self.places[crop] = self.places[window].clone();
                kept.remove(&window);
            }
        }
        let place = |&layer: &usize| self.places[layer].clone();
        let places: Vec<Place> = kept.iter().map(place).collect();
        let jump = |&layer: &usize| facts[layer + 1].position.map(|p| p.map(|axis| axis.jump));
        let jumps: Vec<_> = kept.iter().map(jump).collect();
        let segments = segments(&places, &jumps);
        let mut stage_of = vec![(0, 0); kept.len()];
        for (stage, segment) in segments.iter().enumerate() {
            for (index, &layer) in segment.layers.iter().enumerate() {
                stage_of[layer] = (stage, index);
            }
        }
        let input = facts[0].size;
        let mut builder = Builder::new(dims, input);
        let mut maps = vec![None; layers.len() + 1];
        maps[0] = Some(MapId::INPUT);
        for (new, &old) in kept.iter().enumerate() {
            let (stage, index) = stage_of[new];
            let layer = &layers[old];
            let map = builder.try_push(Layer {
                inputs: layer.inputs.iter().filter_map(|map| maps[map.0]).collect(),
                stage,
                index: Some(index),
                original: new,
                ..layer.clone()
            })?;
            maps[old + 1] = Some(map);
        }
        let (layers, facts) = builder.finish();
        let placed = |list: &[MapId]| list.iter().filter_map(|map| maps[map.0]).collect();
        let network = Network {
            name,
            dims,
            input,
            stages: segments
                .into_iter()
                .map(|s| stage(s, &layers, &facts))
                .collect(),
            layers,
            maps: facts,
            outputs: placed(&outputs),
            cut: placed(&outputs[own..]),
        };
        Ok(Finished {
            network,
            places,
            notes: self.notes,
            maps,
        })
    }

    /// The layers that lead to some maps.
    fn leading(&self, outputs: &[MapId]) -> BTreeSet<usize> {
        let mut kept = BTreeSet::new();
        let mut open: BTreeSet<MapId> = outputs.iter().copied().collect();
        while let Some(map) = open.pop_last() {
            if let Some(layer) = map.layer() {
                kept.insert(layer);
                open.extend(self.builder.layers()[layer].inputs.iter().copied());
            }
        }
        kept
    }
}

/// A stage of a segment's layers.
fn stage(Segment { name, layers: own }: Segment, layers: &[Layer], facts: &[MapFacts]) -> Stage {
    let is_own = |map: MapId| {
        map.layer()
            .is_some_and(|layer| own.binary_search(&layer).is_ok())
    };
    let read = own
        .iter()
        .flat_map(|&layer| layers[layer].inputs.iter().copied());
    let mut sources: Vec<MapId> = Vec::new();
    for map in read.filter(|&map| !is_own(map)) {
        if !sources.contains(&map) {
            sources.push(map);
        }
    }
    let output = MapId(own.last().map_or(0, |layer| layer + 1));
    // Parts that stand side by side read maps of their own: the output is not computed from all of them.
    let mut open = BTreeSet::from([output]);
    let mut reached = BTreeSet::new();
    while let Some(map) = open.pop_last() {
        match map.layer().filter(|_| is_own(map)) {
            Some(layer) => open.extend(&layers[layer].inputs),
            None => {
                reached.insert(map);
            }
        }
    }
    // A pool that is read beside a map has no positions.
    let places = |map: &MapId| facts[map.0].position.is_some();
    let with_places = reached.iter().any(places);
    let is_input = |map: &&MapId| reached.contains(map) && (places(map) || !with_places);
    let input = sources.iter().find(is_input);
    Stage {
        name,
        input: input.copied().unwrap_or(MapId::INPUT),
        sources,
        output,
        layers: own,
        repeat: 1,
    }
}
