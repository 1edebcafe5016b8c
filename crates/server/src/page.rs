//! `/`: the map page.

use crate::assets::{Asset, find};
use crate::parameters::Names;
use crate::problem::Problem;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// The page.
pub(crate) async fn index() -> Result<Response, Problem> {
    file("index.html")
}

/// What the page loads.
pub(crate) async fn asset(Names(name): Names<String>) -> Result<Response, Problem> {
    file(&name)
}

fn file(name: &str) -> Result<Response, Problem> {
    let Asset { kind, bytes } = find(name).ok_or_else(|| Problem::not_found(format!("there is no file {name:?}")))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    Ok((headers, bytes).into_response())
}
