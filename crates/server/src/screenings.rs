//! `/screenings`: taking an upload, telling of a job, stopping it.

use crate::answers::{Screening, WholeScreening};
use crate::app::{App, Shared, now};
use crate::asked::Asked;
use crate::check_upload::check;
use crate::job::{Job, Record, State};
use crate::parameters::{Names, Parameters};
use crate::problem::Problem;
use crate::receive::receive;
use crate::sent::{SentForm, SentGeoJson};
use crate::store::new_id;
use axum::Json;
use axum::extract::{Request, State as Held};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How long a client waits for a short job before it is told where to ask.
const QUICK_WAIT: Duration = Duration::from_secs(30);

/// Runs what may take a while beside the threads that answer requests.
pub(crate) async fn aside<T: Send + 'static>(task: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    tokio::task::spawn_blocking(task).await.map_err(|_| Problem::internal())
}

/// Screens a file of plots.
///
/// Send a form with the file (`curl -F file=@plots.gpkg`), GeoJSON as the body, or any other format as the body with
/// `?name=FILE`. Few plots are answered at once with the result; many, or with `?wait=no`, with a job to ask about.
#[utoipa::path(
    post, path = "/screenings", operation_id = "screen", tag = "screenings", params(Asked),
    request_body(
        description = "a form with a file, perhaps regions and answers, and options as further fields; or GeoJSON; or any format, with ?name=FILE",
        content((SentForm = "multipart/form-data"), (SentGeoJson = "application/geo+json"), (Vec<u8> = "application/octet-stream")),
    ),
    responses(
        (status = 200, description = "the result", body = WholeScreening),
        (status = 202, description = "taken: ask again", body = Screening),
        (status = 400, description = "the request cannot be understood", body = Problem),
        (status = 408, description = "the upload has stopped", body = Problem),
        (status = 413, description = "more than this service takes", body = Problem),
        (status = 422, description = "the file or an option cannot be used", body = Problem),
        (status = 429, description = "too many wait", body = Problem),
        (status = 503, description = "not now", body = Problem),
        (status = 504, description = "it took too long", body = Problem),
    )
)]
pub(crate) async fn post(
    Held(app): Held<Shared>,
    Parameters(options): Parameters<Vec<(String, String)>>,
    request: Request,
) -> Result<Response, Problem> {
    let mut asked = Asked::default();
    options.iter().try_for_each(|(name, value)| asked.set(name, value))?;
    let full = || Problem::too_many(format!("{} screenings wait already: ask again later", app.options.limits.waiting));
    if app.queue.len() >= app.options.limits.waiting {
        return Err(full());
    }
    let mut beginning = Beginning::new(&app)?;
    let record = {
        let _permit = app.receiving.acquire().await.map_err(|_| ending())?;
        app.store.begin(&beginning.id).map_err(|error| unkept(&error))?;
        let received = receive(&app, request, &beginning.id, &mut asked).await?;
        Record {
            id: beginning.id.clone(),
            state: State::Waiting,
            received: now(),
            ended: None,
            asked,
            upload: received.plots,
            regions: received.regions,
            answers: received.answers,
            features: 0,
            problem: None,
        }
    };
    let record = counted(&app, record).await?;
    let (is_short, waits) = (app.is_short(record.features), record.asked.waits());
    let saved = record.clone();
    let shared = Arc::clone(&app);
    aside(move || shared.store.save(&saved, !(is_short && waits))).await?.map_err(|error| unkept(&error))?;
    let job = Arc::new(Job::new(record));
    let ends = job.watch();
    app.jobs.add(Arc::clone(&job));
    if !app.queue.push(Arc::clone(&job), is_short, app.options.limits.waiting) {
        app.forget(&job.id);
        return Err(full());
    }
    beginning.is_taken = true;
    if is_short && waits && has_ended(ends, &app).await {
        return whole(app, job).await;
    }
    let told = told_of(app, Arc::clone(&job)).await?;
    let place = HeaderValue::from_str(&format!("/screenings/{}", job.id)).map_err(|_| Problem::internal())?;
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, place)], Json(told)).into_response())
}

/// A job's folder until the job is taken: whatever goes wrong before, it is removed.
struct Beginning {
    app: Shared,
    id: String,
    is_taken: bool,
}

impl Beginning {
    fn new(app: &Shared) -> Result<Self, Problem> {
        let id = new_id().map_err(|_| Problem::unavailable("this machine has no random numbers"))?;
        Ok(Self { app: Arc::clone(app), id, is_taken: false })
    }
}

impl Drop for Beginning {
    fn drop(&mut self) {
        if !self.is_taken {
            self.app.store.remove(&self.id);
        }
    }
}

fn ending() -> Problem {
    Problem::unavailable("the service is about to end")
}

fn unkept(error: &std::io::Error) -> Problem {
    Problem::unavailable(format!("the job cannot be kept: {}", error.kind()))
}

/// The record with the number of features, of an upload that can be read and is not too much.
async fn counted(app: &Shared, mut record: Record) -> Result<Record, Problem> {
    let _permit = app.checking.acquire().await.map_err(|_| ending())?;
    let shared = Arc::clone(app);
    aside(move || {
        record.features = check(&shared, &record)?;
        Ok(record)
    })
    .await?
}

/// Waits until the job has ended, for as long as anyone would.
async fn has_ended(mut ends: watch::Receiver<State>, app: &App) -> bool {
    let mut stopping = app.stopping.subscribe();
    tokio::select! {
        ended = ends.wait_for(|state| state.is_end()) => ended.is_ok(),
        () = tokio::time::sleep(QUICK_WAIT) => false,
        _ = stopping.wait_for(|&stopping| stopping) => false,
    }
}

async fn told_of(app: Shared, job: Arc<Job>) -> Result<Screening, Problem> {
    aside(move || Screening::of(&app, &job)).await
}

/// The answer to a short job that has ended.
async fn whole(app: Shared, job: Arc<Job>) -> Result<Response, Problem> {
    let record = job.record();
    if let Some(problem) = record.problem {
        return Err(problem);
    }
    if record.state == State::Cancelled {
        return Err(Problem::conflict("this screening was stopped"));
    }
    let answer = aside(move || {
        let gone = |_| Problem::not_found("the result is gone");
        let plots = std::fs::read_to_string(app.store.run(&job.id).join("plots.geojson")).map_err(gone)?;
        WholeScreening::text(&Screening::of(&app, &job), &plots).map_err(|_| Problem::internal())
    });
    let kind = HeaderValue::from_static("application/json");
    Ok(([(header::CONTENT_TYPE, kind)], answer.await??).into_response())
}

/// How far a screening is.
#[utoipa::path(
    get, path = "/screenings/{id}", operation_id = "screening", tag = "screenings", params(("id" = String, Path, description = "the screening's name")),
    responses(
        (status = 200, description = "how far it is, or what came of it", body = Screening),
        (status = 404, description = "no such screening", body = Problem),
    )
)]
pub(crate) async fn get(Held(app): Held<Shared>, Names(id): Names<String>) -> Result<Json<Screening>, Problem> {
    let job = app.jobs.get(&id)?;
    told_of(app, job).await.map(Json)
}

/// Stops a screening; one that has ended is removed with its files.
#[utoipa::path(
    delete, path = "/screenings/{id}", operation_id = "stop_or_remove", tag = "screenings", params(("id" = String, Path, description = "the screening's name")),
    responses(
        (status = 200, description = "it is stopped", body = Screening),
        (status = 204, description = "it had ended and is removed"),
        (status = 404, description = "no such screening", body = Problem),
    )
)]
pub(crate) async fn delete(Held(app): Held<Shared>, Names(id): Names<String>) -> Result<Response, Problem> {
    let job = app.jobs.get(&id)?;
    match job.state() {
        state if state.is_end() => {
            aside(move || app.forget(&id)).await?;
            return Ok(StatusCode::NO_CONTENT.into_response());
        }
        // The worker stops it within milliseconds and tidies up.
        State::Running => {
            job.cancel();
            has_ended(job.watch(), &app).await;
        }
        _ => {
            job.cancel();
            let (app, job) = (Arc::clone(&app), Arc::clone(&job));
            aside(move || app.end(&job, State::Cancelled, None)).await?;
        }
    }
    told_of(app, job).await.map(|told| Json(told).into_response())
}
