//! Values of cells and columns, and what comparing and calculating with them gives.

use crate::Truth;

/// What one cell of a layer, or one field of a column, holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// A number; a year or the number of a [`Day`](crate::Day) in layers of those kinds.
    Number(f64),
    /// Text.
    Text(&'a str),
    /// True or false.
    Bool(bool),
    /// Known not to have happened while the layer watched. Every comparison with it is false.
    Never,
    /// The same from a layer that only ever says yes: no signal. False as well, but no observation.
    Silent,
    /// Not known: no data, outside the layer, not measured.
    Unknown,
}

/// What a program is given for one of its [`Input`](crate::Input)s.
///
/// What does not fit the input (text for a year, a number that is not finite) counts as unknown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum InputValue<'a> {
    /// For [`Input::Value`](crate::Input::Value).
    Value(Value<'a>),
    /// For [`Input::Whole`](crate::Input::Whole) and [`Input::Patch`](crate::Input::Patch).
    Truth(Truth),
}

/// How two values are compared. `a != b` is the negation of [`Relation::Equal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `==`
    Equal,
    /// `>=`
    AtLeast,
    /// `>`
    More,
}

impl Relation {
    /// The relation that says the same with its sides exchanged.
    pub(crate) fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::More,
            Self::AtMost => Self::AtLeast,
            Self::Equal => Self::Equal,
            Self::AtLeast => Self::AtMost,
            Self::More => Self::Less,
        }
    }

    fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::Equal => left == right,
            Self::AtLeast => left >= right,
            Self::More => left > right,
        }
    }

    /// Compares two values; text can only be equal or not.
    pub(crate) fn compare(self, left: Value<'_>, right: Value<'_>) -> Truth {
        match (left, right) {
            (Value::Number(left), Value::Number(right)) => self.holds(left, right).into(),
            (Value::Text(left), Value::Text(right)) if self == Self::Equal => (left == right).into(),
            (Value::Unknown, _) | (_, Value::Unknown) => Truth::Unknown,
            (Value::Never, _) | (_, Value::Never) => Truth::False,
            (Value::Silent, _) | (_, Value::Silent) => Truth::SilentFalse,
            _ => Truth::Unknown,
        }
    }
}

/// The four operations of arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Plus,
    Minus,
    Times,
    Over,
}

impl Arithmetic {
    pub(crate) fn sign(self) -> char {
        match self {
            Self::Plus => '+',
            Self::Minus => '-',
            Self::Times => '*',
            Self::Over => '/',
        }
    }

    pub(crate) fn of_numbers(self, left: f64, right: f64) -> f64 {
        match self {
            Self::Plus => left + right,
            Self::Minus => left - right,
            Self::Times => left * right,
            Self::Over => left / right,
        }
    }

    /// Calculates with two values; what is not a finite number in the end, such as `1 / 0`, is unknown.
    pub(crate) fn apply<'a>(self, left: Value<'a>, right: Value<'a>) -> Value<'a> {
        match (left, right) {
            (Value::Number(left), Value::Number(right)) => finite(self.of_numbers(left, right)),
            (Value::Unknown, _) | (_, Value::Unknown) => Value::Unknown,
            (Value::Never, _) | (_, Value::Never) => Value::Never,
            (Value::Silent, _) | (_, Value::Silent) => Value::Silent,
            _ => Value::Unknown,
        }
    }
}

/// A number as a value; one that is not finite is unknown.
pub(crate) fn finite<'a>(number: f64) -> Value<'a> {
    if number.is_finite() { Value::Number(number) } else { Value::Unknown }
}

#[cfg(test)]
mod tests {
    use super::Value::{Never, Number, Silent, Unknown};
    use super::{Arithmetic, Relation, Value};
    use crate::Truth;

    const RELATIONS: [Relation; 5] =
        [Relation::Less, Relation::AtMost, Relation::Equal, Relation::AtLeast, Relation::More];

    fn check(left: Value<'_>, right: Value<'_>, expected: [Truth; 5]) {
        assert_eq!(RELATIONS.map(|relation| relation.compare(left, right)), expected, "{left:?} {right:?}");
        let mirrored = RELATIONS.map(|relation| relation.mirrored().compare(right, left));
        assert_eq!(mirrored, expected, "{right:?} {left:?}, sides exchanged");
    }

    #[test]
    fn numbers_compare_as_numbers() {
        use Truth::{False as F, True as T};
        check(Number(1.0), Number(2.0), [T, T, F, F, F]);
        check(Number(2.0), Number(2.0), [F, T, T, T, F]);
        check(Number(3.0), Number(2.0), [F, F, F, T, T]);
    }

    #[test]
    fn never_is_known_and_false_and_silence_is_false_without_observation() {
        check(Never, Number(2.0), [Truth::False; 5]);
        check(Never, Never, [Truth::False; 5]);
        check(Never, Silent, [Truth::False; 5]);
        check(Silent, Number(2.0), [Truth::SilentFalse; 5]);
        check(Silent, Silent, [Truth::SilentFalse; 5]);
    }

    #[test]
    fn unknown_stays_unknown() {
        for other in [Number(1.0), Never, Silent, Unknown, Value::Text("a")] {
            check(Unknown, other, [Truth::Unknown; 5]);
        }
    }

    #[test]
    fn text_is_equal_or_not() {
        assert_eq!(Relation::Equal.compare(Value::Text("a"), Value::Text("a")), Truth::True);
        assert_eq!(Relation::Equal.compare(Value::Text("a"), Value::Text("b")), Truth::False);
        assert_eq!(Relation::Equal.compare(Value::Text("1"), Number(1.0)), Truth::Unknown);
    }

    #[test]
    fn arithmetic_keeps_never_and_unknown() {
        for (operation, left, right, expected) in [
            (Arithmetic::Plus, Number(1.0), Number(2.0), Number(3.0)),
            (Arithmetic::Minus, Number(1.0), Number(2.0), Number(-1.0)),
            (Arithmetic::Times, Number(3.0), Number(2.0), Number(6.0)),
            (Arithmetic::Over, Number(3.0), Number(2.0), Number(1.5)),
            (Arithmetic::Over, Number(3.0), Number(0.0), Unknown),
            (Arithmetic::Over, Number(0.0), Number(0.0), Unknown),
            (Arithmetic::Times, Number(f64::MAX), Number(2.0), Unknown),
            (Arithmetic::Plus, Never, Number(2.0), Never),
            (Arithmetic::Plus, Number(2.0), Silent, Silent),
            (Arithmetic::Plus, Never, Silent, Never),
            (Arithmetic::Plus, Never, Unknown, Unknown),
        ] {
            assert_eq!(operation.apply(left, right), expected, "{left:?} {operation:?} {right:?}");
        }
    }
}
