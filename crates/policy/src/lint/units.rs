//! Hectares are not compared with percent, nor with years.

use crate::names::RuleNames;
use crate::{Policy, When};
use lindero_layers::ConfigError;
use lindero_logic::{Scope, Symbol, ValueKind, unit_mismatch};

/// Units by the endings of names.
const ENDINGS: [(&str, &str); 4] =
    [("_ha", "hectares"), ("_pct", "percent"), ("_m2", "square metres"), ("_year", "years")];

pub(super) fn lints(policy: &Policy) -> Vec<ConfigError> {
    let scope = RuleNames::of_file(policy);
    let unit_of = |name: &str| match scope.symbol(name) {
        Some(Symbol::Column { kind: ValueKind::Year }) => Some("years".to_owned()),
        Some(Symbol::Column { kind: ValueKind::Day }) => Some("days".to_owned()),
        Some(Symbol::Column { kind: ValueKind::Number } | Symbol::Constant(_)) => {
            ENDINGS.iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, unit)| (*unit).to_owned())
        }
        _ => None,
    };
    let conditions = policy.conditions.iter().map(|(_, condition)| condition);
    let rules = policy.rules.iter().filter_map(|rule| match &rule.when {
        When::True(condition) => Some(condition),
        When::PointNotLow | When::Unsteady => None,
    });
    let lint = |condition: &lindero_layers::Expression| {
        let mut mismatch = unit_mismatch(&condition.source, &unit_of).ok().flatten()?;
        mismatch.error.hint = meant(&scope, &mismatch.left, &mismatch.right)
            .or_else(|| meant(&scope, &mismatch.right, &mismatch.left))
            .map(|name| format!("did you mean {name:?}?"));
        Some(condition.error(&mismatch.error))
    };
    conditions.chain(rules).filter_map(lint).collect()
}

/// The name that `wrong` would have in the unit of `right`, if there is such a name.
fn meant(scope: &RuleNames<'_>, right: &str, wrong: &str) -> Option<String> {
    let ending = |name: &str| ENDINGS.iter().map(|(ending, _)| *ending).find(|ending| name.ends_with(ending));
    let name = format!("{}{}", wrong.strip_suffix(ending(wrong)?)?, ending(right)?);
    scope.names().contains(&name.as_str()).then_some(name)
}
