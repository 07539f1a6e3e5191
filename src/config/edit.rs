//! Edits by byte ranges.
//!
//! A TOML writer would turn line ends, drop a byte order mark and move comments. Here a new text is the old one with some ranges replaced.

use std::ops::Range;

use itertools::Itertools;

/// A range of a text, and what to put there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Bytes to replace.
    pub span: Range<usize>,
    /// What to put there.
    pub text: String,
}

/// Why edits do not fit a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// A range that ends before it begins, or outside of the text, or within a character.
    #[error("bytes {}..{} are no part of the text", .0.start, .0.end)]
    Outside(Range<usize>),
    /// Two ranges that overlap.
    #[error("two edits of the same bytes: {}..{} and {}..{}", .0.start, .0.end, .1.start, .1.end)]
    Overlap(Range<usize>, Range<usize>),
}

/// The text with all edits made, in whatever order they are given.
///
/// # Errors
/// [`EditError`] if a range is no part of the text, or two overlap.
///
/// ```
/// use degrid::config::{Edit, apply};
/// let edit = Edit { span: 4..7, text: "3".to_owned() };
/// assert_eq!(apply("[1, \"?\"] # why\r\n", &[edit]).unwrap(), "[1, 3] # why\r\n");
/// ```
pub fn apply(source: &str, edits: &[Edit]) -> Result<String, EditError> {
    let mut text = String::with_capacity(source.len());
    let mut kept = 0;
    let mut order: Vec<&Edit> = edits.iter().collect();
    order.sort_by_key(|edit| (edit.span.start, edit.span.end));
    for edit in &order {
        // `get` also refuses ranges that cut a character.
        if source.get(edit.span.clone()).is_none() {
            return Err(EditError::Outside(edit.span.clone()));
        }
    }
    for (one, next) in order.iter().tuple_windows() {
        if next.span.start < one.span.end {
            return Err(EditError::Overlap(one.span.clone(), next.span.clone()));
        }
    }
    for edit in order {
        text.push_str(&source[kept..edit.span.start]);
        text.push_str(&edit.text);
        kept = edit.span.end;
    }
    text.push_str(&source[kept..]);
    Ok(text)
}
