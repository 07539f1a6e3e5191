//! What a run sees: verdicts, and what is missed.

use crate::network::{MapId, Network};

use super::error::FootprintError;
use super::exact::{Comb, Exact, exact};
use super::set::AxisSet;

/// Longest chain of which positions are counted.
pub(super) const MOST_POSITIONS: i64 = 1 << 24;

/// Where a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RunEnd {
    /// At a map, seen as if it were an output.
    Map(MapId),
    /// With a layer that changes the resolution, by index.
    Layer(usize),
}

impl RunEnd {
    /// The layer with which it ends, if it is one.
    #[must_use]
    pub fn layer(self) -> Option<usize> {
        match self {
            Self::Map(_) => None,
            Self::Layer(layer) => Some(layer),
        }
    }

    /// The map at which it ends, or those that its last layer reads.
    pub(crate) fn maps(self, network: &Network) -> Vec<MapId> {
        match self {
            Self::Map(map) => vec![map],
            Self::Layer(layer) => network.layers[layer].inputs.clone(),
        }
    }
}

/// A layer of a chain along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainLayer {
    /// Its index in the network.
    pub layer: usize,
    /// Its taps.
    pub comb: Comb,
}

/// A run along one axis, where it is a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AxisChain {
    /// The map on which it begins; `None` where branches of this axis were not looked at, or the run does not end along it.
    pub begin: Option<MapId>,
    /// Its layers with more than one tap, input side first.
    pub layers: Vec<ChainLayer>,
    /// What the exact test finds.
    pub exact: Exact,
}

impl AxisChain {
    pub(crate) fn new(layers: Vec<ChainLayer>) -> Self {
        let combs: Vec<Comb> = layers.iter().map(|l| l.comb).collect();
        let exact = exact(&combs);
        let begin = None;
        Self {
            begin,
            layers,
            exact,
        }
    }

    /// The taps of its layers.
    #[must_use]
    pub fn combs(&self) -> Vec<Comb> {
        self.layers.iter().map(|layer| layer.comb).collect()
    }

    /// The positions that it reads; `None` where they are too many to count.
    #[must_use]
    pub fn set(&self) -> Option<AxisSet> {
        AxisSet::of_chain(&self.combs(), MOST_POSITIONS)
    }
}

/// What a run of branches misses of one map on which it begins.
#[derive(Clone, Debug)]
pub struct Skipped {
    /// The map.
    pub begin: MapId,
    /// Positions that the dense twin reads and the run does not, relative to the centre of the run's end.
    pub count: i64,
    /// The first of them.
    pub example: Vec<i64>,
    /// Positions that the dense twin reads.
    pub dense: i64,
}

/// What a run sees.
#[derive(Clone, Debug)]
pub enum RunFootprint {
    /// A chain, decided axis by axis.
    Chain(Vec<AxisChain>),
    /// Branches that are no chain: what is missed, and the layers passed on the way, input side first.
    Branches {
        /// Layers of the run with more than one tap.
        layers: Vec<usize>,
        /// What is missed, per map on which the run begins; empty without gridding.
        missed: Vec<Skipped>,
    },
    /// Too large to draw, where drawing is needed.
    TooLarge(FootprintError),
}

impl RunFootprint {
    /// Whether dilation causes holes.
    #[must_use]
    pub fn has_gridding(&self) -> bool {
        match self {
            Self::Chain(axes) => axes.iter().any(|a| a.exact.fault.is_some()),
            Self::Branches { missed, .. } => !missed.is_empty(),
            Self::TooLarge(_) => false,
        }
    }

    /// Whether an axis has holes (all axes together where a run is no chain).
    #[must_use]
    pub fn axis_has_gridding(&self, axis: usize) -> bool {
        match self {
            Self::Chain(axes) => axes[axis].exact.fault.is_some(),
            _ => self.has_gridding(),
        }
    }

    /// How much it holds, or took to find out: in layers, and words of what they cover.
    #[must_use]
    pub fn cost(&self) -> usize {
        match self {
            Self::Chain(axes) => axes.iter().map(|a| a.layers.len()).sum(),
            Self::Branches { layers, missed } => {
                let cells: i64 = missed.iter().map(|m| m.dense).sum();
                (layers.len() + 1).saturating_mul(8 + usize::try_from(cells / 256).unwrap_or(0))
            }
            Self::TooLarge(_) => 1 << 20,
        }
    }
}
