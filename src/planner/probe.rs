//! Likely schedules, tried where there are too many to look at all.

use crate::footprint::least_passing;

use super::bounds::{Limits, count_of};
use super::search::{Bound, Found, Search};
use super::walk::spaces;

/// Most largest dilations that are tried for a number of layers.
const CAPS: i64 = 64;

impl Search<'_> {
    /// A schedule within the goal's limits, if one is among the likely ones: the widest below each of some largest dilations. Their coarsest
    /// layers lie close together, and what passes one of them is stopped by the next.
    pub(super) fn probe(&mut self) -> Option<Found> {
        let limits = *self.goal.limits();
        for layers in spaces(self.goal).map(|space| count_of(space.layers)) {
            let most = *limits.widest(layers).last()?;
            let capped = |cap: i64| Limits { cap, ..limits };
            let least = least_passing(1, most, |cap| capped(cap).totals(layers).is_some());
            let step = (most - least) / CAPS + 1;
            for cap in (0..CAPS).map(|by| least + by * step) {
                let tooth = capped(cap.min(most)).widest(layers);
                if !limits.allows(&tooth) {
                    continue;
                }
                if let Some(found) = self
                    .found_within(&tooth, Bound::default())
                    .continue_value()?
                {
                    return Some(found);
                }
                if cap >= most {
                    break;
                }
            }
        }
        None
    }
}
