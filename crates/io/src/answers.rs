//! Answers to the questions of a run: what somebody found out, who, when, and by what evidence.

mod of_run;
mod rows;

pub use of_run::{DecidedPlot, decided_plots};
pub use rows::{AnswerRow, answer_table};

use crate::vector::{VectorError, read_whole_table};
use lindero_logic::nearest;
use lindero_policy::{Answer, Finding, Policy, Verdict};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Columns that must be there.
const NEEDED: [&str; 4] = ["plot_id", "content_id", "rule", "answer"];
/// Columns that may be there.
const OPTIONAL: [&str; 5] = ["layers_id", "evidence", "evidence_blake3", "who", "when"];

/// The answers of a file, by plot.
#[derive(Clone, Debug)]
pub struct Answers {
    of_plots: BTreeMap<String, Vec<GivenAnswer>>,
    /// Rows that answer something.
    pub count: usize,
    /// What the user should know of the file.
    pub notes: Vec<String>,
}

/// One row that answers something.
#[derive(Clone, Debug, PartialEq, Eq)]
struct GivenAnswer {
    content_id: String,
    layers_id: String,
    /// Index of the rule.
    rule: usize,
    code: String,
    answer: Answer,
    /// Evidence, who and when, as they stand there, without what is empty.
    told: String,
}

/// What was decided of a plot by people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeoplesDecision {
    /// What the verdict becomes with the answers that hold.
    pub decision: Verdict,
    /// The answers that hold: `F2 low (contract 12, A. Ruiz, 2026-03-01)`.
    pub decided_by: Option<String>,
    /// The answers that no longer hold, and why.
    pub lapsed: Option<String>,
}

/// Answers, with what they are held against.
#[derive(Clone, Copy)]
pub struct AnswersFor<'a> {
    /// The answers.
    pub answers: &'a Answers,
    /// The policy that asked.
    pub policy: &'a Policy,
    /// What the layers of the run are.
    pub layers_id: &'a str,
}

/// Why answers cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum AnswersError {
    /// The file.
    #[error(transparent)]
    File(#[from] VectorError),
    /// A column is missing.
    #[error("{path:?} has no column {column:?}: answers have {}, and may have {}", NEEDED.join(", "), OPTIONAL.join(", "))]
    NoColumn { path: PathBuf, column: &'static str },
    /// A row that cannot be understood. The first row under the names is row 1.
    #[error("{path:?}, row {row}: {reason}")]
    Row { path: PathBuf, row: usize, reason: String },
}

/// Why one of several rows is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("answer {}: {reason}", row + 1)]
pub struct WrongAnswer {
    /// Its place, from 0.
    pub row: usize,
    /// What is wrong with it.
    pub reason: String,
}

impl Answers {
    /// Reads a file of answers to questions of a policy: CSV such as `queue --out queue.csv` writes, filled in. Rows without an
    /// answer are left out.
    ///
    /// # Errors
    ///
    /// [`AnswersError`] at the first row that is wrong.
    pub fn read(path: &Path, policy: &Policy) -> Result<Self, AnswersError> {
        let (rows, notes) = read_answer_rows(path)?;
        let answers = Self::of_rows(&rows, policy).map_err(|WrongAnswer { row, reason }| AnswersError::Row {
            path: path.to_owned(),
            row: row + 1,
            reason,
        })?;
        Ok(Self { notes, ..answers })
    }

    /// The answers of rows to questions of a policy. Rows without an answer are left out.
    ///
    /// # Errors
    ///
    /// [`WrongAnswer`] at the first row that is wrong.
    pub fn of_rows(rows: &[AnswerRow], policy: &Policy) -> Result<Self, WrongAnswer> {
        let (mut of_plots, mut count) = (BTreeMap::<String, Vec<GivenAnswer>>::new(), 0);
        for (index, row) in rows.iter().enumerate().filter(|(_, row)| !row.answer.is_empty()) {
            let wrong = |reason: String| WrongAnswer { row: index, reason };
            let code = row.code();
            let codes = || policy.rules().iter().map(|rule| rule.code.as_str());
            let rule = codes().position(|known| known == code).ok_or_else(|| {
                let meant = nearest(code, codes()).map_or_else(String::new, |near| format!("; did you mean {near}?"));
                wrong(format!("{code:?} is no rule of policy {}{meant}", policy.name()))
            })?;
            let answer = Answer::from_word(&row.answer.to_lowercase())
                .ok_or_else(|| wrong(format!("the answer {:?} is none of low, more_info and high", row.answer)))?;
            let needed = [("plot_id", &row.plot_id), ("content_id", &row.content_id)];
            if let Some((column, _)) = needed.into_iter().find(|(_, cell)| cell.is_empty()) {
                return Err(wrong(format!("it answers, and has no {column}")));
            }
            let told = [&row.evidence, &row.evidence_blake3, &row.who, &row.when].map(String::as_str);
            let given = GivenAnswer {
                content_id: row.content_id.clone(),
                layers_id: row.layers_id.clone(),
                rule,
                code: code.to_owned(),
                answer,
                told: told.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", "),
            };
            count += 1;
            of_plots.entry(row.plot_id.clone()).or_default().push(given);
        }
        Ok(Self { of_plots, count, notes: Vec::new() })
    }

    /// Whether any is about a plot.
    #[must_use]
    pub fn is_about(&self, plot_id: &str) -> bool {
        self.of_plots.contains_key(plot_id)
    }
}

/// The rows of a file of answers, with what the user should know of the file.
///
/// # Errors
///
/// [`AnswersError`] if it cannot be read, or lacks a column.
pub fn read_answer_rows(path: &Path) -> Result<(Vec<AnswerRow>, Vec<String>), AnswersError> {
    let table = read_whole_table(path)?;
    let place = |name: &str| table.columns.iter().position(|column| column.eq_ignore_ascii_case(name));
    if let Some(column) = NEEDED.into_iter().find(|name| place(name).is_none()) {
        return Err(AnswersError::NoColumn { path: path.to_owned(), column });
    }
    let row = |cells: &Vec<String>| {
        AnswerRow::of(|name| place(name).and_then(|column| cells.get(column)).cloned().unwrap_or_default())
    };
    Ok((table.rows.iter().map(row).collect(), table.notes))
}

impl AnswersFor<'_> {
    /// What is decided of a plot. An answer holds as long as the plot's geometry and the run's layers are those it was given
    /// for; one without a `layers_id` holds whatever the layers are. Of two to one question the later in the file counts.
    #[must_use]
    pub fn decide(
        &self,
        plot_id: &str,
        content_id: Option<&str>,
        verdict: Verdict,
        findings: &[Finding],
    ) -> PeoplesDecision {
        let Self { answers, policy, layers_id } = self;
        let given = answers.of_plots.get(plot_id).map(Vec::as_slice).unwrap_or_default();
        let (mut held, mut by, mut lapsed) = (Vec::new(), Vec::new(), Vec::new());
        for answer in given {
            let why = if Some(answer.content_id.as_str()) != content_id {
                "the boundary is another"
            } else if !answer.layers_id.is_empty() && answer.layers_id != *layers_id {
                "the layers are others"
            } else if findings.iter().all(|finding| finding.rule != answer.rule) {
                "it is not asked any more"
            } else {
                let told = if answer.told.is_empty() { String::new() } else { format!(" ({})", answer.told) };
                by.push(format!("{} {}{told}", answer.code, answer.answer.as_str()));
                held.push((answer.rule, answer.answer));
                continue;
            };
            lapsed.push(format!("{}: {why}", answer.code));
        }
        let joined = |texts: Vec<String>| (!texts.is_empty()).then(|| texts.join("; "));
        let decision = policy.decision(verdict, findings, &held);
        PeoplesDecision { decision, decided_by: joined(by), lapsed: joined(lapsed) }
    }
}
