//! `/screenings/{id}/events`: how far a screening is, told as it goes on.

use crate::answers::Screening;
use crate::app::Shared;
use crate::job::{Job, State};
use crate::parameters::Names;
use crate::problem::Problem;
use axum::extract::State as Held;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, stream};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use utoipa::ToSchema;

/// Time between two events.
const BETWEEN: Duration = Duration::from_millis(250);

/// One event.
#[derive(ToSchema)]
#[expect(dead_code, reason = "events are written by the library: this describes them")]
pub(crate) struct ToldEvent {
    /// The state of the screening.
    event: State,
    /// The screening, as JSON.
    data: String,
}

/// Events with the state and the progress of a screening, until it ends.
#[utoipa::path(
    get, path = "/screenings/{id}/events", operation_id = "events", tag = "screenings", params(("id" = String, Path, description = "the screening's name")),
    responses(
        (status = 200, description = "server-sent events: each `data` is a Screening, `event` its state", content_type = "text/event-stream", body = ToldEvent),
        (status = 404, description = "no such screening", body = Problem),
    )
)]
pub(crate) async fn get(
    Held(app): Held<Shared>,
    Names(id): Names<String>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let job = app.jobs.get(&id)?;
    let telling = Telling { app, job, told: String::new(), is_over: false };
    Ok(Sse::new(stream::unfold(telling, Telling::next)).keep_alive(KeepAlive::default()))
}

struct Telling {
    app: Shared,
    job: Arc<Job>,
    /// What was told last.
    told: String,
    is_over: bool,
}

impl Telling {
    /// The next event, as soon as there is anything new.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        if self.is_over {
            return None;
        }
        let mut ends = self.job.watch();
        let mut stopping = self.app.stopping.subscribe();
        loop {
            let (app, job) = (Arc::clone(&self.app), Arc::clone(&self.job));
            let screening = tokio::task::spawn_blocking(move || Screening::of(&app, &job)).await.ok()?;
            let text = serde_json::to_string(&screening).ok()?;
            if text != self.told {
                self.is_over = screening.state.is_end();
                let name = serde_json::to_value(screening.state).ok()?;
                let event = Event::default().event(name.as_str().unwrap_or_default()).data(&text);
                self.told = text;
                return Some((Ok(event), self));
            }
            tokio::select! {
                changed = ends.changed() => changed.ok()?,
                () = tokio::time::sleep(BETWEEN) => {}
                _ = stopping.wait_for(|&stopping| stopping) => return None,
            }
        }
    }
}
