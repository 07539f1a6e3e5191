//! How wide and high to write, and in how many colours.

use std::cell::RefCell;
use std::io::{self, Cursor, IsTerminal, Read, Write};
use std::rc::Rc;

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
    (stream.is_terminal() && !is_called()).then(width)
}

/// Lines that are seen at once: `LINES` if it is set, else those of the terminal; `None` where the output goes elsewhere.
pub(super) fn height() -> Option<usize> {
    if is_called() || !io::stdout().is_terminal() {
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
    if is_called() || anstream::AutoStream::choice(&io::stdout()) == ColorChoice::Never {
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
    let _ = writeln!(stderr(), "{text}");
}

/// The program that runs a command in memory, see [`call`](super::call()): it stands in the place of the terminal. Holds the caller around it.
pub(super) struct Caller(Option<Streams>);

struct Streams {
    stdin: Cursor<Vec<u8>>,
    stderr: anstream::StripStream<Vec<u8>>,
    stop: Rc<dyn Fn() -> bool>,
}

thread_local! {
    // Streams belong to a whole process, so those of a caller to all that runs in its thread.
    static CALLER: RefCell<Option<Streams>> = const { RefCell::new(None) };
}

impl Caller {
    /// From now on, this thread reads and writes in memory.
    pub(super) fn enter(stdin: Vec<u8>, stop: impl Fn() -> bool + 'static) -> Self {
        Self(CALLER.replace(Some(Streams {
            stdin: Cursor::new(stdin),
            stderr: anstream::StripStream::new(Vec::new()),
            stop: Rc::new(stop),
        })))
    }

    /// Ends it; what was written to standard error.
    pub(super) fn leave(self) -> String {
        let streams = CALLER.take();
        drop(self);
        let bytes = streams.map_or_else(Vec::new, |streams| streams.stderr.into_inner());
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        CALLER.set(self.0.take());
    }
}

/// Whether a program runs the command.
pub(super) fn is_called() -> bool {
    CALLER.with_borrow(Option::is_some)
}

/// Whether the caller wants a search to end; `None` where there is no caller.
pub(super) fn stopped() -> Option<bool> {
    let stop = CALLER.with_borrow(|streams| Some(Rc::clone(&streams.as_ref()?.stop)))?;
    Some(stop())
}

/// What is behind a command's output, for much text without colours: there is nothing to strip from it.
pub(super) fn unsearched<'a>(out: &'a mut dyn Write) -> io::Result<Box<dyn Write + 'a>> {
    if is_called() {
        return Ok(Box::new(out));
    }
    out.flush()?;
    Ok(Box::new(io::stdout().lock()))
}

/// Standard input.
pub(super) fn stdin() -> Box<dyn Read> {
    match CALLER.with_borrow_mut(|streams| streams.as_mut().map(|s| std::mem::take(&mut s.stdin))) {
        Some(bytes) => Box::new(bytes),
        None => Box::new(io::stdin().lock()),
    }
}

/// Standard error.
pub(super) fn stderr() -> Box<dyn Write> {
    if is_called() {
        Box::new(CallerStderr)
    } else {
        Box::new(anstream::AutoStream::auto(io::stderr().lock()))
    }
}

struct CallerStderr;

impl Write for CallerStderr {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        CALLER.with_borrow_mut(|streams| match streams {
            Some(streams) => streams.stderr.write(bytes),
            None => Ok(bytes.len()),
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
