//! The footprint of one output position of a whole network, a stage or a run: its positions and path weights.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use num_rational::Ratio;

use crate::network::{MapId, Network, PerAxis};

use super::error::FootprintError;
use super::paths::Paths;
use super::region::{PathWeights, Region};
use super::sum::Propagate;
use super::walk::{Filled, Walk, covering_inputs, is_left_out};

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
    /// Whether ways through a global pool are followed, where borders clip: without a size there is no everything. A pool over axes along
    /// which the position's own map was pooled too is followed either way: there is nothing beside it.
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
        let mut found = self.sets(self.covering().as_deref(), dense, &BTreeSet::new())?;
        Ok(found.remove(&self.from).unwrap_or_else(Region::empty))
    }

    /// The weights of all paths to the position, every kernel weight being one (a pool counts like a convolution).
    ///
    /// # Errors
    /// [`FootprintError`] past a limit.
    pub fn paths(&self) -> Result<PathWeights, FootprintError> {
        let start = PathWeights::one(&self.position);
        let mut found = self.walk(start, Filled::No, None, |_, _| ())?;
        Ok(found.remove(&self.from).unwrap_or_else(PathWeights::empty))
    }

    /// Without borders, of a merge that one of its maps fills alone, that map: the others add no position.
    fn covering(&self) -> Option<Vec<Option<MapId>>> {
        (!self.clip).then(|| covering_inputs(self.network))
    }

    /// The positions of the map looked at, and of those to be kept on the way.
    fn sets(
        &self,
        covering: Option<&[Option<MapId>]>,
        dense: bool,
        kept: &BTreeSet<MapId>,
    ) -> Result<BTreeMap<MapId, Region>, FootprintError> {
        let filled = if dense { Filled::All } else { Filled::No };
        let mut on_the_way = BTreeMap::new();
        let keep = |map, region: &Region| {
            if kept.contains(&map) {
                on_the_way.insert(map, region.clone());
            }
        };
        let mut found = self.walk(Region::one(&self.position), filled, covering, keep)?;
        found.append(&mut on_the_way);
        Ok(found)
    }

    pub(super) fn walk<P: Propagate>(
        &self,
        start: P,
        filled: Filled<'_>,
        covering: Option<&[Option<MapId>]>,
        visit: impl FnMut(MapId, &P),
    ) -> Result<BTreeMap<MapId, P>, FootprintError> {
        let keeps_pools = self.pools && self.clip;
        let is_pooled = |at| !keeps_pools && is_left_out(self.network, self.to, at);
        let walk = Walk {
            network: self.network,
            clip: self.clip,
            filled,
            stop: &|at| at == self.from || self.ends.contains(&at) || is_pooled(at),
            covering,
        };
        walk.past(self.to, start, visit)
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
pub fn footprint(network: &Network) -> Result<Footprint<'_>, FootprintError> {
    let output = network.outputs.first().copied().unwrap_or(MapId::INPUT);
    Footprint::new(&View::middle(network, output, MapId::INPUT))
}

/// What one output position reads of a map.
#[derive(Clone, Debug)]
pub struct Footprint<'a> {
    /// The positions, exactly.
    pub region: Region,
    /// Those of the dense twin inside the bounding box; all of them where nothing is read.
    pub twin: Region,
    /// First position and extent of the bounding box, per axis; none where nothing is read.
    pub bounds: Option<(Vec<i64>, Vec<i64>)>,
    /// Where it lies over the map that is read, per axis, rounded down; the middle of what it reads where that is not known.
    pub centre: Vec<i64>,
    /// Size of the map that is read, where borders clip, per axis.
    pub size: Option<Vec<i64>>,
    pub(super) map: MapId,
    pub(super) paths: Arc<Paths<'a>>,
}

impl<'a> Footprint<'a> {
    /// Walks back twice: for positions, and for those of the dense twin. Path weights are walked for when they are asked for.
    ///
    /// # Errors
    /// [`FootprintError`] where the positions cannot be held.
    pub fn new(view: &View<'a>) -> Result<Self, FootprintError> {
        let mut one = Self::on_the_way(view, &[view.from])?;
        Ok(one.pop().expect("one map, one footprint"))
    }

    /// What the position reads of each of some maps on the way to the one that is looked at, on one walk for all of them.
    ///
    /// # Errors
    /// [`FootprintError`] where the positions cannot be held.
    pub fn on_the_way(view: &View<'a>, maps: &[MapId]) -> Result<Vec<Self>, FootprintError> {
        let kept: BTreeSet<MapId> = maps.iter().copied().collect();
        let covering = view.covering();
        let mut regions = view.sets(covering.as_deref(), false, &kept)?;
        let mut twins = view.sets(covering.as_deref(), true, &kept)?;
        let paths = Arc::new(Paths::of(view.clone(), kept));
        let footprint = |&map: &MapId| {
            let take = |sets: &mut BTreeMap<MapId, Region>| {
                sets.remove(&map).unwrap_or_else(Region::empty)
            };
            let (region, twin) = (take(&mut regions), take(&mut twins));
            let size = view.network.facts(map).size.filter(|_| view.clip);
            let bounds = region.bounds();
            // A transposed layer's filled kernel may reach further than its taps, which is no hole.
            let twin = match &bounds {
                Some((first, extent)) if twin.bounds() != bounds => twin.clipped(first, extent)?,
                _ => twin,
            };
            Ok(Self {
                centre: centre(&view.on(map), bounds.as_ref()),
                bounds,
                region,
                twin,
                size: size.map(|n| n.to_vec()),
                map,
                paths: Arc::clone(&paths),
            })
        };
        maps.iter().map(footprint).collect()
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
