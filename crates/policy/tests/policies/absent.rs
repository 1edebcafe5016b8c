//! Catalogs that lack layers.

use lindero_policy::Verdict::{High, Low, MoreInfo};

use crate::plot::{Desk, Plot, shipped};

fn layers_check(layers: &[&str], expected: Option<&str>) {
    let answer = shipped("eudr-2020").check_layers(layers).map_err(|error| error.message);
    assert_eq!(answer.err().as_deref(), expected, "{layers:?}");
}

#[test]
fn two_forest_maps_and_an_annual_map_of_loss_are_needed() {
    layers_check(&["gfc2020", "mb", "lossyear"], None);
    layers_check(&["tmf2020", "mb", "tmfdef", "anp"], None);
    layers_check(
        &["gfc2020", "lossyear"],
        Some(
            "the catalog needs at least 2 of the layers gfc2020, tmf2020, mb, and has only gfc2020: one forest map alone \
             cannot be contradicted",
        ),
    );
    layers_check(
        &["gfc2020", "mb", "alert3"],
        Some(
            "the catalog needs at least 1 of the layers lossyear, tmfdef, and has none: without an annual map of loss \
             nothing is watched after the cut-off",
        ),
    );
}

#[test]
fn a_policy_names_every_layer_it_would_read() {
    let layers: Vec<String> = shipped("eudr-2020").layers().iter().cloned().collect();
    let expected = [
        "alert2",
        "alert3",
        "amortiguamiento",
        "anp",
        "comunidades",
        "concesiones",
        "cusaf",
        "gfc2020",
        "lossyear",
        "mb",
        "primary2001",
        "tmf2020",
        "tmf_latest",
        "tmfdef",
        "tmfdeg",
    ];
    assert_eq!(layers, expected);
    let layers: Vec<String> = shipped("tree-loss").layers().iter().cloned().collect();
    assert_eq!(layers, ["lossyear", "treecover2000"]);
}

/// What is not assessed, or only in part, without these indicators.
fn check(without: &[&str], not_assessed: &[(&str, &[&str])], in_part: &[(&str, &[&str])]) {
    let desk = Desk::without("eudr-2020", without);
    let told = |gaps: Vec<&lindero_policy::Unassessed>| -> Vec<(String, Vec<String>)> {
        gaps.into_iter().map(|gap| (gap.code.clone(), gap.missing.clone())).collect()
    };
    let wanted = |rows: &[(&str, &[&str])]| -> Vec<(String, Vec<String>)> {
        rows.iter().map(|(code, columns)| ((*code).to_owned(), crate::plot::owned(columns))).collect()
    };
    assert_eq!(told(desk.bound.not_assessed()), wanted(not_assessed));
    assert_eq!(told(desk.bound.assessed_in_part()), wanted(in_part));
}

#[test]
fn rules_of_which_nothing_is_left_are_not_assessed() {
    check(&[], &[], &[]);
    check(&["protected"], &[("P1", &["protected_ha", "protected_pct"])], &[]);
    check(&["farmed", "loss_farmed", "contested_mb", "hint_farmed"], &[("N1", &["loss_farmed_ha"])], &[]);
    check(&["hint"], &[("L6", &["hint_ha"])], &[]);
}

#[test]
fn without_a_map_of_natural_forest_a_loss_is_still_asked_about() {
    let natural = ["natural", "loss_natural", "loss_natural_whole", "stand_natural"];
    let columns: &[&str] = &["loss_natural_pct", "loss_natural_whole_ha"];
    check(&natural, &[("L1", columns), ("F1", &["stand_natural_pct"])], &[("L4", columns), ("N3", columns)]);
    let desk = Desk::without("eudr-2020", &natural);
    desk.check(&[("loss_ncm_ha", 0.02)], MoreInfo, &["L4"]);
    desk.check(&[("loss_mixed_whole_ha", 0.07), ("loss_ncm_ha", 0.07)], MoreInfo, &["L3"]);
    desk.check(&[], Low, &[]);
}

#[test]
fn a_number_that_is_not_measured_is_printed_as_such() {
    let desk = Desk::without("eudr-2020", &["contested_mb"]);
    let given = [("contested_pct", 80.0), ("contested_gfc_pct", 80.0)];
    let text = "The forest maps disagree on 80 % of the plot (forest on it by JRC GFC2020: 80 %, TMF: 0 %, MapBiomas: not \
                measured): when was the cocoa planted?";
    desk.says(&crate::plot::numbers(&given), "F3", text);
}

#[test]
fn an_attribute_nobody_declares_is_unknown() {
    let policy = shipped("eudr-2020");
    let mut columns = crate::plot::columns(&policy, &[]);
    columns.retain(|column| column.name != "planted_year");
    let bound = policy.bind(&columns).unwrap();
    assert_eq!(bound.not_assessed(), Vec::<&lindero_policy::Unassessed>::new());
    let verdict = |given: &[(&str, f64)]| bound.decide(&Plot::with(&columns, &crate::plot::numbers(given))).verdict;
    assert_eq!(verdict(&[("stand_mixed_pct", 30.0)]), MoreInfo);
    assert_eq!(verdict(&[("loss_mixed_whole_ha", 0.3)]), MoreInfo);
    assert_eq!(verdict(&[("loss_natural_whole_ha", 0.3)]), High);
}

#[test]
fn the_order_of_the_columns_does_not_matter() {
    let policy = shipped("eudr-2020");
    let mut columns = crate::plot::columns(&policy, &[]);
    columns.reverse();
    let bound = policy.bind(&columns).unwrap();
    let given = crate::plot::numbers(&[("loss_natural_whole_ha", 0.2), ("loss_natural_ha", 0.2)]);
    let decision = bound.decide(&Plot::with(&columns, &given));
    let forward = Desk::of("eudr-2020").decide(&given);
    assert_eq!(decision, forward);
}
