//! `eudr-2020`: every rule with numbers that fire it and numbers that just miss it.

use lindero_logic::Value::{Number, Text, Unknown};
use lindero_policy::Verdict::{High, Low, MoreInfo};
use lindero_policy::{About, When};

use crate::plot::{Desk, Plot};

#[test]
fn a_plot_of_which_nothing_is_found_is_low_without_findings() {
    Desk::of("eudr-2020").check(&[], Low, &[]);
}

#[test]
fn l1_fires_on_a_whole_cell_or_half_a_plot_of_cleared_natural_forest() {
    let desk = Desk::of("eudr-2020");
    desk.check(&[("loss_natural_whole_ha", 0.07)], High, &["L1"]);
    desk.check(&[("loss_natural_whole_ha", 0.0699)], Low, &[]);
    desk.check(&[("loss_natural_pct", 50.1)], High, &["L1"]);
    desk.check(&[("loss_natural_pct", 50.0)], Low, &[]);
}

#[test]
fn l2_needs_the_loss_and_a_planting_year_after_2020() {
    let desk = Desk::of("eudr-2020");
    desk.check(&[("loss_mixed_whole_ha", 0.07), ("planted_year", 2021.0)], High, &["L2", "L3"]);
    desk.check(&[("loss_mixed_whole_ha", 0.07), ("planted_year", 2020.0)], MoreInfo, &["L3"]);
    desk.check(&[("loss_mixed_whole_ha", 0.07)], MoreInfo, &["L3"]);
    desk.check(&[("loss_mixed_whole_ha", 0.0699), ("planted_year", 2021.0)], Low, &[]);
}

#[test]
fn l3_adds_mixed_and_contested_ground() {
    let desk = Desk::of("eudr-2020");
    desk.check(&[("loss_mixed_whole_ha", 0.04), ("loss_contested_whole_ha", 0.04)], MoreInfo, &["L3"]);
    desk.check(&[("loss_mixed_whole_ha", 0.03), ("loss_contested_whole_ha", 0.03)], Low, &[]);
    desk.check(&[("loss_contested_whole_ha", 0.07), ("planted_year", 2014.0)], MoreInfo, &["L3"]);
}

#[test]
fn l4_fires_at_either_limit_unless_a_stronger_rule_does() {
    let desk = Desk::of("eudr-2020");
    desk.check(&[("loss_ncm_ha", 0.02)], MoreInfo, &["L4"]);
    desk.check(&[("loss_ncm_ha", 0.0199)], Low, &["N3"]);
    desk.check(&[("loss_ncm_pct", 2.0)], MoreInfo, &["L4"]);
    desk.check(&[("loss_ncm_pct", 1.99)], Low, &[]);
    desk.check(&[("loss_ncm_ha", 0.3), ("loss_natural_whole_ha", 0.2)], High, &["L1"]);
    desk.check(&[("loss_ncm_ha", 0.3), ("loss_contested_whole_ha", 0.2)], MoreInfo, &["L3"]);
}

#[test]
fn l5_has_the_limits_of_l4() {
    let desk = Desk::of("eudr-2020");
    desk.check(&[("loss_2021_ha", 0.02)], MoreInfo, &["L5"]);
    desk.check(&[("loss_2021_pct", 2.0)], MoreInfo, &["L5"]);
    desk.check(&[("loss_2021_ha", 0.0199), ("loss_2021_pct", 1.99)], Low, &[]);
}

#[test]
fn l6_fires_on_a_cell_of_weaker_signals() {
    let desk = Desk::of("eudr-2020");
    desk.check(&[("hint_ha", 0.07)], MoreInfo, &["L6"]);
    desk.check(&[("hint_ha", 0.0699)], Low, &[]);
}

#[test]
fn f1_fires_above_a_tenth_whatever_the_planting_year() {
    let desk = Desk::of("eudr-2020");
    desk.check(&[("stand_natural_pct", 10.1), ("planted_year", 2014.0)], MoreInfo, &["F1"]);
    desk.check(&[("stand_natural_pct", 10.0)], Low, &[]);
}

#[test]
fn f2_and_f3_are_silenced_by_a_planting_year_up_to_2020_only() {
    let desk = Desk::of("eudr-2020");
    for (column, above, at, code) in [("stand_mixed_pct", 10.1, 10.0, "F2"), ("contested_pct", 50.1, 50.0, "F3")] {
        desk.check(&[(column, above)], MoreInfo, &[code]);
        desk.check(&[(column, above), ("planted_year", 2021.0)], MoreInfo, &[code]);
        desk.check(&[(column, above), ("planted_year", 2020.0)], Low, &[]);
        let note: &[&str] = if code == "F3" { &["N2"] } else { &[] };
        desk.check(&[(column, at)], Low, note);
    }
}

#[test]
fn d1_stands_alone_although_nothing_else_is_known() {
    let desk = Desk::of("eudr-2020");
    let unknown: Vec<_> = desk.columns.iter().map(|column| (column.name.as_str(), Unknown)).collect();
    let mut plot = Plot::with(&desk.columns, &unknown);
    plot.usable = false;
    let decision = desk.bound.decide(&plot);
    assert_eq!((decision.verdict, desk.codes(&decision)), (MoreInfo, vec!["D1".to_owned()]));
    assert_eq!(decision.findings[0].sentence, "The boundary cannot be used: side 3 crosses side 1.");
    assert_eq!(About::ALL.map(|about| decision.verdict_about(about)), [MoreInfo; 3]);
    plot.usable = true;
    assert!(!desk.codes(&desk.bound.decide(&plot)).contains(&"D1".to_owned()));
}

#[test]
fn d3_fires_below_95_percent_of_any_of_its_shares() {
    let desk = Desk::of("eudr-2020");
    for column in ["forest_any_observed_pct", "lost_observed_pct", "contested_observed_pct"] {
        desk.check(&[(column, 94.99)], MoreInfo, &["D3"]);
        desk.check(&[(column, 95.0)], Low, &[]);
    }
}

#[test]
fn p1_needs_both_its_limits() {
    let desk = Desk::of("eudr-2020");
    desk.check(&[("protected_pct", 5.1), ("protected_ha", 0.051)], MoreInfo, &["P1"]);
    desk.check(&[("protected_pct", 5.0), ("protected_ha", 0.3)], Low, &[]);
    desk.check(&[("protected_pct", 20.0), ("protected_ha", 0.05)], Low, &[]);
}

#[test]
fn notes_never_move_the_verdict() {
    let desk = Desk::of("eudr-2020");
    desk.check(&[("loss_farmed_ha", 0.001)], Low, &["N1"]);
    desk.check(&[("loss_farmed_ha", 0.0)], Low, &[]);
    desk.check(&[("contested_pct", 0.1)], Low, &["N2"]);
    desk.check(&[("loss_ncm_ha", 0.001), ("loss_ncm_pct", 0.1)], Low, &["N3"]);
    let decision = desk.decide(&[("loss_farmed_ha", Unknown)]);
    assert_eq!((decision.verdict, decision.findings.len()), (Low, 0));
}

#[test]
fn a_verdict_is_told_for_each_thing_the_rules_are_about() {
    let desk = Desk::of("eudr-2020");
    let about = |given: &[(&str, f64)]| {
        let decision = desk.decide(&crate::plot::numbers(given));
        About::ALL.map(|about| decision.verdict_about(about))
    };
    assert_eq!(about(&[("loss_natural_whole_ha", 0.2), ("lost_observed_pct", 90.0)]), [High, MoreInfo, Low]);
    assert_eq!(about(&[("protected_pct", 30.0), ("protected_ha", 0.3)]), [Low, Low, MoreInfo]);
}

#[test]
fn what_is_unknown_is_named() {
    let desk = Desk::of("eudr-2020");
    let one = "cannot be decided: stand_natural_pct is unknown";
    desk.says(&[("stand_natural_pct", Unknown)], "F1", one);
    let three = "cannot be decided: forest_any_observed_pct, lost_observed_pct and contested_observed_pct are unknown";
    let columns = ["forest_any_observed_pct", "lost_observed_pct", "contested_observed_pct"];
    desk.says(&columns.map(|column| (column, Unknown)), "D3", three);
    // An attribute that is empty never leaves a rule open by itself.
    desk.says(&[("stand_mixed_pct", Unknown)], "F2", "cannot be decided: stand_mixed_pct is unknown");
    desk.says(&[("hint_ha", Number(f64::NAN))], "L6", "cannot be decided: hint_ha is unknown");
}

#[test]
fn the_sentences_have_their_numbers_years_and_names() {
    let desk = Desk::of("eudr-2020");
    let cleared = [
        ("loss_natural_whole_ha", Number(0.2)),
        ("loss_natural_ha", Number(0.231)),
        ("loss_natural_2021_ha", Number(0.1)),
        ("loss_natural_2022_ha", Number(0.1)),
        ("loss_natural_2024_ha", Number(0.031)),
    ];
    let text = "0.23 ha of natural forest standing at the end of 2020 were cleared in 2021-2022, 2024.";
    desk.says(&cleared, "L1", text);
    let undated = "0.23 ha of natural forest standing at the end of 2020 were cleared in years not told.";
    desk.says(&cleared[..2], "L1", undated);
    let declared = [
        ("loss_mixed_whole_ha", Number(0.08)),
        ("loss_mixed_ha", Number(0.08)),
        ("loss_mixed_2022_ha", Number(0.08)),
        ("mixed_ha", Unknown),
        ("planted_year", Number(2022.0)),
    ];
    let text = "Two maps show forest in 2020 on unknown ha, 0.080 ha of it were cleared in 2022, and the cocoa is declared \
                planted in 2022.";
    desk.says(&declared, "L2", text);
    let protected =
        [("protected_pct", Number(19.6)), ("protected_ha", Number(0.3)), ("protected_names", Text("Cordillera Azul"))];
    let text = "20 % of the plot (0.30 ha) lies in Cordillera Azul: farming there needs a right.";
    desk.says(&protected, "P1", text);
    let edge = [("loss_ncm_ha", Number(0.0211)), ("loss_ncm_pct", Number(1.4)), ("loss_ncm_2023_ha", Number(0.0211))];
    let text = "0.021 ha of loss (1.4 % of the plot, 2023) touch the plot, with less than 0.070 ha of map cells that lie \
                wholly inside it: look at the picture.";
    desk.says(&edge, "L4", text);
}

#[test]
fn no_high_is_given_on_tree_cover_and_only_l1_and_l2_give_it() {
    let desk = Desk::of("eudr-2020");
    let rules = desk.policy.rules().iter();
    let high: Vec<&str> = rules.filter(|r| r.outcome.as_str() == "high").map(|r| r.code.as_str()).collect();
    assert_eq!(high, ["L1", "L2"]);
    assert!(!desk.policy.layers().contains("treecover2000"));
}

#[test]
fn the_codes_are_those_of_its_page_and_one_rule_decides_points() {
    let policy = crate::plot::shipped("eudr-2020");
    let codes: Vec<&str> = policy.rules().iter().map(|rule| rule.code.as_str()).collect();
    let expected = [
        "L1", "L2", "L3", "L4", "L5", "L6", "F1", "F2", "F3", "D1", "D2", "D3", "D4", "D5", "S1", "P1", "P2", "P3",
        "N1", "N2", "N3", "N4", "N5",
    ];
    assert_eq!(codes, expected);
    let of_points: Vec<&str> =
        policy.rules().iter().filter(|rule| rule.when == When::PointNotLow).map(|rule| rule.code.as_str()).collect();
    assert_eq!(of_points, ["D2"]);
}
