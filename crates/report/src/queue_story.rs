//! The questions of a run on the screen.

use crate::columns::{aligned, grouped, left, right, shortened};
use lindero_io::queue::{Question, Queue};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Questions that are told one by one.
const MOST_LISTED: usize = 20;
/// Characters of what was found.
const FOUND_CHARS: usize = 90;

/// The questions of a run, ready to be told.
pub struct QueueStory<'a> {
    /// The questions.
    pub queue: &'a Queue,
}

impl QueueStory<'_> {
    /// How many questions there are of each kind and group, and the first of them.
    #[must_use]
    pub fn table(&self) -> String {
        let questions = &self.queue.questions;
        if questions.is_empty() {
            return "no questions\n".to_owned();
        }
        let plots =
            |questions: &[Question]| questions.iter().map(|question| question.row).collect::<BTreeSet<_>>().len();
        let mut text = format!(
            "{} questions about {} plots\n\n",
            grouped(questions.len() as u64),
            grouped(plots(questions) as u64)
        );
        let has_groups = questions.iter().any(|question| !question.group.is_empty());
        let mut rows =
            vec![vec![left("ask"), left(if has_groups { "group" } else { "" }), right("questions"), right("plots")]];
        for of_group in questions.chunk_by(|a, b| a.ask == b.ask && a.group == b.group) {
            rows.push(vec![
                left(of_group[0].ask.as_str()),
                left(&of_group[0].group),
                right(grouped(of_group.len() as u64)),
                right(grouped(plots(of_group) as u64)),
            ]);
        }
        text.push_str(&aligned("  ", &rows));
        let mut rows = vec![vec![left("plot"), left("rule"), left("ask"), left("what was found")]];
        for question in questions.iter().take(MOST_LISTED) {
            rows.push(vec![
                left(&question.plot_id),
                left(&question.code),
                left(question.ask.as_str()),
                left(shortened(&question.found, FOUND_CHARS)),
            ]);
        }
        text.push('\n');
        text.push_str(&aligned("  ", &rows));
        if questions.len() > MOST_LISTED {
            let _ = writeln!(
                text,
                "  … and {} more: --out queue.csv has all",
                grouped((questions.len() - MOST_LISTED) as u64)
            );
        }
        text
    }
}
