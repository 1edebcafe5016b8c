//! Rules that can be true.

use super::search::{Found, Search};
use crate::names::RuleNames;
use crate::{Policy, When};
use lindero_layers::ConfigError;
use lindero_logic::Program;

pub(super) fn lints(policy: &Policy, programs: &[Option<Program>]) -> Vec<ConfigError> {
    let scope = RuleNames::of_file(policy);
    let lint = |(rule, program): (&crate::Rule, &Option<Program>)| {
        let (When::True(condition), Some(program)) = (&rule.when, program) else { return None };
        let mut search = Search::new(program, &scope);
        if search.is_true() != Found::Nothing {
            return None;
        }
        let names = match search.names.as_slice() {
            [] => String::new(),
            [name] => format!(", whatever {name} is"),
            [names @ .., last] => format!(", whatever {} and {last} are", names.join(", ")),
        };
        let message = format!("rule {} is never true{names}: are its bounds the wrong way round?", rule.code);
        Some(condition.error_text(&message))
    };
    policy.rules.iter().zip(programs).filter_map(lint).collect()
}
