//! `/openapi.json`: what can be asked, for machines.

use crate::access::is_open;
use crate::{borders, choices, events, files, given_answers, land, layers, questions, router, screenings};
use axum::Json;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{RefOr, Response, SecurityRequirement};
use utoipa::{Modify, OpenApi};

/// How problems are sent.
const PROBLEM: &str = "application/problem+json";
/// Names of the two ways to give the key.
const KEYS: [&str; 2] = ["bearer", "x-api-key"];

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
        questions::get,
        questions::file,
        given_answers::get,
        given_answers::post,
        given_answers::file,
        choices::get,
        layers::list,
        layers::tile,
        land::get,
        borders::get,
        router::health,
    ),
    modifiers(&Everywhere)
)]
struct Api;

/// What is the same of every address: the key, what is answered without it, and how problems are sent.
struct Everywhere;

impl Modify for Everywhere {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let components = api.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme(KEYS[0], SecurityScheme::Http(bearer));
        components.add_security_scheme(KEYS[1], SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-API-Key"))));
        for (path, item) in &mut api.paths.paths {
            for operation in operations(item) {
                if !is_open(path) {
                    operation.security = Some(KEYS.map(|key| SecurityRequirement::new::<_, _, &str>(key, [])).to_vec());
                    for (status, told) in [("401", "the key is missing or wrong"), ("403", "not from there")] {
                        operation.responses.responses.insert(status.to_owned(), RefOr::T(problem(told)));
                    }
                }
                operation.responses.responses.values_mut().for_each(as_problem);
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.delete].into_iter().filter_map(Option::as_mut)
}

/// A response with a problem.
fn problem(told: &str) -> Response {
    let schema = utoipa::openapi::Ref::from_schema_name("Problem");
    let content = utoipa::openapi::ContentBuilder::new().schema(Some(schema)).build();
    utoipa::openapi::ResponseBuilder::new().description(told).content("application/json", content).build()
}

/// Problems have a media type of their own.
fn as_problem(response: &mut RefOr<Response>) {
    let RefOr::T(response) = response else { return };
    let is_problem = |content: &utoipa::openapi::Content| matches!(&content.schema, Some(RefOr::Ref(schema)) if schema.ref_location.ends_with("/Problem"));
    if let Some(content) = response.content.get("application/json").filter(|content| is_problem(content)).cloned() {
        response.content.clear();
        response.content.insert(PROBLEM.to_owned(), content);
    }
}

/// The description of the service.
pub(crate) async fn get() -> Json<utoipa::openapi::OpenApi> {
    Json(Api::openapi())
}
