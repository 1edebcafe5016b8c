//! How far a run has come, on the terminal; and Ctrl-C.

use indicatif::{HumanCount, ProgressBar, ProgressState, ProgressStyle};
use lindero_engine::Progress;
use std::fmt::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock};

static STOP: AtomicBool = AtomicBool::new(false);
static LISTENING: OnceLock<()> = OnceLock::new();

/// A bar per stage, with rate and time left; hidden where standard error is no terminal.
pub(crate) struct TerminalProgress {
    bar: Mutex<ProgressBar>,
}

impl TerminalProgress {
    /// Also asks to be told of Ctrl-C from now on.
    pub(crate) fn new() -> Self {
        LISTENING.get_or_init(|| {
            // Without the handler Ctrl-C still ends the program, if less tidily.
            let _ = ctrlc::set_handler(|| STOP.store(true, Ordering::Relaxed));
        });
        Self { bar: Mutex::new(ProgressBar::hidden()) }
    }

    /// Clears the bar away.
    pub(crate) fn done(&self) {
        self.bar.lock().expect("no holder panics").finish_and_clear();
    }
}

impl Progress for TerminalProgress {
    fn stage(&self, name: &str, steps: u64) {
        let bar = if steps == 0 {
            ProgressBar::new_spinner().with_style(style("{spinner} {msg}: {human_pos}, {rate}"))
        } else {
            ProgressBar::new(steps).with_style(style("{msg} {bar:30} {human_pos} of {human_len}, {rate}, {eta} left"))
        };
        bar.set_message(name.to_owned());
        let before = std::mem::replace(&mut *self.bar.lock().expect("no holder panics"), bar);
        before.finish_and_clear();
    }

    fn advance(&self, steps: u64) {
        self.bar.lock().expect("no holder panics").inc(steps);
    }

    fn interrupted(&self) -> bool {
        STOP.load(Ordering::Relaxed)
    }
}

/// A template with a rate in whole steps a second.
fn style(template: &str) -> ProgressStyle {
    let rate = |state: &ProgressState, text: &mut dyn Write| {
        // A rate that cannot be written is no reason to stop.
        let _ = write!(text, "{}/s", HumanCount(state.per_sec() as u64));
    };
    ProgressStyle::with_template(template).expect("a valid template").with_key("rate", rate)
}
