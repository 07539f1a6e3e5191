//! A network cut into the stages of a file: chains of layers, each from one map to the next that something else reads.

use std::collections::HashSet;

use crate::network::{MapId, Network};

/// Branches inside of branches: as deep as a reader follows.
const DEEPEST: usize = 3;

/// A stage of the file.
#[derive(Debug)]
pub(super) struct Chain {
    /// The stage of the network that its layers belong to, by index.
    pub stage: usize,
    /// What it reads.
    pub from: Vec<MapId>,
    /// The merge of several sources, by index.
    pub merge: Option<usize>,
    /// Its layers, by index; a merge stands for its branches. Empty where it only puts maps together.
    pub layers: Vec<usize>,
    /// The map that it writes.
    pub output: MapId,
}

/// A merge whose maps are computed from one map, and read by nothing else.
#[derive(Debug)]
pub(super) struct Fork {
    /// The map that its branches read.
    pub start: MapId,
    /// The layers of each branch, by index.
    pub branches: Vec<Vec<usize>>,
    /// How often the branches read that map.
    reads: usize,
    /// Levels of branches.
    depth: usize,
    /// The latest map whose size a layer takes.
    like: Option<MapId>,
}

/// The chains of a network, in an order in which each reads only earlier ones, and the merges that are written as branches, by layer.
pub(super) struct Cut {
    pub chains: Vec<Chain>,
    pub forks: Vec<Option<Fork>>,
}

/// Cuts a network; `like` has the map whose size a layer takes.
pub(super) fn cut(network: &Network, like: &[Option<MapId>]) -> Cut {
    let mut named: HashSet<MapId> = network.outputs.iter().copied().collect();
    named.extend(like.iter().flatten());
    let mut reads = vec![0; network.maps.len()];
    for map in network.layers.iter().flat_map(|layer| &layer.inputs) {
        reads[map.0] += 1;
    }
    let mut cutter = Cutter {
        network,
        like,
        named,
        reads,
        forks: Vec::new(),
    };
    let splits = splits(network);
    for (layer, split) in splits.into_iter().enumerate() {
        let fork = split.and_then(|split| cutter.fork(layer, split));
        cutter.forks.push(fork);
    }
    let chains = cutter.chains();
    Cut {
        chains,
        forks: cutter.forks,
    }
}

/// For each merge the latest map through which all ways from the input to it go.
fn splits(network: &Network) -> Vec<Option<MapId>> {
    // Each map's own such map, and how many there are before it.
    let mut above: Vec<(usize, usize)> = vec![(0, 0)];
    let mut splits = Vec::new();
    for layer in &network.layers {
        let mut inputs = layer.inputs.iter().map(|map| map.0);
        let mut common = inputs.next().unwrap_or(0);
        for mut other in inputs {
            while common != other {
                if above[common].1 >= above[other].1 {
                    common = above[common].0;
                } else {
                    other = above[other].0;
                }
            }
        }
        above.push((common, above[common].1 + 1));
        splits.push(layer.op.kind.is_merge().then_some(MapId(common)));
    }
    splits
}

struct Cutter<'a> {
    network: &'a Network,
    like: &'a [Option<MapId>],
    /// Maps that something names: outputs, and those whose size a layer takes.
    named: HashSet<MapId>,
    /// How often each map is read.
    reads: Vec<usize>,
    /// Of the layers so far.
    forks: Vec<Option<Fork>>,
}

impl Cutter<'_> {
    /// A merge as branches; `None` where it reads maps that others read too, or maps of other stages.
    fn fork(&self, merge: usize, start: MapId) -> Option<Fork> {
        let mut fork = Fork {
            start,
            branches: Vec::new(),
            reads: 0,
            depth: 1,
            like: None,
        };
        let stage = self.network.layers[merge].stage;
        for &input in &self.network.layers[merge].inputs {
            let (mut map, mut reads, mut branch) = (input, 1, Vec::new());
            while map != start {
                let layer = map.layer().filter(|_| map > start)?;
                let is_alone = self.reads[map.0] == reads && !self.named.contains(&map);
                if !is_alone || self.network.layers[layer].stage != stage {
                    return None;
                }
                branch.push(layer);
                fork.like = fork.like.max(self.like[layer]);
                if self.network.layers[layer].op.kind.is_merge() {
                    let inner = self.forks[layer].as_ref()?;
                    fork.depth = fork.depth.max(inner.depth + 1);
                    fork.like = fork.like.max(inner.like);
                    (map, reads) = (inner.start, inner.reads);
                } else {
                    (map, reads) = (*self.network.layers[layer].inputs.first()?, 1);
                }
            }
            branch.reverse();
            fork.branches.push(branch);
            fork.reads += reads;
        }
        (fork.depth <= DEEPEST).then_some(fork)
    }

    fn chains(&self) -> Vec<Chain> {
        let forks = self.forks.iter().flatten();
        let inside: HashSet<usize> = forks.flat_map(|f| f.branches.concat()).collect();
        let mut chains: Vec<Chain> = Vec::new();
        // The chain that ends at a map, and its first layer.
        let mut ends: Vec<Option<(usize, usize)>> = vec![None; self.network.maps.len()];
        for (index, layer) in self.network.layers.iter().enumerate() {
            if inside.contains(&index) {
                continue;
            }
            let output = MapId(index + 1);
            let fork = self.forks[index].as_ref();
            if layer.op.kind.is_merge() && fork.is_none() {
                ends[output.0] = Some((chains.len(), index));
                chains.push(Chain {
                    stage: layer.stage,
                    from: layer.inputs.clone(),
                    merge: Some(index),
                    layers: Vec::new(),
                    output,
                });
                continue;
            }
            let (from, reads, like) = match fork {
                Some(fork) => (fork.start, fork.reads, fork.like),
                None => (
                    layer.inputs.first().copied().unwrap_or(MapId::INPUT),
                    1,
                    self.like[index],
                ),
            };
            let before = ends[from.0].filter(|&(chain, first)| {
                let is_there = like.and_then(MapId::layer).is_none_or(|like| like < first);
                let is_alone = self.reads[from.0] == reads && !self.named.contains(&from);
                // Maps that are put together for one stage alone are its `from`.
                let is_own = chains[chain].stage == layer.stage || chains[chain].layers.is_empty();
                is_alone && is_there && is_own
            });
            let (chain, first) = before.unwrap_or((chains.len(), index));
            if before.is_none() {
                chains.push(Chain {
                    stage: layer.stage,
                    from: vec![from],
                    merge: None,
                    layers: Vec::new(),
                    output,
                });
            }
            chains[chain].stage = layer.stage;
            chains[chain].layers.push(index);
            chains[chain].output = output;
            ends[output.0] = Some((chain, first));
        }
        chains
    }
}
