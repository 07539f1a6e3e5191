//! Stages from the modules of a model: prefixes of module paths, cut where the resolution changes.

use std::collections::{HashMap, HashSet};

use itertools::Itertools;
use num_rational::Ratio;

use crate::network::PerAxis;

use super::Place;

/// A named run of layers, by index in rising order.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) name: String,
    pub(super) layers: Vec<usize>,
}

type Jump = Option<PerAxis<Ratio<i128>>>;

/// The stages of a network's layers, each with its place and the jump of its map.
///
/// A module is a stage if its layers have at most two resolutions, else its parts are. Parts whose layers stand in turns are one stage, and so
/// are parts of single layers in a row.
pub(super) fn segments(places: &[Place], jumps: &[Jump]) -> Vec<Segment> {
    let module = |place: &Place| -> Vec<String> {
        let parts = place.module.split('.').filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect()
    };
    let mut splitter = Splitter {
        places,
        paths: places.iter().map(module).collect(),
        jumps,
        found: Vec::new(),
    };
    splitter.split(&(0..places.len()).collect::<Vec<_>>(), 0);
    let mut found = splitter.found;
    let mut names = HashSet::new();
    for segment in &mut found {
        let name = segment.name.clone();
        let mut number = 2;
        // `input` is the network's own.
        while segment.name == "input" || !names.insert(segment.name.clone()) {
            segment.name = format!("{name} ({number})");
            number += 1;
        }
    }
    found
}

struct Splitter<'a> {
    places: &'a [Place],
    paths: Vec<Vec<String>>,
    jumps: &'a [Jump],
    found: Vec<Segment>,
}

/// The layers of one part of a module, or some that stand in turns.
struct Group {
    /// Names of the parts; none where the layers are the module's own.
    names: Vec<String>,
    layers: Vec<usize>,
    /// Whether the parts are single layers.
    is_flat: bool,
    /// Whether it is one part, without layers of others between its own.
    is_pure: bool,
}

impl Splitter<'_> {
    /// Splits layers whose paths agree up to `depth`.
    fn split(&mut self, layers: &[usize], depth: usize) {
        let mut joined: Vec<Group> = Vec::new();
        for group in self.groups(layers, depth) {
            let jump = |group: &Group| group.layers.last().and_then(|&layer| self.jumps[layer]);
            match joined.last_mut() {
                // Parts in turns are put together by the module itself.
                Some(last)
                    if !last.is_pure
                        && !last.names.is_empty()
                        && group.names.is_empty()
                        && jump(last) == jump(&group) =>
                {
                    last.is_pure = false;
                    last.layers.extend(group.layers);
                }
                // Single layers at one resolution have no better name than that of their run.
                Some(last)
                    if last.is_flat
                        && group.is_flat
                        && jump(last) == jump(&group)
                        && last.names.is_empty() == group.names.is_empty() =>
                {
                    last.is_pure = false;
                    last.names.extend(group.names);
                    last.layers.extend(group.layers);
                }
                _ => joined.push(group),
            }
        }
        if let [all] = &mut joined[..]
            && depth > 0
            && !all.is_pure
        {
            // All parts of a module together are the module.
            all.names.clear();
        }
        for group in joined {
            let is_wide = self.resolutions(&group.layers) > 2;
            let is_most = depth == 0 && group.layers.len() * 2 > self.paths.len();
            let is_deeper = group
                .layers
                .iter()
                .any(|&layer| self.paths[layer].len() > depth + 1);
            if group.is_pure && (is_wide || is_most) && is_deeper {
                self.split(&group.layers, depth + 1);
            } else {
                self.add(&group, depth);
            }
        }
    }

    /// The parts of a module in the order of their first layers; those that overlap are one.
    fn groups(&self, layers: &[usize], depth: usize) -> Vec<Group> {
        let mut spans: Vec<(Option<&String>, usize, usize)> = Vec::new();
        let mut known: HashMap<&String, usize> = HashMap::new();
        for (at, &layer) in layers.iter().enumerate() {
            let part = self.paths[layer].get(depth);
            if let Some(&span) = part.and_then(|part| known.get(part)) {
                spans[span].2 = at;
                continue;
            }
            if let Some(part) = part {
                known.insert(part, spans.len());
            }
            spans.push((part, at, at));
        }
        let mut groups = Vec::new();
        let mut from = 0;
        while from < spans.len() {
            let (_, first, mut last) = spans[from];
            let mut to = from + 1;
            while to < spans.len() && spans[to].1 <= last {
                last = last.max(spans[to].2);
                to += 1;
            }
            let layers = layers[first..=last].to_vec();
            groups.push(Group {
                names: spans[from..to]
                    .iter()
                    .filter_map(|span| span.0.cloned())
                    .collect(),
                is_pure: to == from + 1 && spans[from].0.is_some(),
                is_flat: layers.len() == 1 && self.paths[layers[0]].len() <= depth + 1,
                layers,
            });
            from = to;
        }
        groups
    }

    fn resolutions(&self, layers: &[usize]) -> usize {
        let jumps: HashSet<_> = layers
            .iter()
            .filter_map(|&layer| self.jumps[layer])
            .collect();
        jumps.len()
    }

    /// Adds a stage, or one for each run at a resolution where no module tells them apart.
    fn add(&mut self, group: &Group, depth: usize) {
        let prefix = &self.paths[group.layers[0]];
        let mut parts: Vec<String> = prefix.iter().take(depth).cloned().collect();
        match &group.names[..] {
            [] if parts.is_empty() => {
                let operators = group
                    .layers
                    .iter()
                    .map(|&layer| self.places[layer].operator.clone());
                parts.push(itertools::join(operators.dedup(), ", "));
            }
            [] => {}
            [first, _, .., last] if group.names.len() > 4 => {
                parts.push(format!("{first} to {last}"));
            }
            names => parts.push(names.join(", ")),
        }
        let name = parts.join(".");
        let is_cut = self.resolutions(&group.layers) > 2 && group.names.len() != 1;
        let mut run: Vec<usize> = Vec::new();
        for &layer in &group.layers {
            let last = run.last().and_then(|&last| self.jumps[last]);
            let next = self.jumps[layer];
            if is_cut && last.is_some() && next.is_some() && next != last {
                let layers = std::mem::take(&mut run);
                let name = name.clone();
                self.found.push(Segment { name, layers });
            }
            run.push(layer);
        }
        self.found.push(Segment { name, layers: run });
    }
}
