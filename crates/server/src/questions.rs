//! `/screenings/{id}/questions`: what only people can answer, of whom to ask it, and where on the plot.

use crate::app::{App, Shared};
use crate::files::run_of;
use crate::given_answers::{GivenAnswer, rows_of};
use crate::parameters::{Names, Parameters};
use crate::problem::Problem;
use crate::screenings::aside;
use axum::Json;
use axum::extract::State as Held;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use lindero_io::answers::AnswerRow;
use lindero_io::queue::{Question, Queue, QueueError, QueueFilter, gpx, kml, list};
use lindero_io::run::ReadRun;
use lindero_policy::Ask;
use lindero_report::{question_pages, told};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

/// How a question can be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AskedOf {
    /// By looking at pictures.
    Desk,
    /// By a document.
    Document,
    /// By a visit to the producer.
    Visit,
    /// By walking the boundary.
    Walk,
}

/// Which questions are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Only those that can be answered so.
    #[param(inline)]
    ask: Option<AskedOf>,
    /// The column of the plots by which they are grouped.
    by: Option<String>,
    /// Only those about plots with this id.
    plot: Option<String>,
    /// Whether the cells are looked up that make the rules ask; of many plots that takes a while.
    cells: Option<bool>,
}

/// The questions of a screening, as `lindero queue` tells them.
#[derive(Serialize, ToSchema)]
pub(crate) struct Questions {
    /// What the layers were: an answer holds as long as it is the same.
    layers_id: String,
    /// By how they can be answered, then by group, then in the order of the plots.
    questions: Vec<AskedQuestion>,
}

/// One question about one plot.
#[derive(Serialize, ToSchema)]
pub(crate) struct AskedQuestion {
    ask: AskedOf,
    /// The value of the column by which they are grouped; empty where nobody groups.
    group: String,
    /// The plot's row in `plots.*`.
    row: u64,
    plot_id: String,
    /// The id of the boundary: an answer holds as long as it is the same.
    content_id: String,
    /// The code of the rule that asks.
    rule: String,
    /// Whether the rule is true; false: it could not be decided.
    is_decided: bool,
    /// The rule's name in words.
    name: String,
    /// What was found.
    found: String,
    /// The question in Spanish, where the policy has it.
    question_es: Option<String>,
    /// What would answer it.
    answered_by: Vec<String>,
    area_ha: Option<f64>,
    /// Where to go: longitude, latitude.
    place: Option<[f64; 2]>,
    /// The cells that make the rule ask, a GeoJSON MultiPolygon; null where nobody wanted them.
    #[schema(value_type = Option<Object>)]
    cells: Option<Value>,
    /// What somebody has answered.
    answer: Option<GivenAnswer>,
}

/// The questions of a screening: findings that only people can settle.
#[utoipa::path(
    get, path = "/screenings/{id}/questions", operation_id = "questions", tag = "questions",
    params(("id" = String, Path, description = "the screening's name"), Wanted),
    responses(
        (status = 200, description = "the questions", body = Questions),
        (status = 400, description = "a parameter cannot be understood", body = Problem),
        (status = 404, description = "no such screening", body = Problem),
        (status = 409, description = "the screening is not done", body = Problem),
        (status = 422, description = "the plots have no such column", body = Problem),
    )
)]
pub(crate) async fn get(
    Held(app): Held<Shared>,
    Names(id): Names<String>,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<Questions>, Problem> {
    let filter = QueueFilter { ask: wanted.ask.map(AskedOf::ask), by: wanted.by, plot: wanted.plot };
    aside(move || {
        let has_cells = wanted.cells == Some(true);
        let queue = queue(&app, &id, &filter, has_cells)?;
        let rows = rows_of(&app, &id)?;
        let of = |question: &Question| asked_question(question, has_cells, &rows);
        Ok(Json(Questions { questions: queue.questions.iter().map(of).collect(), layers_id: queue.layers_id }))
    })
    .await?
}

/// The questions as a file: `queue.csv` (a list to fill in, for `POST /screenings/{id}/answers`), `queue.kml` or `queue.gpx` (for
/// a phone), `queue.html` (pages to print, in Spanish).
#[utoipa::path(
    get, path = "/screenings/{id}/questions/{name}", operation_id = "question_file", tag = "questions",
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
    let make: fn(&Queue) -> Option<Vec<u8>> = match name.as_str() {
        "queue.csv" => |queue| list(queue).ok(),
        "queue.kml" => |queue| Some(kml(queue).into_bytes()),
        "queue.gpx" => |queue| Some(gpx(queue).into_bytes()),
        "queue.html" => |queue| Some(question_pages(queue).into_bytes()),
        _ => {
            let message = format!("there is no {name:?}: queue.csv, queue.kml, queue.gpx and queue.html can be had");
            return Err(Problem::not_found(message));
        }
    };
    let bytes = aside(move || {
        let queue = queue(&app, &id, &QueueFilter::default(), true)?;
        make(&queue).ok_or_else(Problem::internal)
    });
    Ok(attachment(bytes.await??, &name))
}

/// An answer that is saved as a file.
pub(crate) fn attachment(bytes: Vec<u8>, name: &str) -> Response {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment"))),
    ];
    (headers, bytes).into_response()
}

fn queue(app: &App, id: &str, filter: &QueueFilter, has_cells: bool) -> Result<Queue, Problem> {
    let folder = run_of(app, id)?;
    let unreadable = |error: &dyn std::error::Error| {
        Problem::unavailable(told(error).replace(&folder.display().to_string(), "the run"))
    };
    let run = ReadRun::open(&folder).map_err(|error| unreadable(&error))?;
    let input = if has_cells { Some(app.input_of(&app.jobs.get(id)?.record().asked.choice()?)?) } else { None };
    Queue::read(&run, input.as_deref(), filter).map_err(|error| match error {
        QueueError::NoColumn { .. } => Problem::unusable(error.to_string()),
        other => unreadable(&other),
    })
}

fn asked_question(question: &Question, has_cells: bool, rows: &[AnswerRow]) -> AskedQuestion {
    let code = question.code.trim_end_matches('?');
    let of = AnswerRow {
        plot_id: question.plot_id.clone(),
        content_id: question.content_id.clone(),
        rule: code.to_owned(),
        ..AnswerRow::default()
    };
    AskedQuestion {
        ask: AskedOf::of(question.ask),
        group: question.group.clone(),
        row: question.row,
        plot_id: question.plot_id.clone(),
        content_id: question.content_id.clone(),
        rule: code.to_owned(),
        is_decided: !question.code.ends_with('?'),
        name: question.rule.clone(),
        found: question.found.clone(),
        question_es: question.spanish.clone(),
        answered_by: question.answered_by.clone(),
        area_ha: question.area_ha,
        place: question.place(),
        cells: has_cells.then(|| multipolygon(&question.cells)),
        answer: rows.iter().rev().find(|row| row.is_to_the_same(&of)).map(GivenAnswer::of),
    }
}

/// Boxes of west, south, east and north as GeoJSON.
fn multipolygon(cells: &[[f64; 4]]) -> Value {
    let polygon = |[w, s, e, n]: &[f64; 4]| json!([[[w, s], [e, s], [e, n], [w, n], [w, s]]]);
    json!({ "type": "MultiPolygon", "coordinates": cells.iter().map(polygon).collect::<Vec<_>>() })
}

impl AskedOf {
    fn of(ask: Ask) -> Self {
        match ask {
            Ask::Desk => Self::Desk,
            Ask::Document => Self::Document,
            Ask::Visit => Self::Visit,
            Ask::Walk => Self::Walk,
        }
    }

    fn ask(self) -> Ask {
        match self {
            Self::Desk => Ask::Desk,
            Self::Document => Ask::Document,
            Self::Visit => Ask::Visit,
            Self::Walk => Ask::Walk,
        }
    }
}
