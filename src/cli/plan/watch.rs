//! A long search seen from outside: its progress, and Ctrl-C.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the user asked for the answer so far.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Exit code of a command that Ctrl-C ended.
const EXIT_INTERRUPTED: i32 = 130;

/// Shows on standard error how far a search is, if it takes long and that is a terminal, and stops it on Ctrl-C.
pub(super) struct Watch {
    bar: bar::Bar,
}

impl Watch {
    /// Watches from now on; a second Ctrl-C ends the process.
    pub(super) fn new(what: &'static str) -> Self {
        // Where no handler can be set, Ctrl-C ends the process as usual.
        let _ = ctrlc::set_handler(|| {
            if INTERRUPTED.swap(true, Ordering::Relaxed) {
                std::process::exit(EXIT_INTERRUPTED);
            }
        });
        Self {
            bar: bar::Bar::new(what),
        }
    }

    /// Takes note of the work done; breaks if the user has had enough.
    pub(super) fn told(&mut self, nodes: u64) -> ControlFlow<()> {
        self.bar.set(nodes);
        if self.interrupted() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    /// Clears the line of progress.
    pub(super) fn done(&mut self) {
        self.bar.clear();
    }

    /// Whether the user stopped it.
    #[allow(
        clippy::unused_self,
        reason = "there is no interruption without a watch"
    )]
    pub(super) fn interrupted(&self) -> bool {
        INTERRUPTED.load(Ordering::Relaxed)
    }
}

#[cfg(feature = "progress")]
mod bar {
    use std::time::{Duration, Instant};

    use indicatif::{HumanCount, ProgressBar};

    /// Shorter searches show nothing.
    const PATIENCE: Duration = Duration::from_millis(500);

    pub(super) struct Bar {
        what: &'static str,
        start: Instant,
        shown: Option<ProgressBar>,
    }

    impl Bar {
        pub(super) fn new(what: &'static str) -> Self {
            Self {
                what,
                start: Instant::now(),
                shown: None,
            }
        }

        pub(super) fn set(&mut self, nodes: u64) {
            if self.shown.is_none() && self.start.elapsed() < PATIENCE {
                return;
            }
            // It draws to standard error, not too often, and nothing where that is no terminal.
            let bar = self.shown.get_or_insert_with(ProgressBar::new_spinner);
            bar.set_message(format!(
                "{} {} looked at; Ctrl-C for the best so far",
                HumanCount(nodes),
                self.what
            ));
            bar.tick();
        }

        pub(super) fn clear(&mut self) {
            if let Some(bar) = self.shown.take() {
                bar.finish_and_clear();
            }
        }
    }
}

#[cfg(not(feature = "progress"))]
#[allow(
    clippy::unused_self,
    reason = "it stands for a bar that shows something"
)]
mod bar {
    pub(super) struct Bar;

    impl Bar {
        pub(super) fn new(_: &'static str) -> Self {
            Self
        }
        pub(super) fn set(&mut self, _: u64) {}
        pub(super) fn clear(&mut self) {}
    }
}
