//! What brings merged maps onto each other: aligned corners, padding or a kernel, each tried on the network before it is offered.

mod ways;

use std::collections::BTreeSet;

use crate::network::{Network, Op};
use crate::rules::{Checked, Policy, Subject, check, misaligned};

use super::candidate::changed;
use super::together::is_new;
pub use ways::Names;
use ways::{Branches, Kind, Way};

/// Layers that all tries of a network may look at together.
const MOST_TRIED: usize = 400_000;

/// Layers that may be looked at to see that a change brings up no other fault.
const MOST_CHECKED: usize = 60_000;

/// The findings of maps that are merged apart, by index, each with the changes that align them here: one line.
#[must_use]
pub fn alignments(
    checked: &Checked<'_>,
    policy: &Policy,
    names: Names<'_>,
) -> Vec<(usize, String)> {
    let network = checked.facts.network;
    let mut tries = Tries {
        checked,
        policy,
        apart: None,
        tried: MOST_TRIED,
        checks: MOST_CHECKED,
    };
    let mut found = Vec::new();
    for (index, finding) in checked.findings.iter().enumerate() {
        let Subject::Layer(merge) = finding.draft.site.subject else {
            continue;
        };
        if finding.rule.id != "misaligned-branches" {
            continue;
        }
        let branches = Branches::new(network, names, merge);
        let mut first_of = |kind| tries.first_of(merge, branches.ways(kind));
        let mut kept: Vec<String> = Vec::new();
        kept.extend(first_of(Kind::Corners));
        // Padding changes least; what another branch has says more than a kernel of some other size.
        let mut kinds = [Kind::Padding, Kind::Alike, Kind::Kernel].into_iter();
        kept.extend(kinds.find_map(&mut first_of));
        // Padding that differs by side is the last resort.
        if kept.is_empty() {
            kept.extend(first_of(Kind::Sides));
        }
        if !kept.is_empty() {
            let ways = kept.join(", or with ");
            found.push((index, format!("align them with {ways}")));
        }
    }
    found
}

/// Changes tried on a network.
struct Tries<'a> {
    checked: &'a Checked<'a>,
    policy: &'a Policy,
    /// Merges whose maps lie apart as it is.
    apart: Option<BTreeSet<usize>>,
    tried: usize,
    checks: usize,
}

impl Tries<'_> {
    /// The words of the first way that aligns what a merge reads, and brings up nothing.
    fn first_of(&mut self, merge: usize, ways: Vec<Way>) -> Option<String> {
        let mut ways = ways.into_iter();
        Some(ways.find(|(ops, _)| self.takes(merge, ops))?.1)
    }

    /// Whether the maps that a merge reads are aligned with some layers changed, all maps keep their sizes, and nothing else comes to be wrong.
    fn takes(&mut self, merge: usize, ops: &[(usize, Op)]) -> bool {
        let network = self.checked.facts.network;
        let cost = network.layers.len();
        let Some(left) = self.tried.checked_sub(cost) else {
            return false;
        };
        self.tried = left;
        let before = self.apart.get_or_insert_with(|| apart(network));
        let Ok(new) = changed(network, ops) else {
            return false;
        };
        let after = apart(&new);
        let mut maps = network.maps.iter().zip(&new.maps);
        if after.contains(&merge)
            || !after.is_subset(before)
            || maps.any(|(old, new)| old.size != new.size)
        {
            return false;
        }
        let Some(left) = self.checks.checked_sub(cost) else {
            return false;
        };
        self.checks = left;
        let after = check(&new, self.policy);
        !after.findings.iter().any(|f| is_new(self.checked, f))
    }
}

/// The merges whose maps lie apart.
fn apart(network: &Network) -> BTreeSet<usize> {
    let merges = 0..network.layers.len();
    merges
        .filter(|&layer| misaligned(network, layer).is_some())
        .collect()
}
