//! `/screenings/{id}/files` and `/screenings/{id}/plots`: what a run has left.

use crate::answers::files_of;
use crate::app::{App, Shared};
use crate::job::State;
use crate::parameters::{Names, Parameters};
use crate::problem::Problem;
use crate::screenings::aside;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State as Held;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use lindero_io::run::ReadRun;
use lindero_report::screening::{REPORT, WORST};
use lindero_report::told;
use lindero_report::{PlotLookup, ReportLang, ReportOptions, STORY_WIDTH, find_plot, report_of};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::path::PathBuf;
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;
use utoipa::{IntoParams, ToSchema};

/// Bytes that are sent at a time.
const CHUNK: usize = 64 << 10;
/// Characters that a line of a story may have.
const STORY_WIDTHS: std::ops::RangeInclusive<usize> = 40..=200;
/// What a report may load: nothing, but its own styles and pictures.
const REPORT_RULES: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-downloads allow-popups";

/// The language of a report.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Language {
    /// Of `report.html`: en, es or pt.
    lang: Option<String>,
}

/// How a story is set.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Setting {
    /// Characters of a line.
    #[param(minimum = 40, maximum = 200)]
    width: Option<u16>,
}

/// One plot of a run.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlotAnswer {
    /// Its row in `plots.*`, by column; what is unknown is null.
    #[schema(value_type = Object)]
    columns: Map<String, Value>,
    /// What `lindero explain` says of it.
    story: String,
}

/// The run folder of a screening that is done.
pub(crate) fn run_of(app: &App, id: &str) -> Result<PathBuf, Problem> {
    let job = app.jobs.get(id)?;
    match job.state() {
        State::Done => Ok(app.store.run(&job.id)),
        State::Waiting | State::Running => Err(Problem::conflict("this screening is not done yet")),
        State::Failed | State::Cancelled => Err(Problem::conflict("this screening came to no result")),
    }
}

/// A file of a run: `plots.geojson`, `plots.csv`, `plots.parquet`, `summary.json`, `manifest.json`, `report.html` and so on.
#[utoipa::path(
    get, path = "/screenings/{id}/files/{name}", operation_id = "run_file", tag = "screenings",
    params(("id" = String, Path, description = "the screening's name"), ("name" = String, Path, description = "one of the screening's files"), Language),
    responses(
        (status = 200, description = "the file", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 400, description = "a parameter cannot be understood", body = Problem),
        (status = 404, description = "no such screening, or no such file", body = Problem),
        (status = 409, description = "the screening is not done", body = Problem),
    )
)]
pub(crate) async fn get(
    Held(app): Held<Shared>,
    Names((id, name)): Names<(String, String)>,
    Parameters(language): Parameters<Language>,
) -> Result<Response, Problem> {
    let folder = run_of(&app, &id)?;
    if name == REPORT {
        return report(app, &id, folder, language).await;
    }
    let listed = folder.clone();
    // Only what is listed is opened: no name leads out of the folder.
    if !aside(move || files_of(&listed)).await?.contains(&name) {
        return Err(Problem::not_found(format!("this screening has no file {name:?}")));
    }
    let gone = |_| Problem::not_found("the file is gone");
    let file = File::open(folder.join(&name)).await.map_err(gone)?;
    let length = file.metadata().await.map_err(gone)?.len();
    let chunks = stream::unfold(file, |mut file| async move {
        let mut chunk = vec![0; CHUNK];
        match file.read(&mut chunk).await {
            Ok(0) => None,
            Ok(read) => {
                chunk.truncate(read);
                Some((Ok::<Bytes, std::io::Error>(chunk.into()), file))
            }
            Err(error) => Some((Err(error), file)),
        }
    });
    let kind = match name.rsplit('.').next() {
        Some("geojson") => "application/geo+json",
        Some("json") => "application/json",
        Some("csv") => "text/csv; charset=utf-8",
        Some("toml") => "text/plain; charset=utf-8",
        Some("parquet") => "application/vnd.apache.parquet",
        Some("gpkg") => "application/geopackage+sqlite3",
        Some("kml") => "application/vnd.google-earth.kml+xml",
        _ => "application/octet-stream",
    };
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_LENGTH, HeaderValue::from(length)),
        (header::CONTENT_DISPOSITION, disposition.map_err(|_| Problem::internal())?),
    ];
    Ok((headers, Body::from_stream(chunks)).into_response())
}

/// The report, which is made when it is asked for.
async fn report(app: Shared, id: &str, folder: PathBuf, language: Language) -> Result<Response, Problem> {
    let choice = app.jobs.get(id)?.record().asked.choice()?;
    let lang = match language.lang.as_deref() {
        None => ReportLang::En,
        Some(code) => ReportLang::ALL
            .into_iter()
            .find(|lang| lang.code() == code)
            .ok_or_else(|| Problem::bad_request(format!("lang is {code:?}: write en, es or pt")))?,
    };
    let html = aside(move || {
        let broken = |error: &dyn std::error::Error| {
            Problem::unavailable(told(error).replace(&folder.display().to_string(), "the run"))
        };
        let run = ReadRun::open(&folder).map_err(|error| broken(&error))?;
        let is_anonymous = app.options.is_anonymous;
        let options = ReportOptions { lang, worst: usize::from(WORST), is_anonymous, to_run: Some(String::new()) };
        let input = app.input_of(&choice)?;
        report_of(&run, &input, options).map_err(|error| broken(&error))
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(REPORT_RULES)),
    ];
    Ok((headers, html.await??).into_response())
}

/// A plot of a run: its row, and its story in words.
#[utoipa::path(
    get, path = "/screenings/{id}/plots/{plot_id}", operation_id = "plot", tag = "screenings",
    params(("id" = String, Path, description = "the screening's name"), ("plot_id" = String, Path, description = "the plot's id"), Setting),
    responses(
        (status = 200, description = "the plots of this id: one, unless ids are repeated", body = Vec<PlotAnswer>),
        (status = 400, description = "a parameter cannot be understood", body = Problem),
        (status = 404, description = "no such screening, or no such plot", body = Problem),
        (status = 409, description = "the screening is not done", body = Problem),
    )
)]
pub(crate) async fn plot(
    Held(app): Held<Shared>,
    Names((id, plot)): Names<(String, String)>,
    Parameters(Setting { width }): Parameters<Setting>,
) -> Result<Json<Vec<PlotAnswer>>, Problem> {
    let width = width.map_or(STORY_WIDTH, usize::from);
    if !STORY_WIDTHS.contains(&width) {
        return Err(Problem::bad_request(format!("width is {width}: write characters from 40 to 200")));
    }
    let folder = run_of(&app, &id)?;
    let found = aside(move || {
        let run = ReadRun::open(&folder).map_err(|error| Problem::unavailable(told(&error)))?;
        match find_plot(&run, &plot, width).map_err(|error| Problem::unavailable(told(&error)))? {
            PlotLookup::Found(plots) => Ok(plots),
            PlotLookup::Missing { meant } => {
                let meant = meant.map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
                Err(Problem::not_found(format!("this screening has no plot {plot:?}{meant}")))
            }
        }
    });
    let answers = found.await??.into_iter().map(|plot| PlotAnswer { columns: plot.columns, story: plot.story });
    Ok(Json(answers.collect()))
}
