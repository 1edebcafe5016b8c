//! What answers make of the plots of a finished run: a decision beside the verdict that the run has.

use super::{Answers, AnswersFor, PeoplesDecision};
use crate::run::{ReadRun, ReadRunError, RunPolicy};
use lindero_policy::{Finding, Policy, State, Verdict};

/// A plot that somebody has answered a question about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidedPlot {
    /// Its row in the run.
    pub row: u64,
    /// Its id.
    pub plot_id: String,
    /// The verdict of the run.
    pub verdict: Verdict,
    /// What stands beside it.
    pub by_people: PeoplesDecision,
}

/// The plots of a run that answers are about, in its order, with the verdict and the findings that the run has: they are not
/// decided again, so that points keep what was found on both of their discs.
///
/// # Errors
///
/// [`ReadRunError`] if the run cannot be read to its end.
pub fn decided_plots(run: &ReadRun, policy: &RunPolicy, answers: &Answers) -> Result<Vec<DecidedPlot>, ReadRunError> {
    let layers_id = run.layers_id();
    let given = AnswersFor { answers, policy: &policy.policy, layers_id: &layers_id };
    let mut decided = Vec::new();
    if answers.count == 0 {
        return Ok(decided);
    }
    for batch in run.plots()? {
        let batch = batch?.attributes;
        for row in 0..batch.num_rows() {
            let plot = policy.plot(&batch, row);
            let plot_id = plot.text("plot_id").unwrap_or_default();
            if !answers.is_about(&plot_id) {
                continue;
            }
            let word = plot.text("verdict").unwrap_or_default();
            // A run has no other words; one that has is not taken for better than it is.
            let verdict = [Verdict::Low, Verdict::MoreInfo].into_iter().find(|known| known.as_str() == word);
            let verdict = verdict.unwrap_or(Verdict::High);
            let findings = findings(&policy.policy, &plot.text("findings").unwrap_or_default());
            let by_people = given.decide(&plot_id, plot.text("content_id").as_deref(), verdict, &findings);
            decided.push(DecidedPlot {
                row: plot.number("row").map_or(0, |row| row as u64),
                plot_id,
                verdict,
                by_people,
            });
        }
    }
    Ok(decided)
}

/// Findings by their codes: `L4;F2?`.
fn findings(policy: &Policy, codes: &str) -> Vec<Finding> {
    let finding = |code: &str| {
        let rule = policy.rules().iter().position(|rule| rule.code == code.trim_end_matches('?'))?;
        let state = if code.ends_with('?') { State::Undecided } else { State::Fired };
        Some(Finding { rule, state, sentence: String::new() })
    };
    codes.split(';').filter_map(finding).collect()
}
