//! What is left of an expression when layers are absent.

use lindero_logic::Truth::{False, True};
use lindero_logic::Value::Number;
use lindero_logic::{Compiled, Symbol, ValueKind, compile_condition, compile_number};

use crate::catalog::{Catalog, column, example, layer, truth, yearly};

/// `gone` and `lost` are absent, as are the years of `mb` outside 1985 to 2024; `a`, `b` and `n` are there.
fn scope() -> Catalog {
    Catalog(vec![
        ("a", layer(ValueKind::Bool)),
        ("b", layer(ValueKind::Bool)),
        ("n", layer(ValueKind::Number)),
        ("mb", yearly(true)),
        ("gone", Symbol::Absent),
        ("lost", Symbol::Absent),
        ("gone_term", Symbol::Term("gone == 1")),
        ("not_gone", Symbol::Term("!(gone == 1)")),
    ])
}

/// Each source must compile to the same program as what is left of it; an empty text means that it is absent.
fn check(rows: &[(&str, &str)]) {
    let compile = |source: &str| {
        let compiled = compile_condition(source, &scope()).or_else(|_| compile_number(source, &scope()));
        compiled.unwrap_or_else(|error| panic!("{source}: {error}")).compiled
    };
    for (source, left) in rows {
        let expected = if left.is_empty() { Compiled::Absent } else { compile(left) };
        assert_eq!(compile(source), expected, "{source}");
    }
}

#[test]
fn absent_parts_drop_out_of_or() {
    check(&[
        ("a || gone", "a"),
        ("gone || a", "a"),
        ("a || gone == 1 || b", "a || b"),
        ("a || !gone", "a"),
        ("gone || lost", ""),
        ("gone || !lost", ""),
    ]);
}

#[test]
fn an_absent_part_takes_and_with_it_unless_it_is_negated() {
    check(&[
        ("a && gone", ""),
        ("a && gone > 1", ""),
        ("a && !gone", "a"),
        ("a && gone != 1", "a"),
        ("!(gone <= 2020) && a", "a"),
        ("a && !gone && b", "a && b"),
        ("a && !gone && lost", ""),
        ("a && !(gone && b)", "a"),
        ("a && !(gone || b)", "a && !b"),
        ("a && (!gone || !lost)", "a"),
        ("a && !!gone", ""),
        ("a && !(gone != 1)", ""),
    ]);
}

#[test]
fn alone_or_in_a_value_absent_stays_absent() {
    check(&[
        ("gone", ""),
        ("!gone", ""),
        ("!gone && !lost", ""),
        ("gone == 1", ""),
        ("1 < gone", ""),
        ("gone + 1 > n", ""),
        ("-gone == n", ""),
        ("gone * 2", ""),
        ("gone in [1, 2]", ""),
        ("n in gone", ""),
        ("whole(gone)", ""),
        ("known(gone)", ""),
        ("patch(gone == 1, 0.5)", ""),
        ("patch(!gone, 0.5)", ""),
        ("gone[2020] == 3", ""),
        ("gone ? a : b", ""),
        ("a ? gone : b", ""),
        ("a == gone", ""),
    ]);
}

#[test]
fn absent_items_drop_out_of_lists_and_the_count_stays() {
    check(&[
        ("at_least(2, [a, gone == 1, b])", "at_least(2, [a, b])"),
        ("at_least(2, [a, !gone, b])", "at_least(2, [a, b])"),
        ("at_least(2, [a, gone == 1, lost == 1])", "false"),
        ("at_least(1, [gone, lost])", ""),
        ("n in [1, gone, 2]", "n in [1, 2]"),
        ("n in [gone, lost]", ""),
    ]);
}

#[test]
fn a_year_without_a_band_is_absent_where_the_scope_says_so() {
    check(&[("a || mb[2030] == 3", "a"), ("mb[1984] == 3", ""), ("mb[2024] == 3 || mb[2025] == 3", "mb[2024] == 3")]);
}

#[test]
fn a_term_means_what_its_source_would_mean_in_its_place() {
    check(&[("a || gone_term", "a"), ("a && gone_term", ""), ("a && !gone_term", "a"), ("a && not_gone", "a")]);
}

#[test]
fn absent_names_are_told_sorted_also_when_they_dropped_out() {
    for (source, expected) in [
        ("a && b", vec![]),
        ("lost || a && !gone || lost", vec!["gone", "lost"]),
        ("mb[2030] == 3 || mb[1984] == 3 || mb[2020] == 3", vec!["mb[1984]", "mb[2030]"]),
        ("gone[2020] == 1", vec!["gone"]),
        ("a || whole(lost) || patch(gone_term, 1)", vec!["gone", "lost"]),
        ("n in gone", vec!["gone"]),
    ] {
        let compilation = compile_condition(source, &scope()).expect(source);
        assert_eq!(compilation.absent_names, expected, "{source}");
    }
}

#[test]
fn a_missing_column_is_told_so_that_a_rule_can_be_left_unassessed() {
    let scope = Catalog(vec![("loss_ha", column(ValueKind::Number)), ("loss_pct", Symbol::Absent)]);
    let compilation = compile_condition("loss_ha >= 0.07 || loss_pct > 50", &scope).expect("a condition");
    assert_eq!(compilation.absent_names, ["loss_pct"]);
}

#[test]
fn what_is_left_still_answers() {
    let source = "gfc2020 == 1 || gone == 1";
    assert_eq!(truth(source, &example(), &[("gfc2020", Number(1.0))]), True);
    assert_eq!(truth(source, &example(), &[("gfc2020", Number(0.0))]), False);
}
