//! Which address is answered by whom.

use crate::access::guard;
use crate::app::Shared;
use crate::problem::Problem;
use crate::{borders, choices, events, files, given_answers, land, layers, openapi, page, questions, screenings};
use axum::extract::DefaultBodyLimit;
use axum::http::Uri;
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use serde_json::{Value, json};

/// Whether the service lives, and of which version it is.
#[utoipa::path(
    get, path = "/health", operation_id = "health", tag = "service",
    responses((status = 200, description = "it lives", body = Object))
)]
pub(crate) async fn health() -> Json<Value> {
    Json(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}

async fn nowhere(uri: Uri) -> Problem {
    Problem::not_found(format!("there is nothing at {}: GET /openapi.json has what there is", uri.path()))
}

async fn no_method() -> Problem {
    Problem::no_method("GET /openapi.json has what there is")
}

/// All addresses.
pub(crate) fn router(app: Shared) -> Router {
    Router::new()
        .route("/", get(page::index))
        .route("/assets/{name}", get(page::asset))
        .route("/health", get(health))
        .route("/openapi.json", get(openapi::get))
        .route("/layers", get(layers::list))
        .route("/land.geojson", get(land::get))
        .route("/borders.geojson", get(borders::get))
        .route("/tiles/{layer}/{z}/{x}/{y}", get(layers::tile))
        .route("/screenings", post(screenings::post))
        .route("/screenings/{id}", get(screenings::get).delete(screenings::delete))
        .route("/screenings/{id}/events", get(events::get))
        .route("/screenings/{id}/files/{name}", get(files::get))
        .route("/screenings/{id}/plots/{plot_id}", get(files::plot))
        .route("/screenings/{id}/questions", get(questions::get))
        .route("/screenings/{id}/questions/{name}", get(questions::file))
        .route("/screenings/{id}/answers", get(given_answers::get).post(given_answers::post))
        .route("/screenings/{id}/answers/{name}", get(given_answers::file))
        .route("/choices", get(choices::get))
        .fallback(nowhere)
        .method_not_allowed_fallback(no_method)
        // Uploads are counted while they are received.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(app.clone(), guard))
        .with_state(app)
}
