//! What one unit reads: positions and path weights.

use crate::footprint::{Field, FootprintError, Region, View};

/// What one unit reads of a map.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The positions, exactly.
    pub region: Region,
    /// Those of the dense twin.
    pub twin: Region,
    /// The path weights, all finite, or why they cannot be given.
    pub paths: Result<Field, FootprintError>,
    /// First position and extent of the bounding box, per axis; none for a unit that reads nothing.
    pub bounds: Option<(Vec<i64>, Vec<i64>)>,
    /// The unit, in positions of its own map per axis.
    pub unit: Vec<i64>,
    /// Size of the map that is read, where borders clip, per axis.
    pub size: Option<Vec<i64>>,
}

impl Seen {
    /// Walks back from a unit three times: for positions, for those of the dense twin, and for path weights.
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
        Ok(Self {
            bounds: region.bounds(),
            region,
            twin,
            paths,
            unit: view.unit.to_vec(),
            size: size.map(|n| n.to_vec()),
        })
    }
}
