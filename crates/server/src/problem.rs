//! What went wrong, as RFC 9457 writes it.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The exit code of the command line for "could not run".
const COULD_NOT_RUN: u8 = 2;
/// When to ask again, in seconds, where the service has too much to do.
const RETRY_S: u32 = 10;

/// What went wrong (RFC 9457).
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// What kind of problem it is.
    #[serde(rename = "type")]
    #[schema(rename = "type", example = "urn:lindero:problem:unusable")]
    kind: String,
    /// The kind in words.
    title: String,
    /// The status of the answer.
    status: u16,
    /// What is wrong, where, and what would be right.
    detail: String,
    /// The exit code with which the command line ends on the same.
    code: u8,
}

impl Problem {
    fn new(status: StatusCode, kind: &str, title: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:lindero:problem:{kind}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            code: COULD_NOT_RUN,
        }
    }

    /// The request itself is wrong.
    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "request", "The request cannot be understood", detail)
    }

    /// The address takes other methods.
    pub(crate) fn no_method(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method", "This address does not take that method", detail)
    }

    /// Who asks is not known.
    pub(crate) fn unauthorized() -> Self {
        let detail = "give the key of this service as `Authorization: Bearer KEY` or `X-API-Key: KEY`";
        Self::new(StatusCode::UNAUTHORIZED, "key", "This service needs a key", detail)
    }

    /// The client sends nothing more.
    pub(crate) fn stalled(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "stalled", "The upload has stopped", detail)
    }

    /// Another page's request.
    pub(crate) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "origin", "This request comes from elsewhere", detail)
    }

    /// There is no such thing.
    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is no such thing here", detail)
    }

    /// The thing is not in a state for this.
    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "state", "This is not possible now", detail)
    }

    /// More than the service takes.
    pub(crate) fn too_large(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "This is more than this service takes", detail)
    }

    /// What was sent cannot be used.
    pub(crate) fn unusable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "unusable", "What was sent cannot be used", detail)
    }

    /// Too many wait.
    pub(crate) fn too_many(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many", "Too many screenings wait", detail)
    }

    /// The service cannot do it.
    pub(crate) fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The service cannot do this now", detail)
    }

    /// It took too long.
    pub(crate) fn timeout(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::GATEWAY_TIMEOUT, "too-long", "This took too long", detail)
    }

    /// The program is wrong.
    pub(crate) fn internal() -> Self {
        let detail = "the program has an error of its own; what it wrote to standard error helps to mend it";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong here", detail)
    }

    #[cfg(test)]
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(RETRY_S));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
