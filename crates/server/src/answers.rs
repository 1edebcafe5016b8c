//! What is told of a job.

use crate::app::App;
use crate::job::{Job, Stand, State};
use crate::problem::Problem;
use lindero_report::screening::REPORT;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A screening, as far as it has come.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Screening {
    /// Its name, which nobody guesses.
    pub(crate) id: String,
    pub(crate) state: State,
    /// Features of the upload.
    pub(crate) features: u64,
    /// Seconds since 1970 at which it was received.
    pub(crate) received: u64,
    /// Seconds since 1970 at which it ended.
    pub(crate) ended: Option<u64>,
    /// How far it is, while it runs.
    pub(crate) progress: Option<Stand>,
    /// Why it failed.
    pub(crate) problem: Option<Problem>,
    /// The run in a few numbers: the content of `summary.json`.
    #[schema(value_type = Option<Object>)]
    pub(crate) summary: Option<Value>,
    /// What can be had of it: names below `/screenings/{id}/files/`.
    pub(crate) files: Vec<String>,
}

/// A screening with its plots.
#[derive(Serialize, ToSchema)]
pub(crate) struct WholeScreening {
    #[serde(flatten)]
    screening: Screening,
    /// The content of `plots.geojson`: one feature for each of the upload, in its order.
    #[schema(value_type = Object)]
    plots: Value,
}

impl WholeScreening {
    /// The answer as text: the file's bytes stand in it as they are.
    pub(crate) fn text(screening: &Screening, plots: &str) -> Result<String, serde_json::Error> {
        let mut text = serde_json::to_string(screening)?;
        // Before the brace that closes the object.
        text.truncate(text.len() - 1);
        text.push_str(",\"plots\":");
        text.push_str(plots.trim_end());
        text.push('}');
        Ok(text)
    }
}

impl Screening {
    /// Reads the run's folder where there is one: not to be called where nobody may wait.
    pub(crate) fn of(app: &App, job: &Job) -> Self {
        let record = job.record();
        let folder = app.store.run(&job.id);
        let is_done = record.state == State::Done;
        let summary = || serde_json::from_slice(&std::fs::read(folder.join("summary.json")).ok()?).ok();
        Self {
            id: record.id,
            state: record.state,
            features: record.features,
            received: record.received,
            ended: record.ended,
            progress: (record.state == State::Running).then(|| job.stand()),
            problem: record.problem,
            summary: if is_done { summary() } else { None },
            files: if is_done { files_of(&folder) } else { Vec::new() },
        }
    }
}

/// The files of a run, and its report, which is written when it is asked for.
pub(crate) fn files_of(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.filter(|it| it.path().is_file()).map(|it| it.file_name().to_string_lossy().into_owned()).collect();
    if !names.is_empty() && !names.iter().any(|name| name == REPORT) {
        names.push(REPORT.to_owned());
    }
    names.sort();
    names
}
