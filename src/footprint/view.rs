//! The footprint of one output position of a whole network, a stage or a run: its positions and path weights.

use num_rational::Ratio;

use crate::network::{MapId, Network, OpKind, PerAxis};

use super::error::FootprintError;
use super::region::{PathWeights, Region};
use super::sum::Propagate;
use super::walk::{Filled, Walk};

/// One position of a map, and the map before it on which to look for what it reads.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// The network.
    pub network: &'a Network,
    /// The map of the position.
    pub to: MapId,
    /// The position, in positions of that map per axis.
    pub position: PerAxis<i64>,
    /// The map that is looked at.
    pub from: MapId,
    /// Further maps at which ways back end, so that a run is not left by another of its beginnings.
    pub ends: Vec<MapId>,
    /// Whether borders clip; needs the input's size.
    pub clip: bool,
    /// Whether ways through a global pool are followed, where borders clip: without a size there is no everything.
    pub pools: bool,
}

impl<'a> View<'a> {
    /// The middle position of a map on an earlier map, clipped where the input's size is known.
    #[must_use]
    pub fn middle(network: &'a Network, to: MapId, from: MapId) -> Self {
        Self {
            network,
            to,
            position: middle(network, to),
            from,
            ends: Vec::new(),
            clip: network.input.is_some(),
            pools: true,
        }
    }

    /// Position 0 of a map on an earlier map, without borders.
    #[must_use]
    pub fn unclipped(network: &'a Network, to: MapId, from: MapId) -> Self {
        Self {
            position: PerAxis::splat(network.dims, 0),
            clip: false,
            ..Self::middle(network, to, from)
        }
    }

    /// The same position, looked at on another map.
    #[must_use]
    pub fn on(&self, from: MapId) -> Self {
        Self {
            from,
            ..self.clone()
        }
    }

    /// The positions that the position is computed from; those of the dense twin where `dense`.
    ///
    /// # Errors
    /// [`FootprintError`] past a limit.
    pub fn seen(&self, dense: bool) -> Result<Region, FootprintError> {
        let found = self.walk(Region::one(&self.position), dense)?;
        Ok(found.unwrap_or_else(Region::empty))
    }

    /// The weights of all paths to the position, every kernel weight being one (a pool counts like a convolution).
    ///
    /// # Errors
    /// [`FootprintError`] past a limit.
    pub fn paths(&self) -> Result<PathWeights, FootprintError> {
        let found = self.walk(PathWeights::one(&self.position), false)?;
        Ok(found.unwrap_or_else(PathWeights::empty))
    }

    fn walk<P: Propagate>(&self, start: P, dense: bool) -> Result<Option<P>, FootprintError> {
        let is_pooled = |at: MapId| {
            let mut writer = self.network.writer(at).into_iter();
            !self.pools && writer.any(|layer| layer.op.kind == OpKind::GlobalPool)
        };
        let walk = Walk {
            network: self.network,
            clip: self.clip,
            filled: if dense { Filled::All } else { Filled::No },
            stop: &|at| at == self.from || self.ends.contains(&at) || is_pooled(at),
            covering: None,
        };
        Ok(walk.from(self.to, start)?.remove(&self.from))
    }
}

/// The output position in the middle of a map, per axis: ⌊n/2⌋ where its size is known, else 0.
fn middle(network: &Network, map: MapId) -> PerAxis<i64> {
    match network.facts(map).size {
        Some(size) => size.map(|n| n / 2),
        None => PerAxis::splat(network.dims, 0),
    }
}

/// What the middle position of a network's first output reads of the input; clipped at borders where the input's size is known.
///
/// ```
/// use degrid::network::Network;
/// let network = Network::builder(1).dilations(3, [1, 2, 9]).build().expect("a network");
/// let footprint = degrid::footprint(&network).expect("small enough");
/// assert_eq!((footprint.region.count(), footprint.twin.count()), (Ok(21), Ok(25)));
/// ```
///
/// # Errors
/// [`FootprintError`] where the positions cannot be held.
pub fn footprint(network: &Network) -> Result<Footprint, FootprintError> {
    let output = network.outputs.first().copied().unwrap_or(MapId::INPUT);
    Footprint::new(&View::middle(network, output, MapId::INPUT))
}

/// What one output position reads of a map.
#[derive(Clone, Debug)]
pub struct Footprint {
    /// The positions, exactly.
    pub region: Region,
    /// Those of the dense twin.
    pub twin: Region,
    /// The path weights, all finite, or why they cannot be given.
    pub paths: Result<PathWeights, FootprintError>,
    /// First position and extent of the bounding box, per axis; none where nothing is read.
    pub bounds: Option<(Vec<i64>, Vec<i64>)>,
    /// Where it lies over the map that is read, per axis, rounded down; the middle of what it reads where that is not known.
    pub centre: Vec<i64>,
    /// Size of the map that is read, where borders clip, per axis.
    pub size: Option<Vec<i64>>,
}

impl Footprint {
    /// Walks back three times: for positions, for those of the dense twin, and for path weights.
    ///
    /// # Errors
    /// [`FootprintError`] where the positions cannot be held.
    pub fn new(view: &View<'_>) -> Result<Self, FootprintError> {
        let region = view.seen(false)?;
        let twin = view.seen(true)?;
        let paths = view.paths().and_then(|field| {
            if field.is_finite() {
                Ok(field)
            } else {
                Err(FootprintError::Overflow)
            }
        });
        let size = view.network.facts(view.from).size.filter(|_| view.clip);
        let bounds = region.bounds();
        Ok(Self {
            centre: centre(view, bounds.as_ref()),
            bounds,
            region,
            twin,
            paths,
            size: size.map(|n| n.to_vec()),
        })
    }
}

fn centre(view: &View<'_>, bounds: Option<&(Vec<i64>, Vec<i64>)>) -> Vec<i64> {
    let along = |axis: usize| {
        let to = view.network.facts(view.to).along(axis)?;
        let from = view.network.facts(view.from).along(axis)?;
        let position = Ratio::from_integer(i128::from(view.position[axis]));
        let place = (to.centre + to.jump * position - from.centre) / from.jump;
        i64::try_from(place.floor().to_integer()).ok()
    };
    let middle = |axis: usize| bounds.map_or(0, |(first, extent)| first[axis] + extent[axis] / 2);
    let axes = 0..view.network.dims;
    axes.map(|axis| along(axis).unwrap_or_else(|| middle(axis)))
        .collect()
}
