//! `at_least`, `whole`, `known`, `patch` and `date`.

use super::names::Readable;
use super::{Absence, Compiler, Folded, Part, Typed, number_part};
use crate::error::ExprError;
use crate::program::{Condition, Input, Operand, PatchSpec, Program, Root};
use crate::scope::ValueKind;
use crate::syntax::{Form, Syntax};
use crate::{Day, InvalidDay, Truth};

impl Compiler<'_> {
    pub(super) fn call(&mut self, syntax: &Syntax, name: &str, arguments: &[Syntax]) -> Result<Part, ExprError> {
        match (name, arguments) {
            ("at_least", [count, list]) => self.at_least(count, list).map(Part::from),
            ("whole", [layer]) => self.whole(layer).map(Part::from),
            ("known", [layer]) => self.known(layer).map(Part::from),
            ("patch", [of, over_ha]) => self.patch(syntax, of, over_ha).map(Part::from),
            ("date", [text]) => self.date(text),
            _ => {
                let (wanted, usage) = match name {
                    "at_least" => ("2 values", "at_least(2, [a, b, c])"),
                    "whole" => ("1 value", "whole(layer)"),
                    "known" => ("1 value", "known(layer)"),
                    "patch" => ("2 values", "patch(condition, 0.5)"),
                    _ => ("1 value", "date('2020-12-31')"),
                };
                let message = format!("{name} takes {wanted}, not {}", arguments.len());
                Err(self.error(syntax, message).hint(format!("write {usage}")))
            }
        }
    }

    /// `at_least(n, [a, b, c])`. Absent items drop out and `n` stays: with too few left, it is false.
    fn at_least(&mut self, count: &Syntax, list: &Syntax) -> Result<Folded, ExprError> {
        let Form::List(items) = &list.form else {
            return Err(self.error(list, "at_least needs a list").hint("write at_least(2, [a, b, c])"));
        };
        let fixed =
            self.operand(count)?.filter(|typed| typed.kind == ValueKind::Number).and_then(|typed| typed.fixed());
        let wanted = fixed.filter(|number| number.fract() == 0.0 && (1.0..=items.len() as f64).contains(number));
        let Some(wanted) = wanted.map(|number| number as usize) else {
            let message = format!("at_least needs a whole number from 1 to {}, the length of its list", items.len());
            return Err(self.error(count, message));
        };
        let (present, absent) = self.sorted_out(items)?;
        Ok(if present.is_empty() && !absent.is_empty() {
            Folded::Absent(Absence::Asserted)
        } else if present.len() < wanted {
            Folded::Present(Condition::Fixed(Truth::False))
        } else {
            Folded::Present(Condition::AtLeast(wanted, present))
        })
    }

    /// `whole(layer)`
    fn whole(&mut self, layer: &Syntax) -> Result<Folded, ExprError> {
        let input = match self.readable(layer, "whole")? {
            Readable::Absent(name) => return Ok(Folded::Absent(self.absent(name))),
            Readable::Column { name, .. } => {
                let error = self.error(layer, format!("{name} is a column and has no cells"));
                return Err(error.hint("write whole(layer)"));
            }
            Readable::Layer { .. } if self.inside_patch => {
                let error = self.error(layer, "whole asks about the plot, and patches reach beyond it");
                return Err(error.hint("write patch(...) && whole(layer)"));
            }
            Readable::Layer { name, year, .. } => self.input(Input::Whole { name, year }),
        };
        Ok(Folded::Present(Condition::Input(input)))
    }

    /// `known(layer)`: whether there is a value, `never` included.
    fn known(&mut self, layer: &Syntax) -> Result<Folded, ExprError> {
        let input = match self.readable(layer, "known")? {
            Readable::Absent(name) => return Ok(Folded::Absent(self.absent(name))),
            Readable::Column { name, .. } if self.inside_patch => {
                let error = self.error(layer, format!("{name} is a column, and patch reads cells"));
                return Err(error.hint("patches are made of layers"));
            }
            Readable::Column { name, .. } => self.input(Input::Value { name, year: None }),
            Readable::Layer { name, year, .. } => self.input(Input::Value { name, year }),
        };
        Ok(Folded::Present(Condition::Known(input)))
    }

    /// `patch(condition, over_ha)`
    fn patch(&mut self, syntax: &Syntax, of: &Syntax, over_ha: &Syntax) -> Result<Folded, ExprError> {
        if self.inside_patch {
            return Err(self.error(syntax, "a patch cannot be made of patches").hint("join them with &&"));
        }
        let fixed =
            self.operand(over_ha)?.filter(|typed| typed.kind == ValueKind::Number).and_then(|typed| typed.fixed());
        let Some(over_ha_number) = fixed.filter(|area| *area >= 0.0) else {
            let error = self.error(over_ha, "patch needs an area in hectares, fixed and not negative");
            return Err(error.hint("write patch(condition, 0.5)"));
        };
        // A patch is read on its own, so its inputs are kept apart.
        let outer = std::mem::take(&mut self.inputs);
        self.inside_patch = true;
        let inner = self.condition(of);
        self.inside_patch = false;
        let inputs = std::mem::replace(&mut self.inputs, outer);
        let condition = match inner? {
            Folded::Present(condition) => condition,
            Folded::Absent(_) => return Ok(Folded::Absent(Absence::Asserted)),
        };
        let spec = PatchSpec { of: Program::new(Root::Condition(condition), &inputs, &[]), over_ha: over_ha_number };
        let index = self.patches.iter().position(|known| *known == spec).unwrap_or_else(|| {
            self.patches.push(spec);
            self.patches.len() - 1
        });
        Ok(Folded::Present(Condition::Input(self.input(Input::Patch { index }))))
    }

    /// `date('2020-12-31')`
    fn date(&mut self, text: &Syntax) -> Result<Part, ExprError> {
        let hint = "write date('2020-12-31')";
        let written = match &text.form {
            Form::Date(day) => return Ok(number_part(f64::from(day.number()), ValueKind::Day)),
            Form::Text(written) => written.clone(),
            _ => match self.operand(text)? {
                Some(Typed { operand: Operand::Text(written), .. }) => written,
                _ => return Err(self.error(text, "date needs text in quotes").hint(hint)),
            },
        };
        match written.parse::<Day>() {
            Ok(day) => Ok(number_part(f64::from(day.number()), ValueKind::Day)),
            Err(InvalidDay { text: odd }) => {
                let message = format!("{odd:?} is not a day of the calendar");
                Err(self.error(text, message).hint("write year-month-day, such as 2020-12-31"))
            }
        }
    }
}
