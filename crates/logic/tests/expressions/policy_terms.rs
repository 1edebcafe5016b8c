//! The terms of the default policy for cocoa, as a catalog would write them.

use lindero_logic::Truth::{self, False, SilentFalse, True, Unknown};
use lindero_logic::Value::{Never, Number, Silent};
use lindero_logic::{Scope, Symbol, Value, ValueKind};

use crate::catalog::{Catalog, in_order, layer, program, until, written, yearly};

const TERMS: [(&str, &str); 7] = [
    ("forest_any", "gfc2020 == 1 || tmf2020 in [1, 2, 4] || mb[2020] in [3, 4, 5, 6]"),
    ("forest_two", "at_least(2, [gfc2020 == 1, tmf2020 in [1, 2, 4], mb[2020] in [3, 4, 5, 6]])"),
    ("natural_map", "tmf2020 == 1 || (primary2001 == 1 && !(lossyear <= 2020))"),
    (
        "farmed_map",
        "at_least(3, [mb[2016] in agri, mb[2017] in agri, mb[2018] in agri, mb[2019] in agri, mb[2020] in agri])",
    ),
    (
        "lost",
        "lossyear > 2021 || tmfdef > 2021 || (tmf_latest == 3 && tmf2020 in [1, 2, 4] && tmfdef != 2021) \
         || (lossyear == 2021 && tmfdef == 2021 && !(alert3 <= 2020-12-31)) || alert3 > 2020-12-31",
    ),
    ("lost_2021", "(lossyear == 2021 || tmfdef == 2021) && !lost"),
    (
        "hint",
        "!lost && (tmfdeg > 2020 || alert2 > 2020-12-31 || (mb[2020] in [3,4,5,6] \
         && at_least(2, [mb[2022] in agri, mb[2023] in agri, mb[2024] in agri])))",
    ),
];

fn scope(without: &[&str]) -> Catalog {
    let mut names = vec![
        ("gfc2020", layer(ValueKind::Number)),
        ("tmf2020", layer(ValueKind::Number)),
        ("tmf_latest", layer(ValueKind::Number)),
        ("primary2001", layer(ValueKind::Number)),
        ("lossyear", until(ValueKind::Year, "2024-12-31")),
        ("tmfdef", until(ValueKind::Year, "2024-12-31")),
        ("tmfdeg", until(ValueKind::Year, "2024-12-31")),
        ("alert2", until(ValueKind::Day, "2025-12-31")),
        ("alert3", until(ValueKind::Day, "2025-12-31")),
        ("mb", yearly(true)),
        ("agri", Symbol::List(&[15.0, 18.0, 21.0, 35.0, 40.0, 72.0])),
    ];
    names.extend(TERMS.map(|(name, source)| (name, Symbol::Term(source))));
    for (name, symbol) in &mut names {
        if without.contains(name) {
            *symbol = Symbol::Absent;
        }
    }
    Catalog(names)
}

/// Asks a term of a cell; layers not given have no data.
fn check(term: &str, cell: &[(&str, Value<'_>)], expected: Truth) {
    let program = program(term, &scope(&[]));
    assert_eq!(program.truth(&in_order(&program, cell)), expected, "{term} with {cell:?}");
}

#[test]
fn every_term_compiles_and_reads_what_it_names() {
    let inputs = |term: &str| -> Vec<String> { program(term, &scope(&[])).inputs().iter().map(written).collect() };
    assert_eq!(inputs("forest_any"), ["gfc2020", "tmf2020", "mb[2020]"]);
    assert_eq!(inputs("forest_two"), ["gfc2020", "tmf2020", "mb[2020]"]);
    assert_eq!(inputs("natural_map"), ["tmf2020", "primary2001", "lossyear"]);
    assert_eq!(inputs("farmed_map"), ["mb[2016]", "mb[2017]", "mb[2018]", "mb[2019]", "mb[2020]"]);
    assert_eq!(inputs("lost"), ["lossyear", "tmfdef", "tmf_latest", "tmf2020", "alert3"]);
    assert_eq!(inputs("lost_2021"), ["lossyear", "tmfdef", "tmf_latest", "tmf2020", "alert3"]);
    assert_eq!(inputs("hint").len(), 11);
}

#[test]
fn every_name_of_the_scope_is_suggestible() {
    assert_eq!(scope(&[]).names().len(), 18);
}

#[test]
fn two_forest_maps_decide_without_the_third() {
    check("forest_two", &[("gfc2020", Number(1.0)), ("tmf2020", Number(4.0))], True);
    check("forest_two", &[("gfc2020", Number(0.0)), ("tmf2020", Number(6.0))], False);
    check("forest_two", &[("gfc2020", Number(1.0)), ("tmf2020", Number(6.0))], Unknown);
}

#[test]
fn primary_forest_never_lost_is_natural() {
    let cell = |lossyear| [("tmf2020", Number(6.0)), ("primary2001", Number(1.0)), ("lossyear", lossyear)];
    check("natural_map", &cell(Never), True);
    check("natural_map", &cell(Number(2023.0)), True);
    check("natural_map", &cell(Number(2020.0)), False);
    check("natural_map", &cell(Value::Unknown), Unknown);
}

#[test]
fn three_farmed_years_of_five_are_farmed() {
    let years = |classes: [f64; 4]| {
        let [a, b, c, d] = classes.map(Number);
        [("mb[2016]", a), ("mb[2017]", b), ("mb[2018]", c), ("mb[2019]", d)]
    };
    check("farmed_map", &years([21.0, 15.0, 72.0, 3.0]), True);
    check("farmed_map", &years([3.0, 3.0, 3.0, 21.0]), False);
    check("farmed_map", &years([21.0, 21.0, 3.0, 3.0]), Unknown);
}

#[test]
fn an_alert_dates_a_loss_of_2021() {
    let cell = |alert| {
        [
            ("lossyear", Number(2021.0)),
            ("tmfdef", Number(2021.0)),
            ("tmf2020", Number(1.0)),
            ("tmf_latest", Number(3.0)),
            ("alert3", alert),
        ]
    };
    // Day 18,627 is 2020-12-31.
    check("lost", &cell(Number(18_628.0)), True);
    check("lost", &cell(Number(18_627.0)), False);
    check("lost", &cell(Silent), True);
    check("lost_2021", &cell(Number(18_627.0)), True);
    check("lost_2021", &cell(Silent), False);
    check(
        "lost_2021",
        &[("lossyear", Number(2021.0)), ("tmfdef", Never), ("tmf_latest", Number(1.0)), ("alert3", Silent)],
        True,
    );
}

#[test]
fn nothing_lost_is_observed_only_where_an_annual_map_looked() {
    check("lost", &[("alert3", Silent)], Unknown);
    check("alert3 > 2020-12-31", &[("alert3", Silent)], SilentFalse);
    let stands = [("lossyear", Never), ("tmfdef", Never), ("tmf_latest", Number(1.0)), ("alert3", Silent)];
    check("lost", &stands, False);
}

#[test]
fn without_a_land_use_series_nothing_is_farmed_and_two_maps_remain() {
    let scope = scope(&["mb"]);
    let inputs = |term: &str| -> Vec<String> { program(term, &scope).inputs().iter().map(written).collect() };
    assert_eq!(inputs("forest_two"), ["gfc2020", "tmf2020"]);
    assert_eq!(inputs("forest_two && !farmed_map"), ["gfc2020", "tmf2020"]);
    assert_eq!(inputs("hint"), ["lossyear", "tmfdef", "tmf_latest", "tmf2020", "alert3", "tmfdeg", "alert2"]);
}

#[test]
fn without_alerts_two_annual_maps_still_date_a_loss() {
    let scope = scope(&["alert3"]);
    let program = program("lost", &scope);
    let cell = [("lossyear", Number(2021.0)), ("tmfdef", Number(2021.0))];
    assert_eq!(program.truth(&in_order(&program, &cell)), True);
}
