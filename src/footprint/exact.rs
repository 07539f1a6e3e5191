//! The exact test: whether a chain's footprint has holes, from its steps alone.
//!
//! **Theorem.** Leave out layers with one tap and sort the rest by step. The sumset { Σ t·e : 0 ≤ t < k } has no hole if and only if
//! every step is at most 1 + Σ (k−1)·e over the finer layers, their *reach*.
//! *If:* a run of length R and its copies shifted by multiples of e ≤ R make one run.
//! *Only if:* at the first step past the reach, offset R lies beyond all finer layers together and below every remaining step.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A layer of a chain along one axis: its taps, and how far apart they are where the run begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Comb {
    /// Number of taps.
    pub taps: i64,
    /// Positions from one tap to the next.
    pub step: i64,
}

/// The first layer, finest first, that skips positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its index in the chain.
    pub index: usize,
    /// Positions that the finer layers cover without a hole: the most its step may be. Also the first offset that is missed.
    pub reach: i64,
}

/// What the exact test finds of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact {
    /// Extent of the footprint: from first to last tap, both counted.
    pub extent: i64,
    /// The layer to blame where there is a hole.
    pub fault: Option<Fault>,
}

/// Tests a chain along one axis in O(n log n), allocating nothing in the size of the footprint.
///
/// Of layers with equal steps the last in order is blamed. Extents saturate.
///
/// ```
/// use degrid::footprint::{Comb, exact};
/// let chain = |steps: &[i64]| steps.iter().map(|&step| Comb { taps: 3, step }).collect::<Vec<_>>();
/// assert!(exact(&chain(&[1, 2, 5])).fault.is_none());
///
/// let fault = exact(&chain(&[1, 2, 9])).fault.unwrap();
/// assert_eq!((fault.index, fault.reach), (2, 7));
/// ```
#[must_use]
pub fn exact(chain: &[Comb]) -> Exact {
    let order = finest_first(chain);
    let mut reach = 1_i64;
    let mut fault = None;
    for (place, &index) in order.iter().enumerate() {
        let Comb { taps, step } = chain[index];
        if fault.is_none() && step > reach {
            let last_equal = order[place..]
                .iter()
                .take_while(|&&i| chain[i].step == step)
                .last();
            fault = Some(Fault {
                index: *last_equal.unwrap_or(&index),
                reach,
            });
        }
        reach = reach.saturating_add((taps - 1).saturating_mul(step));
    }
    Exact {
        extent: reach,
        fault,
    }
}

/// The layers with more than one tap, those with the smallest steps first.
fn finest_first(chain: &[Comb]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..chain.len()).filter(|&i| chain[i].taps > 1).collect();
    order.sort_unstable_by_key(|&i| (chain[i].step, i));
    order
}

/// Groups of layers without which another layer would skip positions that it does not skip with them: in a chain without a hole, those
/// without which it would have one. `groups` has the group of each layer. O(n log n).
///
/// Without a group, the reach at each other layer falls by what the finer layers of the group add to it, and must not fall below its step.
/// What they add grows from layer to layer, so that the least distance from step to reach over all coarser layers decides.
///
/// ```
/// use degrid::footprint::{Comb, needed_groups};
/// let chain = [1, 1, 2, 2].map(|step| Comb { taps: 3, step });
/// assert!(needed_groups(&chain, &[0, 1, 2, 3]).is_empty());
/// assert_eq!(needed_groups(&chain, &[0, 0, 1, 1]).into_iter().collect::<Vec<_>>(), [0]);
/// ```
#[must_use]
pub fn needed_groups(chain: &[Comb], groups: &[usize]) -> BTreeSet<usize> {
    let mut reach = 1_i64;
    let mut added: HashMap<usize, i64> = HashMap::new();
    // How far each reach lies past the step, and what the layer's group adds up to it, its own layer included.
    let layers: Vec<(usize, i64, i64)> = (finest_first(chain).into_iter())
        .map(|i| {
            let adds = (chain[i].taps - 1).saturating_mul(chain[i].step);
            let slack = reach - chain[i].step;
            reach = reach.saturating_add(adds);
            let of_group = added.entry(groups[i]).or_default();
            *of_group = of_group.saturating_add(adds);
            (groups[i], slack, *of_group)
        })
        .collect();
    // From the coarsest on: the least slack, and the least of another group than that one's.
    let (mut least, mut other) = ((usize::MAX, i64::MAX), i64::MAX);
    let mut needed = BTreeSet::new();
    for (group, slack, adds) in layers.into_iter().rev() {
        let coarser = if least.0 == group { other } else { least.1 };
        if coarser < adds {
            needed.insert(group);
        }
        if slack < 0 {
            continue;
        }
        if slack < least.1 {
            if least.0 != group {
                other = least.1;
            }
            least = (group, slack);
        } else if group != least.0 {
            other = other.min(slack);
        }
    }
    needed
}

/// Groups of layers that leave holes even if every layer of the others were dense, each with its fault. `groups` has the group of each
/// layer. O(n log n).
///
/// The dense layers of the others are one layer of step 1 with as many taps as they reach positions.
///
/// ```
/// use degrid::footprint::{Comb, faulty_groups};
/// let chain = [1, 2, 9, 40].map(|step| Comb { taps: 3, step });
/// let faulty = faulty_groups(&chain, &[0, 0, 0, 1]);
/// assert_eq!(faulty.keys().collect::<Vec<_>>(), [&1]);
/// assert_eq!((faulty[&1].index, faulty[&1].reach), (3, 25));
/// ```
#[must_use]
pub fn faulty_groups(chain: &[Comb], groups: &[usize]) -> BTreeMap<usize, Fault> {
    let adds = |index: &usize| {
        let Comb { taps, step } = chain[*index];
        i128::from(taps - 1) * i128::from(step)
    };
    let all: i128 = (0..chain.len()).map(|index| adds(&index)).sum();
    let mut of_group: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, &group) in groups.iter().enumerate() {
        of_group.entry(group).or_default().push(index);
    }
    let fault = |own: &[usize]| {
        let others = 1 + all - own.iter().map(adds).sum::<i128>();
        let taps = i64::try_from(others).unwrap_or(i64::MAX);
        let dense = Comb { taps, step: 1 };
        let combs: Vec<Comb> = own.iter().map(|&index| chain[index]).collect();
        let fault = exact(&[&combs[..], &[dense]].concat()).fault?;
        let index = *own.get(fault.index)?;
        Some(Fault { index, ..fault })
    };
    let faults = of_group.iter().map(|(&group, own)| (group, fault(own)));
    faults
        .filter_map(|(group, fault)| Some((group, fault?)))
        .collect()
}

/// The same footprint with one comb for each step, finest first: c layers of k taps at one step are one layer of c·(k−1) + 1 taps.
#[must_use]
pub fn by_step(chain: &[Comb]) -> Vec<Comb> {
    let mut taps = BTreeMap::new();
    for comb in chain.iter().filter(|c| c.taps > 1) {
        *taps.entry(comb.step).or_insert(1) += comb.taps - 1;
    }
    taps.into_iter()
        .map(|(step, taps)| Comb { taps, step })
        .collect()
}

/// The schedule nearest from below without a hole: each step of `free` layers clamped, finest first, to the reach of the finer ones.
///
/// `jumps` are what steps are multiples of (the jump where the layer stands); `None` where a layer cannot be clamped
/// (it is not free, or not even one jump is within reach).
#[must_use]
pub fn clamped(chain: &[Comb], jumps: &[i64], free: impl Fn(usize) -> bool) -> Option<Vec<i64>> {
    let mut order: Vec<usize> = (0..chain.len()).filter(|&i| chain[i].taps > 1).collect();
    order.sort_unstable_by_key(|&i| (chain[i].step, std::cmp::Reverse(i)));
    let mut steps: Vec<i64> = chain.iter().map(|c| c.step).collect();
    let mut reach = 1_i64;
    for index in order {
        let Comb { taps, step } = chain[index];
        if step > reach {
            let clamped = reach / jumps[index] * jumps[index];
            if clamped == 0 || !free(index) {
                return None;
            }
            steps[index] = clamped;
        }
        reach = reach.saturating_add((taps - 1).saturating_mul(steps[index]));
    }
    let repaired: Vec<Comb> = chain
        .iter()
        .zip(&steps)
        .map(|(c, &step)| Comb { step, ..*c })
        .collect();
    exact(&repaired).fault.is_none().then_some(steps)
}
