//! The footprint of one output position: its positions, and its path weights. Those of the maps on one way back are walked for once, and not
//! before they are asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use num_rational::Ratio;

use crate::network::{MapId, Network};

use super::axis::AxisValue;
use super::error::FootprintError;
use super::marginal::{Marginal, Total};
use super::number::real;
use super::region::{PathWeights, Region};
use super::view::View;
use super::walk::Filled;
use super::weights::AxisWeights;

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
    map: MapId,
    paths: Arc<Paths<'a>>,
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

impl Footprint<'_> {
    /// The path weights, all finite.
    ///
    /// # Errors
    /// [`FootprintError`] where they cannot be held.
    pub fn paths(&self) -> Result<&PathWeights, FootprintError> {
        self.shared_paths().map(|paths| &**paths)
    }

    /// The path weights, all finite, to be kept.
    pub(crate) fn shared_paths(&self) -> Result<&Arc<PathWeights>, FootprintError> {
        if self.passes_range() == Some(true) {
            return Err(FootprintError::Overflow);
        }
        let found = self.paths.found.get_or_init(|| {
            let empty = || Arc::new(PathWeights::empty());
            let kept = self.paths.kept.iter().map(|&map| (map, empty()));
            let mut found: BTreeMap<_, _> = kept.collect();
            self.paths.walk(|map, paths| {
                if let Some(found) = found.get_mut(&map) {
                    *found = Arc::new(paths.clone());
                }
            })?;
            Ok(found)
        });
        let paths = &found.as_ref().map_err(Clone::clone)?[&self.map];
        self.check_range(paths)?;
        Ok(paths)
    }

    /// Shows `visit` the path weights of each of some footprints, or why they cannot be held, with its index. Those of one way back are
    /// walked for once, and held one map at a time.
    pub fn each_paths(
        footprints: &[&Self],
        mut visit: impl FnMut(usize, Result<&PathWeights, FootprintError>),
    ) {
        let mut left: Vec<usize> = (0..footprints.len()).collect();
        while let Some(&first) = left.first() {
            let way = &footprints[first].paths;
            let is_on_way = |&index: &usize| Arc::ptr_eq(&footprints[index].paths, way);
            let (here, others) = left.into_iter().partition::<Vec<usize>, _>(is_on_way);
            left = others;
            let is_known = |&index: &usize| {
                way.found.get().is_some() || footprints[index].passes_range() == Some(true)
            };
            let (known, mut here) = here.into_iter().partition::<Vec<usize>, _>(is_known);
            for index in known {
                visit(index, footprints[index].paths());
            }
            if here.is_empty() {
                continue;
            }
            let ended = way.walk(|map, paths| {
                for index in here.extract_if(.., |&mut index| footprints[index].map == map) {
                    visit(index, footprints[index].check_range(paths).map(|()| paths));
                }
            });
            let nothing = PathWeights::empty();
            for index in here {
                visit(
                    index,
                    ended.as_ref().map(|()| &nothing).map_err(Clone::clone),
                );
            }
        }
    }

    /// The path weights along one axis, the others added up, times some number.
    ///
    /// # Errors
    /// [`FootprintError`] where they, or any of all axes, cannot be held.
    pub fn marginal(&self, axis: usize) -> Result<AxisWeights, FootprintError> {
        if self.paths.found.get().is_none() && self.passes_range() == Some(false) {
            let view = self.paths.view.on(self.map);
            let start = Marginal::one(axis, view.position[axis]);
            let mut found = view.walk(start, Filled::No, None, |_, _| ())?;
            let found = found.remove(&self.map);
            return Ok(found.map_or_else(AxisWeights::empty, |found| found.weights));
        }
        self.paths()?.marginal(axis)
    }

    fn check_range(&self, paths: &PathWeights) -> Result<(), FootprintError> {
        let passes = self.passes_range().unwrap_or_else(|| !paths.is_finite());
        if passes {
            Err(FootprintError::Overflow)
        } else {
            Ok(())
        }
    }

    /// Whether a path weight is past the range of f64, told from all of them together: the largest is not above their sum, nor below their
    /// average. `None` where that does not tell.
    fn passes_range(&self) -> Option<bool> {
        if self.paths.view.clip {
            return None;
        }
        let view = self.paths.view.on(self.map);
        let found = view.walk(Total::ONE, Filled::No, None, |_, _| ());
        let total = found.ok()?.get(&self.map)?.0?.log2();
        let (_, extent) = self.bounds.as_ref()?;
        let volume: f64 = extent.iter().map(|&n| real(n).log2()).sum();
        // Logarithms are rounded; a power of two is more than they are off.
        match (total < 1023.0, total - volume > 1025.0) {
            (true, _) => Some(false),
            (_, true) => Some(true),
            _ => None,
        }
    }
}

/// Path weights of the maps on a way back.
#[derive(Debug)]
struct Paths<'a> {
    view: View<'a>,
    kept: BTreeSet<MapId>,
    found: OnceLock<Result<BTreeMap<MapId, Arc<PathWeights>>, FootprintError>>,
}

impl<'a> Paths<'a> {
    /// Those of some maps, of which none is walked for yet.
    fn of(view: View<'a>, kept: BTreeSet<MapId>) -> Self {
        let found = OnceLock::new();
        Self { view, kept, found }
    }

    fn walk(&self, visit: impl FnMut(MapId, &PathWeights)) -> Result<(), FootprintError> {
        let start = PathWeights::one(&self.view.position);
        self.view.walk(start, Filled::No, None, visit).map(drop)
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
