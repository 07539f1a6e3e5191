//! Stages from the modules of a model: prefixes of module paths, cut where the resolution changes.

use std::collections::HashSet;

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
/// A module is a stage if its resolution changes at most once, else its parts are. Parts whose layers stand in turns are one stage.
pub(super) fn segments(places: &[Place], jumps: &[Jump]) -> Vec<Segment> {
    let paths: Vec<Vec<&str>> = places
        .iter()
        .map(|place| match place.module.as_str() {
            "" => Vec::new(),
            module => module.split('.').collect(),
        })
        .collect();
    let mut found = Vec::new();
    split(&paths, jumps, &(0..places.len()).collect::<Vec<_>>(), 0, &mut found);
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

/// Splits layers whose paths agree up to `depth`.
fn split(paths: &[Vec<&str>], jumps: &[Jump], layers: &[usize], depth: usize, found: &mut Vec<Segment>) {
    // The next part of each layer's path, with its first and last layer.
    let mut spans: Vec<(Option<&str>, usize, usize)> = Vec::new();
    for (at, &layer) in layers.iter().enumerate() {
        let part = paths[layer].get(depth).copied();
        match spans.iter_mut().find(|span| span.0 == part && part.is_some()) {
            Some(span) => span.2 = at,
            None => spans.push((part, at, at)),
        }
    }
    let mut from = 0;
    while from < spans.len() {
        let (_, first, mut last) = spans[from];
        let mut to = from + 1;
        // Layers of the module itself, as sums, are parts without a name: in a row they are one.
        while to < spans.len() && (spans[to].1 <= last || (spans[to].0.is_none() && spans[to - 1].0.is_none())) {
            last = last.max(spans[to].2);
            to += 1;
        }
        let own = &layers[first..=last];
        let is_one = to == from + 1 && spans[from].0.is_some();
        if is_one && (changes(jumps, own) > 1 || depth == 0 && wraps(paths, own)) && deeper(paths, own, depth + 1) {
            split(paths, jumps, own, depth + 1, found);
        } else {
            let mut names: Vec<&str> = spans[from..to].iter().filter_map(|span| span.0).collect();
            names.dedup();
            cut(paths, jumps, own, depth, &names, found);
        }
        from = to;
    }
}

/// Whether one module holds everything, so that its parts are the stages.
fn wraps(paths: &[Vec<&str>], layers: &[usize]) -> bool {
    layers.len() * 2 > paths.len()
}

fn deeper(paths: &[Vec<&str>], layers: &[usize], depth: usize) -> bool {
    layers.iter().any(|&layer| paths[layer].len() > depth)
}

/// How often the resolution changes within some layers.
fn changes(jumps: &[Jump], layers: &[usize]) -> usize {
    let known: Vec<_> = layers.iter().filter_map(|&layer| jumps[layer]).collect();
    known.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

/// Adds a stage, or several where the resolution changes more than once and no module tells the parts apart.
fn cut(
    paths: &[Vec<&str>],
    jumps: &[Jump],
    layers: &[usize],
    depth: usize,
    names: &[&str],
    found: &mut Vec<Segment>,
) {
    let prefix = paths[layers[0]].get(..depth).unwrap_or_default();
    let own = match names {
        [] => None,
        [one] => Some((*one).to_owned()),
        _ => {
            let (first, last) = (names[0], names[names.len() - 1]);
            Some(format!("{first} to {last}"))
        }
    };
    let mut parts: Vec<String> = prefix.iter().map(|part| (*part).to_owned()).collect();
    parts.extend(own);
    let name = if parts.is_empty() {
        "top".to_owned()
    } else {
        parts.join(".")
    };
    let several = changes(jumps, layers) > 1 && names.len() > 1;
    let mut run: Vec<usize> = Vec::new();
    for &layer in layers {
        let last = run.last().and_then(|&last| jumps[last]);
        if several && last.is_some() && jumps[layer].is_some() && jumps[layer] != last {
            let layers = std::mem::take(&mut run);
            let name = name.clone();
            found.push(Segment { name, layers });
        }
        run.push(layer);
    }
    found.push(Segment { name, layers: run });
}
