//! What a run says of boundaries: defects, repairs, and what becomes of plots with them.

use crate::common;
use crate::run::{Row, Run};
use std::collections::BTreeMap;
use std::sync::LazyLock;

fn run(more: &[&str]) -> Run {
    Run::of("landscape", "lindero.toml", &[&["--id", "codigo", "--format", "csv"], more].concat()).well()
}

static SAFE: LazyLock<Run> = LazyLock::new(|| run(&[]));

/// The plots of the landscape by what is odd about them.
fn odd_plots() -> BTreeMap<String, String> {
    let text = std::fs::read(common::fixture("landscape/truths.json")).unwrap();
    let truths: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let odd = truths["odd_plots"].as_object().unwrap();
    odd.iter().map(|(id, odd)| (odd["what"].as_str().unwrap().to_owned(), id.clone())).collect()
}

fn plots(run: &Run) -> BTreeMap<String, Row> {
    run.table("plots.csv").1.into_iter().map(|row| (row["plot_id"].clone(), row)).collect()
}

/// The repairs of a plot: code, applied, and the change of area in m².
fn repairs(run: &Run, plot: &str) -> Vec<(String, bool, f64)> {
    let rows = run.table("repairs.csv").1.into_iter().filter(|row| row["plot_id"] == plot);
    rows.map(|row| (row["code"].clone(), row["applied"] == "true", row["change_m2"].parse().unwrap())).collect()
}

#[test]
fn safe_repairs_are_made_and_told_with_the_area_they_change() {
    let (odd, plots) = (odd_plots(), plots(&SAFE));
    let spike = &odd["a spike out and back"];
    assert_eq!(plots[spike]["geometry_status"], "repaired");
    assert_eq!(repairs(&SAFE, spike), [("removed_spike".to_owned(), true, 0.0)]);
    let overlap = &odd["two parcels that overlap"];
    let united = repairs(&SAFE, overlap);
    assert_eq!((united.len(), united[0].0.as_str(), united[0].1), (1, "united_parts", true));
    assert!(united[0].2 < -1000.0, "{united:?}");
    for plot in [spike, overlap] {
        assert!(!plots[plot]["forest_any_ha"].is_empty(), "{plot} is measured");
        let effects = SAFE.table("defects.csv").1.into_iter().filter(|row| row["plot_id"] == **plot);
        assert!(effects.filter(|row| row["effect"] != "note").all(|row| row["effect"] == "repaired"));
    }
}

#[test]
fn what_is_proposed_is_not_done() {
    let (odd, plots) = (odd_plots(), plots(&SAFE));
    let bow_tie = &odd["two corners taken in the wrong order"];
    assert_eq!(plots[bow_tie]["geometry_status"], "unusable");
    let proposed = repairs(&SAFE, bow_tie);
    let codes: Vec<(&str, bool)> = proposed.iter().map(|(code, applied, _)| (code.as_str(), *applied)).collect();
    assert_eq!(codes, [("reordered_corners", false), ("split_at_crossing", false)]);
    let (_, rows) = SAFE.table("repairs.csv");
    for row in rows {
        assert_eq!(row["proposed_wkt"].is_empty(), row["applied"] == "true", "{row:?}");
        assert!(row["proposed_wkt"].is_empty() || row["proposed_wkt"].contains("POLYGON ("), "{row:?}");
    }
}

#[test]
fn without_repairs_only_open_boundaries_are_closed() {
    let (odd, none) = (odd_plots(), run(&["--no-repair"]));
    let plots = plots(&none);
    for what in ["a spike out and back", "two parcels that overlap", "two corners taken in the wrong order"] {
        assert_eq!(plots[&odd[what]]["geometry_status"], "unusable", "{what}");
    }
    assert_eq!(plots[&odd["the last position is not the first"]]["geometry_status"], "repaired");
    let (_, rows) = none.table("repairs.csv");
    assert!(!rows.is_empty() && rows.iter().all(|row| row["code"] == "closed_ring"), "{rows:?}");
}

#[test]
fn sentences_are_in_the_language_asked_for_and_codes_are_not() {
    let spanish = run(&["--lang", "es"]);
    for name in ["defects.csv", "repairs.csv"] {
        let (_, english) = SAFE.table(name);
        let (_, spanish) = spanish.table(name);
        assert_eq!(english.len(), spanish.len());
        for (english, spanish) in english.iter().zip(&spanish) {
            assert_ne!(english["detail"], spanish["detail"]);
            let without =
                |row: &Row| row.iter().filter(|it| it.0 != "detail").map(|it| it.1.clone()).collect::<Vec<_>>();
            assert_eq!(without(english), without(spanish));
        }
    }
    assert_eq!(SAFE.bytes("plots.csv"), spanish.bytes("plots.csv"));
}
