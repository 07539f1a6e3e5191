//! Colours by meaning.

use anstyle::{AnsiColor, Style};

/// The styles of the terminal output. Text is always written with them; what cannot show colour strips them.
#[derive(Clone, Copy, Debug)]
pub struct Styles {
    /// A fault at level deny.
    pub deny: Style,
    /// A fault at level warn.
    pub warn: Style,
    /// A fact at level note.
    pub note: Style,
    /// What passes.
    pub pass: Style,
    /// What matters less.
    pub dim: Style,
    /// Titles.
    pub title: Style,
}

impl Default for Styles {
    fn default() -> Self {
        Self {
            deny: AnsiColor::Red.on_default().bold(),
            warn: AnsiColor::Yellow.on_default().bold(),
            note: AnsiColor::Cyan.on_default().bold(),
            pass: AnsiColor::Green.on_default(),
            dim: Style::new().dimmed(),
            title: Style::new().bold(),
        }
    }
}
