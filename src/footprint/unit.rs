//! The footprint of one output unit of a whole network or stage.

use crate::network::{MapId, Network, PerAxis};

use super::error::FootprintError;
use super::field::Field;
use super::region::Region;
use super::walk::Walk;

/// The output unit in the middle of a map, per axis: ⌊n/2⌋ where its size is known, else 0.
#[must_use]
pub fn middle(network: &Network, map: MapId) -> PerAxis<i64> {
    match network.facts(map).size {
        Some(size) => size.map(|n| n / 2),
        None => PerAxis::splat(network.dims, 0),
    }
}

/// The positions of `source` that one unit of `map` is computed from; clipped at borders where sizes are known.
///
/// # Errors
/// [`FootprintError`] past a limit.
pub fn seen(
    network: &Network,
    map: MapId,
    unit: &[i64],
    source: MapId,
) -> Result<Region, FootprintError> {
    let stop = |at| at == source;
    let reached = walk(network, &stop).from(map, Region::unit(unit))?;
    Ok(reached
        .into_iter()
        .find(|(at, _)| *at == source)
        .map_or_else(Region::empty, |(_, r)| r))
}

/// The weights of all paths from positions of `source` to one unit of `map`, every kernel weight being one (a pool counts like a convolution).
///
/// # Errors
/// [`FootprintError`] past a limit.
pub fn paths(
    network: &Network,
    map: MapId,
    unit: &[i64],
    source: MapId,
) -> Result<Field, FootprintError> {
    let stop = |at| at == source;
    let reached = walk(network, &stop).from(map, Field::unit(unit))?;
    let none = Field::Terms(Vec::new());
    Ok(reached
        .into_iter()
        .find(|(at, _)| *at == source)
        .map_or(none, |(_, f)| f))
}

fn walk<'a>(network: &'a Network, stop: &'a dyn Fn(MapId) -> bool) -> Walk<'a> {
    Walk {
        network,
        clip: network.input.is_some(),
        dense: false,
        stop,
        dominant: None,
    }
}
