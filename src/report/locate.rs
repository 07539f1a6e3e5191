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
}

impl<'s> LineIndex<'s> {
    /// Looks for line ends once.
    #[must_use]
    pub fn new(source: &'s str) -> Self {
        let starts = std::iter::once(0)
            .chain(source.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Self { source, starts }
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
        let text = self.source[start..at].trim_start_matches('\u{feff}');
        (line, text.chars().count() + 1)
    }
}
