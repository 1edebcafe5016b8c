//! `whisp-*`: Whisp's decision trees, complete over yes, no and unknown.
//!
//! The trees and the sentences below were compared rule by rule with Whisp's own `src/openforis_whisp/risk.py`
//! (`forestdatapartnership/whisp`, MIT): as of its commit 524a4a27, which has the indicators 01 to 11 that are followed here
//! (`add_eudr_risk_pcrop_col`, `…_acrop_col`, `…_timber_col`, `add_indicator_column`, `clamp`, `check_range`), all conditions are the same in
//! the same order. As of 0534f685 the trees of perennial and annual crops are still these, and a point of area 0 counts from anything above 0, as
//! here; that version splits the indicators 07 and 08 and adds 12 and 13, and has another tree for timber, which is not followed. Its maps
//! (`lookup_datasets.csv` as of 021c0204) are those of `every_map_of_whisp_alone_makes_its_indicator_yes`, but that it counts Soy_Song_2020
//! for timber alone, and has further maps of single countries and, for timber, of ForTy.
//!
//! Where we differ, and mean it: Whisp reads no data as zero, and compares percent of a plot of area 0 with the threshold.

use lindero_logic::Truth::{self, False, True, Unknown};
use lindero_logic::{Value, ValueKind};
use lindero_policy::Verdict::{self, High, Low, MoreInfo};
use lindero_policy::{Column, Row};

use crate::plot::{Desk, Plot, shipped};

/// Whisp's tree for perennial crops, of indicators 1 to 4.
fn perennial(yes: &[bool]) -> Verdict {
    match yes {
        [trees, commodity, before, _] if !*trees || *commodity || *before => Low,
        [.., after] => {
            if *after {
                High
            } else {
                MoreInfo
            }
        }
        [] => unreachable!("four indicators"),
    }
}

/// Whisp's tree for annual crops, of indicators 1, 2 and 4.
fn annual(yes: &[bool]) -> Verdict {
    match yes {
        [trees, commodity, _] if !*trees || *commodity => Low,
        [.., after] => {
            if *after {
                High
            } else {
                MoreInfo
            }
        }
        [] => unreachable!("three indicators"),
    }
}

/// Whisp's tree for timber, of indicators 2 and 5 to 11: the first that is true.
fn timber(yes: &[bool]) -> Verdict {
    let [i02, i05, i06, i07, i08, i09, i10, i11] = *yes else { unreachable!("eight indicators") };
    if i02 || (i07 && !i10) {
        Low
    } else if (i05 || i06 || i07) && i10 || (i05 || i06) && i08 {
        High
    } else if (i05 || i06) && (i09 || i11) {
        Low
    } else if i05 || i06 {
        MoreInfo
    } else {
        Low
    }
}

/// What the tree says whatever the unknown indicators are; `more_info` if that differs.
fn with_unknown(tree: fn(&[bool]) -> Verdict, truths: &[Truth]) -> Verdict {
    let open: Vec<usize> = (0..truths.len()).filter(|index| !truths[*index].is_known()).collect();
    let verdicts: Vec<Verdict> = (0..1_usize << open.len())
        .map(|chosen| {
            let mut yes: Vec<bool> = truths.iter().map(|truth| truth.is_true()).collect();
            open.iter().enumerate().for_each(|(bit, index)| yes[*index] = chosen >> bit & 1 == 1);
            tree(&yes)
        })
        .collect();
    if verdicts.iter().all(|verdict| *verdict == verdicts[0]) { verdicts[0] } else { MoreInfo }
}

struct Answers<'t>(&'t [Truth]);

impl Row for Answers<'_> {
    fn value(&self, column: usize) -> Value<'_> {
        if self.0[column].is_known() { Value::Bool(self.0[column].is_true()) } else { Value::Unknown }
    }

    fn geometry_usable(&self) -> bool {
        true
    }

    fn is_point(&self) -> bool {
        false
    }

    fn defects(&self) -> String {
        String::new()
    }
}

/// Every combination of yes, no and unknown.
fn combinations(indicators: usize) -> impl Iterator<Item = Vec<Truth>> {
    (0..3_usize.pow(indicators as u32)).map(move |code| {
        (0..indicators).map(|place| [True, False, Unknown][code / 3_usize.pow(place as u32) % 3]).collect()
    })
}

/// The answers of a table, indicator by indicator, and the same said by the first map of each.
fn check(name: &str, tree: fn(&[bool]) -> Verdict, indicators: &[(&str, &str)]) {
    let policy = shipped(name);
    let columns: Vec<Column> = indicators
        .iter()
        .map(|(condition, _)| Column { name: (*condition).to_owned(), kind: ValueKind::Bool })
        .collect();
    let bound = policy.bind(&columns).unwrap_or_else(|error| panic!("{error}"));
    let desk = Desk::of(name);
    let mut rows = 0;
    for truths in combinations(indicators.len()) {
        let expected = with_unknown(tree, &truths);
        assert_eq!(bound.decide(&Answers(&truths)).verdict, expected, "{name} {truths:?}");
        rows += 1;
        // By the maps, as far as there are any.
        let has_map = |(truth, (_, map)): (&Truth, &(&str, &str))| !map.is_empty() || *truth == False;
        if truths.iter().zip(indicators).all(has_map) {
            let given =
                truths.iter().zip(indicators).filter(|(_, (_, map))| !map.is_empty()).map(|(truth, (_, map))| {
                    let value = match truth {
                        True => Value::Number(10.000_001),
                        False => Value::Number(10.0),
                        _ => Value::Unknown,
                    };
                    (*map, value)
                });
            let decision = desk.decide(&given.collect::<Vec<_>>());
            assert_eq!(decision.verdict, expected, "{name} by maps {truths:?}");
        }
    }
    assert_eq!(rows, 3_usize.pow(indicators.len() as u32));
}

#[test]
fn perennial_crops_are_decided_as_whisp_does() {
    check(
        "whisp-pcrop",
        perennial,
        &[
            ("ind_01", "eufo_2020_pct"),
            ("ind_02", "cocoa_eth_pct"),
            ("ind_03", "tmf_def_before_2020_pct"),
            ("ind_04", "glad_s2_after_2020_pct"),
        ],
    );
}

#[test]
fn annual_crops_are_decided_as_whisp_does() {
    check(
        "whisp-acrop",
        annual,
        &[("ind_01", "glad_primary_pct"), ("ind_02", "soy_song_2020_pct"), ("ind_04", "gfc_loss_after_2020_pct")],
    );
}

#[test]
fn timber_is_decided_as_whisp_does() {
    check(
        "whisp-timber",
        timber,
        &[
            ("ind_02", "rubber_rbge_pct"),
            ("ind_05", "gft_primary_pct"),
            ("ind_06", "eufo_2020_pct"),
            ("ind_07", "iiasa_planted_plantation_pct"),
            ("ind_08", ""),
            ("ind_09", "tmf_regrowth_2023_pct"),
            ("ind_10", "esri_crop_gain_2020_2024_pct"),
            ("ind_11", "gfw_logging_before_2020_pct"),
        ],
    );
}

/// What a map of each indicator makes of a plot that has what stands before it, where no other map says anything.
#[test]
fn every_map_of_whisp_alone_makes_its_indicator_yes() {
    let over = Value::Number(10.000_001);
    let check = |name: &str, before: &[&str], maps: &[&str], verdict: Verdict| {
        let desk = Desk::of(name);
        for map in maps {
            let names: Vec<String> = before.iter().chain([map]).map(|map| format!("{map}_pct")).collect();
            let given: Vec<(&str, Value<'static>)> = names.iter().map(|name| (name.as_str(), over)).collect();
            assert_eq!(desk.decide(&given).verdict, verdict, "{name}: {map} behind {before:?}");
            let others = desk.decide(&given[..before.len()]).verdict;
            assert_ne!(others, verdict, "{name}: {before:?} alone");
        }
    };
    let trees = ["eufo_2020", "glad_primary", "tmf_undist"];
    let commodities = ["tmf_plant", "oil_palm_descals", "cocoa_eth", "rubber_rbge", "soy_song_2020"];
    let disturbed = |when: &str| {
        ["tmf_deg", "tmf_def", "gfc_loss", "radd", "glad_l", "glad_s2"].map(|map| format!("{map}_{when}_2020"))
    };
    let (before, after) = (disturbed("before"), disturbed("after"));
    let [before, after] = [&before, &after].map(|maps| maps.each_ref().map(String::as_str));
    for name in ["whisp-pcrop", "whisp-acrop"] {
        check(name, &[], &trees, MoreInfo);
        check(name, &["eufo_2020"], &commodities, Low);
        check(name, &["eufo_2020"], &after, High);
    }
    check("whisp-pcrop", &["eufo_2020"], &before, Low);
    let timber = |before: &[&str], maps: &[&str], verdict| check("whisp-timber", before, maps, verdict);
    timber(&[], &["glad_primary", "tmf_undist", "gft_primary", "ifl_2020", "european_primary_forest"], MoreInfo);
    timber(&[], &["eufo_2020", "gft_naturally_regenerating"], MoreInfo);
    timber(&["ifl_2020"], &commodities, Low);
    timber(&["ifl_2020"], &["gft_planted_plantation", "iiasa_planted_plantation"], Low);
    timber(&["ifl_2020"], &["tmf_regrowth_2023", "tmf_regrowth_2024", "tmf_regrowth_2025"], Low);
    timber(&["ifl_2020"], &["esri_2023_tc", "esri_2024_tc", "esri_2025_tc", "gfw_logging_before_2020"], Low);
    let gains = ["esri_crop_gain_2020_2023", "esri_crop_gain_2020_2024", "esri_crop_gain_2020_2025"];
    timber(&["ifl_2020"], &gains, High);
}

#[test]
fn one_map_alone_makes_an_indicator_yes_and_two_of_a_tenth_each_do_not() {
    let desk = Desk::of("whisp-pcrop");
    for map in ["eufo_2020_pct", "glad_primary_pct", "tmf_undist_pct"] {
        desk.check(&[(map, 10.1)], MoreInfo, &["W2"]);
    }
    desk.check(&[("eufo_2020_pct", 10.0), ("glad_primary_pct", 10.0), ("tmf_undist_pct", 10.0)], Low, &[]);
    for map in ["tmf_deg", "tmf_def", "gfc_loss", "radd", "glad_l", "glad_s2"] {
        desk.check(&[("eufo_2020_pct", 60.0), (&format!("{map}_after_2020_pct"), 10.1)], High, &["W1"]);
        desk.check(
            &[
                ("eufo_2020_pct", 60.0),
                (&format!("{map}_after_2020_pct"), 90.0),
                (&format!("{map}_before_2020_pct"), 10.1),
            ],
            Low,
            &[],
        );
    }
}

#[test]
fn an_unknown_map_does_not_matter_beside_one_that_says_yes() {
    let desk = Desk::of("whisp-pcrop");
    let decided = |given: &[(&str, Value<'static>)]| desk.decide(given).verdict;
    let trees = ("eufo_2020_pct", Value::Number(60.0));
    assert_eq!(decided(&[trees, ("tmf_undist_pct", Value::Unknown)]), MoreInfo);
    assert_eq!(decided(&[("tmf_undist_pct", Value::Unknown)]), MoreInfo);
    let commodity = ("cocoa_eth_pct", Value::Number(60.0));
    assert_eq!(decided(&[trees, commodity, ("tmf_plant_pct", Value::Unknown)]), Low);
}

#[test]
fn where_the_maps_of_trees_have_no_data_a_plot_is_not_low() {
    let desk = Desk::of("whisp-pcrop");
    desk.check(&[("eufo_2020_observed_pct", 94.9)], MoreInfo, &["W3"]);
    desk.check(&[("eufo_2020_observed_pct", 94.9), ("cocoa_eth_pct", 20.0)], Low, &[]);
    Desk::of("whisp-timber").check(&[("gft_primary_observed_pct", 94.9)], MoreInfo, &["W3"]);
}

#[test]
fn a_policy_says_how_whisp_calls_its_answers() {
    for (name, verdict, answers) in
        [("whisp-pcrop", "risk_pcrop", 4), ("whisp-acrop", "risk_acrop", 3), ("whisp-timber", "risk_timber", 8)]
    {
        let policy = shipped(name);
        let table = policy.table();
        assert_eq!((table.verdict.as_deref(), table.more_info.as_deref()), (Some(verdict), Some("more_info_needed")));
        assert_eq!(table.answers.len(), answers);
    }
}

#[test]
fn conditions_are_answered_by_a_table_or_by_its_maps() {
    let policy = shipped("whisp-pcrop");
    let columns = crate::plot::columns(&policy, &[]);
    let conditions = policy.bind_conditions(&columns).unwrap();
    let given = crate::plot::numbers(&[("eufo_2020_pct", 30.0), ("glad_l_after_2020_pct", 11.0)]);
    let mut plot = Plot::with(&columns, &given);
    let place = columns.iter().position(|column| column.name == "cocoa_eth_pct").unwrap();
    plot.set(place, Value::Unknown);
    assert_eq!(conditions.truths(&plot), [True, Unknown, False, True]);
    let error = policy.bind_conditions(&columns[..6]).unwrap_err().to_string();
    assert!(
        error
            .contains("the table has neither Ind_02_commodities nor any of the columns it follows from: cocoa_eth_pct"),
        "{error}"
    );
}
