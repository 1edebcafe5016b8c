//! What names mean in rules, and which names in definitions are layers.

use crate::Policy;
use crate::columns::{columns_of, kind_by_name, kind_of_column};
use lindero_indicators::Definitions;
use lindero_logic::{Constant, Day, Scope, Symbol, ValueKind};
use std::collections::BTreeMap;

/// Whether the boundary of the plot can be measured.
pub(crate) const GEOMETRY_USABLE: &str = "geometry_usable";
/// Whether the plot is known only as a point.
pub(crate) const FROM_POINT: &str = "from_point";

/// Whether every policy gives the name a meaning.
pub(crate) fn is_special(name: &str) -> bool {
    [GEOMETRY_USABLE, FROM_POINT].contains(&name)
}

/// The names that rules may use.
pub(crate) struct RuleNames<'p> {
    policy: &'p Policy,
    /// The columns the rows will have; `None` while nobody knows.
    given: Option<&'p BTreeMap<&'p str, ValueKind>>,
    /// Columns of the policy's own indicators.
    own: Vec<String>,
}

impl<'p> RuleNames<'p> {
    /// As far as the file alone can tell: what looks like a column may be one of the catalog's indicators.
    pub(crate) fn of_file(policy: &'p Policy) -> Self {
        Self { policy, given: None, own: columns_of(&policy.definitions.indicators) }
    }

    /// With the columns the rows will have.
    pub(crate) fn of_columns(policy: &'p Policy, given: &'p BTreeMap<&'p str, ValueKind>) -> Self {
        Self { policy, given: Some(given), own: columns_of(&policy.definitions.indicators) }
    }

    fn attribute(&self, name: &str) -> Option<ValueKind> {
        self.policy.attributes.iter().find(|attribute| attribute.name == name).map(|attribute| attribute.kind)
    }

    /// Whether an indicator of this name can have columns.
    pub(crate) fn has_indicator(&self, id: &str) -> bool {
        let own = self.policy.definitions.indicators.iter().any(|spec| spec.id == id);
        own || self.given.is_none_or(|given| given.contains_key(format!("{id}_ha").as_str()))
    }

    /// Ids of the policy's own indicators.
    pub(crate) fn indicators(&self) -> impl Iterator<Item = &str> {
        self.policy.definitions.indicators.iter().map(|spec| spec.id.as_str())
    }
}

impl Scope for RuleNames<'_> {
    fn symbol(&self, name: &str) -> Option<Symbol<'_>> {
        if let Some(threshold) = self.policy.thresholds.iter().find(|threshold| threshold.name == name) {
            return Some(Symbol::Constant(Constant::Number(threshold.value)));
        }
        if let Some((_, condition)) = self.policy.conditions.iter().find(|(known, _)| known == name) {
            // A table may have the answer itself, in a column that stands for the condition.
            let answered = self.given.and_then(|given| given.get(name));
            return Some(answered.map_or(Symbol::Term(&condition.source), |kind| Symbol::Column { kind: *kind }));
        }
        if let Some(list) = self.policy.definitions.lists.get(name) {
            return Some(Symbol::List(&list.numbers));
        }
        if is_special(name) {
            return Some(Symbol::Column { kind: ValueKind::Bool });
        }
        // An attribute nobody declares is unknown, not absent: a rule must be able to ask whether it is known.
        if let Some(kind) = self.attribute(name) {
            return Some(Symbol::Column { kind });
        }
        let own = kind_of_column(&self.policy.definitions.indicators, name);
        match self.given {
            None => own.or_else(|| kind_by_name(name)).map(|kind| Symbol::Column { kind }),
            Some(given) => match given.get(name) {
                Some(kind) => Some(Symbol::Column { kind: *kind }),
                None => own.map(|_| Symbol::Absent),
            },
        }
    }

    fn names(&self) -> Vec<&str> {
        let policy = self.policy;
        let mut names: Vec<&str> = self.own.iter().map(String::as_str).collect();
        names.extend(policy.thresholds.iter().map(|threshold| threshold.name.as_str()));
        names.extend(policy.conditions.iter().map(|(name, _)| name.as_str()));
        names.extend(policy.attributes.iter().map(|attribute| attribute.name.as_str()));
        names.extend(policy.definitions.lists.keys().map(String::as_str));
        names.extend(self.given.into_iter().flat_map(BTreeMap::keys).copied());
        names.extend([GEOMETRY_USABLE, FROM_POINT]);
        names
    }
}

/// Takes every name that is no term, list or constant for a layer that is absent, to learn which layers are named.
pub(crate) struct LayerNames<'d> {
    pub(crate) definitions: &'d Definitions,
}

impl Scope for LayerNames<'_> {
    fn symbol(&self, name: &str) -> Option<Symbol<'_>> {
        if let Some(term) = self.definitions.terms.get(name) {
            return Some(Symbol::Term(&term.source));
        }
        if let Some(list) = self.definitions.lists.get(name) {
            return Some(Symbol::List(&list.numbers));
        }
        // Any day will do: nothing is evaluated.
        let cutoff = Day::from_number(0);
        match name {
            "cutoff" => Some(Symbol::Constant(Constant::Day(cutoff))),
            "cutoff_year" => Some(Symbol::Constant(Constant::Year(cutoff.year()))),
            _ => Some(Symbol::Absent),
        }
    }

    fn names(&self) -> Vec<&str> {
        let names = self.definitions.terms.keys().chain(self.definitions.lists.keys());
        names.map(String::as_str).collect()
    }
}
