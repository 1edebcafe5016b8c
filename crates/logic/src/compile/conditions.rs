//! `!`, `&&`, `||` and what counts as a condition.

use super::{Absence, Compiler, Folded, Part};
use crate::error::ExprError;
use crate::program::Condition;
use crate::scope::ValueKind;
use crate::syntax::{Form, Syntax};

impl Compiler<'_> {
    /// A part that must be true, false or unknown.
    pub(super) fn condition(&mut self, syntax: &Syntax) -> Result<Folded, ExprError> {
        match self.part(syntax)? {
            Part::Condition(condition) => Ok(Folded::Present(condition)),
            Part::Absent(absence) => Ok(Folded::Absent(absence)),
            Part::Operand(typed) => {
                let label = syntax.label();
                let message = format!("{label} is {}, not a condition", typed.kind.described());
                let error = self.error(syntax, message);
                let subject = if matches!(syntax.form, Form::Name(_) | Form::Index(..)) { &label } else { "x" };
                Err(error.hint(match typed.kind {
                    ValueKind::Year => format!("write {subject} > cutoff_year"),
                    ValueKind::Day => format!("write {subject} > cutoff"),
                    ValueKind::Text => format!("write {subject} == \"yes\""),
                    ValueKind::Number | ValueKind::Bool => {
                        format!("compare it, as in {subject} == 1")
                    }
                }))
            }
        }
    }

    /// `!a`. `!absent` is absent, and drops out of `&&`.
    pub(super) fn negation(&mut self, inner: &Syntax) -> Result<Folded, ExprError> {
        Ok(self.condition(inner)?.negated())
    }

    /// `a && b && …`. One absent part takes all with it, except where it stood under a negation: that one drops out.
    pub(super) fn conjunction(&mut self, parts: &[Syntax]) -> Result<Folded, ExprError> {
        let (present, absent) = self.sorted_out(parts)?;
        Ok(if absent.contains(&Absence::Asserted) {
            Folded::Absent(Absence::Asserted)
        } else if present.is_empty() {
            Folded::Absent(Absence::Denied)
        } else {
            Folded::Present(joined(present, Condition::All))
        })
    }

    /// `a || b || …`. Absent parts drop out.
    pub(super) fn disjunction(&mut self, parts: &[Syntax]) -> Result<Folded, ExprError> {
        let (present, absent) = self.sorted_out(parts)?;
        Ok(any_of(present, &absent))
    }

    /// What is left of the parts, and how the others are absent.
    pub(super) fn sorted_out(&mut self, parts: &[Syntax]) -> Result<(Vec<Condition>, Vec<Absence>), ExprError> {
        let (mut present, mut absent) = (Vec::new(), Vec::new());
        for part in parts {
            match self.condition(part)? {
                Folded::Present(condition) => present.push(condition),
                Folded::Absent(absence) => absent.push(absence),
            }
        }
        Ok((present, absent))
    }
}

impl Folded {
    pub(super) fn negated(self) -> Self {
        match self {
            Self::Present(condition) => Self::Present(Condition::Not(Box::new(condition))),
            Self::Absent(Absence::Asserted) => Self::Absent(Absence::Denied),
            Self::Absent(Absence::Denied) => Self::Absent(Absence::Asserted),
        }
    }
}

/// The disjunction of what is present. With nothing left, it is denied only if every part was.
pub(super) fn any_of(present: Vec<Condition>, absent: &[Absence]) -> Folded {
    if !present.is_empty() {
        Folded::Present(joined(present, Condition::Any))
    } else if absent.contains(&Absence::Asserted) {
        Folded::Absent(Absence::Asserted)
    } else {
        Folded::Absent(Absence::Denied)
    }
}

fn joined(mut parts: Vec<Condition>, join: impl Fn(Vec<Condition>) -> Condition) -> Condition {
    match parts.len() {
        1 => parts.remove(0),
        _ => join(parts),
    }
}
