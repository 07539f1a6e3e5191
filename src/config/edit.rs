//! Edits by byte ranges.
//!
//! A TOML writer would turn line ends, drop a byte order mark and move comments. Here a new text is the old one with some ranges replaced.

use std::ops::Range;

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
/// let edit = Edit { span: 4..7, text: "3".to_owned() };
/// assert_eq!(apply("[1, \"?\"] # why\r\n", &[edit]).unwrap(), "[1, 3] # why\r\n");
/// ```
pub fn apply(source: &str, edits: &[Edit]) -> Result<String, EditError> {
    let mut text = String::with_capacity(source.len());
    let mut kept = 0;
    for edit in in_order(source, edits)? {
        text.push_str(&source[kept..edit.span.start]);
        text.push_str(&edit.text);
        kept = edit.span.end;
    }
    text.push_str(&source[kept..]);
    Ok(text)
}

/// The edits by their places, each checked.
fn in_order<'e>(source: &str, edits: &'e [Edit]) -> Result<Vec<&'e Edit>, EditError> {
    let mut order: Vec<&Edit> = edits.iter().collect();
    order.sort_by_key(|edit| (edit.span.start, edit.span.end));
    for edit in &order {
        // `get` also refuses ranges that cut a character.
        if source.get(edit.span.clone()).is_none() {
            return Err(EditError::Outside(edit.span.clone()));
        }
    }
    for pair in order.windows(2) {
        if pair[1].span.start < pair[0].span.end {
            return Err(EditError::Overlap(
                pair[0].span.clone(),
                pair[1].span.clone(),
            ));
        }
    }
    Ok(order)
}

/// Lines that edits change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineChange {
    /// Number of the first line, from 1, in the old text.
    pub line: usize,
    /// The lines as they were, without the line end of the last.
    pub before: String,
    /// The lines as they are now.
    pub after: String,
}

/// The lines that edits change, in order, each once.
///
/// # Errors
/// As [`apply`].
///
/// ```
/// use degrid::config::{Edit, line_changes};
/// let changes = line_changes("a = 1\nb = \"?\"\n", &[Edit { span: 10..13, text: "2".to_owned() }]).unwrap();
/// assert_eq!((changes[0].line, changes[0].after.as_str()), (2, "b = 2"));
/// ```
pub fn line_changes(source: &str, edits: &[Edit]) -> Result<Vec<LineChange>, EditError> {
    // Edits of the same lines belong together.
    let mut groups: Vec<(Range<usize>, Vec<Edit>)> = Vec::new();
    for edit in in_order(source, edits)? {
        let start = source[..edit.span.start].rfind('\n').map_or(0, |at| at + 1);
        let end = source[edit.span.end..]
            .find('\n')
            .map_or(source.len(), |at| edit.span.end + at);
        match groups.last_mut() {
            Some((lines, edits)) if start < lines.end => {
                lines.end = lines.end.max(end);
                edits.push(edit.clone());
            }
            _ => groups.push((start..end, vec![edit.clone()])),
        }
    }
    groups
        .into_iter()
        .map(|(lines, edits)| {
            let before = &source[lines.clone()];
            let moved: Vec<Edit> = edits
                .into_iter()
                .map(|edit| Edit {
                    span: edit.span.start - lines.start..edit.span.end - lines.start,
                    text: edit.text,
                })
                .collect();
            let shown = |text: &str| {
                text.trim_start_matches('\u{feff}')
                    .trim_end_matches('\r')
                    .to_owned()
            };
            Ok(LineChange {
                line: source[..lines.start].matches('\n').count() + 1,
                before: shown(before),
                after: shown(&apply(before, &moved)?),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(span: Range<usize>, text: &str) -> Edit {
        Edit {
            span,
            text: text.to_owned(),
        }
    }

    #[test]
    fn edits_come_in_any_order_and_may_not_overlap() {
        let edits = [edit(4..5, "five"), edit(0..1, "one")];
        assert_eq!(apply("1 3 5", &edits).unwrap(), "one 3 five");
        assert!(matches!(
            apply("123", &[edit(0..2, ""), edit(1..3, "")]),
            Err(EditError::Overlap(..))
        ));
        assert!(matches!(
            apply("ä", &[edit(0..1, "")]),
            Err(EditError::Outside(_))
        ));
        assert!(matches!(
            apply("a", &[edit(0..2, "")]),
            Err(EditError::Outside(_))
        ));
    }

    #[test]
    fn changes_by_lines() {
        let source = "\u{feff}a = [\"?\",\r\n  2, \"?\"]\r\nb\r\n";
        let places: Vec<usize> = source.match_indices("\"?\"").map(|(at, _)| at).collect();
        let edits: Vec<Edit> = places.iter().map(|&at| edit(at..at + 3, "7")).collect();
        let changes = line_changes(source, &edits).unwrap();
        assert_eq!(changes.len(), 2);
        assert_eq!((changes[0].line, changes[0].after.as_str()), (1, "a = [7,"));
        assert_eq!(
            (changes[1].line, changes[1].before.as_str()),
            (2, "  2, \"?\"]")
        );
    }
}
