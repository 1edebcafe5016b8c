//! Who is screened next: short jobs before long ones, but never only short ones.

use crate::job::Job;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};

/// After so many short jobs in a row a long one has its turn.
const SHORT_IN_A_ROW: u32 = 20;

/// The jobs that wait.
#[derive(Default)]
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    short: VecDeque<Arc<Job>>,
    long: VecDeque<Arc<Job>>,
    short_in_a_row: u32,
    is_closed: bool,
}

impl Queue {
    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        let waiting = self.waiting.lock().expect("no holder panics");
        waiting.short.len() + waiting.long.len()
    }

    /// Adds a job, unless there are `most` already; whether it was added.
    pub(crate) fn push(&self, job: Arc<Job>, is_short: bool, most: usize) -> bool {
        let mut waiting = self.waiting.lock().expect("no holder panics");
        if waiting.short.len() + waiting.long.len() >= most {
            return false;
        }
        if is_short {
            waiting.short.push_back(job)
        } else {
            waiting.long.push_back(job)
        }
        self.changed.notify_one();
        true
    }

    /// The next job, as soon as there is one; `None` when the queue is closed.
    pub(crate) fn next(&self) -> Option<Arc<Job>> {
        let mut waiting = self.waiting.lock().expect("no holder panics");
        loop {
            if waiting.is_closed {
                return None;
            }
            if let Some(job) = waiting.next() {
                return Some(job);
            }
            waiting = self.changed.wait(waiting).expect("no holder panics");
        }
    }

    /// Nobody gets a job any more.
    pub(crate) fn close(&self) {
        self.waiting.lock().expect("no holder panics").is_closed = true;
        self.changed.notify_all();
    }
}

impl Waiting {
    fn next(&mut self) -> Option<Arc<Job>> {
        let is_long_due = self.short_in_a_row >= SHORT_IN_A_ROW && !self.long.is_empty();
        if !is_long_due && let Some(job) = self.short.pop_front() {
            self.short_in_a_row += 1;
            return Some(job);
        }
        self.short_in_a_row = 0;
        self.long.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asked::Asked;
    use crate::job::{Record, State};

    fn job(id: String) -> Arc<Job> {
        Arc::new(Job::new(Record {
            id,
            state: State::Waiting,
            received: 0,
            ended: None,
            asked: Asked::default(),
            upload: String::new(),
            regions: None,
            answers: None,
            features: 0,
            problem: None,
        }))
    }

    #[test]
    fn short_jobs_come_first_and_a_long_one_is_never_forgotten() {
        let queue = Queue::default();
        assert!(queue.push(job("long".to_owned()), false, 100));
        for index in 0..30 {
            assert!(queue.push(job(format!("short {index}")), true, 100));
        }
        let order: Vec<String> = (0..31).map(|_| queue.next().unwrap().id.clone()).collect();
        assert_eq!(order.iter().position(|id| id == "long"), Some(SHORT_IN_A_ROW as usize));
        assert_eq!(order[0], "short 0");
    }

    #[test]
    fn a_full_queue_takes_nothing_and_a_closed_one_gives_nothing() {
        let queue = Queue::default();
        assert!(queue.push(job("a".to_owned()), true, 1) && !queue.push(job("b".to_owned()), true, 1));
        queue.close();
        assert!(queue.next().is_none());
    }
}
