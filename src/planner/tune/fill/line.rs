//! The schedule around a place, and what it asks of a dilation there.

use std::collections::BTreeSet;

use crate::network::{Knob, Network};
use crate::planner::tune::candidate::knob_of;
use crate::rules::lines;

/// The schedule of a place, one repetition.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    /// Taps of its first layer.
    kernel: i64,
    dilations: Vec<Given>,
    /// Where the place stands among them.
    place: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Given {
    Number(i64),
    Place(usize),
}

impl Line {
    /// The schedule of each place, along the first axis on which it has one; empty where it has none.
    pub(super) fn of_places(network: &Network, places: &[&Knob]) -> Vec<Self> {
        let mut found = vec![Self::default(); places.len()];
        let place_of = knob_of(places);
        let stages: BTreeSet<usize> = places.iter().filter_map(|p| p.stage(network)).collect();
        let all = stages
            .into_iter()
            .flat_map(|stage| lines(network, &network.stages[stage]));
        for line in all {
            for axis in 0..network.dims {
                let mut entries = line.along(network, axis);
                // Of layers that repeat another the first stands for all.
                entries.retain(|entry| network.layers[entry.layer].original == entry.layer);
                let given = entries.iter().map(|entry| {
                    let place = place_of.get(&(entry.layer, axis)).copied();
                    place.map_or(Given::Number(entry.dilation), Given::Place)
                });
                let dilations: Vec<Given> = given.collect();
                for (at, given) in dilations.iter().enumerate() {
                    if let Given::Place(place) = *given
                        && found[place].dilations.is_empty()
                    {
                        found[place] = Self {
                            kernel: entries[0].kernel,
                            dilations: dilations.clone(),
                            place: at,
                        };
                    }
                }
            }
        }
        found
    }

    /// The most that its place may be, so that the schedule rises where some values are chosen: no more than `most`, unless it could not
    /// rise then. `cap` leaves room for the places behind it.
    pub(super) fn most(&self, values: &[Option<i64>], published: bool, most: i64, cap: i64) -> i64 {
        let value = |given: &Given| match *given {
            Given::Number(number) => Some(number),
            Given::Place(place) => values[place],
        };
        let before = self.dilations.iter().take(self.place);
        let before: Vec<i64> = before.filter_map(value).collect();
        let mut behind = self.dilations.iter().skip(self.place + 1);
        let to_come = behind.clone().take_while(|given| value(given).is_none());
        let to_come = i64::try_from(to_come.count()).unwrap_or(i64::MAX);
        // A number behind decides how high the places before it may go, else the cap.
        let (mut own, room) = match behind.find_map(value) {
            Some(number) => (number - to_come, cap),
            None => (i64::MAX, cap.saturating_sub(to_come)),
        };
        if published && self.place > 0 {
            // r_i ≤ k + 2·(r_2 + … + r_{i−1}): see `planner::bounds`.
            let rest = before.iter().skip(1).copied();
            let rest = rest.fold(0, i64::saturating_add);
            own = own.min(self.kernel.saturating_add(rest.saturating_mul(2)));
        }
        let last = before.last().copied().unwrap_or(1);
        // It rises strictly where there is room.
        let rise = i64::from(self.place > 0 && last < own);
        most.min(own.max(1))
            .min(room)
            .max((last + rise).max(1).min(cap))
    }
}
