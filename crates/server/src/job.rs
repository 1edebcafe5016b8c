//! A job: an upload that is to be screened, and what has become of it.

use crate::asked::Asked;
use crate::problem::Problem;
use lindero_engine::Progress;
use serde::{Deserialize, Serialize};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;
use tokio::sync::watch;
use utoipa::ToSchema;

/// What has become of a job.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// It waits for its turn.
    Waiting,
    /// It is being screened.
    Running,
    /// Its files are there.
    Done,
    /// It came to nothing.
    Failed,
    /// Somebody has stopped it.
    Cancelled,
}

impl State {
    /// Whether nothing more will happen to it.
    pub(crate) fn is_end(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// What of a job outlives the process.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) state: State,
    /// Seconds since 1970.
    pub(crate) received: u64,
    /// Likewise; `None` before its end.
    pub(crate) ended: Option<u64>,
    pub(crate) asked: Asked,
    /// The upload's name in the job's folder, which is what the client calls it as far as that is a name.
    pub(crate) upload: String,
    /// Likewise of regions that came with it.
    #[serde(default)]
    pub(crate) regions: Option<String>,
    /// Likewise of answers.
    #[serde(default)]
    pub(crate) answers: Option<String>,
    pub(crate) features: u64,
    /// Why it failed.
    pub(crate) problem: Option<Problem>,
}

/// A job of this process.
pub(crate) struct Job {
    pub(crate) id: String,
    record: Mutex<Record>,
    state: watch::Sender<State>,
    is_cancelled: AtomicBool,
    stage: Mutex<Stage>,
    done: AtomicU64,
}

/// What a job is doing.
#[derive(Clone, Debug, Default)]
struct Stage {
    name: String,
    steps: u64,
}

/// How far a stage has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Stand {
    /// What is being done: reading, measuring, writing.
    stage: String,
    /// Steps that are done.
    done: u64,
    /// Of so many; null: nobody knows.
    total: Option<u64>,
}

impl Job {
    pub(crate) fn new(record: Record) -> Self {
        Self {
            id: record.id.clone(),
            state: watch::Sender::new(record.state),
            record: Mutex::new(record),
            is_cancelled: AtomicBool::new(false),
            stage: Mutex::default(),
            done: AtomicU64::new(0),
        }
    }

    pub(crate) fn record(&self) -> Record {
        self.record.lock().expect("no holder panics").clone()
    }

    pub(crate) fn state(&self) -> State {
        self.record.lock().expect("no holder panics").state
    }

    /// Told of every change of its state.
    pub(crate) fn watch(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }

    /// Asks it to stop.
    pub(crate) fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }

    /// It runs from now on.
    pub(crate) fn begin(&self) {
        self.become_record(Record { state: State::Running, ..self.record() });
    }

    /// Takes a new record, and tells everyone who waits of its state.
    pub(crate) fn become_record(&self, record: Record) {
        let state = record.state;
        *self.record.lock().expect("no holder panics") = record;
        self.state.send_replace(state);
    }

    pub(crate) fn stand(&self) -> Stand {
        let stage = self.stage.lock().expect("no holder panics").clone();
        Stand {
            stage: stage.name,
            done: self.done.load(Ordering::Relaxed),
            total: Some(stage.steps).filter(|&steps| steps > 0),
        }
    }
}

/// A job's progress while it runs: it stops where it is cancelled, takes too long, or the service ends.
pub(crate) struct JobProgress<'a> {
    pub(crate) job: &'a Job,
    pub(crate) is_stopping: &'a AtomicBool,
    pub(crate) until: Instant,
}

impl Progress for JobProgress<'_> {
    fn stage(&self, name: &str, steps: u64) {
        let mut stage = self.job.stage.lock().expect("no holder panics");
        *stage = Stage { name: name.to_owned(), steps };
        self.job.done.store(0, Ordering::Relaxed);
    }

    fn advance(&self, steps: u64) {
        self.job.done.fetch_add(steps, Ordering::Relaxed);
    }

    fn interrupted(&self) -> bool {
        self.job.is_cancelled() || self.is_stopping.load(Ordering::Relaxed) || Instant::now() > self.until
    }
}
