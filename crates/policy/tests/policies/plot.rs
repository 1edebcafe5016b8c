//! A plot as a list of measurements, and what a shipped policy decides of it.

use lindero_indicators::{IndicatorKind, IndicatorSpec};
use lindero_logic::{Value, ValueKind};
use lindero_policy::{Bound, Column, Decision, Policy, Row, State, Verdict, builtin};

/// A shipped policy.
pub(crate) fn shipped(name: &str) -> Policy {
    let (file, text) = builtin(name).expect("a policy that comes with the program");
    Policy::parse(file, text).unwrap_or_else(|error| panic!("{error}"))
}

/// The columns a run has when the catalog lacks nothing but the indicators `without`, and maps every attribute.
pub(crate) fn columns(policy: &Policy, without: &[&str]) -> Vec<Column> {
    let number = |name: String| Column { name, kind: ValueKind::Number };
    let mut columns = Vec::new();
    let of = |spec: &IndicatorSpec, measure: &str| format!("{}_{measure}", spec.id);
    for spec in policy.definitions().indicators.iter().filter(|spec| !without.contains(&spec.id.as_str())) {
        columns.extend([number(of(spec, "ha")), number(of(spec, "pct"))]);
        match &spec.kind {
            IndicatorKind::Overlaps { .. } => columns.push(Column { name: of(spec, "names"), kind: ValueKind::Text }),
            IndicatorKind::Cells(cells) => {
                columns.push(number(of(spec, "observed_pct")));
                let years = cells.years.map_or(0..0, |(first, last)| first..last + 1);
                columns.extend(years.map(|year| number(of(spec, &format!("{year}_ha")))));
            }
        }
    }
    columns.extend(policy.attributes().iter().map(|a| Column { name: a.name.clone(), kind: a.kind }));
    columns
}

/// A plot of which nothing is said but what is given.
pub(crate) struct Plot {
    values: Vec<Value<'static>>,
    pub(crate) usable: bool,
}

impl Plot {
    /// Everything observed, nothing found, nothing declared; then the values given.
    pub(crate) fn with(columns: &[Column], given: &[(&str, Value<'static>)]) -> Self {
        let nothing = |column: &Column| match column.kind {
            ValueKind::Text => Value::Text(""),
            ValueKind::Number if column.name.ends_with("_observed_pct") => Value::Number(100.0),
            ValueKind::Number => Value::Number(0.0),
            _ => Value::Unknown,
        };
        let mut values: Vec<Value<'static>> = columns.iter().map(nothing).collect();
        for (name, value) in given {
            let place = columns.iter().position(|column| column.name == *name);
            values[place.unwrap_or_else(|| panic!("no column {name}"))] = *value;
        }
        Self { values, usable: true }
    }

    pub(crate) fn set(&mut self, column: usize, value: Value<'static>) {
        self.values[column] = value;
    }
}

impl Row for Plot {
    fn value(&self, column: usize) -> Value<'_> {
        self.values[column]
    }

    fn geometry_usable(&self) -> bool {
        self.usable
    }

    fn is_point(&self) -> bool {
        false
    }

    fn defects(&self) -> String {
        if self.usable { String::new() } else { "side 3 crosses side 1".to_owned() }
    }
}

/// A shipped policy with all its columns.
pub(crate) struct Desk {
    pub(crate) policy: Policy,
    pub(crate) columns: Vec<Column>,
    pub(crate) bound: Bound,
}

impl Desk {
    pub(crate) fn of(name: &str) -> Self {
        Self::without(name, &[])
    }

    pub(crate) fn without(name: &str, indicators: &[&str]) -> Self {
        let policy = shipped(name);
        let columns = columns(&policy, indicators);
        let bound = policy.bind(&columns).unwrap_or_else(|error| panic!("{error}"));
        Self { policy, columns, bound }
    }

    pub(crate) fn decide(&self, given: &[(&str, Value<'static>)]) -> Decision {
        self.bound.decide(&Plot::with(&self.columns, given))
    }

    /// Codes of the findings; one that cannot be decided has a question mark.
    pub(crate) fn codes(&self, decision: &Decision) -> Vec<String> {
        let code = |finding: &lindero_policy::Finding| {
            let mark = if finding.state == State::Undecided { "?" } else { "" };
            format!("{}{mark}", self.policy.rules()[finding.rule].code)
        };
        decision.findings.iter().map(code).collect()
    }

    /// Asserts verdict and codes of what these numbers give.
    pub(crate) fn check(&self, given: &[(&str, f64)], verdict: Verdict, codes: &[&str]) {
        let decision = self.decide(&numbers(given));
        assert_eq!((decision.verdict, self.codes(&decision)), (verdict, owned(codes)), "{given:?}");
    }

    /// Asserts the sentence of a rule.
    pub(crate) fn says(&self, given: &[(&str, Value<'static>)], code: &str, sentence: &str) {
        let decision = self.decide(given);
        let rule = self.policy.rules().iter().position(|rule| rule.code == code).expect("a code of the policy");
        let finding = decision.findings.iter().find(|finding| finding.rule == rule);
        assert_eq!(finding.map(|finding| finding.sentence.as_str()), Some(sentence), "{given:?}");
    }
}

pub(crate) fn numbers<'n>(given: &[(&'n str, f64)]) -> Vec<(&'n str, Value<'static>)> {
    given.iter().map(|(name, number)| (*name, Value::Number(*number))).collect()
}

pub(crate) fn owned(codes: &[&str]) -> Vec<String> {
    codes.iter().map(|code| (*code).to_owned()).collect()
}
