//! Areas as people type them into forms.

use lindero_plots::M2_PER_HA;

/// Units people write, with their square metres. An acre is the international one (4840 square yards of 0.9144 m).
const UNITS: [(&[&str], f64); 4] = [
    (&["", "ha", "has", "h", "hect", "hectarea", "hectareas", "hectare", "hectares"], M2_PER_HA),
    (
        &[
            "m2",
            "m²",
            "mt2",
            "mts2",
            "mts",
            "mtr2",
            "metros2",
            "metroscuadrados",
            "metrosquadrados",
            "sqm",
            "squaremetres",
        ],
        1.0,
    ),
    (&["km2", "km²", "kilometroscuadrados"], 1e6),
    (&["ac", "acre", "acres"], 4_046.856_422_4),
];

/// The hectares of a text: `0.5`, `0,5 ha`, `5000 m2`, `1.234,5`. Hectares unless a unit says else; `None` if it is no area.
///
/// The last of a point and a comma is the decimal sign where both occur. Where one of them occurs several times it sets
/// thousands apart, and so it does once with three digits behind it and square metres: `5.000 m2` is half a hectare, for no
/// plot has five square metres; `1.234 ha` has decimals.
#[must_use]
pub fn hectares(text: &str) -> Option<f64> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || ".,' ".contains(c) || c == '\u{a0}')).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit: String = unit.to_lowercase().chars().filter(|c| !c.is_whitespace()).map(plain).collect();
    let unit = unit.trim_end_matches('.');
    let m2 = UNITS.iter().find(|(names, _)| names.contains(&unit))?.1;
    let value: f64 = digits(number, m2 == 1.0)?.parse().ok()?;
    Some(if m2 == M2_PER_HA { value } else { value * m2 / M2_PER_HA })
}

fn plain(c: char) -> char {
    match c {
        'á' => 'a',
        'é' => 'e',
        'ó' | 'ô' => 'o',
        c => c,
    }
}

/// A number with a decimal point and nothing between thousands.
fn digits(text: &str, is_m2: bool) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\'').collect();
    let last = text.rfind(['.', ',']);
    let Some(last) = last else { return Some(text) };
    let sign = text[last..].chars().next()?;
    let other = if sign == '.' { ',' } else { '.' };
    let behind = text.len() - last - 1;
    let several = text.matches(sign).count() > 1;
    let thousands = !text.contains(other) && (several || (is_m2 && behind == 3));
    if several && (text.contains(other) || !groups_of_three(&text, sign)) {
        return None;
    }
    Some(
        text.chars()
            .filter(|c| *c != other && !(thousands && *c == sign))
            .map(|c| if c == ',' { '.' } else { c })
            .collect(),
    )
}

/// Whether all groups behind the first have three digits.
fn groups_of_three(text: &str, sign: char) -> bool {
    text.split(sign).skip(1).all(|group| group.len() == 3)
}

#[cfg(test)]
mod tests {
    use super::hectares;
    use proptest::prelude::*;

    fn check(text: &str, expected: Option<f64>) {
        assert_eq!(hectares(text), expected, "{text:?}");
    }

    #[test]
    fn a_bare_number_is_hectares_with_point_or_comma() {
        check("0.5", Some(0.5));
        check(" 0,5 ", Some(0.5));
        check("3", Some(3.0));
        check("1.234", Some(1.234));
        check("1,234", Some(1.234));
        check("1.234,5", Some(1234.5));
        check("1,234.5", Some(1234.5));
    }

    #[test]
    fn units_are_understood_as_people_write_them() {
        for text in [
            "0.5 ha",
            "0,5ha",
            "0.5 Has.",
            "0.5 hectáreas",
            "0.5 HECTARES",
            "5000 m2",
            "5.000 m²",
            "5,000 m2",
            "5 000 mts2",
            "0.005 km2",
        ] {
            check(text, Some(0.5));
        }
        check("5000,5 m2", Some(0.50005));
        check("1.234.567 m2", Some(123.4567));
        check("2 acres", Some(2.0 * 4_046.856_422_4 / 10_000.0));
    }

    #[test]
    fn what_is_no_area_is_none() {
        for text in [
            "",
            "ha",
            "media hectárea",
            "1/2",
            "2 manzanas",
            "-1",
            "1.2.3",
            "1,23,4",
            "1.234,5,6",
            "NaN",
            "12 ha 3",
            ".",
            "1e5",
        ] {
            check(text, None);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_an_area_or_none(text in "[0-9.,' aehmñ²2-]{0,12}") {
            prop_assert!(hectares(&text).is_none_or(|ha| ha.is_finite() && ha >= 0.0));
        }

        #[test]
        fn metres_and_hectares_agree(m2 in 0_u32..10_000_000) {
            prop_assert_eq!(hectares(&format!("{m2} m2")), Some(f64::from(m2) / 10_000.0));
        }
    }
}
