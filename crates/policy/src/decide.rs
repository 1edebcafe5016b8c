//! From the measurements of a plot to its verdict.

use crate::bind::{Asked, Bound, BoundInput, BoundRule};
use crate::decision::{Decision, Finding, State, Verdict};
use crate::{About, Outcome};
use lindero_logic::{InputValue, Value, ValueKind};

/// What is said of a boundary that cannot be used where no rule says it.
const UNASKED_BOUNDARY: &str = "The boundary cannot be used, and no rule of the policy asks about it.";

/// The measurements of one plot.
pub trait Row {
    /// The value in a column, counted as in the columns given to [`Policy::bind`](crate::Policy::bind).
    fn value(&self, column: usize) -> Value<'_>;

    /// Whether the boundary can be measured: no defect, or only such as have one repair.
    fn geometry_usable(&self) -> bool;

    /// Whether the plot is known only as a point.
    fn is_point(&self) -> bool;

    /// What is wrong with the boundary, in words.
    fn defects(&self) -> String;
}

impl Bound {
    /// Asks every rule of a plot.
    ///
    /// # Method
    ///
    /// `high` if a rule with that outcome is true; else `more_info` if one with that outcome is true, or any but a note
    /// is undecided; else `low`. So a measurement that becomes unknown can never make a verdict `low`, as long as no
    /// rule asks `known()` of it. If a rule that stands alone is true, it is the only finding, and what the rules about
    /// other things would have said is not known: `more_info`. A plot whose boundary cannot be used is never `low`, also
    /// where no rule asks about it.
    #[must_use]
    pub fn decide<R: Row + ?Sized>(&self, row: &R) -> Decision {
        let mut values = Vec::with_capacity(self.most_inputs);
        let mut findings = Vec::new();
        let mut by_about = [Verdict::Low; About::ALL.len()];
        let until = self.evidence.as_ref().and_then(|evidence| evidence.until(row));
        for (index, rule) in self.rules.iter().enumerate() {
            let Asked::Condition(program, inputs) = &rule.asked else { continue };
            values.clear();
            values.extend(inputs.iter().map(|input| InputValue::Value(input.source.value(row, until))));
            let truth = program.truth(&values);
            let verdict = &mut by_about[rule.about as usize];
            if truth.is_true() {
                let finding = Finding { rule: index, state: State::Fired, sentence: rule.sentence.of_row(row, until) };
                if rule.alone {
                    return stands_alone(rule, finding);
                }
                *verdict = (*verdict).max(Verdict::of(rule.outcome));
                findings.push(finding);
            } else if !truth.is_known() && rule.outcome != Outcome::Note {
                *verdict = (*verdict).max(Verdict::MoreInfo);
                findings.push(Finding {
                    rule: index,
                    state: State::Undecided,
                    sentence: what_is_unknown(inputs, &values),
                });
            }
        }
        let is_unasked = !row.geometry_usable() && by_about.iter().all(|verdict| *verdict == Verdict::Low);
        if is_unasked {
            by_about[About::Data as usize] = Verdict::MoreInfo;
        }
        let mut decision = Decision { evidence_until: until, ..Decision::new(findings, by_about, false) };
        if is_unasked {
            decision.said = Some(UNASKED_BOUNDARY.to_owned());
        } else if decision.verdict == Verdict::Low {
            decision.said = self.low.as_ref().map(|low| low.of_row(row, until));
        }
        decision
    }
}

fn stands_alone(rule: &BoundRule, finding: Finding) -> Decision {
    let mut by_about = [Verdict::MoreInfo; About::ALL.len()];
    by_about[rule.about as usize] = Verdict::of(rule.outcome);
    Decision::new(vec![finding], by_about, true)
}

fn what_is_unknown(inputs: &[BoundInput], values: &[InputValue<'_>]) -> String {
    let unknown = || {
        let pairs = inputs.iter().zip(values);
        pairs.filter(|(input, value)| !is_known(value, input.kind)).map(|(input, _)| input)
    };
    // Rules ask whether an attribute is known: one that is not does not leave them open while a measurement does.
    let only_attributes = unknown().all(|input| input.is_attribute);
    let names: Vec<&str> =
        unknown().filter(|input| only_attributes || !input.is_attribute).map(|input| input.name.as_str()).collect();
    match names.as_slice() {
        [] => "cannot be decided: its formula has no value here".to_owned(),
        [name] => format!("cannot be decided: {name} is unknown"),
        [names @ .., last] => format!("cannot be decided: {} and {last} are unknown", names.join(", ")),
    }
}

fn is_known(value: &InputValue<'_>, kind: ValueKind) -> bool {
    match (value, kind) {
        (InputValue::Value(Value::Never | Value::Silent), _) => true,
        (InputValue::Value(Value::Number(number)), ValueKind::Number | ValueKind::Year | ValueKind::Day) => {
            number.is_finite()
        }
        (InputValue::Value(Value::Text(_)), ValueKind::Text) | (InputValue::Value(Value::Bool(_)), ValueKind::Bool) => {
            true
        }
        _ => false,
    }
}
