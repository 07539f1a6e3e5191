//! The schedules that no other surpasses in receptive field, lobe and largest dilation together.

use super::hunt::Entry;
use super::sampler::Lobe;

/// Total and largest dilation.
pub(super) fn key(tooth: &[i64]) -> (i64, i64) {
    (tooth.iter().sum(), tooth.last().copied().unwrap_or(0))
}

/// Schedules none of which surpasses another, the lowest in lobe first.
#[derive(Default)]
pub(super) struct Front(pub(super) Vec<Entry>);

impl Front {
    /// The lowest lobe of those at least as wide and as compact.
    pub(super) fn lowest(&self, total: i64, last: i64) -> Option<Lobe> {
        self.0
            .iter()
            .find(|entry| {
                let (wide, compact) = key(&entry.tooth);
                wide >= total && compact <= last
            })
            .map(|entry| entry.lobe)
    }

    pub(super) fn offer(&mut self, entry: Entry) {
        if self.0.iter().any(|old| surpasses(old, &entry)) {
            return;
        }
        self.0.retain(|old| !surpasses(&entry, old));
        let place = self.0.partition_point(|old| old < &entry);
        self.0.insert(place, entry);
    }
}

fn surpasses(a: &Entry, b: &Entry) -> bool {
    let ((a_total, a_last), (b_total, b_last)) = (key(&a.tooth), key(&b.tooth));
    let (a_lobe, b_lobe) = (a.lobe.units(), b.lobe.units());
    a_total >= b_total
        && a_last <= b_last
        && a_lobe <= b_lobe
        && (a_total > b_total || a_last < b_last || a_lobe < b_lobe)
}
