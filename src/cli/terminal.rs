//! How wide and high to write, and in how many colours.

use std::io::{self, IsTerminal, Write};

use anstream::ColorChoice;

use crate::render::Depth;

/// Columns where neither the terminal nor `COLUMNS` says.
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

/// Columns at which messages are broken between words: those of a terminal. Elsewhere a message stays one line, for searches.
pub(super) fn breaking(stream: &impl IsTerminal) -> Option<usize> {
    stream.is_terminal().then(width)
}

/// Lines that are seen at once: `LINES` if it is set, else those of the terminal; `None` where the output goes elsewhere.
pub(super) fn height() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    let set = std::env::var("LINES").ok().and_then(|l| l.parse().ok());
    let terminal = || terminal_size::terminal_size().map(|(_, height)| usize::from(height.0));
    set.or_else(terminal).filter(|lines| *lines > 0)
}

/// Takes `FORCE_COLOR`, where `--color` says nothing: colours also where no terminal is seen, or with `0` and `false` none. `NO_COLOR` goes
/// before it.
pub(super) fn force_color() {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if ColorChoice::global() != ColorChoice::Auto || is_set("NO_COLOR") || !is_set("FORCE_COLOR") {
        return;
    }
    let is_off = std::env::var("FORCE_COLOR").is_ok_and(|value| value == "0" || value == "false");
    if is_off {
        ColorChoice::Never.write_global();
    } else {
        ColorChoice::Always.write_global();
    }
}

/// Colours that the output can show, after `--color`, `NO_COLOR`, `FORCE_COLOR`, `TERM` and the like.
pub(super) fn depth() -> Depth {
    if anstream::AutoStream::choice(&io::stdout()) == ColorChoice::Never {
        return Depth::None;
    }
    match std::env::var("COLORTERM").as_deref() {
        Ok("truecolor" | "24bit") => Depth::Full,
        _ => Depth::Palette,
    }
}

/// Whether the terminal shows next to nothing.
pub(super) fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// Whether the locale is the portable one, which has ASCII characters only: `LC_ALL`, else `LC_CTYPE`, else `LANG`, says `C` or `POSIX`.
/// Where none is set, as in containers, nothing is known.
pub(super) fn is_plain_locale() -> bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter();
    let mut set = names
        .filter_map(std::env::var_os)
        .filter(|name| !name.is_empty());
    set.next()
        .is_some_and(|name| name == "C" || name == "POSIX")
}

/// Says something beside the report, on standard error.
pub(super) fn note(text: &str) {
    // The report is what counts; nothing is lost if this cannot be written.
    let _ = writeln!(anstream::AutoStream::auto(io::stderr().lock()), "{text}");
}
