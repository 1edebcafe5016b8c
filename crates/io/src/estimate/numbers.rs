//! Numbers as people type them into tables.

/// Counts above this are no longer whole in a double.
const MOST_COUNTED: f64 = 9_007_199_254_740_992.0;

/// The number of a text: with a decimal point or comma, with or without separators of thousands.
///
/// # Errors
///
/// What is wrong with it, and what would be right. Of `200,000` nobody can tell whether it is a thousand times 200.
pub(super) fn number(text: &str, decimal_comma: bool) -> Result<f64, String> {
    let plain: String = text.trim().chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'')).collect();
    let no_number = || format!("{text:?} is no number");
    let commas = plain.matches(',').count();
    let dots = plain.matches('.').count();
    let thousands_of = |sign: char| {
        let mut groups = plain.trim_start_matches('-').split(sign);
        let first = groups.next().unwrap_or_default();
        (1..=3).contains(&first.len()) && first != "0" && groups.all(|group| group.len() == 3)
    };
    let written = match (commas, dots) {
        (0, 0) => plain.clone(),
        (0, 1) if decimal_comma && thousands_of('.') => return Err(ambiguous(text, '.')),
        (0, 1) => plain.clone(),
        (1, 0) if thousands_of(',') => return Err(ambiguous(text, ',')),
        (1, 0) => plain.replace(',', "."),
        (0, _) if thousands_of('.') => plain.replace('.', ""),
        (_, 0) if thousands_of(',') => plain.replace(',', ""),
        (_, 1) if plain.rfind('.') > plain.rfind(',') => plain.replace(',', ""),
        (1, _) if plain.rfind(',') > plain.rfind('.') => plain.replace('.', "").replace(',', "."),
        _ => return Err(no_number()),
    };
    match written.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err(no_number()),
    }
}

fn ambiguous(text: &str, sign: char) -> String {
    let (whole, rest) = text.trim().split_once(sign).unwrap_or_default();
    format!(
        "{text:?} can mean {whole}{rest} or {whole}.{rest}0: write it without separators of thousands, or with other decimals"
    )
}

/// A number that is not negative.
pub(super) fn size(text: &str, decimal_comma: bool) -> Result<f64, String> {
    match number(text, decimal_comma)? {
        negative if negative < 0.0 => Err(format!("{text:?} is negative")),
        number => Ok(number),
    }
}

/// A count of points; a blank cell is none.
pub(super) fn count(text: &str, decimal_comma: bool) -> Result<u64, String> {
    if text.trim().is_empty() {
        return Ok(0);
    }
    let number = size(text, decimal_comma)?;
    if number.fract() != 0.0 || number > MOST_COUNTED {
        return Err(format!("{text:?} is no whole number: the table holds counts of points, not shares or areas"));
    }
    Ok(number as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (text, decimal_comma, expected) in [
            ("6450000", false, 6_450_000.0),
            ("18000.5", false, 18_000.5),
            ("18000,5", true, 18_000.5),
            ("1.234", false, 1.234),
            ("6,450,000", false, 6_450_000.0),
            ("6.450.000", true, 6_450_000.0),
            ("1.234,5", true, 1_234.5),
            ("1,234.5", false, 1_234.5),
            ("6 450 000", false, 6_450_000.0),
            ("0,250", true, 0.25),
            ("2e5", false, 200_000.0),
            (" 7 ", false, 7.0),
        ] {
            assert_eq!(number(text, decimal_comma), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_can_be_two_numbers_is_asked_about() {
        for (text, decimal_comma) in [("200,000", false), ("200,000", true), ("200.000", true)] {
            let message = number(text, decimal_comma).unwrap_err();
            assert!(message.contains("can mean 200000 or 200.0000"), "{message}");
        }
        for text in ["", "abc", "1,2,3", "NaN", "inf", "1.2.3", "12a"] {
            assert!(number(text, false).is_err(), "{text}");
        }
    }

    #[test]
    fn counts_are_whole_and_not_negative() {
        assert_eq!((count("66", false), count("66.0", false), count("", false)), (Ok(66), Ok(66), Ok(0)));
        assert!(count("-1", false).unwrap_err().contains("is negative"));
        assert!(count("6.5", false).unwrap_err().contains("no whole number"));
    }
}
