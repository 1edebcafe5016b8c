//! `/screenings/{id}/answers`: what people answered to a screening's questions, and what is decided by it beside the verdict.

use crate::app::{App, Shared};
use crate::files::run_of;
use crate::parameters::Names;
use crate::problem::Problem;
use crate::questions::attachment;
use crate::receive::whole_body;
use crate::screenings::aside;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Request, State as Held};
use axum::http::header;
use axum::response::Response;
use lindero_io::answers::{AnswerRow, Answers, DecidedPlot, answer_table, decided_plots, read_answer_rows};
use lindero_io::decide::{MeasuredTable, Names as DecideNames, decide_table};
use lindero_io::run::{ReadRun, RunPolicy};
use lindero_policy::Verdict;
use lindero_report::told;
use serde::{Deserialize, Serialize};
use std::path::Path;
use utoipa::ToSchema;

/// Bytes of answers that are taken at a time.
const MOST_BYTES: usize = 16 << 20;
/// The answers as they were given, in the form that `lindero decide --answers` reads.
const TABLE: &str = "answers.csv";

/// What somebody says of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AnswerWord {
    /// It is settled: nothing of the kind.
    Low,
    /// It is still open.
    MoreInfo,
    /// It is so.
    High,
}

/// One answer to one question.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GivenAnswer {
    /// The plot's id.
    #[schema(min_length = 1)]
    plot_id: String,
    /// The id of the boundary, as the question has it.
    #[schema(min_length = 1)]
    content_id: String,
    /// The code of the rule that asks.
    #[schema(min_length = 1)]
    rule: String,
    /// What is answered; null: an earlier answer is taken back.
    answer: Option<AnswerWord>,
    /// What the layers were, as the questions have it; left out: those of this screening.
    #[serde(default)]
    layers_id: Option<String>,
    /// By what it is known: a contract, a photograph.
    #[serde(default)]
    evidence: String,
    /// The BLAKE3 hash of a file of evidence.
    #[serde(default)]
    evidence_blake3: String,
    /// Who says so.
    #[serde(default)]
    who: String,
    /// Since when, such as 2026-03-01.
    #[serde(default)]
    when: String,
}

/// What was answered, and what is decided by it.
#[derive(Serialize, ToSchema)]
pub(crate) struct AnswersTold {
    /// All answers, one to each question.
    answers: Vec<GivenAnswer>,
    /// The plots that they are about.
    decisions: Vec<PlotDecision>,
}

/// What is decided of a plot beside its verdict.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlotDecision {
    /// The plot's row in `plots.*`.
    row: u64,
    plot_id: String,
    /// What the policy says; it stays.
    #[schema(inline)]
    verdict: AnswerWord,
    /// What the verdict becomes with the answers that hold.
    #[schema(inline)]
    decision: AnswerWord,
    /// The answers that hold.
    decided_by: Option<String>,
    /// The answers that no longer hold, and why.
    answers_lapsed: Option<String>,
}

/// What people answered to the questions of a screening, and what is decided by it.
#[utoipa::path(
    get, path = "/screenings/{id}/answers", operation_id = "answers", tag = "questions",
    params(("id" = String, Path, description = "the screening's name")),
    responses(
        (status = 200, description = "answers and decisions", body = AnswersTold),
        (status = 404, description = "no such screening", body = Problem),
        (status = 409, description = "the screening is not done", body = Problem),
    )
)]
pub(crate) async fn get(Held(app): Held<Shared>, Names(id): Names<String>) -> Result<Json<AnswersTold>, Problem> {
    aside(move || Desk::of(&app, &id)?.told(rows_of(&app, &id)?).map(Json)).await?
}

/// Answers questions of a screening.
///
/// An answer to a question that was answered before takes the place of the earlier one. The verdict stays; `decision` stands beside
/// it. Answers are kept as long as the screening.
#[utoipa::path(
    post, path = "/screenings/{id}/answers", operation_id = "answer", tag = "questions",
    params(("id" = String, Path, description = "the screening's name")),
    request_body(
        description = "answers; or a list such as queue.csv, filled in",
        content((Vec<GivenAnswer> = "application/json"), (String = "text/csv")),
    ),
    responses(
        (status = 200, description = "all answers, and what is decided by them", body = AnswersTold),
        (status = 400, description = "the request cannot be understood", body = Problem),
        (status = 404, description = "no such screening", body = Problem),
        (status = 408, description = "the upload has stopped", body = Problem),
        (status = 409, description = "the screening is not done", body = Problem),
        (status = 413, description = "more than this service takes", body = Problem),
        (status = 422, description = "an answer cannot be used", body = Problem),
    )
)]
pub(crate) async fn post(
    Held(app): Held<Shared>,
    Names(id): Names<String>,
    request: Request,
) -> Result<Json<AnswersTold>, Problem> {
    // Nobody's answers are read who could not give them.
    run_of(&app, &id)?;
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.to_ascii_lowercase();
    let is_table = kind.starts_with("text/csv");
    if !is_table && !kind.contains("json") {
        return Err(Problem::bad_request("send answers as application/json, or a list of them as text/csv"));
    }
    let body = whole_body(request, MOST_BYTES).await?;
    aside(move || {
        let desk = Desk::of(&app, &id)?;
        let given = if is_table { from_table(&body)? } else { from_json(&body, &desk.layers_id)? };
        desk.check(&given)?;
        let _one_at_a_time = app.answering.lock().expect("no holder panics");
        let mut rows = rows_of(&app, &id)?;
        for row in given {
            rows.retain(|known| !known.is_to_the_same(&row));
            if !row.answer.is_empty() {
                rows.push(row);
            }
        }
        let table = answer_table(&rows).map_err(|_| Problem::internal())?;
        let unkept = |error: std::io::Error| Problem::unavailable(format!("answers cannot be kept: {}", error.kind()));
        app.store.save_answers(&id, &table).map_err(unkept)?;
        desk.told(rows).map(Json)
    })
    .await?
}

/// The answers as a file: `answers.csv` (what `lindero decide --answers` reads), `decided.csv` or `decided.parquet` (what `lindero decide`
/// writes with them: every plot with its verdict and the decision beside it).
#[utoipa::path(
    get, path = "/screenings/{id}/answers/{name}", operation_id = "answer_file", tag = "questions",
    params(("id" = String, Path, description = "the screening's name"), ("name" = String, Path, description = "the file")),
    responses(
        (status = 200, description = "the file", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 404, description = "no such screening, or no such file", body = Problem),
        (status = 409, description = "the screening is not done", body = Problem),
    )
)]
pub(crate) async fn file(
    Held(app): Held<Shared>,
    Names((id, name)): Names<(String, String)>,
) -> Result<Response, Problem> {
    let called = name.clone();
    let bytes = aside(move || {
        let folder = run_of(&app, &id)?;
        let rows = rows_of(&app, &id)?;
        match name.as_str() {
            TABLE => answer_table(&rows).map_err(|_| Problem::internal()),
            "decided.csv" => decided(&folder, &rows, false),
            "decided.parquet" => decided(&folder, &rows, true),
            _ => {
                let message = format!("there is no {name:?}: answers.csv, decided.csv and decided.parquet can be had");
                Err(Problem::not_found(message))
            }
        }
    });
    Ok(attachment(bytes.await??, &called))
}

/// The answers that are kept for a screening.
pub(crate) fn rows_of(app: &App, id: &str) -> Result<Vec<AnswerRow>, Problem> {
    let path = app.store.answers(id);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let broken = |_| Problem::unavailable("the answers that were kept cannot be read");
    read_answer_rows(&path).map(|(rows, _)| rows).map_err(broken)
}

/// What `lindero decide` makes of a run with answers.
fn decided(run: &Path, rows: &[AnswerRow], is_parquet: bool) -> Result<Vec<u8>, Problem> {
    let Desk { policy, .. } = Desk::open(run)?;
    let answers = Answers::of_rows(rows, &policy.policy).map_err(|error| Problem::unusable(error.to_string()))?;
    let unmade = |error: &dyn std::error::Error| {
        Problem::unavailable(told(error).replace(&run.display().to_string(), "the run"))
    };
    let table = MeasuredTable::open(run).map_err(|error| unmade(&error))?;
    let folder = tempfile::tempdir().map_err(|error| unmade(&error))?;
    let path = folder.path().join("decided");
    decide_table(&table, &policy.policy, DecideNames::Lindero, Some(&answers), (&path, is_parquet))
        .map_err(|error| unmade(&error))?;
    std::fs::read(&path).map_err(|error| unmade(&error))
}

/// A run whose questions are answered.
struct Desk {
    run: ReadRun,
    policy: RunPolicy,
    layers_id: String,
}

impl Desk {
    fn of(app: &App, id: &str) -> Result<Self, Problem> {
        Self::open(&run_of(app, id)?)
    }

    fn open(folder: &Path) -> Result<Self, Problem> {
        let broken = |error| Problem::unavailable(told(&error).replace(&folder.display().to_string(), "the run"));
        let run = ReadRun::open(folder).map_err(broken)?;
        let policy = RunPolicy::of(&run).map_err(broken)?;
        Ok(Self { layers_id: run.layers_id(), run, policy })
    }

    fn decided(&self, rows: &[AnswerRow]) -> Result<Vec<DecidedPlot>, Problem> {
        let answers =
            Answers::of_rows(rows, &self.policy.policy).map_err(|error| Problem::unusable(error.to_string()))?;
        decided_plots(&self.run, &self.policy, &answers).map_err(|error| Problem::unavailable(told(&error)))
    }

    /// Checks that answers are to rules of the policy and about plots of the run.
    fn check(&self, rows: &[AnswerRow]) -> Result<(), Problem> {
        let plots = self.decided(rows)?;
        let is_there = |row: &AnswerRow| plots.iter().any(|plot| plot.plot_id == row.plot_id);
        match rows.iter().find(|row| !row.answer.is_empty() && !is_there(row)) {
            Some(row) => Err(Problem::unusable(format!("this screening has no plot {:?}", row.plot_id))),
            None => Ok(()),
        }
    }

    fn told(&self, rows: Vec<AnswerRow>) -> Result<AnswersTold, Problem> {
        let decisions = self.decided(&rows)?.into_iter().map(PlotDecision::of).collect();
        Ok(AnswersTold { answers: rows.iter().map(GivenAnswer::of).collect(), decisions })
    }
}

fn from_json(body: &Bytes, layers_id: &str) -> Result<Vec<AnswerRow>, Problem> {
    let given: Vec<GivenAnswer> = serde_json::from_slice(body)
        .map_err(|error| Problem::bad_request(format!("the answers cannot be understood: {error}")))?;
    for (index, answer) in given.iter().enumerate() {
        let needed = [("plot_id", &answer.plot_id), ("content_id", &answer.content_id), ("rule", &answer.rule)];
        if let Some((name, _)) = needed.into_iter().find(|(_, value)| value.is_empty()) {
            return Err(Problem::unusable(format!("answer {}: it has no {name}", index + 1)));
        }
    }
    let row = |given: GivenAnswer| AnswerRow {
        plot_id: given.plot_id,
        content_id: given.content_id,
        rule: given.rule,
        layers_id: given.layers_id.unwrap_or_else(|| layers_id.to_owned()),
        answer: given.answer.map_or_else(String::new, |answer| answer.verdict().as_str().to_owned()),
        evidence: given.evidence,
        evidence_blake3: given.evidence_blake3,
        who: given.who,
        when: given.when,
    };
    Ok(given.into_iter().map(row).collect())
}

fn from_table(body: &Bytes) -> Result<Vec<AnswerRow>, Problem> {
    let unread = |error: std::io::Error| Problem::unavailable(format!("answers cannot be read: {}", error.kind()));
    let folder = tempfile::tempdir().map_err(unread)?;
    let path = folder.path().join(TABLE);
    std::fs::write(&path, body).map_err(unread)?;
    let rows = read_answer_rows(&path).map_err(|error| {
        let message = error.to_string().replace(&path.display().to_string(), TABLE);
        Problem::unusable(message)
    });
    // A row of the queue that nobody has filled in takes nothing back.
    Ok(rows?.0.into_iter().filter(|row| !row.answer.is_empty()).collect())
}

impl GivenAnswer {
    pub(crate) fn of(row: &AnswerRow) -> Self {
        Self {
            plot_id: row.plot_id.clone(),
            content_id: row.content_id.clone(),
            rule: row.code().to_owned(),
            answer: AnswerWord::ALL.into_iter().find(|word| row.answer.eq_ignore_ascii_case(word.verdict().as_str())),
            layers_id: Some(row.layers_id.clone()),
            evidence: row.evidence.clone(),
            evidence_blake3: row.evidence_blake3.clone(),
            who: row.who.clone(),
            when: row.when.clone(),
        }
    }
}

impl PlotDecision {
    fn of(plot: DecidedPlot) -> Self {
        Self {
            row: plot.row,
            plot_id: plot.plot_id,
            verdict: AnswerWord::of(plot.verdict),
            decision: AnswerWord::of(plot.by_people.decision),
            decided_by: plot.by_people.decided_by,
            answers_lapsed: plot.by_people.lapsed,
        }
    }
}

impl AnswerWord {
    const ALL: [Self; 3] = [Self::Low, Self::MoreInfo, Self::High];

    fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Low => Self::Low,
            Verdict::MoreInfo => Self::MoreInfo,
            Verdict::High => Self::High,
        }
    }

    fn verdict(self) -> Verdict {
        match self {
            Self::Low => Verdict::Low,
            Self::MoreInfo => Verdict::MoreInfo,
            Self::High => Verdict::High,
        }
    }
}
