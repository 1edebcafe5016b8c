//! Comparisons, and `in`.

use super::conditions::any_of;
use super::{Absence, Compiler, Folded, Part, Typed};
use crate::error::ExprError;
use crate::program::{Comparison, Condition, Operand};
use crate::reach::Sight;
use crate::scope::{Symbol, ValueKind};
use crate::syntax::{Form, Syntax};
use crate::value::Relation;

/// Years people write; a number outside is not meant as one.
pub(super) const YEARS: std::ops::RangeInclusive<f64> = 1000.0..=9999.0;

/// An item of a list; `None` if it is absent.
struct Item {
    syntax: Syntax,
    typed: Option<Typed>,
}

impl Compiler<'_> {
    pub(super) fn comparison(
        &mut self,
        relation: Relation,
        left: &Syntax,
        right: &Syntax,
    ) -> Result<Folded, ExprError> {
        match (self.part(left)?, self.part(right)?) {
            (Part::Absent(_), _) | (_, Part::Absent(_)) => Ok(Folded::Absent(Absence::Asserted)),
            (Part::Operand(a), Part::Operand(b)) => {
                self.comparable((left, &a), (right, &b))?;
                if a.kind == ValueKind::Text && relation != Relation::Equal {
                    let error = self.error(left, format!("{} is text: it has no order", left.label()));
                    return Err(error.hint("text can only be compared with == and !="));
                }
                Ok(Folded::Present(compared(relation, a, b)))
            }
            (Part::Condition(a), Part::Condition(b)) if relation == Relation::Equal => {
                Ok(Folded::Present(Condition::Same(Box::new([a, b]))))
            }
            (Part::Condition(_), other) => Err(self.not_a_value(left, matches!(other, Part::Condition(_)))),
            (_, Part::Condition(_)) => Err(self.not_a_value(right, false)),
        }
    }

    /// `a != b` is `!(a == b)`.
    pub(super) fn difference(&mut self, left: &Syntax, right: &Syntax) -> Result<Folded, ExprError> {
        Ok(self.comparison(Relation::Equal, left, right)?.negated())
    }

    /// `a in [b, c]` is `a == b || a == c`.
    pub(super) fn membership(&mut self, left: &Syntax, list: &Syntax) -> Result<Folded, ExprError> {
        let value = match self.part(left)? {
            Part::Operand(value) => Some(value),
            Part::Absent(_) => None,
            Part::Condition(_) => return Err(self.not_a_value(left, false)),
        };
        let Some(items) = self.items(list)? else {
            return Ok(Folded::Absent(Absence::Asserted));
        };
        let Some(value) = value else {
            return Ok(Folded::Absent(Absence::Asserted));
        };
        let (mut numbers, mut others, mut absent) = (Vec::new(), Vec::new(), Vec::new());
        let mut open = false;
        for Item { syntax, typed } in items {
            let Some(item) = typed else {
                absent.push(Absence::Asserted);
                continue;
            };
            self.comparable((left, &value), (&syntax, &item))?;
            match item.fixed() {
                Some(number) => {
                    open |= value.reach.is_some_and(|reach| reach.sight(Relation::Equal, number) == Sight::Open);
                    numbers.push(number);
                }
                None => others.push(compared(Relation::Equal, value.clone(), item)),
            }
        }
        if !numbers.is_empty() {
            others.insert(0, Condition::OneOf { left: value.operand, numbers, open });
        }
        Ok(any_of(others, &absent))
    }

    /// The items of a list; `None` for a list that is absent as a whole.
    fn items(&mut self, list: &Syntax) -> Result<Option<Vec<Item>>, ExprError> {
        match &list.form {
            Form::List(items) => {
                let items = items.iter().map(|item| Ok(Item { syntax: item.clone(), typed: self.operand(item)? }));
                items.collect::<Result<_, _>>().map(Some)
            }
            Form::Name(name) => match self.symbol(list, name)? {
                Symbol::List([]) => Err(self.error(list, format!("the list {name} is empty"))),
                Symbol::List(numbers) => Ok(Some(
                    numbers
                        .iter()
                        .map(|number| {
                            let syntax = Syntax { at: list.at, form: Form::Number(*number) };
                            Item { syntax, typed: Some(Typed::new(Operand::Number(*number), ValueKind::Number)) }
                        })
                        .collect(),
                )),
                Symbol::Absent => {
                    self.absent(name.as_str());
                    Ok(None)
                }
                _ => {
                    let error = self.error(list, format!("{name} is not a list"));
                    Err(error.hint(format!("write == {name}, or in [{name}]")))
                }
            },
            _ => Err(self.error(list, "in needs a list").hint("write in [1, 2]")),
        }
    }

    /// Refuses to compare what would silently be wrong, such as a year with a day.
    fn comparable(&self, left: (&Syntax, &Typed), right: (&Syntax, &Typed)) -> Result<(), ExprError> {
        match (left.1.kind, right.1.kind) {
            (a, b) if a == b => Ok(()),
            (ValueKind::Year, ValueKind::Number) => self.plausible_year(right.0, right.1, &left.0.label()),
            (ValueKind::Number, ValueKind::Year) => self.plausible_year(left.0, left.1, &right.0.label()),
            _ => Err(self.unlike(left, right)),
        }
    }

    fn plausible_year(&self, syntax: &Syntax, number: &Typed, of: &str) -> Result<(), ExprError> {
        match number.fixed() {
            Some(fixed) if !YEARS.contains(&fixed) => {
                let error = self.error(syntax, format!("{of} is a year: {fixed} is none"));
                let is_short = (0.0..100.0).contains(&fixed) && fixed.fract() == 0.0;
                Err(error.hint(if is_short {
                    format!("did you mean {}?", 2000.0 + fixed)
                } else {
                    "write a year such as 2020".to_owned()
                }))
            }
            _ => Ok(()),
        }
    }

    fn unlike(&self, left: (&Syntax, &Typed), right: (&Syntax, &Typed)) -> ExprError {
        // Who compares a layer with a constant means the layer.
        let (syntax, typed) = match (left.1.is_fixed(), right.1.is_fixed()) {
            (false, true) => left,
            (true, false) => right,
            _ => {
                let (a, b) = (left.0.label(), right.0.label());
                let kinds = (left.1.kind.described(), right.1.kind.described());
                let message = format!("{a} is {} and {b} is {}: they cannot be compared", kinds.0, kinds.1);
                return self.error(left.0, message);
            }
        };
        let wanted = match typed.kind {
            ValueKind::Year => "cutoff_year or 2020",
            ValueKind::Day => "cutoff or a date such as 2020-12-31",
            ValueKind::Text => "text in quotes, such as \"yes\"",
            ValueKind::Number | ValueKind::Bool => "a number",
        };
        let message = format!("{} is {}: compare it with {wanted}", syntax.label(), typed.kind.described());
        self.error(syntax, message)
    }

    /// A condition where a value is needed: mostly `!a == b` or `1 < x < 3`.
    fn not_a_value(&self, syntax: &Syntax, both: bool) -> ExprError {
        let error = self.error(syntax, "a condition cannot be compared with a value");
        match &syntax.form {
            Form::Not(_) => error.hint("to negate a comparison write !(a == b)"),
            Form::Compare(..) => error.hint("to compare twice write a < x && x < b"),
            _ if both => error.hint("conditions are joined with && or ||"),
            _ => error,
        }
    }
}

/// A comparison that knows what its layer could have seen. `a` and `b` are of comparable kinds.
fn compared(relation: Relation, a: Typed, b: Typed) -> Condition {
    let (relation, a, b) = if a.reach.is_none() && b.reach.is_some() && a.fixed().is_some() {
        (relation.mirrored(), b, a)
    } else {
        (relation, a, b)
    };
    let sight = match (a.reach, b.fixed()) {
        (Some(reach), Some(threshold)) => reach.sight(relation, threshold),
        _ => Sight::Inside,
    };
    Condition::Compare(Box::new(Comparison { relation, left: a.operand, right: b.operand, sight }))
}
