//! The network that all parts share, free of files and terminals: a graph of maps and layers, and stages as named sets of its layers.

mod analysis;
mod axes;
mod builder;
mod described;
mod graph;
mod inputs;
mod knob;
mod names;
mod op;
mod quantity;
pub mod schedule;
mod shape;
mod spec;

pub use analysis::Ancestors;
pub use axes::{Along, PerAxis, axis_name, counted, per_axis, times, times_once};
pub(crate) use axes::{around_both, volume, whole};
pub use builder::{Builder, Pushed};
pub use described::NetworkBuilder;
pub use graph::{Layer, MapFacts, MapId, Position};
pub(crate) use inputs::least_passing;
pub use knob::{Knob, KnobKind};
pub use op::{
    AxisOp, Bins, Crop, Interpolation, Op, OpKind, Pad, PadMode, PhaseTaps, Resize, Transposed,
    Window, taps,
};
pub use quantity::{
    Dilation, Factor, Kernel, MAX_CELLS, MAX_FIELD, MAX_JUMP, MAX_LAYERS, MAX_PHASES, MAX_SIZE,
    MAX_STAGES, QuantityError, Stride,
};
pub use shape::{BuildError, BuildFault, ShapeError};
pub use spec::{LayerSpec, MAX_PADDING, Padding, Sizes, SpecError};

use num_rational::Ratio;

/// A named set of layers: the paper's "group", repeated or not. The layers of two stages may interleave.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Its name; `stage N` (from 1) where the file gives none.
    pub name: String,
    /// The maps named in `from`.
    pub sources: Vec<MapId>,
    /// The map its first layer reads (the sources merged).
    pub input: MapId,
    /// The map it writes.
    pub output: MapId,
    /// Its layers, by index, in rising order; all repetitions.
    pub layers: Vec<usize>,
    /// How often its list is repeated.
    pub repeat: usize,
}

/// A network: maps, layers in an order in which each reads only earlier maps, and stages.
#[derive(Clone, Debug)]
pub struct Network {
    /// Its name, where given.
    pub name: Option<String>,
    /// Number of axes, 1 to 3.
    pub dims: usize,
    /// Input size, where given, in positions per axis.
    pub input: Option<PerAxis<i64>>,
    /// Layers; layer i writes map i + 1.
    pub layers: Vec<Layer>,
    /// Facts of each map.
    pub maps: Vec<MapFacts>,
    /// Stages in the order of the file.
    pub stages: Vec<Stage>,
    /// The maps that leave the network.
    pub outputs: Vec<MapId>,
    /// Those of the outputs that are the last maps which could be followed: layers behind them are not known, and may read what they skip.
    pub cut: Vec<MapId>,
}

impl Network {
    /// The layer that writes `map`; `None` for the input.
    #[must_use]
    pub fn writer(&self, map: MapId) -> Option<&Layer> {
        map.layer().map(|layer| &self.layers[layer])
    }

    /// What is known of a map.
    #[must_use]
    pub fn facts(&self, map: MapId) -> &MapFacts {
        &self.maps[map.0]
    }

    /// For each map the coarsest resolution on the finest path from the input to it, in input positions per position along an axis;
    /// `None` where only a global pool leads. Objects closer than this merge.
    #[must_use]
    pub fn coarsest(&self, axis: usize) -> Vec<Option<Ratio<i128>>> {
        let jump = |map: usize| self.maps[map].along(axis).map(|p| p.jump);
        let mut coarsest = vec![jump(0)];
        for (index, layer) in self.layers.iter().enumerate() {
            let before = layer.inputs.iter().filter_map(|m| coarsest[m.0]).min();
            coarsest.push(before.zip(jump(index + 1)).map(|(a, b)| a.max(b)));
        }
        coarsest
    }
}
