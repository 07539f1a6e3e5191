//! The lobe of a stage with branches: its answer to a frequency, block by block.
//!
//! From a stage's output back to its input, layers that stand alone are factors of the answer; what lies between a merge and the map
//! from which all its branches come is a factor of its own, the weighted sum of its paths. The other axes add up: each branch weighs as
//! many paths as it has, which are the marginals of the path weights.

use std::collections::HashMap;

use crate::footprint::exact::Comb;
use crate::network::{MapId, Network, whole};

use super::block::{Block, comb, first_zero};
use super::factor::{Factor, push};
use super::search::{PeakLobe, search};

/// The peak grating lobe of what lies between two maps along an axis: see [`super::lobe()`].
///
/// `None` where layers lie between that have no single answer to a frequency (transposed and upsampling layers), or none with two taps.
#[must_use]
pub fn lobe_between(network: &Network, from: MapId, to: MapId, axis: usize) -> Option<PeakLobe> {
    LobeSearch::default().between(network, from, to, axis)
}

/// Searches of the stages of one network: chains with the same layers are searched once, and all searches together do bounded work.
#[derive(Debug)]
pub struct LobeSearch {
    left: usize,
    known: HashMap<Vec<(Comb, i32)>, PeakLobe>,
}

impl Default for LobeSearch {
    fn default() -> Self {
        Self {
            left: MOST_ANSWERS,
            known: HashMap::new(),
        }
    }
}

/// Most answers of single layers to a frequency that the searches of one network ask for.
const MOST_ANSWERS: usize = 20_000_000;

/// Most of them for one search: far more than a schedule of a hundred layers needs.
pub(super) const MOST_IN_A_SEARCH: usize = 4_000_000;

/// Most blocks of branches that are compared with each other.
const MOST_BLOCKS: usize = 1_024;

impl LobeSearch {
    /// Allows as much work again as for a network of which nothing is known yet; what was found stays known.
    pub fn renewed(&mut self) -> &mut Self {
        self.left = MOST_ANSWERS;
        self
    }

    /// The peak grating lobe of what lies between two maps along an axis.
    pub fn between(
        &mut self,
        network: &Network,
        from: MapId,
        to: MapId,
        axis: usize,
    ) -> Option<PeakLobe> {
        let (mut blocks, chain, combs) = factors(network, from, to, axis)?;
        let start = first_zero(&combs)?;
        let is_chain = blocks.is_empty();
        if is_chain && let Some(&known) = self.known.get(&chain) {
            return Some(known);
        }
        blocks.extend((chain.iter()).map(|&(comb, power)| Factor::comb(comb, power)));
        let allowed = MOST_IN_A_SEARCH.min(self.left);
        let mut left = allowed;
        let (found, _) = search(&mut blocks, start, &mut left);
        self.left -= allowed - left;
        if is_chain {
            self.known.insert(chain, found);
        }
        Some(found)
    }
}

/// Blocks of branches, layers in a row (finest first) with how often each comes, and the combs of all.
pub(super) type Factors = (Vec<Factor>, Vec<(Comb, i32)>, Vec<Comb>);

pub(super) fn factors(network: &Network, from: MapId, to: MapId, axis: usize) -> Option<Factors> {
    let mut factors: Vec<Factor> = Vec::new();
    let mut powers: HashMap<Comb, i32> = HashMap::new();
    let mut combs = Vec::new();
    let mut map = to;
    let jump = |map: MapId| Some(network.facts(map).along(axis)?.jump);
    let scale = |map: MapId| whole(jump(map)? / jump(from)?);
    while map != from {
        let layer = network.writer(map)?;
        if layer.op.kind.is_merge() {
            let split = network.dominator(map);
            if split < from {
                return None;
            }
            let block = Block::new(network, split, map, axis, scale(split)?, &mut combs)?;
            push(&mut factors, Factor::block(block));
            if factors.len() > MOST_BLOCKS {
                return None;
            }
            map = split;
            continue;
        }
        let input = *layer.inputs.first()?;
        let comb = comb(&layer.op.axes[axis], scale(input)?)?;
        if comb.taps > 1 {
            combs.push(comb);
            *powers.entry(comb).or_default() += 1;
        }
        map = input;
    }
    let mut chain: Vec<(Comb, i32)> = powers.into_iter().collect();
    chain.sort_unstable_by_key(|(comb, _)| (comb.step, comb.taps));
    Some((factors, chain, combs))
}
