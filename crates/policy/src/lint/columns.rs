//! Columns that are a slip of the finger away from one of the policy's own.
//!
//! A rule may read the indicators of a catalog, so that a file alone does not tell whether a column will be there; but one that is
//! nearly called like one of the policy's own is hardly another's.

use crate::columns::{columns_of, kind_of_column};
use crate::names::{RuleNames, is_special};
use crate::sentence::{Piece, Sentence};
use crate::{Policy, When};
use lindero_layers::{ConfigError, Expression};
use lindero_logic::{Scope, Symbol, compile_condition, nearest};

pub(super) fn lints(policy: &Policy) -> Vec<ConfigError> {
    let scope =
        OwnColumns { policy, names: RuleNames::of_file(policy), own: columns_of(&policy.definitions.indicators) };
    let conditions = policy.conditions.iter().map(|(_, condition)| condition);
    let rules = policy.rules.iter().filter_map(|rule| match &rule.when {
        When::True(condition) => Some(condition),
        When::PointNotLow | When::Unsteady => None,
    });
    // What is wrong in a condition is told there and not where it is used.
    let of_condition = |condition: &Expression| {
        let error = compile_condition(&condition.source, &scope).err().filter(|error| error.term.is_none())?;
        Some(condition.error(&error))
    };
    let of_sentence = |rule: &crate::Rule| {
        let sentence = Sentence::parse(&rule.reason.source).ok()?;
        let slip = |piece: &Piece| match piece {
            Piece::Value(name) => Some((name.clone(), scope.meant(name)?.to_owned())),
            _ => None,
        };
        let (name, meant) = sentence.pieces().iter().find_map(slip)?;
        Some(rule.reason.error_text(&format!("{{{name}}} names no column; did you mean {meant:?}?")))
    };
    conditions.chain(rules).filter_map(of_condition).chain(policy.rules.iter().filter_map(of_sentence)).collect()
}

/// The names of a policy, without those that are nearly one of its own columns.
struct OwnColumns<'p> {
    policy: &'p Policy,
    names: RuleNames<'p>,
    own: Vec<String>,
}

impl OwnColumns<'_> {
    /// The column that was meant, if the name is nearly one of the policy's own.
    fn meant(&self, name: &str) -> Option<&str> {
        let is_declared = is_special(name) || self.policy.attributes.iter().any(|attribute| attribute.name == name);
        let is_own = kind_of_column(&self.policy.definitions.indicators, name).is_some();
        let is_column = matches!(self.names.symbol(name), Some(Symbol::Column { .. }));
        if is_declared || is_own || !is_column {
            return None;
        }
        // By their indicators alone: endings are alike in all columns.
        let near = |id: &str| {
            let measure =
                self.own.iter().filter_map(|own| own.strip_prefix(id)).find(|measure| name.ends_with(measure))?;
            let typed = name.strip_suffix(measure)?;
            nearest(typed, [id]).map(|_| format!("{id}{measure}"))
        };
        let meant = self.names.indicators().find_map(near)?;
        self.own.iter().map(String::as_str).find(|own| *own == meant)
    }
}

impl Scope for OwnColumns<'_> {
    fn symbol(&self, name: &str) -> Option<Symbol<'_>> {
        if self.meant(name).is_some() { None } else { self.names.symbol(name) }
    }

    fn names(&self) -> Vec<&str> {
        self.own.iter().map(String::as_str).collect()
    }
}
