//! `/openapi.json`: what can be asked, for machines.

use crate::{events, files, land, layers, router, screenings};
use axum::Json;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Lindero",
        description = "Screens farm plots for deforestation risk, as `lindero screen` does: same rows, same bytes. A screening of \
                       maps, not the legal conclusion. Errors are problems of RFC 9457.",
    ),
    paths(
        screenings::post,
        screenings::get,
        screenings::delete,
        events::get,
        files::get,
        files::plot,
        layers::list,
        layers::tile,
        land::get,
        router::health,
    )
)]
struct Api;

/// The description of the service.
pub(crate) async fn get() -> Json<utoipa::openapi::OpenApi> {
    Json(Api::openapi())
}
