//! The schedules to be listed, as far as they are known: so many, the lowest in lobe.

use std::collections::BinaryHeap;

use super::hunt::Entry;

/// No more entries than it has room for; the highest gives way.
pub(super) struct Shortlist {
    room: usize,
    entries: BinaryHeap<Entry>,
}

impl Shortlist {
    pub(super) fn new(list: Vec<Entry>, room: usize) -> Self {
        Self {
            room,
            entries: list.into(),
        }
    }

    /// The entry that gives way to a lower one; none while there is room.
    pub(super) fn worst(&self) -> Option<&Entry> {
        let is_full = self.entries.len() >= self.room;
        self.entries.peek().filter(|_| is_full)
    }

    pub(super) fn holds(&self, tooth: &[i64]) -> bool {
        self.entries.iter().any(|entry| entry.tooth == tooth)
    }

    pub(super) fn offer(&mut self, entry: Entry) {
        self.entries.push(entry);
        if self.entries.len() > self.room {
            self.entries.pop();
        }
    }

    /// The lowest first.
    pub(super) fn into_list(self) -> Vec<Entry> {
        self.entries.into_sorted_vec()
    }
}
