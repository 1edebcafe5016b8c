//! Questions at and beyond the end of what a layer has seen.

use lindero_logic::Truth::{self, False, True, Unknown};
use lindero_logic::Value::{self, Never, Number, Silent};

use crate::catalog::{example, truth};

/// Answers where the cell has `value`, is never, and is unknown.
fn check(name: &str, value: f64, rows: &[(&str, [Truth; 3])]) {
    let scope = example();
    for (source, expected) in rows {
        let answers = [Number(value), Never, Value::Unknown].map(|cell| truth(source, &scope, &[(name, cell)]));
        assert_eq!(answers, *expected, "{source} where {name} is {value}, never, unknown");
    }
}

#[test]
fn after_the_last_year_nothing_is_known() {
    check(
        "lossyear",
        2024.0,
        &[
            ("lossyear > 2023", [True, False, Unknown]),
            ("lossyear > 2024", [Unknown, Unknown, Unknown]),
            ("lossyear > 2025", [Unknown, Unknown, Unknown]),
            ("lossyear >= 2024", [True, False, Unknown]),
            ("lossyear >= 2025", [Unknown, Unknown, Unknown]),
            ("2024 < lossyear", [Unknown, Unknown, Unknown]),
            ("2023 < lossyear", [True, False, Unknown]),
            ("2025 <= lossyear", [Unknown, Unknown, Unknown]),
            ("!(lossyear > 2024)", [Unknown, Unknown, Unknown]),
        ],
    );
}

#[test]
fn a_year_beyond_the_end_is_not_the_year_of_a_value() {
    check(
        "lossyear",
        2024.0,
        &[
            ("lossyear == 2024", [True, False, Unknown]),
            ("lossyear == 2025", [False, Unknown, Unknown]),
            ("lossyear != 2025", [True, Unknown, Unknown]),
            ("lossyear in [2024, 2025]", [True, Unknown, Unknown]),
            ("lossyear in [2023, 2025]", [False, Unknown, Unknown]),
            ("lossyear in [2023, 2024]", [True, False, Unknown]),
        ],
    );
}

#[test]
fn up_to_a_day_beyond_the_end_is_true_where_there_is_a_value() {
    check(
        "lossyear",
        2024.0,
        &[
            ("lossyear <= 2020", [False, False, Unknown]),
            ("lossyear <= 2024", [True, False, Unknown]),
            ("lossyear < 2025", [True, False, Unknown]),
            ("lossyear <= 2025", [True, Unknown, Unknown]),
            ("lossyear < 2026", [True, Unknown, Unknown]),
            ("2026 > lossyear", [True, Unknown, Unknown]),
        ],
    );
}

#[test]
fn half_a_year_can_give_a_value_but_no_never() {
    // tmfdef has seen 2024 up to its end of June.
    check(
        "tmfdef",
        2024.0,
        &[
            ("tmfdef > 2023", [True, False, Unknown]),
            ("tmfdef > 2024", [Unknown, Unknown, Unknown]),
            ("tmfdef == 2023", [False, False, Unknown]),
            ("tmfdef == 2024", [True, Unknown, Unknown]),
            ("tmfdef <= 2023", [False, False, Unknown]),
            ("tmfdef <= 2024", [True, Unknown, Unknown]),
        ],
    );
}

#[test]
fn days_end_with_the_last_day_seen() {
    // 2025-06-30 is day 20,269.
    check(
        "alert3",
        20_269.0,
        &[
            ("alert3 > 2025-06-29", [True, False, Unknown]),
            ("alert3 > 2025-06-30", [Unknown, Unknown, Unknown]),
            ("alert3 >= 2025-06-30", [True, False, Unknown]),
            ("alert3 >= 2025-07-01", [Unknown, Unknown, Unknown]),
            ("alert3 == 2025-07-01", [False, Unknown, Unknown]),
            ("alert3 <= 2025-06-30", [True, False, Unknown]),
            ("alert3 < 2025-07-01", [True, False, Unknown]),
            ("alert3 <= 2025-07-01", [True, Unknown, Unknown]),
        ],
    );
}

#[test]
fn the_end_moves_with_the_years() {
    check(
        "lossyear",
        2024.0,
        &[
            ("lossyear + 1 > 2024", [True, False, Unknown]),
            ("lossyear + 1 > 2025", [Unknown, Unknown, Unknown]),
            ("1 + lossyear > 2025", [Unknown, Unknown, Unknown]),
            ("lossyear - 2 >= 2022", [True, False, Unknown]),
            ("lossyear - 2 > 2022", [Unknown, Unknown, Unknown]),
            ("lossyear - 2000 > 24", [Unknown, Unknown, Unknown]),
            ("lossyear - cutoff_year > 3", [True, False, Unknown]),
        ],
    );
}

#[test]
fn of_two_layers_the_earlier_end_counts() {
    let answer = |source| truth(source, &example(), &[("gfc2020", Number(1.0)), ("lossyear", Never)]);
    assert_eq!(answer("(gfc2020 == 1 ? lossyear : tmfdef) > 2023"), False);
    assert_eq!(answer("(gfc2020 == 1 ? lossyear : tmfdef) == 2024"), Unknown);
}

#[test]
fn silence_beyond_the_end_is_unknown_and_not_silent() {
    let answer = |source| truth(source, &example(), &[("alert3", Silent)]);
    assert_eq!(answer("alert3 > 2025-06-30"), Unknown);
    assert_eq!(answer("alert3 <= 2025-07-01"), Unknown);
    assert_eq!(answer("alert3 in [2025-06-30, 2025-07-01]"), Unknown);
    assert_eq!(answer("alert3 <= 2025-06-30"), Truth::SilentFalse);
}
