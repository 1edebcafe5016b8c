//! Who may ask: whoever has the key; without one, this machine alone, and no page but our own.

use crate::app::Shared;
use crate::host::{is_same_origin, is_this_machine};
use crate::problem::Problem;
use axum::extract::{Request, State as Held};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

/// What pages may load and do: only what comes from here.
const PAGE_RULES: &str = "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Lets a request through, or says why not.
pub(crate) async fn guard(Held(app): Held<Shared>, request: Request, next: Next) -> Response {
    let response = match refused(&app, &request) {
        Some(problem) => problem.into_response(),
        None => next.run(request).await,
    };
    with_rules(response)
}

fn refused(app: &Shared, request: &Request) -> Option<Problem> {
    let headers = request.headers();
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).or_else(|| request.uri().authority().map(|it| it.as_str())).unwrap_or_default();
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    match &app.options.api_key {
        Some(key) => {
            let is_open = is_open(request.uri().path());
            return (!is_open && !given(headers).is_some_and(|given| is_key(given, key))).then(Problem::unauthorized);
        }
        // Without a key whoever reaches the service may use it: a page of elsewhere must not, through its visitor's browser.
        None if !is_this_machine(host) => {
            let message = format!("{host:?} is no name of this machine: without a key, ask 127.0.0.1 or localhost");
            return Some(Problem::forbidden(message));
        }
        None => {}
    }
    let is_foreign = text(header::ORIGIN).is_some_and(|origin| !is_same_origin(origin, host));
    (changes && is_foreign).then(|| Problem::forbidden("a page of another address may not do this"))
}

/// What holds nobody's data: the page, its scripts, the description, and whether the service lives.
pub(crate) fn is_open(path: &str) -> bool {
    path == "/" || path.starts_with("/assets/") || path == "/health" || path == "/openapi.json"
}

fn given(headers: &HeaderMap) -> Option<&str> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    bearer.or_else(|| headers.get("x-api-key")?.to_str().ok())
}

/// Hashes are compared in constant time, whatever was given.
fn is_key(given: &str, key: &str) -> bool {
    blake3::hash(given.as_bytes()) == blake3::hash(key.as_bytes())
}

fn with_rules(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(PAGE_RULES));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
