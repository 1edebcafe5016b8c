//! Coordinates cut to six decimals, as the system that takes an EU file cuts them.

use crate::Position;

/// Millionths of a degree in a degree: six decimals.
const MILLIONTHS: f64 = 1e6;

/// Below this many degrees a number and its shortest text differ by less than 1e-13, and their millionths by less than
/// [`UNSURE`].
const PLAIN: f64 = 1024.0;

/// So near to a whole number of millionths the text decides.
const UNSURE: f64 = 1e-5;

/// A coordinate without its decimals after the sixth.
///
/// # Method
///
/// What is cut is the shortest decimal text that reads back as the number, because that is what people wrote and
/// programs print (a text of over 15 digits may be that of a shorter one): 5.000001, kept as 5.0000009999999996…, stays 5.000001. Cut, not rounded: towards zero. The result is the number that
/// is nearest to the text that is left, so that its own shortest text is that text.
///
/// ```
/// use lindero_plots::eu::truncated;
///
/// assert_eq!(truncated(-76.123_456_7), -76.123_456);
/// assert_eq!(truncated(5.000_001), 5.000_001);
/// assert_eq!(truncated(-0.000_000_9), 0.0);
/// ```
pub fn truncated(degrees: f64) -> f64 {
    let scaled = degrees * MILLIONTHS;
    let nearest = scaled.round();
    // Six decimals already. Adding zero makes minus zero plain.
    if degrees.abs() < PLAIN && nearest / MILLIONTHS == degrees {
        return degrees + 0.0;
    }
    if degrees.abs() < PLAIN && (scaled - nearest).abs() > UNSURE {
        // Whole numbers this small are exact, and their quotient is the number nearest to the decimal.
        return scaled.trunc() / MILLIONTHS + 0.0;
    }
    by_text(degrees)
}

/// The same through the text.
fn by_text(degrees: f64) -> f64 {
    let text = degrees.to_string();
    let end = text.find('.').map_or(text.len(), |point| (point + 7).min(text.len()));
    text[..end].parse::<f64>().map_or(degrees, |cut| cut + 0.0)
}

/// A position without the decimals after the sixth.
pub(super) fn truncated_position([x, y]: Position) -> Position {
    [truncated(x), truncated(y)]
}

/// A ring cut position by position, without those that became equal to the one before them.
pub(super) fn truncated_ring(ring: &[Position]) -> Vec<Position> {
    let mut cut: Vec<Position> = ring.iter().copied().map(truncated_position).collect();
    cut.dedup();
    cut
}

#[cfg(test)]
mod tests {
    use super::{by_text, truncated};
    use proptest::prelude::*;

    #[test]
    fn what_was_written_is_cut_and_not_what_the_binary_holds() {
        for (text, expected) in [
            ("-76.1234567", "-76.123456"),
            ("-76.123456999999", "-76.123456"),
            ("5.000001", "5.000001"),
            // One bit below: its shortest text has many nines, and so it was written.
            ("5.0000009999999987", "5"),
            ("0.1", "0.1"),
            ("0.3", "0.3"),
            ("0.0000009", "0"),
            ("-0.0000009", "0"),
            ("1e-9", "0"),
            ("-179.9999999", "-179.999999"),
            ("180", "180"),
        ] {
            assert_eq!(truncated(text.parse().unwrap()).to_string(), expected, "{text}");
        }
        assert_eq!(truncated(1e300), 1e300);
        assert!(truncated(f64::NAN).is_nan());
        assert_eq!(truncated(f64::INFINITY), f64::INFINITY);
    }

    /// What a person does with scissors.
    fn scissors(text: &str) -> f64 {
        match text.split_once('.') {
            Some((whole, decimals)) => format!("{whole}.{}", &decimals[..decimals.len().min(6)]).parse().unwrap(),
            None => text.parse().unwrap(),
        }
    }

    proptest! {
        #[test]
        fn the_short_way_is_the_way_through_the_text(degrees in -180.0..180.0_f64) {
            prop_assert_eq!(truncated(degrees).to_bits(), by_text(degrees).to_bits());
        }

        #[test]
        fn written_decimals_are_cut_like_text(
            whole in -180..180_i32,
            millionths in 0..1_000_000_u32,
            // Up to 15 digits each text is a number of its own.
            tail in "(|0{0,2}[0-9]{0,4}|9{1,6})",
            step in -2..=2_i64,
        ) {
            let text = format!("{whole}.{millionths:06}{tail}");
            let degrees: f64 = text.parse().unwrap();
            prop_assert_eq!(truncated(degrees), scissors(&text) + 0.0, "{}", text);
            // And its neighbours in binary, whose texts are long.
            let beside = f64::from_bits((degrees.to_bits() as i64 + step) as u64);
            if beside.abs() < 180.0 && beside.abs() > 1e-4 {
                prop_assert_eq!(truncated(beside), scissors(&beside.to_string()) + 0.0, "{}", beside);
            }
        }

        #[test]
        fn cutting_twice_is_cutting_once_and_leaves_six_decimals(degrees in -180.0..180.0_f64) {
            let cut = truncated(degrees);
            prop_assert_eq!(truncated(cut), cut);
            prop_assert!(cut.abs() <= degrees.abs());
            let text = cut.to_string();
            prop_assert!(text.split_once('.').is_none_or(|(_, decimals)| decimals.len() <= 6), "{}", text);
        }
    }
}
