//! What is wrong with a file, and where.

use std::ops::Range;

/// One fault of a network file: the message, the bytes it is about, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, in one line.
    pub message: String,
    /// The bytes of the file that are at fault.
    pub span: Range<usize>,
    /// Words under the underline.
    pub label: Option<String>,
    /// What would be right.
    pub help: Option<String>,
    /// Other places that explain it.
    pub related: Vec<(Range<usize>, String)>,
}

impl Problem {
    /// A problem with a message and a place.
    #[must_use]
    pub fn new(message: impl Into<String>, span: Range<usize>) -> Self {
        Self {
            message: message.into(),
            span,
            label: None,
            help: None,
            related: Vec::new(),
        }
    }

    /// With words under the underline.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// With what would be right.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With another place that explains it.
    #[must_use]
    pub fn related(mut self, span: Range<usize>, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }
}

/// A text of the file as it may be shown: control characters, which a terminal would obey, are replaced.
pub(crate) fn printable(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

/// A word of a file as messages show it: not past a line's length.
pub(crate) fn cropped(word: &str) -> String {
    let word = printable(word);
    if word.chars().count() <= LONGEST_WORD {
        return word;
    }
    let head: String = word.chars().take(LONGEST_WORD).collect();
    format!("{head}…")
}

/// Longest word that is shown in full, or compared with the known ones.
pub(crate) const LONGEST_WORD: usize = 64;
