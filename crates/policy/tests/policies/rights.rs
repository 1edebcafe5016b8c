//! Whose ground it is, and what is declared of it.

use lindero_logic::Value;
use lindero_policy::{About, Verdict};

use crate::plot::{Desk, numbers, owned};

/// Asserts the codes for a plot that lies in ground of a kind to so many percent, with what is declared.
fn check(kind: &str, pct: f64, ha: f64, declared: Option<(&'static str, bool)>, codes: &[&str]) {
    let desk = Desk::of("eudr-2020");
    let (ha_column, pct_column) = (format!("{kind}_ha"), format!("{kind}_pct"));
    let mut given = numbers(&[(&ha_column, ha), (&pct_column, pct)]);
    given.extend(declared.map(|(name, truth)| (name, Value::Bool(truth))));
    let decision = desk.decide(&given);
    assert_eq!(desk.codes(&decision), owned(codes), "{kind} {pct} % {ha} ha {declared:?}");
    let asks = codes.iter().any(|code| code.starts_with('P'));
    let expected = if asks { Verdict::MoreInfo } else { Verdict::Low };
    assert_eq!(decision.verdict_about(About::Law), expected);
    assert_eq!(decision.verdict_about(About::Forest), Verdict::Low);
}

#[test]
fn a_sliver_across_an_official_border_asks_nothing() {
    for (kind, code) in [("protected", "P1"), ("community", "P2"), ("concession", "P3")] {
        check(kind, 5.0, 1.0, None, &[]);
        check(kind, 5.1, 0.05, None, &[]);
        check(kind, 5.1, 0.051, None, &[code]);
    }
}

#[test]
fn a_declared_member_is_asked_nothing_about_the_community() {
    check("community", 100.0, 1.0, Some(("member", true)), &[]);
    check("community", 100.0, 1.0, Some(("member", false)), &["P2"]);
    check("protected", 100.0, 1.0, Some(("member", true)), &["P1"]);
}

#[test]
fn a_declared_title_or_a_mapped_contract_answers_for_a_concession() {
    check("concession", 100.0, 1.0, Some(("title", true)), &[]);
    check("concession", 100.0, 1.0, Some(("title", false)), &["P3"]);
    let desk = Desk::of("eudr-2020");
    desk.check(
        &[("concession_ha", 1.0), ("concession_pct", 100.0), ("cusaf_ha", 1.0), ("cusaf_pct", 100.0)],
        Verdict::Low,
        &["N5"],
    );
}

#[test]
fn a_buffer_zone_is_a_note() {
    check("buffer", 100.0, 1.0, None, &["N4"]);
}

#[test]
fn without_a_map_of_contracts_a_concession_still_asks() {
    let desk = Desk::without("eudr-2020", &["cusaf"]);
    desk.check(&[("concession_ha", 1.0), ("concession_pct", 100.0)], Verdict::MoreInfo, &["P3"]);
}
