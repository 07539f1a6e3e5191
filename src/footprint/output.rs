//! What one output position reads: positions and path weights.

use num_rational::Ratio;

use crate::network::{MapId, Network};

use super::error::FootprintError;
use super::path_weights::PathWeights;
use super::region::Region;
use super::view::View;

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
    /// The output position, per axis of its own map.
    pub unit: Vec<i64>,
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
            unit: view.position.to_vec(),
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
