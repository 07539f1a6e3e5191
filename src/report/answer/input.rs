//! What the outputs of a network read of the input.

use num_rational::Ratio;

use crate::footprint::{FootprintError, Reading, receptive_field_beside_pools};
use crate::network::{MapId, PerAxis};
use crate::rules::Facts;

/// What a network's outputs read of the input.
pub(super) struct Input {
    pub output: MapId,
    /// Its receptive field, global pools left out.
    pub field: Option<PerAxis<i64>>,
    pub reading: Result<Reading, FootprintError>,
}

/// Of some outputs the one that misses the largest share of the input, or of which that is not known; where none misses any the one with
/// the largest receptive field. Whether some positions read nothing is of all of them.
pub(super) fn sparsest(facts: &Facts<'_>, outputs: impl Iterator<Item = MapId>) -> Option<Input> {
    let inputs = outputs.map(|output| Input {
        output,
        field: receptive_field_beside_pools(facts.network, MapId::INPUT, output),
        reading: facts.runs.reading(output),
    });
    let key = |input: &Input| {
        let volume = input.field.map_or(0, |field| {
            field.iter().fold(1_i64, |v, &n| v.saturating_mul(n))
        });
        match &input.reading {
            Ok(reading) if reading.skipped > 0 => {
                (2, Ratio::new(reading.skipped, reading.positions), volume)
            }
            Err(_) => (1, Ratio::from_integer(0), volume),
            Ok(_) => (0, Ratio::from_integer(0), volume),
        }
    };
    let inputs: Vec<Input> = inputs.collect();
    let is_blind = |input: &Input| matches!(input.reading, Ok(read) if read.some_read_nothing);
    let some_read_nothing = inputs.iter().any(is_blind);
    // Of equal ones the first.
    let worst = inputs.into_iter().rev().max_by_key(key);
    worst.map(|mut input| {
        if let Ok(reading) = &mut input.reading {
            reading.some_read_nothing = some_read_nothing;
        }
        input
    })
}
