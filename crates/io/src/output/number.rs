//! Numbers as text.

use std::fmt::Write as _;

/// Appends the shortest text that reads back as the same number: `3`, `0.1`, `1e-9`, `1e21`.
///
/// Whole numbers have no decimal point, and there is no exponent from 1e-7 to below 1e21. Negative zero
/// is `0`. What is not finite is left to the caller: neither CSV nor JSON has a word for it.
pub fn push_number(out: &mut String, value: f64) {
    let size = value.abs();
    let written = if value == 0.0 {
        out.write_str("0")
    } else if (1e-7..1e21).contains(&size) {
        write!(out, "{value}")
    } else {
        write!(out, "{value:e}")
    };
    written.expect("a String takes any text");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(value: f64, expected: &str) {
        let mut text = String::new();
        push_number(&mut text, value);
        assert_eq!(text, expected);
    }

    #[test]
    fn whole_numbers_have_no_point_and_common_sizes_no_exponent() {
        check(3.0, "3");
        check(-0.0, "0");
        check(-76.5, "-76.5");
        check(0.1 + 0.2, "0.30000000000000004");
        check(1e-7, "0.0000001");
        check(9.9e-8, "9.9e-8");
        check(1e20, "100000000000000000000");
        check(1e21, "1e21");
        check(5e-324, "5e-324");
    }

    proptest! {
        #[test]
        fn every_finite_number_reads_back_as_itself(value in any::<f64>().prop_filter("finite", |it| it.is_finite())) {
            let mut text = String::new();
            push_number(&mut text, value);
            prop_assert_eq!(text.parse::<f64>().unwrap(), value);
        }
    }
}
