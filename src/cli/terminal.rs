//! How wide to write.

/// Columns where neither the terminal nor `COLUMNS` tells.
const DEFAULT: usize = 100;

/// Columns to write in: `COLUMNS` if it is set, else those of the terminal.
pub(super) fn width() -> usize {
    let set = std::env::var("COLUMNS")
        .ok()
        .and_then(|c| c.parse().ok())
        .filter(|c| *c > 0);
    let terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    set.or_else(terminal).unwrap_or(DEFAULT).max(20)
}
