//! Arithmetic, and `condition ? a : b`.

use super::comparisons::YEARS;
use super::{Absence, Compiler, Folded, Part, Typed, number_part};
use crate::error::ExprError;
use crate::program::{Condition, Operand};
use crate::reach::Reach;
use crate::scope::ValueKind;
use crate::syntax::Syntax;
use crate::value::Arithmetic;

impl Compiler<'_> {
    /// A part that must have a value; `None` if it is absent.
    pub(super) fn operand(&mut self, syntax: &Syntax) -> Result<Option<Typed>, ExprError> {
        match self.part(syntax)? {
            Part::Operand(typed) => Ok(Some(typed)),
            Part::Absent(_) => Ok(None),
            Part::Condition(_) => Err(self
                .error(syntax, format!("{} is a condition, not a value", syntax.label()))
                .hint("to turn a condition into a number write condition ? 1 : 0")),
        }
    }

    /// `-a`
    pub(super) fn negative(&mut self, inner: &Syntax) -> Result<Part, ExprError> {
        match self.operand(inner)? {
            None => Ok(Part::Absent(Absence::Asserted)),
            Some(Typed { operand: Operand::Number(number), kind: ValueKind::Number, .. }) => {
                Ok(number_part(-number, ValueKind::Number))
            }
            Some(Typed { operand, kind: ValueKind::Number, reach: None }) => {
                let sides = Box::new([Operand::Number(0.0), operand]);
                Ok(Part::Operand(Typed::new(Operand::Arithmetic(Arithmetic::Minus, sides), ValueKind::Number)))
            }
            Some(typed) => {
                let message = format!("{} is {}: it has no negative", inner.label(), typed.kind.described());
                Err(self.error(inner, message))
            }
        }
    }

    pub(super) fn arithmetic(
        &mut self,
        operation: Arithmetic,
        left: &Syntax,
        right: &Syntax,
    ) -> Result<Part, ExprError> {
        let (a, b) = (self.operand(left)?, self.operand(right)?);
        let (Some(a), Some(b)) = (a, b) else {
            return Ok(Part::Absent(Absence::Asserted));
        };
        let Some(kind) = kind_of_result(operation, &a, &b) else {
            let (sign, x, y) = (operation.sign(), left.label(), right.label());
            let kinds = (a.kind.described(), b.kind.described());
            let message = format!("{x} {sign} {y} makes no sense: {x} is {}, {y} is {}", kinds.0, kinds.1);
            let error = self.error(left, message);
            return Err(error.hint("numbers can be added to years and days, and like subtracted from like"));
        };
        if let (Some(x), Some(y)) = (a.fixed(), b.fixed()) {
            let number = operation.of_numbers(x, y);
            if !number.is_finite() {
                return Err(self.error(right, "division by zero"));
            }
            return Ok(number_part(number, kind));
        }
        if operation == Arithmetic::Over && b.fixed() == Some(0.0) {
            return Err(self.error(right, "division by zero"));
        }
        let reach = self.moved_reach(operation, (left, &a), (right, &b))?;
        let operand = Operand::Arithmetic(operation, Box::new([a.operand, b.operand]));
        Ok(Part::Operand(Typed { operand, kind, reach }))
    }

    /// The reach of the result: what a layer has not seen must still be unknown after its years were moved.
    fn moved_reach(
        &self,
        operation: Arithmetic,
        left: (&Syntax, &Typed),
        right: (&Syntax, &Typed),
    ) -> Result<Option<Reach>, ExprError> {
        let (syntax, reach, by) = match (left.1.reach, right.1.reach) {
            (None, None) => return Ok(None),
            // The time between two events has no end of its own.
            (Some(_), Some(_)) => return Ok(None),
            (Some(reach), None) => (left.0, reach, right.1.fixed()),
            (None, Some(reach)) => (right.0, reach, left.1.fixed()),
        };
        let by = match operation {
            Arithmetic::Plus => by,
            Arithmetic::Minus if left.1.reach.is_some() => by.map(|by| -by),
            Arithmetic::Minus | Arithmetic::Times | Arithmetic::Over => None,
        };
        match by.filter(|by| by.fract() == 0.0) {
            Some(by) => Ok(Some(reach.moved(by))),
            None => {
                let message = format!("{} ends with what its layer has seen", syntax.label());
                let error = self.error(syntax, message);
                Err(error.hint("only a fixed whole number can be added to it or subtracted from it"))
            }
        }
    }

    /// `condition ? a : b`
    pub(super) fn choice(&mut self, parts: &[Syntax; 3]) -> Result<Part, ExprError> {
        let [condition, yes, no] = parts;
        let chooser = self.condition(condition)?;
        let (a, b) = (self.part(yes)?, self.part(no)?);
        let Folded::Present(chooser) = chooser else {
            return Ok(Part::Absent(Absence::Asserted));
        };
        match (a, b) {
            (Part::Absent(_), _) | (_, Part::Absent(_)) => Ok(Part::Absent(Absence::Asserted)),
            (Part::Condition(a), Part::Condition(b)) => {
                Ok(Part::Condition(Condition::Choose(Box::new([chooser, a, b]))))
            }
            (Part::Operand(a), Part::Operand(b)) => {
                let kind = match (a.kind, b.kind) {
                    (a, b) if a == b => a,
                    (ValueKind::Year, ValueKind::Number) | (ValueKind::Number, ValueKind::Year) => ValueKind::Year,
                    (x, y) => return Err(self.two_kinds(yes, x, y)),
                };
                let reach = match (a.reach, b.reach) {
                    (Some(a), Some(b)) => Some(a.lesser(b)),
                    (a, b) => a.or(b),
                };
                let operand = Operand::Choose(Box::new((chooser, [a.operand, b.operand])));
                Ok(Part::Operand(Typed { operand, kind, reach }))
            }
            (Part::Condition(_), Part::Operand(b)) => Err(self.two_kinds(yes, ValueKind::Bool, b.kind)),
            (Part::Operand(a), Part::Condition(_)) => Err(self.two_kinds(yes, a.kind, ValueKind::Bool)),
        }
    }

    fn two_kinds(&self, yes: &Syntax, first: ValueKind, second: ValueKind) -> ExprError {
        let (first, second) = (first.described(), second.described());
        self.error(yes, format!("one answer of ? : is {first}, the other {second}: they must be of one kind"))
    }
}

/// The kind of a result; `None` if the operation makes no sense.
fn kind_of_result(operation: Arithmetic, a: &Typed, b: &Typed) -> Option<ValueKind> {
    use ValueKind::{Day, Number, Year};
    // `lossyear - 2000` counts years, `lossyear - 3` is a year.
    let is_year = |number: &Typed| number.fixed().is_some_and(|fixed| YEARS.contains(&fixed));
    Some(match (operation, a.kind, b.kind) {
        (_, Number, Number) => Number,
        (Arithmetic::Minus, Year, Year) | (Arithmetic::Minus, Day, Day) => Number,
        (Arithmetic::Minus, Year, Number) => {
            if is_year(b) {
                Number
            } else {
                Year
            }
        }
        (Arithmetic::Minus, Number, Year) if is_year(a) => Number,
        (Arithmetic::Plus, Year, Number) | (Arithmetic::Plus, Number, Year) => Year,
        (Arithmetic::Plus, Day, Number) | (Arithmetic::Plus, Number, Day) | (Arithmetic::Minus, Day, Number) => Day,
        _ => return None,
    })
}
