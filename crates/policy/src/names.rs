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

/// The last day up to which the plot was watched.
pub(crate) const EVIDENCE_UNTIL: &str = "evidence_until";
/// The last day of the harvest, where somebody says.
pub(crate) const PRODUCTION_END: &str = "production_end";

/// The column that says whether a plot lies in another country than declared, where a run was told which.
pub const OUTSIDE_COUNTRY: &str = "outside_country";
/// The column with the share of a plot, in percent, that others claim too, where a run has compared its plots.
pub const CLAIMED_PCT: &str = "claimed_pct";

/// Names that every policy may use, and what they hold. The last two are columns that a run has where it knows of them.
const SPECIAL: [(&str, ValueKind); 6] = [
    (GEOMETRY_USABLE, ValueKind::Bool),
    (FROM_POINT, ValueKind::Bool),
    (EVIDENCE_UNTIL, ValueKind::Day),
    (PRODUCTION_END, ValueKind::Day),
    (OUTSIDE_COUNTRY, ValueKind::Bool),
    (CLAIMED_PCT, ValueKind::Number),
];

/// Whether every policy gives the name a meaning.
pub(crate) fn is_special(name: &str) -> bool {
    SPECIAL.iter().any(|(known, _)| *known == name)
}

/// What a column holds that only a run has which was told or asked more.
pub(crate) fn kind_of_told(name: &str) -> Option<ValueKind> {
    let is_told = [OUTSIDE_COUNTRY, CLAIMED_PCT].contains(&name);
    SPECIAL.iter().find(|(known, _)| is_told && *known == name).map(|(_, kind)| *kind)
}

/// What is there beside the columns of a run.
#[derive(Clone, Copy, Default)]
pub(crate) struct Beside {
    /// Whether it is told up to which day plots were watched.
    pub(crate) evidence: bool,
    /// The last day of the harvest.
    pub(crate) production_end: Option<Day>,
}

/// The names that rules may use.
pub(crate) struct RuleNames<'p> {
    policy: &'p Policy,
    /// The columns the rows will have; `None` while nobody knows.
    given: Option<(&'p BTreeMap<&'p str, ValueKind>, Beside)>,
    /// Columns of the policy's own indicators.
    own: Vec<String>,
}

impl<'p> RuleNames<'p> {
    /// As far as the file alone can tell: what looks like a column may be one of the catalog's indicators.
    pub(crate) fn of_file(policy: &'p Policy) -> Self {
        Self { policy, given: None, own: columns_of(&policy.definitions.indicators) }
    }

    /// With the columns the rows will have.
    pub(crate) fn of_columns(policy: &'p Policy, given: &'p BTreeMap<&'p str, ValueKind>, beside: Beside) -> Self {
        Self { policy, given: Some((given, beside)), own: columns_of(&policy.definitions.indicators) }
    }

    fn attribute(&self, name: &str) -> Option<ValueKind> {
        self.policy.attributes.iter().find(|attribute| attribute.name == name).map(|attribute| attribute.kind)
    }

    /// Whether an indicator of this name can have columns.
    pub(crate) fn has_indicator(&self, id: &str) -> bool {
        let own = self.policy.definitions.indicators.iter().any(|spec| spec.id == id);
        own || self.given.is_none_or(|(given, _)| given.contains_key(format!("{id}_ha").as_str()))
    }

    /// Whether an indicator, of the policy or of a catalog, can have a column of this name.
    pub(crate) fn can_be_column(&self, name: &str) -> bool {
        let own = self.own.iter().any(|column| column == name);
        own || kind_by_name(name).is_some() && self.given.is_none_or(|(given, _)| given.contains_key(name))
    }

    fn special(&self, name: &str) -> Option<Symbol<'_>> {
        let kind = SPECIAL.iter().find(|(known, _)| *known == name)?.1;
        let Some((given, beside)) = self.given else { return Some(Symbol::Column { kind }) };
        let is_there = match name {
            GEOMETRY_USABLE | FROM_POINT => true,
            EVIDENCE_UNTIL => beside.evidence,
            PRODUCTION_END => beside.production_end.is_some(),
            _ => given.contains_key(name),
        };
        Some(match beside.production_end {
            Some(day) if name == PRODUCTION_END => Symbol::Constant(Constant::Day(day)),
            _ if is_there => Symbol::Column { kind },
            _ => Symbol::Absent,
        })
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
            let answered = self.given.and_then(|(given, _)| given.get(name));
            return Some(answered.map_or(Symbol::Term(&condition.source), |kind| Symbol::Column { kind: *kind }));
        }
        if let Some(list) = self.policy.definitions.lists.get(name) {
            return Some(Symbol::List(&list.numbers));
        }
        if let Some(special) = self.special(name) {
            return Some(special);
        }
        // An attribute nobody declares is unknown, not absent: a rule must be able to ask whether it is known.
        if let Some(kind) = self.attribute(name) {
            return Some(Symbol::Column { kind });
        }
        let own = kind_of_column(&self.policy.definitions.indicators, name);
        match self.given {
            None => own.or_else(|| kind_by_name(name)).map(|kind| Symbol::Column { kind }),
            Some((given, _)) => match given.get(name) {
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
        names.extend(self.given.into_iter().flat_map(|(given, _)| given.keys()).copied());
        names.extend(SPECIAL.map(|(name, _)| name));
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
