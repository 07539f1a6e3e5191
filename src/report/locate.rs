//! Bytes of a file to lines and columns.

use std::ops::Range;

/// A place in a file: lines and columns from 1, columns in Unicode scalar values, the end exclusive.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Span {
    /// Line of the first character.
    pub line: usize,
    /// Column of the first character.
    pub column: usize,
    /// Line of the end.
    pub end_line: usize,
    /// Column after the last character.
    pub end_column: usize,
    /// The same in bytes, for drawing.
    #[serde(skip)]
    pub bytes: Range<usize>,
}

/// Where each line of a text begins.
#[derive(Clone, Debug)]
pub struct LineIndex<'s> {
    source: &'s str,
    starts: Vec<usize>,
    /// Characters before every [`BLOCK`]th byte, so that a place on a long line needs no count from its start.
    blocks: Vec<usize>,
}

/// Bytes between counts of characters.
const BLOCK: usize = 1_024;

impl<'s> LineIndex<'s> {
    /// Looks for line ends once.
    #[must_use]
    pub fn new(source: &'s str) -> Self {
        let starts = std::iter::once(0)
            .chain(source.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        let mut before = 0;
        let blocks = source
            .as_bytes()
            .chunks(BLOCK)
            .map(|block| {
                let here = before;
                before += characters(block);
                here
            })
            .collect();
        Self {
            source,
            starts,
            blocks,
        }
    }

    /// Bytes as lines and columns.
    ///
    /// ```
    /// let span = degrid::report::LineIndex::new("ä = 1\nb = 2\n").span(5..6);
    /// assert_eq!((span.line, span.column, span.end_column), (1, 5, 6));
    /// ```
    #[must_use]
    pub fn span(&self, bytes: Range<usize>) -> Span {
        let (line, column) = self.place(bytes.start);
        let (end_line, end_column) = self.place(bytes.end);
        Span {
            line,
            column,
            end_line,
            end_column,
            bytes,
        }
    }

    fn place(&self, at: usize) -> (usize, usize) {
        let at = self.source.floor_char_boundary(at.min(self.source.len()));
        let line = self.starts.partition_point(|&start| start <= at);
        let start = self.starts[line - 1];
        // A byte order mark is no character of the first line.
        let mark = usize::from(self.source[start..at].starts_with('\u{feff}'));
        (line, self.before(at) - self.before(start) - mark + 1)
    }

    /// Characters before a byte.
    fn before(&self, at: usize) -> usize {
        // The end of the text may lie behind its last block.
        let block = (at / BLOCK).min(self.blocks.len().saturating_sub(1));
        let count = self.blocks.get(block).copied().unwrap_or(0);
        count + characters(&self.source.as_bytes()[block * BLOCK..at])
    }
}

/// Characters that begin in some bytes of UTF-8: all bytes but continuations.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b & 0xC0 != 0x80).count()
}
