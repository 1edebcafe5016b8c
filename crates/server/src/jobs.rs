//! The jobs that are known, and their ends.

use crate::app::{App, now};
use crate::job::{Job, Record, State};
use crate::problem::Problem;
use crate::run_job::short;
use crate::store::StoreError;
use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

/// Jobs by their id.
#[derive(Default)]
pub(crate) struct Jobs(RwLock<BTreeMap<String, Arc<Job>>>);

impl Jobs {
    pub(crate) fn add(&self, job: Arc<Job>) {
        self.0.write().expect("no holder panics").insert(job.id.clone(), job);
    }

    pub(crate) fn get(&self, id: &str) -> Result<Arc<Job>, Problem> {
        let jobs = self.0.read().expect("no holder panics");
        jobs.get(id).cloned().ok_or_else(|| Problem::not_found("there is no such screening, or it is too long ago"))
    }

    fn remove(&self, id: &str) {
        self.0.write().expect("no holder panics").remove(id);
    }

    /// Those that ended before a moment, in seconds since 1970.
    fn ended_before(&self, moment: u64) -> Vec<String> {
        let jobs = self.0.read().expect("no holder panics");
        let ended = jobs.values().filter(|job| job.record().ended.is_some_and(|ended| ended < moment));
        ended.map(|job| job.id.clone()).collect()
    }
}

impl App {
    /// Takes up the jobs that an earlier service has left: those that had not ended wait again.
    pub(crate) fn take_up(&self) -> Result<(), StoreError> {
        for record in self.store.left()? {
            let is_open = !record.state.is_end();
            let is_short = self.is_short(record.features);
            let job = Arc::new(Job::new(record));
            self.jobs.add(Arc::clone(&job));
            if is_open {
                self.queue.push(job, is_short, usize::MAX);
            }
        }
        Ok(())
    }

    /// Whether so many features are answered at once.
    pub(crate) fn is_short(&self, features: u64) -> bool {
        features <= self.options.limits.quick_features
    }

    /// Ends a job, unless it has ended before.
    pub(crate) fn end(&self, job: &Job, state: State, problem: Option<Problem>) {
        let before = job.record();
        if before.state.is_end() {
            return;
        }
        let record = Record { state, ended: Some(now()), problem, ..before };
        // Of a record that cannot be written the earlier one stays, and the job is done again after a restart.
        if let Err(error) = self.store.save(&record, !self.is_short(record.features)) {
            eprintln!("error: cannot note the end of screening {}…: {error}", short(&job.id));
        }
        // What the record says is so by the time that anybody hears of it.
        self.store.tidy(&job.id, state);
        job.become_record(record);
    }

    /// Forgets a job and removes its files.
    pub(crate) fn forget(&self, id: &str) {
        self.jobs.remove(id);
        self.store.remove(id);
    }

    /// Forgets the jobs whose results have been kept for long enough.
    pub(crate) fn forget_old(&self) {
        for id in self.jobs.ended_before(now().saturating_sub(self.options.keep.as_secs())) {
            self.forget(&id);
        }
    }
}
