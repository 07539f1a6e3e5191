//! From the opaque origin of a layer or stage to bytes of the file.

use std::ops::Range;

use crate::network::Origin;

/// Which part of a layer or stage a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// All of it (for a `[[stage]]`, its header).
    Whole,
    /// Its operation, or the list of its branches.
    Op,
    /// Its kernel size.
    Kernel,
    /// Its stride.
    Stride,
    /// Its dilation.
    Dilation,
    /// All dilations of a stage, as a list.
    Dilations,
    /// Its padding; that of the stage or the file where a convolution takes it from there.
    Padding,
    /// Positions that a transposed layer adds after the last.
    OutputPadding,
    /// The sources a stage reads.
    From,
    /// How often a stage is repeated.
    Repeat,
    /// A stage's name.
    Name,
}

/// The places of every layer and stage.
#[derive(Clone, Debug, Default)]
pub struct Spans {
    entries: Vec<Vec<Entry>>,
}

#[derive(Clone, Debug)]
struct Entry {
    part: Part,
    axis: Option<usize>,
    span: Range<usize>,
}

impl Spans {
    /// A new origin that stands at `whole`.
    pub(crate) fn add(&mut self, whole: Range<usize>) -> Origin {
        self.entries.push(vec![Entry {
            part: Part::Whole,
            axis: None,
            span: whole,
        }]);
        Origin(self.entries.len() - 1)
    }

    /// Notes where a part of an origin stands; `axis` where it holds for that axis alone.
    pub(crate) fn note(
        &mut self,
        origin: Origin,
        part: Part,
        axis: Option<usize>,
        span: Range<usize>,
    ) {
        self.entries[origin.0].push(Entry { part, axis, span });
    }

    /// Where a part stands: its value on `axis`, else its value, else the whole entry. `None` for an origin of no file.
    #[must_use]
    pub fn locate(&self, origin: Origin, part: Part, axis: Option<usize>) -> Option<Range<usize>> {
        let entries = self.entries.get(origin.0)?;
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
    pub fn is_written(&self, origin: Origin, part: Part) -> bool {
        self.entries
            .get(origin.0)
            .is_some_and(|e| e.iter().any(|e| e.part == part))
    }
}
