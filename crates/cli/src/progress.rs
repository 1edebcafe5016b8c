//! How far a run has come, for whoever waits: a bar, lines of JSON, or nothing; and Ctrl-C.

use crate::args::{ProgressKind, Waiting};
use indicatif::{HumanCount, ProgressBar, ProgressState, ProgressStyle};
use lindero_engine::Progress;
use serde_json::json;
use std::fmt::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

static STOP: AtomicBool = AtomicBool::new(false);
static LISTENING: OnceLock<()> = OnceLock::new();

/// Time between two lines of JSON.
const BETWEEN_LINES: Duration = Duration::from_millis(500);

/// Tells how far a run has come, on standard error.
pub(crate) struct RunProgress {
    told: Told,
}

enum Told {
    Nothing,
    /// A bar per stage, with rate and time left; hidden where standard error is no terminal.
    Bar(Mutex<ProgressBar>),
    Lines(Lines),
}

/// One JSON object a line, at the beginning and the end of each stage and twice a second between.
struct Lines {
    done: AtomicU64,
    stage: Mutex<Stage>,
}

struct Stage {
    name: String,
    steps: u64,
    start: Instant,
    told: Instant,
}

impl RunProgress {
    /// As the options say.
    pub(crate) fn new(waiting: &Waiting) -> Self {
        Self::listening(match waiting.progress {
            _ if waiting.quiet => Told::Nothing,
            ProgressKind::Bar => Told::Bar(Mutex::new(ProgressBar::hidden())),
            ProgressKind::Json => {
                let now = Instant::now();
                let stage = Stage { name: String::new(), steps: 0, start: now, told: now };
                Told::Lines(Lines { done: AtomicU64::new(0), stage: Mutex::new(stage) })
            }
        })
    }

    /// A bar.
    pub(crate) fn bar() -> Self {
        Self::listening(Told::Bar(Mutex::new(ProgressBar::hidden())))
    }

    /// Also asks to be told of Ctrl-C from now on.
    fn listening(told: Told) -> Self {
        LISTENING.get_or_init(|| {
            // Without the handler Ctrl-C still ends the program, if less tidily.
            let _ = ctrlc::set_handler(|| STOP.store(true, Ordering::Relaxed));
        });
        Self { told }
    }

    /// The run is over: clears the bar away, or tells where the last stage ended.
    pub(crate) fn done(&self) {
        match &self.told {
            Told::Nothing => {}
            Told::Bar(bar) => bar.lock().expect("no holder panics").finish_and_clear(),
            Told::Lines(lines) => lines.end_stage(&lines.stage.lock().expect("no holder panics")),
        }
    }
}

impl Progress for RunProgress {
    fn stage(&self, name: &str, steps: u64) {
        match &self.told {
            Told::Nothing => {}
            Told::Bar(shown) => {
                let bar = bar(name, steps);
                let before = std::mem::replace(&mut *shown.lock().expect("no holder panics"), bar);
                before.finish_and_clear();
            }
            Told::Lines(lines) => {
                let mut stage = lines.stage.lock().expect("no holder panics");
                lines.end_stage(&stage);
                let now = Instant::now();
                *stage = Stage { name: name.to_owned(), steps, start: now, told: now };
                lines.done.store(0, Ordering::Relaxed);
                lines.tell(&stage);
            }
        }
    }

    fn advance(&self, steps: u64) {
        match &self.told {
            Told::Nothing => {}
            Told::Bar(bar) => bar.lock().expect("no holder panics").inc(steps),
            Told::Lines(lines) => {
                lines.done.fetch_add(steps, Ordering::Relaxed);
                // Whoever finds the stage taken leaves the telling to the one who has it.
                if let Ok(mut stage) = lines.stage.try_lock()
                    && stage.told.elapsed() >= BETWEEN_LINES
                {
                    lines.tell(&stage);
                    stage.told = Instant::now();
                }
            }
        }
    }

    fn interrupted(&self) -> bool {
        STOP.load(Ordering::Relaxed)
    }
}

impl Lines {
    fn end_stage(&self, stage: &Stage) {
        if !stage.name.is_empty() {
            self.tell(stage);
        }
    }

    fn tell(&self, stage: &Stage) {
        let done = self.done.load(Ordering::Relaxed);
        let seconds = stage.start.elapsed().as_secs_f64();
        let rate = if seconds > 0.0 { done as f64 / seconds } else { 0.0 };
        // A stage whose steps nobody knows has no end that could be told.
        let total = (stage.steps > 0).then_some(stage.steps);
        let left_s = total.filter(|_| rate > 0.0).map(|total| total.saturating_sub(done) as f64 / rate);
        let line = json!({
            "stage": stage.name, "done": done, "total": total, "per_second": rate.round(), "seconds_left": left_s,
        });
        eprintln!("{line}");
    }
}

fn bar(name: &str, steps: u64) -> ProgressBar {
    let bar = if steps == 0 {
        ProgressBar::new_spinner().with_style(style("{spinner} {msg}: {human_pos}, {rate}"))
    } else {
        ProgressBar::new(steps).with_style(style("{msg} {bar:30} {human_pos} of {human_len}, {rate}, {eta} left"))
    };
    bar.set_message(name.to_owned());
    bar
}

/// A template with a rate in whole steps a second.
fn style(template: &str) -> ProgressStyle {
    let rate = |state: &ProgressState, text: &mut dyn Write| {
        // A rate that cannot be written is no reason to stop.
        let _ = write!(text, "{}/s", HumanCount(state.per_sec() as u64));
    };
    ProgressStyle::with_template(template).expect("a valid template").with_key("rate", rate)
}
