//! What a piece of text is where the format knows nothing but text.

use super::batch::Value;
use super::column_type::ColumnType;
use lindero_logic::Day;

/// Digits after leading zeros by which every `f64` is told from its neighbours, and so the most that programs write; a longer
/// number is a code, not a quantity.
const EXACT_DIGITS: usize = 17;

/// The sign before a number's decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decimal {
    Point,
    /// A comma; a point is understood too.
    Comma,
}

/// The type of a text.
pub(super) fn type_of(text: &str, decimal: Decimal) -> ColumnType {
    ColumnType::of(&value_of(text, decimal))
}

/// `true` and `false`, integers, decimals, days as `2020-12-31` or `2020/12/31`; blank is null. All that would not come out as it went
/// in is text: `007`, `+51…`, `12E4`, twenty digits.
pub(super) fn value_of(text: &str, decimal: Decimal) -> Value<'_> {
    let trimmed = text.trim();
    match trimmed.as_bytes().first() {
        None => return Value::Null,
        Some(b'-' | b'.' | b',' | b'0'..=b'9') => {}
        Some(b't' | b'T') if trimmed.eq_ignore_ascii_case("true") => return Value::Bool(true),
        Some(b'f' | b'F') if trimmed.eq_ignore_ascii_case("false") => return Value::Bool(false),
        Some(_) => return Value::Text(text.into()),
    }
    int(trimmed)
        .map(Value::Int)
        .or_else(|| float(trimmed, decimal).map(Value::Float))
        .or_else(|| day(trimmed).map(Value::Date))
        .unwrap_or_else(|| Value::Text(text.into()))
}

/// Digits without a zero before others.
fn is_whole(digits: &str) -> bool {
    digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits.len() < 2 || !digits.starts_with('0'))
}

fn int(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !is_whole(digits) { None } else { text.parse().ok() }
}

fn float(text: &str, decimal: Decimal) -> Option<f64> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let exponent_digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let sign = if decimal == Decimal::Comma && !mantissa.contains('.') { ',' } else { '.' };
    let (whole, part) = mantissa.split_once(sign)?;
    let leading_zeros = whole.bytes().chain(part.bytes()).take_while(|&byte| byte == b'0').count();
    let is_number = is_whole(whole)
        && !part.is_empty()
        && !exponent_digits.is_empty()
        && whole.len() + part.len() - leading_zeros <= EXACT_DIGITS
        && [part, exponent_digits].iter().all(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let value: f64 = if is_number { text.replace(',', ".").parse().ok()? } else { return None };
    value.is_finite().then_some(value)
}

fn day(text: &str) -> Option<i32> {
    let dashed = if text.matches('/').count() == 2 { text.replace('/', "-") } else { text.to_owned() };
    dashed.parse::<Day>().ok().map(Day::number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, decimal: Decimal, expected: Value<'_>) {
        assert_eq!(value_of(text, decimal), expected, "{text:?}");
    }

    #[test]
    fn numbers_days_and_truths_are_told_from_text() {
        use Decimal::Point;
        check("", Point, Value::Null);
        check("  ", Point, Value::Null);
        check("TRUE", Point, Value::Bool(true));
        check(" -12 ", Point, Value::Int(-12));
        check("0", Point, Value::Int(0));
        check("0.50", Point, Value::Float(0.5));
        check("-.5", Point, Value::Float(-0.5));
        check("1.5e-3", Point, Value::Float(0.0015));
        check("0.30000000000000004", Point, Value::Float(0.1 + 0.2));
        check("0.012345678901234567", Point, Value::Float(0.012_345_678_901_234_567));
        check("1.0e-9", Point, Value::Float(1e-9));
        check("2020-12-31", Point, Value::Date(18_627));
        check("2020/12/31", Point, Value::Date(18_627));
    }

    #[test]
    fn what_would_not_come_out_as_it_went_in_is_text() {
        for text in [
            "007",
            "+51 942",
            "12E4",
            "1e5",
            "98765432109876543210",
            "00.5",
            "1.",
            ".",
            "-",
            "1,5",
            "1.2.3",
            "NaN",
            "inf",
            "2021-02-29",
            "31-12-2020",
            "31/12/2020",
            "0.12345678901234567890",
            "1.5e999",
            "12 ha",
            "-ñ",
            "2020-1é-1",
            "1.5e",
        ] {
            check(text, Decimal::Point, Value::Text(text.into()));
        }
    }

    #[test]
    fn a_decimal_comma_is_one_where_commas_are_no_delimiters() {
        use Decimal::Comma;
        check("0,5", Comma, Value::Float(0.5));
        check("-76,25", Comma, Value::Float(-76.25));
        check("0.5", Comma, Value::Float(0.5));
        check("1.234,5", Comma, Value::Text("1.234,5".into()));
        check("1,234,5", Comma, Value::Text("1,234,5".into()));
    }

    proptest! {
        #[test]
        fn the_shortest_text_of_a_number_is_one(value in -1e15_f64..1e15) {
            let text = format!("{value:?}");
            prop_assert_eq!(value_of(&text, Decimal::Point), Value::Float(value));
        }

        #[test]
        fn numbers_come_back_as_they_were_written(value in -1e6_f64..1e6, whole in any::<i64>()) {
            let rounded = (value * 1e6).round() / 1e6;
            let texts = [format!("{rounded:.6}"), whole.to_string()];
            prop_assert_eq!(value_of(&texts[0], Decimal::Point), Value::Float(rounded));
            prop_assert_eq!(value_of(&texts[1], Decimal::Point), Value::Int(whole));
        }
    }
}
