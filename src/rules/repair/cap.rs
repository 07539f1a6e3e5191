//! The largest dilations lowered together, until it is enough.

use crate::network::Network;
use crate::rules::judgement::Change;

use super::{Trial, rounds};

/// The layers with the largest dilations lowered together to the greatest cap with which `passes` holds.
pub fn capped(
    network: &Network,
    layers: &[usize],
    passes: impl Fn(&Network) -> bool,
) -> Option<Vec<Change>> {
    capped_within(network, layers, rounds(network.layers.len() * 8), passes)
}

/// The same with so many caps tried at most.
pub(super) fn capped_within(
    network: &Network,
    layers: &[usize],
    most: usize,
    passes: impl Fn(&Network) -> bool,
) -> Option<Vec<Change>> {
    let trial = Trial::new(network);
    let largest = layers
        .iter()
        .flat_map(|&l| (0..network.dims).map(move |a| (l, a)))
        .map(|(l, a)| trial.dilation(l, a))
        .max()?;
    caps(largest, most).into_iter().find_map(|cap| {
        let mut trial = Trial::new(network);
        for &layer in layers {
            for axis in 0..network.dims {
                if trial.dilation(layer, axis) > cap {
                    trial.set(layer, axis, cap)?;
                }
            }
        }
        passes(&trial.network()).then(|| trial.changes())
    })
}

/// Caps to try below a dilation, the last of them 1: every one below a small dilation, ever wider steps below a large one, as wide as it
/// takes to need no more than `most`.
pub(crate) fn caps(largest: i64, most: usize) -> Vec<i64> {
    let mut caps = Vec::new();
    for share in [32, 8, 2, 1] {
        caps.clear();
        let mut cap = largest - 1;
        while cap >= 1 && caps.len() <= most {
            caps.push(cap);
            cap -= (cap / share).max(1);
        }
        if caps.len() <= most {
            break;
        }
    }
    caps.truncate(most);
    if largest > 1 && caps.last() != Some(&1) {
        caps.push(1);
    }
    caps
}
