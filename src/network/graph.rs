//! The graph of maps and layers, and what is known of each map: jump, centre, size.

use num_rational::Ratio;

use super::axes::PerAxis;
use super::op::Op;

/// A map of the network: the input is map 0, layer i writes map i + 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MapId(pub usize);

impl MapId {
    /// The input of the network.
    pub const INPUT: Self = Self(0);

    /// The layer that writes this map; `None` for the input.
    #[must_use]
    pub fn layer(self) -> Option<usize> {
        self.0.checked_sub(1)
    }
}

/// One operation between maps.
#[derive(Clone, Debug)]
pub struct Layer {
    /// What it does.
    pub op: Op,
    /// The maps it reads; several only for merges.
    pub inputs: Vec<MapId>,
    /// Index of its stage.
    pub stage: usize,
    /// Index in the stage's list of layers or dilations; `None` for what the stage adds itself (merged sources, residual sums).
    pub index: Option<usize>,
    /// Which repetition of the stage, from 0.
    pub repetition: usize,
    /// The layer of the first repetition that this one repeats, by index; its own index there. Layers of one original change together.
    pub original: usize,
    /// Output channels, where given.
    pub channels: Option<u32>,
    /// Groups of a grouped convolution (1 where not given).
    pub groups: u32,
}

impl Layer {
    /// A layer that a stage adds itself, in its first repetition.
    pub(crate) fn new(op: Op, inputs: Vec<MapId>, stage: usize, original: usize) -> Self {
        Self {
            op,
            inputs,
            stage,
            index: None,
            repetition: 0,
            original,
            channels: None,
            groups: 1,
        }
    }
}

/// What is known of a map, per axis.
#[derive(Clone, Copy, Debug)]
pub struct MapFacts {
    /// Resolution and centre; `None` behind a global pool, whose result has no position. Along an axis of `pooled` they say nothing.
    pub position: Option<PerAxis<Position>>,
    /// The axes along which the map has no positions: everything along them was pooled. All of them where `position` is `None`.
    pub pooled: PerAxis<bool>,
    /// Positions, where the input size is known.
    pub size: Option<PerAxis<i64>>,
    /// Positions along an axis that follow from a global pool, so that they are known where the input size is not; no others.
    pub fixed: PerAxis<Option<i64>>,
    /// Upper bound of the receptive field, in input positions.
    pub receptive_field: PerAxis<Ratio<i128>>,
    /// Where a faulty layer lies before it: the map that the last such layer writes. Nothing can be said of the map but how it differs from that one.
    pub unsure_after: Option<MapId>,
}

impl MapFacts {
    /// Resolution and centre along an axis; `None` where the map has no positions along it.
    #[must_use]
    pub fn along(&self, axis: usize) -> Option<Position> {
        let position = self.position?[axis];
        (!self.pooled[axis]).then_some(position)
    }

    /// Whether the map has no positions along some axis.
    #[must_use]
    pub fn is_pooled(&self) -> bool {
        self.pooled.iter().any(|pooled| *pooled)
    }
}

/// How a map's positions lie over the input along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Input positions per position.
    pub jump: Ratio<i128>,
    /// Centre of what position 0 reads, in input positions.
    pub centre: Ratio<i128>,
    /// Positions after which the pattern of taps repeats.
    pub period: i64,
}
