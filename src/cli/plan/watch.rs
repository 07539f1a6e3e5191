//! A long search seen from outside: its progress, and Ctrl-C.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
#[cfg(feature = "progress")]
use std::time::{Duration, Instant};

#[cfg(feature = "progress")]
use indicatif::{HumanCount, ProgressBar};

use crate::cli::terminal;

/// Whether the user asked for the answer so far.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Exit code of a command that Ctrl-C ended.
const EXIT_INTERRUPTED: i32 = 130;

/// Shorter searches show nothing.
#[cfg(feature = "progress")]
const PATIENCE: Duration = Duration::from_millis(500);

/// Shows on standard error how far a search is, if it takes long and that is a terminal, and stops it on Ctrl-C.
pub(super) struct Watch {
    #[cfg(feature = "progress")]
    what: &'static str,
    #[cfg(feature = "progress")]
    start: Instant,
    #[cfg(feature = "progress")]
    bar: Option<ProgressBar>,
}

#[cfg_attr(
    not(feature = "progress"),
    allow(unused_variables, clippy::unused_self, reason = "there is no bar")
)]
impl Watch {
    /// Watches from now on; a second Ctrl-C ends the process.
    pub(super) fn new(what: &'static str) -> Self {
        if !terminal::is_called() {
            // Where no handler can be set, Ctrl-C ends the process as usual.
            let _ = ctrlc::set_handler(|| {
                if INTERRUPTED.swap(true, Ordering::Relaxed) {
                    std::process::exit(EXIT_INTERRUPTED);
                }
            });
        }
        Self {
            #[cfg(feature = "progress")]
            what,
            #[cfg(feature = "progress")]
            start: Instant::now(),
            #[cfg(feature = "progress")]
            bar: None,
        }
    }

    /// Shows the work done; breaks if the user has had enough.
    pub(super) fn update(&mut self, nodes: u64) -> ControlFlow<()> {
        #[cfg(feature = "progress")]
        if !terminal::is_called() && (self.bar.is_some() || self.start.elapsed() >= PATIENCE) {
            // It draws to standard error, not too often, and nothing where that is no terminal.
            let bar = self.bar.get_or_insert_with(ProgressBar::new_spinner);
            let (nodes, what) = (HumanCount(nodes), self.what);
            bar.set_message(format!(
                "{nodes} {what} looked at; Ctrl-C for the best so far"
            ));
            bar.tick();
        }
        if self.interrupted() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    /// Clears the line of progress.
    pub(super) fn done(&mut self) {
        #[cfg(feature = "progress")]
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    /// Whether the user stopped it.
    #[allow(
        clippy::unused_self,
        reason = "there is no interruption without a watch"
    )]
    pub(super) fn interrupted(&self) -> bool {
        terminal::stopped().unwrap_or_else(|| INTERRUPTED.load(Ordering::Relaxed))
    }
}
