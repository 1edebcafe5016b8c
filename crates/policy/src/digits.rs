//! Numbers as a reader wants them in a sentence.

use lindero_logic::{Day, Value, ValueKind};
use std::fmt::{self, Write as _};

/// What stands in a sentence for values that are no numbers.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) unknown: &'static str,
    pub(crate) unknown_day: &'static str,
    pub(crate) not_measured: &'static str,
    never: &'static str,
    yes_no: [&'static str; 2],
    under: &'static str,
    no_years: &'static str,
}

/// The words of sentences.
pub(crate) const ENGLISH: Words = Words {
    unknown: "unknown",
    unknown_day: "an unknown day",
    not_measured: "not measured",
    never: "never",
    yes_no: ["yes", "no"],
    under: "under",
    no_years: "years not told",
};

/// The words of sentences in Spanish.
pub(crate) const SPANISH: Words = Words {
    unknown: "desconocido",
    unknown_day: "un día desconocido",
    not_measured: "no medido",
    never: "nunca",
    yes_no: ["sí", "no"],
    under: "menos de",
    no_years: "años no indicados",
};

/// What a number counts, which says how many digits make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Hectares,
    Percent,
    /// Percent of what was observed, where the last tenths count.
    ObservedPercent,
    Year,
    Day,
    Plain,
}

impl Unit {
    /// By the ending of the column's name, which tells the unit.
    pub(crate) fn of_column(name: &str, kind: ValueKind) -> Self {
        match kind {
            ValueKind::Year => Self::Year,
            ValueKind::Day => Self::Day,
            _ if name.ends_with("_ha") => Self::Hectares,
            _ if name.ends_with("_observed_pct") => Self::ObservedPercent,
            _ if name.ends_with("_pct") => Self::Percent,
            _ => Self::Plain,
        }
    }
}

/// The value with sensible digits; `unknown` if it is.
pub(crate) fn printed(value: Value<'_>, unit: Unit, words: &Words) -> String {
    let mut text = String::new();
    push_printed(&mut text, value, unit, words);
    text
}

/// Appends what [`printed`] gives.
pub(crate) fn push_printed(out: &mut String, value: Value<'_>, unit: Unit, words: &Words) {
    match value {
        Value::Number(number) if number.is_finite() => push_number(out, number, unit, words),
        Value::Text(text) => out.push_str(text),
        Value::Bool(truth) => out.push_str(words.yes_no[usize::from(!truth)]),
        Value::Never | Value::Silent => out.push_str(words.never),
        _ if unit == Unit::Day => out.push_str(words.unknown_day),
        Value::Number(_) | Value::Unknown => out.push_str(words.unknown),
    }
}

fn push_number(out: &mut String, number: f64, unit: Unit, words: &Words) {
    match unit {
        // A trace must not read as nothing at all.
        Unit::Hectares if number > 0.0 && number < 0.0005 => push(out, format_args!("{} 0.001", words.under)),
        Unit::Percent if number > 0.0 && number < 0.05 => push(out, format_args!("{} 0.1", words.under)),
        Unit::Hectares | Unit::Percent if number == 0.0 => out.push('0'),
        Unit::Hectares if number.abs() < 0.1 => push_decimals(out, number, 3),
        Unit::Hectares => push_decimals(out, number, 2),
        Unit::Percent if number.abs() >= 10.0 => push_decimals(out, number, 0),
        Unit::Percent | Unit::ObservedPercent => push_decimals(out, number, 1),
        Unit::Year => push_decimals(out, number, 0),
        Unit::Day => push(out, format_args!("{}", Day::from_number(number as i32))),
        Unit::Plain => {
            push_decimals(out, number, 2);
            out.truncate(out.trim_end_matches('0').trim_end_matches('.').len());
        }
    }
}

/// Numbers up to here are whole numbers of 32 bits if they have nothing behind the point.
const MOST_WHOLE: f64 = 1e9;

fn push_decimals(out: &mut String, number: f64, decimals: usize) {
    // Most are 0 or 100, and rounding finds it hard to see that nothing follows.
    if number.fract() == 0.0 && number.is_sign_positive() && number < MOST_WHOLE {
        push(out, format_args!("{}", number as u32));
        if decimals > 0 {
            out.push('.');
            out.extend(std::iter::repeat_n('0', decimals));
        }
    } else {
        push(out, format_args!("{number:.decimals$}"));
    }
}

fn push(out: &mut String, text: fmt::Arguments<'_>) {
    out.write_fmt(text).expect("text takes what is written");
}

/// Ascending years, neighbours joined: `2021-2023, 2025`.
pub(crate) fn years_printed(years: &[i32], words: &Words) -> String {
    if years.is_empty() {
        return words.no_years.to_owned();
    }
    let runs = years.chunk_by(|a, b| a + 1 == *b);
    let text = runs.map(|run| match run {
        [first, .., last] => format!("{first}-{last}"),
        _ => run[0].to_string(),
    });
    text.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(unit: Unit, rows: &[(f64, &str)]) {
        for (number, expected) in rows {
            assert_eq!(printed(Value::Number(*number), unit, &ENGLISH), *expected, "{unit:?}");
        }
    }

    #[test]
    fn hectares_have_two_decimals_and_three_when_small() {
        let rows =
            [(12.345, "12.35"), (0.3, "0.30"), (0.1, "0.10"), (0.0777, "0.078"), (0.0001, "under 0.001"), (0.0, "0")];
        check(Unit::Hectares, &rows);
    }

    #[test]
    fn percent_are_whole_from_ten_and_observed_percent_never() {
        check(
            Unit::Percent,
            &[(62.6, "63"), (10.0, "10"), (4.44, "4.4"), (0.01, "under 0.1"), (0.0, "0"), (100.0, "100")],
        );
        check(Unit::ObservedPercent, &[(94.6, "94.6"), (0.0, "0.0")]);
    }

    #[test]
    fn years_days_and_other_numbers_are_plain() {
        check(Unit::Year, &[(2022.0, "2022")]);
        check(Unit::Day, &[(18_627.0, "2020-12-31")]);
        check(Unit::Plain, &[(0.5, "0.5"), (3.0, "3"), (37.127, "37.13")]);
    }

    #[test]
    fn what_is_no_number_is_said_in_words() {
        for (value, expected) in [
            (Value::Unknown, "unknown"),
            (Value::Number(f64::NAN), "unknown"),
            (Value::Never, "never"),
            (Value::Bool(true), "yes"),
            (Value::Text("Río Abiseo"), "Río Abiseo"),
        ] {
            assert_eq!(printed(value, Unit::Plain, &ENGLISH), expected);
        }
    }

    #[test]
    fn whole_numbers_have_the_digits_that_all_others_have() {
        for number in [0.0, -0.0, 1.0, -1.0, 9.0, 10.0, 100.0, 2022.0, 999_999_999.0, 1e9, 1e15, -1e12, 0.5, 99.5] {
            for decimals in 0..4 {
                let mut text = String::new();
                push_decimals(&mut text, number, decimals);
                assert_eq!(text, format!("{number:.decimals$}"));
            }
        }
    }

    #[test]
    fn neighbouring_years_are_joined() {
        for (years, expected) in [
            (vec![2022], "2022"),
            (vec![2021, 2022, 2023], "2021-2023"),
            (vec![2021, 2023], "2021, 2023"),
            (vec![2021, 2022, 2024], "2021-2022, 2024"),
            (vec![], "years not told"),
        ] {
            assert_eq!(years_printed(&years, &ENGLISH), expected);
        }
    }
}
