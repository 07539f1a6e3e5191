//! The schedule around a place, and what it asks of a dilation there.

use crate::network::{Knob, Network};
use crate::rules::lines;

/// The schedule of a place, one repetition: its dilations in order, and where the place stands among them.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    entries: Vec<Entry>,
    place: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    kernel: i64,
    dilation: Given,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Given {
    Number(i64),
    Place(usize),
}

/// What a schedule asks of a dilation, so that it rises.
pub(super) struct Bounds {
    pub least: i64,
    pub most: i64,
    /// Places behind it that have to rise further, up to the next number.
    pub to_come: i64,
}

impl Line {
    /// The schedule of each place, along the first axis on which it has one; empty where it has none.
    pub(super) fn of_places(network: &Network, places: &[&Knob]) -> Vec<Self> {
        let mut found = vec![Self::default(); places.len()];
        let mut stages: Vec<usize> = places.iter().filter_map(|p| p.stage(network)).collect();
        stages.sort_unstable();
        stages.dedup();
        for stage in stages {
            let own: Vec<usize> = (0..places.len())
                .filter(|&place| places[place].stage(network) == Some(stage))
                .collect();
            for line in lines(network, &network.stages[stage]) {
                for axis in 0..network.dims {
                    let place_of = |layer: usize| {
                        own.iter()
                            .copied()
                            .find(|&place| places[place].sets(layer, axis))
                    };
                    let entries = line.along(network, axis).into_iter();
                    let entries: Vec<Entry> = entries
                        .filter(|entry| network.layers[entry.layer].repetition == 0)
                        .map(|entry| Entry {
                            kernel: entry.kernel,
                            dilation: place_of(entry.layer)
                                .map_or(Given::Number(entry.dilation), Given::Place),
                        })
                        .collect();
                    for (at, entry) in entries.iter().enumerate() {
                        if let Given::Place(place) = entry.dilation
                            && found[place].entries.is_empty()
                        {
                            found[place] = Self {
                                entries: entries.clone(),
                                place: at,
                            };
                        }
                    }
                }
            }
        }
        found
    }

    /// What it asks of its place, where some values are chosen.
    pub(super) fn bounds(&self, values: &[Option<i64>], published: bool) -> Bounds {
        let value = |entry: &Entry| match entry.dilation {
            Given::Number(number) => Some(number),
            Given::Place(place) => values[place],
        };
        let before: Vec<i64> = self
            .entries
            .iter()
            .take(self.place)
            .filter_map(value)
            .collect();
        let mut most = i64::MAX;
        let mut to_come = 0;
        for entry in self.entries.iter().skip(self.place + 1) {
            match value(entry) {
                Some(number) => {
                    most = number - to_come;
                    break;
                }
                None => to_come += 1,
            }
        }
        if most < i64::MAX {
            // The number behind decides how high the places before it may go, not the cap.
            to_come = 0;
        }
        if let (true, Some(first)) = (published, self.entries.first().filter(|_| self.place > 0)) {
            // r_i ≤ k + 2·(r_2 + … + r_{i−1}): see `planner::bounds`.
            let rest: i64 = before
                .iter()
                .skip(1)
                .fold(0, |sum, d| sum.saturating_add(*d));
            most = most.min(first.kernel.saturating_add(rest.saturating_mul(2)));
        }
        let last = before.last().copied().unwrap_or(1);
        // It rises strictly where there is room.
        let least = if self.place > 0 && last < most {
            last + 1
        } else {
            last
        };
        Bounds {
            least: least.max(1),
            most: most.max(1),
            to_come,
        }
    }
}
