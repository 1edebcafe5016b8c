//! How near a rule is to the other answer, and what would turn it.

use lindero_logic::Value;
use lindero_policy::{Margin, Policy, Side, Verdict};
use proptest::prelude::*;

use crate::plot::{Desk, Plot, numbers};

/// The margin of a rule for a plot with these values.
fn margin(desk: &Desk, given: &[(&str, Value<'static>)], code: &str) -> Margin {
    let rule = desk.policy.rules().iter().position(|rule| rule.code == code).expect("a code of the policy");
    let margins = desk.bound.margins(&Plot::with(&desk.columns, given));
    margins.into_iter().find(|margin| margin.rule == rule).unwrap_or_else(|| panic!("{code} has no margin"))
}

/// Asserts the ways in words, and what would be decided after the first.
fn check(given: &[(&str, Value<'static>)], code: &str, ways: &[&str], after: Option<&str>) {
    let desk = Desk::of("eudr-2020");
    let margin = margin(&desk, given, code);
    let told: Vec<String> = margin.ways.iter().map(ToString::to_string).collect();
    assert_eq!(told, ways, "{code} {given:?}");
    let plot = Plot::with(&desk.columns, given);
    let outcome = margin.ways.first().and_then(|way| desk.bound.outcome_after(&plot, way));
    assert_eq!(outcome.as_deref(), after, "{code} {given:?}");
}

#[test]
fn one_number_below_its_threshold_takes_a_finding_away() {
    let loss = numbers(&[("stand_natural_pct", 34.0)]);
    check(&loss, "F1", &["stand_natural_pct of at most 10 (is 34)"], Some("low"));
}

#[test]
fn where_either_of_two_makes_a_rule_true_both_have_to_go() {
    let loss = numbers(&[("loss_natural_whole_ha", 0.31), ("loss_natural_pct", 62.0), ("loss_ncm_ha", 0.4)]);
    let both = "loss_natural_whole_ha of at most 0.070 (is 0.31) and loss_natural_pct of at most 50 (is 62)";
    check(&loss, "L1", &[both], Some("more_info (L4)"));
    let one = numbers(&[("loss_natural_whole_ha", 0.31), ("loss_natural_pct", 12.0), ("loss_ncm_ha", 0.4)]);
    check(&one, "L1", &["loss_natural_whole_ha below 0.070 (is 0.31)"], Some("more_info (L4)"));
}

#[test]
fn a_sum_goes_below_its_threshold_by_one_of_its_parts_or_by_all() {
    let one = numbers(&[("loss_mixed_whole_ha", 0.2), ("loss_contested_whole_ha", 0.03)]);
    check(&one, "L3", &["loss_mixed_whole_ha of at most 0.040 (is 0.20)"], Some("low"));
}

#[test]
fn a_planting_year_that_nobody_declares_is_told_as_what_would_answer() {
    let standing = numbers(&[("stand_mixed_pct", 60.0)]);
    let ways = ["stand_mixed_pct of at most 10 (is 60)", "planted_year of at most 2020 (is unknown)"];
    check(&standing, "F2", &ways, Some("low"));
}

#[test]
fn what_is_missing_from_a_map_counts_upwards() {
    check(
        &numbers(&[("lost_observed_pct", 90.0)]),
        "D3",
        &["lost_observed_pct of at least 95.0 (is 90.0)"],
        Some("low"),
    );
}

#[test]
fn a_membership_that_is_not_declared_would_answer_for_a_community() {
    let community = numbers(&[("community_pct", 100.0), ("community_ha", 1.0)]);
    let desk = Desk::of("eudr-2020");
    let ways = margin(&desk, &community, "P2").ways;
    let member = ways.iter().find(|way| way.changes[0].name == "member").expect("a way by membership");
    assert_eq!(member.to_string(), "member = yes (is unknown)");
    assert_eq!(member.changes[0].side, Side::Is);
}

#[test]
fn a_rule_that_others_would_silence_is_told_by_what_makes_it_smaller() {
    let desk = Desk::of("eudr-2020");
    let edge = numbers(&[("loss_ncm_ha", 0.16), ("loss_ncm_pct", 11.0)]);
    let out = desk.bound.ways_out(&Plot::with(&desk.columns, &edge), &margin(&desk, &edge, "L4"));
    let told: Vec<String> = out.iter().map(ToString::to_string).collect();
    let smaller = "loss_ncm_ha of at most 0.020 (is 0.16) and loss_ncm_pct of at most 2.0 (is 11)";
    assert!(told.contains(&smaller.to_owned()), "{told:?}");
    assert!(told.iter().all(|way| !way.starts_with("loss_natural")), "{told:?}");
}

#[test]
fn a_rule_that_just_missed_says_by_how_much() {
    let near = numbers(&[("stand_natural_pct", 9.0)]);
    check(&near, "F1", &["stand_natural_pct above 10 (is 9.0)"], Some("more_info (F1)"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_way_turns_its_rule_and_no_step_less_does(
        numbers in prop::collection::vec((any::<prop::sample::Index>(), 0.0..100.0f64), 0..12),
    ) {
        thread_local!(static DESK: Desk = Desk::of("eudr-2020"));
        DESK.with(|desk| {
            let mut plot = Plot::with(&desk.columns, &[]);
            for (column, number) in &numbers {
                let column = column.index(desk.columns.len());
                if desk.columns[column].kind == lindero_logic::ValueKind::Number {
                    plot.set(column, Value::Number(*number));
                }
            }
            let fires = |decision: &lindero_policy::Decision, rule: usize| {
                decision.findings.iter().any(|finding| finding.rule == rule)
            };
            for margin in desk.bound.margins(&plot) {
                for way in &margin.ways {
                    let after = desk.bound.decide_after(&plot, way).expect("columns only");
                    let stays = fires(&after, margin.rule) == margin.holds;
                    prop_assert!(!stays, "rule {} by {way}", margin.rule);
                }
            }
            Ok(())
        })?;
    }
}

#[test]
fn less_than_all_changes_of_a_way_turn_nothing() {
    let policy = Policy::parse("p.toml", POLICY).unwrap();
    let column = |name: &str| lindero_policy::Column { name: name.to_owned(), kind: lindero_logic::ValueKind::Number };
    let columns = [column("loss_ha"), column("loss_pct")];
    let bound = policy.bind(&columns).unwrap();
    let plot = Plot::with(&columns, &numbers(&[("loss_ha", 4.0), ("loss_pct", 80.0)]));
    let margins = bound.margins(&plot);
    let way = &margins[0].ways[0];
    assert_eq!(way.changes.len(), 2);
    assert_eq!(bound.decide_after(&plot, way).unwrap().verdict, Verdict::Low);
    for change in &way.changes {
        let part = lindero_policy::Way { changes: vec![change.clone()] };
        assert_eq!(bound.decide_after(&plot, &part).unwrap().verdict, Verdict::High, "{change}");
    }
}

const POLICY: &str = r#"
name = "either"
title = "Either"
version = "1"
about = "Whether a share or an area of trees was lost."
source = "an example"
indicator.loss = { where = "lossyear > 2020" }
[[rule]]
code = "L1"
name = "lost"
about = "forest"
verdict = "high"
when = "loss_ha >= 1 || loss_pct > 50"
reason = "{loss_ha} ha were lost."
source = "an example"
limits = "None."
"#;
