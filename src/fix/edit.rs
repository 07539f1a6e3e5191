//! Edits by byte ranges, and a file replaced as a whole or not at all.
//!
//! A TOML writer would turn line ends, drop a byte order mark and move comments. Here a new text is the old one with some ranges replaced.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A range of a text, and what to put there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Bytes to replace.
    pub span: Range<usize>,
    /// What to put there.
    pub text: String,
}

/// Why edits do not fit a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EditError {
    /// A range that ends before it begins, or outside of the text, or within a character.
    Outside(Range<usize>),
    /// Two ranges that overlap.
    Overlap(Range<usize>, Range<usize>),
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outside(span) => write!(
                f,
                "bytes {}..{} are no part of the text",
                span.start, span.end
            ),
            Self::Overlap(a, b) => write!(
                f,
                "two edits of the same bytes: {}..{} and {}..{}",
                a.start, a.end, b.start, b.end
            ),
        }
    }
}

impl std::error::Error for EditError {}

/// The text with all edits made, in whatever order they are given.
///
/// # Errors
/// [`EditError`] if a range is no part of the text, or two overlap.
///
/// ```
/// use degrid::fix::{Edit, apply};
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
/// use degrid::fix::{Edit, line_changes};
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

/// Puts `new` into a file that holds `old`, as a whole or not at all: a reader sees the old bytes or the new ones, never a part.
///
/// The bytes go to a new file in the same folder, which takes the permissions of the old one and then its name. A symbolic link stays one.
///
/// # Errors
/// Those of the file system; [`io::ErrorKind::PermissionDenied`] for a file that may not be written; [`io::ErrorKind::Other`] if it no
/// longer holds `old`.
pub fn replace_file(path: &Path, old: &[u8], new: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let permissions = fs::metadata(&path)?.permissions();
    if permissions.readonly() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "the file is read-only",
        ));
    }
    let (temporary, mut file) = beside(&path)?;
    let written = (|| {
        file.write_all(new)?;
        fs::set_permissions(&temporary, permissions)?;
        file.sync_all()?;
        // What was planned for other bytes may not fit these.
        if fs::read(&path)? != old {
            return Err(io::Error::other(
                "it was changed meanwhile; nothing was written",
            ));
        }
        fs::rename(&temporary, &path)
    })();
    if written.is_err() {
        // The error is told; that a stray file stays as well is not worth another.
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// A new file in the folder of another.
pub(super) fn beside(path: &Path) -> io::Result<(PathBuf, File)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut last = None;
    for number in 0..100 {
        let temporary = path.with_file_name(format!(".{name}.{}-{number}.tmp", std::process::id()));
        match OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&temporary)
        {
            Ok(file) => return Ok((temporary, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(last.unwrap_or_else(|| io::Error::other("no name is free for a temporary file")))
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
    fn changes_are_told_by_lines() {
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

    #[test]
    fn files_keep_their_permissions_and_what_changed_meanwhile() {
        let folder = std::env::temp_dir().join(format!("degrid-edit-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("net.toml");
        fs::write(&path, "old").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        }
        replace_file(&path, b"old", b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(
                fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o640
            );
        }
        assert!(replace_file(&path, b"old", b"other").is_err());
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no stray file");
        fs::remove_dir_all(&folder).unwrap();
    }
}
