//! Whether what is compared or added has one unit, where names tell their units.

use crate::ExprError;
use crate::parse::parse;
use crate::syntax::{Form, Syntax};
use crate::value::Arithmetic;

/// Two names of different units that an expression compares or adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitMismatch {
    /// What is said of it, and where; without a hint.
    pub error: ExprError,
    /// The name to the left.
    pub left: String,
    /// The name to the right.
    pub right: String,
}

/// The first comparison, sum or difference of two different units in an expression; names without a unit fit any.
///
/// A product or quotient with a fixed number keeps its unit, any other has none. Terms are not looked into.
///
/// # Errors
///
/// [`ExprError`] if the source is no expression.
///
/// ```
/// use lindero_logic::unit_mismatch;
///
/// let unit = |name: &str| name.rsplit_once('_').map(|(_, unit)| unit.to_owned());
/// assert_eq!(unit_mismatch("loss_ha + 2 * edge_ha > least_ha", &unit)?, None);
/// let mismatch = unit_mismatch("loss_ha > 1 && loss_ha > least_pct", &unit)?.unwrap();
/// assert_eq!(mismatch.error.to_string(), "line 1, column 26: loss_ha is in ha and least_pct in pct");
/// # Ok::<(), lindero_logic::ExprError>(())
/// ```
pub fn unit_mismatch(
    source: &str,
    unit_of: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<UnitMismatch>, ExprError> {
    let syntax = parse(source)?;
    let mut units = Units { source, unit_of, found: None };
    units.of(&syntax);
    Ok(units.found)
}

/// A unit and the name that tells it.
type Told = Option<(String, String)>;

struct Units<'u> {
    source: &'u str,
    unit_of: &'u dyn Fn(&str) -> Option<String>,
    found: Option<UnitMismatch>,
}

impl Units<'_> {
    fn of(&mut self, syntax: &Syntax) -> Told {
        match &syntax.form {
            Form::Name(name) => (self.unit_of)(name).map(|unit| (unit, name.clone())),
            Form::Number(_) | Form::Text(_) | Form::Date(_) | Form::Truth(_) => None,
            Form::Negative(inner) => self.of(inner),
            Form::Not(inner) => self.none_of(std::slice::from_ref(inner)),
            Form::All(parts) | Form::Any(parts) | Form::List(parts) | Form::Call(_, parts) => self.none_of(parts),
            Form::Index(..) => None,
            Form::Compare(_, left, right) | Form::Differ(left, right) | Form::In(left, right) => {
                self.alike(left, right);
                None
            }
            Form::Arithmetic(Arithmetic::Plus | Arithmetic::Minus, left, right) => self.alike(left, right),
            Form::Arithmetic(operation, left, right) => {
                let (left_unit, right_unit) = (self.of(left), self.of(right));
                match (&left.form, &right.form) {
                    (_, Form::Number(_)) => left_unit,
                    (Form::Number(_), _) if *operation == Arithmetic::Times => right_unit,
                    _ => None,
                }
            }
            Form::Choose(parts) => {
                let [condition, yes, no] = &**parts;
                self.of(condition);
                let yes = self.of(yes);
                yes.or(self.of(no))
            }
        }
    }

    fn none_of<S: std::borrow::Borrow<Syntax>>(&mut self, parts: &[S]) -> Told {
        parts.iter().for_each(|part| drop(self.of(part.borrow())));
        None
    }

    /// The unit that both sides have.
    fn alike(&mut self, left: &Syntax, right: &Syntax) -> Told {
        let (of_left, of_right) = (self.of(left), self.of(right));
        if let (Some((left_unit, left)), Some((right_unit, right_name))) = (&of_left, &of_right)
            && left_unit != right_unit
            && self.found.is_none()
        {
            let message = format!("{left} is in {left_unit} and {right_name} in {right_unit}");
            self.found = Some(UnitMismatch {
                error: ExprError::at(self.source, right.at, message),
                left: left.clone(),
                right: right_name.clone(),
            });
        }
        of_left.or(of_right)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: Option<&str>) {
        let unit = |name: &str| name.split_once('_').map(|(_, unit)| unit.to_owned());
        let found = unit_mismatch(source, &unit).unwrap();
        assert_eq!(found.map(|found| found.error.to_string()).as_deref(), expected, "{source}");
    }

    #[test]
    fn like_is_compared_with_like() {
        check("a_ha > b_ha && a_pct > 10 || !(c > a_ha)", None);
        check("a_ha + b_ha >= 2 * c_ha", None);
        check("a_ha / b_ha > c_pct", None);
        check("known(a_ha) ? a_ha > 1 : a_pct > 2", None);
    }

    #[test]
    fn what_is_unlike_is_told_where_it_stands() {
        check("!(a_ha > b_pct)", Some("line 1, column 10: a_ha is in ha and b_pct in pct"));
        check("a_ha + b_pct > 1", Some("line 1, column 8: a_ha is in ha and b_pct in pct"));
        check("2 * a_ha > b_pct / 3", Some("line 1, column 12: a_ha is in ha and b_pct in pct"));
        check("x > 1 &&\na_year != b_ha", Some("line 2, column 11: a_year is in year and b_ha in ha"));
        check("at_least(1, [a_ha < b_pct])", Some("line 1, column 21: a_ha is in ha and b_pct in pct"));
        check("(x > 1 ? a_ha : b_ha) > c_pct", Some("line 1, column 25: a_ha is in ha and c_pct in pct"));
    }
}
