//! `/choices`: by what plots can be decided here.

use crate::app::Shared;
use axum::Json;
use axum::extract::State as Held;
use lindero_indicators::{PRESETS, Preset, builtin_preset};
use lindero_policy::{BUILTIN, Policy, builtin};
use serde::Serialize;
use utoipa::ToSchema;

/// By what plots can be decided here.
#[derive(Serialize, ToSchema)]
pub(crate) struct Choices {
    /// The policy that decides where none is asked for.
    policy: ChoiceOf,
    /// Those that can be asked for; some need layers that the catalog may lack.
    policies: Vec<ChoiceOf>,
    /// Ways to count trees on farms that can be asked for.
    presets: Vec<ChoiceOf>,
    /// The rules of the policy that decides where none is asked for.
    rules: Vec<RuleOf>,
}

/// Something that can be asked for.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChoiceOf {
    /// Its name, as it is asked for.
    name: String,
    /// What it is.
    title: String,
}

/// A rule of a policy.
#[derive(Serialize, ToSchema)]
pub(crate) struct RuleOf {
    /// Its code, as it stands in `findings`.
    code: String,
    /// Its name in words.
    name: String,
}

/// By what plots can be decided here: policies, presets, and the rules of the service's own policy.
#[utoipa::path(
    get, path = "/choices", operation_id = "choices", tag = "screenings",
    responses((status = 200, description = "what can be asked for", body = Choices))
)]
pub(crate) async fn get(Held(app): Held<Shared>) -> Json<Choices> {
    let own = &app.input.policy.policy;
    let choice = |policy: &Policy| ChoiceOf { name: policy.name().to_owned(), title: policy.title().to_owned() };
    let policies = BUILTIN.iter().filter_map(|name| builtin(name));
    let policies = policies.filter_map(|(file, text)| Policy::parse(file, text).ok());
    let presets = PRESETS.iter().filter_map(|name| builtin_preset(name));
    let presets = presets.filter_map(|(file, text)| Preset::parse(file, text).ok());
    let rule = |rule: &lindero_policy::Rule| RuleOf { code: rule.code.clone(), name: rule.name.replace('-', " ") };
    Json(Choices {
        policy: choice(own),
        policies: policies.map(|policy| choice(&policy)).collect(),
        presets: presets.map(|preset| ChoiceOf { name: preset.name, title: preset.counts }).collect(),
        rules: own.rules().iter().map(rule).collect(),
    })
}
