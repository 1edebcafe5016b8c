//! How near the answer of a rule is to being the other one, and what would make it so.

use crate::bind::{Asked, Bound, BoundInput, Source};
use crate::decide::Row;
use crate::decision::{Decision, Verdict};
use crate::digits::{ENGLISH, Unit, printed};
use lindero_logic::{InputValue, Program, Truth, Value, ValueKind};
use std::fmt;

/// Years between which an answer about a year is looked for.
const YEARS: [f64; 2] = [1900.0, 2100.0];
/// Halvings of an interval in which the answer turns: more than a double can tell apart.
const HALVINGS: usize = 200;

/// How a rule was answered of one plot, and what would turn the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Margin {
    /// Index of the rule among [`Policy::rules`](crate::Policy::rules).
    pub rule: usize,
    /// Whether the rule is true of the plot. A rule that cannot be decided has no margin.
    pub holds: bool,
    /// What would turn the answer: each item is a way of its own, the nearest first.
    pub ways: Vec<Way>,
}

/// Changes that together turn the answer of a rule, everything else as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// What changes.
    pub changes: Vec<Change>,
}

/// A value as it is, and where the answer turns.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The column or attribute.
    pub name: String,
    /// Its value; `None` where it is unknown.
    pub has: Option<f64>,
    /// The value at which the answer turns.
    pub turns_at: f64,
    /// The side on which it is the other one.
    pub side: Side,
    source: Source,
    kind: ValueKind,
}

/// Where a value would have to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Below where it turns.
    Below,
    /// There, or below.
    AtMost,
    /// There, or above.
    AtLeast,
    /// Above where it turns.
    Above,
    /// Exactly that: of yes and no.
    Is,
}

impl Bound {
    /// How near every rule with a condition is to the other answer, in the order of the rules.
    ///
    /// # Method
    ///
    /// Of a rule that is true or false of the plot, each number it reads is moved towards 0, and towards 100 % or the end of
    /// our times, until the answer turns; where it turns is found by halving, and is the threshold itself where there is one.
    /// Where no single smaller number turns a true rule to false, all are shrunk together, and those that need not shrink are
    /// left as they are. An attribute that is unknown is looked at like one that is known.
    #[must_use]
    pub fn margins<R: Row + ?Sized>(&self, row: &R) -> Vec<Margin> {
        let until = self.evidence.as_ref().and_then(|evidence| evidence.until(row));
        let of_rule = |(index, rule): (usize, &crate::bind::BoundRule)| {
            let Asked::Condition(program, inputs) = &rule.asked else { return None };
            let values = inputs.iter().map(|input| InputValue::Value(input.source.value(row, until))).collect();
            let asked = Asking { program, inputs, values };
            let truth = asked.truth();
            let holds = truth.is_true();
            (holds || truth.is_false()).then(|| Margin { rule: index, holds, ways: asked.ways(holds) })
        };
        self.rules.iter().enumerate().filter_map(of_rule).collect()
    }

    /// The ways by which a rule that is true would not be, and after which the verdict would not be worse than it is.
    #[must_use]
    pub fn ways_out<R: Row + ?Sized>(&self, row: &R, margin: &Margin) -> Vec<Way> {
        let verdict = self.decide(row).verdict;
        let is_out = |way: &&Way| self.decide_after(row, way).is_none_or(|after| after.verdict <= verdict);
        margin.ways.iter().filter(is_out).cloned().collect()
    }

    /// What would be decided with the changes of a way, everything else as it is; `None` where one of them is no column.
    #[must_use]
    pub fn decide_after<R: Row + ?Sized>(&self, row: &R, way: &Way) -> Option<Decision> {
        let changed = way.changes.iter().map(|change| match change.source {
            Source::Column(column) => Some((column, change.beyond())),
            _ => None,
        });
        let changed: Vec<(usize, Value<'static>)> = changed.collect::<Option<_>>()?;
        Some(self.decide(&Changed { row, changed }))
    }

    /// The verdict and the codes of what is found after a way, such as `more_info (L4)`.
    #[must_use]
    pub fn outcome_after<R: Row + ?Sized>(&self, row: &R, way: &Way) -> Option<String> {
        let decision = self.decide_after(row, way)?;
        let codes: Vec<&str> = decision
            .findings
            .iter()
            .filter(|finding| self.rules[finding.rule].outcome != crate::Outcome::Note)
            .map(|finding| self.rules[finding.rule].code.as_str())
            .collect();
        Some(match decision.verdict {
            Verdict::Low => decision.verdict.as_str().to_owned(),
            verdict => format!("{} ({})", verdict.as_str(), codes.join(", ")),
        })
    }
}

impl Side {
    fn is_less(self) -> bool {
        matches!(self, Self::Below | Self::AtMost)
    }
}

/// A row of which some values are others.
struct Changed<'r, R: ?Sized> {
    row: &'r R,
    changed: Vec<(usize, Value<'static>)>,
}

impl<R: Row + ?Sized> Row for Changed<'_, R> {
    fn value(&self, column: usize) -> Value<'_> {
        let changed = self.changed.iter().find(|(changed, _)| *changed == column);
        changed.map_or_else(|| self.row.value(column), |(_, value)| *value)
    }

    fn geometry_usable(&self) -> bool {
        self.row.geometry_usable()
    }

    fn is_point(&self) -> bool {
        self.row.is_point()
    }

    fn defects(&self) -> String {
        self.row.defects()
    }
}

/// One rule asked of one plot.
struct Asking<'a> {
    program: &'a Program,
    inputs: &'a [BoundInput],
    values: Vec<InputValue<'a>>,
}

impl Asking<'_> {
    fn truth(&self) -> Truth {
        self.program.truth(&self.values)
    }

    /// Whether the answer is the other one with some inputs as given.
    fn turns(&self, holds: bool, given: &[(usize, f64)]) -> bool {
        let mut values = self.values.clone();
        for (input, number) in given {
            values[*input] = InputValue::Value(match self.inputs[*input].kind {
                ValueKind::Bool => Value::Bool(*number != 0.0),
                _ => Value::Number(*number),
            });
        }
        let truth = self.program.truth(&values);
        if holds { truth.is_false() } else { truth.is_true() }
    }

    fn number(&self, input: usize) -> Option<f64> {
        match self.values[input] {
            InputValue::Value(Value::Number(number)) if number.is_finite() => Some(number),
            InputValue::Value(Value::Bool(truth)) => Some(f64::from(u8::from(truth))),
            _ => None,
        }
    }

    fn ways(&self, holds: bool) -> Vec<Way> {
        let mut ways: Vec<Way> = (0..self.inputs.len())
            .filter_map(|input| self.one(holds, input))
            .map(|change| Way { changes: vec![change] })
            .collect();
        // A rule that only another finding would silence is looked at as a whole.
        if holds && !ways.iter().any(|way| way.changes[0].side.is_less()) {
            ways.extend(self.together());
        }
        ways.sort_by(|a, b| a.relative_distance().total_cmp(&b.relative_distance()));
        ways
    }

    /// Turns the answer by one input alone.
    fn one(&self, holds: bool, input: usize) -> Option<Change> {
        let BoundInput { kind, is_attribute, ref source, .. } = self.inputs[input];
        // How the plot was given, and what the maps have watched, is no measurement that could be another.
        if !matches!(source, Source::Column(_) | Source::Undeclared) {
            return None;
        }
        let has = self.number(input);
        let turns = |number: f64| self.turns(holds, &[(input, number)]);
        if kind == ValueKind::Bool {
            let other = match has {
                Some(has) => 1.0 - has,
                None if is_attribute => f64::from(u8::from(turns(1.0))),
                None => return None,
            };
            return turns(other).then(|| self.change(input, other, Side::Is));
        }
        let [low, high] = match (kind, self.is_share(input)) {
            (ValueKind::Number, true) => [0.0, 100.0],
            (ValueKind::Number, false) => [0.0, has.map_or(1.0, |has| 1e6 * has.abs().max(1.0))],
            (ValueKind::Year, _) => YEARS,
            _ => return None,
        };
        let Some(has) = has else {
            // What is unknown may be anywhere: where the answer turns is looked for between the ends.
            let known = is_attribute && kind == ValueKind::Year && turns(low) != turns(high);
            return known.then(|| {
                let end = if turns(low) { low } else { high };
                self.turning(holds, input, low + high - end, end)
            });
        };
        let ends = [low, high].into_iter().filter(|end| *end != has && turns(*end));
        let changes = ends.map(|end| self.turning(holds, input, has, end));
        changes.min_by(|a, b| (a.turns_at - has).abs().total_cmp(&(b.turns_at - has).abs()))
    }

    fn is_share(&self, input: usize) -> bool {
        self.inputs[input].name.ends_with("_pct")
    }

    /// Where between a value with today's answer and one with the other the answer turns.
    fn turning(&self, holds: bool, input: usize, from: f64, to: f64) -> Change {
        let turns = |number: f64| self.turns(holds, &[(input, number)]);
        let (mut today, mut other) = (from, to);
        for _ in 0..HALVINGS {
            let middle = today + (other - today) / 2.0;
            if middle == today || middle == other {
                break;
            }
            if turns(middle) { other = middle } else { today = middle }
        }
        let downwards = to < from;
        if self.inputs[input].kind == ValueKind::Year {
            let (at, side) = if downwards { (other.floor(), Side::AtMost) } else { (other.ceil(), Side::AtLeast) };
            return self.change(input, at, side);
        }
        // A threshold is printed as it is written, not one step of a double beside it.
        let (below, above) = (today.min(other), today.max(other));
        let name = self.inputs[input].name.as_str();
        let references = self.program.references();
        let threshold = references
            .iter()
            .filter(|reference| reference.name == name)
            .map(|reference| reference.threshold)
            .find(|threshold| (below..=above).contains(threshold));
        let at = threshold.unwrap_or(other);
        let side = match (downwards, turns(at)) {
            (true, true) => Side::AtMost,
            (true, false) => Side::Below,
            (false, true) => Side::AtLeast,
            (false, false) => Side::Above,
        };
        self.change(input, at, side)
    }

    /// Turns a true rule to false by shrinking several numbers.
    fn together(&self) -> Option<Way> {
        let numbers = (0..self.inputs.len()).filter(|input| self.inputs[*input].kind == ValueKind::Number);
        let mut shrinking: Vec<(usize, f64)> =
            numbers.filter_map(|input| Some((input, self.number(input).filter(|has| *has > 0.0)?))).collect();
        let scaled = |shrinking: &[(usize, f64)], factor: f64| -> Vec<(usize, f64)> {
            shrinking.iter().map(|(input, has)| (*input, factor * has)).collect()
        };
        if !self.turns(true, &scaled(&shrinking, 0.0)) {
            return None;
        }
        for input in shrinking.clone() {
            let rest: Vec<_> = shrinking.iter().copied().filter(|other| *other != input).collect();
            if self.turns(true, &scaled(&rest, 0.0)) {
                shrinking = rest;
            }
        }
        let (mut today, mut other) = (1.0, 0.0);
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(today, other);
            if middle == today || middle == other {
                break;
            }
            if self.turns(true, &scaled(&shrinking, middle)) { other = middle } else { today = middle }
        }
        // One after the other grows again as far as it may.
        let mut at = scaled(&shrinking, other);
        for index in 0..at.len() {
            let (input, small) = at[index];
            let rest: Vec<_> = at.iter().copied().filter(|(known, _)| *known != input).collect();
            let (mut other, mut today) = (small, shrinking[index].1);
            for _ in 0..HALVINGS {
                let middle = f64::midpoint(other, today);
                if middle == today || middle == other {
                    break;
                }
                let mut given = rest.clone();
                given.push((input, middle));
                if self.turns(true, &given) { other = middle } else { today = middle }
            }
            at[index].1 = other;
        }
        let changes = at.into_iter().map(|(input, number)| self.change(input, number, Side::AtMost));
        Some(Way { changes: changes.collect() })
    }

    fn change(&self, input: usize, turns_at: f64, side: Side) -> Change {
        let BoundInput { name, source, kind, .. } = &self.inputs[input];
        Change { name: name.clone(), has: self.number(input), turns_at, side, source: source.clone(), kind: *kind }
    }
}

impl Way {
    /// How far its values have to go, as a share of themselves; an unknown value has the furthest to go.
    #[must_use]
    pub fn relative_distance(&self) -> f64 {
        let of_one = |change: &Change| {
            let Some(has) = change.has else { return f64::INFINITY };
            let size = has.abs().max(change.turns_at.abs());
            if size == 0.0 { 0.0 } else { (change.turns_at - has).abs() / size }
        };
        self.changes.iter().map(of_one).fold(0.0, f64::max)
    }
}

impl Change {
    /// A value on the other side.
    fn beyond(&self) -> Value<'static> {
        let step = if self.turns_at == 0.0 { 1e-9 } else { 1e-9 * self.turns_at.abs() };
        match self.side {
            Side::Is => Value::Bool(self.turns_at != 0.0),
            Side::AtMost | Side::AtLeast => Value::Number(self.turns_at),
            Side::Below => Value::Number(self.turns_at - step),
            Side::Above => Value::Number(self.turns_at + step),
        }
    }
}

/// `loss_natural_whole_ha below 0.070 (has 0.31)`
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = Unit::of_column(&self.name, self.kind);
        let number = |number: f64| match self.kind {
            ValueKind::Bool => printed(Value::Bool(number != 0.0), unit, &ENGLISH),
            _ => printed(Value::Number(number), unit, &ENGLISH),
        };
        let words = match self.side {
            Side::Below => " below ",
            Side::AtMost => " of at most ",
            Side::AtLeast => " of at least ",
            Side::Above => " above ",
            Side::Is => " = ",
        };
        let has = self.has.map_or_else(|| ENGLISH.unknown.to_owned(), number);
        write!(f, "{}{words}{} (is {has})", self.name, number(self.turns_at))
    }
}

/// Its changes, joined by "and".
impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, change) in self.changes.iter().enumerate() {
            let joint = if index == 0 { "" } else { " and " };
            write!(f, "{joint}{change}")?;
        }
        Ok(())
    }
}
