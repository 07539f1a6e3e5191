//! From layers and stages to bytes of the file.

use std::collections::HashMap;
use std::ops::Range;

use crate::rules::{Part, Site, Subject};

/// What stands somewhere in the file: a layer of a list, a stage, a part of the target, a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct EntryId(usize);

/// The places of every layer and stage.
#[derive(Clone, Debug, Default)]
pub struct Spans {
    entries: Vec<Vec<Entry>>,
    /// The entry of each layer, by index; all repetitions have the same.
    layers: Vec<Option<EntryId>>,
    /// The entries of everything else.
    others: HashMap<Subject, EntryId>,
}

#[derive(Clone, Debug)]
struct Entry {
    part: Part,
    axis: Option<usize>,
    span: Range<usize>,
}

impl Spans {
    /// Whether no layer stands in a file.
    pub(super) fn is_empty(&self) -> bool {
        self.layers.is_empty()
    }

    /// A new entry that stands at `place`.
    pub(crate) fn add(&mut self, place: Range<usize>) -> EntryId {
        self.entries.push(vec![Entry {
            part: Part::All,
            axis: None,
            span: place,
        }]);
        EntryId(self.entries.len() - 1)
    }

    /// A new entry that stands at `place`, of a subject that is no layer.
    pub(crate) fn add_subject(&mut self, subject: Subject, place: Range<usize>) -> EntryId {
        let entry = self.add(place);
        self.others.insert(subject, entry);
        entry
    }

    /// Notes the entry of the next layer of the network.
    pub(crate) fn push_layer(&mut self, entry: Option<EntryId>) {
        self.layers.push(entry);
    }

    /// Notes where a part of an entry stands; `axis` where it holds for that axis alone.
    pub(crate) fn note(
        &mut self,
        entry: EntryId,
        part: Part,
        axis: Option<usize>,
        span: Range<usize>,
    ) {
        self.entries[entry.0].push(Entry { part, axis, span });
    }

    /// Whether a part of an entry was noted.
    pub(crate) fn has(&self, entry: EntryId, part: Part) -> bool {
        self.entries[entry.0].iter().any(|e| e.part == part)
    }

    /// Where a part stands: its value on the axis, else its value, else the entire entry. `None` for what stands in no file.
    #[must_use]
    pub fn locate(&self, site: Site) -> Option<Range<usize>> {
        let Site { part, axis, .. } = site;
        let entries = self.entry(site.subject)?;
        let find = |part, axis| entries.iter().find(|e| e.part == part && e.axis == axis);
        let found = axis
            .and_then(|_| find(part, axis))
            .or_else(|| find(part, None))
            .or_else(|| entries.iter().find(|e| e.part == part))
            .or_else(|| entries.first());
        found.map(|e| e.span.clone())
    }

    /// Whether a part is written in the file itself, not taken from a default.
    #[must_use]
    pub fn is_written(&self, subject: Subject, part: Part) -> bool {
        let entries = self.entry(subject).unwrap_or_default();
        entries.iter().any(|e| e.part == part)
    }

    /// Where a part stands, if it is written in the file itself.
    pub(super) fn written(&self, site: Site) -> Option<Range<usize>> {
        let is_written = self.is_written(site.subject, site.part);
        self.locate(site).filter(|_| is_written)
    }

    fn entry(&self, subject: Subject) -> Option<&[Entry]> {
        let entry = match subject {
            Subject::Layer(layer) => *self.layers.get(layer)?,
            _ => self.others.get(&subject).copied(),
        };
        self.entries.get(entry?.0).map(Vec::as_slice)
    }
}
